"""DuckDB's SQL for a value of one type as another."""

from __future__ import annotations

from collections.abc import Callable

from runner.engines.duckdb import types
from runner.engines.duckdb.names import literal
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.types import Type
from runner.errors import EngineError, Unsupported


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
        return f"sf_date(sf_moment_text({value.sql}, 'DATE'))"
    raise impossible(value, to)


TIME_FROM = {
    "VARCHAR": "sf_time({x})",
    "TIMESTAMP_NTZ": "CAST({x} AS TIME)",
    "TIMESTAMP_LTZ": "CAST(CAST({x} AS TIMESTAMP) AS TIME)",
    "TIMESTAMP_TZ": "CAST(sf_wall({x}) AS TIME)",
    "VARIANT": "sf_time(sf_time_text({x}))",
}


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
    "VARIANT": "sf_timestamp(sf_moment_text({x}, 'TIMESTAMP'))",
}


LTZ_FROM = {
    "VARCHAR": "sf_timestamp_ltz({x})",
    "DATE": "CAST({x} AS TIMESTAMPTZ)",
    "TIMESTAMP_NTZ": "CAST({x} AS TIMESTAMPTZ)",
    "TIMESTAMP_TZ": "CAST(({x}).utc AS TIMESTAMPTZ)",
    "VARIANT": "sf_timestamp_ltz(sf_moment_text({x}, 'TIMESTAMP'))",
}


TZ_FROM = {
    "VARCHAR": "sf_timestamp_tz({x})",
    "DATE": "sf_tz(CAST({x} AS TIMESTAMP), 0)",
    "TIMESTAMP_NTZ": "sf_tz({x}, 0)",
    "TIMESTAMP_LTZ": "sf_tz(CAST({x} AS TIMESTAMP), 0)",
    "VARIANT": "sf_timestamp_tz(sf_moment_text({x}, 'TIMESTAMP'))",
}


def by_table(table: dict[str, str]) -> Callable[[Value, Type], str]:
    def convert(value: Value, to: Type) -> str:
        if value.type.name == "NUMBER" and to.name != "TIME":
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
    if to.name not in types.TIMES or to.digits >= min(value.type.digits, 6):
        return value.sql
    macro = "sf_cut_tz" if to.name == "TIMESTAMP_TZ" else "sf_cut"
    return f"CAST({macro}({value.sql}, {10 ** (6 - to.digits)}) AS {to.duckdb})"


VARIANT_FROM = {
    "NUMBER": "sf_variant_of_number({x})",
    "FLOAT": "sf_variant_of_float({x})",
    "VARCHAR": "to_json({x})",
    "BOOLEAN": "to_json({x})",
    "DATE": "sf_tagged('D', CAST({x} AS VARCHAR))",
    "TIME": "sf_tagged('H', CAST({x} AS VARCHAR))",
    "TIMESTAMP_NTZ": "sf_tagged('T', strftime({x}, '%Y-%m-%d %H:%M:%S.%f'))",
    "TIMESTAMP_LTZ": "sf_tagged('L', strftime({x}, '%Y-%m-%d %H:%M:%S.%f +0000'))",
    "TIMESTAMP_TZ": "sf_tagged('Z', sf_tz_micros({x}))",
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
    "TIME": by_table(TIME_FROM),
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
