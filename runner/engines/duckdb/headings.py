"""The texts of select items: Snowflake names a column without an alias by its expression."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from runner.engines.duckdb.syntax import CLAUSES


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

    >>> from sqlglot.dialects.snowflake import Snowflake
    >>> text = "with c as (select 1) select a+ 1, f(b, c) d from c"
    >>> select_texts(Snowflake().tokenize(text), text)
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
        if depth == 0 and (token is None or closes or kind in CLAUSES or kind == TokenType.COMMA):
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
