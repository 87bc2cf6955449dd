"""Dates, times and timestamps: what comes out has the type of what went in.

Weeks begin on Monday and are counted as ISO does (Snowflake's WEEK_START and WEEK_OF_YEAR_POLICY
are 0 by default); sessions are in UTC. A TIMESTAMP_TZ is worked on in its own offset.
"""

from __future__ import annotations

import re

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.binder import Binder, expression
from runner.engines.duckdb.names import literal
from runner.engines.duckdb.rules import Call, Value, casts, function
from runner.engines.duckdb.rules.arithmetic import DATES, whole_steps, wide
from runner.engines.duckdb.types import DATE, INTEGER, LTZ, NTZ, TEXT, TIME, TZ, Type
from runner.errors import EngineError, Unsupported

UNITS = {
    "YEAR": "year y yy yyy yyyy yr years yrs",
    "QUARTER": "quarter q qtr qtrs quarters",
    "MONTH": "month mm mon mons months",
    "WEEK": "week w wk weekofyear woy wy weeks",
    "DAY": "day d dd days dayofmonth",
    "HOUR": "hour h hh hr hours hrs",
    "MINUTE": "minute m mi min minutes mins",
    "SECOND": "second s sec seconds secs",
    "MILLISECOND": "millisecond ms msec milliseconds",
    "MICROSECOND": "microsecond us usec microseconds",
    "NANOSECOND": "nanosecond ns nsec nanosec nsecond nanoseconds nanosecs nseconds",
}
PARTS = {
    "DAYOFWEEK": "dayofweek dow dw weekday",
    "DAYOFWEEKISO": "dayofweekiso dow_iso weekday_iso dayofweek_iso dw_iso",
    "DAYOFYEAR": "dayofyear doy dy yearday",
    "WEEKISO": "weekiso week_iso weekofyeariso weekofyear_iso",
    "YEAROFWEEK": "yearofweek",
    "YEAROFWEEKISO": "yearofweekiso",
    "EPOCH_SECOND": "epoch_second epoch epoch_seconds",
    "EPOCH_MILLISECOND": "epoch_millisecond epoch_milliseconds",
    "EPOCH_MICROSECOND": "epoch_microsecond epoch_microseconds",
    "EPOCH_NANOSECOND": "epoch_nanosecond epoch_nanoseconds",
    "TIMEZONE_HOUR": "timezone_hour tzh",
    "TIMEZONE_MINUTE": "timezone_minute tzm",
}
UNIT_OF = {name.upper(): unit for unit, names in UNITS.items() for name in names.split()}
PART_OF = UNIT_OF | {name.upper(): part for part, names in PARTS.items() for name in names.split()}

CALENDAR = frozenset({"YEAR", "QUARTER", "MONTH", "WEEK", "DAY"})
CLOCK = frozenset({"HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND", "NANOSECOND"})


def unit_of(word: str, known: dict[str, str] = UNIT_OF) -> str:
    if word not in known:
        raise EngineError(
            f"SQL compilation error:\n'{word}' is not a valid date/time component", code=1006
        )
    return known[word]


def moment(value: Value) -> Value:
    """An argument that must be a date or timestamp; text is read as TIMESTAMP_NTZ."""
    if value.type.name in DATES:
        return value
    return casts.implicit(value, NTZ)


def wall(value: Value) -> str:
    """The date and time on the wall, as DuckDB's TIMESTAMP (a DATE or TIME as it is)."""
    if value.type.name == "TIMESTAMP_TZ":
        return f"sf_wall({value.sql})"
    if value.type.name == "TIMESTAMP_LTZ":
        return f"CAST({value.sql} AS TIMESTAMP)"
    return value.sql


def again(sql: str, like: Value) -> Value:
    """A wall time as the type it came from."""
    if like.type.name == "TIMESTAMP_TZ":
        return Value(f"sf_tz({sql}, ({like.sql}).tz)", TZ)
    if like.type.name == "TIMESTAMP_LTZ":
        return Value(f"CAST({sql} AS TIMESTAMPTZ)", LTZ)
    return Value(f"CAST({sql} AS {like.type.duckdb})", Type(like.type.name))


