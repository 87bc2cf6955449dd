"""Date functions against Python's datetime, over columns and over literals."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session

QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 12, 31))
LENGTHS = {"day": 1, "week": 7}
SECONDS = {"hour": 3600, "minute": 60, "second": 1}


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as opened:
        yield opened


def over_columns(session: Session, expression: str, **values: date | datetime) -> Any:
    """The expression over columns of these names, DATE or TIMESTAMP_NTZ by the value's type."""
    columns = ", ".join(
        f"'{value}'::{'timestamp_ntz' if isinstance(value, datetime) else 'date'} as {name}"
        for name, value in values.items()
    )
    ((answer,),) = session.execute(f"select {expression} from (select {columns})").rows
    return answer


def plus_months(day: date, months: int) -> date:
    """The same day of another month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


@QUICK
@given(day=DAYS, count=st.integers(-400, 400))
def test_adding_to_a_date_gives_a_date(session: Session, day: date, count: int) -> None:
    for unit, length in LENGTHS.items():
        added = over_columns(session, f"dateadd({unit}, {count}, d)", d=day)
        assert added == day + timedelta(days=count * length)
        assert type(added) is date
    assert over_columns(session, f"d + {count}", d=day) == day + timedelta(days=count)
    assert over_columns(session, f"dateadd(month, {count}, d)", d=day) == plus_months(day, count)


@QUICK
@given(moment=MOMENTS, count=st.integers(-100_000, 100_000))
def test_adding_to_a_timestamp_keeps_its_fraction(
    session: Session, moment: datetime, count: int
) -> None:
    for unit, length in SECONDS.items():
        added = over_columns(session, f"dateadd({unit}, {count}, t)", t=moment)
        assert added == moment + timedelta(seconds=count * length)


@QUICK
@given(start=MOMENTS, end=MOMENTS)
def test_a_difference_counts_the_borders_of_the_unit(
    session: Session, start: datetime, end: datetime
) -> None:
    monday = {moment: moment.date() - timedelta(moment.weekday()) for moment in (start, end)}
    months = (end.year - start.year) * 12 + end.month - start.month
    wanted = {
        "year": end.year - start.year,
        "quarter": (end.year * 4 + (end.month - 1) // 3)
        - (start.year * 4 + (start.month - 1) // 3),
        "month": months,
        "week": (monday[end] - monday[start]).days // 7,
        "day": (end.date() - start.date()).days,
    }
    for unit, length in SECONDS.items():
        epoch = datetime(1800, 1, 1)
        wanted[unit] = (end - epoch) // timedelta(seconds=length) - (start - epoch) // timedelta(
            seconds=length
        )
    for unit, count in wanted.items():
        assert over_columns(session, f"datediff({unit}, a, b)", a=start, b=end) == count, unit


@QUICK
@given(moment=MOMENTS)
def test_truncation_gives_the_first_moment_of_the_unit(session: Session, moment: datetime) -> None:
    midnight = datetime(moment.year, moment.month, moment.day)
    wanted = {
        "year": datetime(moment.year, 1, 1),
        "quarter": datetime(moment.year, (moment.month - 1) // 3 * 3 + 1, 1),
        "month": midnight.replace(day=1),
        "week": midnight - timedelta(moment.weekday()),
        "day": midnight,
        "hour": moment.replace(minute=0, second=0, microsecond=0),
        "second": moment.replace(microsecond=0),
    }
    for unit, first in wanted.items():
        assert over_columns(session, f"date_trunc('{unit}', t)", t=moment) == first, unit
        if unit not in ("hour", "second"):
            day = over_columns(session, f"date_trunc({unit}, d)", d=moment.date())
            assert (type(day), day) == (date, first.date()), unit


@QUICK
@given(day=DAYS)
def test_parts_of_a_date_are_those_of_the_calendar(session: Session, day: date) -> None:
    iso = day.isocalendar()
    last = calendar.monthrange(day.year, day.month)[1]
    wanted = {
        "year(d)": day.year,
        "quarter(d)": (day.month - 1) // 3 + 1,
        "month(d)": day.month,
        "day(d)": day.day,
        "dayofweek(d)": day.isoweekday() % 7,
        "dayofweekiso(d)": day.isoweekday(),
        "dayofyear(d)": day.timetuple().tm_yday,
        "week(d)": iso.week,
        "weekiso(d)": iso.week,
        "yearofweekiso(d)": iso.year,
        "last_day(d)": day.replace(day=last),
        "last_day(d, 'year')": day.replace(month=12, day=31),
        "next_day(d, 'fr')": day + timedelta((4 - day.weekday() - 1) % 7 + 1),
        "previous_day(d, 'fr')": day - timedelta((day.weekday() - 4 - 1) % 7 + 1),
        "dayname(d)": day.strftime("%a"),
        "to_char(d, 'DD.MM.YYYY')": day.strftime("%d.%m.") + f"{day.year:04}",
        "to_date(to_char(d, 'DD-MON-YYYY'), 'DD-MON-YYYY')": day,
    }
    expressions = ", ".join(wanted)
    (row,) = session.execute(f"select {expressions} from (select '{day}'::date as d)").rows
    assert dict(zip(wanted, row, strict=True)) == wanted


@QUICK
@given(day=DAYS, months=st.integers(-30, 30))
def test_add_months_keeps_the_last_day_of_a_month(session: Session, day: date, months: int) -> None:
    is_last = calendar.monthrange(day.year, day.month)[1] == day.day
    wanted = plus_months(day, months)
    if is_last:
        wanted = wanted.replace(day=calendar.monthrange(wanted.year, wanted.month)[1])
    assert over_columns(session, f"add_months(d, {months})", d=day) == wanted


@QUICK
@given(moment=MOMENTS, offset=st.integers(-14 * 60, 14 * 60))
def test_a_timestamp_with_time_zone_keeps_its_offset(
    session: Session, moment: datetime, offset: int
) -> None:
    sign, minutes = ("-" if offset < 0 else "+"), abs(offset)
    text = f"{moment} {sign}{minutes // 60:02}:{minutes % 60:02}"
    ((value, day, instant),) = session.execute(
        f"select z, z::date, date_part(epoch_second, z) from (select '{text}'::timestamp_tz as z)"
    ).rows
    assert value.utcoffset() == timedelta(minutes=offset)
    assert value.replace(tzinfo=None) == moment
    assert day == moment.date()
    utc = moment - timedelta(minutes=offset)
    assert instant == (utc - datetime(1970, 1, 1)) // timedelta(seconds=1)
