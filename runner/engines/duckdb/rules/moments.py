"""What all date rules share: the units, the wall time of a value, and a step of a unit.

Sessions are in UTC. A TIMESTAMP_TZ is worked on in its own offset.
"""

from __future__ import annotations

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import Value, casts
from runner.engines.duckdb.types import LTZ, NTZ, TIMESTAMPS, TZ, Type
from runner.errors import EngineError

DATES = TIMESTAMPS | {"DATE", "TIME"}

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
    return value if value.type.name in DATES else casts.implicit(value, NTZ)


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


def instant(value: Value) -> str:
    """The moment in UTC as TIMESTAMP."""
    if value.type.name == "TIMESTAMP_TZ":
        return f"({value.sql}).utc"
    return f"CAST({value.sql} AS TIMESTAMP)"


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


def added(value: Value, unit: str, count: str) -> Value:
    """The value moved by `count` units. A DATE moved by hours becomes a TIMESTAMP_NTZ."""
    if value.type.name == "TIME" and unit in CALENDAR:
        raise EngineError(f"SQL compilation error:\n{unit} cannot be added to a TIME", code=1044)
    step = STEPS[unit].format(n=count)
    if value.type.name == "DATE" and unit in CLOCK:
        return Value(f"({value.sql} + {step})", NTZ)
    if value.type.name == "TIME":
        return Value(f"({value.sql} + {step})", types.TIME)
    return again(f"({wall(value)} + {step})", value)
