"""Going to another database of the same account or folder."""

from __future__ import annotations

from runner.engines import Session
from runner.errors import DOES_NOT_EXIST, EngineError, UsageError

NO_DATABASE = frozenset({DOES_NOT_EXIST, 2043})  # 2043: "or operation cannot be performed"


def enter(session: Session, database: str) -> None:
    """Make a database (as written in SQL) that of the session. Raises `UsageError` when there is
    none of that name, or none that the role may use."""
    try:
        session.execute(f"use database {database}")
    except EngineError as error:
        if error.code not in NO_DATABASE:
            raise
        hint = "`runner query 'show databases'` lists those that are there"
        raise UsageError(f"there is no database {database}", hint) from None
