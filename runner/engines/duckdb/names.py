"""Identifiers: Snowflake's stored form, and how they are written for DuckDB."""

from __future__ import annotations

from sqlglot import exp


def stored(identifier: exp.Identifier) -> str:
    """The name as Snowflake stores it: upper-case unless it was quoted.

    >>> [stored(exp.to_identifier(name, quoted=name != 'total')) for name in ('total', 'aB')]
    ['TOTAL', 'aB']
    """
    name: str = identifier.this
    return name if identifier.args.get("quoted") else name.upper()


def quote(name: str) -> str:
    """A stored name as a DuckDB identifier.

    >>> quote('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a SQL string literal.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
