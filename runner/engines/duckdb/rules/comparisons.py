"""Comparisons: `=`, `<`, BETWEEN, IN, IS, LIKE. Both sides are brought to one type first."""

from __future__ import annotations

import re

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.binder import Binder, expression, text_number
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.rules import Value, casts, unification
from runner.engines.duckdb.scopes import Query
from runner.engines.duckdb.types import BOOLEAN, SEMI_STRUCTURED, TEXT
from runner.errors import EngineError, Unsupported

COMPARISONS = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
}


@expression(*COMPARISONS)
def bind_comparison(binder: Binder, node: exp.Binary) -> Value:
    operator = COMPARISONS[type(node)]
    if isinstance(node.this, exp.Tuple) and isinstance(node.expression, exp.Tuple):
        return compare_tuples(binder, node, operator)
    if isinstance(node.expression, (exp.Any, exp.All)):
        return compare_all(binder, node, operator)
    return compare(binder.value(node.this), operator, binder.value(node.expression))


def compare_all(binder: Binder, node: exp.Binary, operator: str) -> Value:
    """`= ANY (query)`, `> ALL (query)`."""
    if operator not in ORDERING and operator not in ("=", "<>"):
        raise Unsupported(f"{operator} {node.expression.key.upper()}")
    query, is_correlated = subquery(binder, node.expression.this)
    if len(query.columns) != 1:
        raise EngineError("SQL compilation error:\nInvalid column count in subquery", code=1797)
    column = query.columns[0]
    inner = Value(f"q.{quote(column.physical)}", column.type)
    mine, theirs = alike(binder.value(node.this), inner)
    if mine.type.name in SEMI_STRUCTURED and operator in ORDERING:
        raise Unsupported(f"{operator} {node.expression.key.upper()} of {mine.type.name}")
    word = node.expression.key.upper()
    if is_correlated:
        return row_by_row(f"{key(mine)} {operator} {key(theirs)}", query, some=word == "ANY")
    text = f"SELECT {key(theirs)} FROM ({query.sql}) AS q"
    return Value(f"({key(mine)} {operator} {word} ({text}))", BOOLEAN)


def subquery(binder: Binder, node: exp.Expr) -> tuple[Query, bool]:
    """A query behind IN, ANY or ALL, and whether DuckDB would answer it wrongly: one that reads the
    row outside and calls what may raise or changes. There it takes the NULL of any row as its own.
    """
    before = binder.scope.read_so_far()
    query = binder.query(node)
    is_correlated = binder.scope.read_so_far() > before
    return query, is_correlated and VOLATILE.search(query.sql) is not None


VOLATILE = re.compile(r"\b(sf_\w+|error|random|uuid|nextval)\(")


def row_by_row(test: str, query: Query, *, some: bool) -> Value:
    """Whether a condition holds for some row of the query `q`, or for all: NULL where that hangs
    on a NULL."""
    found, count = ("bool_or", "true") if some else ("NOT bool_and", "false")
    other = "false" if some else "true"
    text = (
        f"SELECT CASE WHEN coalesce({found}(e), false) THEN {count}"
        f" WHEN count(*) > count(e) THEN NULL ELSE {other} END"
        f" FROM (SELECT ({test}) AS e FROM ({query.sql}) AS q) AS tests"
    )
    return Value(f"({text})", BOOLEAN)


ORDERING = frozenset({"<", "<=", ">", ">="})


def compare_tuples(binder: Binder, node: exp.Binary, operator: str) -> Value:
    if operator not in ("=", "<>"):
        raise Unsupported(f"({operator}) between row values")
    pairs = zip(node.this.expressions, node.expression.expressions, strict=True)
    equal = [compare(binder.value(left), "=", binder.value(right)).sql for left, right in pairs]
    text = " AND ".join(equal)
    return Value(f"({text})" if operator == "=" else f"(NOT ({text}))", BOOLEAN)


