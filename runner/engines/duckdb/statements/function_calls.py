"""Calls of the SQL functions that users made: the body is bound anew at each call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from runner.engines.duckdb import dialect, objects, rules, types
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.names import quote, stored
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.queries import tables
from runner.engines.duckdb.rules import Call, Value, casts
from runner.engines.duckdb.scopes import Column, Query, Scope, Source, outputs
from runner.engines.duckdb.statements import ddl, replies, views
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

KIND = "FUNCTION"
Given = dict[str | int, Value]  # the arguments of a call by their names, or by their places


def call(call: Call) -> Value | None:
    """A call of a scalar function, bound; None when there is no such function."""
    session, name = call.binder.session, (*call.path, call.name)
    found = chosen(call.binder, name, call.nodes, table=False)
    if found is None:
        return None
    record, values = found
    returns = types.parse(record.properties["returns"])
    with views.inside(session, record.database, record.schema):
        inner = Binder(session)
        inner.scope = around(record, values, call.binder.scope)
        value = body(inner, record.properties["body"])
    result = casts.implicit(value, returns)
    if record.properties.get("strict") and values:
        missing = " OR ".join(f"{value.sql} IS NULL" for value in values)
        return Value(f"CASE WHEN {missing} THEN NULL ELSE {result.sql} END", returns)
    return Value(f"({result.sql})", returns, volatile=result.volatile)


def table_call(binder: Binder, node: exp.Anonymous) -> Query | None:
    """A call of a TABLE function in FROM, bound; None when there is no such function."""
    session = binder.session
    found = chosen(binder, (node.name.upper(),), node.expressions, table=True)
    if found is None:
        return None
    record, values = found
    with views.inside(session, record.database, record.schema):
        inner = Binder(session)
        inner.scope = around(record, values, binder.scope)
        query = inner.query(dialect.read(record.properties["body"]).tree)
    declared = record.properties["table"]
    wanted = [types.parse(one["type"]) for one in declared]
    columns = outputs([one["name"] for one in declared], wanted)
    picked = ", ".join(
        f"{casts.implicit(Value(quote(out.physical), out.type), type_).sql} AS {quote(c.physical)}"
        for out, type_, c in zip(query.columns, wanted, columns, strict=True)
    )
    return Query(f"SELECT {picked} FROM ({query.sql})", columns)


def body(binder: Binder, text: str) -> Value:
    """A function's body: an expression, or a query of one value."""
    if dialect.read(text).words[0] in ("SELECT", "WITH"):
        query = binder.query(dialect.read(text).tree)
        if len(query.columns) != 1:
            raise replies.compilation("Unsupported subquery type cannot be evaluated")
        return Value(f"({query.sql})", query.columns[0].type)
    tree = dialect.expression(text)
    refuse_aggregates(tree)
    return binder.value(tree)


def refuse_aggregates(tree: exp.Expr) -> None:
    """An aggregate outside of a subquery would take in the rows around the call."""
    for node in tree.find_all(exp.Anonymous):
        rule = rules.FUNCTIONS.get(node.name.upper())
        if rule is not None and rule.kind != "scalar" and not node.find_ancestor(exp.Subquery):
            raise Unsupported(f"{node.name.upper()} in the body of a function without a query")


def around(record: Object, values: list[Value], outside: Scope) -> Scope:
    """The scope around a body: its arguments, as columns. Its sources have other names than those
    `outside`, of which the arguments speak."""
    named = zip(record.properties["arguments"], values, strict=True)
    columns = [Column(one["name"], value.type, value.sql) for one, value in named]
    sources = [Source(record.properties["name"], columns)]
    return Scope(sources=sources, taken=outside.taken_names())


def chosen(
    binder: Binder, name: tuple[str, ...], nodes: list[exp.Expr], *, table: bool
) -> tuple[Object, list[Value]] | None:
    """The function of this name for these arguments, and their values cast to its types. Of several
    functions that could take them it is the one whose types are the arguments' own."""
    known = [r for r in of_name(binder.session, name) if bool(r.properties["table"]) == table]
    if not known:
        return None
    given = bound(binder, nodes)
    fitting = [record for record in known if takes(record, given)]
    if len(fitting) > 1:
        fitting = [record for record in fitting if exact(record, given)]
        if not fitting:
            raise Unsupported(f"the choice between several functions {name[-1]}")
    if not fitting:
        listed = ", ".join(str(value.type) for value in given.values())
        raise replies.compilation(
            f"Invalid argument types for function '{name[-1]}': ({listed})", 1044, "42P13"
        )
    return fitting[0], arguments(binder, fitting[0], given)


def of_name(session: Session, name: tuple[str, ...]) -> list[Object]:
    """The functions that a call's name means."""
    if session.database is None:
        return []
    database, schema, last = ddl.path_of(session, name)
    members = objects.members(session, database, schema, KIND)
    return [one for one in members if one.properties["name"] == last]


def bound(binder: Binder, nodes: list[exp.Expr]) -> Given:
    """The arguments of a call, all by name or all by place (page *Calling a UDF*)."""
    by_name = [isinstance(node, exp.Kwarg) for node in nodes]
    if any(by_name) and not all(by_name):
        raise replies.compilation("arguments are given by name or by position, not both")
    return {
        stored(node.this) if isinstance(node, exp.Kwarg) else place: binder.value(
            node.expression if isinstance(node, exp.Kwarg) else node
        )
        for place, node in enumerate(nodes)
    }


def takes(record: Object, given: Given) -> bool:
    """Whether a function can be called with these arguments: none too many, and a value or a
    default for each."""
    declared = record.properties["arguments"]
    places = {one["name"] for one in declared} | set(range(len(declared)))
    return given.keys() <= places and all(
        one["name"] in given or place in given or one["default"] is not None
        for place, one in enumerate(declared)
    )


def exact(record: Object, given: Given) -> bool:
    """Whether the arguments are of the very types that a function declares."""
    return all(
        value is None or value.type.name == types.parse(one["type"]).name
        for place, one in enumerate(record.properties["arguments"])
        for value in [given.get(one["name"], given.get(place))]
    )


def arguments(binder: Binder, record: Object, given: Given) -> list[Value]:
    """The values of a call cast to the argument types, defaults for those left out."""
    values = []
    for place, one in enumerate(record.properties["arguments"]):
        value = given.get(one["name"], given.get(place)) or default(binder, one)
        if value.volatile:
            raise Unsupported(f"{record.properties['name']} of a random value")
        values.append(casts.implicit(value, types.parse(one["type"])))
    return values


def default(binder: Binder, argument: dict[str, Any]) -> Value:
    return binder.value(dialect.expression(argument["default"]))


rules.USER_FUNCTIONS.append(call)
tables.USER_TABLE_FUNCTIONS.append(table_call)
