"""Reading a statement word by word, for the statements that sqlglot hands over unread.

sqlglot has a tree for queries, DML and most of `create table`; `grant`, `show`, most of `alter`
and every account object come back as one opaque `Command`. Their grammars are flat: words, names,
and `key = value` properties. `Words` reads exactly that, from sqlglot's own tokens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot.tokenizer_core import Token, TokenType

from runner.engines.duckdb import dialect, syntax
from runner.errors import EngineError

_TEXT = frozenset({TokenType.STRING, TokenType.RAW_STRING})
_SYMBOLS = frozenset(
    {
        TokenType.COMMA,
        TokenType.DOT,
        TokenType.EQ,
        TokenType.L_PAREN,
        TokenType.R_PAREN,
        TokenType.PARAMETER,
        TokenType.SEMICOLON,
        TokenType.NUMBER,
    }
)


def single_words(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, where sqlglot takes several words for one (`CLUSTER BY`) each by itself.

    >>> [token.text for token in single_words(dialect.read("cluster by (a)").tokens)]
    ['CLUSTER', 'BY', '(', 'a', ')']
    """
    words: list[Token] = []
    for token in tokens:
        quoted = token.token_type in _TEXT or token.token_type is TokenType.IDENTIFIER
        if quoted or " " not in token.text:
            words.append(token)
        else:
            words.extend(
                Token(TokenType.VAR, part, start=token.start, end=token.end)
                for part in token.text.split()
            )
    return words


