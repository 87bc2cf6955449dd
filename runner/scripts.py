"""A script as its statements, and the runner's own SQL from `runner/sql/`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from runner.errors import UsageError

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

_SQL = Path(__file__).parent / "sql"

LINES, FIELDS = "\x1e", "\x1f"  # what parts rows, and the fields of one; chr(30), chr(31) there


@dataclass(frozen=True)
class Statement:
    """One statement of a script, without its semicolon; `line` counts from 1."""

    sql: str
    line: int


def decoded(raw: bytes) -> str:
    """The text of a script. Raises `UsageError` with the line of what is no UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"line {line} of the SQL is not UTF-8 (byte {raw[error.start]:#x})"
        raise UsageError(message, "give it as UTF-8 text") from None


def split(script: str) -> tuple[Statement, ...]:
    """The statements of a script; a semicolon in a string, a comment or `$$` separates nothing.

    >>> [statement.sql for statement in split("select ';'; -- done;\\nselect 2;")]
    ["select ';'", 'select 2']
    """
    from sqlglot import Dialect, TokenError  # noqa: PLC0415  (sqlglot is slow to import)
    from sqlglot.tokenizer_core import TokenType  # noqa: PLC0415

    try:
        tokens = Dialect.get_or_raise("snowflake").tokenize(script)
    except TokenError as error:
        raise UsageError(f"the SQL cannot be read: {error}", "a quote may be open") from None
    statements: list[Statement] = []
    current: list[Token] = []
    for token in tokens:
        if token.token_type is not TokenType.SEMICOLON:
            current.append(token)
        elif current:
            statements.append(_statement(script, current))
            current = []
    if current:
        statements.append(_statement(script, current))
    return tuple(statements)


def _statement(script: str, tokens: list[Token]) -> Statement:
    return Statement(script[tokens[0].start : tokens[-1].end + 1], tokens[0].line)


@cache
def own(name: str) -> str:
    """The text of `runner/sql/<name>.sql`."""
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def literal(text: str) -> str:
    """A Snowflake string literal.

    >>> literal("it's a \\\\")
    "'it''s a \\\\\\\\'"
    """
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def rows_literal(rows: Iterable[Iterable[str]]) -> str:
    """Rows of texts as one text literal, for the statements in `runner/sql/` that split it."""
    return literal(LINES.join(FIELDS.join(row) for row in rows))
