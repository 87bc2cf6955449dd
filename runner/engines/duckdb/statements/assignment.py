"""What Snowflake does to a value on its way into a column.

Other than an explicit cast an assignment never cuts a text (100078), and it converts only where the
page *Data type conversion* says that a conversion is implicit; else 002023.
"""

from __future__ import annotations

from runner.engines.duckdb import types
from runner.engines.duckdb.objects import TableColumn
from runner.engines.duckdb.rules import Value, casts
from runner.engines.duckdb.types import Type
from runner.errors import EngineError

_TIMES = frozenset({"TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"})

# column's type -> types that turn into it by themselves, beside its own
IMPLICIT: dict[str, frozenset[str]] = {
    "NUMBER": frozenset({"FLOAT", "VARCHAR", "BOOLEAN", "VARIANT"}),
    "FLOAT": frozenset({"NUMBER", "VARCHAR", "BOOLEAN", "VARIANT"}),
    "VARCHAR": frozenset({"NUMBER", "FLOAT", "BOOLEAN", "DATE", "TIME", "VARIANT"} | _TIMES),
    "BOOLEAN": frozenset({"NUMBER", "FLOAT", "VARCHAR", "VARIANT"}),
    "DATE": frozenset({"VARCHAR", "VARIANT"} | _TIMES),
    "TIME": frozenset({"VARCHAR", "VARIANT"} | _TIMES),
    "TIMESTAMP_NTZ": frozenset({"VARCHAR", "VARIANT", "DATE"} | _TIMES),
    "TIMESTAMP_LTZ": frozenset({"VARCHAR", "VARIANT", "DATE"} | _TIMES),
    "TIMESTAMP_TZ": frozenset({"VARCHAR", "VARIANT", "DATE"} | _TIMES),
    "VARIANT": frozenset({"NUMBER", "FLOAT", "BOOLEAN", "OBJECT", "ARRAY"}),
    "OBJECT": frozenset({"VARIANT"}),
    "ARRAY": frozenset({"VARIANT"}),
    "BINARY": frozenset({"VARIANT"}),
}


def assign(value: Value, column: TableColumn) -> str:
    """DuckDB's SQL of a value as it goes into a column.

    >>> assign(Value("x", types.TEXT), TableColumn("A", "VARCHAR(3)"))
    'sf_fitting(x, 3)'
    """
    wanted = types.parse(column.type)
    source = value.type.name
    if source not in ("NULL", wanted.name) and source not in IMPLICIT[wanted.name]:
        raise mismatch(wanted, value.type, column.name)
    return fitted(casts.implicit(value, unlimited(wanted)), wanted).sql


def unlimited(wanted: Type) -> Type:
    """The type without its length, so that the cast does not cut."""
    return types.TEXT if wanted.name == "VARCHAR" else wanted


def fitted(value: Value, wanted: Type) -> Value:
    """A text that must fit into VARCHAR(n), checked unless it is known to fit."""
    if wanted.name != "VARCHAR" or wanted.length in (None, types.MAX_LENGTH):
        return value
    if value.type.length is not None and value.type.length <= (wanted.length or 0):
        return value
    return Value(f"sf_fitting({value.sql}, {wanted.length})", wanted)


def mismatch(wanted: Type, given: Type, column: str) -> EngineError:
    return EngineError(
        "SQL compilation error:\nExpression type does not match column data type, "
        f"expecting {wanted} but got {given} for column {column}",
        code=2023,
        sqlstate="22000",
    )
