"""Numbers and booleans from text: TO_NUMBER, TO_DOUBLE, TO_BOOLEAN and their TRY_ forms."""

from __future__ import annotations

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import Call, Value, casts, function, numberformats
from runner.engines.duckdb.rules.conversions import impossible
from runner.engines.duckdb.types import FLOAT, Type
from runner.errors import Unsupported


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
