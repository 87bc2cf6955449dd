"""Statements for which sqlglot has no tree: refused by name, or no SQL of Snowflake's."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from runner.engines.duckdb import syntax
from runner.engines.duckdb.dialect import Statement
from runner.errors import EngineError, Unsupported


def refusal(statement: Statement, what: str, clauses: Collection[str] = ()) -> EngineError:
    """The error for a statement that sqlglot gives up: `Unsupported` where the clause at which it
    stops is one that Snowflake has, 001003 for any other word.

    >>> from runner.engines.duckdb.dialect import read
    >>> print(refusal(read("create table t a int)"), "CREATE TABLE").message)
    SQL compilation error:
    syntax error line 1 at position 15 unexpected 'a'.
    """
    stop = first_unread(statement)
    if stop is None:
        return Unsupported(f"this form of {what}")
    word = stop.text.upper()
    if word in clauses:
        return Unsupported(f"{what} … {word}")
    return syntax.unexpected(statement.sql, stop.start, stop.text)


def first_unread(statement: Statement) -> Token | None:
    """The word behind the longest beginning of a statement that is one by itself."""
    tokens = statement.tokens
    for size in reversed(whole_beginnings(tokens)):
        if is_read(Statement(statement.sql, tokens[:size])):
            return tokens[size]
    return None


def whole_beginnings(tokens: Sequence[Token]) -> list[int]:
    """The sizes of the beginnings in which every bracket is closed."""
    sizes, depth = [], 0
    for size, token in enumerate(tokens[:-1], 1):
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        if not depth:
            sizes.append(size)
    return sizes


def is_read(beginning: Statement) -> bool:
    try:
        return not isinstance(beginning.tree, exp.Command)
    except EngineError:
        return False
