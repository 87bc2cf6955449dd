"""Intervals of time; the examples are those of dbt's microbatch builder."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.intervals import Interval, Size, between, floor, following, moment, named, spans

SIZES = st.sampled_from(Size)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1))


@pytest.mark.parametrize(
    ("size", "start", "end"),
    [
        (Size.HOUR, datetime(2024, 9, 17, 16), datetime(2024, 9, 17, 17)),
        (Size.DAY, datetime(2024, 9, 17), datetime(2024, 9, 18)),
        (Size.MONTH, datetime(2024, 9, 1), datetime(2024, 10, 1)),
        (Size.YEAR, datetime(2024, 1, 1), datetime(2025, 1, 1)),
    ],
)
def test_an_interval_holds_the_moment_that_it_is_asked_for(
    size: Size, start: datetime, end: datetime
) -> None:
    at = datetime(2024, 9, 17, 16, 6)
    assert floor(at, size) == start
    assert following(start, size) == end


@pytest.mark.parametrize(
    ("start", "size", "end"),
    [
        (datetime(2024, 1, 1), Size.MONTH, datetime(2024, 2, 1)),
        (datetime(2024, 2, 1), Size.MONTH, datetime(2024, 3, 1)),
        (datetime(2024, 12, 1), Size.MONTH, datetime(2025, 1, 1)),
        (datetime(2023, 1, 1), Size.YEAR, datetime(2024, 1, 1)),
        (datetime(2024, 2, 28), Size.DAY, datetime(2024, 2, 29)),
        (datetime(2023, 12, 31, 23), Size.HOUR, datetime(2024, 1, 1)),
    ],
)
def test_short_and_long_months_and_years_follow_each_other(
    start: datetime, size: Size, end: datetime
) -> None:
    assert following(start, size) == end


@given(begin=MOMENTS, size=SIZES, hours=st.integers(1, 400))
def test_intervals_cover_a_time_without_gap_or_overlap(
    begin: datetime, size: Size, hours: int
) -> None:
    end = begin + timedelta(hours=hours)
    found = between(begin, end, size)
    assert found[0].start <= begin < found[0].end
    assert found[-1].start < end <= found[-1].end
    assert all(one.end == other.start for one, other in pairwise(found))
    assert spans(found) == (Interval(found[0].start, found[-1].end),)


@given(at=MOMENTS, size=SIZES)
def test_a_name_says_which_interval_it_is(at: datetime, size: Size) -> None:
    start = floor(at, size)
    assert named(start, size) != named(following(start, size), size)
    assert named(start, size) == named(floor(at, size), size)


def test_no_time_has_no_intervals() -> None:
    at = datetime(2024, 1, 1)
    assert between(at, at, Size.DAY) == ()
    assert between(at, at - timedelta(days=3), Size.DAY) == ()
    assert spans(()) == ()


def test_spans_end_where_an_interval_is_missing() -> None:
    days = between(datetime(2024, 1, 1), datetime(2024, 1, 6), Size.DAY)
    found = spans((days[0], days[1], days[3]))
    assert found == (Interval(days[0].start, days[1].end), days[3])


@pytest.mark.parametrize("text", ["2024-02-30", "20240131", "yesterday", "2024-01-31 25:00", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        moment(text)


def test_a_time_may_be_a_day_or_have_hours() -> None:
    assert moment("2024-01-31") == datetime(2024, 1, 31)
    assert moment("2024-01-31 06:00") == moment("2024-01-31T06:00:00") == datetime(2024, 1, 31, 6)
