"""Reading Snowflake's SQL: text to tokens to trees."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from sqlglot import exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from runner.errors import EngineError

SNOWFLAKE = Snowflake()
# it says on stderr which statements it has no tree for; here those are read word by word
logging.getLogger("sqlglot").setLevel(logging.ERROR)

# sqlglot turns known functions into nodes of its own, with other argument orders and formats. A
# mark behind the name hides it: every function arrives as it was written, as `Anonymous`.
MARK = "\x01"
HIDDEN = (set(Snowflake.Parser.FUNCTIONS) | set(Snowflake.Parser.FUNCTION_PARSERS)) - {
    "CAST",
    "TRY_CAST",
    "EXTRACT",
    "CUBE",
    "SEMANTIC_VIEW",
}
# words after which a name with a parenthesis is no function: `create table date (…)`
NAMING = frozenset({"TABLE", "VIEW", "INTO", "JOIN", "UPDATE", "EXISTS", "REFERENCES", "WITH"}) | {
    "RECURSIVE",
    "FUNCTION",
    "PROCEDURE",
    "AS",
}

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
        return parse(self.tokens, self.sql, exp.Expression)


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


def named(statement: Statement, variable: Callable[[str], str]) -> Statement:
    """The statement with names in the place of `IDENTIFIER('name')` and `IDENTIFIER($variable)`
    where a table stands, in DDL and DML.

    >>> text = "insert into identifier($t) values (1)"
    >>> [t.text for t in named(read(text), lambda name: "s." + name).tokens[:5]]
    ['insert', 'into', 's', '.', 'T']
    """
    tokens = list(statement.tokens)
    if tokens[0].text.upper() not in NAMED or "IDENTIFIER" not in statement.sql.upper():
        return statement
    for index in range(len(tokens) - 4, 0, -1):
        if tokens[index].text.upper() != "IDENTIFIER" or tokens[index + 1].text != "(":
            continue
        size = 5 if tokens[index + 2].text == "$" else 4
        closes = tokens[index + size - 1]
        if tokens[index - 1].text.upper() not in BEFORE_NAMES or closes.text != ")":
            continue
        inner = tokens[index + size - 2]
        text = variable(inner.text.upper()) if size == 5 else inner.text
        tokens[index : index + size] = [at(token, inner) for token in SNOWFLAKE.tokenize(text)]
    return Statement(statement.sql, tuple(tokens))


NAMED = frozenset({"CREATE", "INSERT", "UPDATE", "DELETE", "MERGE"})
BEFORE_NAMES = frozenset({"TABLE", "VIEW", "INTO", "UPDATE", "EXISTS", "FROM", "LIKE", "CLONE"})


def at(token: Token, place: Token) -> Token:
    """The token as if it stood in the place of another."""
    return Token(token.token_type, token.text, place.line, place.col, place.start, place.end, [])


def syntax_error(error: ParseError, sql: str) -> EngineError:
    """Snowflake's 001003 with the line and the position (from 0) of the unexpected word."""
    first = error.errors[0] if error.errors else {}
    line, column, word = first.get("line"), first.get("col"), first.get("highlight")
    if not line or not column:
        return unexpected(sql, len(sql), "")
    return misplaced(sql, line, column - len(word or ""), word or "<EOF>")


def unexpected(sql: str, start: int, word: str) -> EngineError:
    """Snowflake's 001003 for the word that begins at `start` in the text; empty for its end.

    >>> print(unexpected("show\\n  tebles", 7, "tebles"))
    SQL compilation error:
    syntax error line 2 at position 2 unexpected 'tebles'.
    """
    line_start = sql.rfind("\n", 0, start) + 1
    line = sql.count("\n", 0, start) + 1
    return misplaced(sql, line, start - line_start, word or "<EOF>")


def misplaced(sql: str, line: int, position: int, word: str) -> EngineError:
    text = f"syntax error line {line} at position {position} unexpected '{word}'."
    return EngineError(f"SQL compilation error:\n{text}", code=1003, sqlstate="42000", sql=sql)


def parse(tokens: Sequence[Token], sql: str, into: type[exp.Expr]) -> exp.Expr:
    """The tree of a statement, or of what `into` says, with all functions as they were written."""
    refuse_torn(tokens, sql)
    hidden = bracket_literals(hide_functions(tokens))
    try:
        if into is exp.Expression:
            trees = SNOWFLAKE.parser().parse(hidden, sql)
        else:
            trees = SNOWFLAKE.parser().parse_into(into, hidden, sql)
    except ParseError as error:
        raise syntax_error(error, sql) from error
    if len(trees) != 1 or trees[0] is None:
        raise EngineError("Actual statement count did not match 1.", code=8, sql=sql)
    note_texts(trees[0], tokens, sql)
    for node in trees[0].find_all(exp.Anonymous, exp.Identifier):
        if isinstance(node.this, str) and node.this.endswith(MARK):
            node.set("this", node.this[:-1])
    return trees[0]


def refuse_torn(tokens: Sequence[Token], sql: str) -> None:
    """Raise 1003 for a clause that breaks off where sqlglot reads on as if nothing were missing.

    >>> refuse_torn(read("select 1 from a join b using").tokens, "select 1 from a join b using")
    Traceback (most recent call last):
    runner.errors.EngineError: SQL compilation error:
    syntax error line 1 at position 28 unexpected '<EOF>'.
    """
    for one, other in zip_longest(tokens, tokens[1:]):
        if one.token_type in UNFINISHED and (other is None or other.token_type in BREAKS):
            start, text = (other.start, other.text) if other else (len(sql), "")
            raise unexpected(sql, start, text)


