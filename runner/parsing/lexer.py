"""SQL text -> tokens and comments, each with its position in the text.

sqlglot's tokenizer attaches comments to tokens and its parser moves or loses some of them. Here a
comment is what stands between two tokens, so nothing is lost.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sqlglot import Dialect
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

SNOWFLAKE = Dialect.get_or_raise("snowflake")

_COMMENT_START = re.compile(r"--|//|/\*")
_QUOTED = re.compile(
    r"""(?P<string>'(?:\\.|''|[^'\\])*+')
    | (?P<name>"(?:""|[^"])*+")
    | (?P<dollar>\$\$.*?\$\$)
    | (?P<line>(?:--|//)[^\n]*)
    | (?P<block>/\*.*?\*/)
    | (?P<open>'|"|\$\$|/\*)""",
    re.VERBOSE | re.DOTALL,
)
_OPEN = {"'": "string", '"': "quoted name", "$$": "$$ string", "/*": "comment"}


class LexError(Exception):
    """The text cannot be cut into tokens; `offset` is where it begins to go wrong."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(frozen=True)
class CommentLine:
    """One line of a comment, without its marks.

    start     offset of the comment that it belongs to
    own_line  nothing but white space stands before the comment on its line
    """

    text: str
    line: int
    start: int
    end: int
    own_line: bool


@dataclass(frozen=True)
class Cut:
    """A piece of text, from an offset up to another, and what takes its place."""

    start: int
    end: int
    text: str = ""


class Source:
    """A file's text, cut into tokens once. Raises `LexError`."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self.tokens: list[Token] = SNOWFLAKE.tokenize(text)
        except TokenError as error:
            raise _lex_error(text, error) from None
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def line(self, offset: int) -> int:
        """The line of an offset, counted from 1."""
        return bisect_right(self._lines, offset)

    def sql(self, cuts: Iterable[Cut] = ()) -> str:
        """The text without a closing semicolon and without the cuts.

        A cut inside another goes with it.
        """
        pieces: list[str] = []
        position = 0
        all_cuts = [*cuts]
        for token in reversed(self.tokens):
            if token.token_type != TokenType.SEMICOLON:
                break
            all_cuts.append(Cut(token.start, token.end + 1))
        for cut in sorted(all_cuts, key=lambda cut: (cut.start, -cut.end)):
            if cut.start >= position:
                pieces += [self.text[position : cut.start], cut.text]
            position = max(position, cut.end)
        pieces.append(self.text[position:])
        return "".join(pieces).strip("\n").rstrip()

    @cached_property
    def starts(self) -> list[int]:
        """The offset of every token."""
        return [token.start for token in self.tokens]

    def token_at(self, offset: int) -> int:
        """The index of the last token that begins at or before the offset; -1 before the first."""
        return bisect_right(self.starts, offset) - 1

    def comments(self) -> list[CommentLine]:
        """Every line of every comment, in order."""
        found: list[CommentLine] = []
        position = 0
        while start := _COMMENT_START.search(self.text, position):
            index = self.token_at(start.start())
            if index >= 0 and start.start() <= self.tokens[index].end:
                position = self.tokens[index].end + 1
                continue
            position = _comment_end(self.text, start.start())
            found += self._comment_lines(start.start(), position)
        return found

    def _comment_lines(self, start: int, end: int) -> list[CommentLine]:
        text = self.text[start:end]
        own = not self.text[self._lines[self.line(start) - 1] : start].strip()
        if not text.startswith("/*"):
            return [CommentLine(text[2:].strip(), self.line(start), start, end, own)]
        first = self.line(start)
        return [
            CommentLine(line.strip().removeprefix("*").strip(), first + number, start, end, own)
            for number, line in enumerate(text[2:-2].split("\n"))
        ]


def caret(text: str, offset: int, width: int = 1) -> str:
    """The line of an offset and a caret below it."""
    begin = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[begin : len(text) if end < 0 else end]
    pad = "".join("\t" if char == "\t" else " " for char in line[: offset - begin])
    return f"{line}\n{pad}{'^' * max(1, min(width, len(line) - len(pad)))}"


def _comment_end(text: str, start: int) -> int:
    if text.startswith("/*", start):
        end = text.find("*/", start + 2)
        return len(text) if end < 0 else end + 2
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _lex_error(text: str, error: TokenError) -> LexError:
    for found in _QUOTED.finditer(text):
        if found.lastgroup == "open":
            return LexError(f"this {_OPEN[found.group()]} is not closed", found.start())
    return LexError(str(error).split("\n")[0], max(0, (error.start or 0)))


def tokenized(text: str) -> list[Token]:
    """The tokens of an expression that has been read before; none of what is no SQL."""
    try:
        return SNOWFLAKE.tokenize(text)
    except TokenError:
        return []


def statements(source: Source) -> list[list[Token]]:
    """The tokens of each statement, without semicolons; empty statements are left out."""
    found: list[list[Token]] = [[]]
    for token in source.tokens:
        if token.token_type == TokenType.SEMICOLON:
            found.append([])
        else:
            found[-1].append(token)
    return [tokens for tokens in found if tokens]
