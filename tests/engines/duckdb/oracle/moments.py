"""TIMESTAMP_NTZ, and what is made of it: TIME, TIMESTAMP_LTZ, TIMESTAMP_TZ."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

from hypothesis import strategies as st

from tests.engines.duckdb.oracle import Expr, chosen, column, strict
from tests.engines.duckdb.oracle.dates import first_of, last_of, plus_months

MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2150, 12, 31))
SECONDS = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
START = datetime(1970, 1, 1)


def begun(unit: str, moment: datetime) -> datetime:
    """DATE_TRUNC."""
    day = datetime.combine(moment.date(), time())
    if unit in SECONDS:
        return day + (moment - day) // timedelta(seconds=SECONDS[unit]) * timedelta(
            seconds=SECONDS[unit]
        )
    return datetime.combine(first_of(unit, moment.date()), time())


def later_by_months(moment: datetime, months: int) -> datetime:
    return datetime.combine(plus_months(moment.date(), months), moment.time())


@st.composite
def moments(draw: st.DrawFn, columns: list[str], depth: int = 3) -> Expr:
    """A TIMESTAMP_NTZ over columns and literals."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        if draw(st.integers(0, 3)):
            return column(draw(st.sampled_from(columns)))
        moment = draw(MOMENTS)
        return Expr(f"'{moment}'::timestamp_ntz", lambda _: moment)
    a, b = (draw(moments(columns, depth - 1)) for _ in range(2))
    if draw(st.integers(0, 3)) == 0:
        left, right = (draw(moments(columns, 0)) for _ in range(2))
        return draw(st.sampled_from(chosen(a, b, left, right)))
    count = draw(st.integers(-5000, 5000))
    unit = draw(st.sampled_from(sorted(SECONDS)))
    return draw(st.sampled_from(of_moments(a, unit, count)))


def of_moments(a: Expr, unit: str, count: int) -> list[Expr]:
    few = count // 100
    step = timedelta(seconds=SECONDS[unit] * count)
    start = "quarter" if count % 2 else unit
    return [
        Expr(f"dateadd({unit}, {count}, {a.sql})", strict(lambda x: x + step, a)),
        Expr(f"dateadd(month, {few}, {a.sql})", strict(lambda x: later_by_months(x, few), a)),
        Expr(
            f"timestampadd(millisecond, {count}, {a.sql})",
            strict(lambda x: x + timedelta(milliseconds=count), a),
        ),
        Expr(
            f"({a.sql} - interval '{abs(few)} hours')",
            strict(lambda x: x - timedelta(hours=abs(few)), a),
        ),
        Expr(f"date_trunc({start}, {a.sql})", strict(lambda x: begun(start, x), a)),
        Expr(f"{a.sql}::date::timestamp_ntz", strict(lambda x: begun("day", x), a)),
        Expr(f"{a.sql}::timestamp_tz::timestamp_ntz", strict(lambda x: x, a)),
        Expr(f"{a.sql}::timestamp_ltz::timestamp_ntz", strict(lambda x: x, a)),
        Expr(
            f"convert_timezone('UTC', 'Asia/Kolkata', {a.sql})",
            strict(lambda x: x + timedelta(minutes=330), a),
        ),
        Expr(
            f"timestamp_ntz_from_parts({a.sql}::date, {a.sql}::time)",
            strict(lambda x: x, a),
        ),
        Expr(
            f"to_timestamp(to_char({a.sql}, 'YYYY/MM/DD HH24.MI.SS'), 'YYYY/MM/DD HH24.MI.SS')",
            strict(lambda x: begun("second", x), a),
        ),
        Expr(
            f"to_timestamp_ntz(date_part(epoch_microsecond, {a.sql}), 6)",
            strict(lambda x: x, a),
        ),
    ]


def crossed(unit: str, x: datetime, y: datetime) -> int:
    """DATEDIFF counts the borders between two moments."""
    return (begun(unit, y) - begun(unit, x)) // timedelta(seconds=SECONDS[unit])


def turned(moment: datetime, count: int) -> time:
    """A TIME that is moved goes round the clock."""
    return (moment + timedelta(seconds=count)).time()


def made_of(a: Expr, b: Expr, unit: str, count: int) -> list[Expr]:
    """What else is made and counted of moments."""
    kolkata = timezone(timedelta(minutes=330))
    return [
        Expr(f"datediff({unit}, {a.sql}, {b.sql})", strict(lambda x, y: crossed(unit, x, y), a, b)),
        Expr(
            f"datediff(microsecond, {a.sql}, {b.sql})",
            strict(lambda x, y: (y - x) // timedelta(microseconds=1), a, b),
        ),
        Expr(f"{a.sql}::time", strict(datetime.time, a)),
        Expr(f"dateadd(second, {count}, {a.sql}::time)", strict(lambda x: turned(x, count), a)),
        Expr(
            f"timediff(minute, {a.sql}::time, {b.sql}::time)",
            strict(
                lambda x, y: (y.hour * 60 + y.minute) - (x.hour * 60 + x.minute),
                a,
                b,
            ),
        ),
        Expr(f"{a.sql}::date", strict(datetime.date, a)),
        Expr(
            f"last_day({a.sql})",
            strict(lambda x: date(x.year, x.month, last_of(x.year, x.month)), a),
        ),
        Expr(f"hour({a.sql}) * 60 + minute({a.sql})", strict(lambda x: x.hour * 60 + x.minute, a)),
        Expr(
            f"date_part(epoch_second, {a.sql})",
            strict(lambda x: (x - START) // timedelta(seconds=1), a),
        ),
        Expr(f"{a.sql}::timestamp_ltz", strict(lambda x: x.replace(tzinfo=UTC), a)),
        Expr(
            f"convert_timezone('Asia/Kolkata', {a.sql})",
            strict(lambda x: x.replace(tzinfo=UTC).astimezone(kolkata), a),
        ),
        Expr(
            f"to_char({a.sql}, 'YYYY-MM-DD HH12:MI:SS.FF6 AM')",
            strict(lambda x: f"{x:%Y-%m-%d %I:%M:%S.%f %p}", a),
        ),
        Expr(f"({a.sql} < {b.sql})", strict(lambda x, y: x < y, a, b)),
        Expr(f"({a.sql}::date = {b.sql})", strict(lambda x, y: begun("day", x) == y, a, b)),
    ]
