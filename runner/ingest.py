"""Files that have landed -> rows of raw tables, through the project's pipes.

A pipe loads a file once. `alter pipe … refresh` sends what has landed (on Snowflake: in the last
seven days; notifications do the rest) and returns at once; COPY_HISTORY tells how each file fared.
Snowflake's pages: ALTER PIPE, COPY_HISTORY (table function).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from runner import scripts
from runner.cataloging.objects import Catalog
from runner.engines import Engine, Session
from runner.errors import DOES_NOT_EXIST, EngineError, RunnerError
from runner.nodes import Relation
from runner.results import Loaded

PATIENCE = 600.0  # seconds to wait for files that were sent


@dataclass(frozen=True)
class _Sent:
    """Files that a pipe has begun to load."""

    pipe: Relation
    table: Relation
    files: frozenset[str]


def run(
    engine: Engine, catalog: Catalog, on_wait: Callable[[str], None] | None = None
) -> tuple[Loaded, ...]:
    """Refresh every pipe and wait until all files that it sent are loaded or refused.

    Files come in the order of pipes and names. `on_wait` is told from time to time what is still
    being loaded. Raises `EngineError` naming the pipe, `RunnerError` when files take too long.
    """
    with engine.session() as session:
        start = session.execute("select current_timestamp()::varchar").rows[0][0]
        sent = [_refresh(session, name, pipe.table) for name, pipe in sorted(catalog.pipes.items())]
        loaded: list[Loaded] = []
        for batch in sent:
            loaded += _wait(session, batch, start, on_wait)
        return tuple(loaded)


def _refresh(session: Session, pipe: Relation, table: Relation) -> _Sent:
    try:
        result = session.execute(f"alter pipe {pipe} refresh")
    except EngineError as error:
        error.message = f"pipe {pipe}: {error.message}"
        if error.code == DOES_NOT_EXIST:
            error.hint = "`runner deploy` makes the pipes of migrations/"
        raise
    return _Sent(pipe, table, frozenset(str(row[0]) for row in result.rows))


def _wait(
    session: Session, sent: _Sent, start: str, on_wait: Callable[[str], None] | None
) -> Iterable[Loaded]:
    deadline, pause = time.monotonic() + PATIENCE, 0.5
    while sent.files:
        loaded = [file for file in _history(session, sent, start) if file.file in sent.files]
        missing = sent.files - {file.file for file in loaded}
        if not missing:
            return sorted(loaded, key=lambda file: file.file)
        if time.monotonic() > deadline:
            raise RunnerError(
                f"pipe {sent.pipe}: {len(missing)} files are still being loaded, "
                f"among them {min(missing)}",
                "ask `select system$pipe_status(…)`, and run again later",
            )
        if on_wait:
            on_wait(f"{sent.pipe}: {len(missing)} files are being loaded")
        time.sleep(pause)
        pause = min(pause * 2, 10.0)
    return []


def _history(session: Session, sent: _Sent, start: str) -> Iterable[Loaded]:
    sql = scripts.own("ingest_history")
    sql = sql.replace("{table}", scripts.literal(str(sent.table)))
    sql = sql.replace("{start}", scripts.literal(start))
    for file, status, rows, errors, message, line in session.execute(sql).rows:
        yield Loaded(
            pipe=str(sent.pipe),
            table=str(sent.table),
            file=file,
            status=status,
            rows=int(rows or 0),
            errors=int(errors or 0),
            first_error=message or "",
            first_error_line=line,
        )
