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
from runner.engines.duckdb.names import literal
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.types import SEMI_STRUCTURED, Type
from runner.errors import EngineError, Unsupported

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
    """A cast that Snowflake makes by itself; lengths are left as they are."""
    if value.type.name == to.name and to.name != "NUMBER":
        return value
    return cast(value, to)


def try_cast(value: Value, to: Type) -> Value:
    """TRY_CAST and the TRY_ functions: NULL where the cast fails. Takes text (and VARIANT)."""
    source = value.type.name
    if source == "NULL":
        return Value(f"CAST(NULL AS {to.duckdb})", to)
    if source in SEMI_STRUCTURED:
        value = Value(f"sf_text({value.sql})", types.TEXT)
    elif source == "NUMBER" and to.name == "NUMBER":
        return Value(f"TRY_CAST({value.sql} AS {to.duckdb})", to)
    elif source != "VARCHAR":
        if to.name in ("VARCHAR", source):
            return cast(value, to)
        raise EngineError(
            f"SQL compilation error:\nFunction TRY_CAST cannot be used with arguments of types "
            f"{value.type} and {to}",
            code=2016,
            sqlstate="22023",
        )
    if to.name == "VARCHAR":
        return try_text(value, to)
    return Value(TRIES[to.name].format(x=value.sql, type=to.duckdb), to)


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
    "BINARY": "sf_try_binary({x})",
}


def to_number(value: Value, to: Type) -> str:
    source = value.type.name
    if source in {"NUMBER", "FLOAT"}:
        return f"CAST({value.sql} AS {to.duckdb})"
    if source == "VARCHAR":
        return f"CAST(sf_number({value.sql}) AS {to.duckdb})"
    if source == "BOOLEAN":
        return f"CAST(CAST({value.sql} AS INTEGER) AS {to.duckdb})"
    if source == "VARIANT":
        return f"CAST(sf_variant_number({value.sql}) AS {to.duckdb})"
    raise impossible(value, to)


def to_float(value: Value, to: Type) -> str:
    source = value.type.name
    if source == "NUMBER":
        return f"CAST({value.sql} AS DOUBLE)"
    if source == "VARCHAR":
        return f"CAST(sf_float({value.sql}) AS DOUBLE)"
    if source == "VARIANT":
        return f"CAST(sf_variant_float({value.sql}) AS DOUBLE)"
    raise impossible(value, to)


TEXTS = {
    "VARCHAR": "{x}",
    "NUMBER": "CAST({x} AS VARCHAR)",
    "FLOAT": "sf_float_text({x})",
    "BOOLEAN": "CAST({x} AS VARCHAR)",
    "DATE": "CAST({x} AS VARCHAR)",
    "TIME": "left(CAST({x} AS VARCHAR), 8)",
    "TIMESTAMP_NTZ": "strftime({x}, '%Y-%m-%d %H:%M:%S.%g')",
    "TIMESTAMP_LTZ": "strftime({x}, '%Y-%m-%d %H:%M:%S.%g +0000')",
    "TIMESTAMP_TZ": "sf_tz_text({x})",
    "BINARY": "hex({x})",
    "VARIANT": "sf_text({x})",
    "OBJECT": "sf_text({x})",
    "ARRAY": "sf_text({x})",
}


def to_text(value: Value, to: Type) -> str:
    if value.type.name not in TEXTS:
        raise impossible(value, to)
    text = TEXTS[value.type.name].format(x=value.sql)
    if to.length is None or (value.type.length and value.type.length <= to.length):
        return text
    if value.type.name == "VARCHAR":
        return f"left({text}, {to.length})"
    return f"sf_fitting({text}, {to.length})"


def to_boolean(value: Value, to: Type) -> str:
    source = value.type.name
    if source == "VARCHAR":
        return f"sf_boolean({value.sql})"
    if source in ("NUMBER", "FLOAT"):
        return f"({value.sql} <> 0)"
    if source == "VARIANT":
        return f"sf_variant_boolean({value.sql})"
    raise impossible(value, to)


def to_date(value: Value, to: Type) -> str:
    source = value.type.name
    if source == "VARCHAR":
        return f"sf_date({value.sql})"
    if source in ("TIMESTAMP_NTZ", "TIMESTAMP_LTZ"):
        return f"CAST({value.sql} AS DATE)"
    if source == "TIMESTAMP_TZ":
        return f"CAST(sf_wall({value.sql}) AS DATE)"
    if source == "VARIANT":
        return f"sf_date(sf_moment_text({value.sql}))"
    raise impossible(value, to)


