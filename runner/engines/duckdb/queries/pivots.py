"""PIVOT and UNPIVOT."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from sqlglot import exp

from runner.engines.duckdb import rules, types
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.names import literal, quote, stored
from runner.engines.duckdb.queries.sources import Item, derived
from runner.engines.duckdb.rules import Value, casts
from runner.engines.duckdb.rules.calls import unwrap
from runner.engines.duckdb.rules.comparisons import compare
from runner.engines.duckdb.rules.constants import constant
from runner.engines.duckdb.rules.orders import ordered
from runner.engines.duckdb.rules.unification import common
from runner.engines.duckdb.scopes import Output, Query, Scope, invalid_identifier, outputs
from runner.engines.duckdb.types import SEMI_STRUCTURED
from runner.engines.duckdb.unread import refuse_unread
from runner.errors import EngineError, Unsupported

# page *PIVOT*: the aggregates it takes
AGGREGATES = frozenset({"AVG", "COUNT", "MAX", "MIN", "SUM"})


class Heading(NamedTuple):
    """A value of the pivot column and the name of the column that it becomes."""

    value: Value
    name: str


def pivot_item(binder: Binder, bound: Item, node: exp.Pivot) -> Item:
    """PIVOT as conditional aggregates, grouped by the columns that are not named in it."""
    refuse_unread(node)
    if len(node.expressions) != 1 or len(node.args["fields"]) != 1:
        raise EngineError("SQL compilation error:\nPIVOT takes one aggregate", code=1003)
    (aggregate,), (field,) = node.expressions, node.args["fields"]
    used = {stored(column.this) for column in aggregate.find_all(exp.Column)}
    used.add(stored(field.this.this))
    around = binder.scope
    within = Scope(around.parent, [bound.source], ctes=around.ctes, with_=around.with_)
    with binder.inside(within):
        keys = [column for column in bound.source.columns if column.name not in used]
        if any(column.type.name == "TIMESTAMP_TZ" for column in keys):
            raise Unsupported("PIVOT grouped by a TIMESTAMP_TZ")
        subject = binder.value(field.this)
        found = [
            (heading.name, aggregated(binder, aggregate, subject, heading.value))
            for heading in headings(binder, bound, field, subject)
        ]
        default = node.args.get("default_on_null")
        if default:
            found = [(name, or_default(value, binder.value(default))) for name, value in found]
    suffix = f"_{stored(aggregate.args['alias'])}" if isinstance(aggregate, exp.Alias) else ""
    columns = outputs(
        [*(column.name for column in keys), *(suffixed(name, suffix) for name, _ in found)],
        [*(column.type for column in keys), *(value.type for _, value in found)],
    )
    texts = [*(column.sql for column in keys), *(value.sql for _, value in found)]
    listed = ", ".join(
        f"{text} AS {quote(column.physical)}" for text, column in zip(texts, columns, strict=True)
    )
    grouped = f" GROUP BY {', '.join(column.sql for column in keys)}" if keys else ""
    return derived(binder, Query(f"SELECT {listed} FROM {bound.sql}{grouped}", columns), node)


def aggregated(binder: Binder, aggregate: exp.Expr, subject: Value, wanted: Value) -> Value:
    """The aggregate over the rows whose pivot column has this value."""
    call = unwrap(binder, aggregate.unalias())
    if call.name not in AGGREGATES:
        raise Unsupported(f"PIVOT with {call.name}")
    test = compare(subject, "IS NOT DISTINCT FROM", wanted)
    call.over = f" FILTER (WHERE {test.sql})"
    return rules.apply(call)


def or_default(value: Value, default: Value) -> Value:
    """The value, or the one of DEFAULT ON NULL."""
    to = common(value.type, default.type)
    sql = f"COALESCE({casts.implicit(value, to).sql}, {casts.implicit(default, to).sql})"
    return Value(sql, to)


def suffixed(name: str, suffix: str) -> str:
    """The name with an underscore and the aggregate's alias, inside of the quotes of a text.

    >>> suffixed("'2023_Q1'", "_TOTAL"), suffixed("Q1", "_TOTAL")
    ("'2023_Q1_TOTAL'", 'Q1_TOTAL')
    """
    return f"{name[:-1]}{suffix}'" if name.endswith("'") else name + suffix


def headings(binder: Binder, bound: Item, field: exp.In, subject: Value) -> list[Heading]:
    """The values that become columns: those listed, or those that are there now."""
    wanted = field.expressions or [field.args.get("query")]
    if isinstance(wanted[0], exp.PivotAny):
        return found_in(binder, any_query(binder, bound, wanted[0], subject), subject)
    if isinstance(wanted[0], exp.Query):
        return found_in(binder, binder.query(wanted[0].unnest()), subject)
    return [
        Heading(
            binder.value(one.this if isinstance(one, (exp.Alias, exp.PivotAlias)) else one),
            pivot_name(one),
        )
        for one in wanted
    ]


def any_query(binder: Binder, bound: Item, node: exp.PivotAny, subject: Value) -> Query:
    """ANY [ORDER BY …]: the different values of the pivot column, else in their own order."""
    terms = node.this.expressions if node.this else []
    listed = [ordered(binder.value(term.this), term) for term in terms]
    first = ", ".join(listed) or subject.sql
    sql = f"SELECT {subject.sql} AS v FROM {bound.sql} ORDER BY {first}"
    return Query(sql, [Output("V", subject.type, "v")])


def found_in(binder: Binder, query: Query, subject: Value) -> list[Heading]:
    """The different values that a query gives now, in its order."""
    if subject.type.name in SEMI_STRUCTURED or subject.type.name == "TIMESTAMP_TZ":
        raise Unsupported(f"PIVOT of the values of a {subject.type.name} that are not listed")
    if len(query.columns) != 1:
        raise EngineError("SQL compilation error:\nInvalid column count in a subquery", code=1797)
    column = query.columns[0]
    rows = binder.session.raw(binder.scope.complete(query.sql))
    return [
        Heading(casts.cast(constant(value), column.type), spelled(value))
        for value in dict.fromkeys(value for (value,) in rows)
    ]


def spelled(value: Any) -> str:
    """A value as the name of its column."""
    if value is None or isinstance(value, (bool, int, float, Decimal)):
        return "NULL" if value is None else str(value)
    return literal(str(value))


def pivot_name(node: exp.Expr) -> str:
    """The column of a pivoted value: its alias, or the value as it is written (`'a'`)."""
    if isinstance(node, (exp.Alias, exp.PivotAlias)):
        alias = node.args["alias"]
        return stored(alias) if isinstance(alias, exp.Identifier) else alias.name.upper()
    return node.sql("snowflake")


def unpivot(binder: Binder, bound: Item, node: exp.Pivot) -> Item:
    """UNPIVOT: one row for each listed column that is not NULL."""
    refuse_unread(node)
    field = node.args["fields"][0]
    value_name, label_name = stored(node.expressions[0]), stored(field.this)
    chosen = []
    for one in field.expressions:
        column = one.this if isinstance(one, (exp.Alias, exp.PivotAlias)) else one
        label = one.args["alias"].name if column is not one else stored(column.this)
        chosen.append((stored(column.this), label))
    by_name = {column.name: column for column in bound.source.columns}
    missing = [name for name, _ in chosen if name not in by_name]
    if missing:
        raise invalid_identifier(missing[0])
    if len({by_name[name].type for name, _ in chosen}) != 1:
        raise Unsupported("UNPIVOT of columns of different types")
    kept = [c for c in bound.source.columns if c.name not in {name for name, _ in chosen}]
    pairs = ", ".join(
        f"{{'n': {literal(label)}, 'v': {by_name[name].sql}}}" for name, label in chosen
    )
    columns = outputs(
        [*(c.name for c in kept), label_name, value_name],
        [*(c.type for c in kept), types.TEXT, by_name[chosen[0][0]].type],
    )
    inner_names = [f"c{index}" for index in range(len(kept))]
    inner = ", ".join(f"{c.sql} AS {alias}" for c, alias in zip(kept, inner_names, strict=True))
    listed = ", ".join([*inner_names, "u.n", "u.v"])
    nulls = "" if node.args.get("include_nulls") else " WHERE u.v IS NOT NULL"
    text = f"SELECT {inner}{', ' if inner else ''}unnest([{pairs}]) AS u FROM {bound.sql}"
    return derived(binder, Query(f"SELECT {listed} FROM ({text}) AS p{nulls}", columns), node)
