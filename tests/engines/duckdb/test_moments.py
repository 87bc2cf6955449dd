"""Time zones, formats, intervals and slices against Python's datetime and zoneinfo."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session
from runner.errors import Unsupported

QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ZONES = (
    *("UTC", "America/New_York", "America/Los_Angeles", "America/St_Johns", "America/Sao_Paulo"),
    *("Europe/London", "Europe/Warsaw", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo"),
    *("Australia/Lord_Howe", "Pacific/Auckland"),
)
MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2030, 12, 31))
OFFSETS = st.integers(-14 * 60, 14 * 60)
# a format of Snowflake's, the same in Python's strftime, and whether it keeps the day and the time
FORMATS = (
    ("YYYY-MM-DD HH24:MI:SS", "%Y-%m-%d %H:%M:%S"),
    ("YYYYMMDDHH24MISS", "%Y%m%d%H%M%S"),
    ("DD/MM/YYYY HH12:MI:SS AM", "%d/%m/%Y %I:%M:%S %p"),
    ("MON DD, YYYY at HH24.MI.SS", "%b %d, %Y at %H.%M.%S"),
    ("DY, DD MMMM YYYY HH24:MI:SS", "%a, %d %B %Y %H:%M:%S"),
    ('MM/DD/YY"T"HH24:MI:SS', "%m/%d/%yT%H:%M:%S"),
)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as opened:
        yield opened


def value(session: Session, expression: str) -> Any:
    ((answer,),) = session.execute(f"select {expression}").rows
    return answer


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


@QUICK
@given(moment=MOMENTS, zone=st.sampled_from(ZONES))
def test_a_zone_shows_an_instant_at_its_own_time(
    session: Session, moment: datetime, zone: str
) -> None:
    shown = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    text = f"'{moment}'::timestamp_ntz"
    two = value(session, f"convert_timezone('{zone}', {text})")
    assert (two, two.utcoffset()) == (shown, shown.utcoffset())
    three = value(session, f"convert_timezone('UTC', '{zone}', x) from (select {text} as x)")
    assert three == shown.replace(tzinfo=None)


@QUICK
@given(moment=MOMENTS, zone=st.sampled_from(ZONES))
def test_a_wall_time_of_a_zone_is_one_instant_or_refused(
    session: Session, moment: datetime, zone: str
) -> None:
    expression = f"convert_timezone('{zone}', 'UTC', '{moment}'::timestamp_ntz)"
    readings = {
        moment.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC).replace(tzinfo=None)
        for fold in (0, 1)
    }
    if len(readings) == 1:
        assert {value(session, expression)} == readings
        return
    with pytest.raises(Unsupported):
        value(session, expression)


@QUICK
@given(moment=MOMENTS, first=OFFSETS, second=OFFSETS)
def test_timestamps_with_offsets_are_compared_by_their_instants(
    session: Session, moment: datetime, first: int, second: int
) -> None:
    one, two = (
        moment.replace(tzinfo=timezone(timedelta(minutes=minutes))) for minutes in (first, second)
    )
    texts = [f"'{text}'::timestamp_tz" for text in (one, two)]
    (row,) = session.execute(
        f"select a, a = b, a < b, datediff(microsecond, a, b), min(a) over () "
        f"from (select {texts[0]} as a, {texts[1]} as b)"
    ).rows
    micros = (two - one) // timedelta(microseconds=1)
    assert row == (one, one == two, one < two, micros, one)
    assert row[0].utcoffset() == row[4].utcoffset() == one.utcoffset()


@QUICK
@given(moment=MOMENTS, formats=st.sampled_from(FORMATS))
def test_what_a_format_writes_it_reads(
    session: Session, moment: datetime, formats: tuple[str, str]
) -> None:
    format_, code = formats
    moment = moment.replace(microsecond=0)
    text = moment.strftime(code)
    assert value(session, f"to_char('{moment}'::timestamp_ntz, '{format_}')") == text
    assert value(session, f"to_timestamp(x, '{format_}') from (select '{text}' as x)") == moment
    assert value(session, f"try_to_date('{text}', '{format_}')") == moment.date()


@QUICK
@given(day=st.dates(date(1900, 1, 1), date(2200, 1, 1)), steps=st.lists(
    st.tuples(st.sampled_from(("day", "week", "month", "year")), st.integers(-30, 30)),
    min_size=1, max_size=4,
))  # fmt: skip
def test_the_steps_of_an_interval_count_in_their_order(
    session: Session, day: date, steps: list[tuple[str, int]]
) -> None:
    wanted = day
    for unit, count in steps:
        if unit in ("day", "week"):
            wanted += timedelta(days=count * (7 if unit == "week" else 1))
        else:
            wanted = add_months(wanted, count * (12 if unit == "year" else 1))
    text = ", ".join(f"{count} {unit}" for unit, count in steps)
    assert value(session, f"'{day}'::date + interval '{text}'") == wanted
    column = f"x + interval '{text}' from (select '{day}'::date as x)"
    assert value(session, column) == wanted


@QUICK
@given(moment=MOMENTS, size=st.integers(1, 40))
def test_slices_are_counted_from_1970(session: Session, moment: datetime, size: int) -> None:
    epoch = datetime(1970, 1, 1)
    minutes = (moment - epoch) // timedelta(minutes=size)
    days = (moment - epoch) // timedelta(days=size)
    weeks = (moment - datetime(1969, 12, 29)) // timedelta(weeks=size)
    months = ((moment.year - 1970) * 12 + moment.month - 1) // size
    slices = {
        "MINUTE": epoch + minutes * timedelta(minutes=size),
        "DAY": epoch + days * timedelta(days=size),
        "WEEK": datetime(1969, 12, 29) + weeks * timedelta(weeks=size),
        "MONTH": datetime(1970 + months * size // 12, months * size % 12 + 1, 1),
    }
    for unit, start in slices.items():
        assert value(session, f"time_slice('{moment}'::timestamp_ntz, {size}, '{unit}')") == start


@QUICK
@given(number=st.integers(-(10**19), 10**19))
def test_a_text_of_digits_has_the_unit_of_its_size(session: Session, number: int) -> None:
    digits = len(str(abs(number)))
    if digits > 19:
        return
    limits = {31_536_000_000: 10**6, 31_536_000_000_000: 10**3, 31_536_000_000_000_000: 1}
    factor = next((f for limit, f in limits.items() if abs(number) < limit), None)
    expression = f"to_timestamp('{number}')"
    if factor is None and number % 1000:
        with pytest.raises(Unsupported):
            value(session, expression)
        return
    micros = number // 1000 if factor is None else number * factor
    assert value(session, expression) == datetime(1970, 1, 1) + timedelta(microseconds=micros)


@QUICK
@given(a=st.integers(-(2**100), 2**100), b=st.integers(-(2**100), 2**100), n=st.integers(0, 25))
def test_bits_are_those_of_whole_numbers(session: Session, a: int, b: int, n: int) -> None:
    (row,) = session.execute(
        "select bitand(a, b), bitor(a, b), bitxor(a, b), bitnot(a), bitshiftleft(a, n), "
        f"bitshiftright(a, n) from (select {a} as a, {b} as b, {n} as n)"
    ).rows
    assert row == (a & b, a | b, a ^ b, ~a, a << n, a >> n)
