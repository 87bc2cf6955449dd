"""Random nested expressions over columns with NULLs and over literals, against the oracle.

Many more of them: `HYPOTHESIS_PROFILE=exploring pytest tests/engines/duckdb/test_expressions.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session
from runner.errors import EngineError, Unsupported
from tests.engines.duckdb import oracle
from tests.engines.duckdb.oracle import Expr, OverflowsError, Row

QUICK = settings(
    max_examples=60 if settings.default.derandomize else 3000,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as opened:
        yield opened


def literal(value: Any, type_: str) -> str:
    """A value as Snowflake's SQL writes it, of its column's type."""
    if value is None:
        return f"null::{type_}"
    return f"'{str(value).replace(chr(39), chr(39) * 2)}'::{type_}"


def asked(session: Session, expression: Expr, rows: list[Row], types: dict[str, str]) -> list[Any]:
    """The expression over the columns of a table that has these rows."""
    names = list(types)
    lines = ", ".join(
        f"({index}, {', '.join(literal(row[name], types[name]) for name in names)})"
        for index, row in enumerate(rows)
    )
    session.execute(
        "create or replace temporary table given"
        f" (place int, {', '.join(f'{name} {type_}' for name, type_ in types.items())})"
        f" as select * from values {lines}"
    )
    sql = expression.sql.format(**{name: f"given.{name}" for name in names})
    return [row[0] for row in session.execute(f"select {sql} from given order by place").rows]


def agree(
    session: Session,
    expression: Expr,
    rows: list[Row],
    types: dict[str, str],
    same: Callable[[Any, Any], bool],
) -> None:
    """The engine gives the oracle's values over columns, and over the first row's literals."""
    try:
        wanted = [expression.value(row) for row in rows]
    except OverflowsError:
        with pytest.raises(EngineError):
            asked(session, expression, rows, types)
        return
    written = expression.sql.format(**{n: f"({literal(rows[0][n], t)})" for n, t in types.items()})
    try:
        found = asked(session, expression, rows, types)
        ((alone,),) = session.execute(f"select {written}").rows
    except Unsupported:
        return
    assert all(map(same, found, wanted)), (expression.sql, rows, found, wanted)
    assert same(alone, wanted[0]), (written, alone, wanted[0])


NUMBER_TYPES = {
    "n0": "number(5,0)",
    "n1": "number(8,2)",
    "n2": "number(9,4)",
    "n3": "number(30,0)",
    "n4": "number(25,9)",
}
SCALES = {"n0": 0, "n1": 2, "n2": 4, "n3": 0, "n4": 9}
DIGITS = {"n3": 29, "n4": 24}


def of_column(name: str) -> st.SearchStrategy[Decimal | None]:
    """A value of the column with any number of digits, NULL among them."""
    digits = st.integers(0, DIGITS.get(name, 4))
    values = digits.flatmap(lambda count: st.integers(-(10**count), 10**count))
    return oracle.sometimes_null(values.map(lambda value: oracle.shifted(value, SCALES[name])))


NUMBER_ROWS = st.lists(
    st.fixed_dictionaries({name: of_column(name) for name in SCALES}),
    min_size=1,
    max_size=4,
)


@QUICK
@given(expression=oracle.numbers(SCALES), rows=NUMBER_ROWS)
def test_nested_arithmetic_is_exact_at_every_scale(
    session: Session, expression: Expr, rows: list[Row]
) -> None:
    def same(found: Any, wanted: Any) -> bool:
        if wanted is None or found is None:
            return found is wanted
        scale = 0 if isinstance(found, int) else -int(found.as_tuple().exponent)
        return Decimal(found) == wanted and scale == expression.scale

    agree(session, expression, rows, NUMBER_TYPES, same)


@QUICK
@given(data=st.data(), rows=NUMBER_ROWS)
def test_numbers_of_any_scales_are_compared_exactly(
    session: Session, data: st.DataObject, rows: list[Row]
) -> None:
    a, b, c = (data.draw(oracle.numbers(SCALES, 1)) for _ in range(3))
    agree(session, data.draw(st.sampled_from(oracle.compared(a, b, c))), rows, NUMBER_TYPES, equal)


DATE_TYPES = {"d0": "date", "d1": "date"}
DATE_ROWS = st.lists(
    st.fixed_dictionaries({name: oracle.sometimes_null(oracle.DAYS) for name in DATE_TYPES}),
    min_size=1,
    max_size=4,
)


def equal(found: Any, wanted: Any) -> bool:
    return bool(found == wanted) and type(found) is type(wanted)


@QUICK
@given(expression=oracle.dates(list(DATE_TYPES)), rows=DATE_ROWS)
def test_nested_date_functions_stay_dates(
    session: Session, expression: Expr, rows: list[Row]
) -> None:
    assert all(isinstance(expression.value(row), date | None) for row in rows)
    agree(session, expression, rows, DATE_TYPES, equal)


@QUICK
@given(data=st.data(), rows=DATE_ROWS)
def test_counts_of_nested_dates(session: Session, data: st.DataObject, rows: list[Row]) -> None:
    a, b = (data.draw(oracle.dates(list(DATE_TYPES), 2)) for _ in range(2))
    agree(session, data.draw(st.sampled_from(oracle.counts(a, b))), rows, DATE_TYPES, equal)


TEXT_TYPES = {"t0": "varchar", "t1": "varchar(6)"}
TEXT_ROWS = st.lists(
    st.fixed_dictionaries({name: oracle.sometimes_null(oracle.TEXTS) for name in TEXT_TYPES}),
    min_size=1,
    max_size=4,
)


@QUICK
@given(expression=oracle.texts(list(TEXT_TYPES)), rows=TEXT_ROWS)
def test_nested_text_functions(session: Session, expression: Expr, rows: list[Row]) -> None:
    agree(session, expression, rows, TEXT_TYPES, equal)


@QUICK
@given(data=st.data(), rows=TEXT_ROWS)
def test_measures_of_nested_texts(session: Session, data: st.DataObject, rows: list[Row]) -> None:
    a, b = (data.draw(oracle.texts(list(TEXT_TYPES), 2)) for _ in range(2))
    agree(session, data.draw(st.sampled_from(oracle.measures(a, b))), rows, TEXT_TYPES, equal)
