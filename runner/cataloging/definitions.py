"""The statement that makes a view or a function -> what that is made of.

Names without a schema are those of the schema in which the object stands
(docs.snowflake.com/en/sql-reference/name-resolution).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from runner.cataloging.objects import Column, Definition
from runner.fingerprints import Clock
from runner.nodes import Relation
from runner.parsing import functions
from runner.parsing.canonical import digest, words
from runner.parsing.cursor import Cursor
from runner.parsing.identifiers import stored
from runner.parsing.lexer import LexError, Source
from runner.parsing.syntax import BrokenError, parse

_QUERY = frozenset({TokenType.SELECT, TokenType.WITH, TokenType.L_PAREN, TokenType.VALUES})
_TEXTS = frozenset({TokenType.STRING, TokenType.RAW_STRING})


def view(
    text: str, query: Sequence[Token], relation: Relation, columns: Sequence[Column]
) -> Definition:
    """What a view over a query (some tokens of a text) is made of; no query, if it has none."""
    said = words(text, query)
    names = [column.name for column in columns]
    return _definition(digest([*names, "", *said]), text, query, relation.schema)


def function(text: str, statement: Sequence[Token], relation: Relation) -> Definition:
    """What a function is made of.

    Code that is no SQL may do anything, unless it is declared `immutable`
    (docs.snowflake.com/en/sql-reference/sql/create-function: a function is volatile otherwise).
    """
    said = words(text, statement)
    made = digest(said)
    cursor = Cursor(statement)
    language = cursor.word() if cursor.seek("LANGUAGE") else "SQL"
    if "IMMUTABLE" in said and language != "SQL":
        return Definition(made)
    if language != "SQL" or "API_INTEGRATION" in said:
        return Definition(made, clock=Clock.ALWAYS)
    cursor.position = 0
    body = statement[cursor.position] if cursor.seek("AS") and not cursor.done else None
    if body is None or body.token_type not in _TEXTS:
        return _unread(made)
    try:
        return _of_body(made, body.text, relation.schema)
    except (LexError, BrokenError):
        return _unread(made)


def _unread(made: str) -> Definition:
    return Definition(made, clock=Clock.ALWAYS, unknown="its body cannot be read")


def _of_body(made: str, body: str, schema: str) -> Definition:
    """A SQL function's body is a query or an expression. Raises `LexError` or `BrokenError`."""
    source = Source(body)
    if not source.tokens or source.tokens[0].token_type not in _QUERY:
        source = Source(f"select {body}")
    return _definition(made, source.text, source.tokens, schema)


def _definition(made: str, text: str, query: Sequence[Token], schema: str) -> Definition:
    said = words(text, query)
    reads = frozenset(_relations(parse(text, [*query]), schema)) if query else frozenset()
    calls = functions.calls(said, query)
    own = {Relation(schema, call.name) for call in calls if call.schema == "PUBLIC"}
    return Definition(made, reads, calls | own, functions.clock(said, reads))


def _relations(tree: exp.Expr, schema: str) -> Iterator[Relation]:
    ctes = {stored(cte.args["alias"].this) for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        name, inside = table.this, table.args.get("db")
        if isinstance(name, exp.Identifier) and (inside or stored(name) not in ctes):
            yield Relation(stored(inside) if inside else schema, stored(name))
