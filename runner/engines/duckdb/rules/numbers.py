"""Numeric functions."""

from __future__ import annotations

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import (
    Call,
    Value,
    arithmetic,
    casts,
    function,
    numberformats,
    template,
)
from runner.engines.duckdb.rules.comparisons import compare
from runner.engines.duckdb.rules.conversions import impossible
from runner.engines.duckdb.rules.moments import DATES
from runner.engines.duckdb.rules.operators import choose
from runner.engines.duckdb.types import FLOAT, INTEGER, TEXT, Type
from runner.errors import EngineError, Unsupported

ZERO = Value("0.", types.number(1), 0)

for _name, _sql in {
    "LN": "sf_ln({0})",
    "EXP": "sf_real(exp({0}))",
    "SQRT": "sf_sqrt({0})",
    "CBRT": "sf_cbrt({0})",
    "SIN": "sin({0})",
    "COS": "cos({0})",
    "TAN": "tan({0})",
    "COT": "sf_real(cot({0}))",
    "ASIN": "sf_asin({0})",
    "ACOS": "sf_acos({0})",
    "ATAN": "atan({0})",
    "SINH": "sf_real(sinh({0}))",
    "COSH": "sf_real(cosh({0}))",
    "TANH": "tanh({0})",
    "ASINH": "asinh({0})",
    "ACOSH": "sf_real(acosh({0}))",
    "ATANH": "sf_real(atanh({0}))",
    "DEGREES": "degrees({0})",
    "RADIANS": "radians({0})",
    "SQUARE": "sf_real((({0}) * ({0})))",
}.items():
    template(_name, _sql, (FLOAT,), FLOAT)

template("PI", "pi()", (), FLOAT)
template("POWER", "sf_real(power({0}, {1}))", (FLOAT, FLOAT), FLOAT)
template("POW", "sf_real(power({0}, {1}))", (FLOAT, FLOAT), FLOAT)
template("ATAN2", "atan2({0}, {1})", (FLOAT, FLOAT), FLOAT)
template("HAVERSINE", "sf_haversine({0}, {1}, {2}, {3})", (FLOAT,) * 4, FLOAT)
template("FACTORIAL", "CAST(factorial(CAST({0} AS INTEGER)) AS DECIMAL(38,0))", (INTEGER,), INTEGER)


@function("LOG", arguments=(2, 2))
def logarithm(call: Call) -> Value:
    """LOG(2, 8) is 3: the base comes first."""
    return Value(f"sf_log({call.floating(0)}, {call.floating(1)})", FLOAT)


@function("ABS", arguments=(1, 1))
def absolute(call: Call) -> Value:
    """ABS(-5.5) is 5.5."""
    value = arithmetic.numeric(call.value(0))
    return Value(f"abs({value.sql})", value.type, volatile=value.volatile)


@function("SIGN", arguments=(1, 1))
def sign(call: Call) -> Value:
    """SIGN(-3) is -1."""
    value = arithmetic.numeric(call.value(0))
    if value.type == FLOAT:
        return Value(f"CAST(sign({value.sql}) AS DOUBLE)", FLOAT)
    return Value(f"CAST(sign({value.sql}) AS DECIMAL(1,0))", types.number(1))


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


@function("MOD", arguments=(2, 2))
def mod(call: Call) -> Value:
    """MOD(-5, 3) is -2: the sign of the dividend."""
    return arithmetic.modulo(call.value(0), call.value(1))


@function("DIV0", "DIV0NULL", arguments=(2, 2))
def div0(call: Call) -> Value:
    """DIV0(1, 0) is 0; DIV0NULL(1, NULL) too. The scale is that of a division."""
    left, right = arithmetic.pair(call.once(0), call.once(1))
    zero = compare(right, "=", ZERO).sql
    if call.name == "DIV0NULL":
        zero = f"({zero} OR {right.sql} IS NULL)"
    else:
        zero = f"({zero} AND {left.sql} IS NOT NULL)"
    nonzero = Value(f"nullif({right.sql}, 0)", right.type)
    return choose(call.binder, [zero], [ZERO, arithmetic.divide(left, nonzero)])


BITS = {
    "BITAND": "({0} & {1})",
    "BITOR": "({0} | {1})",
    "BITXOR": "xor({0}, {1})",
    "BITSHIFTLEFT": "sf_shift_left({0}, {1})",
    "BITSHIFTRIGHT": "sf_shift_right({0}, {1})",
    "BITNOT": "(~{0})",
}


@function(*BITS, *(name.replace("BIT", "BIT_", 1) for name in BITS), arguments=(1, 2))
def bits(call: Call) -> Value:
    """BITAND(6, 3) is 2: on whole numbers of 128 bits."""
    name = call.name.replace("_", "")
    if len(call) != 1 + (name != "BITNOT"):
        raise Unsupported(f"{call.name} with {len(call)} arguments")
    if any(value.type.name == "BINARY" for value in call.values()):
        raise Unsupported(f"{call.name} of BINARY")
    operands = [f"CAST({call.cast(index, INTEGER)} AS HUGEINT)" for index in range(len(call))]
    return Value(f"CAST({BITS[name].format(*operands)} AS DECIMAL(38,0))", INTEGER)


