"""Queries and expressions of statements, bound: DuckDB's SQL with Snowflake's types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.scopes import Output, Query

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


def query(session: Session, tree: exp.Expr) -> Query:
    """Bind a query in the session's context."""
    sql = session.translate(tree)
    columns = [
        Output(str(name).upper(), types.from_duckdb(str(type_)), str(name))
        for name, type_, *_ in session.raw(f"describe {sql}")
    ]
    return Query(sql, columns)


def value(session: Session, node: exp.Expr) -> Value:
    """Bind an expression that reads no table."""
    sql = session.translate(node)
    ((_, type_, *_),) = session.raw(f"describe select {sql}")
    return Value(sql, types.from_duckdb(str(type_)))
