"""DuckDB's errors in Snowflake's words, so that none leaves the engine as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from runner.errors import Cancelled, EngineError, MachineFailed, Unsupported

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
        # RE2's own words; what follows them is a part of the pattern as it was rewritten
        r"^(?:Invalid Input Error: )?(?:Pattern failed to parse, error: ')?"
        r"((?:missing [)\]]|no argument|bad repetition|trailing \\|unexpected \)"
        r"|invalid (?:escape sequence|character class|repetition|perl operator))[^:]*)",
        100048,
        "2201B",
        "Invalid regular expression: {0}",
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
    (
        r"SELECT clause without selection list",
        1003,
        "42000",
        "SQL compilation error:\nsyntax error unexpected '<EOF>'.",
    ),
    (
        r"LIMIT/OFFSET cannot be negative",
        1003,
        "42000",
        "SQL compilation error:\nLIMIT and OFFSET take a constant that is not negative",
    ),
    (r"Connection already closed", 390111, "08003", "The session is closed: open a new one."),
)

# what the machine refuses: DuckDB's text -> what happened, what to do
REFUSED_BY_MACHINE: tuple[tuple[str, str, str], ...] = (
    (
        r"No space left on device|Disk quota exceeded",
        "The disk is full; the statement is undone",
        "make room where the target's `path` is, then run it again",
    ),
    (
        r"(?:Cannot open|Could not \w+(?: \w+)?) (?:from )?file \"(.*?)\"",
        "The file {0} cannot be read or written",
        "check that its folder is there and writable, then open the databases again",
    ),
    (
        r"database has been invalidated",
        "The database stopped after an earlier error",
        "open it again: what was committed is kept",
    ),
    (
        r"Out of Memory Error",
        "The statement needs more memory than there is",
        "run fewer statements at once (`threads`), or give it less data",
    ),
)

# names and words of the engine's inner life, which mean nothing to its users
INNER = re.compile(
    r"\bsf_\w|\b_macros\b|\b_runner\b|temp\.main|#\d|INTERNAL|Candidate|HUGEINT|STRUCT\(", re.I
)
KIND = re.compile(r"^(?:\w+(?: \w+)? (?:Error|Exception): )+(?:Failed to commit: )?")


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


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C be `KeyboardInterrupt` again, of which DuckDB makes a `RuntimeError`."""
    try:
        yield
    except RuntimeError as error:
        if str(error) != "Query interrupted":
            raise
        raise KeyboardInterrupt from error


def changed_meanwhile() -> WriteConflictError:
    """The error of a statement over objects that another session has changed since it began."""
    return WriteConflictError(
        "another session has changed what the statement reads or defines", "try again"
    )


def cancelled(sql: str) -> Cancelled:
    """The error of a statement that was interrupted."""
    return Cancelled("SQL execution canceled", code=604, sqlstate="57014", sql=sql)


def from_duckdb(error: duckdb.Error, sql: str) -> EngineError:
    """The `EngineError` for a DuckDB error; `sql` is the Snowflake statement that failed."""
    if isinstance(error, duckdb.InterruptException):
        return cancelled(sql)
    text = str(error)
    found = of_transaction(text) or of_macro(text) or known(text) or of_machine(text)
    found = found or untranslated(error, text) or EngineError(said(text) or "Execution failed")
    found.sql = sql
    return found


def of_transaction(text: str) -> EngineError | None:
    """What DuckDB's transactions refuse."""
    if CONFLICT.search(text):
        return WriteConflictError(said(text), "another session wrote to it: try again")
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


def of_machine(text: str) -> EngineError | None:
    """A full disk, a file that is gone, too little memory."""
    for pattern, message, hint in REFUSED_BY_MACHINE:
        found = re.search(pattern, text)
        if found:
            return MachineFailed(message.format(*found.groups()), hint)
    return None


def untranslated(error: duckdb.Error, text: str) -> EngineError | None:
    """A statement that DuckDB does not take."""
    if re.search(r'Column with name ".*?" already exists', text):
        return Unsupported("columns whose names differ only in case")
    found = re.search(r"(ORDER|PARTITION) BY window expressions cannot be volatile", text)
    if found:
        return Unsupported(
            f"{found.group(1)} BY in OVER of an expression that may fail or is random",
            "select it under a name in a subquery or CTE, and use that name in OVER",
        )
    if isinstance(error, UNTRANSLATED):
        return Unsupported("this statement", said(text))
    return None


def said(text: str) -> str:
    """The first line of DuckDB's text without its kind; empty where it speaks of the inner life.

    >>> said("Binder Error: Cannot do this\\nLINE 1: select sf_x(")
    'Cannot do this'
    >>> said("Binder Error: No function matches sf_x(INTEGER)")
    ''
    """
    line = KIND.sub("", text.strip()).partition("\n")[0].strip()
    return "" if INNER.search(line) else line
