"""Making, changing and dropping the named objects of loading: stages, file formats, pipes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from runner.engines import Column, Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.loading.reading import LoadWords
from runner.engines.duckdb.statements import ddl
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

Path3 = tuple[str, str, str]


def status(text: str) -> Result:
    """The one row that DDL gives."""
    return Result((Column("status", "VARCHAR"),), [(text,)], 1)


def full(session: Session, name: tuple[str, ...]) -> Path3:
    """Database, schema and name; the session's where the name leaves them out."""
    database = name[-3] if len(name) > 2 else session.database
    schema = name[-2] if len(name) > 1 else session.schema
    if database is None:
        raise EngineError(
            f"Cannot perform operation on '{name[-1]}'. This session does not have a current "
            "database. Call 'USE DATABASE', or use a qualified name.",
            code=90105,
            sqlstate="22000",
        )
    return database, schema or "PUBLIC", name[-1]


def missing(kind: str, path: Path3) -> EngineError:
    return EngineError(
        f"SQL compilation error:\n{kind.capitalize()} '{'.'.join(path)}' does not exist or not "
        "authorized.",
        code=2003,
        sqlstate="02000",
    )


def existing_already(path: Path3) -> EngineError:
    return EngineError(
        f"SQL compilation error:\nObject '{'.'.join(path)}' already exists.",
        code=2002,
        sqlstate="42710",
    )


def existing(session: Session, kind: str, path: Path3) -> objects.Object:
    """The object of this name. Raises `EngineError` 2003 when there is none."""
    found = objects.find(session, kind, path)
    if found is None:
        raise missing(kind, path)
    return found


def begin(statement: Statement, verb: str, kind: str) -> tuple[LoadWords, bool]:
    """The words behind `verb … kind`, and whether OR REPLACE was among them."""
    words = LoadWords(statement.sql)
    words.expect(verb)
    replace = words.take("OR", "REPLACE")
    if words.take_any("TEMPORARY", "TEMP"):
        raise Unsupported(f"CREATE TEMPORARY {kind}")
    words.expect(*kind.split())
    return words, replace


def create(
    session: Session,
    statement: Statement,
    kind: str,
    read: Callable[[LoadWords], dict[str, Any]],
) -> Result:
    """CREATE of an object whose properties `read` takes from the words behind its name."""
    words, replace = begin(statement, "CREATE", kind)
    quietly = words.take("IF", "NOT", "EXISTS")
    if replace and quietly:
        raise EngineError(
            "SQL compilation error:\noptions IF NOT EXISTS and OR REPLACE are incompatible."
        )
    path = full(session, words.name())
    ddl.require_schema(session, path[0], path[1])
    if objects.find(session, kind, path) is not None and not replace:
        if quietly:
            return status(f"{path[2]} already exists, statement succeeded.")
        raise existing_already(path)
    for word in ("CLONE", "LIKE"):
        if words.sees(word):
            raise Unsupported(f"CREATE {kind} … {word}")
    properties = read(words)
    comment = properties.pop("COMMENT", None)
    made = objects.Object(kind, *path, comment=comment, properties=properties)
    with session.transaction():
        objects.put(session, made)
    return status(f"{label(kind)} {path[2]} successfully created.")


def label(kind: str) -> str:
    """How Snowflake's messages begin."""
    return {"STAGE": "Stage area", "FILE FORMAT": "File format", "PIPE": "Pipe"}[kind]


def alter(
    session: Session,
    statement: Statement,
    kind: str,
    change: Callable[[objects.Object, LoadWords], objects.Object],
) -> Result:
    """ALTER: RENAME TO for every kind, else what `change` reads and makes."""
    words, _ = begin(statement, "ALTER", kind)
    quietly = words.take("IF", "EXISTS")
    path = full(session, words.name())
    found = objects.find(session, kind, path)
    if found is None:
        if quietly:
            return status("Statement executed successfully.")
        raise missing(kind, path)
    if words.sees("SET", "TAG") or words.sees("UNSET", "TAG"):
        raise Unsupported(f"ALTER {kind} … TAG")
    if words.take("RENAME", "TO"):
        changed = renamed(session, found, full(session, words.name()))
        words.end()
    else:
        changed = change(found, words)
    with session.transaction():
        if changed.key != found.key:
            objects.drop(session, found.key)
        objects.put(session, changed)
    return status("Statement executed successfully.")


def renamed(session: Session, found: objects.Object, path: Path3) -> objects.Object:
    """The object under a new name, which nothing else bears. Raises 002002, 002003."""
    ddl.require_schema(session, path[0], path[1])
    if objects.find(session, found.kind, path) is not None:
        raise existing_already(path)
    if path[0] != found.database:
        raise Unsupported(f"ALTER {found.kind} … RENAME TO another database")
    return found.changed(schema=path[1], name=path[2])


def drop(session: Session, statement: Statement, kind: str) -> Result:
    """DROP [IF EXISTS]"""
    words, _ = begin(statement, "DROP", kind)
    quietly = words.take("IF", "EXISTS")
    path = full(session, words.name())
    words.end()
    found = objects.find(session, kind, path)
    if found is None and not quietly:
        raise missing(kind, path)
    if found is None:
        return status(f"Drop statement executed successfully ({path[2]} already dropped).")
    with session.transaction():
        objects.drop(session, found.key)
    return status(f"{path[2]} successfully dropped.")
