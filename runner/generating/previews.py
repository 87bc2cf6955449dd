"""What the next run of a snapshot would record, as queries: nothing of it writes to a table that
outlives its session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import indent

from runner.engines import Column
from runner.generating import histories, snapshot_guards, snapshots
from runner.generating.work import BATCH, Existing, drop, filled, qualified
from runner.nodes import Snapshot, sql_name

SAMPLE_ROWS = 5  # keys of each kind


@dataclass(frozen=True)
class Look:
    """How to look at what a query gives: `create` a temporary table, `describe` it, `drop` it."""

    create: str
    describe: str
    drop: str


@dataclass(frozen=True)
class Questions:
    """`guards` give a row for each reason why the run would stop.

    `changes` gives (change, number of keys, key …, values now …, values then …) for some keys of
    each kind of change: new, changed, closed. `values` are the columns beside the key.
    """

    guards: tuple[str, ...]
    changes: str
    key: tuple[str, ...]
    values: tuple[str, ...]


def look(node: Snapshot) -> Look:
    batch = node.relation.suffixed(BATCH)
    return Look(snapshots.create_batch(node, batch), f"select * from {batch} limit 0", drop(batch))


def questions(
    node: Snapshot, existing: Existing | None, arrived: Sequence[Column], when: datetime
) -> Questions:
    """What to ask once the batch is there; `arrived` are its columns, `when` the time of the run.

    Raises `RunnerError` when the table there is no snapshot.
    """
    columns = tuple(column.name for column in arrived)
    snapshots.refuse_history_columns(node, columns)
    snapshots.refuse_plain_table(node, existing)
    key = node.settings.unique_key
    values = tuple(column for column in columns if column not in key)
    batch = node.relation.suffixed(BATCH)
    begun = existing is not None and existing.kind == "table"
    recorded = _recorded(node, existing, arrived) if begun else _nothing(node)
    guard = snapshot_guards.guards if begun else snapshot_guards.guards_of_rows
    moment = snapshots.timestamp(when)
    changes = histories.changes(histories.Run(node, recorded, str(batch), columns, moment))
    return Questions(
        guards=guard(node, batch),
        changes=filled(
            "preview_snapshot",
            changes=indent(changes, " " * 4).lstrip(),
            recorded=recorded,
            key=key,
            columns=columns,
            before=_renamed(values, "standing", "now"),
            after=_renamed(values, "opened", "then"),
            before_names=_named(values, "now"),
            after_names=_named(values, "then"),
            sample_rows=str(SAMPLE_ROWS),
        ),
        key=key,
        values=values,
    )


def _recorded(node: Snapshot, existing: Existing | None, arrived: Sequence[Column]) -> str:
    """The snapshot's table; the columns that the run would add are null."""
    assert existing is not None
    new = [
        f"null::{column.type} as {sql_name(column.name)}"
        for column in arrived
        if column.name not in existing.names()
    ]
    if not new:
        return str(node.relation)
    return f"(select *, {', '.join(new)} from {node.relation})"


def _nothing(node: Snapshot) -> str:
    """A history without rows."""
    return filled("snapshot_without_rows", batch=str(node.relation.suffixed(BATCH)))


def _renamed(columns: Sequence[str], source: str, when: str) -> str:
    pairs = (f"{qualified(column, source)} as {_name(column, when)}" for column in columns)
    return ",\n        ".join(pairs) or f"null as {when}__"


def _named(columns: Sequence[str], when: str) -> str:
    return ", ".join(_name(column, when) for column in columns) or f"{when}__"


def _name(column: str, when: str) -> str:
    return sql_name(f"{column}__{when.upper()}")
