"""Parts of dates: DATE_PART, EXTRACT, YEAR, WEEK, DAYNAME, …

Weeks are counted as ISO does (WEEK_START and WEEK_OF_YEAR_POLICY are 0).
"""

from __future__ import annotations

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import Call, Value, function
from runner.engines.duckdb.rules.moments import CLOCK, PART_OF, instant, moment, unit_of, wall
from runner.engines.duckdb.types import INTEGER, TEXT
from runner.errors import EngineError, Unsupported

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
}
EPOCHS = {
    "EPOCH_SECOND": "sf_floor_div(epoch_us({x}), 1000000)",
    "EPOCH_MILLISECOND": "sf_floor_div(epoch_us({x}), 1000)",
    "EPOCH_MICROSECOND": "epoch_us({x})",
    "EPOCH_NANOSECOND": "(CAST(epoch_us({x}) AS HUGEINT) * 1000)",
}
FINE_EPOCHS = EPOCHS.keys() - {"EPOCH_SECOND"}
OFFSETS = {"TIMEZONE_HOUR": "({tz} // 60)", "TIMEZONE_MINUTE": "sf_offset_minute({tz})"}
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
    """One part of a date, time or timestamp.

    Page *DATE_PART*: a DATE has no epoch finer than seconds; there is no part MILLISECOND.
    """
    name = value.type.name
    if part in ("MILLISECOND", "MICROSECOND"):
        raise Unsupported(f"the part {part} of a {name}")
    if (name == "TIME" and part not in CLOCK) or (name == "DATE" and part in FINE_EPOCHS):
        raise EngineError(f"SQL compilation error:\nA {name} has no {part}", code=1006)
    if name == "DATE" and part in CLOCK:
        zero = f"CASE WHEN {value.sql} IS NOT NULL THEN 0 END"
        return Value(f"CAST({zero} AS DECIMAL(2,0))", types.number(2))
    if part in EPOCHS:
        text = EPOCHS[part].format(x=instant(value))
        return Value(f"CAST({text} AS DECIMAL(38,0))", INTEGER)
    if part in OFFSETS:
        if name != "TIMESTAMP_TZ":
            raise Unsupported(f"{part} of a {name}")
        text = OFFSETS[part].format(tz=f"({value.sql}).tz")
        return Value(f"CAST({text} AS DECIMAL(2,0))", types.number(2))
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
