"""What the engine knows about objects beyond DuckDB's own catalog.

Declared types and comments of tables, the text of views, and every object that has no meaning on
one machine (roles, warehouses, tasks, …) are `Object`s. They are kept twice: as a journal in the
table `_runner.objects` of the database file they belong to, written in the same transaction as the
effect they describe; and in memory, where statements look them up without asking DuckDB. The last
row of the journal for a key counts, one without a body is a deletion.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from runner.engines.duckdb.names import quote
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

_JOURNAL = (Path(__file__).parent / "objects.sql").read_text(encoding="utf-8")
_NOTHING: Mapping[str, Any] = MappingProxyType({})

# Kinds that share one space of names, by the name of that space. Any other kind is its own.
RELATION = "RELATION"
_SPACES = {
    "TABLE": RELATION,
    "VIEW": RELATION,
    "MATERIALIZED VIEW": RELATION,
    "DYNAMIC TABLE": RELATION,
    "EXTERNAL TABLE": RELATION,
}


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


class Key(NamedTuple):
    """Where an object is found. `schema` is empty for what belongs to a database or the account,
    `database` is `store.ACCOUNT` for the latter."""

    database: str
    schema: str
    space: str
    name: str

    def folded(self) -> Key:
        return Key(self.database, self.schema.casefold(), self.space, self.name.casefold())


@dataclass(frozen=True)
class TableColumn:
    """A column as declared: `type` is Snowflake's in full (`VARCHAR(10)`, `NUMBER(38,0)`),
    `default` is Snowflake SQL, `identity` is (start, increment)."""

    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    comment: str | None = None
    identity: tuple[int, int] | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Grant:
    """A privilege on an object: `to` is ROLE, USER, DATABASE ROLE or SHARE, `name` which one.
    In a schema's or database's record `future` names the kind of objects that will get it."""

    privilege: str
    to: str
    name: str
    option: bool = False
    future: str = ""
    created: str = field(default_factory=lambda: now().isoformat())


@dataclass(frozen=True)
class Object:
    """One object. `database` is not written down: it is the file's own name."""

    kind: str
    database: str
    schema: str
    name: str
    created: datetime = field(default_factory=now)
    altered: datetime = field(default_factory=now)
    comment: str | None = None
    owner: str = "SYSADMIN"
    columns: tuple[TableColumn, ...] = ()
    grants: tuple[Grant, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return key(self.kind, self.database, self.schema, self.name)

    def changed(self, **changes: Any) -> Object:
        """A copy with these fields changed, altered now."""
        return replace(self, **{"altered": now(), **changes})

    def with_properties(self, **changes: Any) -> Object:
        """A copy with these properties set, or taken away where the value is None."""
        merged = {**self.properties, **changes}
        return self.changed(properties={k: v for k, v in merged.items() if v is not None})

    def column(self, name: str) -> TableColumn | None:
        return next((column for column in self.columns if column.name == name), None)


def key(kind: str, database: str, schema: str, name: str) -> Key:
    """The key of an object of this kind.

    >>> key("VIEW", "DB", "SC", "V") == key("TABLE", "DB", "SC", "V")
    True
    """
    return Key(database, schema, _SPACES.get(kind, kind), name)


class Objects:
    """The objects of one store in memory; changed only by `apply`, after their commit."""

    def __init__(self) -> None:
        self._objects: dict[Key, Object] = {}
        self._reshaped: dict[Key, int] = {}
        self.turn = 0  # counts what is applied

    def load(self, root: duckdb.DuckDBPyConnection, database: str) -> None:
        """Make the journal of an attached database when it has none, and read it."""
        schema = f"{quote(database)}._runner"
        root.execute(_JOURNAL.replace("$schema", schema))
        rows = root.execute(
            f"select kind, schema_name, name, body from {schema}.objects order by rowid"
        ).fetchall()
        for kind, schema_name, name, body in rows:
            self._put(key(kind, database, schema_name, name), decode(database, body))
        if len(rows) > 100 + 4 * sum(one.database == database for one in self._objects):
            self._compact(root, database)

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

    def of(self, database: str, schema: str | None = None) -> Iterator[Object]:
        """Every object of a database, or of one of its schemas."""
        everything = list(self._objects.items())
        found = [o for k, o in everything if k.database == database]
        return iter([o for o in found if schema in (None, o.schema)])

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


def row(one: Key, value: Object | None) -> tuple[str, str, str, str | None]:
    kind = value.kind if value is not None else one.space
    return kind, one.schema, one.name, None if value is None else encode(value)


def encode(value: Object) -> str:
    """An object as the journal keeps it. What says nothing is left out: a table is written at every
    build."""
    body: dict[str, Any] = {
        "kind": value.kind,
        "schema": value.schema,
        "name": value.name,
        "created": value.created.isoformat(),
        "altered": value.altered.isoformat(),
        "comment": value.comment,
        "owner": value.owner,
        "columns": [said(column) for column in value.columns],
        "grants": [vars(grant) for grant in value.grants],
        "properties": dict(value.properties),
    }
    return json.dumps(body, separators=(",", ":"))


def said(column: TableColumn) -> dict[str, Any]:
    """The fields of a column that differ from their defaults."""
    fields: dict[str, Any] = {"name": column.name, "type": column.type}
    if not column.nullable:
        fields["nullable"] = False
    for name in ("default", "comment", "identity", "properties"):
        value = getattr(column, name)
        if value:
            fields[name] = value
    return fields


def decode(database: str, body: str | None) -> Object | None:
    """The object of a journal's row.

    >>> one = Object("TABLE", "DB", "SC", "T", columns=(TableColumn("A", "DATE"),))
    >>> decode("DB", encode(one)) == one
    True
    """
    if body is None:
        return None
    fields = json.loads(body)
    for moment in ("created", "altered"):
        fields[moment] = datetime.fromisoformat(fields[moment])
    columns = []
    for column in fields.pop("columns"):
        identity = column.pop("identity", None)
        columns.append(TableColumn(**column, identity=tuple(identity) if identity else None))
    grants = tuple(Grant(**grant) for grant in fields.pop("grants"))
    return Object(database=database, columns=tuple(columns), grants=grants, **fields)


# -- verbs for handlers; those that write do so in the open transaction ---------------------------


def find(session: Session, kind: str, path: tuple[str, str, str]) -> Object | None:
    """The object (database, schema, name) as this session sees it: temporary tables first."""
    one = key(kind, *path)
    if session.temporary and one in session.temporary:
        return session.temporary[one]
    if session.pending and one in session.pending:
        return session.pending[one]
    return shared(session, one)


def shared(session: Session, one: Key) -> Object | None:
    """What all sessions know under a key; noted, since another session may change it."""
    return session.seen.look(session.known, one)


def permanent(session: Session, one: Key) -> Object | None:
    """The object under a key, temporary tables aside. Raises `Unsupported` when there is one whose
    name differs only in case."""
    session.known.refuse_near_name(one)
    if one in session.pending:
        return session.pending[one]
    return shared(session, one)


def members(session: Session, database: str, schema: str | None = None) -> list[Object]:
    """Every object of a database or schema as this session sees it, by name."""
    seen = {one.key: one for one in session.seen.list(session.known, database, schema)}
    for one, value in session.pending.items():
        if value is None:
            seen.pop(one, None)
        else:
            seen[one] = value
    seen.update(session.temporary)
    return sorted(
        (o for o in seen.values() if o.database == database and schema in (None, o.schema)),
        key=lambda o: (o.schema, o.name, o.kind),
    )


def put(session: Session, value: Object) -> None:
    """Record an object. A temporary table is recorded in its session alone."""
    if value.key in session.temporary:
        session.temporary[value.key] = value
    else:
        put_permanent(session, value)


def put_permanent(session: Session, value: Object) -> None:
    """Record an object that all sessions see, though a temporary table may hide it here."""
    session.known.refuse_near_name(value.key)
    session.pending[value.key] = value


def drop(session: Session, one: Key) -> None:
    """Forget an object."""
    if session.temporary.pop(one, None) is None:
        session.pending[one] = None


def temporary_name(path: tuple[str, str, str]) -> str:
    """Where DuckDB keeps a session's temporary table."""
    return f"temp.main.{quote('.'.join(path))}"


def write_journal(session: Session) -> None:
    """Write down what the open transaction has recorded and forgotten; right before its commit."""
    rows: dict[str, list[str | None]] = {}
    for one, value in session.pending.items():
        if value is not None or session.known.get(one) is not None:
            rows.setdefault(one.database, []).extend(row(one, value))
    for database, values in rows.items():
        places = ", ".join(["(?, ?, ?, ?)"] * (len(values) // 4))
        session.raw(f"insert into {quote(database)}._runner.objects values {places}", values)
