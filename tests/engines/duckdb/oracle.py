"""Random expressions with what they are worth, by Python's decimal, datetime and str.

An `Expr` is a text of SQL in which `{n0}`, `{d1}`, `{t0}` stand for columns, and a function that
computes its value from a row. The same expression is asked over a table's columns and over the
values of one row written out as literals.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]
EXACT = Context(prec=200)


def sometimes_null(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The values, and NULL once in a while."""
    return st.integers(0, 7).flatmap(lambda n: values if n else st.none())


class OverflowsError(Exception):
    """A NUMBER needs more than 38 digits, which Snowflake refuses."""


@dataclass(frozen=True)
class Expr:
    """`scale` is that of a NUMBER."""

    sql: str
    value: Callable[[Row], Any]
    scale: int = 0


def strict(function: Callable[..., Any], *parts: Expr) -> Callable[[Row], Any]:
    """The function of the parts' values; NULL when one of them is NULL."""

    def value(row: Row) -> Any:
        values = [part.value(row) for part in parts]
        return None if any(one is None for one in values) else function(*values)

    return value


def shifted(value: int, places: int) -> Decimal:
    """The number with so many of its digits behind the point."""
    return EXACT.scaleb(Decimal(value), -places)


def rounded(value: Decimal, scale: int, mode: str = ROUND_HALF_UP) -> Decimal:
    result = value.quantize(Decimal(1).scaleb(-scale), mode, EXACT)
    if abs(result) >= Decimal(10) ** (38 - max(scale, 0)):
        raise OverflowsError
    return result


# -- what there is for every type ------------------------------------------------------------------


def chosen(one: Expr, other: Expr, left: Expr, right: Expr) -> list[Expr]:
    """COALESCE, IFF, CASE, NULLIF of two expressions of one type; `left < right` is the test."""
    scale = max(one.scale, other.scale)

    def first(row: Row) -> Any:
        value = one.value(row)
        return other.value(row) if value is None else value

    def branch(row: Row) -> Any:
        a, b = left.value(row), right.value(row)
        return one.value(row) if a is not None and b is not None and a < b else other.value(row)

    def different(row: Row) -> Any:
        a, b = one.value(row), other.value(row)
        return None if a is not None and a == b else a

    test = f"{left.sql} < {right.sql}"
    return [
        Expr(f"coalesce({one.sql}, {other.sql})", first, scale),
        Expr(f"iff({test}, {one.sql}, {other.sql})", branch, scale),
        Expr(f"case when {test} then {one.sql} else {other.sql} end", branch, scale),
        Expr(f"nullif({one.sql}, {other.sql})", different, one.scale),
        Expr(f"greatest({one.sql}, {other.sql})", strict(max, one, other), scale),
        Expr(f"least({one.sql}, {other.sql})", strict(min, one, other), scale),
    ]


# -- numbers ---------------------------------------------------------------------------------------


def number_literal(value: Decimal) -> Expr:
    scale = max(0, -int(value.as_tuple().exponent))
    return Expr(f"({value})", lambda _: value, scale)


def combined(a: Expr, b: Expr, digits: int) -> list[Expr]:
    """What two NUMBERs make, with the scales of the page *Arithmetic operators*."""
    wide = max(a.scale, b.scale)
    product = min(a.scale + b.scale, max(wide, 12))
    quotient = max(a.scale, min(a.scale + 6, 12))

    def divided(row: Row) -> Any:
        x, y = a.value(row), b.value(row)
        if x is None or not y:
            return None
        return rounded(EXACT.divide(x, y), quotient)

    def remainder(row: Row) -> Any:
        x, y = a.value(row), b.value(row)
        return None if x is None or not y else rounded(EXACT.remainder(x, y), wide)

    found = [
        Expr(
            f"({a.sql} + {b.sql})", strict(lambda x, y: rounded(EXACT.add(x, y), wide), a, b), wide
        ),
        Expr(
            f"({a.sql} - {b.sql})",
            strict(lambda x, y: rounded(EXACT.subtract(x, y), wide), a, b),
            wide,
        ),
        Expr(
            f"({a.sql} * {b.sql})",
            strict(lambda x, y: rounded(EXACT.multiply(x, y), product), a, b),
            product,
        ),
        Expr(f"({a.sql} / nullif({b.sql}, 0))", divided, quotient),
        Expr(f"({a.sql} % nullif({b.sql}, 0))", remainder, wide),
        Expr(f"(-{a.sql})", strict(EXACT.minus, a), a.scale),
        Expr(f"abs({a.sql})", strict(EXACT.abs, a), a.scale),
        Expr(f"{a.sql}::number(30, {digits})", strict(lambda x: cut(x, digits), a), digits),
    ]
    modes = {"round": ROUND_HALF_UP, "trunc": ROUND_DOWN}
    for name, mode in {**modes, "floor": ROUND_FLOOR, "ceil": ROUND_CEILING}.items():
        scale = min(digits, a.scale)
        value = strict(lambda x, mode=mode, scale=scale: rounded(x, scale, mode), a)
        found.append(Expr(f"{name}({a.sql}, {digits})", value, scale))
    return found