def compare(left: Value, operator: str, right: Value) -> Value:
    """A comparison, both sides brought to one type."""
    left, right = comparable(left, right)
    if left.type.name in SEMI_STRUCTURED and operator in ORDERING:
        return Value(f"(sf_sort_key({left.sql}) {operator} sf_sort_key({right.sql}))", BOOLEAN)
    return Value(f"({key(left)} {operator} {key(right)})", BOOLEAN)


def key(value: Value) -> str:
    """What of a value is compared, grouped and counted: a TIMESTAMP_TZ by its instant."""
    if value.type.name == "TIMESTAMP_TZ":
        return f"({value.sql}).utc"
    if value.type.name == "VARIANT":
        return f"sf_identity({value.sql})"
    if value.type.name in SEMI_STRUCTURED:
        return f"CAST({value.sql} AS VARCHAR)"
    return value.sql


def comparable(left: Value, right: Value) -> tuple[Value, Value]:
    """Two values of one type: text yields to the other side, VARIANT too."""
    names = (left.type.name, right.type.name)
    if "VARIANT" in names and names[0] != names[1]:
        return variant_side(left, right)
    if set(names) == {"VARCHAR", "NUMBER"}:
        return compared_number(left), compared_number(right)
    if names[0] == names[1]:
        return left, right
    common = unification.common(left.type, right.type)
    return casts.implicit(left, common), casts.implicit(right, common)


# what a text or a VARIANT is read as beside a NUMBER: wide enough for keys and for amounts
COMPARED = types.number(38, 12)


def compared_number(value: Value) -> Value:
    if value.type.name != "VARCHAR":
        return value
    constant = isinstance(value.const, str)
    return casts.implicit(value, text_number(value) if constant else COMPARED)


def alike(left: Value, right: Value) -> tuple[Value, Value]:
    """Two comparable values cast to one type, where DuckDB would round one to the other's scale."""
    left, right = comparable(left, right)
    if left.type == right.type or left.type.name != "NUMBER":
        return left, right
    common = unification.common(left.type, right.type)
    return casts.implicit(left, common), casts.implicit(right, common)


def variant_side(left: Value, right: Value) -> tuple[Value, Value]:
    """VARIANT beside another type is read as that type."""
    other = right if left.type.name == "VARIANT" else left
    if other.type.name in ("NULL", "OBJECT", "ARRAY"):
        return casts.implicit(left, types.VARIANT), casts.implicit(right, types.VARIANT)
    to = COMPARED if other.type.name == "NUMBER" else types.Type(other.type.name)
    if left.type.name == "VARIANT":
        return casts.implicit(left, to), right
    return left, casts.implicit(right, to)


@expression(exp.Between)
def bind_between(binder: Binder, node: exp.Between) -> Value:
    value = binder.value(node.this)
    low, high = binder.value(node.args["low"]), binder.value(node.args["high"])
    from_low, low = comparable(value, low)
    from_high, high = comparable(value, high)
    if from_low.sql == from_high.sql and value.type.name not in SEMI_STRUCTURED:
        return Value(f"({key(from_low)} BETWEEN {key(low)} AND {key(high)})", BOOLEAN)
    if value.volatile:
        raise Unsupported("BETWEEN of a random value")
    return Value(f"({compare(value, '>=', low).sql} AND {compare(value, '<=', high).sql})", BOOLEAN)


@expression(exp.In)
def bind_in(binder: Binder, node: exp.In) -> Value:
    if node.args.get("query") is not None:
        return in_query(binder, node.this, node.args["query"])
    if isinstance(node.this, exp.Tuple):
        rows = [exp.EQ(this=node.this, expression=row) for row in node.expressions]
        return Value("(" + " OR ".join(binder.value(row).sql for row in rows) + ")", BOOLEAN)
    value = binder.value(node.this)
    items = [binder.value(item) for item in node.expressions]
    name = value.type.name
    if is_text_column_counted(node, value) and all(isinstance(item.const, str) for item in items):
        return among_texts(value, items)
    if name not in SEMI_STRUCTURED and all(item.type.name == name for item in items):
        return Value(f"({key(value)} IN ({', '.join(map(key, items))}))", BOOLEAN)
    tests = [compare(value, "=", item).sql for item in items]
    return Value("(" + " OR ".join(tests) + ")", BOOLEAN)