class Words:
    """A cursor over the words of one statement.

    Names come out as Snowflake stores them: unquoted ones in upper case.

    >>> words = Words('alter schema if exists db."My schema" set retention = 1')
    >>> words.take("alter", "schema"), words.take("if", "exists"), words.name()
    (True, True, ('DB', 'My schema'))
    >>> words.take("unset"), words.take("set"), words.properties()
    (False, True, {'RETENTION': 1})
    """

    def __init__(
        self,
        sql: str,
        variables: Mapping[str, Any] | None = None,
        tokens: Sequence[Token] | None = None,
    ) -> None:
        self.sql = sql
        self._variables = variables or {}
        self._tokens = single_words(dialect.read(sql).tokens if tokens is None else tokens)
        self._at = 0

    # -- looking ---------------------------------------------------------------------------

    @property
    def done(self) -> bool:
        return self._at >= len(self._tokens)

    def word(self, ahead: int = 0) -> str:
        """The word at the cursor in upper case; empty at the end and for a literal."""
        if self._at + ahead >= len(self._tokens):
            return ""
        token = self._tokens[self._at + ahead]
        quoted = token.token_type in _TEXT or token.token_type is TokenType.IDENTIFIER
        return "" if quoted else token.text.upper()

    @property
    def verb(self) -> str:
        """The first word of all."""
        return self._tokens[0].text.upper()

    def sees(self, *words: str) -> bool:
        return all(self.word(i) == word.upper() for i, word in enumerate(words))

    def rest(self) -> str:
        """The text from the cursor on, as written; the cursor moves to the end."""
        text = "" if self.done else self.sql[self._tokens[self._at].start :]
        self._at = len(self._tokens)
        return text.strip().removesuffix(";").rstrip()

    # -- taking ----------------------------------------------------------------------------

    def take(self, *words: str) -> bool:
        """Step over these words when they come next."""
        if not self.sees(*words):
            return False
        self._at += len(words)
        return True

    def take_any(self, *alternatives: str) -> str:
        """Step over one of these words, and say which; empty when none comes next."""
        word = self.word()
        if word and word in {alternative.upper() for alternative in alternatives}:
            self._at += 1
            return word
        return ""

    def expect(self, *words: str) -> None:
        if not self.take(*words):
            raise self.unexpected()

    def end(self) -> None:
        """Nothing may follow."""
        if not self.done:
            raise self.unexpected()

    def unexpected(self) -> EngineError:
        if self.done:
            return syntax.end(self.sql)
        token = self._tokens[self._at]
        return syntax.unexpected(self.sql, token.start, token.text)

    def next(self) -> Token:
        if self.done:
            raise self.unexpected()
        self._at += 1
        return self._tokens[self._at - 1]

    # -- names and values ------------------------------------------------------------------

    def identifier(self) -> str:
        """One part of a name, as stored."""
        token = self.next()
        if token.token_type is TokenType.IDENTIFIER:
            return token.text
        if token.token_type in _SYMBOLS or token.token_type in _TEXT:
            self._at -= 1
            raise self.unexpected()
        return token.text.upper()

    def name(self) -> tuple[str, ...]:
        """A dotted name; `identifier('…')` and `identifier($variable)` are names too."""
        if self.sees("IDENTIFIER", "("):
            return self._identifier_call()
        parts = [self.identifier()]
        while self.take("."):
            if self.sees("."):  # db..table means db.public.table
                parts.append("PUBLIC")
                continue
            parts.append(self.identifier())
        return tuple(parts)

    def _identifier_call(self) -> tuple[str, ...]:
        self.expect("IDENTIFIER", "(")
        text = self.variable() if self.take("$") else self.string()
        self.expect(")")
        inner = Words(text, self._variables)
        parts = inner.name()
        inner.end()
        return parts

    def variable(self) -> str:
        """The text of the session variable whose name comes next, behind a `$`."""
        name = self.identifier()
        if name not in self._variables:
            raise EngineError(
                f"SQL compilation error:\nSession variable '${name}' does not exist",
                code=1007,
                sqlstate="22023",
                sql=self.sql,
            )
        return str(self._variables[name])

    def string(self) -> str:
        """A string literal, single- or dollar-quoted."""
        token = self.next()
        if token.token_type not in _TEXT:
            self._at -= 1
            raise self.unexpected()
        return token.text

    @property
    def at_string(self) -> bool:
        return not self.done and self._tokens[self._at].token_type in _TEXT

    def value(self) -> Any:
        """What stands behind the `=` of a property: text, a number, a flag, a name or a list."""
        if self.take("("):
            return self._list()
        if self.at_string:
            return self.string()
        sign = "-" if self.take("-") else ""
        token = self.next()
        if token.token_type is TokenType.NUMBER:
            text = sign + token.text
            return int(text) if token.text.isdigit() else float(text)
        if token.token_type in (TokenType.TRUE, TokenType.FALSE):
            return token.token_type is TokenType.TRUE
        self._at -= 1
        return ".".join(self.name())

    def _list(self) -> list[Any]:
        values: list[Any] = []
        while not self.take(")"):
            if self.word(1) == "=":
                values.append(self._property())
            else:
                values.append(self.value())
            self.take(",")
        return values

    def _property(self) -> tuple[str, Any]:
        key = self.identifier()
        self.expect("=")
        return key, self.value()

    def properties(self) -> dict[str, Any]:
        """`key = value` pairs up to something else, with or without commas between them."""
        found: dict[str, Any] = {}
        while self.word(1) == "=":
            key, value = self._property()
            found[key] = value
            self.take(",")
        return found

    def parenthesised(self) -> str:
        """The text between the bracket at the cursor and its partner, as written."""
        start, end = self.bracket()
        return self.sql[start:end].strip()

    def bracket(self) -> tuple[int, int]:
        """Where the text between the bracket at the cursor and its partner begins and ends."""
        self.expect("(")
        start, depth = self._tokens[self._at - 1].end + 1, 1
        while depth:
            kind = self.next().token_type
            depth += (kind is TokenType.L_PAREN) - (kind is TokenType.R_PAREN)
        return start, self._tokens[self._at - 1].start

    def item(self) -> tuple[int, int]:
        """Where the text up to the next comma outside of brackets, or to the end, begins and ends;
        the cursor stands at the comma then. Raises 1003 when nothing is there."""
        if self.done or self.sees(","):
            raise self.unexpected()
        first, depth = self._at, 0
        while not self.done and (depth or not self.sees(",")):
            kind = self.next().token_type
            depth += (kind is TokenType.L_PAREN) - (kind is TokenType.R_PAREN)
        return self._tokens[first].start, self._tokens[self._at - 1].end + 1
