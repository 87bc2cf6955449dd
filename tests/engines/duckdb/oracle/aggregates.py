"""Aggregates over the values of an expression."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from statistics import median
from typing import Any

from tests.engines.duckdb.oracle import Expr
from tests.engines.duckdb.oracle.numbers import EXACT, rounded


@dataclass(frozen=True)
class Aggregate:
    """`value` takes the values of all rows that are not NULL."""

    sql: str
    value: Callable[[list[Any]], Any]


def quotient(dividend: Decimal, divisor: int, scale: int, mode: str | None = None) -> Decimal:
    exact = EXACT.divide(dividend, Decimal(divisor))
    return rounded(exact, scale, mode) if mode else rounded(exact, scale)


def total(values: list[Decimal]) -> Decimal:
    return rounded(sum(values, Decimal(0)), 0 if not values else places(values))


def places(values: list[Decimal]) -> int:
    return max(-int(value.as_tuple().exponent) for value in values)


def variance(values: list[Decimal], less: int, scale: int) -> Decimal | None:
    """Rounded once, with the scale of a quotient whose dividend is a square."""
    count = len(values)
    if count <= less:
        return None
    squares = sum((EXACT.multiply(value, value) for value in values), Decimal(0))
    sums = sum(values, Decimal(0))
    spread = EXACT.subtract(EXACT.multiply(squares, Decimal(count)), EXACT.multiply(sums, sums))
    return quotient(spread, count * (count - less), max(2 * scale, min(2 * scale + 6, 12)))


def of_numbers(a: Expr) -> list[Aggregate]:
    """What is made of a column of NUMBERs of a scale up to 6."""
    mean = max(a.scale, min(a.scale + 6, 12))

    def some(function: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
        return lambda values: function(values) if values else None

    def deviation(values: list[Decimal]) -> float | None:
        spread = variance(values, 1, a.scale)
        return None if spread is None else math.sqrt(float(spread))

    return [
        Aggregate(f"sum({a.sql})", some(total)),
        Aggregate(f"sum(distinct {a.sql})", some(lambda values: total(list(set(values))))),
        Aggregate(f"avg({a.sql})", some(lambda values: quotient(total(values), len(values), mean))),
        Aggregate(
            f"max(x) from (select avg({a.sql}) over () as x",
            some(lambda values: quotient(total(values), len(values), a.scale + 3, ROUND_DOWN)),
        ),
        Aggregate(f"min({a.sql})", some(min)),
        Aggregate(f"max({a.sql})", some(max)),
        Aggregate(f"median({a.sql})", some(lambda values: EXACT.create_decimal(median(values)))),
        Aggregate(f"count({a.sql})", len),
        Aggregate(f"count(distinct {a.sql})", lambda values: len(set(values))),
        Aggregate(f"count_if({a.sql} > 0)", lambda values: sum(value > 0 for value in values)),
        Aggregate(f"variance({a.sql})", lambda values: variance(values, 1, a.scale)),
        Aggregate(f"var_pop({a.sql})", lambda values: variance(values, 0, a.scale)),
        Aggregate(f"stddev({a.sql})", deviation),
    ]


def of_texts(a: Expr) -> list[Aggregate]:
    """What is made of a column of VARCHARs."""
    return [
        Aggregate(
            f"listagg({a.sql}, ',') within group (order by {a.sql})",
            lambda values: ",".join(sorted(values)),
        ),
        Aggregate(
            f"listagg(distinct {a.sql}, '') within group (order by {a.sql} desc)",
            lambda values: "".join(sorted(set(values), reverse=True)),
        ),
        Aggregate(f"max({a.sql})", lambda values: max(values, default=None)),
        Aggregate(f"array_size(array_agg({a.sql}))", len),
        Aggregate(f"count(distinct {a.sql})", lambda values: len(set(values))),
    ]
