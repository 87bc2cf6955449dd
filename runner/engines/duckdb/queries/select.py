"""SELECT, clause by clause."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb.binder import QUERIES, Binder
from runner.engines.duckdb.names import quote, stored
from runner.engines.duckdb.queries import joins
from runner.engines.duckdb.queries.ctes import bind_with
from runner.engines.duckdb.queries.grouping import group_by
from runner.engines.duckdb.queries.items import Item, select_items
from runner.engines.duckdb.queries.ordering import distinct_order, limits, order_by
from runner.engines.duckdb.queries.rows import different
from runner.engines.duckdb.scopes import Query, Scope, outputs
from runner.engines.duckdb.unread import refuse_unread


def bind_select(binder: Binder, node: exp.Select) -> Query:
    """SELECT, clause by clause in the order in which Snowflake evaluates them."""
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
        for clause in ("having", "qualify"):
            if node.args.get(clause):
                condition = binder.condition(node.args[clause].this)
                parts.append(f" {clause.upper()} {condition}")
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


def select_list(binder: Binder, node: exp.Select) -> list[Item]:
    return [item for one in node.expressions for item in select_items(binder, one)]


QUERIES[exp.Select] = bind_select
