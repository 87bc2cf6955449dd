"""What runs did: rows in the schema `runner` of the target's database, only ever added.

The tables and their columns are described in `runner/sql/state_tables.sql`. Results are written
while a run goes on, about once a second and many at a time, so that a killed run leaves what it
finished and a thousand nodes cost a handful of statements.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from runner import scripts
from runner.engines import Engine, Session
from runner.nodes import Relation
from runner.results import Invocation, NodeResult

SCHEMA = "RUNNER"
TABLES = frozenset(
    Relation(SCHEMA, name) for name in ("INVOCATIONS", "NODE_RESULTS", "CHECK_RESULTS")
)
INTERVAL = 1.0  # seconds between two writes
BATCH = 500  # rows in one statement

Row = dict[str, Any]


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

    def start(self, existing: Collection[Relation]) -> None:
        """Make the tables that are not among the `existing` ones and note that the run began."""
        self._session = self._engine.session()
        if not TABLES.issubset(existing):
            for statement in scripts.split(scripts.own("state_tables")):
                self._session.execute(statement.sql)
        _insert(self._session, "invocations", [_invocation_row(self._invocation, "running")])
        self._writer = self._pool.submit(self._write_now_and_then, self._session)

    def add(self, result: NodeResult) -> None:
        with self._lock:
            self._pending.append(result)

    def finish(self, status: str, seconds: float) -> None:
        """Write what is left and how the run ended: success, failed or interrupted."""
        self._stop.set()
        self._writer.result()
        row = _invocation_row(self._invocation, status) | {"seconds": seconds}
        assert self._session is not None
        _insert(self._session, "invocations", [row])

    def close(self) -> None:
        self._stop.set()
        self._pool.shutdown()
        if self._session is not None:
            self._session.close()

    def _write_now_and_then(self, session: Session) -> None:
        while not self._stop.wait(INTERVAL):
            self._write(session)
        self._write(session)

    def _write(self, session: Session) -> None:
        with self._lock:
            results, self._pending = self._pending, []
        checks = [row for result in results for row in _check_rows(self._invocation, result)]
        _insert(session, "node_results", [_node_row(self._invocation, r) for r in results])
        _insert(session, "check_results", checks)


def _insert(session: Session, table: str, rows: Sequence[Row]) -> None:
    sql = scripts.own(f"state_{table}")
    for start in range(0, len(rows), BATCH):
        known = [
            {key: value for key, value in row.items() if value is not None}
            for row in rows[start : start + BATCH]
        ]
        session.execute(sql.replace("{rows}", scripts.literal(json.dumps(known))))


def _invocation_row(invocation: Invocation, status: str) -> Row:
    return {
        "invocation_id": invocation.id,
        "status": status,
        "recorded_at": _timestamp(datetime.now(UTC)),
        "command": invocation.command,
        "target": invocation.target,
        "selection": invocation.selection,
        "full_refresh": invocation.full_refresh,
        "runner_version": invocation.version,
    }


def _node_row(invocation: Invocation, result: NodeResult) -> Row:
    return {
        "invocation_id": invocation.id,
        "node": result.node,
        "resource_type": result.kind.value,
        "materialized": result.materialized,
        "path": result.path,
        "status": result.status.value,
        "reason": result.reason,
        "message": result.message,
        "started_at": _timestamp(result.started_at),
        "seconds": round(result.seconds, 6),
        "rows_written": result.rows,
        "query_ids": " ".join(result.query_ids),
    }


def _check_rows(invocation: Invocation, result: NodeResult) -> list[Row]:
    return [
        {
            "invocation_id": invocation.id,
            "node": check.node,
            "check_name": check.name,
            "check_kind": check.kind.value,
            "severity": check.severity.value,
            "status": check.status.value,
            "failures": check.failures,
            "message": check.message,
            "path": check.path,
            "line": check.line,
            "checked_at": _timestamp(result.started_at),
        }
        for check in result.checks
    ]


def _timestamp(moment: datetime) -> str:
    """UTC, as a TIMESTAMP_NTZ is written."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
