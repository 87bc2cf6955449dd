"""A file's text -> tokens and the syntax tree of its one query, or what is wrong and where."""

from __future__ import annotations

import re
from itertools import pairwise, product
from typing import Any

from sqlglot import ErrorLevel, exp
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from runner.parsing import layout
from runner.parsing.findings import Finding
from runner.parsing.lexer import SNOWFLAKE, LexError, Source, caret, statements
from runner.parsing.queries import QUERIES

_MISSING = re.compile(r"Required keyword: '\w+' missing for <class '.*\.(\w+)'>")
_UNMET = re.compile(
    r"Expected (.*) but got <Token token_type: [\w.]+, text: (.*?), line: ", re.DOTALL
)
# What sqlglot's builders of functions raise for calls without the arguments that they expect.
_PARSER_FAULTS = (AttributeError, AssertionError, IndexError, KeyError, TypeError, ValueError)
# Words that sqlglot lets end a clause, though something must stand behind them, and what ends one.
_UNFINISHED = frozenset(
    {
        TokenType.ALIAS,
        TokenType.GROUP_BY,
        TokenType.IN,
        TokenType.PARTITION_BY,
        TokenType.USING,
    }
)
_ENDS = frozenset(
    {
        TokenType.COMMA,
        TokenType.EXCEPT,
        TokenType.GROUP_BY,
        TokenType.HAVING,
        TokenType.INTERSECT,
        TokenType.LIMIT,
        TokenType.ORDER_BY,
        TokenType.QUALIFY,
        TokenType.R_PAREN,
        TokenType.UNION,
        TokenType.WHERE,
    }
)
# Pairs of words that sqlglot reads past, though they mean nothing.
_NONSENSE = frozenset(product(_UNFINISHED, _ENDS)) | {
    (TokenType.COMMA, TokenType.COMMA),
    (TokenType.COMMA, TokenType.R_PAREN),
    (TokenType.L_PAREN, TokenType.COMMA),
    (TokenType.L_PAREN, TokenType.FROM),
    (TokenType.SELECT, TokenType.COMMA),
}
_QUERY_HINT = "a file holds one query: select, with, union or values"