def cut(value: Decimal, scale: int) -> Decimal:
    result = rounded(value, scale)
    if abs(result) >= Decimal(10) ** (30 - scale):
        raise OverflowsError
    return result


def compared(a: Expr, b: Expr, c: Expr) -> list[Expr]:
    """Comparisons of NUMBERs of any scales, which are exact."""

    def among(row: Row) -> bool | None:
        x, *others = (one.value(row) for one in (a, b, c))
        if x is not None and x in others:
            return True
        return None if x is None or None in others else False

    def between(row: Row) -> bool | None:
        x, low, high = (one.value(row) for one in (a, b, c))
        tests = [
            None if x is None or low is None else x >= low,
            None if x is None or high is None else x <= high,
        ]
        return False if False in tests else None if None in tests else True

    return [
        Expr(f"({a.sql} < {b.sql})", strict(lambda x, y: x < y, a, b)),
        Expr(f"({a.sql} = {b.sql})", strict(lambda x, y: x == y, a, b)),
        Expr(f"({a.sql} = any (select {b.sql}))", strict(lambda x, y: x == y, a, b)),
        Expr(f"({a.sql} > all (select {b.sql}))", strict(lambda x, y: x > y, a, b)),
        Expr(f"equal_null({a.sql}, {b.sql})", lambda row: a.value(row) == b.value(row)),
        Expr(f"({a.sql} in ({b.sql}, {c.sql}))", among),
        Expr(f"({a.sql} in (select {b.sql} union all select {c.sql}))", among),
        Expr(f"({a.sql} between {b.sql} and {c.sql})", between),
        Expr(f"(decode({a.sql}, {b.sql}, 1, 0) = 1)", lambda row: a.value(row) == b.value(row)),
    ]


NUMBERS = st.decimals(-9999, 9999, allow_nan=False, allow_infinity=False, places=2) | st.integers(
    -99, 99
).map(Decimal)


@st.composite
def numbers(draw: st.DrawFn, columns: dict[str, int], depth: int = 3) -> Expr:
    """A NUMBER over columns (name: scale) and literals."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        if draw(st.integers(0, 3)):
            name = draw(st.sampled_from(sorted(columns)))
            return Expr(f"{{{name}}}", lambda row: row[name], columns[name])
        return number_literal(draw(NUMBERS))
    a, b = (draw(numbers(columns, depth - 1)) for _ in range(2))
    if draw(st.integers(0, 4)) == 0:
        left, right = (draw(numbers(columns, 0)) for _ in range(2))
        return draw(st.sampled_from(chosen(a, b, left, right)))
    found = combined(a, b, draw(st.integers(0, 5)))
    return draw(st.sampled_from([*found, *found[2:5]]))  # products and quotients more often


# -- dates -----------------------------------------------------------------------------------------

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
            return Expr(f"{{{name}}}", lambda row: row[name])
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


# -- texts -----------------------------------------------------------------------------------------

TEXTS = st.text(alphabet="abAB01 .,-_é", max_size=6)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def part(text: str, start: int, count: int) -> str:
    """SUBSTR: from 1, from the end when negative."""
    if start < -len(text) or count <= 0:
        return ""
    first = len(text) + start if start < 0 else max(start, 1) - 1
    return text[first : first + count]


def padded(text: str, width: int, fill: str, *, left: bool) -> str:
    if len(text) >= width or not fill:
        return text[:width]
    added = (fill * width)[: width - len(text)]
    return added + text if left else text + added


def piece(text: str, separator: str, number: int) -> str:
    """SPLIT_PART."""
    pieces = text.split(separator) if separator else [text]
    index = number - 1 if number > 0 else len(pieces) + number if number else 0
    return pieces[index] if 0 <= index < len(pieces) else ""


@st.composite
def texts(draw: st.DrawFn, columns: list[str], depth: int = 3) -> Expr:
    """A VARCHAR over columns and literals."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        if draw(st.integers(0, 3)):
            name = draw(st.sampled_from(columns))
            return Expr(f"{{{name}}}", lambda row: row[name])
        text = draw(TEXTS)
        return Expr(quoted(text), lambda _: text)
    a, b = (draw(texts(columns, depth - 1)) for _ in range(2))
    if draw(st.integers(0, 3)) == 0:
        left, right = (draw(texts(columns, 0)) for _ in range(2))
        return draw(st.sampled_from(chosen(a, b, left, right)))
    start, count = draw(st.integers(-8, 8)), draw(st.integers(-1, 7))
    return draw(st.sampled_from(of_texts(a, b, start, count)))


