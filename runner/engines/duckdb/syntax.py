"""Texts that are not Snowflake's SQL: which word is one too many, in Snowflake's words (001003)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from sqlglot import Parser, exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from runner.errors import EngineError


def unexpected(sql: str, start: int, word: str) -> EngineError:
    """The error for the word that begins at `start` in the text; empty for its end.

    >>> print(unexpected("show\\n  tebles", 7, "tebles"))
    SQL compilation error:
    syntax error line 2 at position 2 unexpected 'tebles'.
    """
    line, position = place(sql, start)
    word = word or "<EOF>"
    return broken(f"syntax error line {line} at position {position} unexpected '{word}'.", sql)


def end(sql: str) -> EngineError:
    """The error for a text that ends too early."""
    return unexpected(sql, len(sql.rstrip().rstrip(";").rstrip()), "")


def broken(message: str, sql: str) -> EngineError:
    return EngineError(f"SQL compilation error:\n{message}", code=1003, sqlstate="42000", sql=sql)


def place(sql: str, start: int) -> tuple[int, int]:
    """The line (from 1) and the position in it (from 0) of an offset."""
    return sql.count("\n", 0, start) + 1, start - (sql.rfind("\n", 0, start) + 1)


def of_tokenizer(error: TokenError, sql: str) -> EngineError:
    """The error for a quotation or a comment that is not closed."""
    found = re.search(r"from \d+:(\d+)$", str(error.__context__))
    start = int(found.group(1)) if found else max(sql.rfind("/*"), 0)
    line, position = place(sql, start)
    return broken(f"parse error line {line} at position {position} near '<EOF>'.", sql)


def of_parser(error: ParseError, parser: Parser, sql: str) -> EngineError:
    """The error at the furthest word that the parser has come to."""
    reached = parser._curr
    if reached is None or reached.token_type == TokenType.SENTINEL:
        return end(sql)
    first = error.errors[0] if error.errors else {}
    line, column, word = first.get("line"), first.get("col"), first.get("highlight")
    if line and column and word and (line, column) > (reached.line, reached.col):
        message = f"syntax error line {line} at position {column - len(word)} unexpected '{word}'."
        return broken(message, sql)
    return unexpected(sql, reached.start, reached.text)


def refuse_torn(tokens: Sequence[Token], sql: str) -> None:
    """Raise 1003 for a clause that breaks off, or a list with a gap, where sqlglot reads on as if
    nothing were missing, and for MySQL's `limit 1, 2`.

    >>> from sqlglot.dialects.snowflake import Snowflake
    >>> refuse_torn(Snowflake().tokenize("select f(1,, 2)"), "select f(1,, 2)")
    Traceback (most recent call last):
    runner.errors.EngineError: SQL compilation error:
    syntax error line 1 at position 11 unexpected ','.
    """
    before = None
    for one, other in zip_longest(tokens, tokens[1:]):
        if other is None:
            if one.token_type in UNFINISHED:
                raise end(sql)
        elif (
            (one.token_type in UNFINISHED and other.token_type in BREAKS)
            or (one.token_type in GAPS and other.token_type in GAPS[one.token_type])
            or (before == TokenType.LIMIT and other.token_type == TokenType.COMMA)
        ):
            raise unexpected(sql, other.start, other.text)
        before = one.token_type


def refuse_reserved(name: exp.Identifier, sql: str) -> None:
    """Raise 1003 for a name that is a reserved word, which sqlglot takes for a name in many places
    (page *Reserved & limited keywords*).

    >>> refuse_reserved(exp.to_identifier("ordered"), "")
    >>> refuse_reserved(exp.to_identifier("order", quoted=True), "")
    """
    word = name.this.upper()
    if word not in RESERVED or name.args.get("quoted") or "start" not in name.meta:
        return
    if word != "ALL" or not isinstance(name.parent, exp.Column):  # ORDER BY ALL
        raise unexpected(sql, name.meta["start"], name.this)


RESERVED = frozenset(
    {"ALL", "ALTER", "AND", "ANY", "AS", "BETWEEN", "BY", "CHECK", "COLUMN", "CONNECT", "CREATE"}
    | {"CURRENT", "DELETE", "DISTINCT", "DROP", "ELSE", "EXISTS", "FOLLOWING", "FOR", "FROM"}
    | {"GRANT", "GROUP", "HAVING", "ILIKE", "IN", "INCREMENT", "INSERT", "INTERSECT", "INTO", "IS"}
    | {"LIKE", "MINUS", "NOT", "NULL", "OF", "ON", "OR", "ORDER", "QUALIFY", "REGEXP", "REVOKE"}
    | {"RLIKE", "ROW", "ROWS", "SAMPLE", "SELECT", "SET", "SOME", "START", "TABLE", "TABLESAMPLE"}
    | {"THEN", "TO", "TRIGGER", "UNION", "UNIQUE", "UPDATE", "VALUES", "WHENEVER", "WHERE", "WITH"}
)
UNFINISHED = frozenset(
    {
        TokenType.ALIAS,
        TokenType.GROUP_BY,
        TokenType.IN,
        TokenType.PARTITION_BY,
        TokenType.SELECT,
        TokenType.USING,
    }
)
# what begins or ends a clause of a query
CLAUSES = frozenset(
    {
        TokenType.FROM,
        TokenType.WHERE,
        TokenType.GROUP_BY,
        TokenType.HAVING,
        TokenType.QUALIFY,
        TokenType.ORDER_BY,
        TokenType.LIMIT,
        TokenType.OFFSET,
        TokenType.FETCH,
        TokenType.UNION,
        TokenType.EXCEPT,
        TokenType.INTERSECT,
        TokenType.SEMICOLON,
    }
)
BREAKS = CLAUSES | {TokenType.COMMA, TokenType.R_PAREN}
# in a list something stands before, between and behind the commas
GAPS = {
    TokenType.L_PAREN: frozenset({TokenType.COMMA}),
    TokenType.COMMA: frozenset({TokenType.COMMA, TokenType.R_PAREN}),
}
