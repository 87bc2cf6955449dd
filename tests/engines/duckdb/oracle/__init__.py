"""Random expressions with what they are worth, by Python's decimal, datetime and str.

An `Expr` is a text of SQL in which `{n0}`, `{d1}`, `{t0}` stand for columns, and a function that
computes its value from a row. The same expression is asked over a table's columns and over the
values of one row written out as literals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]


def sometimes_null(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The values, and NULL once in a while."""
    return st.integers(0, 7).flatmap(lambda n: values if n else st.none())


class OverflowsError(Exception):
    """A NUMBER needs more than 38 digits, which Snowflake refuses."""


@dataclass(frozen=True)
class Expr:
    """`scale` is that of a NUMBER."""

    sql: str
    value: Callable[[Row], Any]
    scale: int = 0


def strict(function: Callable[..., Any], *parts: Expr) -> Callable[[Row], Any]:
    """The function of the parts' values; NULL when one of them is NULL."""

    def value(row: Row) -> Any:
        values = [part.value(row) for part in parts]
        return None if any(one is None for one in values) else function(*values)

    return value


def column(name: str, scale: int = 0) -> Expr:
    return Expr(f"{{{name}}}", lambda row: row[name], scale)


def chosen(one: Expr, other: Expr, left: Expr, right: Expr) -> list[Expr]:
    """COALESCE, IFF, CASE, NULLIF of two expressions of one type; `left < right` is the test."""
    scale = max(one.scale, other.scale)

    def first(row: Row) -> Any:
        value = one.value(row)
        return other.value(row) if value is None else value

    def branch(row: Row) -> Any:
        a, b = left.value(row), right.value(row)
        return one.value(row) if a is not None and b is not None and a < b else other.value(row)

    def different(row: Row) -> Any:
        a, b = one.value(row), other.value(row)
        return None if a is not None and a == b else a

    test = f"{left.sql} < {right.sql}"
    return [
        Expr(f"coalesce({one.sql}, {other.sql})", first, scale),
        Expr(f"iff({test}, {one.sql}, {other.sql})", branch, scale),
        Expr(f"case when {test} then {one.sql} else {other.sql} end", branch, scale),
        Expr(f"nullif({one.sql}, {other.sql})", different, one.scale),
        Expr(f"greatest({one.sql}, {other.sql})", strict(max, one, other), scale),
        Expr(f"least({one.sql}, {other.sql})", strict(min, one, other), scale),
    ]
