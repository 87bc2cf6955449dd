"""The objects of one store in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import duckdb

from runner.engines.duckdb import changes
from runner.engines.duckdb.journal import TABLES, decode, row
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import CLOCK, Key, Object, key
from runner.errors import Unsupported


class Objects:
    """The objects of one store in memory; changed only by `apply`, after their commit."""

    def __init__(self) -> None:
        self._objects: dict[Key, Object] = {}
        self._reshaped: dict[Key, int] = {}
        self.turn = 0  # counts what is applied

    def load(self, root: duckdb.DuckDBPyConnection, database: str) -> None:
        """Make the journal of an attached database when it has none, and read it."""
        schema = f"{quote(database)}._runner"
        root.execute(TABLES.replace("$schema", schema))
        rows = root.execute(
            f"select kind, schema_name, name, body from {schema}.objects order by rowid"
        ).fetchall()
        latest = {key(row[0], database, *row[1:3]).folded(): row[3] for row in rows}
        for one, body in latest.items():
            self._put(one, decode(database, body))
        self._advance_clock(database, changes.load(root, database))
        if len(rows) > 100 + 4 * sum(one.database == database for one in self._objects):
            self._compact(root, database)

    def _advance_clock(self, database: str, microseconds: int) -> None:
        """Let no new moment be older than one that an object, or a change of rows, has."""
        latest = datetime.fromtimestamp(microseconds / 1_000_000, UTC)
        CLOCK.has_been(max([latest, *(one.altered for one in self.of(database))]))

    def begin_database(self, root: duckdb.DuckDBPyConnection, database: str) -> None:
        """Record a new database and its schema PUBLIC, unless that has been done."""
        first = (
            Object("DATABASE", database, "", database),
            Object("SCHEMA", database, "", "PUBLIC"),
        )
        if self.get(first[0].key) is not None:
            return
        rows = [row(one.key, one) for one in first]
        root.execute("begin")
        root.execute(f'create schema if not exists {quote(database)}."PUBLIC"')
        root.executemany(f"insert into {quote(database)}._runner.objects values (?, ?, ?, ?)", rows)
        root.execute("commit")
        self.apply({one.key: one for one in first})

    def _compact(self, root: duckdb.DuckDBPyConnection, database: str) -> None:
        journal = f"{quote(database)}._runner.objects"
        live = [row(one.key, one) for one in self.of(database)]
        root.execute("begin")
        root.execute(f"delete from {journal}")
        if live:
            root.executemany(f"insert into {journal} values (?, ?, ?, ?)", live)
        root.execute("commit")

    def forget_database(self, database: str) -> None:
        self.apply({one.key: None for one in self.of(database)})

    def apply(self, changes: Mapping[Key, Object | None]) -> None:
        self.turn += 1
        for one, value in changes.items():
            if not alike(self.get(one), value):
                self._reshaped[one] = self.turn
            self._put(one, value)

    def reshaped_since(self, one: Key, turn: int) -> bool:
        """Whether the object was made, dropped, or given another shape after that turn."""
        return self._reshaped.get(one, 0) > turn

    def _put(self, one: Key, value: Object | None) -> None:
        if value is None:
            self._objects.pop(one.folded(), None)
        else:
            self._objects[one.folded()] = value

    def get(self, one: Key) -> Object | None:
        """The object under exactly this name."""
        found = self._objects.get(one.folded())
        if found is None or (found.schema, found.name) != (one.schema, one.name):
            return None
        return found

    def refuse_near_name(self, one: Key) -> None:
        """DuckDB's names ignore case: two objects that differ in it alone cannot both be."""
        found = self._objects.get(one.folded())
        if found is not None and found.name != one.name:
            raise Unsupported(
                "names that differ only in case",
                f"{one.schema}.{found.name} exists beside the new {one.name}",
            )

    def of(
        self, database: str, schema: str | None = None, kind: str | None = None
    ) -> Iterator[Object]:
        """Every object of a database, or of one of its schemas, or of one kind there."""
        everything = list(self._objects.items())
        found = [o for k, o in everything if k.database == database]
        return iter([o for o in found if schema in (None, o.schema) and kind in (None, o.kind)])

    def copy(self) -> Objects:
        """The objects as they are now."""
        copied = Objects()
        copied._objects = dict(self._objects)
        copied.turn = self.turn
        return copied


def alike(one: Object | None, other: Object | None) -> bool:
    """Whether a statement means the same over both: the columns, a view's text, a property."""
    if one is None or other is None:
        return one is other
    return (one.kind, one.columns, one.properties) == (other.kind, other.columns, other.properties)
