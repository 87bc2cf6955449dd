"""SELECT, WITH, VALUES and set operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.engines import Result
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.statements import handles

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


@handles("SELECT", "WITH", "VALUES", "FROM")
def select(session: Session, statement: Statement) -> Result:
    """Run a query, and keep its translation."""
    return session.fetch(session.bind_and_keep(statement.sql, lambda: statement.tree))
