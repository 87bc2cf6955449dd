"""Dates and times from text and numbers and as text: TO_DATE, TO_TIMESTAMP, TO_CHAR, …"""

from __future__ import annotations

from runner.engines.duckdb.rules import Call, Value, casts, dateformats, function, numberformats
from runner.engines.duckdb.rules.conversions import epoch, impossible
from runner.engines.duckdb.rules.moments import DATES
from runner.engines.duckdb.types import DATE, LTZ, NTZ, TEXT, TIME, TZ, Type
from runner.errors import EngineError, Unsupported

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
    """TO_DATE('01/02/2024', 'DD/MM/YYYY'), TO_TIMESTAMP(1704067200), TRY_TO_DATE('x'), …"""
    try_ = call.name.startswith("TRY_")
    to = TO[call.name.removeprefix("TRY_")]
    value = call.value(0)
    if value.type.name == "NULL":
        return casts.cast(value, to)
    if try_ and value.type.name != "VARCHAR":
        raise Unsupported(f"{call.name} of a {value.type.name}")
    if value.type.name == "NUMBER":
        return from_number(call, value, to)
    if len(call) == 2:
        if value.type.name != "VARCHAR":
            raise Unsupported(f"{call.name} of a {value.type.name} with a second argument")
        format_ = call.constant(1)
        if not isinstance(format_, str):
            raise Unsupported(f"{call.name} of a text with a scale")
        if format_.upper() != "AUTO":
            return by_format(value, format_, to, try_=try_)
    return casts.try_cast(value, to) if try_ else casts.cast(value, to)


def from_number(call: Call, value: Value, to: Type) -> Value:
    """Seconds since 1970, or 10 to the power of minus the second argument of a second."""
    if to in (DATE, TIME):
        raise impossible(value, to)
    scale = call.constant(1) if len(call) == 2 else 0
    if type(scale) is not int or not 0 <= scale <= 9:
        raise EngineError(
            f"SQL compilation error:\nInvalid scale {scale} for {call.name}", code=1007
        )
    return casts.cast(Value(epoch(value, scale), NTZ), to)


def by_format(value: Value, format_: str, to: Type, *, try_: bool) -> Value:
    """A text read by a format."""
    kind = to.name.partition("_")[0].lower()
    wall, minutes = dateformats.read(value.sql, format_, kind, try_=try_)
    if to == TZ:
        return Value(f"sf_tz({wall}, {minutes})", TZ)
    if to == LTZ:
        return Value(f"CAST({wall} - to_minutes({minutes}) AS TIMESTAMPTZ)", LTZ)
    return Value(f"CAST({wall} AS {to.duckdb})", to)


@function("TO_CHAR", "TO_VARCHAR", arguments=(1, 2))
def to_char(call: Call) -> Value:
    """TO_CHAR(d, 'DD-MON-YYYY'); without a format what `::varchar` gives."""
    value = call.value(0)
    if len(call) == 1 or value.type.name == "NULL":
        return casts.cast(value, TEXT)
    format_ = call.constant(1)
    if not isinstance(format_, str):
        raise Unsupported(f"{call.name} with a format that is not a text")
    if value.type.name == "BINARY":
        return from_binary(value, format_.upper())
    if value.type.name in DATES:
        return Value(dateformats.written(value, format_), TEXT)
    if value.type.name in ("NUMBER", "FLOAT"):
        return numberformats.written(value, format_)
    raise Unsupported(f"{call.name} of a {value.type.name} with a format")


def from_binary(value: Value, format_: str) -> Value:
    """TO_VARCHAR(x'6162', 'UTF-8') is 'ab'."""
    if format_ in ("UTF-8", "UTF8"):
        return Value(f"decode({value.sql})", TEXT)
    if format_ == "BASE64":
        return Value(f"base64({value.sql})", TEXT)
    if format_ == "HEX":
        return Value(f"hex({value.sql})", TEXT)
    raise Unsupported(f"TO_VARCHAR of BINARY with format {format_}")
