"""The name of a column that has no alias: the text of its expression, upper-cased."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb.names import stored


def label(node: exp.Expr) -> str:
    """The name that Snowflake gives a select item.

    >>> import sqlglot
    >>> [label(one) for one in sqlglot.parse_one("select a.b, 1 + c", read="snowflake").expressions]
    ['B', '1 + C']
    """
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier):
        return stored(node.this)
    span = node.meta.get("text")
    if span:
        return str(span).upper()
    return node.sql("snowflake").upper()
