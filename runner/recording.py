"""Writing down what a run does, while it does it.

Results are written at most once a second and many at a time, so that a killed run leaves what it
finished and a thousand nodes cost a handful of statements.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from runner import scripts, state
from runner.engines import Engine, Session
from runner.generating.work import Existing
from runner.nodes import Relation
from runner.results import Invocation, NodeResult, Status

INTERVAL = 1.0  # seconds between two writes, at least
SHARE = 20  # a pause is as many times as long as the write before it, on a slow database
BATCH = 500  # rows in one statement

NOTHING = (None, None, None, None)  # of a node that leaves nothing to compare with

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
        self._nodes: frozenset[str] = frozenset()
        self._begun: list[Row] = []  # the row of the start, until it is written
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="state")

    def start(
        self,
        existing: Mapping[Relation, Existing],
        nodes: Collection[str] | None = None,
        anew: Collection[str] = (),
    ) -> None:
        """Make what the `existing` tables lack and note that the run begins.

        `nodes` are those that it is going to touch: they are of unknown state when it is killed.
        Of those that are `anew`, incremental models, all rows are going to be made again.
        When there are none the start is noted together with the end.
        """
        self._session = self._engine.session()
        if not state.is_complete(existing):
            state.prepare(self._session)
        self._nodes = frozenset(nodes or ())
        self._begun = [_invocation_row(self._invocation, "running", None, self._nodes, anew)]
        if nodes is None or nodes:
            self._write_invocation()
        self._writer = self._pool.submit(self._write_now_and_then, self._session)

    def add(self, result: NodeResult) -> None:
        """Take a result to be written; one that says nothing new is not."""
        if result.status is Status.FRESH and not result.left and result.node not in self._nodes:
            return
        with self._lock:
            self._pending.append(result)

    def finish(self, status: str, seconds: float) -> None:
        """Write what is left and how the run ended: success, failed or interrupted."""
        self._stop.set()
        self._writer.result()
        self._begun.append(_invocation_row(self._invocation, status, round(seconds, 6)))
        self._write_invocation()

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

    def _write_invocation(self) -> None:
        assert self._session is not None
        rows = (f"({', '.join(map(_literal, row))})" for row in self._begun)
        sql = scripts.own("state_invocations").replace("{rows}", ",\n    ".join(rows))
        self._session.execute(sql)
        self._begun = []

    def _write(self, session: Session) -> None:
        with self._lock:
            results, self._pending = self._pending, []
        checks = [row for result in results for row in _check_rows(self._invocation, result)]
        _insert(session, "node_results", [_node_row(self._invocation, r) for r in results])
        _insert(session, "check_results", checks)


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


def _literal(value: Value) -> str:
    """A value in SQL; times are UTC."""
    if value is None:
        return "null"
    if isinstance(value, datetime):
        return f"{scripts.literal(_text(value))}::timestamp_ntz"
    return scripts.literal(value) if isinstance(value, str) else str(value)


def _invocation_row(
    invocation: Invocation,
    status: str,
    seconds: float | None,
    nodes: Collection[str] = (),
    anew: Collection[str] = (),
) -> Row:
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
        "\n".join(sorted(nodes)) or None,
        invocation.options or None,
        "\n".join(sorted(anew)) or None,
    )


def _node_row(invocation: Invocation, result: NodeResult) -> Row:
    left = result.left
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
        *((left.fingerprint, left.inputs, left.version, left.column_versions) if left else NOTHING),
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
