"""What the engine knows about objects beyond DuckDB's own catalog.

Declared types and comments of tables, the text of views, and every object that has no meaning on
one machine (roles, warehouses, tasks, …) are `Object`s. They are kept twice: in a `journal` beside
the rows they speak of, and in memory (`registry`), where statements look them up without asking
DuckDB. The functions below are what handlers of statements use.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from runner.engines.duckdb.names import quote
from runner.engines.duckdb.seen import Listing

if TYPE_CHECKING:
    from runner.engines.duckdb.connection import Connection

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


class Clock:
    """The moments at which objects are made and changed. It never gives one twice and never goes
    back, not even behind what it is told has been, so that a moment tells a change."""

    def __init__(self) -> None:
        self._last = datetime.fromtimestamp(0, UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The present moment, in UTC."""
        with self._lock:
            self._last = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
            return self._last

    def has_been(self, moment: datetime) -> None:
        with self._lock:
            self._last = max(self._last, moment)


CLOCK = Clock()
now = CLOCK.now


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

    @cached_property
    def digest(self) -> str:
        """What tells it from one over which a query means something else. The moments at which it
        was made and altered are left out: a table is made anew at every build."""
        columns = [said(column) for column in self.columns]
        named = self.kind, self.database, self.schema, self.name, self.comment, self.owner
        text = json.dumps([*named, columns, dict(self.properties)], sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

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


def find(session: Connection, kind: str, path: tuple[str, str, str]) -> Object | None:
    """The object (database, schema, name) as this session sees it: temporary tables first."""
    return under(session, key(kind, *path))


def under(session: Connection, one: Key) -> Object | None:
    """What `find` gives for a key; a translation depends on it."""
    temporary = session.temporary.get(one)
    if temporary is not None:
        found: Object | None = temporary
    elif session.pending and one in session.pending:
        found = session.pending[one]
    else:
        found = session.look(one)
    session.dependencies.looked(one, found, temporary=temporary is not None)
    return found


def permanent(session: Connection, one: Key) -> Object | None:
    """The object under a key, temporary tables aside. Raises `Unsupported` when there is one whose
    name differs only in case."""
    session.known.refuse_near_name(one)
    if one in session.pending:
        return session.pending[one]
    return session.look(one)


def members(
    session: Connection, database: str, schema: str | None = None, kind: str | None = None
) -> list[Object]:
    """Every object of a database or schema, or of one kind there, as this session sees it, by
    name."""
    listing = Listing(database, schema, kind)
    seen = {one.key: one for one in session.look_through(listing)}
    for one, value in session.pending.items():
        if value is None:
            seen.pop(one, None)
        else:
            seen[one] = value
    seen.update(session.temporary)
    found = sorted(
        (
            one
            for one in seen.values()
            if one.database == database
            and schema in (None, one.schema)
            and kind in (None, one.kind)
        ),
        key=lambda o: (o.schema, o.name, o.kind),
    )
    session.dependencies.listed(listing, found)
    return found


def put(session: Connection, value: Object) -> None:
    """Record an object. A temporary table is recorded in its session alone."""
    if value.key in session.temporary:
        session.temporary[value.key] = value
    else:
        put_permanent(session, value)


def put_permanent(session: Connection, value: Object) -> None:
    """Record an object that all sessions see, though a temporary table may hide it here."""
    session.known.refuse_near_name(value.key)
    session.pending[value.key] = value


def drop(session: Connection, one: Key) -> None:
    """Forget an object."""
    if session.temporary.pop(one, None) is None:
        session.pending[one] = None


def temporary_name(path: tuple[str, str, str]) -> str:
    """Where DuckDB keeps a session's temporary table."""
    return f"temp.main.{quote('.'.join(path))}"
