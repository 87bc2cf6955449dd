"""SELECT, clause by clause."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb.binder import QUERIES, Binder
from runner.engines.duckdb.names import quote, stored
from runner.engines.duckdb.queries import joins
from runner.engines.duckdb.queries.ctes import bind_with
from runner.engines.duckdb.queries.grouping import group_by
from runner.engines.duckdb.queries.items import Item, select_items
from runner.engines.duckdb.queries.marked_joins import with_outer_joins
from runner.engines.duckdb.queries.ordering import distinct_order, limits, order_by
from runner.engines.duckdb.queries.rows import different
from runner.engines.duckdb.scopes import Query, Scope, outputs
from runner.engines.duckdb.unread import refuse_unread
from runner.errors import EngineError


def bind_select(binder: Binder, node: exp.Select) -> Query:
    """SELECT, clause by clause in the order in which Snowflake evaluates them."""
    node = with_outer_joins(node)
    with binder.inside(Scope(binder.scope)) as scope:
        with_ = bind_with(binder, node)
        parts = [*joins.bind(binder, node)]
        scope.aliases = {
            stored(item.args["alias"]): item.this
            for item in node.expressions
            if isinstance(item, exp.Alias)
        }
        where = node.args.get("where")
        if where:
            parts.append(f" WHERE {binder.condition(where.this)}")
        items = select_list(binder, node)
        scope.aliases = {item.name: scope.aliases[item.name] for item in items if item.aliased}
        parts.append(group_by(binder, node, items))
        if scope.instants:
            items = select_list(binder, node)  # they read what the rows are grouped by
        if node.args.get("having"):
            parts.append(f" HAVING {binder.condition(node.args['having'].this)}")
        if node.args.get("qualify"):
            parts.append(f" QUALIFY {qualified(binder, node.args['qualify'].this)}")
        columns = outputs([item.name for item in items], [item.value.type for item in items])
        listed = ", ".join(
            f"{item.value.sql} AS {quote(column.physical)}"
            for item, column in zip(items, columns, strict=True)
        )
        sql = f"SELECT {listed}{''.join(parts)}"
        if node.args.get("distinct"):
            refuse_unread(node.args["distinct"])
            sql = f"SELECT * FROM ({different(sql, columns)}) AS d"
            order = distinct_order(binder, node.args.get("order"), items, columns)
        else:
            order = order_by(binder, node.args.get("order"), items)
        return Query(f"{with_}{sql}{order}{limits(binder, node)}", columns)


def qualified(binder: Binder, node: exp.Expr) -> str:
    """The condition of QUALIFY. DuckDB wants a window function in it, Snowflake there or in the
    select list."""
    listed, binder.windows = binder.windows, 0
    condition = binder.condition(node)
    if binder.windows:
        return condition
    if not listed:
        raise EngineError(
            "SQL compilation error:\nQUALIFY needs a window function in it or in the select list",
            code=2303,
            sqlstate="42601",
        )
    return f"{condition} AND count(*) OVER () > 0"


def select_list(binder: Binder, node: exp.Select) -> list[Item]:
    return [item for one in node.expressions for item in select_items(binder, one)]


QUERIES[exp.Select] = bind_select
