"""The branches of a set operation, brought to the same columns."""

from __future__ import annotations

from runner.engines.duckdb.names import quote
from runner.engines.duckdb.rules import Value, casts
from runner.engines.duckdb.scopes import Query
from runner.engines.duckdb.types import Type
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
