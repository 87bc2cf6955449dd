"""SQL functions that users make: kept as text, bound anew at each call.

The arguments are columns around the body, so that a column of the body's own FROM wins over an
argument of its name (page *Scalar SQL UDFs*); names without a schema mean the function's schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from runner.engines import Result
from runner.engines.duckdb import dialect, objects, rules, types
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.queries import tables
from runner.engines.duckdb.rules import Call, Value, casts
from runner.engines.duckdb.scopes import Column, Query, Scope, Source, outputs
from runner.engines.duckdb.statements import ddl, definitions, handles, replies, views
from runner.engines.duckdb.statements.words import Words
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

KIND = "FUNCTION"
CLAUSES = frozenset({"NOT", "LANGUAGE", "CALLED", "RETURNS", "STRICT", "VOLATILE", "IMMUTABLE"}) | {
    *("MEMOIZABLE", "COMMENT", "AS", "COPY", "RUNTIME_VERSION", "HANDLER", "PACKAGES", "IMPORTS")
}


@handles("CREATE FUNCTION")
def create_function(session: Session, statement: Statement) -> Result:
    """`create [or replace] function … returns … as …`, in SQL, scalar or TABLE."""
    words = Words(statement.sql, session.variables, statement.tokens)
    head = ddl.creation(words, KIND)
    database, schema, name = ddl.path_of(session, words.name())
    ddl.require_schema(session, database, schema)
    arguments = columns_of(words.parenthesised())
    words.expect("RETURNS")
    table = columns_of(words.parenthesised()) if words.take("TABLE") else []
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
    given = [Value("NULL", type_, volatile=False) for type_ in argument_types(record)]
    with views.inside(session, record.database, record.schema):
        binder = Binder(session)
        binder.scope = around(record, given)
        if not record.properties["table"]:
            body(binder, record.properties["body"])
            return
        query = binder.query(dialect.read(record.properties["body"]).tree)
    if len(query.columns) != len(record.properties["table"]):
        raise replies.compilation(
            f"the body of {record.properties['name']} gives {len(query.columns)} columns, "
            f"and {len(record.properties['table'])} are declared"
        )


def columns_of(text: str) -> list[dict[str, Any]]:
    """Arguments or result columns: name, type, default."""
    if not text.strip():
        return []
    tree = dialect.read(f"create table arguments ({text})").tree
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
        elif words.take("COMMENT", "="):
            found["comment"] = words.string()
        elif words.done:
            raise words.unexpected()
        else:
            words.next()
    found["body"] = words.string().strip().removesuffix(";")
    words.end()
    return found


@handles("DROP FUNCTION")
def drop_function(session: Session, statement: Statement) -> Result:
    """`drop function [if exists] name(types)`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("DROP", KIND)
    quiet = words.take("IF", "EXISTS")
    database, schema, name = ddl.path_of(session, words.name())
    listed = [part for part in words.parenthesised().split(",") if part.strip()]
    words.end()
    signature = f"{name}({', '.join(types.parse(part).name for part in listed)})"
    path = (database, schema, signature)
    found = objects.find(session, KIND, path)
    if found is None and quiet:
        return replies.gone(name)
    found = ddl.require(session, KIND, path)
    with ddl.alone(session):
        objects.drop(session, found.key)
    return replies.status(f"{name} successfully dropped.")


def call(call: Call) -> Value | None:
    """A call of a scalar function, bound; None when there is no such function."""
    session = call.binder.session
    found = chosen(session, (*call.path, call.name), list(call.values()), table=False)
    if found is None:
        return None
    values = arguments(call.binder, found, list(call.values()))
    returns = types.parse(found.properties["returns"])
    with views.inside(session, found.database, found.schema):
        inner = Binder(session)
        inner.scope = around(found, values)
        value = body(inner, found.properties["body"])
    result = casts.implicit(value, returns)
    if found.properties.get("strict") and values:
        missing = " OR ".join(f"{value.sql} IS NULL" for value in values)
        return Value(f"CASE WHEN {missing} THEN NULL ELSE {result.sql} END", returns)
    return Value(f"({result.sql})", returns, volatile=result.volatile)


