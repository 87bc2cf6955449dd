"""Time zones: CONVERT_TIMEZONE, and wall times of a zone."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from runner.engines.duckdb.rules import Call, Value, casts, function
from runner.engines.duckdb.rules.conversions import impossible
from runner.engines.duckdb.rules.moments import instant, moment
from runner.engines.duckdb.types import NTZ, TZ
from runner.errors import EngineError, Unsupported


@function("CONVERT_TIMEZONE", arguments=(2, 3))
def convert_timezone(call: Call) -> Value:
    """With three arguments a TIMESTAMP_NTZ from one zone to another; with two a TIMESTAMP_TZ.

    A text as the second of two arguments is read with its offset.
    """
    if len(call) == 3:
        value = moment(call.value(2))
        if value.type.name == "TIMESTAMP_TZ":
            raise impossible(value, NTZ)
        value = casts.implicit(value, NTZ)
        return Value(f"sf_between_zones({value.sql}, {zone(call, 0)}, {zone(call, 1)})", NTZ)
    value = call.once(1)
    value = casts.implicit(value, TZ) if value.type.name == "VARCHAR" else moment(value)
    if value.type.name == "TIME":
        raise impossible(value, TZ)
    return Value(f"sf_at_zone({instant(value)}, {zone(call, 0)})", TZ)


def in_zone(call: Call, index: int, wall: Value) -> Value:
    """The TIMESTAMP_TZ that shows this TIMESTAMP_NTZ in the zone that an argument names."""
    name = zone(call, index)
    return Value(f"sf_at_zone(sf_between_zones({wall.sql}, {name}, 'UTC'), {name})", TZ)


def zone(call: Call, index: int) -> str:
    """An IANA name, in the case in which IANA writes it. DuckDB knows others, which it must not."""
    value = call.value(index)
    if value.type.name == "NULL":
        return "CAST(NULL AS VARCHAR)"
    if not isinstance(value.const, str):
        return f"sf_zone({call.text(index)})"
    if value.const not in zones():
        raise EngineError(f"Unknown timezone: '{value.const}'", code=100091, sqlstate="22007")
    if value.const != "UTC" and "/" not in value.const:
        raise Unsupported(
            f"the time zone {value.const!r}", "use an IANA name such as 'Europe/Berlin'"
        )
    return call.text(index)


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())
