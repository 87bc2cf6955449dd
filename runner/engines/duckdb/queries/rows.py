"""The rows of a query as a whole: brought to other columns, and without those that are alike."""

from __future__ import annotations

from runner.engines.duckdb.names import quote
from runner.engines.duckdb.rules import Value, casts
from runner.engines.duckdb.rules.comparisons import key
from runner.engines.duckdb.scopes import Output, Query
from runner.engines.duckdb.types import NULL, Type
from runner.errors import EngineError


def recast(query: Query, to: list[Type]) -> str:
    """The query with its columns cast to these types."""
    if len(query.columns) != len(to):
        raise EngineError(
            "SQL compilation error:\ninvalid number of result columns for set operator input "
            f"branches, expected {len(to)}, got {len(query.columns)}",
            code=1789,
            sqlstate="42601",
        )
    if all(column.type == type_ for column, type_ in zip(query.columns, to, strict=True)):
        return f"({query.sql})"
    casted = ", ".join(
        f"{casts.implicit(Value(f'q.{quote(column.physical)}', column.type), type_).sql}"
        f" AS {quote(column.physical)}"
        for column, type_ in zip(query.columns, to, strict=True)
    )
    return f"(SELECT {casted} FROM ({query.sql}) AS q)"


def named(query: Query, columns: list[Output]) -> Query:
    """The query with these columns, found by their names; NULL for those it has not."""
    own = {column.name: column for column in query.columns}
    if len(own) < len(query.columns):
        raise EngineError(
            "SQL compilation error:\nBY NAME needs columns of different names", code=2023
        )
    picked = [own.get(column.name, Output(column.name, NULL, "")) for column in columns]
    listed = ", ".join(
        f"{quote(column.physical) if column.physical else 'NULL'} AS {quote(wanted.physical)}"
        for column, wanted in zip(picked, columns, strict=True)
    )
    given = [
        Output(wanted.name, column.type, wanted.physical)
        for column, wanted in zip(picked, columns, strict=True)
    ]
    return Query(f"SELECT {listed} FROM ({query.sql}) AS q", given)


def different(sql: str, columns: list[Output]) -> str:
    """The different rows of a query. A TIMESTAMP_TZ counts by its instant."""
    if not any(column.type.name == "TIMESTAMP_TZ" for column in columns):
        return f"SELECT DISTINCT * FROM ({sql}) AS q"
    values = [Value(quote(column.physical), column.type) for column in columns]
    keys = [key(value) for value in values]
    listed = ", ".join(
        value.sql if value.sql == one else f"any_value({value.sql}) AS {value.sql}"
        for value, one in zip(values, keys, strict=True)
    )
    return f"SELECT {listed} FROM ({sql}) AS q GROUP BY {', '.join(keys)}"
