"""The items of a select list, and what a star stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp

from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.labels import label
from runner.engines.duckdb.names import stored
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.scopes import star_columns
from runner.errors import EngineError, Unsupported


@dataclass
class Item:
    """One column of a select list."""

    name: str
    value: Value
    aliased: bool
    aggregated: bool = False  # it has an aggregate in it


def select_items(binder: Binder, node: exp.Expr) -> list[Item]:
    """One item of a select list; a star gives several."""
    if isinstance(node, exp.Star):
        return star(binder, node, ())
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
        parts = tuple(
            stored(node.args[part]) for part in ("catalog", "db", "table") if node.args.get(part)
        )
        return star(binder, node.this, parts)
    if isinstance(node, exp.Alias):
        name = stored(node.args["alias"])
        binder.scope.resolving.add(name)
        try:
            return [item(binder, name, node.this, aliased=True)]
        finally:
            binder.scope.resolving.discard(name)
    return [item(binder, label(node), node, aliased=False)]


def item(binder: Binder, name: str, node: exp.Expr, *, aliased: bool) -> Item:
    before = binder.aggregates
    value = binder.value(node)
    if value.type.name == "INTERVAL":
        raise Unsupported("an INTERVAL as a column")
    return Item(name, value, aliased, binder.aggregates > before)


def star(binder: Binder, node: exp.Star, parts: tuple[str, ...]) -> list[Item]:
    """`*` and `t.*` with EXCLUDE, REPLACE, RENAME and ILIKE."""
    columns = [
        (column.name, Value(column.sql, column.type))
        for column in star_columns(binder.scope, parts)
        if is_like(column.name, node.args.get("ilike"))
    ]
    excluded = {stored(one.this) for one in listed(node, "except_")}
    missing = excluded - {name for name, _ in columns}
    if missing:
        raise EngineError(
            f"SQL compilation error:\ncolumn '{min(missing)}' in EXCLUDE does not exist", code=904
        )
    replaced = {stored(one.args["alias"]): one.this for one in listed(node, "replace")}
    renamed = {stored(one.this.this): stored(one.args["alias"]) for one in listed(node, "rename")}
    items = []
    for name, value in columns:
        if name in excluded:
            continue
        kept = binder.value(replaced[name]) if name in replaced else value
        items.append(Item(renamed.get(name, name), kept, aliased=False))
    return items


def is_like(name: str, pattern: exp.Expr | None) -> bool:
    """Whether a name has the pattern of ILIKE, without regard to case; all have none.

    >>> is_like("CUSTOMER_ID", exp.Literal.string("%id%"))
    True
    """
    if pattern is None:
        return True
    wild = {"%": ".*", "_": "."}
    expression = "".join(wild.get(letter) or re.escape(letter) for letter in pattern.name)
    return re.fullmatch(expression, name, re.IGNORECASE | re.DOTALL) is not None


def listed(node: exp.Star, key_: str) -> list[exp.Expr]:
    return list(node.args.get(key_) or ())


def at_position(node: exp.Literal, items: list[Item]) -> Item:
    position = int(node.name)
    if not 1 <= position <= len(items):
        raise EngineError(
            f"SQL compilation error:\ninvalid GROUP BY or ORDER BY position {position}", code=2131
        )
    return items[position - 1]