def is_text_column_counted(node: exp.In, value: Value) -> bool:
    """Whether `column IN …` stands in a COUNT_IF."""
    call = node.find_ancestor(exp.Anonymous, exp.Query)
    is_counted = isinstance(call, exp.Anonymous) and call.name.upper() == "COUNT_IF"
    return is_counted and isinstance(node.this, exp.Column) and value.type.name == "VARCHAR"


def among_texts(column: Value, texts: list[Value]) -> Value:
    """A column IN texts, of which rows are counted: DuckDB calls a function once for each text that
    the column has, and evaluates IN for each of its rows. (A filter keeps IN, which skips blocks.)
    """
    listed = f"array_position([{', '.join(text.sql for text in texts)}], {column.sql})"
    return Value(f"(CASE WHEN {column.sql} IS NOT NULL THEN {listed} IS NOT NULL END)", BOOLEAN)


def in_query(binder: Binder, node: exp.Expr, node_query: exp.Expr) -> Value:
    """`node IN (query)`, also of several columns."""
    query, is_correlated = subquery(binder, node_query)
    left = node.expressions if isinstance(node, exp.Tuple) else [node]
    if len(left) != len(query.columns):
        raise EngineError("SQL compilation error:\nInvalid column count in subquery", code=1797)
    keys, columns = [], []
    for item, column in zip(left, query.columns, strict=True):
        inner = Value(f"q.{quote(column.physical)}", column.type)
        mine, theirs = alike(binder.value(item), inner)
        keys.append(key(mine))
        columns.append(key(theirs))
    if is_correlated:
        tests = [f"{mine} = {theirs}" for mine, theirs in zip(keys, columns, strict=True)]
        return row_by_row(" AND ".join(tests), query, some=True)
    text = f"SELECT {', '.join(columns)} FROM ({query.sql}) AS q"
    return Value(f"(({', '.join(keys)}) IN ({text}))", BOOLEAN)


@expression(exp.Is)
def bind_is(binder: Binder, node: exp.Is) -> Value:
    negated = isinstance(node.expression, exp.Not)
    right = node.expression.this if negated else node.expression
    value = binder.value(node.this)
    word = "IS NOT" if negated else "IS"
    if isinstance(right, exp.Null):
        return Value(f"({value.sql} {word} NULL)", BOOLEAN)
    if isinstance(right, exp.Boolean):
        condition = casts.implicit(value, BOOLEAN).sql
        return Value(f"({condition} {word} {'TRUE' if right.this else 'FALSE'})", BOOLEAN)
    raise Unsupported(f"{word} {right.sql('snowflake')}")


@expression(exp.Like, exp.ILike)
def bind_like(binder: Binder, node: exp.Binary) -> Value:
    return like(binder, node, None)


@expression(exp.Escape)
def bind_escape(binder: Binder, node: exp.Escape) -> Value:
    return like(binder, node.this, binder.cast(node.expression, TEXT))


def like(binder: Binder, node: exp.Binary, escape: str | None) -> Value:
    """LIKE and ILIKE, also ANY and ALL of several patterns. Without ESCAPE nothing escapes."""
    word = "ILIKE" if isinstance(node, exp.ILike) else "LIKE"
    text = binder.cast(node.this, TEXT)
    suffix = f" ESCAPE {escape}" if escape else ""
    if not isinstance(node.expression, (exp.Any, exp.All)):
        return Value(f"({text} {word} {binder.cast(node.expression, TEXT)}{suffix})", BOOLEAN)
    joiner = " OR " if isinstance(node.expression, exp.Any) else " AND "
    patterns = node.expression.this
    items = patterns.expressions if isinstance(patterns, exp.Tuple) else [patterns.unnest()]
    if any(isinstance(item, exp.Query) for item in items):
        raise Unsupported(f"{word} ANY or ALL of a query")
    tests = [f"{text} {word} {binder.cast(item, TEXT)}{suffix}" for item in items]
    return Value("(" + joiner.join(tests) + ")", BOOLEAN)
