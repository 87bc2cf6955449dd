"""A snapshot's query and its table -> the statements that record what has changed.

The query returns every version that the source delivers now, several rows per key if it has them.
With `@hard_deletes` a key that is absent from the query's result has been deleted; so a source that
delivers full extracts and, between them, only changes lets its query decide what is there:

    -- Every version of every customer that the source still has.
    --
    -- @unique_key customer_id
    -- @updated_at created_at
    -- @hard_deletes invalidate

    select
        customer_id,
        first_name,
        last_name,
        created_at
    from retail_staging.stg_customers
    where customer_id in (
        select delivered.customer_id
        from retail_staging.stg_customers as delivered
        where delivered.delivered_at >= (
            select max(full_extracts.delivered_at)
            from retail_staging.stg_customers as full_extracts
            where full_extracts.file_name like '%/full_%'
        )
    )

(`delivered_at` is the time in the file's name: all files of one load may share `ingestion_ts`.
Leave load columns out of the final select: two deliveries of one version that differ are refused.)

**`@updated_at`.** A version is a key and its time. The table is a function of the versions seen and
of the times at which the key was deleted, whatever the order in which they came: each version is
valid from its own time to the next one's, late ones are put where they belong, a version delivered
again changes nothing. Two different rows with one key and one time are refused.

**`@check_columns`.** The query gives one row per key. When one of the columns differs from the open
row (nulls are equal), that row is closed and a new one opened at the time of the run.

**Deletions** (`invalidate`: the open row is closed; `new_record`: and a row with `is_deleted` says
so; `ignore`: nothing) take the time of the run, or a microsecond after the version's own time if
that lies in the future. A key that comes back is valid again from its first version after the
deletion or, when it has none, from the time of the run.

A version's time may have any type that casts to a time; it is kept in UTC (by way of TIMESTAMP_LTZ,
since the cast from TIMESTAMP_TZ to TIMESTAMP_NTZ alone would drop the offset, and every session's
`timezone` is UTC). `valid_to` is null and `is_current` true in the last row of a key that is open.
Columns that the query no longer gives stay and are null in new rows (dbt's rules,
"Snapshots"; it keeps one arbitrary version of several, which is the difference).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from runner.engines import Column
from runner.errors import RunnerError
from runner.generating import histories, snapshot_guards
from runner.generating.schema_changes import added
from runner.generating.work import (
    BATCH,
    NEXT,
    Existing,
    Work,
    column_comments,
    drop,
    drop_other,
    filled,
    names,
)
from runner.nodes import ColumnSpec, Relation, Snapshot
from runner.scripts import literal

HISTORY = {
    "VALID_FROM": "When this version began, UTC",
    "VALID_TO": "When it ended, UTC; null while it lasts",
    "IS_CURRENT": "Whether it lasts",
    "IS_DELETED": "Whether this row says that the key was deleted",
}


def work(
    node: Snapshot,
    existing: Existing | None,
    invocation_time: datetime,
    *,
    checked: bool,
    full_refresh: bool = False,
    arrived: Sequence[Column] = (),
) -> Work:
    """The first build or the next run; `arrived` are the query's columns once they are known.

    `full_refresh` forgets the history and begins it anew.
    """
    batch = node.relation.suffixed(BATCH)
    prepare = () if arrived else (create_batch(node, batch),)
    if not arrived and _must_look(node, existing):
        return Work(
            label="snapshot",
            checked=str(node.relation),
            prepare=prepare,
            describe=f"select * from {batch} limit 0",
            transactional=True,
            undo=(drop(batch), drop(node.relation.suffixed(NEXT))),
            full=False,
        )
    columns = tuple(column.name for column in (arrived or node.columns))
    refuse_history_columns(node, columns)
    moment = timestamp(invocation_time)
    refuse_plain_table(node, existing)
    if full_refresh or existing is None or existing.kind != "table":
        return _first(node, existing, prepare, moment, checked=checked)
    new = [column for column in arrived if column.name not in existing.names()]
    run = histories.Run(node, str(node.relation), str(batch), columns, moment)
    return Work(
        label="snapshot",
        checked=str(node.relation),
        prepare=(*prepare, *added(node.relation, new)),
        guards=snapshot_guards.guards(node, batch),
        write=(histories.merge(run),),
        transactional=True,
        finish=(drop(batch),),
        undo=(drop(batch),),
        full=False,
    )


def _first(
    node: Snapshot,
    existing: Existing | None,
    prepare: tuple[str, ...],
    moment: str,
    *,
    checked: bool,
) -> Work:
    batch = node.relation.suffixed(BATCH)
    room = drop_other(node.relation, existing, "table")
    beside = checked or existing is not None
    built = node.relation.suffixed(NEXT) if beside else node.relation
    history = tuple(ColumnSpec(name, description) for name, description in HISTORY.items())
    described = (*node.columns, *history)
    return Work(
        label="snapshot",
        checked=str(built),
        prepare=prepare,
        guards=snapshot_guards.guards_of_rows(node, batch),
        write=(_create(node, batch, built, moment), *column_comments(built, described)),
        publish=room,
        aside=built if beside else None,
        finish=(drop(batch),),
        undo=(drop(batch), drop(built)) if beside else (drop(batch),),
    )


def _create(node: Snapshot, batch: Relation, built: Relation, moment: str) -> str:
    settings = node.settings
    return filled(
        "snapshot_first_versions" if settings.updated_at else "snapshot_first_rows",
        transient="transient " if settings.transient else "",
        built=str(built),
        cluster_by=f"\n    cluster by ({', '.join(settings.cluster_by)})"
        if settings.cluster_by
        else "",
        comment=f"\n    comment = {literal(node.description)}" if node.description else "",
        key=settings.unique_key,
        updated_at=(settings.updated_at,),
        moment=moment,
        batch=str(batch),
    )


def create_batch(node: Snapshot, batch: Relation) -> str:
    """The query's rows, each once: what is delivered twice unchanged is one version."""
    return (
        f"create or replace temporary table {batch}\nas\nselect distinct *\nfrom (\n{node.sql}\n)"
    )


def timestamp(moment: datetime) -> str:
    """A moment in UTC as a literal."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return f"{literal(text)}::timestamp_ntz"


def _must_look(node: Snapshot, existing: Existing | None) -> bool:
    """Whether only the batch itself can tell the names of its columns, or the types of new ones."""
    expected = [column.name for column in node.columns]
    if not expected or "*" in expected:
        return True
    return existing is not None and not set(expected) <= set(existing.names())


def refuse_history_columns(node: Snapshot, columns: Sequence[str]) -> None:
    taken = [column for column in columns if column in HISTORY]
    if taken:
        raise RunnerError(
            f"{node.path}: a snapshot adds {names(HISTORY)}; the query gives {names(taken)} too",
            "give the query's column another name",
        )


def refuse_plain_table(node: Snapshot, existing: Existing | None) -> None:
    if existing is None or existing.kind != "table":
        return
    missing = [column for column in HISTORY if column not in existing.names()]
    if missing:
        raise RunnerError(
            f"{node.path}: {node.relation} exists and is no snapshot: it has no {names(missing)}",
            "rename the table, or drop it",
        )
