"""BEGIN, COMMIT, ROLLBACK, and what a failed statement leaves of a transaction.

Each statement sees what others have committed before it (READ COMMITTED). Where a transaction that
has written already cannot be brought up to date, a statement that would see less is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.engines import Result
from runner.engines.duckdb import syntax
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.statements import handles, replies
from runner.engines.duckdb.work import Work
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


DDL = frozenset({"CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE"})


@contextmanager
def dml(session: Session, *into: Object) -> Iterator[None]:
    """What DML runs in: the open transaction, or one of its own. Columns that fill themselves make
    what is written depend on chance."""
    with session.writing(*(table.key for table in into)):
        yield
        if session.work is not None:
            written = [column for table in into for column in table.columns]
            own = any(c.identity or "(" in (c.default or "") for c in written)
            session.work.by_chance = session.work.by_chance or own


@handles("BEGIN", "START")
def begin(session: Session, statement: Statement) -> Result:
    """`begin [transaction | work]`; within a transaction it is ignored (page *Transactions*)."""
    if statement.tokens[-1].text.upper() == "END":
        raise Unsupported("Snowflake Scripting")
    end_after(statement, "WORK", "TRANSACTION", "NAME")
    if not session.in_transaction:
        session.begin()
        session.work = Work(session.freeze())
    return replies.succeeded()


@handles("COMMIT")
def commit(session: Session, statement: Statement) -> Result:
    """`commit [work]`; without a transaction it does nothing."""
    end_after(statement, "WORK")
    if session.work is not None and session.work.broken:
        reason = session.work.broken
        session.rollback()
        raise Unsupported("COMMIT after a failed statement", f"{reason}; all was rolled back")
    if session.in_transaction:
        session.commit()
    return replies.succeeded()


@handles("ROLLBACK")
def rollback(session: Session, statement: Statement) -> Result:
    """`rollback [work]`; without a transaction it does nothing."""
    end_after(statement, "WORK")
    if session.in_transaction:
        session.rollback()
    return replies.succeeded()


def end_after(statement: Statement, *words: str) -> None:
    """Refuse what stands behind these words, of which one may follow the first; a transaction's
    NAME takes one more."""
    rest = statement.tokens[1:]
    if rest and rest[0].text.upper() in words:
        rest = rest[1:]
    if rest and "NAME" in words and statement.tokens[-2].text.upper() == "NAME":
        rest = ()
    if rest:
        raise syntax.unexpected(statement.sql, rest[0].start, rest[0].text)


def commit_ddl(session: Session, statement: Statement) -> None:
    """Commit the transaction that DDL has left open: DDL that changed nothing, or that wrote its
    record into it, commits it like all other DDL (page *Transactions*)."""
    word, kind = (*statement.words, "")[:2]
    if word in DDL and kind != "SESSION" and session.work is not None and not session.joins_ddl:
        session.commit()


def refuse_broken(session: Session, statement: Statement) -> None:
    """In a transaction that could not be restored only COMMIT and ROLLBACK are read on."""
    if session.work is None or not session.work.broken:
        return
    if statement.words[0] not in ("COMMIT", "ROLLBACK"):
        raise Unsupported(
            "a transaction after a failed statement", f"{session.work.broken}: roll it back"
        )


def look_again(session: Session) -> None:
    """Let a transaction that has not written yet see what others have committed meanwhile."""
    work = session.work
    if work is None or work.broken or work.done or work.commits == session.store.commits:
        return
    session.control("rollback")
    session.control("begin transaction")
    work.commits = session.freeze()


def keep_up(session: Session, act: Callable[[], Result]) -> Result:
    """Run a statement, and once more on what is committed by now when it would have seen less."""
    work = session.work
    if work is None:
        return act()
    work.statement_begins()
    try:
        result = act()
    except EngineError:
        if session.work is not work or not session.is_stale():
            raise
    else:
        if session.work is not work or not session.is_stale():
            return result
    obstacle = work.obstacle(session.store.changed)
    if obstacle:
        raise Unsupported("reading what another session has committed since", obstacle)
    redo(session)
    work.is_current = True
    return act()


def recover(session: Session) -> None:
    """Bring an explicit transaction back to where it was before the statement that failed."""
    work = session.work
    if work is not None and not work.broken and (work.current or not answers(session)):
        redo(session)


def redo(session: Session) -> None:
    """Do again what an explicit transaction has done, on what is committed by now."""
    work = session.work
    if work is None:
        return
    work.statement_begins()
    session.work = None
    try:
        session.control("rollback")
        session.control("begin transaction")
        commits = session.freeze()
        work.broken = work.obstacle(session.store.changed)
        for sql, params in () if work.broken else work.done:
            session.raw(sql, params)
        work.commits = work.commits if work.broken else commits
    except EngineError as error:
        work.broken = f"what it had done could not be done again ({error.message})"
    session.work = work


def answers(session: Session) -> bool:
    """Whether DuckDB still goes on with the transaction."""
    try:
        session.raw("select 1")
    except EngineError:
        return False
    return True
