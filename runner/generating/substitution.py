"""A query reading another relation in the place of one that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.nodes import Relation, sql_name

if TYPE_CHECKING:
    from sqlglot import exp


def substituted(sql: str, relation: Relation, instead: str) -> str:
    """`sql` with `instead` wherever it reads `relation`; the rest of the text stays as written.

    A read without an alias gets the relation's own name as one, so that its columns may go on
    being qualified by it.

    >>> orders = Relation("CORE", "ORDERS")
    >>> substituted("select id from core.orders where orders.id < 0", orders, "core.orders__next")
    'select id from core.orders__next as orders where orders.id < 0'
    """
    from sqlglot import exp, parse_one  # noqa: PLC0415  (sqlglot is slow to import)

    tree = parse_one(sql, read="snowflake")
    edits = [
        edit
        for table in tree.find_all(exp.Table)
        if (edit := _edit(table, relation, instead)) is not None
    ]
    edits += [
        (column.args["db"].meta["start"], column.args["table"].meta["start"], "")
        for column in tree.find_all(exp.Column)
        if column.args.get("db") and _named(column.args["db"], column.args["table"]) == relation
    ]
    for start, end, text in sorted(edits, reverse=True):
        sql = sql[:start] + text + sql[end:]
    return sql


def _edit(table: exp.Table, relation: Relation, instead: str) -> tuple[int, int, str] | None:
    """Where the table's name starts, where it ends, and what to write there."""
    if not table.args.get("db") or _named(table.args["db"], table.this) != relation:
        return None
    alias = "" if table.alias else f" as {sql_name(relation.name)}"
    first = (table.args.get("catalog") or table.args["db"]).meta["start"]
    return first, table.this.meta["end"] + 1, instead + alias


def _named(schema: exp.Identifier, name: exp.Identifier) -> Relation:
    return Relation(_stored(schema), _stored(name))


def _stored(identifier: exp.Identifier) -> str:
    name: str = identifier.name
    return name if identifier.quoted else name.upper()
