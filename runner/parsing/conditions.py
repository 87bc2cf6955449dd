"""Cutting and-ed conditions and list members out of a query's text, by its tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot.tokenizer_core import Token, TokenType

from runner.parsing.layout import CLOSING, OPENING, is_clause
from runner.parsing.lexer import Cut

_JOINERS = frozenset({TokenType.OR, TokenType.XOR})
_QUERY = frozenset({TokenType.SELECT, TokenType.WITH, TokenType.VALUES})


@dataclass(frozen=True)
class Span:
    """Some tokens, by the indexes of the first and the last."""

    first: int
    last: int

    def holds(self, indexes: set[int]) -> bool:
        return any(self.first <= index <= self.last for index in indexes)


def list_cuts(spans: Sequence[tuple[int, int]], drop: Sequence[bool]) -> Iterator[Cut]:
    """Cut members out of a list together with their separators; one at least must stay.

    `spans` are the offsets of each member's first and last character.
    """
    for number, (start, end) in enumerate(spans):
        if not drop[number]:
            continue
        if not all(drop[number:]):
            yield Cut(start, spans[number + 1][0])
        else:
            kept = max(i for i, dropped in enumerate(drop) if not dropped)
            yield Cut(spans[kept][1] + 1, end + 1)


def clause_cut(tokens: Sequence[Token], keyword: int, hits: set[int]) -> Iterator[Cut]:
    """Cut the conditions that hold a hit out of the clause whose keyword stands at an index.

    When none is left, the keyword goes as well.
    """
    whole = Span(keyword + 1, _clause_end(tokens, keyword + 1))
    cuts = _cuts(tokens, whole, hits)
    if cuts is None:
        yield Cut(tokens[keyword - 1].end + 1, tokens[whole.last].end + 1)
    else:
        yield from cuts


def clause_of(tokens: Sequence[Token], index: int, kind: TokenType) -> int:
    """The index of the nearest keyword of a kind whose clause holds the token at an index."""
    depth, decided = 0, False
    for position in range(index - 1, -1, -1):
        token = tokens[position].token_type
        if token in CLOSING:
            depth += 1
        elif token in OPENING:
            if depth == 0:
                decided = False
            else:
                depth -= 1
        elif depth == 0 and not decided and is_clause(tokens, position):
            in_filter = tokens[position - 1].token_type == TokenType.L_PAREN
            if token == kind and not in_filter:
                return position
            decided = True
        elif depth == 0 and token == TokenType.SELECT:
            decided = True
    raise LookupError(kind)


def _clause_end(tokens: Sequence[Token], index: int) -> int:
    """The index of the last token of a clause that begins at an index."""
    depth = 0
    while index < len(tokens):
        kind = tokens[index].token_type
        if kind in OPENING:
            depth += 1
        elif kind in CLOSING:
            depth -= 1
        if depth < 0 or kind == TokenType.SEMICOLON:
            break
        if depth == 0 and is_clause(tokens, index):
            break
        index += 1
    return index - 1


def _cuts(tokens: Sequence[Token], whole: Span, hits: set[int]) -> list[Cut] | None:
    """The cuts within some and-ed conditions; None when none of them is left."""
    parts = _conjuncts(tokens, whole)
    inner: list[Cut] = []
    drop: list[bool] = []
    for part in parts:
        if not part.holds(hits):
            drop.append(False)
            continue
        group = _group(tokens, part)
        cuts = _cuts(tokens, group, hits) if group else None
        drop.append(cuts is None)
        inner += cuts or []
    if all(drop):
        return None
    spans = [(tokens[part.first].start, tokens[part.last].end) for part in parts]
    return [*inner, *list_cuts(spans, drop)]


def _group(tokens: Sequence[Token], part: Span) -> Span | None:
    """What stands in brackets, when a condition is conditions in brackets and nothing else."""
    if tokens[part.first].token_type != TokenType.L_PAREN:
        return None
    if tokens[part.first + 1].token_type in _QUERY:
        return None
    depth = 0
    for index in range(part.first, part.last + 1):
        kind = tokens[index].token_type
        depth += (kind in OPENING) - (kind in CLOSING)
        if depth == 0 and index < part.last:
            return None
    return Span(part.first + 1, part.last - 1)


def _conjuncts(tokens: Sequence[Token], whole: Span) -> list[Span]:
    """The and-ed parts of a condition; one with an `or` at its top is a single part."""
    parts: list[Span] = []
    first = whole.first
    depth = cases = betweens = 0
    for index in range(whole.first, whole.last + 1):
        kind = tokens[index].token_type
        depth += (kind in OPENING) - (kind in CLOSING)
        if depth:
            continue
        cases += (kind == TokenType.CASE) - (kind == TokenType.END)
        if cases:
            continue
        if kind in _JOINERS:
            return [whole]
        if kind == TokenType.BETWEEN:
            betweens += 1
        elif kind == TokenType.AND and betweens:
            betweens -= 1
        elif kind == TokenType.AND:
            parts.append(Span(first, index - 1))
            first = index + 1
    return [*parts, Span(first, whole.last)]
