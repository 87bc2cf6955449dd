"""The file that keeps translations for later processes: `translations-<version>.cache`, SQLite.

It is a cache: what cannot be read is as good as not there, and a file that cannot be written keeps
nothing. It is written in one transaction, when its store closes; SQLite makes that safe against a
kill at any moment and against other processes. Each row has a check sum of its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import sqlite3
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import duckdb

TABLE = """
create table if not exists translations (
    name text primary key,
    body text not null,
    size integer not null,
    digest text not null
)
"""
# the newest rows that are not more than so many characters together are kept
PRUNE = """
delete from translations
where rowid in (
    select rowid
    from (select rowid, sum(size) over (order by rowid desc) as total from translations)
    where total > ?
)
"""
ROW = "insert or replace into translations values (?, ?, ?, ?)"
# what SQLite raises for a damaged file, and Python for a text in it that is none
UNREADABLE = (sqlite3.Error, UnicodeError, OSError)


class TranslationFile:
    """The file of a folder; used by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection: sqlite3.Connection | None = None
        self._absent: bool | None = None

    @property
    def path(self) -> Path:
        return self._folder / f"translations-{version()}.cache"

    def read(self, name: str) -> str | None:
        """What was written under a name; None when there is nothing, or nothing whole."""
        if self._is_absent():
            return None
        try:
            self._connection = self._connection or self._open()
            found = self._connection.execute(
                "select body, digest from translations where name = ?", (name,)
            ).fetchone()
        except UNREADABLE:
            self._discard()
            return None
        return found[0] if found is not None and found[1] == check_sum(name, found[0]) else None

    def _is_absent(self) -> bool:
        """Whether there was no file at the first look; only this process writes one."""
        if self._absent is None:
            self._absent = not self.path.exists()
        return self._absent

    def write(self, rows: Iterable[tuple[str, str]], at_most: int) -> None:
        """Add rows of names and bodies, forget the oldest beyond so many characters, and close."""
        listed = [(name, body, len(body), check_sum(name, body)) for name, body in rows]
        try:
            if listed:
                self._connection = self._connection or self._open()
                self._connection.execute("begin immediate")
                self._connection.execute(TABLE)
                self._connection.executemany(ROW, listed)
                self._connection.execute(PRUNE, (at_most,))
                self._connection.execute("commit")
                self._remove_older()
            self._close()
        except UNREADABLE:
            self._discard()

    def _open(self) -> sqlite3.Connection:
        """SQLite's own locks suffice: a lost cache costs little, so nothing waits for the disk."""
        opened = sqlite3.connect(
            self.path, timeout=1, isolation_level=None, check_same_thread=False
        )
        opened.execute("pragma synchronous = off")
        return opened

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _discard(self) -> None:
        """Remove a file that cannot be read."""
        with contextlib.suppress(*UNREADABLE):
            self._close()
        self._connection, self._absent = None, True
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
            self.path.with_name(f"{self.path.name}-journal").unlink(missing_ok=True)

    def _remove_older(self) -> None:
        for other in self._folder.glob("translations-*.cache"):
            if other != self.path:
                other.unlink(missing_ok=True)


def check_sum(name: str, body: str) -> str:
    return hashlib.sha256(f"{name} {body}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


@cache
def version() -> str:
    """What tells this engine from another that would translate otherwise: the text of its files,
    its libraries and Python."""
    here = Path(__file__).parent
    libraries = f"{duckdb.__version__} {importlib.metadata.version('sqlglot')} {sys.version}"
    text = hashlib.sha256(libraries.encode())
    for file in sorted(here.rglob("*")):
        if file.suffix in (".py", ".sql", ".txt"):
            content = file.read_bytes()
            text.update(f"\0{file.relative_to(here)} {len(content)}\0".encode())
            text.update(content)
    return text.hexdigest()[:16]
