"""NUMBER arithmetic against Python's decimals, over columns and over literals."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session
from runner.errors import EngineError

EXACT = Context(prec=80)
QUICK = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as opened:
        yield opened


@st.composite
def numbers(draw: st.DrawFn) -> tuple[Decimal, int, int]:
    """A value with the precision and scale of a column that holds it."""
    scale = draw(st.integers(0, 9))
    leading = draw(st.integers(1, 9))
    digits = draw(st.integers(-(10 ** (leading + scale)) + 1, 10 ** (leading + scale) - 1))
    return Decimal(digits).scaleb(-scale, EXACT), leading + scale, scale


def rounded(value: Decimal, scale: int) -> Decimal:
    """Half away from zero, as Snowflake rounds."""
    return value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, EXACT)


def answer(session: Session, expression: str, a: tuple[Any, ...], b: tuple[Any, ...]) -> Any:
    """The expression over two columns `a` and `b`; the same over literals must agree."""
    casts = [f"'{v}'::number({p},{s})" for v, p, s in (a, b)]
    ((column,),) = session.execute(
        f"select {expression} from (select {casts[0]} as a, {casts[1]} as b)"
    ).rows
    return column


@QUICK
@given(a=numbers(), b=numbers())
def test_sums_and_differences_are_exact(session: Session, a: Any, b: Any) -> None:
    assert answer(session, "a + b", a, b) == EXACT.add(a[0], b[0])
    assert answer(session, "a - b", a, b) == EXACT.subtract(a[0], b[0])


@QUICK
@given(a=numbers(), b=numbers())
def test_a_product_keeps_the_documented_scale(session: Session, a: Any, b: Any) -> None:
    scale = min(a[2] + b[2], max(a[2], b[2], 12))
    product = EXACT.multiply(a[0], b[0])
    assert answer(session, "a * b", a, b) == rounded(product, scale)


@QUICK
@given(a=numbers(), b=numbers())
def test_a_quotient_is_rounded_half_away_from_zero(session: Session, a: Any, b: Any) -> None:
    assume(b[0] != 0)
    scale = max(a[2], min(a[2] + 6, 12))
    assert answer(session, "a / b", a, b) == rounded(EXACT.divide(a[0], b[0]), scale)


@QUICK
@given(a=numbers(), b=numbers())
def test_a_remainder_has_the_sign_of_the_dividend(session: Session, a: Any, b: Any) -> None:
    assume(b[0] != 0)
    assert answer(session, "a % b", a, b) == EXACT.remainder(a[0], b[0])


@QUICK
@given(a=numbers(), digits=st.integers(-3, 10))
def test_rounding_functions_go_where_their_names_say(session: Session, a: Any, digits: int) -> None:
    zero = (Decimal(0), 1, 0)
    modes = {"round": "ROUND_HALF_UP", "trunc": "ROUND_DOWN", "floor": "ROUND_FLOOR"}
    for name, mode in {**modes, "ceil": "ROUND_CEILING"}.items():
        wanted = a[0].quantize(Decimal(1).scaleb(-digits), mode, EXACT)
        assert answer(session, f"{name}(a, {digits})", a, zero) == wanted, name


@QUICK
@given(a=numbers(), precision=st.integers(1, 20), scale=st.integers(0, 9))
def test_a_cast_rounds_and_refuses_what_does_not_fit(
    session: Session, a: Any, precision: int, scale: int
) -> None:
    assume(scale <= precision)
    wanted = rounded(a[0], scale)
    zero = (Decimal(0), 1, 0)
    cast = f"a::number({precision},{scale})"
    if abs(wanted) < Decimal(10) ** (precision - scale):
        assert answer(session, cast, a, zero) == wanted
        return
    with pytest.raises(EngineError) as caught:
        answer(session, cast, a, zero)
    assert caught.value.code == 100039


@QUICK
@given(values=st.lists(numbers(), min_size=1, max_size=6))
def test_sum_and_average_of_a_column_are_exact(session: Session, values: Any) -> None:
    rows = ", ".join(f"('{value}'::number(20,9))" for value, _, _ in values)
    ((total, mean),) = session.execute(f"select sum(x), avg(x) from (values {rows}) t(x)").rows
    exact = sum((value for value, _, _ in values), Decimal(0))
    assert total == exact
    assert mean == rounded(EXACT.divide(exact, Decimal(len(values))), 12)


@pytest.mark.parametrize("expression", ["1/0", "1.5/0", "1%0", "mod(1,0)", "1/0::float"])
def test_division_by_zero_is_an_error(session: Session, expression: str) -> None:
    with pytest.raises(EngineError) as caught:
        session.execute(f"select {expression}")
    assert caught.value.code == 100051


def test_what_does_not_fit_into_38_digits_is_an_error(session: Session) -> None:
    with pytest.raises(EngineError) as caught:
        session.execute(f"select {'9' * 38} + 1")
    assert caught.value.code == 100046
