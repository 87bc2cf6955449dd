"""A model or snapshot and what exists of it -> the Snowflake statements that bring it up to date.

Nothing here knows a database. The statements are those of Snowflake's documentation pages CREATE
VIEW, CREATE TABLE (… AS SELECT), CREATE DYNAMIC TABLE, ALTER TABLE and MERGE. A relation of the
other kind is dropped right before the new one takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runner.engines import Column
from runner.errors import RunnerError
from runner.generating import incremental, quarantine, schema_changes, snapshots
from runner.generating.snapshots import HISTORY
from runner.generating.work import (
    ARRIVED,
    NEXT,
    Existing,
    Run,
    Work,
    column_comments,
    drop,
    drop_other,
    names,
)
from runner.nodes import Materialized, Model, Snapshot, sql_name
from runner.scripts import literal

__all__ = ["Existing", "Run", "Work", "settle", "work"]


def work(
    node: Model | Snapshot,
    existing: Existing | None,
    run: Run,
    *,
    full_refresh: bool,
    checked: bool | None = None,
) -> Work:
    """The statements for `node`; `existing` is its relation as it stands, None when there is none.

    checked          whether anything will be checked (its own checks or files in checks/); by
                     default, whether the node has checks of its own
    full_refresh     builds an incremental model anew, and a snapshot, which forgets its history
    """
    checked = bool(node.checks) if checked is None else checked
    if isinstance(node, Snapshot):
        return snapshots.work(node, existing, run.at, checked=checked, full_refresh=full_refresh)
    _refuse_history(node, existing)
    if node.quarantine:
        return _sifting(node, existing, run, full_refresh=full_refresh)
    plain = _plain(node, existing, full_refresh=full_refresh, checked=checked)
    if existing is None or existing.quarantine is None or not plain.full:
        return plain
    return replace(plain, finish=(*plain.finish, drop(quarantine.of(node.relation))))


def _plain(node: Model, existing: Existing | None, *, full_refresh: bool, checked: bool) -> Work:
    """The work of a model that sends no rows away."""
    match node.settings.materialized:
        case Materialized.VIEW:
            return _view(node, existing)
        case Materialized.DYNAMIC_TABLE:
            return _dynamic_table(node, existing)
        case Materialized.INCREMENTAL if (
            existing is not None and existing.kind == "table" and not full_refresh
        ):
            return incremental.work(node, existing)
        case Materialized.INCREMENTAL if node.settings.unique_key:
            return incremental.guarded(node, _table(node, existing, checked=True))
        case _:
            return _table(node, existing, checked=checked)


def settle(
    node: Model | Snapshot,
    existing: Existing | None,
    columns: Sequence[Column],
    run: Run,
    *,
    full_refresh: bool,
    checked: bool | None = None,
) -> Work:
    """How to go on after `Work.describe` gave `columns`: the work that replaces the first one."""
    checked = bool(node.checks) if checked is None else checked
    if isinstance(node, Snapshot):
        return snapshots.work(
            node,
            existing,
            run.at,
            checked=checked,
            full_refresh=full_refresh,
            arrived=columns,
        )
    if existing is None:
        raise ValueError(f"{node.id}: only a step on an existing table is settled")
    if node.quarantine:
        return _sifted_step(node, existing, columns, run)
    return incremental.work(node, existing, arrived=columns)


# --- models that send rows away


def _sifting(node: Model, existing: Existing | None, run: Run, *, full_refresh: bool) -> Work:
    """The work of a model with `@quarantine` conditions; a table that has a quarantine is looked
    at first."""
    is_table = existing is not None and existing.kind == "table" and not full_refresh
    if is_table and node.settings.materialized is Materialized.INCREMENTAL:
        assert existing is not None
        sifted = quarantine.sifted(node, existing)
        return quarantine.step(node, incremental.work(sifted, existing), existing, run.id)
    made = _made_anew(node, existing, run, has_arrived=False)
    if not is_table or existing is None or existing.quarantine is None:
        return made
    arrived = str(node.relation.suffixed(ARRIVED))
    return Work(
        label=made.label,
        checked=str(node.relation),
        prepare=(quarantine.arrival(node, node.initial_sql),),
        describe=f"{quarantine.without_reason(arrived, quarantine.IS_TAKEN)}\nlimit 0",
        transactional=True,
        undo=made.undo,
    )


def _sifted_step(node: Model, existing: Existing, columns: Sequence[Column], run: Run) -> Work:
    """How to go on with the `columns` that arrived.

    A table with the same columns and its quarantine take their rows in one transaction, which two
    publications could not be; one whose columns change is made anew.
    """
    sifted = quarantine.sifted(node)
    if node.settings.materialized is Materialized.INCREMENTAL:
        work = incremental.work(sifted, existing, columns)
        return quarantine.step(node, work, existing, run.id, columns)
    if not schema_changes.same(existing, columns):
        return _made_anew(node, existing, run, has_arrived=True)
    return quarantine.step(node, _rows_replaced(node, columns), existing, run.id, columns)


def _rows_replaced(node: Model, columns: Sequence[Column]) -> Work:
    """The work that gives a table which keeps its place the rows that it takes."""
    arrived, listed = node.relation.suffixed(ARRIVED), names(column.name for column in columns)
    overwrite = (
        f"insert overwrite into {node.relation} ({listed})\nselect {listed}\n"
        f"from {arrived}\nwhere {quarantine.IS_TAKEN}"
    )
    return Work(
        label="table",
        checked=str(node.relation),
        write=(overwrite,),
        transactional=True,
        publish=_described(node),
        new_rows=f"({quarantine.without_reason(str(arrived), quarantine.IS_TAKEN)})",
    )


def _made_anew(node: Model, existing: Existing | None, run: Run, *, has_arrived: bool) -> Work:
    plain = _plain(quarantine.sifted(node), existing, full_refresh=True, checked=True)
    return quarantine.aside(node, plain, run.id, has_arrived=has_arrived)


def _described(node: Model) -> tuple[str, ...]:
    """What a table that keeps its place needs to be told of the model."""
    told = f"comment on table {node.relation} is {literal(node.description)}"
    keys = ", ".join(node.settings.cluster_by)
    clustered = (f"alter table {node.relation} cluster by ({keys})",) if keys else ()
    return (told, *column_comments(node.relation, node.columns), *clustered)


# --- models


def _refuse_history(node: Model, existing: Existing | None) -> None:
    """A model takes no snapshot's place: what the table remembers cannot be built again."""
    has_history = existing is not None and set(HISTORY).issubset(existing.names())
    produced = {column.name for column in node.columns}
    if has_history and produced and not produced.issuperset(HISTORY):
        raise RunnerError(
            f"{node.path}: {node.relation} holds the history of a snapshot",
            f"rename the model; if nobody needs the history: {drop(node.relation)}",
        )


