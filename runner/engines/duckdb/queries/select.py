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
from runner.engines.duckdb.scopes import Query, Scope, outputs
from runner.errors import Unsupported

REFUSED = {
    "match": "MATCH_RECOGNIZE",
    "connect": "CONNECT BY",
    "into": "SELECT INTO",
    "windows": "WINDOW",
    "hint": "",
    "laterals": "LATERAL VIEW",
}


def bind_select(binder: Binder, node: exp.Select) -> Query:
    """SELECT, clause by clause in the order in which Snowflake evaluates them."""
    for clause, name in REFUSED.items():
        if name and node.args.get(clause):
            raise Unsupported(name)
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
        items = [item for one in node.expressions for item in select_items(binder, one)]
        scope.aliases = {item.name: scope.aliases[item.name] for item in items if item.aliased}
        parts.append(group_by(binder, node, items))
        for clause in ("having", "qualify"):
            if node.args.get(clause):
                condition = binder.condition(node.args[clause].this)
                parts.append(f" {clause.upper()} {condition}")
        parts.append(
            order_by(
                binder, node.args.get("order"), items, distinct=bool(node.args.get("distinct"))
            )
        )
        parts.append(limits(binder, node))
        if node.args.get("distinct"):
            distinct_order(binder, node.args.get("order"), items)
    columns = outputs([item.name for item in items], [item.value.type for item in items])
    listed = ", ".join(
        f"{item.value.sql} AS {quote(column.physical)}"
        for item, column in zip(items, columns, strict=True)
    )
    distinct = "DISTINCT " if is_distinct(node, items) else ""
    return Query(f"{with_}SELECT {distinct}{listed}{''.join(parts)}", columns)


def is_distinct(node: exp.Select, items: list[Item]) -> bool:
    distinct = node.args.get("distinct")
    if not distinct:
        return False
    if distinct.args.get("on"):
        raise Unsupported("DISTINCT ON")
    if any(item.value.type.name == "TIMESTAMP_TZ" for item in items):
        raise Unsupported("DISTINCT over a TIMESTAMP_TZ")
    return True


QUERIES[exp.Select] = bind_select
