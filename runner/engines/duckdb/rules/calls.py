"""Calls of functions: what stands inside and behind their brackets."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb import rules
from runner.engines.duckdb.binder import Binder, expression
from runner.engines.duckdb.names import stored
from runner.engines.duckdb.rules import Call, Value
from runner.errors import Unsupported


@expression(exp.Anonymous)
def bind_call(binder: Binder, node: exp.Anonymous) -> Value:
    return rules.apply(make_call(binder, node))


@expression(exp.Dot)
def bind_qualified_call(binder: Binder, node: exp.Dot) -> Value:
    """`schema.function(…)`."""
    *before, last = node.flatten(unnest=False)
    path = [part for part in before if isinstance(part, exp.Identifier)]
    if not isinstance(last, exp.Anonymous) or len(path) != len(before):
        raise Unsupported(construct_of(node))
    call = make_call(binder, last)
    call.path = tuple(stored(part) for part in path)
    return rules.apply(call)


def make_call(binder: Binder, node: exp.Expr) -> Call:
    """The call behind a function's node, with the DISTINCT and IGNORE NULLS inside its brackets."""
    if not isinstance(node, exp.Anonymous):
        raise Unsupported(construct_of(node))
    nodes = list(node.expressions)
    call = Call(binder, node.name.upper(), nodes)
    if call.name == "POSITION" and len(nodes) == 1 and isinstance(nodes[0], exp.In):
        call.nodes = [nodes[0].this, nodes[0].args.get("field") or nodes[0].expressions[0]]
        return call
    if nodes and isinstance(nodes[0], exp.Distinct):
        call.distinct = True
        call.nodes = [*nodes[0].expressions, *nodes[1:]]
    if call.name in NAMES:
        call.nodes = by_name(call)
    for index, item in enumerate(call.nodes):
        if isinstance(item, (exp.IgnoreNulls, exp.RespectNulls)):
            call.ignore_nulls = isinstance(item, exp.IgnoreNulls)
            call.nodes[index] = item.this
        if isinstance(item, (exp.Order, exp.Alias)):
            raise Unsupported(f"{call.name} with {construct_of(item)} among its arguments")
    return call


# the arguments of functions that take them by name too
NAMES = {"ROUND": ("EXPR", "SCALE", "ROUNDING_MODE")}


def by_name(call: Call) -> list[exp.Expr]:
    """The arguments of `f(NAME => value)` in their places."""
    names = NAMES[call.name]
    placed = {}
    for index, node in enumerate(call.nodes):
        named = isinstance(node, (exp.Kwarg, exp.PropertyEQ))
        if not named and index >= len(names):
            return call.nodes
        name = node.this.name.upper() if named else names[index]
        if name not in names:
            raise Unsupported(f"{call.name} with the argument {name}")
        placed[name] = node.expression if named else node
    return [placed[name] for name in names if name in placed]


def construct_of(node: exp.Expr) -> str:
    return node.sql("snowflake")[:60]


@expression(exp.WithinGroup)
def bind_within_group(binder: Binder, node: exp.WithinGroup) -> Value:
    return rules.apply(unwrap(binder, node))


@expression(exp.IgnoreNulls, exp.RespectNulls)
def bind_nulls(binder: Binder, node: exp.Expr) -> Value:
    return rules.apply(unwrap(binder, node))


def unwrap(binder: Binder, node: exp.Expr) -> Call:
    """The call inside WITHIN GROUP and IGNORE NULLS."""
    if isinstance(node, exp.WithinGroup):
        call = unwrap(binder, node.this)
        call.order = node.expression
        return call
    if isinstance(node, (exp.IgnoreNulls, exp.RespectNulls)):
        call = unwrap(binder, node.this)
        call.ignore_nulls = isinstance(node, exp.IgnoreNulls)
        return call
    return make_call(binder, node)


@expression(exp.RegexpLike)
def bind_rlike(binder: Binder, node: exp.RegexpLike) -> Value:
    return binder.call("REGEXP_LIKE", [node.this, node.expression])


@expression(exp.Extract)
def bind_extract(binder: Binder, node: exp.Extract) -> Value:
    return binder.call("DATE_PART", [node.this, node.expression])


@expression(exp.CurrentDate)
def bind_current_date(binder: Binder, _: exp.Expr) -> Value:
    return binder.call("CURRENT_DATE", [])


@expression(exp.CurrentTimestamp, exp.Localtimestamp)
def bind_current_timestamp(binder: Binder, _: exp.Expr) -> Value:
    return binder.call("CURRENT_TIMESTAMP", [])


@expression(exp.Localtime, exp.CurrentTime)
def bind_current_time(binder: Binder, _: exp.Expr) -> Value:
    return binder.call("CURRENT_TIME", [])


@expression(exp.CurrentUser)
def bind_current_user(binder: Binder, _: exp.Expr) -> Value:
    return binder.call("CURRENT_USER", [])


@expression(exp.CurrentRole)
def bind_current_role(binder: Binder, _: exp.Expr) -> Value:
    return binder.call("CURRENT_ROLE", [])
