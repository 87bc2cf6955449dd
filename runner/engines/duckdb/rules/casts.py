"""From one type to another: CAST and `::`, TRY_CAST, and the casts Snowflake makes by itself.

The rules are those of the pages *Data type conversion* and *Numeric data types*: NUMBER rounds half
away from zero, text that is not a number raises 100038, `::varchar(3)` cuts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.rules.conversions import CASTS, digits, impossible
from runner.engines.duckdb.types import Type
from runner.errors import EngineError

# Snowflake reads a text in arithmetic as this type
TEXT_NUMBER = types.number(18, 5)


def cast(value: Value, to: Type) -> Value:
    """An explicit cast."""
    if value.type.name == "NULL":
        return Value(f"CAST(NULL AS {to.duckdb})", to)
    if value.type == to:
        return value
    if isinstance(value.const, str) and to.name in FOLDED:
        folded = FOLDED[to.name](value.const, to)
        if folded is not None:
            return folded
    return Value(CASTS[to.name](value, to), to, volatile=value.volatile)


def number_constant(text: str, to: Type) -> Value | None:
    """A literal text as a NUMBER, when it is one that fits without rounding."""
    if not re.fullmatch(r"[+-]?\d{1,30}(\.\d{1,7})?", text):
        return None
    exact = Decimal(text)
    scale = len(text.partition(".")[2])
    if scale > to.scale or exact.adjusted() >= to.leading:
        return None
    return Value(f"CAST('{text}' AS {to.duckdb})", to)


def date_constant(text: str, to: Type) -> Value | None:
    """A literal text as a DATE, when it is written as ISO does."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        date.fromisoformat(text)
    except ValueError:
        return None
    return Value(f"DATE '{text}'", to)


def timestamp_constant(text: str, to: Type) -> Value | None:
    """A literal text as a TIMESTAMP_NTZ, when it is written as ISO does, without an offset."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d(\.\d{1,6})?)?", text):
        return None
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return Value(digits(Value(f"TIMESTAMP '{text}'", types.NTZ), to), to)


FOLDED: dict[str, Callable[[str, Type], Value | None]] = {
    "NUMBER": number_constant,
    "DATE": date_constant,
    "TIMESTAMP_NTZ": timestamp_constant,
}


def implicit(value: Value, to: Type) -> Value:
    """A cast that Snowflake makes by itself; lengths are left as they are.

    Page *Data type conversion*: an ARRAY or OBJECT becomes text only where one says so.
    """
    if value.type.name == to.name and to.name != "NUMBER":
        return value
    if to.name == "VARCHAR" and value.type.name in ("ARRAY", "OBJECT"):
        raise impossible(value, to)
    return cast(value, to)


def try_cast(value: Value, to: Type) -> Value:
    """TRY_CAST and the TRY_ functions: NULL where the cast fails. They take text alone (page
    *TRY_CAST*)."""
    if value.type.name == "NULL":
        return Value(f"CAST(NULL AS {to.duckdb})", to)
    if value.type.name != "VARCHAR" or to.name not in TRIES.keys() | {"VARCHAR"}:
        raise EngineError(
            f"SQL compilation error:\nFunction TRY_CAST cannot be used with arguments of types "
            f"{value.type} and {to}",
            code=2016,
            sqlstate="22023",
        )
    if to.name == "VARCHAR":
        return try_text(value, to)
    text = TRIES[to.name].format(x=value.sql, type=to.duckdb)
    return Value(digits(Value(text, Type(to.name)), to), to)


def try_text(value: Value, to: Type) -> Value:
    """TRY_CAST to VARCHAR(n) gives NULL for a longer text, other than CAST, which cuts it."""
    if to.length is None:
        return value
    return Value(f"CASE WHEN length({value.sql}) <= {to.length} THEN {value.sql} END", to)


TRIES = {
    "NUMBER": "TRY_CAST(sf_try_number({x}) AS {type})",
    "FLOAT": "TRY_CAST(sf_try_float({x}) AS DOUBLE)",
    "BOOLEAN": "sf_try_boolean({x})",
    "DATE": "sf_try_date({x})",
    "TIME": "sf_try_time({x})",
    "TIMESTAMP_NTZ": "sf_try_timestamp({x})",
    "TIMESTAMP_LTZ": "sf_try_timestamp_ltz({x})",
    "TIMESTAMP_TZ": "sf_try_timestamp_tz({x})",
}
