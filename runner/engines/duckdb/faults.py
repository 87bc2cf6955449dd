"""DuckDB's errors in Snowflake's words, so that none leaves the engine as it is."""

from __future__ import annotations

import duckdb

from runner.errors import Cancelled, EngineError


def from_duckdb(error: duckdb.Error, sql: str) -> EngineError:
    """The `EngineError` for a DuckDB error; `sql` is the Snowflake statement that failed."""
    text = str(error)
    if isinstance(error, duckdb.InterruptException):
        return Cancelled("SQL execution canceled", code=604, sqlstate="57014", sql=sql)
    return EngineError(first_line(text), sql=sql)


def first_line(text: str) -> str:
    return text.partition("\nLINE ")[0].strip()