UNFINISHED = frozenset(
    {
        TokenType.ALIAS,
        TokenType.GROUP_BY,
        TokenType.IN,
        TokenType.PARTITION_BY,
        TokenType.USING,
    }
)


def note_texts(tree: exp.Expr, tokens: Sequence[Token], sql: str) -> None:
    """Leave its source text in the meta of every select item of the outermost SELECT.

    Snowflake names a column without an alias by the text of its expression.
    """
    query = tree
    while isinstance(query, (exp.SetOperation, exp.Subquery)):
        query = query.this
    if not isinstance(query, exp.Select) or not isinstance(tree, exp.Query):
        return
    texts = select_texts(tokens, sql)
    if len(texts) == len(query.expressions):
        for node, text in zip(query.expressions, texts, strict=True):
            node.meta["text"] = text


def select_texts(tokens: Sequence[Token], sql: str) -> list[str]:
    """The texts of the items of the first SELECT that is in no CTE's brackets.

    >>> text = "with c as (select 1) select a+ 1, f(b, c) d from c"
    >>> select_texts(read(text).tokens, text)
    ['a+ 1', 'f(b, c) d']
    """
    depth = start = 0
    first: int | None = None
    if tokens and tokens[0].token_type == TokenType.L_PAREN:
        start = next(i for i, t in enumerate(tokens) if t.token_type != TokenType.L_PAREN)
    texts: list[str] = []
    begin = 0
    for index in range(start, len(tokens) + 1):
        token = tokens[index] if index < len(tokens) else None
        kind = token.token_type if token else None
        if first is None:
            depth += (kind == TokenType.L_PAREN) - (kind == TokenType.R_PAREN)
            if kind == TokenType.SELECT and depth == 0:
                first = begin = after_modifiers(tokens, index + 1)
            continue
        if index < first:
            continue
        closes = kind == TokenType.R_PAREN and depth == 0
        if depth == 0 and (token is None or closes or kind in ENDS or kind == TokenType.COMMA):
            if index > begin:
                texts.append(sql[tokens[begin].start : tokens[index - 1].end + 1])
            begin = index + 1
            if kind != TokenType.COMMA:
                break
        depth += (kind in OPENING) - (kind in CLOSING)
    return texts


def after_modifiers(tokens: Sequence[Token], index: int) -> int:
    """The place behind DISTINCT, ALL and TOP n."""
    while index < len(tokens) and tokens[index].text.upper() in ("DISTINCT", "ALL", "TOP"):
        index += 2 if tokens[index].text.upper() == "TOP" else 1
    return index


OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
ENDS = frozenset(
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
BREAKS = ENDS | {TokenType.COMMA, TokenType.R_PAREN}


def hide_functions(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with a mark behind the names of functions that sqlglot knows."""
    hidden = list(tokens)
    for index, behind in enumerate(tokens[1:]):
        if behind.token_type != TokenType.L_PAREN:
            continue
        token, name = tokens[index], tokens[index].text.upper()
        if name == "DATE_PART" and is_part_from(tokens[index : index + 4]):
            hidden[index] = renamed(token, "EXTRACT")
        elif name in HIDDEN and not is_naming(token, tokens[index - 1] if index else token):
            hidden[index] = renamed(token, token.text + MARK)
    return hidden


def is_naming(token: Token, before: Token) -> bool:
    """Whether a function's name in front of a parenthesis is the name of something else, or the
    REPLACE of a star."""
    if token.token_type == TokenType.IDENTIFIER or before.text.upper() in NAMING:
        return True
    behind_star = before.token_type in (TokenType.STAR, TokenType.R_PAREN)
    return behind_star and token.text.upper() == "REPLACE"


def is_part_from(tokens: Sequence[Token]) -> bool:
    """Whether `DATE_PART(` goes on as `month FROM`, which is EXTRACT."""
    return len(tokens) == 4 and tokens[3].token_type == TokenType.FROM


def renamed(token: Token, text: str) -> Token:
    """The token with another text in its place."""
    return Token(
        token.token_type, text, token.line, token.col, token.start, token.end, token.comments
    )


TYPED = frozenset({"DATE", "TIME", "TIMESTAMP"})


def bracket_literals(tokens: list[Token]) -> list[Token]:
    """The tokens with brackets around `date '…'` before `::`, which sqlglot would cast first."""
    casts = [index for index, one in enumerate(tokens) if one.token_type == TokenType.DCOLON]
    for index in reversed(casts):
        if index < 2 or tokens[index - 1].token_type != TokenType.STRING:
            continue
        word, text = tokens[index - 2 : index]
        if word.text.upper() in TYPED:
            tokens[index:index] = [bracket(TokenType.R_PAREN, text)]
            tokens[index - 2 : index - 2] = [bracket(TokenType.L_PAREN, word)]
    return tokens


def bracket(kind: TokenType, at: Token) -> Token:
    text = "(" if kind == TokenType.L_PAREN else ")"
    return Token(kind, text, at.line, at.col, at.start, at.end, at.comments)


def expression(text: str) -> exp.Expr:
    """The tree of one expression, such as a column's default."""
    return parse(read(text).tokens, text, exp.Condition)
