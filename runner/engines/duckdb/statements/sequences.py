"""Sequences: CREATE, ALTER, DROP and `name.nextval`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.engines import Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.binder import OTHER_NAMES, Binder
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.names import literal
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.statements import counters, ddl, handles, replies
from runner.engines.duckdb.statements.words import Words
from runner.engines.duckdb.types import INTEGER
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

KIND = "SEQUENCE"


@handles("CREATE SEQUENCE")
def create_sequence(session: Session, statement: Statement) -> Result:
    """`create [or replace] sequence … [start [with] [=] n] [increment [by] [=] n] …`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    head = ddl.creation(words, KIND)
    if head.temporary:
        raise Unsupported(f"CREATE TEMPORARY {KIND}")
    path = ddl.path_of(session, words.name())
    ddl.require_schema(session, path[0], path[1])
    numbers = clauses(words)
    if numbers.get("increment") == 0:
        raise replies.compilation("invalid value [0] for parameter 'INCREMENT'", 1008, "22023")
    found = objects.find(session, KIND, path)
    if found and head.if_not_exists:
        return replies.status(f"{path[2]} already exists, statement succeeded.")
    if found and not head.replace:
        raise replies.already_exists(path[2])
    comment = numbers.pop("comment", None)
    record = Object(
        KIND, *path, comment=comment, properties={"start": 1, "increment": 1, **numbers}
    )
    with ddl.alone(session):
        if found:
            session.raw(f"drop sequence {ddl.place(path)}")
        make(session, path, record.properties["start"], record)
        objects.put(session, record.changed(grants=ddl.granted(session, record)))
    return replies.status(f"Sequence {path[2]} successfully created.")


def make(session: Session, path: ddl.Path, start: int, record: Object) -> None:
    """DuckDB's sequence for a record, in the open transaction."""
    bounds = counters.definition(start, record.properties["increment"])
    session.raw(f"create sequence {ddl.place(path)} {bounds}")


def clauses(words: Words) -> dict[str, Any]:
    """START, INCREMENT, ORDER and COMMENT, in any order."""
    found: dict[str, Any] = {}
    words.take("WITH")
    while not words.done:
        if word := words.take_any("START", "INCREMENT"):
            words.take_any("WITH", "BY")
            words.take("=")
            found[word.lower()] = whole_number(words)
        elif word := words.take_any("ORDER", "NOORDER"):
            found["ordered"] = word == "ORDER"
        else:
            words.expect("COMMENT", "=")
            found["comment"] = words.string()
        words.take(",")
    return found


def whole_number(words: Words) -> int:
    value = words.value()
    if not isinstance(value, int):
        raise replies.compilation(f"invalid value [{value}] of a sequence", 1008, "22023")
    return value


@handles("ALTER SEQUENCE")
def alter_sequence(session: Session, statement: Statement) -> Result:
    """`alter sequence [if exists] … [set] [increment …] | set … | unset comment | rename to …`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("ALTER", KIND)
    quiet = words.take("IF", "EXISTS")
    path = ddl.path_of(session, words.name())
    if quiet and objects.find(session, KIND, path) is None:
        return replies.succeeded()
    record = ddl.require(session, KIND, path)
    new = changed(session, words, record)
    words.end()
    target = (new.database, new.schema, new.name)
    with ddl.alone(session):
        if new.properties["increment"] != record.properties["increment"] or target != path:
            start = counters.next_value(session, record)
            session.raw(f"drop sequence {ddl.place(path)}")
            make(session, target, start, new)
        if target != path:
            objects.drop(session, record.key)
        objects.put(session, new.changed())
    return replies.succeeded()


def changed(session: Session, words: Words, record: Object) -> Object:
    """The record after the change that comes next."""
    if words.take("UNSET"):
        words.expect("COMMENT")
        return record.changed(comment=None)
    if words.take("RENAME", "TO"):
        return renamed(session, record, ddl.path_of(session, words.name()))
    if not words.take("SET") and not words.sees("INCREMENT"):
        raise words.unexpected()
    given = clauses(words)
    if not given or "start" in given:
        raise replies.compilation("invalid property 'START' for 'SEQUENCE'", 1420, "22023")
    if given.get("ordered") and not record.properties.get("ordered"):
        raise replies.compilation("a sequence that is NOORDER cannot be changed to ORDER")
    return record.changed(comment=given.pop("comment", record.comment)).with_properties(**given)


def renamed(session: Session, record: Object, path: ddl.Path) -> Object:
    """The record under another name, which must be free."""
    ddl.require_schema(session, path[0], path[1])
    if objects.find(session, KIND, path) is not None:
        raise replies.already_exists(path[2])
    if path[0] != record.database:
        raise Unsupported("moving a sequence to another database")
    return record.changed(schema=path[1], name=path[2])


@handles("DROP SEQUENCE")
def drop_sequence(session: Session, statement: Statement) -> Result:
    """`drop sequence [if exists] …`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("DROP", KIND)
    quiet = words.take("IF", "EXISTS")
    path = ddl.path_of(session, words.name())
    words.take_any("CASCADE", "RESTRICT")
    words.end()
    found = objects.find(session, KIND, path)
    if found is None and quiet:
        return replies.gone(path[2])
    found = ddl.require(session, KIND, path)
    with ddl.alone(session):
        session.raw(f"drop sequence {ddl.place(path)}")
        objects.drop(session, found.key)
    return replies.status(f"{path[2]} successfully dropped.")


def nextval(binder: Binder, name: str, parts: tuple[str, ...]) -> Value | None:
    """`sequence.nextval`: the next number, a new one wherever it is written (page *Sequences*)."""
    session = binder.session
    if name != "NEXTVAL" or not parts or session.database is None:
        return None
    path = ddl.path_of(session, parts)
    if objects.find(session, KIND, path) is None:
        return None
    text = f"CAST(nextval({literal(ddl.place(path))}) AS DECIMAL(38,0))"
    return Value(text, INTEGER, volatile=True)


OTHER_NAMES.append(nextval)
