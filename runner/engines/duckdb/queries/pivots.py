"""PIVOT and UNPIVOT."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb import rules, types
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.names import quote, stored
from runner.engines.duckdb.queries.sources import Item, derived
from runner.engines.duckdb.rules.calls import unwrap
from runner.engines.duckdb.rules.comparisons import compare
from runner.engines.duckdb.scopes import Query, Scope, invalid_identifier, outputs
from runner.errors import Unsupported


def pivot_item(binder: Binder, bound: Item, node: exp.Pivot) -> Item:
    """PIVOT as conditional aggregates, grouped by the columns that are not named in it."""
    if len(node.expressions) != 1 or len(node.args["fields"]) != 1:
        raise Unsupported("PIVOT with several aggregates")
    field = node.args["fields"][0]
    wanted = field.expressions
    if field.args.get("query") or not wanted or isinstance(wanted[0], (exp.Any, exp.Query)):
        raise Unsupported("PIVOT with ANY or a subquery")
    if node.args.get("default_on_null"):
        raise Unsupported("PIVOT with DEFAULT ON NULL")
    aggregate = node.expressions[0]
    used = {stored(column.this) for column in aggregate.find_all(exp.Column)}
    name = stored(field.this.this)
    with binder.inside(Scope(binder.scope.parent)) as scope:
        scope.sources.append(bound.source)
        keys = [c for c in bound.source.columns if c.name not in used and c.name != name]
        texts, names, column_types = [], [], []
        for column in keys:
            texts.append(column.sql)
            names.append(column.name)
            column_types.append(column.type)
        subject = binder.value(field.this)
        for one in field.expressions:
            literal_ = one.this if isinstance(one, (exp.Alias, exp.PivotAlias)) else one
            test = compare(subject, "=", binder.value(literal_)).sql
            call = unwrap(binder, aggregate)
            if call.name in ("ARRAY_AGG", "OBJECT_AGG", "MEDIAN"):
                raise Unsupported(f"PIVOT with {call.name}")
            call.over = f" FILTER (WHERE {test})"
            value = rules.apply(call)
            texts.append(value.sql)
            names.append(pivot_name(one))
            column_types.append(value.type)
    columns = outputs(names, column_types)
    listed = ", ".join(
        f"{text} AS {quote(column.physical)}" for text, column in zip(texts, columns, strict=True)
    )
    grouped = f" GROUP BY {', '.join(c.sql for c in keys)}" if keys else ""
    query = Query(f"SELECT {listed} FROM {bound.sql}{grouped}", columns)
    return derived(binder, query, node)


def pivot_name(node: exp.Expr) -> str:
    """The column of a pivoted value: its alias, or the value as it is written (`'a'`)."""
    if isinstance(node, (exp.Alias, exp.PivotAlias)):
        alias = node.args["alias"]
        return stored(alias) if isinstance(alias, exp.Identifier) else alias.name.upper()
    return node.sql("snowflake")


def unpivot(binder: Binder, bound: Item, node: exp.Pivot) -> Item:
    """UNPIVOT: one row for each listed column that is not NULL."""
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
        f"{{'n': '{label.replace(chr(39), chr(39) * 2)}', 'v': {by_name[name].sql}}}"
        for name, label in chosen
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
    query = Query(f"SELECT {listed} FROM ({text}) AS p{nulls}", columns)
    return derived(binder, query, node)
