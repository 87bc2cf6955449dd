"""NUMBER and FLOAT."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Any

from hypothesis import strategies as st

from tests.engines.duckdb.oracle import Expr, OverflowsError, Row, chosen, column, strict

EXACT = Context(prec=200)


def shifted(value: int, places: int) -> Decimal:
    """The number with so many of its digits behind the point."""
    return EXACT.scaleb(Decimal(value), -places)


def rounded(value: Decimal, scale: int, mode: str = ROUND_HALF_UP) -> Decimal:
    result = value.quantize(Decimal(1).scaleb(-scale), mode, EXACT)
    if abs(result) >= Decimal(10) ** (38 - max(scale, 0)):
        raise OverflowsError
    return result


def number_literal(value: Decimal) -> Expr:
    scale = max(0, -int(value.as_tuple().exponent))
    return Expr(f"({value})", lambda _: value, scale)


def combined(a: Expr, b: Expr, digits: int) -> list[Expr]:
    """What two NUMBERs make, with the scales of the page *Arithmetic operators*."""
    wide = max(a.scale, b.scale)
    product = min(a.scale + b.scale, max(wide, 12))
    quotient = max(a.scale, min(a.scale + 6, 12))

    def divided(row: Row) -> Any:
        x, y = a.value(row), b.value(row)
        if x is None or not y:
            return None
        return rounded(EXACT.divide(x, y), quotient)

    def divided_or_zero(row: Row) -> Any:
        x, y = a.value(row), b.value(row)
        return Decimal(0) if x is not None and y == 0 else divided(row)

    def remainder(row: Row) -> Any:
        x, y = a.value(row), b.value(row)
        return None if x is None or not y else rounded(EXACT.remainder(x, y), wide)

    found = [
        Expr(
            f"({a.sql} + {b.sql})", strict(lambda x, y: rounded(EXACT.add(x, y), wide), a, b), wide
        ),
        Expr(
            f"({a.sql} - {b.sql})",
            strict(lambda x, y: rounded(EXACT.subtract(x, y), wide), a, b),
            wide,
        ),
        Expr(
            f"({a.sql} * {b.sql})",
            strict(lambda x, y: rounded(EXACT.multiply(x, y), product), a, b),
            product,
        ),
        Expr(f"({a.sql} / nullif({b.sql}, 0))", divided, quotient),
        Expr(f"({a.sql} % nullif({b.sql}, 0))", remainder, wide),
        Expr(f"(-{a.sql})", strict(EXACT.minus, a), a.scale),
        Expr(f"abs({a.sql})", strict(EXACT.abs, a), a.scale),
        Expr(f"div0({a.sql}, {b.sql})", divided_or_zero, quotient),
        Expr(f"round({a.sql}, {-digits})", strict(lambda x: rounded(x, -digits), a)),
        Expr(f"to_number(({a.sql})::varchar, 38, {a.scale})", strict(lambda x: x, a), a.scale),
        Expr(f"{a.sql}::number(30, {digits})", strict(lambda x: cut(x, digits), a), digits),
    ]
    modes = {"round": ROUND_HALF_UP, "trunc": ROUND_DOWN}
    for name, mode in {**modes, "floor": ROUND_FLOOR, "ceil": ROUND_CEILING}.items():
        scale = min(digits, a.scale)
        value = strict(lambda x, mode=mode, scale=scale: rounded(x, scale, mode), a)
        found.append(Expr(f"{name}({a.sql}, {digits})", value, scale))
    return found


def cut(value: Decimal, scale: int) -> Decimal:
    result = rounded(value, scale)
    if abs(result) >= Decimal(10) ** (30 - scale):
        raise OverflowsError
    return result


def compared(a: Expr, b: Expr, c: Expr) -> list[Expr]:
    """Comparisons of NUMBERs of any scales, which are exact."""

    def among(row: Row) -> bool | None:
        x, *others = (one.value(row) for one in (a, b, c))
        if x is not None and x in others:
            return True
        return None if x is None or None in others else False

    def between(row: Row) -> bool | None:
        x, low, high = (one.value(row) for one in (a, b, c))
        tests = [
            None if x is None or low is None else x >= low,
            None if x is None or high is None else x <= high,
        ]
        return False if False in tests else None if None in tests else True

    return [
        Expr(f"({a.sql} < {b.sql})", strict(lambda x, y: x < y, a, b)),
        Expr(f"({a.sql} = {b.sql})", strict(lambda x, y: x == y, a, b)),
        Expr(f"({a.sql} = any (select {b.sql}))", strict(lambda x, y: x == y, a, b)),
        Expr(f"({a.sql} > all (select {b.sql}))", strict(lambda x, y: x > y, a, b)),
        Expr(f"equal_null({a.sql}, {b.sql})", lambda row: a.value(row) == b.value(row)),
        Expr(f"({a.sql} in ({b.sql}, {c.sql}))", among),
        Expr(f"({a.sql} in (select {b.sql} union all select {c.sql}))", among),
        Expr(f"({a.sql} between {b.sql} and {c.sql})", between),
        Expr(f"(decode({a.sql}, {b.sql}, 1, 0) = 1)", lambda row: a.value(row) == b.value(row)),
    ]


NUMBERS = st.decimals(-9999, 9999, allow_nan=False, allow_infinity=False, places=2) | st.integers(
    -99, 99
).map(Decimal)


@st.composite
def numbers(draw: st.DrawFn, columns: dict[str, int], depth: int = 3) -> Expr:
    """A NUMBER over columns (name: scale) and literals."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        if draw(st.integers(0, 3)):
            name = draw(st.sampled_from(sorted(columns)))
            return column(name, columns[name])
        return number_literal(draw(NUMBERS))
    a, b = (draw(numbers(columns, depth - 1)) for _ in range(2))
    if draw(st.integers(0, 4)) == 0:
        left, right = (draw(numbers(columns, 0)) for _ in range(2))
        return draw(st.sampled_from(chosen(a, b, left, right)))
    found = combined(a, b, draw(st.integers(0, 5)))
    return draw(st.sampled_from([*found, *found[2:5]]))  # products and quotients more often