def to_time(value: Value, to: Type) -> str:
    source = value.type.name
    if source == "VARCHAR":
        return f"sf_time({value.sql})"
    if source in ("TIMESTAMP_NTZ", "TIMESTAMP_LTZ"):
        return f"CAST(CAST({value.sql} AS TIMESTAMP) AS TIME)"
    if source == "TIMESTAMP_TZ":
        return f"CAST(sf_wall({value.sql}) AS TIME)"
    if source == "VARIANT":
        return f"sf_time(sf_moment_text({value.sql}))"
    raise impossible(value, to)


def epoch(value: Value, scale: int) -> str:
    """A NUMBER of seconds since 1970, or of their 10 to the power of `-scale`, as TIMESTAMP."""
    if scale == 9 and value.type.scale == 0:
        return f"make_timestamp(sf_micros(CAST({value.sql} AS BIGINT)))"
    if scale + value.type.scale > 6:
        raise Unsupported(f"a timestamp from a {value.type} of scale {scale}")
    exact = f"CAST({value.sql} AS DECIMAL(38,{value.type.scale}))"
    return f"make_timestamp(CAST({exact} * {10 ** (6 - scale)}. AS BIGINT))"


NTZ_FROM = {
    "VARCHAR": "sf_timestamp({x})",
    "DATE": "CAST({x} AS TIMESTAMP)",
    "TIMESTAMP_LTZ": "CAST({x} AS TIMESTAMP)",
    "TIMESTAMP_TZ": "sf_wall({x})",
    "VARIANT": "sf_timestamp(sf_moment_text({x}))",
}
LTZ_FROM = {
    "VARCHAR": "sf_timestamp_ltz({x})",
    "DATE": "CAST({x} AS TIMESTAMPTZ)",
    "TIMESTAMP_NTZ": "CAST({x} AS TIMESTAMPTZ)",
    "TIMESTAMP_TZ": "CAST(({x}).utc AS TIMESTAMPTZ)",
    "VARIANT": "sf_timestamp_ltz(sf_moment_text({x}))",
}
TZ_FROM = {
    "VARCHAR": "sf_timestamp_tz({x})",
    "DATE": "sf_tz(CAST({x} AS TIMESTAMP), 0)",
    "TIMESTAMP_NTZ": "sf_tz({x}, 0)",
    "TIMESTAMP_LTZ": "sf_tz(CAST({x} AS TIMESTAMP), 0)",
    "VARIANT": "sf_timestamp_tz(sf_moment_text({x}))",
}


def by_table(table: dict[str, str]) -> Callable[[Value, Type], str]:
    def convert(value: Value, to: Type) -> str:
        if value.type.name == "NUMBER":
            value = Value(epoch(value, 0), types.NTZ)
        if value.type.name == to.name:
            return digits(value, to)
        if value.type.name not in table:
            raise impossible(value, to)
        text = table[value.type.name].format(x=value.sql)
        return digits(Value(text, types.Type(to.name)), to)

    return convert


def digits(value: Value, to: Type) -> str:
    """Fewer fractional digits of seconds: cut, as Snowflake does."""
    if to.digits >= value.type.digits or to.digits >= 6:
        return value.sql
    if to.name == "TIMESTAMP_TZ":
        raise Unsupported(f"a cast to {to}")
    unit = {0: "second", 3: "millisecond"}.get(to.digits)
    if unit is None or to.name == "TIME":
        raise Unsupported(f"a cast to {to}")
    return f"date_trunc('{unit}', {value.sql})"


VARIANT_FROM = {
    "NUMBER": "sf_variant_of_number({x})",
    "FLOAT": "sf_variant_of_float({x})",
    "VARCHAR": "to_json({x})",
    "BOOLEAN": "to_json({x})",
    "DATE": "sf_tagged('D', CAST({x} AS VARCHAR))",
    "TIME": "sf_tagged('H', left(CAST(sf_in_a_variant({x}, 1000000) AS VARCHAR), 8))",
    "TIMESTAMP_NTZ": "sf_tagged('T', strftime(sf_in_a_variant({x}, 1000), '%Y-%m-%d %H:%M:%S.%g'))",
    "TIMESTAMP_LTZ": "sf_tagged('L', "
    "strftime(sf_in_a_variant({x}, 1000), '%Y-%m-%d %H:%M:%S.%g +0000'))",
    "TIMESTAMP_TZ": "sf_tagged('Z', sf_tz_text(sf_tz_in_a_variant({x})))",
    "BINARY": "sf_tagged('B', hex({x}))",
    "OBJECT": "{x}",
    "ARRAY": "{x}",
    "VARIANT": "{x}",
}


