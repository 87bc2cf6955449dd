"""A file that keeps values by name from one process to the next: SQLite, one row for each value.

It is a cache: what cannot be read is as good as not there, and a file that cannot be written keeps
nothing. It is written in one transaction, at its end; SQLite makes that safe against a kill at any
moment and against other processes. Each row has a check sum of its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Self, TypeVar

from runner.caching import values

_TABLE = """
create table if not exists kept (
    name blob primary key,
    body blob not null,
    digest blob not null
)
"""
_ROW = "insert or replace into kept values (?, ?, ?)"
_USED = "create temp table used (name blob primary key)"
# what was not asked for this time stays, the newest first, while it is no more than what was
_PRUNE = """
delete from kept
where name in (
    select name
    from (
        select name, sum(length(body)) over (order by rowid desc) as total
        from kept
        where name not in (select name from used)
    )
    where total > (select sum(length(body)) from kept where name in (select name from used))
)
"""
_AT_ONCE = 500  # names in one statement
# what SQLite raises for a damaged file or one of another program
_UNREADABLE = (sqlite3.Error, OSError)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

Value = TypeVar("Value")


class Cache:
    """The file `path`, used by one thread; without a path, nothing is kept.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Cache(Path(folder, "a.cache")) as cache:
    ...         cache.put(b"name", ("a", "value"))
    ...     with Cache(Path(folder, "a.cache")) as cache:
    ...         cache.get([b"name", b"other"])
    {b'name': ('a', 'value')}
    """

    def __init__(self, path: Path | None, *, whole: bool = False) -> None:
        """`whole`: all that is needed of the file is asked for; of the rest, some is forgotten."""
        self._path = path
        self._whole = whole
        self._connection: sqlite3.Connection | None = None
        self._asked: set[bytes] = set()
        self._new: dict[bytes, bytes] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Write what is new, even when an error ends the reading: the rest of it was in order."""
        try:
            if self._new and self._path is not None:
                self._write(self._path)
            self._close()
        except _UNREADABLE as error:
            self._give_up(error)

    def get(self, names: Collection[bytes]) -> dict[bytes, Any]:
        """The values that are kept under these names, of those that are there and whole."""
        self._asked.update(names)
        if self._path is None:
            return {}
        try:
            rows = list(self._rows(self._path, names)) if self._path.exists() else []
        except _UNREADABLE as error:
            self._give_up(error)
            return {}
        found = {}
        for name, body, digest in rows:
            with contextlib.suppress(values.UnreadableError, TypeError):
                if digest == _check_sum(name, body):
                    found[name] = values.read(body)
        return found

    def put(self, name: bytes, value: object) -> None:
        """Keep a value; it is on disk when the cache ends."""
        if self._path is not None:
            self._asked.add(name)
            self._new[name] = values.written(value)

    def kept(self, name: bytes | None, make: Callable[[], Value]) -> Value:
        """The value under a name, or else what `make` gives, which is kept from then on; without a
        name it is made each time."""
        if name is None:
            return make()
        found: dict[bytes, Value] = self.get([name])
        if name not in found:
            found[name] = make()
            self.put(name, found[name])
        return found[name]

    def _rows(self, path: Path, names: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
        self._connection = self._connection or _opened(path)
        remaining = iter(names)
        while chunk := list(islice(remaining, _AT_ONCE)):
            marks = ", ".join("?" * len(chunk))
            query = f"select name, body, digest from kept where name in ({marks})"
            yield from self._connection.execute(query, chunk)

    def _write(self, path: Path) -> None:
        rows = [(name, body, _check_sum(name, body)) for name, body in self._new.items()]
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = self._connection = self._connection or _opened(path)
        connection.execute("begin immediate")
        connection.execute(_TABLE)
        connection.executemany(_ROW, rows)
        if self._whole:
            connection.execute(_USED)
            connection.executemany("insert into used values (?)", [(name,) for name in self._asked])
            connection.execute(_PRUNE)
        connection.execute("commit")

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _give_up(self, error: Exception) -> None:
        """Go on without; remove a file that cannot be read, unless another process is at it."""
        with contextlib.suppress(*_UNREADABLE):
            self._close()
        self._connection = None
        if self._path is not None and getattr(error, "sqlite_errorcode", 0) not in _BUSY:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
                self._path.with_name(f"{self._path.name}-journal").unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection:
    """SQLite's own locks suffice: a lost cache costs little, so nothing waits for the disk."""
    opened = sqlite3.connect(path, timeout=1, isolation_level=None)
    opened.execute("pragma synchronous = off")
    return opened


def _check_sum(name: bytes, body: bytes) -> bytes:
    return hashlib.sha256(name + body).digest()[:16]
