"""DATE."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from tests.engines.duckdb.oracle import Expr, chosen, column, strict

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


def plus_months(day: date, months: int) -> date:
    """The same day of another month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, last_of(year, month + 1)))


def last_of(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def first_of(unit: str, day: date) -> date:
    if unit == "week":
        return day - timedelta(day.weekday())
    month = {"year": 1, "quarter": (day.month - 1) // 3 * 3 + 1}.get(unit, day.month)
    return day.replace(month=month, day=1)


def moved(day: date, unit: str, count: int) -> date:
    months = {"year": 12, "quarter": 3, "month": 1}.get(unit)
    if months:
        return plus_months(day, months * count)
    return day + timedelta(days=count * (7 if unit == "week" else 1))


def add_months(day: date, months: int) -> date:
    """A last day stays the last."""
    found = plus_months(day, months)
    is_last = day.day == last_of(day.year, day.month)
    return found.replace(day=last_of(found.year, found.month)) if is_last else found


@st.composite
def dates(draw: st.DrawFn, columns: list[str], depth: int = 3) -> Expr:
    """A DATE over columns and literals."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        if draw(st.integers(0, 3)):
            name = draw(st.sampled_from(columns))
            return column(name)
        day = draw(DAYS)
        return Expr(f"'{day}'::date", lambda _: day)
    a, b = (draw(dates(columns, depth - 1)) for _ in range(2))
    if draw(st.integers(0, 2)) == 0:
        left, right = (draw(dates(columns, 0)) for _ in range(2))
        return draw(st.sampled_from(chosen(a, b, left, right)))
    count = draw(st.integers(-400, 400))
    unit = draw(st.sampled_from(["day", "week", "month", "quarter", "year"]))
    few = count // 10
    start = draw(st.sampled_from(["year", "quarter", "month", "week"]))
    return draw(
        st.sampled_from(
            [
                Expr(f"dateadd({unit}, {few}, {a.sql})", strict(lambda d: moved(d, unit, few), a)),
                Expr(f"({a.sql} + {count})", strict(lambda d: d + timedelta(count), a)),
                Expr(f"({a.sql} - {count})", strict(lambda d: d - timedelta(count), a)),
                Expr(f"add_months({a.sql}, {few})", strict(lambda d: add_months(d, few), a)),
                Expr(f"date_trunc('{start}', {a.sql})", strict(lambda d: first_of(start, d), a)),
                Expr(
                    f"last_day({a.sql})",
                    strict(lambda d: d.replace(day=last_of(d.year, d.month)), a),
                ),
                Expr(
                    f"to_date(to_char({a.sql}, 'DD-MON-YYYY'), 'DD-MON-YYYY')",
                    strict(lambda d: d, a),
                ),
            ]
        )
    )


def counts(a: Expr, b: Expr) -> list[Expr]:
    """What is counted of dates."""

    def months(x: date, y: date) -> int:
        return (y.year - x.year) * 12 + y.month - x.month

    def weeks(x: date, y: date) -> int:
        return (first_of("week", y) - first_of("week", x)).days // 7

    return [
        Expr(f"datediff(day, {a.sql}, {b.sql})", strict(lambda x, y: (y - x).days, a, b)),
        Expr(f"({b.sql} - {a.sql})", strict(lambda x, y: (y - x).days, a, b)),
        Expr(f"datediff(month, {a.sql}, {b.sql})", strict(months, a, b)),
        Expr(f"datediff(week, {a.sql}, {b.sql})", strict(weeks, a, b)),
        Expr(f"datediff(year, {a.sql}, {b.sql})", strict(lambda x, y: y.year - x.year, a, b)),
        Expr(f"to_char({a.sql}, 'DY, DD MON YYYY')", strict(lambda x: f"{x:%a, %d %b %Y}", a)),
        Expr(f"dayname({a.sql}) || monthname({a.sql})", strict(lambda x: f"{x:%a%b}", a)),
        Expr(f"quarter({a.sql})", strict(lambda x: (x.month + 2) // 3, a)),
        Expr(f"yearofweekiso({a.sql})", strict(lambda x: x.isocalendar().year, a)),
        Expr(f"dayofyear({a.sql})", strict(lambda x: x.timetuple().tm_yday, a)),
        Expr(f"weekiso({a.sql})", strict(lambda x: x.isocalendar().week, a)),
        Expr(f"dayofweek({a.sql})", strict(lambda x: x.isoweekday() % 7, a)),
        Expr(f"to_char({a.sql}, 'YYYYMMDD')::int", strict(lambda x: int(f"{x:%Y%m%d}"), a)),
        Expr(
            f"date_part(epoch_second, {a.sql})",
            strict(lambda x: (x - date(1970, 1, 1)).days * 86400, a),
        ),
        Expr(
            f"datediff(hour, {a.sql}, dateadd(minute, 90, {b.sql}))",
            strict(
                lambda x, y: (
                    (datetime(y.year, y.month, y.day) - datetime(x.year, x.month, x.day)).days * 24
                    + 1
                ),
                a,
                b,
            ),
        ),
    ]
