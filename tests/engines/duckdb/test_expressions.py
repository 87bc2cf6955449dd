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
from tests.engines.duckdb.oracle import (
    Expr,
    OverflowsError,
    Row,
    aggregates,
    dates,
    moments,
    numbers,
    sometimes_null,
    texts,
)
from tests.engines.duckdb.oracle.aggregates import Aggregate

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


def fill(session: Session, rows: list[Row], types: dict[str, str]) -> None:
    """The table `given` has these rows, in the order of its column `place`."""
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


def over_columns(sql: str, types: dict[str, str]) -> str:
    return sql.format(**{name: f"given.{name}" for name in types})


def asked(session: Session, expression: Expr, rows: list[Row], types: dict[str, str]) -> list[Any]:
    """The expression over the columns of a table that has these rows."""
    fill(session, rows, types)
    sql = over_columns(expression.sql, types)
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
    return sometimes_null(values.map(lambda value: numbers.shifted(value, SCALES[name])))


NUMBER_ROWS = st.lists(
    st.fixed_dictionaries({name: of_column(name) for name in SCALES}),
    min_size=1,
    max_size=4,
)


@QUICK
@given(expression=numbers.numbers(SCALES), rows=NUMBER_ROWS)
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
    a, b, c = (data.draw(numbers.numbers(SCALES, 1)) for _ in range(3))
    agree(session, data.draw(st.sampled_from(numbers.compared(a, b, c))), rows, NUMBER_TYPES, equal)


DATE_TYPES = {"d0": "date", "d1": "date"}
DATE_ROWS = st.lists(
    st.fixed_dictionaries({name: sometimes_null(dates.DAYS) for name in DATE_TYPES}),
    min_size=1,
    max_size=4,
)


def equal(found: Any, wanted: Any) -> bool:
    return bool(found == wanted) and type(found) is type(wanted)


@QUICK
@given(expression=dates.dates(list(DATE_TYPES)), rows=DATE_ROWS)
def test_nested_date_functions_stay_dates(
    session: Session, expression: Expr, rows: list[Row]
) -> None:
    assert all(isinstance(expression.value(row), date | None) for row in rows)
    agree(session, expression, rows, DATE_TYPES, equal)


@QUICK
@given(data=st.data(), rows=DATE_ROWS)
def test_counts_of_nested_dates(session: Session, data: st.DataObject, rows: list[Row]) -> None:
    a, b = (data.draw(dates.dates(list(DATE_TYPES), 2)) for _ in range(2))
    agree(session, data.draw(st.sampled_from(dates.counts(a, b))), rows, DATE_TYPES, equal)


TEXT_TYPES = {"t0": "varchar", "t1": "varchar(6)"}
TEXT_ROWS = st.lists(
    st.fixed_dictionaries({name: sometimes_null(texts.TEXTS) for name in TEXT_TYPES}),
    min_size=1,
    max_size=4,
)


@QUICK
@given(expression=texts.texts(list(TEXT_TYPES)), rows=TEXT_ROWS)
def test_nested_text_functions(session: Session, expression: Expr, rows: list[Row]) -> None:
    agree(session, expression, rows, TEXT_TYPES, equal)


@QUICK
@given(data=st.data(), rows=TEXT_ROWS)
def test_measures_of_nested_texts(session: Session, data: st.DataObject, rows: list[Row]) -> None:
    a, b = (data.draw(texts.texts(list(TEXT_TYPES), 2)) for _ in range(2))
    agree(session, data.draw(st.sampled_from(texts.measures(a, b))), rows, TEXT_TYPES, equal)


FLOAT_TYPES = {"f0": "float", "f1": "float"}
FLOAT_ROWS = st.lists(
    st.fixed_dictionaries({name: sometimes_null(numbers.FLOATS) for name in FLOAT_TYPES}),
    min_size=1,
    max_size=4,
)


@QUICK
@given(expression=numbers.floats(list(FLOAT_TYPES)), rows=FLOAT_ROWS)
def test_nested_arithmetic_of_floats(session: Session, expression: Expr, rows: list[Row]) -> None:
    agree(session, expression, rows, FLOAT_TYPES, equal)


MOMENT_TYPES = {"m0": "timestamp_ntz", "m1": "timestamp_ntz"}
MOMENT_ROWS = st.lists(
    st.fixed_dictionaries({name: sometimes_null(moments.MOMENTS) for name in MOMENT_TYPES}),
    min_size=1,
    max_size=4,
)


@QUICK
@given(expression=moments.moments(list(MOMENT_TYPES)), rows=MOMENT_ROWS)
def test_nested_functions_of_timestamps(
    session: Session, expression: Expr, rows: list[Row]
) -> None:
    agree(session, expression, rows, MOMENT_TYPES, equal)


@QUICK
@given(data=st.data(), rows=MOMENT_ROWS)
def test_what_is_made_of_nested_timestamps(
    session: Session, data: st.DataObject, rows: list[Row]
) -> None:
    a, b = (data.draw(moments.moments(list(MOMENT_TYPES), 2)) for _ in range(2))
    unit = data.draw(st.sampled_from(sorted(moments.SECONDS)))
    made = moments.made_of(a, b, unit, data.draw(st.integers(-(10**6), 10**6)))
    agree(session, data.draw(st.sampled_from(made)), rows, MOMENT_TYPES, equal)


def agree_on_all(
    session: Session, made: Aggregate, of: Expr, rows: list[Row], types: dict[str, str]
) -> None:
    """The engine gives the oracle's aggregate of the rows."""
    fill(session, rows, types)
    closing = ")" if " from (" in made.sql else ""
    sql = f"select {over_columns(made.sql, types)} from given{closing}"
    try:
        values = [value for row in rows if (value := of.value(row)) is not None]
        wanted = made.value(values)
    except OverflowsError:
        return
    try:
        ((found,),) = session.execute(sql).rows
    except Unsupported:
        return
    assert found == wanted, (sql, rows, found, wanted)


SMALL_TYPES = {name: NUMBER_TYPES[name] for name in ("n0", "n1", "n2")}
SMALL_ROWS = st.lists(
    st.fixed_dictionaries({name: of_column(name) for name in SMALL_TYPES}), min_size=1, max_size=6
)


@QUICK
@given(data=st.data(), rows=SMALL_ROWS)
def test_aggregates_of_nested_numbers(
    session: Session, data: st.DataObject, rows: list[Row]
) -> None:
    scales = {name: SCALES[name] for name in SMALL_TYPES}
    of = data.draw(numbers.numbers(scales, 1).filter(lambda one: one.scale <= 6))
    made = data.draw(st.sampled_from(aggregates.of_numbers(of)))
    agree_on_all(session, made, of, rows, SMALL_TYPES)


@QUICK
@given(data=st.data(), rows=TEXT_ROWS)
def test_aggregates_of_nested_texts(session: Session, data: st.DataObject, rows: list[Row]) -> None:
    of = data.draw(texts.texts(list(TEXT_TYPES), 1))
    made = data.draw(st.sampled_from(aggregates.of_texts(of)))
    agree_on_all(session, made, of, rows, TEXT_TYPES)