# -- arithmetic ------------------------------------------------------------------------------------

STEPS = {
    "YEAR": "to_years(CAST({n} AS INTEGER))",
    "QUARTER": "to_months(CAST(({n}) * 3 AS INTEGER))",
    "MONTH": "to_months(CAST({n} AS INTEGER))",
    "WEEK": "to_days(CAST(({n}) * 7 AS INTEGER))",
    "DAY": "to_days(CAST({n} AS INTEGER))",
    "HOUR": "to_hours(CAST({n} AS BIGINT))",
    "MINUTE": "to_minutes(CAST({n} AS BIGINT))",
    "SECOND": "to_microseconds(CAST({n} AS BIGINT) * 1000000)",
    "MILLISECOND": "to_microseconds(CAST({n} AS BIGINT) * 1000)",
    "MICROSECOND": "to_microseconds(CAST({n} AS BIGINT))",
    "NANOSECOND": "to_microseconds(sf_micros(CAST({n} AS BIGINT)))",
}


@function("DATEADD", "TIMEADD", "TIMESTAMPADD", arguments=(3, 3))
def dateadd(call: Call) -> Value:
    """DATEADD(month, 1, '2024-01-31'::date) is the DATE 2024-02-29; hours make it a timestamp."""
    unit = unit_of(call.word(0))
    return added(moment(call.value(2)), unit, whole_steps(call.value(1)))


def added(value: Value, unit: str, count: str) -> Value:
    if value.type.name == "TIME" and unit in CALENDAR:
        raise EngineError(f"SQL compilation error:\n{unit} cannot be added to a TIME", code=1044)
    step = STEPS[unit].format(n=count)
    if value.type.name == "DATE" and unit in CLOCK:
        return Value(f"({value.sql} + {step})", NTZ)
    return again(f"({wall(value)} + {step})", value)


@function("ADD_MONTHS", arguments=(2, 2))
def add_months(call: Call) -> Value:
    """ADD_MONTHS('2024-02-29'::date, 1) is 2024-03-31: a last day stays the last."""
    value = moment(call.once(0))
    return again(
        f"sf_add_months({wall(value)}, CAST({whole_steps(call.value(1))} AS INTEGER))", value
    )


@expression(exp.Interval)
def bind_interval(_: Binder, node: exp.Interval) -> Value:
    """`interval '1 year, 3 days'`; `const` says whether it is of whole days."""
    if not isinstance(node.this, exp.Literal) or not node.this.is_string:
        raise Unsupported("an INTERVAL that is not a constant text")
    text = node.this.name
    if node.unit is not None:
        text = f"{text} {node.unit.name}"
    steps, whole_days = [], True
    for part in text.split(","):
        match = re.fullmatch(r"\s*([+-]?\d+)\s*([A-Za-z]*)\s*", part)
        if match is None:
            raise Unsupported(f"INTERVAL '{text}'")
        unit = unit_of((match.group(2) or "second").upper())
        whole_days = whole_days and unit in CALENDAR
        steps.append(STEPS[unit].format(n=match.group(1)))
    return Value(f"({' + '.join(steps)})", types.INTERVAL, "days" if whole_days else "hours")


@function("DATEDIFF", "TIMEDIFF", "TIMESTAMPDIFF", arguments=(3, 3))
def datediff(call: Call) -> Value:
    """DATEDIFF(month, '2024-01-31', '2024-02-01') is 1: borders are counted."""
    unit = unit_of(call.word(0))
    start, end = moment(call.value(1)), moment(call.value(2))
    if "TIME" in (start.type.name, end.type.name):
        if start.type.name != end.type.name or unit in CALENDAR:
            raise Unsupported(f"DATEDIFF({unit}) of {start.type.name} and {end.type.name}")
        return counted(unit, start.sql, end.sql)
    if unit in CLOCK:
        return counted(unit, instant(start), instant(end))
    return counted(unit, civil(start), civil(end))


def instant(value: Value) -> str:
    """The moment in UTC as TIMESTAMP."""
    if value.type.name == "TIMESTAMP_TZ":
        return f"({value.sql}).utc"
    return f"CAST({value.sql} AS TIMESTAMP)"


