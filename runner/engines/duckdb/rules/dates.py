"""Adding to dates, counting between them, cutting them and making them from parts.

What comes out has the type of what went in. Weeks begin on Monday (WEEK_START is 0).
"""

from __future__ import annotations

import re

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.binder import Binder, expression
from runner.engines.duckdb.rules import Call, Value, casts, function
from runner.engines.duckdb.rules.arithmetic import whole_steps
from runner.engines.duckdb.rules.moments import (
    CALENDAR,
    CLOCK,
    STEPS,
    UNIT_OF,
    added,
    again,
    instant,
    moment,
    unit_of,
    wall,
)
from runner.engines.duckdb.rules.timezones import in_zone
from runner.engines.duckdb.types import DATE, INTEGER, LTZ, NTZ, TIME, TZ
from runner.errors import EngineError, Unsupported


@function("DATEADD", "TIMEADD", "TIMESTAMPADD", arguments=(3, 3))
def dateadd(call: Call) -> Value:
    """DATEADD(month, 1, '2024-01-31'::date) is the DATE 2024-02-29; hours make it a timestamp."""
    unit = unit_of(call.word(0))
    return added(moment(call.value(2)), unit, whole_steps(call.value(1)))


@function("ADD_MONTHS", arguments=(2, 2))
def add_months(call: Call) -> Value:
    """ADD_MONTHS('2024-02-29'::date, 1) is 2024-03-31: a last day stays the last."""
    value = moment(call.once(0))
    return again(
        f"sf_add_months({wall(value)}, CAST({whole_steps(call.value(1))} AS INTEGER))", value
    )


@expression(exp.Interval)
def bind_interval(_: Binder, node: exp.Interval) -> Value:
    """`interval '1 year, 3 days'`; `const` has the steps, which count in the order written."""
    if not isinstance(node.this, exp.Literal) or not node.this.is_string:
        raise Unsupported("an INTERVAL that is not a constant text")
    text = node.this.name
    if node.unit is not None:
        text = f"{text} {node.unit.name}"
    steps = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*([+-]?\d+)\s*([A-Za-z]*)\s*", part)
        if match is None:
            raise Unsupported(f"INTERVAL '{text}'")
        steps.append((unit_of((match.group(2) or "second").upper()), int(match.group(1))))
    together = " + ".join(STEPS[unit].format(n=count) for unit, count in steps)
    return Value(f"({together})", types.INTERVAL, tuple(steps))


@function("DATEDIFF", "TIMEDIFF", "TIMESTAMPDIFF", arguments=(3, 3))
def datediff(call: Call) -> Value:
    """DATEDIFF(month, '2024-01-31', '2024-02-01') is 1: borders are counted."""
    unit = unit_of(call.word(0))
    start, end = moment(call.value(1)), moment(call.value(2))
    if "TIME" in (start.type.name, end.type.name):
        if start.type.name != end.type.name or unit in CALENDAR:
            raise EngineError(
                f"SQL compilation error:\nInvalid argument types for function 'DATE_DIFF{unit}': "
                f"({start.type}, {end.type})",
                code=1044,
                sqlstate="42P13",
            )
        return counted(unit, start.sql, end.sql)
    if unit in CLOCK:
        return counted(unit, instant(start), instant(end))
    return counted(unit, civil(start), civil(end))


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
            raise EngineError(
                f"SQL compilation error:\n'{unit}' is not a valid component of a TIME", code=1006
            )
        day = f"(DATE '2000-01-01' + {value.sql})"
        return Value(f"CAST(date_trunc('{unit.lower()}', {day}) AS TIME)", TIME)
    return again(f"date_trunc('{unit.lower()}', {wall(value)})", value)


def is_unit(call: Call, index: int) -> bool:
    node = call.nodes[index]
    if isinstance(node, exp.Column) and not node.args.get("table"):
        return node.name.upper() in UNIT_OF
    return isinstance(node, exp.Literal) and node.is_string and node.name.upper() in UNIT_OF


SLICES = {"DATE": CALENDAR, "TIMESTAMP_NTZ": CALENDAR | {"HOUR", "MINUTE", "SECOND"}}


@function("TIME_SLICE", arguments=(3, 4))
def time_slice(call: Call) -> Value:
    """TIME_SLICE(ts, 15, 'MINUTE'): the start (or END) of the slice, counted from 1970.

    Page *TIME_SLICE*: slices of weeks are counted from the Monday of that week.
    """
    unit, size = unit_of(call.word(2)), call.constant(1)
    side = call.word(3) if len(call) == 4 else "START"
    value = moment(call.once(0))
    known = SLICES.get(value.type.name)
    if known is None:
        raise Unsupported(f"TIME_SLICE of a {value.type.name}")
    if unit not in known or side not in ("START", "END") or not (type(size) is int and size > 0):
        raise EngineError(
            f"SQL compilation error:\nInvalid argument for TIME_SLICE of a {value.type.name}: "
            f"{size} {unit} {side}",
            code=1044,
        )
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
        raise EngineError(
            f"SQL compilation error:\n'{unit}' is not a valid part for LAST_DAY", code=1006
        )
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
    """From a DATE and a TIME, or from year, month, day, hour, minute, second, nanosecond, zone."""
    kind = {"L": LTZ, "T": TZ}.get(call.name.removeprefix("TIMESTAMP").lstrip("_")[0], NTZ)
    if len(call) == 2 and kind == NTZ:
        return Value(f"({call.cast(0, DATE)} + {call.cast(1, TIME)})", NTZ)
    if len(call) not in (6, 7) and not (len(call) == 8 and kind == TZ):
        raise Unsupported(f"{call.name} with {len(call)} arguments")
    numbers = [call.integer(index) for index in range(6)]
    micros = f"sf_micros({call.integer(6)})" if len(call) > 6 else "0"
    value = Value(f"sf_timestamp_from_parts({', '.join(numbers)}, {micros})", NTZ)
    return in_zone(call, 7, value) if len(call) == 8 else casts.cast(value, kind)