def of_texts(a: Expr, b: Expr, start: int, count: int) -> list[Expr]:
    return [
        Expr(f"({a.sql} || {b.sql})", strict(lambda x, y: x + y, a, b)),
        Expr(f"concat({a.sql}, '-', {b.sql})", strict(lambda x, y: f"{x}-{y}", a, b)),
        Expr(f"upper({a.sql})", strict(str.upper, a)),
        Expr(f"lower({a.sql})", strict(str.lower, a)),
        Expr(f"reverse({a.sql})", strict(lambda x: x[::-1], a)),
        Expr(f"substr({a.sql}, {start}, {count})", strict(lambda x: part(x, start, count), a)),
        Expr(f"left({a.sql}, {count})", strict(lambda x: x[: max(count, 0)], a)),
        Expr(f"right({a.sql}, {count})", strict(lambda x: x[-count:] if count > 0 else "", a)),
        Expr(f"trim({a.sql})", strict(lambda x: x.strip(" "), a)),
        Expr(f"ltrim({a.sql}, 'a0')", strict(lambda x: x.lstrip("a0"), a)),
        Expr(f"rtrim({a.sql}, '. ')", strict(lambda x: x.rstrip(". "), a)),
        Expr(
            f"lpad({a.sql}, {count}, {b.sql})",
            strict(lambda x, y: padded(x, max(count, 0), y, left=True), a, b),
        ),
        Expr(
            f"rpad({a.sql}, {count}, {b.sql})",
            strict(lambda x, y: padded(x, max(count, 0), y, left=False), a, b),
        ),
        Expr(
            f"replace({a.sql}, {b.sql}, '+')",
            strict(lambda x, y: x.replace(y, "+") if y else x, a, b),
        ),
        Expr(
            f"split_part({a.sql}, {b.sql}, {start})", strict(lambda x, y: piece(x, y, start), a, b)
        ),
        Expr(f"{a.sql}::varchar(3)", strict(lambda x: x[:3], a)),
        Expr(f"repeat({a.sql}, 2)", strict(lambda x: x * 2, a)),
    ]


def measures(a: Expr, b: Expr) -> list[Expr]:
    """What is measured of texts."""
    return [
        Expr(f"length({a.sql})", strict(len, a)),
        Expr(f"position({b.sql}, {a.sql})", strict(lambda x, y: x.find(y) + 1, a, b)),
        Expr(f"contains({a.sql}, {b.sql})", strict(lambda x, y: y in x, a, b)),
        Expr(f"startswith({a.sql}, {b.sql})", strict(str.startswith, a, b)),
        Expr(f"({a.sql} < {b.sql})", strict(lambda x, y: x < y, a, b)),
        Expr(f"equal_null({a.sql}, {b.sql})", lambda row: a.value(row) == b.value(row)),
        Expr(f"array_size(split({a.sql}, 'a'))", strict(lambda x: len(x.split("a")), a)),
    ]