def body(binder: Binder, text: str) -> Value:
    """A function's body: an expression, or a query of one value."""
    if dialect.read(text).words[0] in ("SELECT", "WITH"):
        query = binder.query(dialect.read(text).tree)
        return Value(f"({query.sql})", query.columns[0].type)
    return binder.value(dialect.expression(text))


def around(found: Object, values: list[Value]) -> Scope:
    """The scope around a body: its arguments, as columns."""
    named = zip(found.properties["arguments"], values, strict=True)
    columns = [Column(one["name"], value.type, value.sql) for one, value in named]
    return Scope(sources=[Source(found.properties["name"], columns)])


def arguments(binder: Binder, found: Object, given: list[Value]) -> list[Value]:
    """The values of a call cast to the argument types, defaults for those left out."""
    values = []
    for number, one in enumerate(found.properties["arguments"]):
        value = given[number] if number < len(given) else default(binder, one)
        if value.volatile:
            raise Unsupported(f"{found.properties['name']} of a random value")
        values.append(casts.implicit(value, types.parse(one["type"])))
    return values


def default(binder: Binder, argument: dict[str, Any]) -> Value:
    return binder.value(dialect.expression(argument["default"]))


def chosen(
    session: Session, name: tuple[str, ...], given: list[Value], *, table: bool
) -> Object | None:
    """The function of this name for these arguments; of several that could take them, the one
    whose types are the arguments' own."""
    if session.database is None:
        return None
    last = name[-1]
    fitting = [
        record
        for record in functions_of(session, name)
        if record.properties["name"] == last
        and bool(record.properties["table"]) == table
        and takes(record, len(given))
    ]
    if len(fitting) > 1:
        wanted = [value.type.name for value in given]
        fitting = [r for r in fitting if wanted == [t.name for t in argument_types(r)]]
        if not fitting:
            raise Unsupported(f"the choice between several functions {last}")
    if not fitting and any(r.properties["name"] == last for r in functions_of(session, name)):
        types_ = ", ".join(str(value.type) for value in given)
        raise replies.compilation(
            f"Invalid argument types for function '{last}': ({types_})",
            1044,
            "42P13",
        )
    return fitting[0] if fitting else None


def functions_of(session: Session, name: tuple[str, ...]) -> list[Object]:
    """The functions of the schema that a call's name means."""
    database, schema, _ = ddl.path_of(session, name)
    return [one for one in objects.members(session, database, schema) if one.kind == KIND]


def takes(record: Object, count: int) -> bool:
    declared = record.properties["arguments"]
    needed = sum(one["default"] is None for one in declared)
    return needed <= count <= len(declared)


def argument_types(record: Object) -> list[types.Type]:
    return [types.parse(one["type"]) for one in record.properties["arguments"]]


def table_call(binder: Binder, node: exp.Anonymous) -> Query | None:
    """A call of a TABLE function in FROM, bound; None when there is no such function."""
    session = binder.session
    given = [binder.value(one) for one in node.expressions]
    found = chosen(session, (node.name.upper(),), given, table=True)
    if found is None:
        return None
    values = arguments(binder, found, given)
    with views.inside(session, found.database, found.schema):
        inner = Binder(session)
        inner.scope = around(found, values)
        query = inner.query(dialect.read(found.properties["body"]).tree)
    declared = found.properties["table"]
    wanted = [types.parse(one["type"]) for one in declared]
    columns = outputs([one["name"] for one in declared], wanted)
    picked = ", ".join(
        f"{casts.implicit(Value(quote(out.physical), out.type), type_).sql} AS {quote(c.physical)}"
        for out, type_, c in zip(query.columns, wanted, columns, strict=True)
    )
    return Query(f"SELECT {picked} FROM ({query.sql})", columns)


rules.USER_FUNCTIONS.append(call)
tables.USER_TABLE_FUNCTIONS.append(table_call)