@function("WIDTH_BUCKET", arguments=(4, 4))
def width_bucket(call: Call) -> Value:
    """WIDTH_BUCKET(5, 0, 10, 5) is 3: 0 below, the count plus one above."""
    number, low, high = (call.floating(index) for index in range(3))
    return Value(
        f"CAST(sf_width_bucket({number}, {low}, {high}, {call.integer(3)}) AS DECIMAL(38,0))",
        INTEGER,
    )


def number_type(call: Call) -> Type:
    """The NUMBER(p, s) that TO_NUMBER's arguments name; without them NUMBER(38,0)."""
    numbers = [call.constant(index) for index in range(1, len(call))]
    numbers = [one for one in numbers if not isinstance(one, str)]
    precision, scale = ([*numbers, 38][0], [*numbers, 0, 0][1])
    return types.number(precision, scale)


@function("TO_NUMBER", "TO_DECIMAL", "TO_NUMERIC", arguments=(1, 4))
def to_number(call: Call) -> Value:
    """TO_NUMBER('12.6') is 13; TO_NUMBER('12.6', 10, 1) is 12.6."""
    value = formatted(call)
    type_ = number_type(call)
    if value.type.name in ("DATE", *types.TIMES):
        raise impossible(value, type_)
    return casts.cast(value, type_)


@function("TRY_TO_NUMBER", "TRY_TO_DECIMAL", "TRY_TO_NUMERIC", arguments=(1, 4))
def try_to_number(call: Call) -> Value:
    """TRY_TO_NUMBER('x') is NULL."""
    return casts.try_cast(formatted(call), number_type(call))


def formatted(call: Call) -> Value:
    """The text to read, as plain digits when a format is given."""
    value = call.value(0)
    format_ = call.value(1).const if len(call) > 1 else None
    try_ = call.name.startswith("TRY")
    if not isinstance(format_, str):
        if try_ and value.type.name == "VARIANT":
            raise Unsupported(f"{call.name} of a VARIANT", "cast it to VARCHAR")
        return value
    if value.type.name != "VARCHAR":
        raise Unsupported(f"{call.name} of a {value.type.name} with a format")
    return numberformats.read(value.sql, format_, try_=try_)


@function("TO_DOUBLE", arguments=(1, 2))
def to_double(call: Call) -> Value:
    """TO_DOUBLE('1.5') is 1.5."""
    return casts.cast(call.value(0), without_format(call, FLOAT))


@function("TRY_TO_DOUBLE", arguments=(1, 2))
def try_to_double(call: Call) -> Value:
    """TRY_TO_DOUBLE('x') is NULL."""
    return casts.try_cast(call.value(0), without_format(call, FLOAT))


def without_format(call: Call, type_: Type) -> Type:
    if len(call) > 1:
        raise Unsupported(f"{call.name} with a format")
    return type_


@function("TO_BOOLEAN", arguments=(1, 1))
def to_boolean(call: Call) -> Value:
    """TO_BOOLEAN('yes') is true."""
    return casts.cast(call.value(0), types.BOOLEAN)


@function("TRY_TO_BOOLEAN", arguments=(1, 1))
def try_to_boolean(call: Call) -> Value:
    """TRY_TO_BOOLEAN('zz') is NULL."""
    if call.value(0).type.name in ("NUMBER", "FLOAT"):
        return casts.cast(call.value(0), types.BOOLEAN)
    return casts.try_cast(call.value(0), types.BOOLEAN)


@function("RANDOM", arguments=(0, 1))
def random(call: Call) -> Value:
    """A random 64-bit integer; with a seed the numbers would be others."""
    if len(call):
        raise Unsupported("RANDOM with a seed")
    return Value(
        "CAST((random() - 0.5::DOUBLE) * 18446744073709549568.0::DOUBLE AS DECIMAL(38,0))",
        INTEGER,
        volatile=True,
    )


@function("UNIFORM", arguments=(3, 3))
def uniform(call: Call) -> Value:
    """A random number between two constants, both included; the generator must be RANDOM()."""
    low, high = call.value(0), call.value(1)
    if not call.value(2).volatile:
        raise Unsupported("UNIFORM of a generator other than RANDOM()")
    if low.type.name == high.type.name == "NUMBER" and not low.type.scale and not high.type.scale:
        spread = f"(CAST({high.sql} AS DOUBLE) - CAST({low.sql} AS DOUBLE) + 1)"
        text = f"CAST(floor(random() * {spread}) AS DECIMAL(38,0)) + {low.sql}"
        return Value(f"CAST({text} AS DECIMAL(38,0))", INTEGER, volatile=True)
    start, end = call.floating(0), call.floating(1)
    return Value(f"({start} + random() * ({end} - {start}))", FLOAT, volatile=True)


@function("HEX_ENCODE", arguments=(1, 2))
def hex_encode(call: Call) -> Value:
    """HEX_ENCODE(TO_BINARY('ff')) is 'FF'; the second argument 0 gives lower case."""
    value = call.value(0)
    text = f"hex({value.sql if value.type.name == 'BINARY' else call.text(0)})"
    lower = len(call) == 2 and call.constant(1) == 0
    return Value(f"lower({text})" if lower else text, TEXT)
