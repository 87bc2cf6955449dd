"""A model or snapshot and what exists of it -> the Snowflake statements that bring it up to date.

Nothing here knows a database. The statements are those of Snowflake's documentation pages CREATE
VIEW, CREATE TABLE (… AS SELECT), CREATE DYNAMIC TABLE, ALTER TABLE and MERGE. A relation of the
other kind is dropped right before the new one takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from runner.engines import Column
from runner.errors import RunnerError
from runner.generating import incremental, snapshots
from runner.generating.snapshots import HISTORY
from runner.generating.work import NEXT, Existing, Work, column_comments, drop, drop_other
from runner.nodes import Materialized, Model, Snapshot, sql_name
from runner.scripts import literal

__all__ = ["Existing", "Work", "settle", "work"]


def work(
    node: Model | Snapshot,
    existing: Existing | None,
    *,
    full_refresh: bool,
    invocation_time: datetime,
    checked: bool | None = None,
) -> Work:
    """The statements for `node`; `existing` is its relation as it stands, None when there is none.

    checked          whether anything will be checked (its own checks or files in checks/); by
                     default, whether the node has checks of its own
    full_refresh     builds an incremental model anew, and a snapshot, which forgets its history
    invocation_time  the run's start, aware of its time zone; closes the rows of deleted keys
    """
    checked = bool(node.checks) if checked is None else checked
    if isinstance(node, Snapshot):
        return snapshots.work(
            node, existing, invocation_time, checked=checked, full_refresh=full_refresh
        )
    _refuse_history(node, existing)
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
    *,
    full_refresh: bool,
    invocation_time: datetime,
    checked: bool | None = None,
) -> Work:
    """How to go on after `Work.describe` gave `columns`: the work that replaces the first one."""
    checked = bool(node.checks) if checked is None else checked
    if isinstance(node, Snapshot):
        return snapshots.work(
            node,
            existing,
            invocation_time,
            checked=checked,
            full_refresh=full_refresh,
            arrived=columns,
        )
    if existing is None:
        raise ValueError(f"{node.id}: only an incremental step on an existing table is settled")
    return incremental.work(node, existing, arrived=columns)


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
