"""Where things stand in a query's text: its head, the items of its final select, its comments.

Works on tokens and their offsets, since the syntax tree keeps neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot.tokenizer_core import Token, TokenType

from runner.parsing.lexer import CommentLine, Source

OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
SET_OPERATORS = frozenset({TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT})
CLAUSES = SET_OPERATORS | {
    TokenType.FROM,
    TokenType.WHERE,
    TokenType.GROUP_BY,
    TokenType.HAVING,
    TokenType.QUALIFY,
    TokenType.ORDER_BY,
    TokenType.LIMIT,
    TokenType.OFFSET,
    TokenType.FETCH,
    TokenType.INTO,
    TokenType.CONNECT_BY,
    TokenType.START_WITH,
}


@dataclass(frozen=True)
class Item:
    """One item of a select list: the indexes of its first and last token."""

    first: int
    last: int


@dataclass(frozen=True)
class Claims:
    """Comment lines by what they belong to; `rest` belongs to nothing."""

    head: tuple[CommentLine, ...]
    items: tuple[tuple[CommentLine, ...], ...]
    rest: tuple[CommentLine, ...]


def is_clause(tokens: Sequence[Token], index: int) -> bool:
    """Whether a token begins a clause of a query (`a is distinct from b` does not)."""
    kind = tokens[index].token_type
    if kind == TokenType.FROM and tokens[index - 1].token_type == TokenType.DISTINCT:
        return tokens[index - 2].token_type not in (TokenType.IS, TokenType.NOT)
    return kind in CLAUSES


def main_query(tokens: Sequence[Token]) -> int:
    """The index of the token that begins the first branch of the final query.

    That is a `select` or `values`, or whatever else stands there.
    """
    index = 0
    while index < len(tokens):
        kind = tokens[index].token_type
        if kind == TokenType.WITH:
            index = _after_ctes(tokens, index + 1)
        elif kind == TokenType.L_PAREN:
            index += 1
        else:
            break
    return index


def select_items(tokens: Sequence[Token], select: int) -> list[Item]:
    """The items of the select list that begins behind the `select` token at an index."""
    index = _after_modifiers(tokens, select + 1)
    items: list[Item] = []
    depth, first = 0, index
    while index < len(tokens):
        kind = tokens[index].token_type
        if kind in OPENING:
            depth += 1
        elif kind in CLOSING:
            depth -= 1
            if depth < 0:
                break
        elif depth == 0 and (kind == TokenType.SEMICOLON or is_clause(tokens, index)):
            break
        elif depth == 0 and kind == TokenType.COMMA:
            items.append(Item(first, index - 1))
            first = index + 1
        index += 1
    if first < index:
        items.append(Item(first, index - 1))
    return items


def claims(source: Source, items: Sequence[Item]) -> Claims:
    """Who each comment line belongs to."""
    comments = source.comments()
    start = source.tokens[0].start if source.tokens else len(source.text)
    head = tuple(comment for comment in comments if comment.start < start)
    rest: list[CommentLine] = []
    owned: list[list[CommentLine]] = [[] for _ in items]
    places = list(_places(source, items, comments[len(head) :]))
    for comment, item in places:
        if item is None:
            rest.append(comment)
        else:
            owned[item].append(comment)
    in_order = (tuple(sorted(lines, key=lambda line: line.start)) for lines in owned)
    return Claims(head, tuple(in_order), tuple(rest))


def _after_ctes(tokens: Sequence[Token], index: int) -> int:
    """Behind the last CTE: past a closing bracket that neither `as` nor a comma follows."""
    depth = 0
    while index < len(tokens):
        kind = tokens[index].token_type
        depth += (kind in OPENING) - (kind in CLOSING)
        index += 1
        if depth == 0 and kind == TokenType.R_PAREN:
            following = tokens[index].token_type if index < len(tokens) else None
            if following not in (TokenType.COMMA, TokenType.ALIAS):
                break
    return index


def _after_modifiers(tokens: Sequence[Token], index: int) -> int:
    while index < len(tokens):
        kind = tokens[index].token_type
        if kind in (TokenType.DISTINCT, TokenType.ALL):
            index += 1
        elif kind == TokenType.TOP:
            index += 2
        else:
            break
    return index


def _places(
    source: Source, items: Sequence[Item], comments: Sequence[CommentLine]
) -> Iterator[tuple[CommentLine, int | None]]:
    """Each comment with the index of its item.

    Comments behind an item on its line are its own, and so are those on the lines right above.
    """
    above: list[CommentLine] = []
    for comment in comments:
        before = source.token_at(comment.start)
        if not comment.own_line:
            yield comment, _behind(source, items, comment, before)
        elif _followed(source, comment, before):
            yield comment, None
        else:
            above.append(comment)
    yield from _above(source, items, above)


def _followed(source: Source, comment: CommentLine, before: int) -> bool:
    """Whether a token stands behind a comment on the line where it ends."""
    if before + 1 >= len(source.tokens):
        return False
    return source.line(source.tokens[before + 1].start) == source.line(comment.end)


def _behind(source: Source, items: Sequence[Item], comment: CommentLine, before: int) -> int | None:
    """The item that a comment stands behind on one line: only its comma may stand between."""
    number = _item_ending_at(source, items, before)
    if number is None:
        return None
    tokens = source.tokens
    if source.line(tokens[items[number].last].end) != source.line(comment.start):
        return None
    comma = tokens[before].token_type == TokenType.COMMA
    return None if comma and _followed(source, comment, before) else number


def _item_ending_at(source: Source, items: Sequence[Item], index: int) -> int | None:
    """The item whose last token, or the comma behind it, is the token at an index."""
    for number, item in enumerate(items):
        if item.last == index:
            return number
        if item.last + 1 == index and source.tokens[index].token_type == TokenType.COMMA:
            return number
    return None


def _above(
    source: Source, items: Sequence[Item], comments: Sequence[CommentLine]
) -> Iterator[tuple[CommentLine, int | None]]:
    """Comments on lines of their own, each with the item that begins right below its group."""
    firsts = {item.first: number for number, item in enumerate(items)}
    owner: int | None = None
    next_line = -1
    found: list[tuple[CommentLine, int | None]] = []
    for comment in reversed(comments):
        if comment.line + 1 != next_line:
            owner = _item_below(source, firsts, comment)
        next_line = comment.line
        found.append((comment, owner))
    yield from reversed(found)


def _item_below(source: Source, firsts: dict[int, int], comment: CommentLine) -> int | None:
    """The item that begins on the next line, with nothing between but its leading comma."""
    index = source.token_at(comment.start) + 1
    tokens = source.tokens
    if index < len(tokens) and tokens[index].token_type == TokenType.COMMA:
        index += 1
    if index not in firsts or source.line(tokens[index].start) != source.line(comment.end) + 1:
        return None
    return firsts[index]
