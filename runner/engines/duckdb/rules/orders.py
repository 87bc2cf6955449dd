"""The terms of ORDER BY, of a query, a window or an aggregate."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.rules.comparisons import key
from runner.engines.duckdb.types import SEMI_STRUCTURED
from runner.engines.duckdb.unread import refuse_unread


def ordered(value: Value, term: exp.Ordered) -> str:
    """A term with Snowflake's place for NULLs: last ascending, first descending."""
    refuse_unread(term)
    text = sort_key(value)
    descending = bool(term.args.get("desc"))
    nulls_first = descending
    explicit = explicit_nulls(term)
    if explicit is not None:
        nulls_first = explicit
    return f"{text} {'DESC' if descending else 'ASC'} NULLS {'FIRST' if nulls_first else 'LAST'}"


def explicit_nulls(term: exp.Ordered) -> bool | None:
    """NULLS FIRST (True) or LAST (False) as written; sqlglot fills in Snowflake's default."""
    nulls_first = term.args.get("nulls_first")
    return None if nulls_first is None else bool(nulls_first)


def sort_key(value: Value) -> str:
    if value.type.name in SEMI_STRUCTURED:
        return f"sf_sort_key({value.sql})"
    return key(value)
