"""Items of FROM: tables, views, CTEs, subqueries, table functions, samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from runner.engines.duckdb import known_functions, types
from runner.engines.duckdb.binder import Binder, construct
from runner.engines.duckdb.names import quote, stored
from runner.engines.duckdb.queries.pivots import pivot_item, unpivot
from runner.engines.duckdb.queries.sources import Item, derived, named
from runner.engines.duckdb.scopes import Query, outputs
from runner.engines.duckdb.unread import refuse_unread
from runner.errors import Unsupported

TableFunction = Callable[[Binder, Any], Query]


# table functions by their Snowflake name, "@" for a stage; `table_functions` and `loading` fill it
TABLE_FUNCTIONS: dict[str, TableFunction] = {}


# how table functions that users made are found: asked in turn, the first answer counts
USER_TABLE_FUNCTIONS: list[Callable[[Binder, exp.Anonymous], Query | None]] = []


def item(binder: Binder, node: exp.Expr) -> Item:
    """One item of FROM."""
    refuse_unread(node)
    bound = bare_item(binder, node)
    for pivot in node.args.get("pivots") or ():
        turn = unpivot if pivot.args.get("unpivot") else pivot_item
        bound = turn(binder, bound, pivot)
    sample = node.args.get("sample")
    if sample is not None:
        bound = Item(bound.sql + sampled(binder, sample), bound.source)
    return bound


def bare_item(binder: Binder, node: exp.Expr) -> Item:
    if isinstance(node, exp.Table):
        return table(binder, node)
    if isinstance(node, exp.Lateral):
        return lateral(binder, node)
    if isinstance(node, exp.Subquery):
        if not is_query(node.this):
            raise Unsupported("a join in parentheses")
        return derived(binder, binder.query(node.this), node)
    if isinstance(node, exp.Values):
        return derived(binder, binder.query(node), node)
    raise Unsupported(f"{construct(node)} in FROM")


def is_query(node: exp.Expr) -> bool:
    return isinstance(node, (exp.Select, exp.SetOperation, exp.Values, exp.Subquery))


def table(binder: Binder, node: exp.Table) -> Item:
    """A table, a view, a CTE, a stage or a table function."""
    this = node.this
    if isinstance(this, exp.Anonymous):
        return function_item(binder, this, node)
    if isinstance(this, (exp.Var, exp.Literal)) and this.name.startswith("@"):
        return derived(binder, TABLE_FUNCTIONS["@"](binder, node), node)
    if not isinstance(this, exp.Identifier):
        raise Unsupported(f"{construct(this)} in FROM")
    if not node.args.get("db"):
        cte = binder.scope.cte(stored(this))
        if cte is not None:
            return named(binder, node, quote(cte[0]), cte[1], None)
        if stored(this) == "DUAL":
            return derived(binder, Query("SELECT 'X'", outputs(["DUMMY"], [types.TEXT])), node)
    path = binder.session.resolve(node)
    relation = binder.session.relation(path, node)
    return named(binder, node, relation.sql, relation.columns, (path[0], path[1]))


def function_item(binder: Binder, call: exp.Anonymous, node: exp.Expr) -> Item:
    """TABLE(f(…)), f(…) or IDENTIFIER('t')."""
    name = call.name.upper()
    if name == "IDENTIFIER":
        return table(binder, identifier_table(binder, call, node))
    if name == "TABLE" and len(call.expressions) == 1:
        inner = call.expressions[0]
        if isinstance(inner, exp.Literal) and inner.is_string:
            return table(binder, identifier_table(binder, call, node))
        if isinstance(inner, exp.Dot) and inner.this.sql().upper().endswith("INFORMATION_SCHEMA"):
            inner = inner.expression
        if not isinstance(inner, exp.Anonymous):
            raise Unsupported(f"TABLE({construct(inner)})")
        call = inner
        name = call.name.upper()
    function = TABLE_FUNCTIONS.get(name)
    if function is not None:
        return derived(binder, function(binder, call), node, lateral_=True)
    for find in USER_TABLE_FUNCTIONS:
        query = find(binder, call)
        if query is not None:
            return derived(binder, query, node, lateral_=True)
    raise known_functions.refusal((), name, "table function")


def identifier_table(binder: Binder, call: exp.Anonymous, node: exp.Expr) -> exp.Table:
    """The table that IDENTIFIER('name') or IDENTIFIER($variable) names."""
    name = binder.value(call.expressions[0]).const
    if not isinstance(name, str):
        raise Unsupported("IDENTIFIER of something that is not a constant text")
    found = exp.to_table(name, dialect="snowflake")
    if node.args.get("alias"):
        found.set("alias", node.args["alias"])
    return found


def lateral(binder: Binder, node: exp.Lateral) -> Item:
    """LATERAL (query) and LATERAL f(…)."""
    this = node.this
    if isinstance(this, exp.Anonymous):
        return function_item(binder, this, node)
    if isinstance(this, exp.Subquery):
        return derived(binder, binder.query(this.this), node, lateral_=True)
    raise Unsupported(f"LATERAL {construct(this)}")


def sampled(binder: Binder, node: exp.TableSample) -> str:
    """SAMPLE by percent or by a number of rows; with a seed the rows would be others."""
    refuse_unread(node)
    if node.args.get("seed"):
        raise Unsupported("SAMPLE with a seed")
    method = (node.args.get("method") or exp.Var(this="BERNOULLI")).name.upper()
    percent, size = node.args.get("percent"), node.args.get("size")
    if size is not None:
        return f" TABLESAMPLE reservoir({constant(binder, size)} ROWS)"
    word = "system" if method in ("SYSTEM", "BLOCK") else "bernoulli"
    return f" TABLESAMPLE {word}({constant(binder, percent)} PERCENT)"


def constant(binder: Binder, node: exp.Expr | None) -> str:
    value = binder.value(node).const if node is not None else None
    if value is None or isinstance(value, str):
        raise Unsupported("SAMPLE of something that is not a constant")
    return str(value)
