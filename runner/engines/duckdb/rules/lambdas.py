"""Functions that take a lambda: FILTER, TRANSFORM, REDUCE."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.names import quote, stored
from runner.engines.duckdb.rules import Call, Value, casts, function
from runner.engines.duckdb.rules.arrays import elements, item
from runner.engines.duckdb.scopes import Column, Scope, Source
from runner.engines.duckdb.types import ARRAY, BOOLEAN, TEXT, VARIANT
from runner.errors import Unsupported


def parameters(call: Call, node: exp.Expr, count: int) -> list[str]:
    """The stored names of a lambda's arguments."""
    if not isinstance(node, exp.Lambda) or len(node.expressions) != count:
        raise Unsupported(f"{call.name} without a lambda of {count} arguments")
    return [
        stored(one if isinstance(one, exp.Identifier) else one.this) for one in node.expressions
    ]


def inside(name: str) -> str:
    """DuckDB's name of a parameter: `$` keeps it apart from tables and columns."""
    return quote(f"{name}$")


@function("REDUCE", arguments=(3, 3))
def reduce_(call: Call) -> Value:
    """REDUCE([1, 2, 3], 0, (acc, x) -> acc + x::int) is 6."""
    accumulated, item_ = parameters(call, call.nodes[2], 2)
    start = call.value(1)
    if start.type.name == "NUMBER":
        start = casts.cast(start, types.number(38, start.type.scale))
    if start.type.name == "VARCHAR":
        start = Value(start.sql, TEXT)
    columns = [
        Column(accumulated, start.type, inside(accumulated)),
        Column(item_, VARIANT, f"sf_present({inside(item_)})"),
    ]
    with call.binder.inside(Scope(call.binder.scope, [Source("", columns)])):
        value = call.binder.value(call.nodes[2].this)
    step = casts.implicit(casts.implicit(value, start.type), VARIANT).sql
    unpacked = casts.cast(Value(inside(accumulated), VARIANT), start.type).sql
    step = step.replace(inside(accumulated), unpacked)
    first = casts.implicit(start, VARIANT).sql
    folded = (
        f"list_reduce(list_prepend({first}, {elements(call)}),"
        f" lambda {inside(accumulated)}, {inside(item_)}: {step})"
    )
    return casts.cast(Value(folded, VARIANT), start.type)


@function("FILTER", "TRANSFORM", arguments=(2, 2))
def higher_order(call: Call) -> Value:
    """FILTER([1, 2, 3], x -> x > 1) is [2, 3]."""
    function_ = call.nodes[1]
    (name,) = parameters(call, function_, 1)
    scope = Scope(
        call.binder.scope, [Source("", [Column(name, VARIANT, f"sf_present({inside(name)})")])]
    )
    with call.binder.inside(scope):
        value = call.binder.value(function_.this)
    if call.name == "FILTER":
        body, word = casts.implicit(value, BOOLEAN).sql, "list_filter"
    else:
        body, word = item(value), "list_transform"
    return Value(f"sf_array({word}({elements(call)}, lambda {inside(name)}: {body}))", ARRAY)