def _view(node: Model, existing: Existing | None) -> Work:
    secure = "secure " if node.settings.secure else ""
    create = (
        f"create or replace {secure}view {node.relation}{_described_columns(node)}"
        f"\n    copy grants{comment(node)}\nas\n{node.sql}"
    )
    return Work(
        label="view",
        checked=f"(\n{node.sql}\n)",
        publish=(*drop_other(node.relation, existing, "view"), create),
    )


def _dynamic_table(node: Model, existing: Existing | None) -> Work:
    create = (
        f"create or replace dynamic table {node.relation}{_described_columns(node)}"
        f"\n    target_lag = {_lag(node.settings.target_lag)}"
        f"\n    warehouse = {node.settings.warehouse}"
        f"{cluster_by(node)}{comment(node)}\nas\n{node.sql}"
    )
    room = drop_other(node.relation, existing, "dynamic table")
    return Work(label="dynamic table", checked=f"(\n{node.sql}\n)", publish=(*room, create))


def _table(node: Model, existing: Existing | None, *, checked: bool) -> Work:
    """Built aside when it must be checked first or a view has its name; replaced at once else."""
    room = drop_other(node.relation, existing, "table")
    beside = checked or bool(room)
    built = node.relation.suffixed(NEXT) if beside else node.relation
    transient = "transient " if node.settings.transient else ""
    copy_grants = "" if beside else "\n    copy grants"
    create = (
        f"create or replace {transient}table {built}"
        f"{cluster_by(node)}{copy_grants}{comment(node)}\nas\n{node.initial_sql}"
    )
    return Work(
        label="table",
        checked=str(built),
        write=(create, *column_comments(built, node.columns)),
        publish=room,
        aside=built if beside else None,
        finish=resume_clustering(node) if beside else (),
        undo=(drop(built),) if beside else (),
    )


def empty(node: Model, create: str = "create") -> tuple[str, ...]:
    """The model's table, without a row, with the columns that its query gives."""
    transient = " transient" if node.settings.transient else ""
    return (
        f"{create}{transient} table {node.relation}{cluster_by(node)}{comment(node)}\n"
        f"as\nselect *\nfrom (\n{node.initial_sql}\n) as batch\nlimit 0",
        *column_comments(node.relation, node.columns),
    )


def resume_clustering(node: Model) -> tuple[str, ...]:
    """A clone's automatic clustering is suspended (CREATE … CLONE, "Clustering")."""
    if not node.settings.cluster_by:
        return ()
    return (f"alter table {node.relation} resume recluster",)


def _described_columns(node: Model) -> str:
    """The column list of a view or dynamic table; all columns or none, as its grammar demands."""
    if not any(column.description for column in node.columns):
        return ""
    lines = [
        f"    {sql_name(column.name)}"
        + (f" comment {literal(column.description)}" if column.description else "")
        for column in node.columns
    ]
    return " (\n" + ",\n".join(lines) + "\n)"


def cluster_by(node: Model) -> str:
    """The clause of CREATE TABLE, on a line of its own; empty without a clustering key."""
    keys = ", ".join(node.settings.cluster_by)
    return f"\n    cluster by ({keys})" if keys else ""


def comment(node: Model) -> str:
    """The clause of CREATE TABLE, on a line of its own; empty without a description."""
    return f"\n    comment = {literal(node.description)}" if node.description else ""


def _lag(target_lag: str) -> str:
    """`1 hour` is a text in CREATE DYNAMIC TABLE, `downstream` a word."""
    return "downstream" if target_lag.lower() == "downstream" else literal(target_lag.strip("'"))
