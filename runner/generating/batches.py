"""A model with `@batch`: one step for each batch, in its own transaction with the ledger.

The query reads the session variables `$batch_start` and `$batch_end` (TIMESTAMP_NTZ, UTC), which
are set before its rows are put into the temporary table. A table that does not exist is made
empty, and filled batch by batch. One that is replaced as a whole is filled so aside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from runner.batching import State
from runner.engines import Column
from runner.errors import RunnerError
from runner.generating import incremental, quarantine
from runner.generating.ledger import Page, timestamp
from runner.generating.materializations import empty, resume_clustering
from runner.generating.substitution import substituted
from runner.generating.work import (
    BATCH,
    NEXT,
    Existing,
    Work,
    drop,
    drop_other,
)
from runner.intervals import Interval
from runner.nodes import Model, sql_name

_TIMES = ("DATE", "TIMESTAMP")


@dataclass(frozen=True)
class Part:
    """One batch to do: what the ledger is to say of it, and on which page."""

    interval: Interval
    state: State
    page: Page


def variables(interval: Interval) -> tuple[str, ...]:
    """What the query of one batch reads (page "SQL variables")."""
    return (
        f"set batch_start = {timestamp(interval.start)}",
        f"set batch_end = {timestamp(interval.end)}",
    )


def work(node: Model, existing: Existing, part: Part, arrived: Sequence[Column] = ()) -> Work:
    """One batch into the `existing` table; `arrived` are its columns once they are known."""
    _refuse_other_types(node, existing)
    return replace(
        _step(node, existing, part, arrived),
        variables=variables(part.interval),
        record=(part.page.noted(part.state, node.relation.suffixed(BATCH)),),
    )


def _step(node: Model, existing: Existing, part: Part, arrived: Sequence[Column]) -> Work:
    if not node.quarantine:
        return incremental.work(node, existing, arrived)
    sifted = quarantine.sifted(node, None if arrived else existing)
    work = incremental.work(sifted, existing, arrived)
    return quarantine.step(node, work, existing, part.page.invocation, arrived)


def aside(node: Model) -> Model:
    """The same model, filling the table that will take the other one's place."""
    built = node.relation.suffixed(NEXT)
    sql = substituted(node.sql, node.relation, str(built)) if node.reads_itself else node.sql
    return replace(node, relation=built, sql=sql)


def creation(node: Model, first: Interval) -> tuple[str, ...]:
    """The model's table, empty, with the columns that a batch gives."""
    beside = (quarantine.empty(node),) if node.quarantine else ()
    return (*variables(first), *empty(node, "create or replace"), *beside)


def publication(node: Model, existing: Existing | None) -> Work:
    """Check what was filled aside, and let it take the place of what is there."""
    built = node.relation.suffixed(NEXT)
    work = Work(
        label="table by batches",
        checked=str(built),
        publish=drop_other(node.relation, existing, "table"),
        aside=built,
        finish=resume_clustering(node),
        undo=(drop(built),),
    )
    if node.quarantine:
        return quarantine.publication(work)
    if existing is None or existing.quarantine is None:
        return work
    return replace(work, finish=(*work.finish, drop(quarantine.of(node.relation))))


def _refuse_other_types(node: Model, existing: Existing) -> None:
    """Snowflake would compare a text or a number with a time by reading it as one."""
    types = {column.name: column.type for column in existing.columns}
    kind = types.get(node.settings.batch_by, _TIMES[0])
    if not kind.startswith(_TIMES):
        column = sql_name(node.settings.batch_by)
        raise RunnerError(
            f"{node.path}: @batch_by {column} is {kind}",
            "give it a column of type date or timestamp",
        )
