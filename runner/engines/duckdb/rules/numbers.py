"""Numeric functions."""

from __future__ import annotations

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import (
    Call,
    Value,
    arithmetic,
    function,
    template,
)
from runner.engines.duckdb.rules.comparisons import compare
from runner.engines.duckdb.rules.operators import choose
from runner.engines.duckdb.types import FLOAT, INTEGER
from runner.errors import Unsupported

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


@function(*BITS, *(name.replace("BIT", "BIT_", 1) for name in BITS), arguments=(1, 3))
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
