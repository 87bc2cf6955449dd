"""What Snowflake answers to statements that return no data, and its common errors."""

from __future__ import annotations

from runner.engines import Column, Result
from runner.errors import EngineError

STATUS = (Column("status", "VARCHAR(16777216)"),)


def status(text: str) -> Result:
    """One row with one column, `status`."""
    return Result(STATUS, [(text,)], 1)


def succeeded() -> Result:
    return status("Statement executed successfully.")


def counts(**numbers: int) -> Result:
    """The counts of a DML statement, one column each; `row_count` is their sum.

    >>> counts(number_of_rows_inserted=2).columns[0].name
    'number of rows inserted'
    """
    columns = tuple(Column(name.replace("_", " "), "NUMBER(38,0)") for name in numbers)
    return Result(columns, [tuple(numbers.values())], sum(numbers.values()))


def already_exists(name: str) -> EngineError:
    return EngineError(
        f"SQL compilation error:\nObject '{name}' already exists.", code=2002, sqlstate="42710"
    )


def does_not_exist(kind: str, name: str) -> EngineError:
    """Snowflake's 002003; `kind` as it is written in messages: `Table`, `Schema`, `Object`."""
    return EngineError(
        f"SQL compilation error:\n{kind} '{name}' does not exist or not authorized.",
        code=2003,
        sqlstate="02000" if kind != "Object" else "42S02",
    )


def wrong_kind(found: str, wanted: str) -> EngineError:
    return EngineError(
        "SQL compilation error:\n"
        f"Object found is of type '{found}', not specified type '{wanted}'.",
        code=2203,
        sqlstate="42809",
    )


def compilation(text: str, code: int | None = None, sqlstate: str | None = None) -> EngineError:
    return EngineError(f"SQL compilation error:\n{text}", code=code, sqlstate=sqlstate)


def gone(name: str) -> Result:
    return status(f"Drop statement executed successfully ({name} already dropped).")