def to_variant(value: Value, to: Type) -> str:
    if value.type.name not in VARIANT_FROM:
        raise impossible(value, to)
    if type(value.const) is int and abs(value.const) < 10**15:
        return f"JSON {literal(str(value.const))}"
    return VARIANT_FROM[value.type.name].format(x=value.sql)


def to_array(value: Value, _: Type) -> str:
    if value.type.name == "ARRAY":
        return value.sql
    return f"sf_to_array({to_variant(value, types.VARIANT)})"


def to_object(value: Value, to: Type) -> str:
    if value.type.name == "VARIANT":
        return f"sf_to_object({value.sql})"
    raise impossible(value, to)


def to_binary(value: Value, to: Type) -> str:
    if value.type.name == "VARCHAR":
        return f"sf_binary({value.sql})"
    if value.type.name == "BINARY":
        return value.sql
    raise impossible(value, to)


CASTS: dict[str, Callable[[Value, Type], str]] = {
    "NUMBER": to_number,
    "FLOAT": to_float,
    "VARCHAR": to_text,
    "BOOLEAN": to_boolean,
    "DATE": to_date,
    "TIME": to_time,
    "TIMESTAMP_NTZ": by_table(NTZ_FROM),
    "TIMESTAMP_LTZ": by_table(LTZ_FROM),
    "TIMESTAMP_TZ": by_table(TZ_FROM),
    "VARIANT": to_variant,
    "ARRAY": to_array,
    "OBJECT": to_object,
    "BINARY": to_binary,
}


def impossible(value: Value, to: Type) -> EngineError:
    return EngineError(
        f"SQL compilation error:\ninvalid type [CAST({value.type} AS {to})] for parameter 'TO_"
        f"{to.name}'",
        code=2016,
        sqlstate="22023",
    )


def common(left: Type, right: Type) -> Type:
    """The type that CASE, COALESCE, IN, UNION and comparisons bring two values to.

    >>> str(common(types.number(12, 2), types.number(38, 0)))
    'NUMBER(38,2)'
    """
    if left == right or "NULL" in (left.name, right.name):
        return right if left.name == "NULL" else left
    names = {left.name, right.name}
    if len(names) == 1:
        return wider(left, right)
    for name, others in STRONGER:
        if name in names and names - {name} <= others:
            return left if left.name == name else right
    if "NUMBER" in names and names - {"NUMBER"} <= types.TIMESTAMPS | {"BOOLEAN"}:
        raise Unsupported(f"a {left.name} beside a {right.name}")
    raise EngineError(
        f"SQL compilation error:\nincompatible types: [{left}] and [{right}]",
        code=2122,
        sqlstate="42846",
    )


ALL = frozenset(types.PHYSICAL) | {"NUMBER"}
# a type and those that yield to it, in the order in which they are tried
STRONGER: tuple[tuple[str, frozenset[str]], ...] = (
    ("VARIANT", ALL),
    ("FLOAT", frozenset({"NUMBER", "VARCHAR"})),
    ("NUMBER", frozenset({"VARCHAR"})),
    ("BOOLEAN", frozenset({"VARCHAR"})),
    ("DATE", frozenset({"VARCHAR"})),
    ("TIME", frozenset({"VARCHAR"})),
    ("TIMESTAMP_TZ", frozenset({"VARCHAR", "DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ"})),
    ("TIMESTAMP_LTZ", frozenset({"VARCHAR", "DATE", "TIMESTAMP_NTZ"})),
    ("TIMESTAMP_NTZ", frozenset({"VARCHAR", "DATE"})),
    ("BINARY", frozenset({"VARCHAR"})),
)


def wider(left: Type, right: Type) -> Type:
    """Of two types of one name, the one that holds both."""
    if left.name == "NUMBER":
        scale = max(left.scale, right.scale)
        return types.number(max(left.leading, right.leading) + scale, scale)
    if left.length is None or (right.length is not None and left.length >= right.length):
        return left if left.digits >= right.digits else right
    return right
