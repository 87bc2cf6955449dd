"""The expressions in annotations, read through their syntax tree."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from runner.parsing.identifiers import stored
from runner.parsing.lexer import SNOWFLAKE, LexError, Source
from runner.parsing.settings import BadValueError

_DATE_PARTS = frozenset({"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"})
_AGGREGATES = frozenset(
    {"APPROXIMATE_SIMILARITY", "HLL", "BOOLAND_AGG", "BOOLOR_AGG", "BOOLXOR_AGG"}
)


def read(text: str) -> exp.Expr:
    """One SQL expression. Raises `BadValueError`."""
    if ";" in text or "--" in text or "//" in text or "/*" in text:
        _only_code(text)
    try:
        trees = SNOWFLAKE.parse(f"select\n{text}")
    except SqlglotError as error:
        where = getattr(error, "errors", None) or [{}]
        near = where[0].get("highlight") or ""
        hint = f"near {near}" if near and near != "select" else ""
        raise BadValueError(f"not an expression: {text}", hint) from None
    tree = trees[0]
    if len(trees) != 1 or not isinstance(tree, exp.Select) or len(tree.expressions) != 1:
        raise BadValueError(f"not one expression: {text}")
    only: exp.Expr = tree.expressions[0]
    if {key for key, value in tree.args.items() if value} != {"expressions"}:
        raise BadValueError(f"not an expression alone: {text}")
    if isinstance(only, exp.Alias | exp.Star):
        raise BadValueError(f"not an expression: {text}")
    return only


@lru_cache(1_000)
def columns(text: str) -> tuple[tuple[str, ...], bool]:
    """The columns that an expression names, and whether it aggregates. Raises `BadValueError`.

    Checks are alike in many files: `amount >= 0`.
    """
    tree = read(text)
    if tree.find(exp.Query) is not None:
        raise BadValueError(
            "a check reads its own relation only", "write a query as a file in checks/"
        )
    if tree.find(exp.Window) is not None:
        raise BadValueError(
            "a window function cannot stand here", "write a query as a file in checks/"
        )
    return tuple(dict.fromkeys(_columns(tree))), any(_aggregates(tree))


def row_columns(text: str) -> tuple[str, ...]:
    """The columns of an expression that is asked of each row by itself. Raises `BadValueError`."""
    found, aggregate = columns(text)
    if aggregate:
        raise BadValueError(f"an aggregate cannot stand here: {text}")
    return found


def _only_code(text: str) -> None:
    """An expression is put into other statements: no comment may hide what follows it."""
    try:
        source = Source(text)
    except LexError as error:
        raise BadValueError(f"not an expression: {text}", error.message) from None
    if source.comments() or any(t.token_type == TokenType.SEMICOLON for t in source.tokens):
        raise BadValueError(f"a comment or semicolon cannot stand here: {text}")


def _columns(tree: exp.Expr) -> Iterator[str]:
    for column in tree.find_all(exp.Column):
        if column.args.get("table") is not None:
            raise BadValueError(f"{column.sql('snowflake')} is qualified", "name the column alone")
        name = stored(column.this)
        part = name in _DATE_PARTS and isinstance(column.parent, exp.Anonymous)
        if isinstance(column.this, exp.Identifier) and not part:
            yield name


def _aggregates(tree: exp.Expr) -> Iterator[bool]:
    for node in tree.find_all(exp.AggFunc, exp.Anonymous):
        yield isinstance(node, exp.AggFunc) or node.name.upper() in _AGGREGATES


def is_literal(tree: exp.Expr) -> bool:
    """Whether an expression is a value written out."""
    if isinstance(tree, exp.Neg | exp.Paren):
        return is_literal(tree.this)
    return isinstance(tree, exp.Literal | exp.Boolean)
