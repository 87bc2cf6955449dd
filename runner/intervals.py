"""Hours, days, months and years: the intervals of time into which `@batch` divides a model's rows.

All times are UTC without a zone, as in Snowflake's TIMESTAMP_NTZ. An interval has its start and
lacks its end, so that each moment lies in exactly one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?")


class Size(StrEnum):
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, order=True)
class Interval:
    """From `start` up to but not including `end`."""

    start: datetime
    end: datetime


def moment(text: str) -> datetime:
    """`2024-01-31`, `2024-01-31 06:00` or `2024-01-31T06:00:00`. Raises `ValueError`."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(f"{text} is no date or time")
    return datetime.fromisoformat(text)


def floor(at: datetime, size: Size) -> datetime:
    """The start of the interval that holds a moment.

    >>> floor(datetime(2024, 9, 17, 16, 6), Size.MONTH)
    datetime.datetime(2024, 9, 1, 0, 0)
    """
    start = at.replace(minute=0, second=0, microsecond=0)
    if size is not Size.HOUR:
        start = start.replace(hour=0)
    if size in (Size.MONTH, Size.YEAR):
        start = start.replace(day=1)
    return start.replace(month=1) if size is Size.YEAR else start


def following(start: datetime, size: Size) -> datetime:
    """The start of the next interval after the one that begins at `start`."""
    steps = {
        Size.HOUR: timedelta(hours=1),
        Size.DAY: timedelta(days=1),
        Size.MONTH: timedelta(days=31),
        Size.YEAR: timedelta(days=366),
    }
    return floor(start + steps[size], size)


def between(begin: datetime, end: datetime, size: Size) -> tuple[Interval, ...]:
    """Every interval that has a moment in common with the time from `begin` to `end`, in order.

    >>> days = between(datetime(2024, 2, 28, 12), datetime(2024, 3, 1), Size.DAY)
    >>> [str(day.start.date()) for day in days]
    ['2024-02-28', '2024-02-29']
    """
    found = []
    start = floor(begin, size)
    while start < end:
        found.append(Interval(start, following(start, size)))
        start = found[-1].end
    return tuple(found)


def named(start: datetime, size: Size) -> str:
    """An interval as a person writes it: `2024-01-31 06:00`, `2024-01-31`, `2024-01`, `2024`."""
    formats = {Size.HOUR: "%Y-%m-%d %H:%M", Size.DAY: "%Y-%m-%d", Size.MONTH: "%Y-%m"}
    return start.strftime(formats.get(size, "%Y"))


def spans(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """Sorted intervals, those that follow each other without a gap joined into one."""
    found: list[Interval] = list(intervals[:1])
    for before, interval in pairwise(intervals):
        if before.end == interval.start:
            found[-1] = Interval(found[-1].start, interval.end)
        else:
            found.append(interval)
    return tuple(found)
