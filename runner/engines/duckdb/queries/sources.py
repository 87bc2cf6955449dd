"""What an item of FROM is: its SQL and the names it brings."""

from __future__ import annotations

from typing import NamedTuple

from sqlglot import exp

from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.names import quote, stored
from runner.engines.duckdb.scopes import Output, Query, Source, outputs
from runner.errors import EngineError


class Item(NamedTuple):
    """An item of FROM: DuckDB's SQL with its alias, the names it brings, and the alias, quoted."""

    sql: str
    source: Source
    alias: str = ""


def alias_of(node: exp.Expr) -> tuple[str | None, list[str]]:
    """The alias of an item of FROM, and the names it gives the columns."""
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        return None, []
    name = stored(alias.this) if alias.this else None
    return name, [stored(column) for column in alias.args.get("columns") or ()]


def derived(binder: Binder, query: Query, node: exp.Expr, *, lateral_: bool = False) -> Item:
    """A subquery as an item of FROM."""
    alias, names = alias_of(node)
    columns = query.columns
    if names:
        if len(names) > len(columns):
            raise EngineError(
                "SQL compilation error:\nthe alias lists more columns than the query has", code=2057
            )
        kept = [column.name for column in columns[len(names) :]]
        columns = outputs([*names, *kept], [column.type for column in columns])
    physical = binder.scope.physical(alias or "subquery")
    listed = ", ".join(quote(column.physical) for column in columns)
    prefix = "LATERAL " if lateral_ else ""
    sql = f"{prefix}({query.sql}) AS {quote(physical)}({listed})"
    return Item(sql, Query("", columns).source(alias or "", physical), quote(physical))


def named(
    binder: Binder,
    node: exp.Table,
    sql: str,
    columns: list[Output],
    path: tuple[str, str] | None,
) -> Item:
    alias, names = alias_of(node)
    renamed = columns
    listed = ""
    if names:
        kept = [column.name for column in columns[len(names) :]]
        renamed = outputs([*names, *kept], [column.type for column in columns])
        listed = f"({', '.join(quote(column.physical) for column in renamed)})"
    name = alias or stored(node.this)
    physical = binder.scope.physical(name)
    source = Query("", renamed).source(name, physical, None if alias else path)
    return Item(f"{sql} AS {quote(physical)}{listed}", source, quote(physical))