def civil(value: Value) -> str:
    """The calendar day; of a TIMESTAMP_TZ only in UTC, the one reading that is sure."""
    if value.type.name == "TIMESTAMP_TZ":
        return f"CAST(sf_utc_only({value.sql}) AS DATE)"
    return f"CAST({wall(value)} AS DATE)"


def counted(unit: str, start: str, end: str) -> Value:
    if unit == "WEEK":
        days = f"date_diff('day', date_trunc('week', {start}), date_trunc('week', {end}))"
        return Value(f"CAST({days} // 7 AS DECIMAL(9,0))", types.number(9))
    if unit == "NANOSECOND":
        micros = f"CAST(date_diff('microsecond', {start}, {end}) AS DECIMAL(38,0))"
        return Value(f"({micros} * 1000.)", INTEGER)
    text = f"date_diff('{unit.lower()}', {start}, {end})"
    return Value(f"CAST({text} AS DECIMAL(18,0))", types.number(18))


@function("MONTHS_BETWEEN", arguments=(2, 2))
def months_between(call: Call) -> Value:
    """MONTHS_BETWEEN('2019-03-01'::date, '2019-02-15'::date) is 0.548387."""
    later, earlier = (moment(call.once(index)) for index in range(2))
    text = (
        f"sf_months_between(CAST({wall(later)} AS TIMESTAMP), CAST({wall(earlier)} AS TIMESTAMP))"
    )
    return Value(f"CAST({text} AS DECIMAL(38,6))", types.number(38, 6))


# -- truncation ------------------------------------------------------------------------------------


@function("DATE_TRUNC", arguments=(2, 2))
def date_trunc(call: Call) -> Value:
    """DATE_TRUNC('week', d) is 2024-01-01: the Monday, of the type of d."""
    first, second = 0, 1
    if not is_unit(call, 0) and is_unit(call, 1):
        first, second = 1, 0
    unit = unit_of(call.word(first))
    value = moment(call.value(second))
    if unit == "NANOSECOND" or (value.type.name == "DATE" and unit in CLOCK):
        return value
    if value.type.name == "TIME":
        if unit in CALENDAR:
            raise Unsupported(f"DATE_TRUNC({unit}) of a TIME")
        day = f"(DATE '2000-01-01' + {value.sql})"
        return Value(f"CAST(date_trunc('{unit.lower()}', {day}) AS TIME)", TIME)
    return again(f"date_trunc('{unit.lower()}', {wall(value)})", value)


def is_unit(call: Call, index: int) -> bool:
    node = call.nodes[index]
    if isinstance(node, exp.Column) and not node.args.get("table"):
        return node.name.upper() in UNIT_OF
    return isinstance(node, exp.Literal) and node.is_string and node.name.upper() in UNIT_OF


@function("TIME_SLICE", arguments=(3, 4))
def time_slice(call: Call) -> Value:
    """TIME_SLICE(ts, 15, 'MINUTE'): the start (or END) of the slice, counted from 1970."""
    unit = unit_of(call.word(2))
    size = call.constant(1)
    side = call.word(3) if len(call) == 4 else "START"
    value = moment(call.once(0))
    if unit == "WEEK" and size != 1:
        raise Unsupported("TIME_SLICE of several weeks")
    step = STEPS[unit].format(n=size)
    origin = "1969-12-29" if unit == "WEEK" else "1970-01-01"
    start = f"time_bucket({step}, CAST({wall(value)} AS TIMESTAMP), TIMESTAMP '{origin}')"
    return again(start if side == "START" else f"({start} + {step})", value)


@function("LAST_DAY", arguments=(1, 2))
def last_day(call: Call) -> Value:
    """LAST_DAY(d) is 2024-01-31, LAST_DAY(d, 'year') is 2024-12-31."""
    unit = unit_of(call.word(1)) if len(call) == 2 else "MONTH"
    day = f"CAST({wall(moment(call.value(0)))} AS DATE)"
    if unit not in ("YEAR", "QUARTER", "MONTH", "WEEK"):
        raise Unsupported(f"LAST_DAY of a {unit}")
    step = STEPS[unit].format(n=1)
    return Value(f"CAST(date_trunc('{unit.lower()}', {day}) + {step} AS DATE) - 1", DATE)


WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


@function("NEXT_DAY", "PREVIOUS_DAY", arguments=(2, 2))
def next_day(call: Call) -> Value:
    """NEXT_DAY(d, 'fr') is 2024-01-12, PREVIOUS_DAY(d, 'fr') is 2024-01-05."""
    name = str(call.constant(1)).lower()[:2]
    if name not in WEEKDAYS:
        raise EngineError(
            f"SQL compilation error:\n'{call.constant(1)}' is not a weekday", code=1006
        )
    wanted = WEEKDAYS.index(name) + 1
    day = f"CAST({wall(moment(call.value(0)))} AS DATE)"
    if call.name == "NEXT_DAY":
        return Value(f"({day} + CAST((({wanted} - isodow({day}) + 6) % 7) + 1 AS INTEGER))", DATE)
    return Value(f"({day} - CAST(((isodow({day}) - {wanted} + 6) % 7) + 1 AS INTEGER))", DATE)


# -- parts -----------------------------------------------------------------------------------------

READ = {
    "YEAR": "year({x})",
    "QUARTER": "quarter({x})",
    "MONTH": "month({x})",
    "WEEK": "week({x})",
    "WEEKISO": "week({x})",
    "DAY": "day({x})",
    "DAYOFWEEK": "dayofweek({x})",
    "DAYOFWEEKISO": "isodow({x})",
    "DAYOFYEAR": "dayofyear({x})",
    "YEAROFWEEK": "isoyear({x})",
    "YEAROFWEEKISO": "isoyear({x})",
    "HOUR": "hour({x})",
    "MINUTE": "minute({x})",
    "SECOND": "(microsecond({x}) // 1000000)",
    "NANOSECOND": "((microsecond({x}) % 1000000) * 1000)",
    "MICROSECOND": "(microsecond({x}) % 1000000)",
    "MILLISECOND": "((microsecond({x}) % 1000000) // 1000)",
}
EPOCHS = {
    "EPOCH_SECOND": "sf_floor_div(epoch_us({x}), 1000000)",
    "EPOCH_MILLISECOND": "sf_floor_div(epoch_us({x}), 1000)",
    "EPOCH_MICROSECOND": "epoch_us({x})",
    "EPOCH_NANOSECOND": "(CAST(epoch_us({x}) AS HUGEINT) * 1000)",
}
DIGITS = {
    "YEAR": 4,
    "QUARTER": 1,
    "DAYOFWEEK": 1,
    "DAYOFWEEKISO": 1,
    "DAYOFYEAR": 3,
    "NANOSECOND": 9,
}


@function("DATE_PART", arguments=(2, 2))
def date_part(call: Call) -> Value:
    """DATE_PART(epoch_second, d) is 1704585600: a whole number."""
    return read(unit_of(call.word(0), PART_OF), moment(call.value(1)))


def read(part: str, value: Value) -> Value:
    if value.type.name == "DATE" and part in CLOCK:
        return Value("CAST(0 AS DECIMAL(2,0))", types.number(2))
    if value.type.name == "TIME" and part not in CLOCK:
        raise EngineError(f"SQL compilation error:\nA TIME has no {part}", code=1006)
    if part in EPOCHS:
        text = EPOCHS[part].format(x=instant(value))
        return Value(f"CAST({text} AS DECIMAL(38,0))", INTEGER)
    if part in ("TIMEZONE_HOUR", "TIMEZONE_MINUTE"):
        offset = f"({value.sql}).tz" if value.type.name == "TIMESTAMP_TZ" else "0"
        word = "//" if part == "TIMEZONE_HOUR" else "%"
        return Value(f"CAST(({offset} {word} 60) AS DECIMAL(2,0))", types.number(2))
    digits = DIGITS.get(part, 4 if part.startswith("YEAR") else 2)
    return Value(
        f"CAST({READ[part].format(x=wall(value))} AS DECIMAL({digits},0))", types.number(digits)
    )


