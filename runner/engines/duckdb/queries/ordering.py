"""ORDER BY, LIMIT and OFFSET of a query."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.names import quote, stored
from runner.engines.duckdb.queries.items import Item, at_position
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.rules.orders import ordered
from runner.engines.duckdb.scopes import Output
from runner.engines.duckdb.types import SEMI_STRUCTURED
from runner.engines.duckdb.unread import refuse_unread
from runner.errors import EngineError, Unsupported


def order_by(binder: Binder, order: exp.Order | None, items: list[Item]) -> str:
    """ORDER BY: names of the output first, then positions and expressions; NULL is the largest."""
    if not order:
        return ""
    if is_all(order):
        terms = [ordered(item.value, order.expressions[0]) for item in items]
    else:
        terms = [ordered(order_value(binder, term.this, items), term) for term in order.expressions]
    return " ORDER BY " + ", ".join(terms)


def arranged(binder: Binder, node: exp.Expr, sql: str, columns: list[Output]) -> str:
    """A query with the ORDER BY and LIMIT behind it, which read its columns."""
    tail = order_by(binder, node.args.get("order"), shown(columns)) + limits(binder, node)
    return f"SELECT * FROM ({sql}) AS q{tail}" if tail else sql


def shown(columns: list[Output]) -> list[Item]:
    """The columns of a query as the items that a query around it reads."""
    return [
        Item(column.name, Value(quote(column.physical), column.type), aliased=True)
        for column in columns
    ]


def distinct_order(
    binder: Binder, order: exp.Order | None, items: list[Item], columns: list[Output]
) -> str:
    """ORDER BY behind DISTINCT, where a row is ordered by what it shows only. Raises where not."""
    if not order:
        return ""
    outer = shown(columns)
    if is_all(order):
        return order_by(binder, order, outer)
    terms = [
        ordered(outer[place(binder, term.this, items)].value, term) for term in order.expressions
    ]
    return " ORDER BY " + ", ".join(terms)


def place(binder: Binder, node: exp.Expr, items: list[Item]) -> int:
    """The index of the item that a term of ORDER BY is. Raises 000979 when it is none."""
    value = order_value(binder, node, items)
    if value.sql.isdigit():
        return int(value.sql) - 1
    for index, item in enumerate(items):
        if item.value.sql == value.sql:
            return index
    raise EngineError(
        f"SQL compilation error:\n[{node.sql('snowflake')}] is not a valid order by expression",
        code=979,
        sqlstate="42601",
    )


def is_all(order: exp.Order) -> bool:
    """ORDER BY ALL: by every column of the output."""
    node = order.expressions[0].this
    return (
        len(order.expressions) == 1
        and isinstance(node, exp.Column)
        and not node.args.get("table")
        and not node.this.args.get("quoted")
        and node.name.upper() == "ALL"
    )


def order_value(binder: Binder, node: exp.Expr, items: list[Item]) -> Value:
    if isinstance(node, exp.Literal) and not node.is_string:
        return by_position(int(node.name), at_position(node, items))
    if isinstance(node, exp.Column) and not node.args.get("table"):
        name = stored(node.this)
        for position, item in enumerate(items, start=1):
            if item.name == name:
                return by_position(position, item)
    refuse_ambiguous(binder, node)
    return binder.value(node)


def refuse_ambiguous(binder: Binder, node: exp.Expr) -> None:
    """A name inside an expression of ORDER BY that is both a column and another thing's alias."""
    for column in node.find_all(exp.Column):
        name = stored(column.this) if isinstance(column.this, exp.Identifier) else ""
        aliased = binder.scope.aliases.get(name)
        if aliased is None or column.args.get("table") or aliased.sql() == column.sql():
            continue
        if binder.scope.column(name, ()) is not None:
            raise Unsupported(f"an expression of ORDER BY over {name}, a column and an alias")


def by_position(position: int, item: Item) -> Value:
    """A column of the output as a term of ORDER BY."""
    if item.value.type.name in SEMI_STRUCTURED:
        return item.value
    return Value(str(position), types.TEXT)


def limits(binder: Binder, node: exp.Expr) -> str:
    """LIMIT, OFFSET, FETCH and TOP."""
    text = ""
    limit = node.args.get("limit")
    if limit is not None:
        refuse_unread(limit)
    if isinstance(limit, exp.Fetch):
        options = limit.args.get("limit_options")
        if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
            raise Unsupported("FETCH with PERCENT or WITH TIES")
        text += f" LIMIT {count(binder, limit.args['count'])}"
    elif limit is not None and not isinstance(limit.expression, exp.Null):
        text += f" LIMIT {count(binder, limit.expression)}"
    offset = node.args.get("offset")
    if offset is not None:
        text += f" OFFSET {count(binder, offset.expression)}"
    return text


def count(binder: Binder, node: exp.Expr) -> str:
    constant = binder.value(node).const
    if not isinstance(constant, int):
        raise Unsupported("LIMIT or OFFSET that is not a constant")
    return str(constant)
