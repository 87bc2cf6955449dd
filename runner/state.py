"""What runs did: rows in the schema `runner` of the target's database, only ever added.

The tables and their columns are described in `runner/sql/state_tables.sql`. Results are written
while a run goes on, at most once a second and many at a time, so that a killed run leaves what it
finished and a thousand nodes cost a handful of statements.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from runner import scripts
from runner.engines import Engine, Session
from runner.generating.work import Existing
from runner.nodes import Relation
from runner.results import Invocation, NodeResult

SCHEMA = "RUNNER"
NODE_RESULTS = Relation(SCHEMA, "NODE_RESULTS")
TABLES = frozenset(
    {
        NODE_RESULTS,
        *(Relation(SCHEMA, name) for name in ("INVOCATIONS", "CHECK_RESULTS", "BATCHES")),
    }
)
INTERVAL = 1.0  # seconds between two writes, at least
SHARE = 20  # a pause is as many times as long as the write before it, on a slow database
BATCH = 500  # rows in one statement

Value = str | int | float | bool | datetime | None
Row = tuple[Value, ...]


class Recorder:
    """Writes one run's rows from a thread and a session of its own, so that no node waits for it.

    `start`, then `add` for each result as it comes, then `finish`; `close` in any case. What goes
    wrong while writing (`EngineError`) is raised by `start` and `finish`; `add` never fails and
    never waits.
    """

    def __init__(self, engine: Engine, invocation: Invocation) -> None:
        self._engine = engine
        self._invocation = invocation
        self._session: Session | None = None
        self._pending: list[NodeResult] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="state")

    def start(self, existing: Mapping[Relation, Existing]) -> None:
        """Make what the `existing` tables lack and note that the run began."""
        self._session = self._engine.session()
        if not _is_complete(existing):
            for statement in scripts.split(scripts.own("state_tables")):
                self._session.execute(statement.sql)
        row = _invocation_row(self._invocation, "running", None)
        _insert(self._session, "invocations", [row])
        self._writer = self._pool.submit(self._write_now_and_then, self._session)

    def add(self, result: NodeResult) -> None:
        with self._lock:
            self._pending.append(result)

    def finish(self, status: str, seconds: float) -> None:
        """Write what is left and how the run ended: success, failed or interrupted."""
        self._stop.set()
        self._writer.result()
        assert self._session is not None
        row = _invocation_row(self._invocation, status, round(seconds, 6))
        _insert(self._session, "invocations", [row])

    def close(self) -> None:
        self._stop.set()
        self._pool.shutdown()
        if self._session is not None:
            self._session.close()

    def _write_now_and_then(self, session: Session) -> None:
        pause = INTERVAL
        while not self._stop.wait(pause):
            began = time.monotonic()
            self._write(session)
            pause = max(INTERVAL, SHARE * (time.monotonic() - began))
        self._write(session)

    def _write(self, session: Session) -> None:
        with self._lock:
            results, self._pending = self._pending, []
        checks = [row for result in results for row in _check_rows(self._invocation, result)]
        _insert(session, "node_results", [_node_row(self._invocation, r) for r in results])
        _insert(session, "check_results", checks)


def _is_complete(existing: Mapping[Relation, Existing]) -> bool:
    """Whether all tables are there, none of them from before rows were sent to quarantine."""
    if not TABLES.issubset(existing):
        return False
    return "ROWS_QUARANTINED" in existing[NODE_RESULTS].names()


def _insert(session: Session, table: str, rows: Sequence[Row]) -> None:
    """Add rows whose values stand in the order of the statement's columns."""
    sql = scripts.own(f"state_{table}")
    for start in range(0, len(rows), BATCH):
        lines = [map(_text, row) for row in rows[start : start + BATCH]]
        session.execute(sql.replace("{rows}", scripts.rows_literal(lines)))


def _text(value: Value) -> str:
    """A value as the statement's casts read it; null is an empty text, times are UTC."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return str(value).replace(scripts.FIELDS, " ").replace(scripts.LINES, " ")


def _invocation_row(invocation: Invocation, status: str, seconds: float | None) -> Row:
    return (
        invocation.id,
        status,
        datetime.now(UTC),
        invocation.command,
        invocation.target,
        invocation.selection,
        invocation.full_refresh,
        invocation.version,
        seconds,
    )


def _node_row(invocation: Invocation, result: NodeResult) -> Row:
    return (
        invocation.id,
        result.node,
        result.kind.value,
        result.materialized,
        result.path,
        result.status.value,
        result.reason,
        result.message,
        result.started_at,
        round(result.seconds, 6),
        result.rows,
        " ".join(result.query_ids),
        result.quarantined,
    )


def _check_rows(invocation: Invocation, result: NodeResult) -> list[Row]:
    return [
        (
            invocation.id,
            check.node,
            check.name,
            check.kind.value,
            check.severity.value,
            check.status.value,
            check.failures,
            check.message,
            check.path,
            check.line,
            result.started_at,
        )
        for check in result.checks
    ]
