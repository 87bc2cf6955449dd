"""ROUND, TRUNC, FLOOR and CEIL."""

from __future__ import annotations

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import Call, Value, arithmetic, function
from runner.engines.duckdb.rules.conversions import impossible
from runner.engines.duckdb.rules.moments import DATES
from runner.engines.duckdb.types import FLOAT, Type
from runner.errors import EngineError


@function("ROUND", arguments=(1, 3))
def round_(call: Call) -> Value:
    """ROUND(-2.5) is -3: half away from zero; ROUND(2.5, 0, 'HALF_TO_EVEN') is 2."""
    mode = call.constant(2) if len(call) == 3 else "HALF_AWAY_FROM_ZERO"
    if mode not in ROUNDING_MODES:
        raise EngineError(f"SQL compilation error:\nInvalid rounding mode '{mode}'", code=1007)
    if len(call) == 3 and arithmetic.numeric(call.value(0)).type == FLOAT:
        raise impossible(call.value(0), types.INTEGER)
    return rounded(call, ROUNDING_MODES[mode])


ROUNDING_MODES = {"HALF_AWAY_FROM_ZERO": "round", "HALF_TO_EVEN": "half_even"}


@function("TRUNC", "TRUNCATE", arguments=(1, 2))
def trunc(call: Call) -> Value:
    """TRUNC(12345.68, 1) is 12345.6; of a date it is DATE_TRUNC."""
    if call.value(0).type.name in DATES:
        return call.binder.call("DATE_TRUNC", [call.nodes[1], call.nodes[0]])
    return rounded(call, "trunc")


@function("FLOOR", arguments=(1, 2))
def floor(call: Call) -> Value:
    """FLOOR(-1.5) is -2, FLOOR(135.135, 1) is 135.1."""
    return rounded(call, "floor")


@function("CEIL", "CEILING", arguments=(1, 2))
def ceil(call: Call) -> Value:
    """CEIL(135.135, -2) is 200."""
    return rounded(call, "ceil")


def rounded(call: Call, how: str) -> Value:
    """ROUND, TRUNC, FLOOR, CEIL to a number of digits."""
    value = arithmetic.numeric(call.value(0))
    if len(call) > 1 and call.value(1).type.name == "NULL":
        return Value(f"CAST(NULL AS {value.type.duckdb})", value.type)
    if len(call) > 1 and not isinstance(call.value(1).const, int):
        return rounded_at(call, value, how)
    digits = max(-38, min(38, call.value(1).const)) if len(call) > 1 else 0
    if value.type == FLOAT:
        return Value(rounded_float(value.sql, digits, how), FLOAT, volatile=value.volatile)
    scale = max(0, min(digits, value.type.scale))
    type_ = types.number(max(value.type.precision, -digits) + 1, scale)
    if digits >= value.type.scale:
        return Value(value.sql, value.type, volatile=value.volatile)
    return Value(rounded_number(value, digits, how, type_), type_, volatile=value.volatile)


def rounded_at(call: Call, value: Value, how: str) -> Value:
    """Rounded to a number of digits that is no constant: the scale stays (page *ROUND*)."""
    digits = call.integer(1)
    if value.type == FLOAT:
        return Value(f"sf_{how}_float({value.sql}, {digits})", FLOAT)
    scale = value.type.scale
    type_ = types.number(value.type.precision + 1, scale)
    whole = arithmetic.whole(value, scale, "HUGEINT")
    unit = f"sf_power_of_ten({scale} - {digits})"
    text = f"CAST(sf_{how}_to({whole}, {unit}) AS DECIMAL(38,0)) * {arithmetic.unit(scale)}"
    return Value(f"CAST({text} AS {type_.duckdb})", type_)


def rounded_float(sql: str, digits: int, how: str) -> str:
    if digits == 0:
        return f"{how}({sql})"
    if how == "round":
        return f"round({sql}, {digits})"
    power = f"1e{abs(digits)}"
    if digits > 0:
        return f"({how}({sql} * {power}) / {power})"
    return f"({how}({sql} / {power}) * {power})"


def rounded_number(value: Value, digits: int, how: str, type_: Type) -> str:
    """Round by a cast, which rounds half away from zero; the others on whole multiples."""
    if how == "round" and digits >= 0:
        return f"CAST({value.sql} AS {type_.duckdb})"
    if how == "half_even":
        whole = arithmetic.whole(value, value.type.scale, "HUGEINT")
        unit = f"{10 ** (value.type.scale - digits)}::HUGEINT"
        text = f"CAST(sf_half_even_to({whole}, {unit}) AS DECIMAL(38,0))"
        return f"CAST({text} * {arithmetic.unit(value.type.scale)} AS {type_.duckdb})"
    if digits == 0:
        return f"CAST({how}({value.sql}) AS {type_.duckdb})"
    if digits > 0:
        factor = f"1{'0' * digits}."
        scaled = f"{how}({arithmetic.wide(value, digits + 1)} * {factor})"
        whole = f"CAST({scaled} AS DECIMAL(38,0))"
        return f"CAST({whole} * {arithmetic.unit(digits)} AS {type_.duckdb})"
    factor = f"1{'0' * -digits}"
    toward = {"round": "trunc"}.get(how, how)
    if how == "round" and value.type.scale:
        return f"CAST(round({value.sql}, {digits}) AS {type_.duckdb})"
    whole = (
        f"CAST({toward}({value.sql}) AS HUGEINT)"
        if value.type.scale
        else f"CAST({value.sql} AS HUGEINT)"
    )
    return f"CAST(sf_{how}_to({whole}, {factor}::HUGEINT) AS {type_.duckdb})"
