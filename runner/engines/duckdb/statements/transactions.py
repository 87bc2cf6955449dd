"""BEGIN, COMMIT, ROLLBACK, and what a failed statement leaves of a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.engines import Result
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.statements import handles, replies

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


@contextmanager
def dml(session: Session) -> Iterator[None]:
    """What DML runs in: the open transaction, or one of its own."""
    with session.transaction():
        yield


@handles("BEGIN", "START")
def begin(session: Session, statement: Statement) -> Result:  # noqa: ARG001
    """`begin [transaction | work]`; within a transaction it is ignored (page *Transactions*)."""
    if not session.in_transaction:
        session.begin()
    return replies.succeeded()


@handles("COMMIT")
def commit(session: Session, statement: Statement) -> Result:  # noqa: ARG001
    """`commit [work]`; without a transaction it does nothing."""
    if session.in_transaction:
        session.commit()
    return replies.succeeded()


@handles("ROLLBACK")
def rollback(session: Session, statement: Statement) -> Result:  # noqa: ARG001
    """`rollback [work]`; without a transaction it does nothing."""
    if session.in_transaction:
        session.rollback()
    return replies.succeeded()
