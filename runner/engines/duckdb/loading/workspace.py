"""Temporary files that a statement reads its staged files from."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


@dataclass
class _Kept:
    """The folder of a session's latest statement."""

    sql: str
    folder: TemporaryDirectory[str]


_kept: weakref.WeakKeyDictionary[Session, _Kept] = weakref.WeakKeyDictionary()


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
