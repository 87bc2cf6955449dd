"""UNION, INTERSECT, EXCEPT, and queries in parentheses."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb.binder import QUERIES, Binder
from runner.engines.duckdb.queries.ctes import bind_with
from runner.engines.duckdb.queries.ordering import arranged
from runner.engines.duckdb.queries.rows import different, named, recast
from runner.engines.duckdb.rules import casts, unification
from runner.engines.duckdb.scopes import Output, Query, Scope, outputs
from runner.engines.duckdb.types import Type
from runner.errors import Unsupported

SETS = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}


def bind_set(binder: Binder, node: exp.SetOperation) -> Query:
    """UNION, INTERSECT, EXCEPT and MINUS; the first branch names the columns."""
    node = by_precedence(node)
    with binder.inside(Scope(binder.scope)) as scope:
        with_ = bind_with(binder, node)
        left, right = binder.query(node.this), binder.query(node.expression)
        if node.args.get("by_name"):
            columns = names_of(left, right)
            left, right = named(left, columns), named(right, columns)
        query = combined(node, left, right)
        scope.sources = [query.source("", "q")]
        return Query(with_ + arranged(binder, node, query.sql, query.columns), query.columns)


def by_precedence(node: exp.SetOperation) -> exp.SetOperation:
    """INTERSECT binds its neighbours before UNION and EXCEPT do (page *Set operators*).

    >>> from runner.engines.duckdb.dialect import read
    >>> by_precedence(read("select 1 union select 2 intersect select 3").tree).key
    'union'
    """
    while type(node) is exp.Intersect and type(node.this) in (exp.Union, exp.Except):
        outer = node.this.copy()
        inner = exp.Intersect(
            this=outer.expression, expression=node.expression, distinct=node.args.get("distinct")
        )
        outer.set("expression", inner)
        for clause in ("with_", "order", "limit", "offset"):
            outer.set(clause, node.args.get(clause))
        node = outer
    return node


def names_of(left: Query, right: Query) -> list[Output]:
    """The columns of BY NAME: those of the first branch, then those that only the second has."""
    known = {column.name for column in left.columns}
    new = [column for column in right.columns if column.name not in known]
    both = [*left.columns, *new]
    return outputs([column.name for column in both], [column.type for column in both])


def combined(node: exp.SetOperation, left: Query, right: Query) -> Query:
    """The rows of both branches, brought to common types."""
    word = SETS[type(node)]
    distinct = node.args.get("distinct") is not False
    if not distinct and word != "UNION":
        raise Unsupported(f"{word} ALL")
    if len(left.columns) != len(right.columns):
        recast(right, [column.type for column in left.columns])
    types_ = [common(a.type, b.type) for a, b in zip(left.columns, right.columns, strict=True)]
    columns = [
        Output(column.name, type_, column.physical)
        for column, type_ in zip(left.columns, types_, strict=True)
    ]
    branches = recast(left, types_), recast(right, types_)
    by_instant = any(type_.name == "TIMESTAMP_TZ" for type_ in types_)
    if not distinct or not by_instant:
        return Query(f" {word}{'' if distinct else ' ALL'} ".join(branches), columns)
    if word != "UNION":
        raise Unsupported(f"{word} over a TIMESTAMP_TZ")
    return Query(different(" UNION ALL ".join(branches), columns), columns)


def common(left: Type, right: Type) -> Type:
    """The type of a column of both branches; a text is read as in arithmetic beside a NUMBER."""
    if {left.name, right.name} == {"NUMBER", "VARCHAR"}:
        number = left if left.name == "NUMBER" else right
        return unification.wider(number, casts.TEXT_NUMBER)
    return unification.common(left, right)


def bind_subquery(binder: Binder, node: exp.Subquery) -> Query:
    """A query in parentheses, with clauses behind it."""
    with binder.inside(Scope(binder.scope)) as scope:
        with_ = bind_with(binder, node)
        query = binder.query(node.this)
        scope.sources = [query.source("", "q")]
        return Query(f"{with_}{arranged(binder, node, query.sql, query.columns)}", query.columns)


QUERIES[exp.Union] = bind_set
QUERIES[exp.Intersect] = bind_set
QUERIES[exp.Except] = bind_set
QUERIES[exp.Subquery] = bind_subquery
QUERIES[exp.Paren] = bind_subquery
