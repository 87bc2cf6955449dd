"""UNION, INTERSECT, EXCEPT, and queries in parentheses."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb.binder import QUERIES, Binder
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.queries.branches import recast
from runner.engines.duckdb.queries.ctes import bind_with
from runner.engines.duckdb.queries.items import Item
from runner.engines.duckdb.queries.ordering import limits, order_by
from runner.engines.duckdb.rules import Value, unification
from runner.engines.duckdb.scopes import Output, Query, Scope
from runner.errors import Unsupported

SETS = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}


def bind_set(binder: Binder, node: exp.SetOperation) -> Query:
    """UNION, INTERSECT, EXCEPT and MINUS; the first branch names the columns."""
    word = SETS[type(node)]
    if word == "INTERSECT" and type(node.this) in (exp.Union, exp.Except):
        raise Unsupported(
            "INTERSECT behind another set operator", "put brackets around the branches"
        )
    if node.args.get("by_name"):
        raise Unsupported(f"{word} BY NAME")
    distinct = node.args.get("distinct") is not False
    if not distinct and word != "UNION":
        raise Unsupported(f"{word} ALL")
    with binder.inside(Scope(binder.scope)):
        with_ = bind_with(binder, node)
        left, right = binder.query(node.this), binder.query(node.expression)
        if len(left.columns) != len(right.columns):
            recast(right, [column.type for column in left.columns])
        common = [
            unification.common(a.type, b.type)
            for a, b in zip(left.columns, right.columns, strict=True)
        ]
        if distinct and any(type_.name == "TIMESTAMP_TZ" for type_ in common):
            raise Unsupported(f"{word} over a TIMESTAMP_TZ")
        items = [
            Item(column.name, Value(quote(column.physical), type_), aliased=True)
            for column, type_ in zip(left.columns, common, strict=True)
        ]
        scope = binder.scope
        scope.sources = [Query("", left.columns).source("", "")]
        tail = order_by(binder, node.args.get("order"), items, distinct=True) + limits(binder, node)
    operator = word if distinct else f"{word} ALL"
    sql = f"{with_}{recast(left, common)} {operator} {recast(right, common)}{tail}"
    columns = [
        Output(column.name, type_, column.physical)
        for column, type_ in zip(left.columns, common, strict=True)
    ]
    return Query(sql, columns)


def bind_subquery(binder: Binder, node: exp.Subquery) -> Query:
    """A query in parentheses, with clauses behind it."""
    with binder.inside(Scope(binder.scope)):
        with_ = bind_with(binder, node)
        query = binder.query(node.this)
        items = [
            Item(column.name, Value(quote(column.physical), column.type), aliased=True)
            for column in query.columns
        ]
        tail = order_by(binder, node.args.get("order"), items, distinct=True) + limits(binder, node)
    return Query(f"{with_}({query.sql}){tail}", query.columns)


QUERIES[exp.Union] = bind_set
QUERIES[exp.Intersect] = bind_set
QUERIES[exp.Except] = bind_set
QUERIES[exp.Subquery] = bind_subquery
QUERIES[exp.Paren] = bind_subquery
