"""Reading Snowflake's SQL: text to tokens to trees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from runner.errors import EngineError

SNOWFLAKE = Snowflake()

# words between CREATE and the kind of object that do not change who handles the statement
MODIFIERS = frozenset(
    {"OR", "REPLACE", "ALTER", "TRANSIENT", "TEMPORARY", "TEMP", "VOLATILE", "LOCAL", "GLOBAL"}
    | {"SECURE", "RECURSIVE"}
)


@dataclass(frozen=True)
class Statement:
    """One statement as it was written, with its tokens; the tree is made when it is asked for."""

    sql: str
    tokens: tuple[Token, ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The first words, upper-cased, without CREATE's modifiers: `("CREATE", "TABLE", "T")`."""
        texts = [token.text.upper() for token in self.tokens[:12]]
        if texts and texts[0] in ("CREATE", "ALTER"):
            rest = iter(texts[1:])
            kept = [text for text in rest if text not in MODIFIERS]
            texts = [texts[0], *kept] if texts[0] == "CREATE" else texts
        return tuple(texts[:5])

    @cached_property
    def tree(self) -> exp.Expr:
        """The statement's syntax tree. Raises `EngineError` 1003 when it is not Snowflake SQL."""
        try:
            trees = SNOWFLAKE.parser().parse(list(self.tokens), self.sql)
        except ParseError as error:
            raise syntax_error(error, self.sql) from error
        if len(trees) != 1 or trees[0] is None:
            raise EngineError("Actual statement count did not match 1.", code=8, sql=self.sql)
        return trees[0]


def read(sql: str) -> Statement:
    """Split a statement into tokens; a trailing semicolon is left out."""
    try:
        tokens = SNOWFLAKE.tokenize(sql)
    except TokenError as error:
        raise EngineError(
            f"SQL compilation error:\nparse error: {error}", code=1003, sqlstate="42000", sql=sql
        ) from error
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        raise EngineError("Empty SQL statement.", code=900, sqlstate="42601", sql=sql)
    return Statement(sql, tuple(tokens))


def syntax_error(error: ParseError, sql: str) -> EngineError:
    """Snowflake's 001003 with the line and the position (from 0) of the unexpected word."""
    first = error.errors[0] if error.errors else {}
    line, column, word = first.get("line"), first.get("col"), first.get("highlight")
    where = f" line {line} at position {column - len(word or '')}" if line and column else ""
    what = f" unexpected '{word}'" if word else ""
    return EngineError(
        f"SQL compilation error:\nsyntax error{where}{what}.", code=1003, sqlstate="42000", sql=sql
    )


def expression(text: str) -> exp.Expr:
    """The tree of one expression, such as a column's default."""
    trees = SNOWFLAKE.parser().parse_into(exp.Condition, list(read(text).tokens), text)
    if len(trees) != 1 or trees[0] is None:
        raise EngineError("Actual statement count did not match 1.", code=8, sql=text)
    return trees[0]
