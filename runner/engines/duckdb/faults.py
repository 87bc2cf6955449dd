"""DuckDB's errors in Snowflake's words, so that none leaves the engine as it is."""

from __future__ import annotations

import re

import duckdb

from runner.errors import Cancelled, EngineError, Unsupported

# what a macro raised: `#code#message` (see macros.sql)
RAISED = re.compile(r"#(U|\d+)#(.*)", re.DOTALL)

# DuckDB's text -> Snowflake's code, SQL state and text; {0} is the pattern's first group
KNOWN: tuple[tuple[str, int, str, str], ...] = (
    (
        r"MERGE INTO command cannot affect the same target row more than once",
        100090,
        "42P18",
        "Duplicate row detected during DML action",
    ),
    (r"Division by zero", 100051, "22012", "Division by zero"),
    (
        r'Could not convert string "(.*?)" to DECIMAL',
        100039,
        "22003",
        "Numeric value '{0}' is out of range",
    ),
    (
        r'Casting value "(.*?)" to type DECIMAL.* out of range',
        100039,
        "22003",
        "Numeric value '{0}' is out of range",
    ),
    (
        r"Could not cast value (.*?) to DECIMAL",
        100039,
        "22003",
        "Numeric value '{0}' is out of range",
    ),
    (
        r"Overflow in|out of range|Failed to cast decimal value",
        100046,
        "22003",
        "Number out of representable range",
    ),
    (
        r'column "(.*?)" must appear in the GROUP BY',
        979,
        "42601",
        "SQL compilation error:\n[{0}] is not a valid group by expression",
    ),
    (
        r"(WHERE|GROUP BY|HAVING|QUALIFY) clause cannot contain aggregates"
        r"|aggregate functions? calls",
        2035,
        "42601",
        "SQL compilation error:\nInvalid aggregate function in a clause that takes none",
    ),
    (
        r"(WHERE|GROUP BY|HAVING) clause cannot contain window",
        2303,
        "42601",
        "SQL compilation error:\nWindow function in a clause that takes none",
    ),
    (
        r"More than one row returned by a subquery",
        90150,
        "22000",
        "Single-row subquery returns more than one row.",
    ),
    (
        r"NOT NULL constraint failed: .*?\.?([^.\n]+)$",
        100072,
        "22000",
        "NULL result in a non-nullable column",
    ),
)


# a translation that DuckDB does not take: what it meant has no counterpart there
UNTRANSLATED = (
    duckdb.BinderException,
    duckdb.ParserException,
    duckdb.NotImplementedException,
    duckdb.NotSupportedError,
)


class WriteConflictError(EngineError):
    """A write met a write of another transaction; the statement may be tried again."""


CONFLICT = re.compile(
    r"TransactionContext Error.*([Cc]onflict|another transaction|creation of dependency)"
    r"|write-write conflict",
    re.DOTALL,
)


def changed_meanwhile() -> WriteConflictError:
    """The error of a statement over objects that another session has changed since it began."""
    return WriteConflictError(
        "another session has changed what the statement reads or defines", "try again"
    )


def from_duckdb(error: duckdb.Error, sql: str) -> EngineError:
    """The `EngineError` for a DuckDB error; `sql` is the Snowflake statement that failed."""
    if isinstance(error, duckdb.InterruptException):
        return Cancelled("SQL execution canceled", code=604, sqlstate="57014", sql=sql)
    text = str(error)
    found = of_transaction(text) or of_macro(text) or known(text) or untranslated(error, text)
    found = found or EngineError(first_line(text))
    found.sql = sql
    return found


def of_transaction(text: str) -> EngineError | None:
    """What DuckDB's transactions refuse."""
    if CONFLICT.search(text):
        return WriteConflictError(first_line(text), "another session wrote to it: try again")
    if "a single transaction can only write to a single attached database" in text:
        return Unsupported("a transaction over two databases")
    if text.startswith("Dependency Error"):
        return Unsupported("changing a sequence that a column's default uses")
    return None


def of_macro(text: str) -> EngineError | None:
    """What one of the engine's own macros raised."""
    raised = RAISED.search(text)
    if raised is None:
        return None
    code, message = raised.group(1), raised.group(2).partition("\n\nLINE ")[0]
    if code == "U":
        return Unsupported(message)
    return EngineError(message, code=int(code), sqlstate="22000")


def known(text: str) -> EngineError | None:
    """An error for which Snowflake has a code."""
    for pattern, number, state, message in KNOWN:
        found = re.search(pattern, text)
        if found:
            return EngineError(message.format(*found.groups()), code=number, sqlstate=state)
    return None


def untranslated(error: duckdb.Error, text: str) -> EngineError | None:
    """A statement that DuckDB does not take."""
    if re.search(r'Column with name ".*?" already exists', text):
        return Unsupported("columns whose names differ only in case")
    if isinstance(error, UNTRANSLATED):
        return Unsupported("this statement", f"DuckDB says: {first_line(text)}")
    return None


def first_line(text: str) -> str:
    return text.partition("\nLINE ")[0].strip()
