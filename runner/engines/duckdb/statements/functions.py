"""SQL functions that users make: CREATE, ALTER and DROP FUNCTION. They are kept as text.

The arguments are columns around the body, so that a column of the body's own FROM wins over an
argument of its name (page *Scalar SQL UDFs*); names without a schema mean the function's schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.engines import Result
from runner.engines.duckdb import dialect, objects, types
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.scopes import Scope
from runner.engines.duckdb.statements import (
    ddl,
    definitions,
    function_calls,
    handles,
    replies,
    settings,
    views,
)
from runner.engines.duckdb.statements.function_calls import KIND
from runner.engines.duckdb.statements.words import Words
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

CLAUSES = frozenset({"NOT", "LANGUAGE", "CALLED", "RETURNS", "STRICT", "VOLATILE", "IMMUTABLE"}) | {
    *("MEMOIZABLE", "COMMENT", "AS", "COPY", "RUNTIME_VERSION", "HANDLER", "PACKAGES", "IMPORTS")
}
# clauses that change no answer
WITHOUT_EFFECT = (
    ("CALLED", "ON", "NULL", "INPUT"),
    ("VOLATILE",),
    ("IMMUTABLE",),
    ("COPY", "GRANTS"),
    ("NOT", "NULL"),
)


@handles("CREATE FUNCTION")
def create_function(session: Session, statement: Statement) -> Result:
    """`create [or replace] function … returns … as …`, in SQL, scalar or TABLE."""
    words = Words(statement.sql, session.variables, statement.tokens)
    head = ddl.creation(words, KIND)
    if head.temporary:
        raise Unsupported("CREATE TEMPORARY FUNCTION")
    database, schema, name = ddl.path_of(session, words.name())
    ddl.require_schema(session, database, schema)
    arguments = declarations(words)
    words.expect("RETURNS")
    table = declarations(words) if words.take("TABLE") else []
    returns = "TABLE" if table else read_type(words)
    given = clauses(words)
    signature = f"{name}({', '.join(types.parse(one['type']).name for one in arguments)})"
    found = objects.find(session, KIND, (database, schema, signature))
    if found and head.if_not_exists:
        return replies.status(f"{name} already exists, statement succeeded.")
    if found and not head.replace:
        raise replies.already_exists(name)
    record = Object(
        KIND,
        *(database, schema, signature),
        comment=given.pop("comment", None),
        properties={
            **given,
            "name": name,
            "arguments": arguments,
            "returns": returns,
            "table": table,
            "secure": head.secure,
        },
    )
    prove(session, record)
    with ddl.alone(session):
        objects.put(session, record.changed(grants=ddl.granted(session, record)))
    return replies.status(f"Function {name} successfully created.")


def prove(session: Session, record: Object) -> None:
    """Bind a new function's body, so that what is wrong with it is said now."""
    declared = record.properties["arguments"]
    given = [Value("NULL", types.parse(one["type"]), volatile=False) for one in declared]
    with views.inside(session, record.database, record.schema):
        binder = Binder(session)
        binder.scope = function_calls.around(record, given, Scope())
        if not record.properties["table"]:
            function_calls.body(binder, record.properties["body"])
            return
        query = binder.query(dialect.read(record.properties["body"]).tree)
    if len(query.columns) != len(record.properties["table"]):
        raise replies.compilation(
            f"the body of {record.properties['name']} gives {len(query.columns)} columns, "
            f"and {len(record.properties['table'])} are declared"
        )


def declarations(words: Words) -> list[dict[str, Any]]:
    """The arguments or result columns in brackets: name, type, default."""
    start, end = words.bracket()
    if not words.sql[start:end].strip():
        return []
    tree = dialect.part(words.sql, start, end, "create table arguments").tree
    declared = definitions.of_table(tree).columns  # type: ignore[arg-type]
    return [{"name": one.name, "type": one.type, "default": one.default} for one in declared]


def read_type(words: Words) -> str:
    """The type behind RETURNS, in full."""
    parts = [words.next().text]
    while not words.done and words.word() not in CLAUSES:
        parts.append(f"({words.parenthesised()})" if words.sees("(") else words.next().text)
    return str(types.parse(" ".join(parts)))


def clauses(words: Words) -> dict[str, Any]:
    """What stands between the result's type and the end, the body among it."""
    found: dict[str, Any] = {}
    while not words.take("AS"):
        if words.take("LANGUAGE"):
            language = words.identifier()
            if language != "SQL":
                raise Unsupported(f"functions in {language}")
        elif words.take("STRICT") or words.take("RETURNS", "NULL", "ON", "NULL", "INPUT"):
            found["strict"] = True
        elif words.take("MEMOIZABLE"):
            found["memoizable"] = True
        elif words.take("COMMENT", "="):
            found["comment"] = words.string()
        elif not any(words.take(*clause) for clause in WITHOUT_EFFECT):
            raise words.unexpected()
    found["body"] = words.string().strip().removesuffix(";")
    words.end()
    return found


def named(session: Session, words: Words) -> tuple[ddl.Path, str]:
    """Where the function of `name(types)` is recorded, and its bare name."""
    database, schema, name = ddl.path_of(session, words.name())
    listed = [part for part in words.parenthesised().split(",") if part.strip()]
    signature = f"{name}({', '.join(types.parse(part).name for part in listed)})"
    return (database, schema, signature), name


@handles("ALTER FUNCTION")
def alter_function(session: Session, statement: Statement) -> Result:
    """`alter function [if exists] name(types) rename to … | set … | unset …`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("ALTER", KIND)
    quiet = words.take("IF", "EXISTS")
    path, name = named(session, words)
    if quiet and objects.find(session, KIND, path) is None:
        return replies.succeeded()
    record = ddl.require(session, KIND, path)
    if words.take("RENAME", "TO"):
        changed = renamed(session, record, ddl.path_of(session, words.name()), name)
    elif words.take("UNSET"):
        changed, _ = settings.unset_properties(words, record)
    else:
        words.expect("SET")
        changed = settings.set_properties(words, record)
    words.end()
    with ddl.alone(session):
        if changed.key != record.key:
            objects.drop(session, record.key)
        objects.put(session, changed.changed())
    return replies.succeeded()


def renamed(session: Session, record: Object, path: ddl.Path, name: str) -> Object:
    """The record under another name, which must be free."""
    ddl.require_schema(session, path[0], path[1])
    signature = path[2] + record.name.removeprefix(name)
    if objects.find(session, KIND, (path[0], path[1], signature)) is not None:
        raise replies.already_exists(path[2])
    moved = record.changed(database=path[0], schema=path[1], name=signature)
    return moved.with_properties(name=path[2])


@handles("DROP FUNCTION")
def drop_function(session: Session, statement: Statement) -> Result:
    """`drop function [if exists] name(types)`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("DROP", KIND)
    quiet = words.take("IF", "EXISTS")
    path, name = named(session, words)
    words.end()
    found = objects.find(session, KIND, path)
    if found is None and quiet:
        return replies.gone(name)
    found = ddl.require(session, KIND, path)
    with ddl.alone(session):
        objects.drop(session, found.key)
    return replies.status(f"{name} successfully dropped.")
