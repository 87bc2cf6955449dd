"""INFORMATION_SCHEMA.COLUMNS (page *COLUMNS view*), made column by column: it has a row for every
column of every table, and whoever asks what is there reads all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from runner.engines.duckdb import types
from runner.engines.duckdb.objects import Object, TableColumn

OF_TABLE: dict[str, Callable[[Object], Any]] = {
    "TABLE_CATALOG": lambda table: table.database,
    "TABLE_SCHEMA": lambda table: table.schema,
    "TABLE_NAME": lambda table: table.name,
    "TABLE_OWNER": lambda table: table.owner,
    "CREATED": lambda table: table.created.isoformat(),
    "LAST_ALTERED": lambda table: table.altered.isoformat(),
}
OF_COLUMN: dict[str, Callable[[TableColumn], Any]] = {
    "COLUMN_NAME": lambda column: column.name,
    "COLUMN_DEFAULT": lambda column: column.default,
    "COMMENT": lambda column: column.comment,
    "IS_NULLABLE": lambda column: "YES" if column.nullable else "NO",
    "IS_SELF_REFERENCING": lambda _: "NO",
    "IS_IDENTITY": lambda column: "YES" if column.identity else "NO",
    "IDENTITY_GENERATION": lambda column: "BY DEFAULT" if column.identity else None,
    "IDENTITY_START": lambda column: column.identity[0] if column.identity else None,
    "IDENTITY_INCREMENT": lambda column: column.identity[1] if column.identity else None,
    "IDENTITY_CYCLE": lambda column: "NO" if column.identity else None,
    "IDENTITY_ORDERED": lambda column: "NO" if column.identity else None,
}


def values(tables: Iterable[Object], wanted: Iterable[str]) -> list[Sequence[Any]]:
    """The values of each column that is wanted, by its name; NULL where nothing is said."""
    found = list(tables)
    columns = [column for table in found for column in table.columns]
    typed = [of_type(column.type) for column in columns]
    said = {name for known in {id(known): known for known in typed}.values() for name in known}
    listed: list[Sequence[Any]] = []
    for name in wanted:
        if name in OF_TABLE:
            once = [(OF_TABLE[name](table), len(table.columns)) for table in found]
            listed.append([value for value, width in once for _ in range(width)])
        elif name in OF_COLUMN:
            listed.append(list(map(OF_COLUMN[name], columns)))
        elif name == "ORDINAL_POSITION":
            listed.append([n for table in found for n in range(1, len(table.columns) + 1)])
        elif name in said:
            listed.append([known.get(name) for known in typed])
        else:
            listed.append([None] * len(columns))
    return listed


@lru_cache(10_000)
def of_type(text: str) -> Mapping[str, Any]:
    """What COLUMNS says of a type."""
    kind = types.parse(text)
    said: dict[str, Any] = {"DATA_TYPE": "TEXT" if kind.name == "VARCHAR" else kind.name}
    if kind.name == "NUMBER":
        precision = {"NUMERIC_PRECISION": kind.precision, "NUMERIC_SCALE": kind.scale}
        said |= {**precision, "NUMERIC_PRECISION_RADIX": 10}
    elif kind.name == "VARCHAR":
        length = kind.length or types.MAX_LENGTH
        said["CHARACTER_MAXIMUM_LENGTH"] = length
        said["CHARACTER_OCTET_LENGTH"] = min(4 * length, types.MAX_LENGTH)
    elif kind.name == "BINARY":
        length = kind.length or types.MAX_BINARY
        said |= dict.fromkeys(("CHARACTER_MAXIMUM_LENGTH", "CHARACTER_OCTET_LENGTH"), length)
    elif kind.name in types.TIMES:
        said["DATETIME_PRECISION"] = kind.digits
    return said
