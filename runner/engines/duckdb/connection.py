"""One connection to DuckDB: its cursor, its transaction, and what is recorded of objects in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Generic, TypeVar

import duckdb

from runner.engines import Closing
from runner.engines.duckdb import faults, journal, objects
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.registry import Objects
from runner.engines.duckdb.seen import Listing, Seen
from runner.engines.duckdb.store import Store
from runner.engines.duckdb.translations import Dependencies
from runner.engines.duckdb.work import Work, writes
from runner.errors import EngineError

T = TypeVar("T")


class StaleError(EngineError):
    """The statement reads a table that another session has changed since the first write."""


class Noted(Generic[T]):
    """An attribute of a connection whose reading is noted: a translation that has read it depends
    on more than is kept with translations (see `translations`)."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = f"_{name}"

    def __get__(self, one: Connection, owner: type | None = None) -> T:
        one.dependencies.more = True
        value: T = one.__dict__[self.name]
        return value

    def __set__(self, one: Connection, value: T) -> None:
        one.__dict__[self.name] = value


class Connection(Closing):
    """A cursor of the store's DuckDB instance, used by one thread at a time."""

    store = Noted[Store]()
    sql = Noted[str]()  # the statement that is running
    last_transaction = Noted[str | None]()

    def __init__(self, store: Store) -> None:
        self.dependencies = Dependencies()  # of the translation that is being made
        self.store = self._store = store
        self.sql = self._sql = ""
        self.last_transaction = None
        self.in_transaction = False
        self.temporary: dict[objects.Key, objects.Object] = {}
        self.pending: dict[objects.Key, objects.Object | None] = {}
        self.work: Work | None = None
        self.seen = Seen()
        self.frozen: Objects | None = None  # what is known, in a transaction that lasts
        self.helpers: set[duckdb.DuckDBPyConnection] = set()  # connections of what is running
        self.written: set[objects.Key] = set()  # the tables that the open transaction has written
        self.touched: set[objects.Key] = set()  # those of them in which it has changed rows
        self._wrote = False
        self._affected = 0  # rows that statements of DuckDB's have written or deleted
        self._running = self._cancelled = False
        self._uninterrupted = threading.RLock()  # held while a transaction begins or ends
        self._cursor = store.cursor()

    def cancel(self) -> None:
        """Interrupt the statement that runs in another thread; a commit that has begun is done."""
        with self._uninterrupted:
            self._cancelled = self._running
            for cursor in (self._cursor, *tuple(self.helpers)):
                with suppress(duckdb.ConnectionException):  # it is closed
                    cursor.interrupt()

    def close(self) -> None:
        self._cursor.close()

    def raw(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run DuckDB's SQL inside the current transaction; the rows it gives."""
        return self.run(sql, params)[1]

    def run(
        self, sql: str, params: Sequence[Any] = ()
    ) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
        """Like `raw`, with the columns' names and DuckDB types before the rows."""
        self.dependencies.more = True
        if self._cancelled:
            raise faults.cancelled(self._sql)
        if writes(sql):
            self.refuse_stale()
        try:
            self._cursor.execute(sql, params or None)
            described = [(item[0], str(item[1])) for item in self._cursor.description or ()]
            rows = self._cursor.fetchall()
        except duckdb.Error as error:
            raise faults.from_duckdb(error, self._sql) from error
        if writes(sql):
            self._wrote = True
            written = affected(described, rows)
            self._affected += written
            self._store.parallelism.widen(written)
            if self.work is not None:
                self.work.wrote(sql, params)
        return described, rows

    def reads(self, key: objects.Key) -> None:
        """Note that what the statement does depends on what is in a table."""
        if self.work is not None:
            self.work.reading.add(key)

    def is_stale(self) -> bool:
        """Whether the statement of an explicit transaction would see less than is committed."""
        work = self.work
        return work is not None and not work.broken and work.is_stale(self._store.changed)

    def refuse_stale(self) -> None:
        """Raise `StaleError` before a statement of a transaction writes by what is out of date."""
        if self.work is not None and not self.work.current and self.is_stale():
            raise StaleError("another session has changed what the statement reads")

    def prove(self) -> None:
        """Raise a conflict when what was looked up is no longer so."""
        with self._store.settled(self.seen):
            if not self.seen.holds(self._store.objects, self.pending):
                raise faults.changed_meanwhile()

    @contextmanager
    def writing(self, *tables: objects.Key) -> Iterator[None]:
        """The open transaction, or one of its own, in which the body writes rows of tables."""
        with self.transaction():
            self.written.update(tables)
            before = self._affected
            yield
            if self._affected != before:
                self.touched.update(tables)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Statements that happen together: joins the open transaction, or is one of its own."""
        if self.in_transaction:
            yield
            return
        self.begin()
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.commit()

    def begin(self) -> None:
        """Open a transaction."""
        self.control("begin transaction")
        self.in_transaction = True
        self._wrote = False
        self.last_transaction = str(time.time_ns())

    def control(self, sql: str) -> None:
        """Begin, commit or roll back in DuckDB, which no cancellation may divide."""
        with self._uninterrupted:
            try:
                self._cursor.execute(sql)
            except duckdb.Error as error:
                raise faults.from_duckdb(error, self._sql) from error

    @property
    def known(self) -> Objects:
        """The objects that all sessions know: as they are, or as they were when the explicit
        transaction began. What is looked up here is not noted: see `look` and `look_through`."""
        self.dependencies.more = True
        return self._known

    @property
    def _known(self) -> Objects:
        return self.frozen or self._store.objects

    def look(self, one: objects.Key) -> objects.Object | None:
        """What all sessions know under a key; noted, since another session may change it."""
        return self.seen.look(self._known, one)

    def look_through(self, listing: Listing) -> tuple[objects.Object, ...]:
        """What all sessions know of a database, a schema, or one kind in it; noted."""
        return self.seen.list(self._known, listing)

    def freeze(self) -> int:
        """Make the open transaction begin now, for DuckDB and for what is known of objects. The
        number of commits that it sees."""
        with self._store.settled():
            databases = sorted(self._store.databases)
            journals = ", ".join(
                f"{quote(one)}._runner.objects as {quote(one)}" for one in databases
            )
            if journals:
                self.raw(f"select 1 from {journals} limit 0")
            self.frozen = self._store.objects.copy()
            return self._store.commits

    def commit(self) -> None:
        """Make the open transaction last; what it recorded of objects is then what all see."""
        written = self.written
        try:
            journal.write(self)
            changes = self._announce()
        except BaseException:
            self.rollback()
            raise
        done = False
        try:
            self.control("commit")
            done = self._wrote
        finally:
            self._store.end_commit(changes, written, done=done)

    def _announce(self) -> dict[objects.Key, objects.Object | None]:
        """Leave the transaction, which DuckDB commits next: what it has recorded of objects."""
        with self._store.lock:
            if self.pending or self.frozen is None:
                self.prove()
            if self._wrote:
                self._store.require_files()
            changes = self._end()
            self.seen.forget(changes)
            self._store.begin_commit(changes)
            return changes

    def rollback(self) -> None:
        """Undo the open transaction."""
        self._end()
        self.control("rollback")

    def _end(self) -> dict[objects.Key, objects.Object | None]:
        """Leave the transaction; what it had recorded of objects."""
        self.in_transaction = False
        self.work = None
        self.frozen = None
        self.written, self.touched = set(), set()
        changes, self.pending = self.pending, {}
        return changes


def affected(described: Sequence[tuple[str, str]], rows: Sequence[tuple[Any, ...]]) -> int:
    """How many rows a statement that writes has touched, by what DuckDB answers: their number, or
    the rows of its RETURNING."""
    if [name for name, _ in described] == ["Count"]:
        return int(rows[0][0]) if rows else 0
    return len(rows)