# -- FLOAT ---------------------------------------------------------------------------------------


@st.composite
def floats(draw: st.DrawFn, columns: list[str], depth: int = 3) -> Expr:
    """A FLOAT over columns and literals; never so large that it overflows."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        if draw(st.integers(0, 3)):
            return column(draw(st.sampled_from(columns)))
        literal = draw(FLOATS)
        return Expr(f"'{literal!r}'::float", lambda _: literal)
    a, b = (draw(floats(columns, depth - 1)) for _ in range(2))
    return draw(st.sampled_from(of_floats(a, b)))


FLOATS = st.floats(-1000, 1000, allow_nan=False).map(lambda value: round(value, 6) + 0.0)


def of_floats(a: Expr, b: Expr) -> list[Expr]:
    def divided(row: Row) -> Any:
        x, y = a.value(row), b.value(row)
        return None if x is None or not y else x / y

    left, right = column("f0"), column("f1")
    return [
        Expr(f"({a.sql} + {b.sql})", strict(lambda x, y: x + y, a, b)),
        Expr(f"({a.sql} - {b.sql})", strict(lambda x, y: x - y, a, b)),
        Expr(f"({a.sql} * {b.sql})", strict(lambda x, y: x * y, a, b)),
        Expr(f"({a.sql} / nullif({b.sql}, 0))", divided),
        Expr(f"(-{a.sql})", strict(lambda x: -x, a)),
        Expr(f"abs({a.sql})", strict(abs, a)),
        Expr(f"sqrt(abs({a.sql}))", strict(lambda x: math.sqrt(abs(x)), a)),
        Expr(f"floor({a.sql})", strict(lambda x: float(math.floor(x)), a)),
        Expr(f"ceil({a.sql})", strict(lambda x: float(math.ceil(x)), a)),
        Expr(f"trunc({a.sql})", strict(lambda x: float(math.trunc(x)), a)),
        *chosen(a, b, left, right),
    ]
