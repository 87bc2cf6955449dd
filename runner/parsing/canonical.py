"""Tokens -> the words that count, and their digest.

Comments, layout, a closing semicolon and the letter case of keywords and unquoted names do not
count. Literals, quoted names and paths into a variant count as they are written: a path is
case-sensitive (docs.snowflake.com/en/user-guide/querying-semistructured). Where in doubt, two
texts differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from sqlglot.tokenizer_core import Token, TokenType

_LITERALS = frozenset(
    kind
    for kind in TokenType
    if kind.name.endswith("STRING") or kind in (TokenType.IDENTIFIER, TokenType.NUMBER)
)
_DOT, _COLON = TokenType.DOT, TokenType.COLON
_BRACKETS = frozenset({TokenType.R_BRACKET, TokenType.R_PAREN})
_BEHIND_A_FILE = frozenset({TokenType.COMMA, TokenType.L_PAREN, TokenType.R_PAREN})


def words(text: str, tokens: Sequence[Token]) -> list[str]:
    """What each token of a text says. A path to a file is one word; a closing semicolon none."""
    found: list[str] = []
    add = found.append
    plain = text.isascii()
    before = TokenType.SEMICOLON
    path = False  # within a path into a variant
    for token in tokens:
        kind = token.token_type
        if kind is _DOT:
            path = path or before in _BRACKETS
            add(".")
        elif kind is _COLON:
            path = True
            add(":")
        elif path and (before is _DOT or before is _COLON):
            add(text[token.start : token.end + 1])
        else:
            path = False
            said = token.text
            if kind in _LITERALS or not (plain or said.isascii()):
                add(text[token.start : token.end + 1])
            else:
                add(said.upper())
        before = kind
    while found and found[-1] == ";":
        found.pop()
    return _with_files(text, tokens, found) if "@" in found else found


def _with_files(text: str, tokens: Sequence[Token], words: Sequence[str]) -> list[str]:
    """The words, each path to a file (`@stage/Path/a.csv`) as it is written, up to a space.

    Its own tokens become empty words: the places of the others stay.
    """
    found: list[str] = []
    first, end = -1, -1
    for place, (word, token) in enumerate(zip(words, tokens, strict=False)):
        glued = token.start == end and token.token_type not in _BEHIND_A_FILE
        if word == "@":
            first = place
            found.append(word)
        elif first >= 0 and glued:
            found[first] += text[token.start : token.end + 1]
            found.append("")
        else:
            first = -1
            found.append(word)
        end = token.end + 1
    return found


def digest(parts: Iterable[str]) -> str:
    """The digest of words; only quoted ones hold line breaks, so no two lists are one text."""
    return blake2b("\n".join(parts).encode(), digest_size=10).hexdigest()
