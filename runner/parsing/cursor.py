"""Reading a DDL statement word by word: for statements that the SQL parser only passes through."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot.tokenizer_core import Token, TokenType

from runner.parsing.layout import CLOSING, OPENING

_LITERAL = frozenset({TokenType.STRING, TokenType.RAW_STRING, TokenType.IDENTIFIER})


class Cursor:
    """A place in a statement's tokens. `position` may be set back."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.position = 0

    @property
    def done(self) -> bool:
        return self.position >= len(self.tokens)

    def word(self, ahead: int = 0) -> str:
        """A coming word in upper case; empty for quoted text and at the end."""
        index = self.position + ahead
        if index >= len(self.tokens) or self.tokens[index].token_type in _LITERAL:
            return ""
        return self.tokens[index].text.upper()

    def accept(self, *words: str) -> bool:
        """Step over the words if they come next."""
        if all(self.word(ahead) == word for ahead, word in enumerate(words)):
            self.position += len(words)
            return True
        return False

    def accept_any(self, words: frozenset[str]) -> bool:
        """Step over any number of the words; whether there were some."""
        start = self.position
        while self.word() in words:
            self.position += 1
        return self.position > start

    def name(self) -> tuple[str, ...]:
        """A dotted name, each part as stored; empty when none comes next."""
        parts: list[str] = []
        while not self.done:
            token = self.tokens[self.position]
            quoted = token.token_type == TokenType.IDENTIFIER
            if not quoted and (token.token_type in _LITERAL or not _begins_name(token.text)):
                break
            parts.append(token.text if quoted else token.text.upper())
            self.position += 1
            if not self.accept("."):
                break
        return tuple(parts)

    def seek(self, *words: str) -> bool:
        """Step behind the next of the words outside brackets; whether there is one."""
        depth = 0
        for index in range(self.position, len(self.tokens)):
            kind = self.tokens[index].token_type
            depth += (kind in OPENING) - (kind in CLOSING)
            plain = kind not in _LITERAL
            if depth == 0 and plain and self.tokens[index].text.upper() in words:
                self.position = index + 1
                return True
        return False

    def brackets(self) -> list[Cursor] | None:
        """The comma-separated parts of the brackets that come next, stepped over; else None."""
        if self.word() != "(":
            return None
        parts: list[list[Token]] = [[]]
        depth = 0
        while not self.done:
            token = self.tokens[self.position]
            self.position += 1
            depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
            if depth == 0:
                break
            if depth == 1 and token.token_type == TokenType.COMMA:
                parts.append([])
            elif depth > 1 or token.token_type not in OPENING:
                parts[-1].append(token)
        return [Cursor(part) for part in parts if part]

    def parts(self) -> list[Cursor]:
        """The rest of the statement, cut at the commas outside brackets."""
        parts: list[list[Token]] = [[]]
        depth = 0
        for token in self.tokens[self.position :]:
            depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
            if depth == 0 and token.token_type == TokenType.COMMA:
                parts.append([])
            else:
                parts[-1].append(token)
        return [Cursor(part) for part in parts if part]

    def type(self) -> str:
        """A column type as Snowflake writes it: `NUMBER(12,2)`, `TIMESTAMP_NTZ(9)`."""
        words = [self.word()]
        self.position += 1
        if words[0] == "DOUBLE":
            self.accept("PRECISION")
        if self.word() == "(":
            inner = self.brackets() or []
            arguments = ",".join(" ".join(t.text for t in part.tokens) for part in inner)
            words.append(f"({arguments.upper()})")
        return "".join(words)


def _begins_name(text: str) -> bool:
    return bool(text) and (text[0].isalpha() or text[0] == "_")
