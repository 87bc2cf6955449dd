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
    """Run a query."""
    return session.query(statement.tree)


@handles("INSERT", "UPDATE", "DELETE")
def transpiled(session: Session, statement: Statement) -> Result:
    """What has no handler of its own yet: sqlglot's transpilation, run as it is."""
    rows = session.raw(session.translate(statement.tree))
    return Result((), rows, rows[0][0] if rows and isinstance(rows[0][0], int) else 0)