for _name, _part in {
    "YEAR": "YEAR",
    "QUARTER": "QUARTER",
    "MONTH": "MONTH",
    "WEEK": "WEEK",
    "WEEKOFYEAR": "WEEK",
    "WEEKISO": "WEEKISO",
    "DAY": "DAY",
    "DAYOFMONTH": "DAY",
    "DAYOFWEEK": "DAYOFWEEK",
    "DAYOFWEEKISO": "DAYOFWEEKISO",
    "DAYOFYEAR": "DAYOFYEAR",
    "YEAROFWEEK": "YEAROFWEEK",
    "YEAROFWEEKISO": "YEAROFWEEKISO",
    "HOUR": "HOUR",
    "MINUTE": "MINUTE",
    "SECOND": "SECOND",
}.items():

    @function(_name, arguments=(1, 1))
    def part_function(call: Call, part: str = _part) -> Value:
        return read(part, moment(call.value(0)))


@function("MONTHNAME", arguments=(1, 2))
def monthname(call: Call) -> Value:
    """MONTHNAME(d) is 'Jan'."""
    return Value(f"strftime({wall(moment(call.value(0)))}, '%b')", TEXT)


@function("DAYNAME", arguments=(1, 2))
def dayname(call: Call) -> Value:
    """DAYNAME(d) is 'Sun'."""
    return Value(f"strftime({wall(moment(call.value(0)))}, '%a')", TEXT)


# -- from parts ------------------------------------------------------------------------------------


@function("DATE_FROM_PARTS", "DATEFROMPARTS", arguments=(3, 3))
def date_from_parts(call: Call) -> Value:
    """DATE_FROM_PARTS(2024, 1, 35) is 2024-02-04: parts may run over."""
    return Value(f"sf_date_from_parts({', '.join(map(call.integer, range(3)))})", DATE)


@function("TIME_FROM_PARTS", "TIMEFROMPARTS", arguments=(3, 4))
def time_from_parts(call: Call) -> Value:
    """TIME_FROM_PARTS(10, 11, 12) is 10:11:12."""
    micros = f"sf_micros({call.integer(3)})" if len(call) == 4 else "0"
    hours, minutes, seconds = (call.integer(index) for index in range(3))
    clock = f"sf_clock({hours}, {minutes}, {seconds}, {micros})"
    return Value(f"(TIME '00:00:00' + {clock})", TIME)


@function(
    "TIMESTAMP_NTZ_FROM_PARTS",
    "TIMESTAMPNTZFROMPARTS",
    "TIMESTAMP_FROM_PARTS",
    "TIMESTAMPFROMPARTS",
    "TIMESTAMP_LTZ_FROM_PARTS",
    "TIMESTAMPLTZFROMPARTS",
    "TIMESTAMP_TZ_FROM_PARTS",
    "TIMESTAMPTZFROMPARTS",
    arguments=(2, 8),
)
def timestamp_from_parts(call: Call) -> Value:
    """From a DATE and a TIME, or from year, month, day, hour, minute, second and nanosecond."""
    if len(call) == 2:
        value = Value(f"({call.cast(0, DATE)} + {call.cast(1, TIME)})", NTZ)
    elif len(call) in (6, 7):
        numbers = [call.integer(index) for index in range(6)]
        micros = f"sf_micros({call.integer(6)})" if len(call) == 7 else "0"
        value = Value(f"sf_timestamp_from_parts({', '.join(numbers)}, {micros})", NTZ)
    else:
        raise Unsupported(f"{call.name} with a time zone")
    kind = {"L": LTZ, "T": TZ}.get(call.name.removeprefix("TIMESTAMP").lstrip("_")[0], NTZ)
    return casts.cast(value, kind)


# -- time zones ------------------------------------------------------------------------------------


