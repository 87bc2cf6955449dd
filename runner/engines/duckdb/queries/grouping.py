"""GROUP BY: names, positions, ALL, GROUPING SETS, CUBE and ROLLUP."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.names import stored
from runner.engines.duckdb.queries.items import Item, at_position
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.rules.comparisons import key
from runner.engines.duckdb.unread import refuse_unread
from runner.errors import Unsupported


def group_by(binder: Binder, node: exp.Select, items: list[Item]) -> str:
    """GROUP BY with the word in front; empty where rows are not grouped."""
    group = node.args.get("group")
    if not group:
        return ""
    refuse_unread(group)
    if group.args.get("all") is True:
        return all_items(binder, items)
    return " GROUP BY " + ", ".join(
        group_element(binder, term, items) for term in group.expressions
    )


def all_items(binder: Binder, items: list[Item]) -> str:
    """GROUP BY ALL: by the items that have no aggregate."""
    terms = [
        by_item(binder, index, item)
        for index, item in enumerate(items, start=1)
        if not item.aggregated
    ]
    return f" GROUP BY {', '.join(terms)}" if terms else ""


SETS_OF_GROUPS = {exp.GroupingSets: "GROUPING SETS", exp.Cube: "CUBE", exp.Rollup: "ROLLUP"}


def group_element(binder: Binder, node: exp.Expr, items: list[Item]) -> str:
    """A term of GROUP BY, or the sets of GROUPING SETS, CUBE and ROLLUP."""
    if isinstance(node, exp.Tuple) and not node.expressions:
        return "()"
    word = next((word for kind, word in SETS_OF_GROUPS.items() if isinstance(node, kind)), None)
    if word is None:
        return group_term(binder, node, items)
    text = f"{word} ({', '.join(group_set(binder, one, items) for one in node.expressions)})"
    if binder.scope.instants:
        raise Unsupported(f"{word} with a TIMESTAMP_TZ")
    return text


def group_set(binder: Binder, node: exp.Expr, items: list[Item]) -> str:
    if isinstance(node, exp.Tuple):
        return f"({', '.join(group_term(binder, one, items) for one in node.expressions)})"
    if isinstance(node, tuple(SETS_OF_GROUPS)):
        raise Unsupported("nested grouping sets")
    return group_term(binder, node.unnest(), items)


def group_term(binder: Binder, node: exp.Expr, items: list[Item]) -> str:
    """One term: a position, a column (which wins over an alias), an alias, or an expression."""
    if isinstance(node, exp.Literal) and not node.is_string:
        return by_item(binder, int(node.name), at_position(node, items))
    position = alias_position(binder, node, items)
    if position is not None:
        return by_item(binder, position, items[position - 1])
    return by_value(binder, binder.value(node))


def by_item(binder: Binder, position: int, item: Item) -> str:
    grouped = by_value(binder, item.value)
    return str(position) if grouped == item.value.sql else grouped


def by_value(binder: Binder, value: Value) -> str:
    """A TIMESTAMP_TZ is grouped by its instant; one of the values with it is shown."""
    if value.type.name != "TIMESTAMP_TZ":
        return value.sql
    binder.scope.instants.add(value.sql)
    return key(value)


def alias_position(binder: Binder, node: exp.Expr, items: list[Item]) -> int | None:
    """The position of the alias that a bare name means, where it is no column."""
    if not isinstance(node, exp.Column) or node.args.get("table"):
        return None
    name = stored(node.this)
    if binder.scope.column(name, ()) is not None:
        return None
    for position, item in enumerate(items, start=1):
        if item.aliased and item.name == name:
            return position
    return None