class BrokenError(Exception):
    """The text holds no query that can be read."""

    def __init__(self, line: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.finding = Finding(message, line, hint)


def source(text: str) -> Source:
    """The text, cut into tokens. Raises `BrokenError`."""
    try:
        return Source(text)
    except LexError as error:
        raise _at(text, error.offset, error.message) from None


def query(source: Source) -> exp.Expr:
    """The syntax tree of the one query in a file. Raises `BrokenError`."""
    found = statements(source)
    if not found:
        raise BrokenError(1, "the file is empty", _QUERY_HINT)
    if len(found) > 1:
        second = found[1][0]
        line = source.line(second.start)
        raise BrokenError(line, f"a second statement begins here: {second.text}", _QUERY_HINT)
    tokens = found[0]
    _no_jinja(source, tokens)
    _begins_as_query(source, tokens)
    _no_nonsense(source, tokens)
    tree = parse(source.text, tokens)
    if not isinstance(tree, QUERIES):
        raise BrokenError(source.line(tokens[0].start), "this is no query", _QUERY_HINT)
    _ctes_have_as(source, tokens, tree)
    return tree


def parse(text: str, tokens: list[Token]) -> exp.Expr:
    """The tree of one statement, given by its tokens. Raises `BrokenError`."""
    try:
        trees = SNOWFLAKE.parser(error_level=ErrorLevel.IMMEDIATE).parse(tokens, text)
    except ParseError as error:
        raise _parse_error(text, tokens, error.errors[0] if error.errors else {}) from None
    except (SqlglotError, *_PARSER_FAULTS) as error:
        message = "this cannot be read; does a function lack an argument?"
        raise _at(text, tokens[0].start, message, hint=str(error).split("\n")[0]) from None
    if not trees or trees[0] is None:
        raise _at(text, tokens[0].start, "this cannot be read")
    return trees[0]


def _begins_as_query(source: Source, tokens: list[Token]) -> None:
    index = layout.main_query(tokens)
    if index < len(tokens) and tokens[index].token_type not in (
        TokenType.SELECT,
        TokenType.VALUES,
    ):
        first = tokens[index]
        message = f"a query cannot begin with {first.text}"
        raise _at(source.text, first.start, message, len(first.text), _QUERY_HINT)


def _no_nonsense(source: Source, tokens: list[Token]) -> None:
    kinds = [token.token_type for token in tokens]
    if _NONSENSE.isdisjoint(pairwise(kinds)) and kinds[-1] not in _UNFINISHED:
        return
    for one, other in pairwise(tokens):
        if (one.token_type, other.token_type) in _NONSENSE:
            raise _at(source.text, other.start, f"unexpected {other.text}", len(other.text))
    last = tokens[-1]
    if last.token_type in _UNFINISHED:
        message = f"something is missing behind {last.text}"
        raise _at(source.text, last.start, message, len(last.text))


def _ctes_have_as(source: Source, tokens: list[Token], tree: exp.Expr) -> None:
    """sqlglot reads `with a (select …)` too, where Snowflake demands `as`."""
    nested = sum(token.token_type == TokenType.WITH for token in tokens) > 1
    with_ = tree.args.get("with_")
    ctes = with_.expressions if with_ else ()
    for cte in tree.find_all(exp.CTE) if nested else ctes:
        alias = cte.args["alias"]
        last = alias.columns[-1] if alias.columns else alias.this
        behind = source.token_at(int(last.meta["start"])) + (2 if alias.columns else 1)
        token = source.tokens[min(behind, len(source.tokens) - 1)]
        if token.token_type != TokenType.ALIAS:
            raise _at(source.text, token.start, f"as is missing before {token.text}")


def _no_jinja(source: Source, tokens: list[Token]) -> None:
    if "{{" not in source.text and "{%" not in source.text:
        return
    for one, other in pairwise(tokens):
        double = one.token_type == other.token_type == TokenType.L_BRACE
        if one.token_type == TokenType.BLOCK_START or (double and one.end + 1 == other.start):
            message = "this is no plain SQL"
            raise _at(source.text, one.start, message, 2, "Jinja is for migrations only")


def _parse_error(text: str, tokens: list[Token], error: dict[str, Any]) -> BrokenError:
    """sqlglot's complaint in plain words, with the place; it names the token by its end."""
    highlight = str(error.get("highlight") or "")
    line, column = int(error.get("line") or 1), int(error.get("col") or 1)
    token = next((t for t in tokens if (t.line, t.col) == (line, column)), tokens[-1])
    description = str(error.get("description") or "this cannot be read")
    missing = _MISSING.match(description)
    if missing:
        message = f"{_words(missing.group(1))} is not complete at {highlight or token.text}"
    elif description.startswith("Expecting "):
        message = f"{description.removeprefix('Expecting ')} is missing before {highlight}"
    elif description.startswith("Invalid expression"):
        message = f"unexpected {highlight}"
    elif unmet := _UNMET.match(description):
        wanted, word = unmet.groups()
        message = f"{wanted} is missing" + (
            f" before {word}" if word != "SENTINEL" else " at the end"
        )
    else:
        message = description[0].lower() + description[1:].rstrip(".")
    return _at(text, token.start, message, token.end - token.start + 1)


def _words(name: str) -> str:
    """A class name of the tree in words: `OrderBy` -> `order by`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _at(text: str, offset: int, message: str, width: int = 1, hint: str = "") -> BrokenError:
    """A finding with its line of text and a caret below the spot."""
    line = text.count("\n", 0, offset) + 1
    shown = caret(text, offset, width).replace("\n", "\n  ")
    return BrokenError(line, message, f"{shown}\n  {hint}" if hint else shown)