@function("CONVERT_TIMEZONE", arguments=(2, 3))
def convert_timezone(call: Call) -> Value:
    """With three arguments a TIMESTAMP_NTZ from one zone to another; with two a TIMESTAMP_TZ."""
    if len(call) == 3:
        value = casts.implicit(moment(call.value(2)), NTZ)
        source, target = zone(call, 0), zone(call, 1)
        return Value(
            f"CAST((({value.sql} AT TIME ZONE {source}) AT TIME ZONE {target}) AS TIMESTAMP)", NTZ
        )
    value = moment(call.once(1))
    utc, target = instant(value), zone(call, 0)
    local = f"(({utc} AT TIME ZONE 'UTC') AT TIME ZONE {target})"
    return Value(f"sf_tz({local}, date_diff('minute', {utc}, {local}))", TZ)


def zone(call: Call, index: int) -> str:
    """An IANA name. Other spellings DuckDB may read differently."""
    name = call.value(index).const
    if isinstance(name, str) and name != "UTC" and "/" not in name:
        raise Unsupported(f"the time zone {name!r}", "use an IANA name such as 'Europe/Berlin'")
    return call.text(index)


# -- to and from text ------------------------------------------------------------------------------

TO = {
    "TO_DATE": DATE,
    "DATE": DATE,
    "TO_TIME": TIME,
    "TIME": TIME,
    "TO_TIMESTAMP": NTZ,
    "TO_TIMESTAMP_NTZ": NTZ,
    "TO_DATETIME": NTZ,
    "TO_TIMESTAMP_LTZ": LTZ,
    "TO_TIMESTAMP_TZ": TZ,
    "TIMESTAMP": NTZ,
    "TIMESTAMP_NTZ": NTZ,
}


@function(*TO, *(f"TRY_{name}" for name in TO if name.startswith("TO_")), arguments=(1, 2))
def to_moment(call: Call) -> Value:
    """TO_DATE('01/02/2024', 'DD/MM/YYYY') is 2024-02-01, TRY_TO_DATE('x') is NULL."""
    try_ = call.name.startswith("TRY_")
    to = TO[call.name.removeprefix("TRY_")]
    value = call.value(0)
    if value.type.name == "NUMBER":
        return from_number(call, value, to)
    if len(call) == 2 and value.type.name == "VARCHAR" and call.word(1) != "AUTO":
        return parsed(value, str(call.constant(1)), to, try_=try_)
    if len(call) == 2 and value.type.name != "VARCHAR" and call.value(1).type.name != "VARCHAR":
        raise Unsupported(f"{call.name} of {value.type.name} with a scale")
    if try_ and value.type.name in ("VARCHAR", "NULL", "VARIANT"):
        return casts.try_cast(value, to)
    return casts.cast(value, to)


def from_number(call: Call, value: Value, to: Type) -> Value:
    """Seconds since 1970, or 10 to the power of minus the second argument of a second."""
    scale = call.constant(1) if len(call) == 2 else 0
    if to in (DATE, TIME):
        raise Unsupported(f"{call.name} of a number")
    if not isinstance(scale, int) or not 0 <= scale <= 9:
        raise Unsupported(f"{call.name} of a number with this scale")
    if scale > 6:
        micros = f"sf_micros(CAST({value.sql} AS BIGINT))" if scale == 9 else None
        if micros is None:
            raise Unsupported(f"{call.name} of a number with scale {scale}")
    else:
        micros = f"CAST({wide(value, 7)} * {10 ** (6 - scale)}. AS BIGINT)"
    return casts.cast(Value(f"make_timestamp({micros})", NTZ), to)


def parsed(value: Value, format_: str, to: Type, *, try_: bool) -> Value:
    """A text read by a format; a text that does not fit raises 100040 or 100035."""
    pattern, zoned = strptime_format(format_)
    if zoned:
        raise Unsupported(f"a format with a time zone ({format_})")
    text = f"sf_strptime({value.sql}, {literal(pattern)}, '{to.name.split('_')[0].title()}')"
    if try_:
        text = f"try_strptime({value.sql}, {literal(pattern)})"
    return casts.cast(Value(text, NTZ), to) if to != DATE else Value(f"CAST({text} AS DATE)", DATE)


