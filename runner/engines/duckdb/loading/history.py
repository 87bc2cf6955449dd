"""What was loaded: the two rules by which a file loads once, and COPY_HISTORY.

COPY keeps its load metadata with the table, for 64 days: a file is loaded when its path and its
content (ETag) were loaded before (page *Considerations for loading data*, load metadata). A pipe
keeps its own for 14 days, by path and name alone, "including files that failed to load", and
REFRESH "checks the load history for both the pipe and the target table" (pages *ALTER PIPE*,
*Troubleshooting Snowpipe*). Both live in `_runner.loads` of the table's database and are written in
the transaction that writes the rows. A table or pipe is known by the moment it was made: a new one
of the same name has no history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from runner.engines.duckdb import objects
from runner.engines.duckdb.loading.names import Path3
from runner.engines.duckdb.names import quote

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

COPY_DAYS, PIPE_DAYS, HISTORY_DAYS = 64, 14, 14

LOADED, PARTIALLY, FAILED = "LOADED", "PARTIALLY_LOADED", "LOAD_FAILED"
# how COPY_HISTORY words the states of COPY's own result
STATUS = {LOADED: "Loaded", PARTIALLY: "Partially loaded", FAILED: "Load failed"}


@dataclass(frozen=True)
class Fault:
    """The first error of a file; `line` and `character` from 1, `column` as `"T"["C":1]`."""

    message: str
    line: int | None = None
    character: int | None = None
    column: str | None = None
    code: int = 0


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    file_name: str  # relative to the stage location
    shown: str  # as COPY's result names it
    size: int
    etag: str
    status: str
    rows_parsed: int = 0
    rows_loaded: int = 0
    error_limit: int = 1
    errors: int = 0
    fault: Fault | None = None


@dataclass(frozen=True)
class Loader:
    """Who loads: the table, the stage, and the pipe if it is one."""

    table: Path3
    table_id: str
    stage_location: str
    pipe: Path3 | None = None
    pipe_id: str = ""
    received_at: datetime | None = None

    @property
    def owner(self) -> str:
        return self.pipe_id or self.table_id


def identity(found: objects.Object | None) -> str:
    """What tells this table or pipe from others that bear its name before or after it."""
    return found.created.isoformat() if found is not None else ""


def loads(database: str) -> str:
    """The table that holds a database's history (made with the database, see `objects.sql`)."""
    return f"{quote(database)}._runner.loads"


def record(session: Session, loader: Loader, outcome: Outcome) -> None:
    """Write one file's outcome, in the transaction that is open."""
    fault = outcome.fault
    values = (
        loader.owner,
        loader.table_id,
        loader.table[1],
        loader.table[2],
        loader.pipe[1] if loader.pipe else None,
        loader.pipe[2] if loader.pipe else None,
        loader.stage_location,
        outcome.file_name,
        outcome.size,
        outcome.etag,
        outcome.status,
        outcome.rows_parsed,
        outcome.rows_loaded,
        outcome.errors,
        outcome.error_limit,
        fault.message if fault else None,
        fault.line if fault else None,
        fault.character if fault else None,
        fault.column if fault else None,
        loader.received_at,
        datetime.now(UTC),
    )
    session.raw(
        f"insert into {loads(loader.table[0])} values ({', '.join('?' * len(values))}, false)",
        values,
    )


def loaded_by_copy(session: Session, loader: Loader) -> dict[str, set[str]]:
    """The ETags of each file that COPY loaded into the table within 64 days, by file name."""
    rows = session.raw(
        f"select file_name, etag from {loads(loader.table[0])} where owner = ? "
        "and stage_location = ? and status <> ? and loaded_at > ?",
        (loader.table_id, loader.stage_location, FAILED, _before(COPY_DAYS)),
    )
    found: dict[str, set[str]] = {}
    for name, etag in rows:
        found.setdefault(name, set()).add(etag)
    return found


def first_load_expired(session: Session, loader: Loader) -> bool:
    """Whether the table's first batch came more than 64 days ago, so that older files are
    uncertain."""
    rows = session.raw(
        f"select min(loaded_at) from {loads(loader.table[0])} where owner = ?", (loader.table_id,)
    )
    return bool(rows and rows[0][0] is not None and rows[0][0] < _before(COPY_DAYS))


def processed_by_pipe(session: Session, loader: Loader) -> set[str]:
    """The files that the pipe took up within 14 days, well or badly, and those that COPY loaded."""
    rows = session.raw(
        f"select file_name from {loads(loader.table[0])} where owner = ? and loaded_at > ?",
        (loader.pipe_id, _before(PIPE_DAYS)),
    )
    return {row[0] for row in rows} | set(loaded_by_copy(session, loader))


def truncated(session: Session, table: objects.Object) -> None:
    """What TRUNCATE does: COPY may load the files again, and COPY_HISTORY begins anew. A pipe keeps
    its load metadata (page *Troubleshooting Snowpipe*). In the transaction that is open."""
    place = loads(table.database)
    session.raw(f"delete from {place} where owner = ?", (identity(table),))
    session.raw(f"update {place} set hidden = true where table_id = ?", (identity(table),))


def _before(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)
