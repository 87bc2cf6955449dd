"""Names and places in a syntax tree."""

from __future__ import annotations

from sqlglot import exp


def stored(identifier: exp.Expr | str | None) -> str:
    """An identifier as Snowflake stores it: upper case unless quoted."""
    if isinstance(identifier, exp.Identifier):
        name = str(identifier.this)
        return name if identifier.quoted else name.upper()
    if isinstance(identifier, exp.Expr):
        return identifier.name.upper()
    return (identifier or "").upper()


def line_of(node: exp.Expr | None) -> int:
    """The line of the first name below a node; 0 when there is none."""
    if node is None:
        return 0
    if line := node.meta.get("line"):
        return int(line)
    lines = (identifier.meta.get("line") for identifier in node.find_all(exp.Identifier))
    return min((int(line) for line in lines if line), default=0)