# Snowflake's format elements (page *Date & time input and output formats*): read, written
ELEMENTS = {
    "YYYY": ("%Y", "%Y"),
    "YY": ("%y", "%y"),
    "MMMM": ("%B", "%B"),
    "MON": ("%b", "%b"),
    "MM": ("%m", "%m"),
    "DD": ("%d", "%d"),
    "DY": ("%a", "%a"),
    "HH24": ("%H", "%H"),
    "HH12": ("%I", "%I"),
    "AM": ("%p", "%p"),
    "PM": ("%p", "%p"),
    "MI": ("%M", "%M"),
    "SS": ("%S", "%S"),
    "FF9": ("%n", "%f000"),
    "FF6": ("%f", "%f"),
    "FF3": ("%g", "%g"),
    "FF0": ("", ""),
    **dict.fromkeys(("FF1", "FF2", "FF4", "FF5", "FF7", "FF8"), ("?", "?")),
    "FF": ("%f", "%f000"),
    "TZH:TZM": ("%z", "%z"),
    "TZHTZM": ("%z", "%z"),
    "TZH": ("%z", "%z"),
}
TOKEN = re.compile("|".join(sorted(ELEMENTS, key=len, reverse=True)) + r'|"[^"]*"|.', re.I | re.S)


def elements(format_: str) -> list[tuple[str | None, str]]:
    """A format in its parts: (element, its text) or (None, a literal).

    >>> elements("DD-MON")
    [('DD', 'DD'), (None, '-'), ('MON', 'MON')]
    """
    parts: list[tuple[str | None, str]] = []
    for match in TOKEN.finditer(format_):
        text = match.group()
        if ELEMENTS.get(text.upper()) == ("?", "?"):
            raise Unsupported(f"the format element {text.upper()}")
        if text.upper() in ELEMENTS:
            parts.append((text.upper(), text))
        elif text.startswith('"') and len(text) > 1:
            parts.append((None, text[1:-1]))
        elif text.isalpha() and text.upper() not in ("T", "Z"):
            raise Unsupported(f"the format {format_!r}")
        else:
            parts.append((None, text))
    return parts


def strptime_format(format_: str) -> tuple[str, bool]:
    """The format that DuckDB reads by, and whether it has a time zone."""
    parts = elements(format_)
    text = "".join(
        ELEMENTS[name][0] if name else literal_.replace("%", "%%") for name, literal_ in parts
    )
    return text, any(name and name.startswith("TZ") for name, _ in parts)


def strftime_format(format_: str) -> str:
    """The format that DuckDB writes by."""
    parts = elements(format_)
    if any(name and name.startswith("TZ") for name, _ in parts):
        raise Unsupported(f"a format with a time zone ({format_})")
    return "".join(
        ELEMENTS[name][1] if name else literal_.replace("%", "%%") for name, literal_ in parts
    )


@function("TO_CHAR", "TO_VARCHAR", arguments=(1, 2))
def to_char(call: Call) -> Value:
    """TO_CHAR(d, 'DD-MON-YYYY') is '07-Jan-2024'."""
    value = call.value(0)
    if len(call) == 1:
        return casts.cast(value, TEXT)
    if value.type.name == "BINARY":
        return from_binary(value, str(call.constant(1)).upper())
    if value.type.name in DATES:
        format_ = literal(strftime_format(str(call.constant(1))))
        if value.type.name == "TIME":
            return Value(f"strftime(DATE '1970-01-01' + {value.sql}, {format_})", TEXT)
        return Value(f"strftime({wall(value)}, {format_})", TEXT)
    if value.type.name in ("NUMBER", "FLOAT"):
        from runner.engines.duckdb.rules.formats import number_text  # noqa: PLC0415

        return number_text(value, str(call.constant(1)))
    raise Unsupported(f"{call.name} of {value.type.name} with a format")


def from_binary(value: Value, format_: str) -> Value:
    if format_ in ("UTF-8", "UTF8"):
        return Value(f"decode({value.sql})", TEXT)
    if format_ == "BASE64":
        return Value(f"base64({value.sql})", TEXT)
    if format_ == "HEX":
        return Value(f"hex({value.sql})", TEXT)
    raise Unsupported(f"TO_VARCHAR of BINARY with format {format_}")
