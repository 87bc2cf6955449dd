"""The columns of SHOW, DESCRIBE and INFORMATION_SCHEMA, read from their SQL files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from runner.engines import Column, Result
from runner.engines.duckdb import dialect
from runner.engines.duckdb.objects import TableColumn
from runner.engines.duckdb.statements import definitions


@cache
def layouts(file: str) -> dict[str, tuple[TableColumn, ...]]:
    """Every `create table` of a file beside this module: its name in lower case, its columns."""
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    found = {}
    for statement in text.split(";")[:-1]:
        tree = dialect.read(statement).tree
        found[tree.this.this.name] = definitions.of_table(tree).columns  # type: ignore[arg-type]
    return found


def result(name: str, rows: Iterable[Mapping[str, Any]]) -> Result:
    """Rows of SHOW or DESCRIBE in the layout `name`; what a row does not say is NULL."""
    columns = layouts("show.sql")[name]
    listed = [tuple(row.get(column.name) for column in columns) for row in rows]
    return Result(tuple(Column(c.name, c.type) for c in columns), listed, len(listed))
