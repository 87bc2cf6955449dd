"""What a statement needs beside the session: temporary files, a connection."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb

from runner.engines.duckdb import faults

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


@dataclass
class _Kept:
    """The folder of a session's latest statement."""

    sql: str
    folder: TemporaryDirectory[str]


_kept: weakref.WeakKeyDictionary[Session, _Kept] = weakref.WeakKeyDictionary()


@contextmanager
def connection(session: Session) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection beside the session's: what fails on it does not spoil the open transaction.
    Cancelling the session interrupts it too. DuckDB's errors come out as `EngineError`."""
    session.store.parallelism.widen()
    cursor = session.store.cursor()
    session.helpers.add(cursor)
    try:
        yield cursor
    except duckdb.Error as error:
        raise faults.from_duckdb(error, session.sql) from error
    finally:
        session.helpers.discard(cursor)
        cursor.close()


@contextmanager
def during(session: Session) -> Iterator[Path]:
    """A folder for the block, or for as long as the explicit transaction around it lasts, which
    may have to read it again after a statement that failed."""
    folder: TemporaryDirectory[str] = TemporaryDirectory(prefix="runner-load-")
    if session.work is not None:
        session.work.kept.append(folder)
        yield Path(folder.name)
        return
    with folder as name:
        yield Path(name)


def of_statement(session: Session) -> Path:
    """A folder for the statement that is running; the one of the statement before is removed."""
    if session.work is not None:
        folder: TemporaryDirectory[str] = TemporaryDirectory(prefix="runner-stage-")
        session.work.kept.append(folder)
        return Path(folder.name)
    kept = _kept.get(session)
    if kept is None or kept.sql is not session.sql:
        if kept is not None:
            kept.folder.cleanup()
        kept = _kept[session] = _Kept(session.sql, TemporaryDirectory(prefix="runner-stage-"))
    return Path(kept.folder.name)
