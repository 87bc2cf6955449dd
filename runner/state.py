"""What runs did: rows in the schema `runner` of the target's database, only ever added.

The tables, the views and their columns are described in `runner/sql/state_tables.sql`; `recording`
writes what a run does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from runner import scripts
from runner.engines import Session
from runner.generating import happenings
from runner.generating.work import Existing, Run
from runner.nodes import Relation
from runner.remembered import UNKNOWN, UNKNOWN_ANEW, Remembered
from runner.results import Status

SCHEMA = "RUNNER"
NODE_RESULTS = Relation(SCHEMA, "NODE_RESULTS")
LOCKS = Relation(SCHEMA, "LOCKS")
# The tables, with the columns that some of them did not have in an older version.
_COLUMNS: Mapping[Relation, frozenset[str]] = {
    NODE_RESULTS: frozenset(
        {"ROWS_QUARANTINED", "FINGERPRINT", "INPUTS", "VERSION", "COLUMN_VERSIONS"}
    ),
    Relation(SCHEMA, "INVOCATIONS"): frozenset({"NODES", "OPTIONS", "ANEW"}),
    Relation(SCHEMA, "CHECK_RESULTS"): frozenset(),
    Relation(SCHEMA, "BATCHES"): frozenset(),
    LOCKS: frozenset(),
}
VIEWS = frozenset(Relation(SCHEMA, name) for name in ("UNKNOWN_NODES", "NODES", "RUNS", "CHECKS"))
MADE = VIEWS.union(_COLUMNS)  # all that `prepare` makes


class Row(NamedTuple):
    """A row of `runner.node_results`, or a node that a killed run has left behind."""

    node: str
    at: datetime
    status: str
    seconds: float | None
    message: str | None
    fingerprint: str | None
    inputs: str | None
    version: str | None
    column_versions: str | None


def read(session: Session, existing: Mapping[Relation, Existing]) -> Mapping[str, Remembered]:
    """What is remembered of every node, by its id; one statement.

    `existing` is what there is in the schema `runner`, as the inventory tells it: where that is
    not complete, no run of this version has been here and nothing is remembered.
    """
    if not is_complete(existing):
        return {}
    rows = map(Row._make, session.execute(scripts.own("state_read")).rows)
    found: dict[str, Remembered] = {}
    for row in sorted(rows, key=lambda row: row.at):
        found[row.node] = _after(found.get(row.node, _NOTHING), row)
    return found


def is_complete(existing: Mapping[Relation, Existing]) -> bool:
    """Whether all tables are there with all their columns; the views are made with them."""
    return all(
        relation in existing and columns.issubset(existing[relation].names())
        for relation, columns in _COLUMNS.items()
    )


def prepare(session: Session) -> None:
    """Make what is missing; what is there keeps its rows."""
    for statement in scripts.split(scripts.own("state_tables")):
        session.execute(statement.sql)


_NOTHING = Remembered("")


def forget(session: Session, nodes: Iterable[str], run: Run) -> None:
    """Let nothing that is remembered of the nodes (ids) count any more; the rows stay."""
    prepare(session)
    session.execute(happenings.forgotten(sorted(nodes), run))


def _after(before: Remembered, row: Row) -> Remembered:
    """What is remembered of a node when this happens to it next."""
    left = row if row.fingerprint is not None else before
    changed = row if row.version is not None else before
    is_done = row.status in (Status.SUCCESS, Status.WARN)
    is_look = is_done and row.fingerprint is None  # `runner check`: it built nothing
    status = UNKNOWN if row.status == UNKNOWN_ANEW else row.status
    is_unsure = before.made_unknown or row.status == UNKNOWN_ANEW
    return Remembered(
        status=before.status or status if is_look else status,
        fingerprint=left.fingerprint or "",
        inputs=left.inputs or "",
        version=changed.version or "",
        column_versions=changed.column_versions or "",
        seconds=row.seconds if is_done and not is_look else before.seconds,
        message=before.message if is_look else row.message or "",
        made_unknown=is_unsure and row.fingerprint is None,
    )
