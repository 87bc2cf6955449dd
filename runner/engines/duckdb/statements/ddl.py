"""What all statements that define objects have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlglot import exp

from runner.engines import Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Grant, Object
from runner.engines.duckdb.statements import counters, replies
from runner.engines.duckdb.statements.words import Words
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

Path = tuple[str, str, str]  # database, schema, name


class Head(NamedTuple):
    """What stands between CREATE and the name."""

    replace: bool
    transient: bool
    temporary: bool
    secure: bool
    if_not_exists: bool


MODIFIERS = ("TRANSIENT", "TEMPORARY", "TEMP", "SECURE", "LOCAL", "GLOBAL", "VOLATILE")


def opening(words: Words) -> Head:
    """Read `create [or replace] [modifiers]`, up to the kind."""
    words.expect("CREATE")
    replaces = words.take("OR", "REPLACE")
    modifiers = set()
    while modifier := words.take_any(*MODIFIERS):
        modifiers.add(modifier)
    temporary = bool(modifiers & {"TEMPORARY", "TEMP", "VOLATILE"})
    return Head(replaces, "TRANSIENT" in modifiers, temporary, "SECURE" in modifiers, False)


def creation(words: Words, *kind: str) -> Head:
    """Read `create [or replace] [modifiers] <kind> [if not exists]`, up to the name."""
    head = opening(words)
    words.expect(*kind)
    exists = words.take("IF", "NOT", "EXISTS")
    refuse_both(head.replace, exists)
    return head._replace(if_not_exists=exists)


def refuse_both(replaces: object, exists: object) -> None:
    """OR REPLACE and IF NOT EXISTS are mutually exclusive (page *CREATE TABLE* and its like)."""
    if replaces and exists:
        raise replies.compilation("options IF NOT EXISTS and OR REPLACE are incompatible.")


def lowered(properties: dict[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in properties.items()}


@contextmanager
def alone(session: Session) -> Iterator[None]:
    """A transaction of its own: DDL commits the one that is open (page *Transactions*)."""
    if session.in_transaction and not session.joins_ddl:
        session.commit()
    with session.transaction():
        yield


def path_of(session: Session, parts: tuple[str, ...]) -> Path:
    """Stored names of one to three parts, completed with the session's database and schema."""
    identifiers = [exp.to_identifier(part, quoted=True) for part in reversed(parts)]
    table = exp.Table(**dict(zip(("this", "db", "catalog"), identifiers, strict=False)))
    return session.resolve(table)


def schema_of(session: Session, parts: tuple[str, ...]) -> tuple[str, str]:
    """A schema's name of one or two parts as (database, schema)."""
    database = parts[-2] if len(parts) > 1 else current_database(session)
    return database, parts[-1]


def current_database(session: Session) -> str:
    return session.resolve_schema(exp.Table(this=exp.to_identifier("x")))[0]


def require_database(session: Session, database: str) -> Object:
    """The database's record. Raises 002003 when there is none."""
    if database == "SNOWFLAKE":
        raise Unsupported("the database SNOWFLAKE", "it belongs to Snowflake's account")
    found = objects.find(session, "DATABASE", (database, "", database))
    if database not in session.store.databases or found is None:
        raise replies.does_not_exist("Database", database)
    return found


def require_schema(session: Session, database: str, schema: str) -> Object:
    """The schema's record. Raises 002003 when there is none."""
    require_database(session, database)
    found = objects.find(session, "SCHEMA", (database, "", schema))
    if found is None:
        raise replies.does_not_exist("Schema", f"{database}.{schema}")
    return found


def require(session: Session, kind: str, path: Path) -> Object:
    """The object of this kind under this name. Raises 002003, or 002203 when a table's name is a
    view's or the other way round."""
    found = objects.find(session, kind, path)
    if found is None:
        require_schema(session, path[0], path[1])
        raise replies.does_not_exist(kind.capitalize(), ".".join(path))
    if kind not in (found.kind, "RELATION"):
        raise replies.wrong_kind(found.kind, kind)
    return found


def new_path(session: Session, node: exp.Expr) -> Path:
    """Where a new table or view goes; its schema must exist."""
    table = node.this if isinstance(node, exp.Schema) else node
    if not isinstance(table, exp.Table):
        raise Unsupported(f"{table.sql('snowflake')} as a table's name")
    path = session.resolve(table)
    require_schema(session, path[0], path[1])
    return path


def place(path: Path) -> str:
    """The DuckDB name of a permanent table or view."""
    return ".".join(quote(part) for part in path)


def granted(session: Session, record: Object) -> tuple[Grant, ...]:
    """What the future grants of its schema, else of its database, give a new object (page *GRANT
    privileges*: those of the schema take precedence)."""
    for holder in (("SCHEMA", record.schema), ("DATABASE", record.database)):
        found = objects.find(session, holder[0], (record.database, "", holder[1]))
        future = [grant for grant in found.grants if grant.future] if found else []
        fitting = tuple(replace(g, future="") for g in future if g.future == record.kind)
        if fitting:
            return fitting
    return ()


def drop_relation(session: Session, path: Path, kind: str, *, quiet: bool) -> Result:
    """Drop a table or view; with `quiet` a missing one is no error."""
    found = objects.find(session, kind, path)
    if found is None and quiet:
        return replies.gone(path[2])
    found = require(session, kind, path)
    with alone(session):
        word = "table" if kind == "TABLE" else "view"
        session.raw(f"drop {word} {session.located(path)}")
        counters.drop_all(session, found)
        objects.drop(session, found.key)
    return replies.status(f"{path[2]} successfully dropped.")
