"""GROUP BY: names, positions, ALL, GROUPING SETS, CUBE and ROLLUP."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.names import stored
from runner.engines.duckdb.queries.items import Item, at_position
from runner.errors import Unsupported


def group_by(binder: Binder, node: exp.Select, items: list[Item]) -> str:
    """GROUP BY names, positions, ALL, GROUPING SETS, CUBE and ROLLUP."""
    group = node.args.get("group")
    if not group:
        return ""
    if group.args.get("totals"):
        raise Unsupported("GROUP BY WITH TOTALS")
    if group.args.get("all") is True:
        return " GROUP BY ALL"
    return " GROUP BY " + ", ".join(
        group_element(binder, term, items) for term in group.expressions
    )


SETS_OF_GROUPS = {exp.GroupingSets: "GROUPING SETS", exp.Cube: "CUBE", exp.Rollup: "ROLLUP"}


def group_element(binder: Binder, node: exp.Expr, items: list[Item]) -> str:
    """A term of GROUP BY, or the sets of GROUPING SETS, CUBE and ROLLUP."""
    word = next((word for kind, word in SETS_OF_GROUPS.items() if isinstance(node, kind)), None)
    if word is None:
        return group_term(binder, node, items)
    return f"{word} ({', '.join(group_set(binder, one, items) for one in node.expressions)})"


def group_set(binder: Binder, node: exp.Expr, items: list[Item]) -> str:
    if isinstance(node, exp.Tuple):
        return f"({', '.join(group_term(binder, one, items) for one in node.expressions)})"
    if isinstance(node, tuple(SETS_OF_GROUPS)):
        raise Unsupported("nested grouping sets")
    return group_term(binder, node.unnest(), items)


def group_term(binder: Binder, node: exp.Expr, items: list[Item]) -> str:
    """One term: a position, a column (which wins over an alias), an alias, or an expression."""
    if isinstance(node, exp.Literal) and not node.is_string:
        value = at_position(node, items).value
        position: str | None = node.name
    else:
        position = alias_position(binder, node, items)
        value = items[int(position) - 1].value if position else binder.value(node)
    if value.type.name == "TIMESTAMP_TZ":
        raise Unsupported("GROUP BY a TIMESTAMP_TZ")
    return position or value.sql


def alias_position(binder: Binder, node: exp.Expr, items: list[Item]) -> str | None:
    """The position of the alias that a bare name means, where it is no column."""
    if not isinstance(node, exp.Column) or node.args.get("table"):
        return None
    name = stored(node.this)
    if binder.scope.column(name, ()) is not None:
        return None
    for position, item in enumerate(items, start=1):
        if item.aliased and item.name == name:
            return str(position)
    return None
