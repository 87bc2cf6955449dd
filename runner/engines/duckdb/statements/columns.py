"""Columns of tables as DuckDB's DDL: types, defaults, identity."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.engines.duckdb import dialect, types
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.names import literal, quote
from runner.engines.duckdb.objects import Object, TableColumn
from runner.engines.duckdb.statements import assignment, replies
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


def create_table_sql(
    session: Session, place: str, table: Object, *, overwrite: bool = False
) -> str:
    """DuckDB's `create table` for a table's record; `place` is its DuckDB name."""
    body = ", ".join(column_sql(session, table.database, column) for column in table.columns)
    return f"{create_head(place, overwrite=overwrite)} ({body})"


def create_head(place: str, *, overwrite: bool) -> str:
    """`create [or replace] [temporary] table <name>`.

    >>> create_head('temp.main."DB.SC.T"', overwrite=True)
    'create or replace temporary table "DB.SC.T"'
    """
    verb = "create or replace" if overwrite else "create"
    if place.startswith("temp.main."):
        return f"{verb} temporary table {place.removeprefix('temp.main.')}"
    return f"{verb} table {place}"


def column_sql(session: Session, database: str, column: TableColumn) -> str:
    """One column of DuckDB's `create table`."""
    parts = [quote(column.name), types.parse(column.type).duckdb]
    if not column.nullable:
        parts.append("not null")
    default = default_sql(session, database, column)
    if default:
        parts.append(f"default ({default})")
    return " ".join(parts)


def default_sql(session: Session, database: str, column: TableColumn) -> str | None:
    """The DuckDB expression that fills a column for which no value is given."""
    if column.identity is not None:
        return f"nextval({literal(sequence_name(database, column))})"
    if column.default is None:
        return None
    value = Binder(session).value(dialect.expression(column.default))
    return assignment.assign(value, column)


def check_names(names: list[str], size: int) -> None:
    """The names of a new table's columns: as many as the query gives, each once."""
    if len(names) != size:
        raise replies.compilation(
            f"Invalid column definition list: {len(names)} names for {size} columns", 2026, "42601"
        )
    for name in names:
        if names.count(name) > 1:
            raise replies.compilation(f"duplicate column name '{name}'", 2025, "42S21")
    folded = {name.casefold() for name in names}
    if len(folded) < len(names):
        raise Unsupported("columns that differ only in case")


def column_type(type_: types.Type) -> str:
    """The type that a query's column gets in a new table."""
    if type_.name == "INTERVAL":
        raise Unsupported("a column of type INTERVAL")
    return str(types.TEXT if type_.name == "NULL" else type_)


def with_sequences(table: Object) -> Object:
    """The record with a new sequence's name for each identity column."""
    return replace(table, columns=tuple(own_sequence(column) for column in table.columns))


def own_sequence(column: TableColumn) -> TableColumn:
    if column.identity is None:
        return column
    name = f"identity_{uuid.uuid4().hex}"
    return replace(column, properties={**column.properties, "sequence": name})


def create_sequences(session: Session, table: Object) -> None:
    """The sequences behind a new table's identity columns, in the open transaction."""
    for column in table.columns:
        if column.identity is not None:
            create_sequence(session, table.database, column, column.identity[0])


def create_sequence(session: Session, database: str, column: TableColumn, start: int) -> None:
    """The sequence behind one identity column, beginning at `start`."""
    _, increment = column.identity or (1, 1)
    name = sequence_name(database, column)
    session.raw(f"create sequence {name} {sequence_bounds(start, increment)}")


def sequence_name(database: str, column: TableColumn) -> str:
    return f"{quote(database)}._runner.{quote(column.properties['sequence'])}"


def sequence_bounds(start: int, increment: int) -> str:
    """Start and increment of DuckDB's `create sequence`, with the bounds it wants for them.

    >>> sequence_bounds(1, -1)
    'increment by -1 minvalue -9223372036854775808 maxvalue 9223372036854775807 start with 1'
    """
    bounds = f"minvalue {-(2**63)} maxvalue {2**63 - 1}"
    return f"increment by {increment} {bounds} start with {start}"


def next_value(session: Session, database: str, column: TableColumn) -> int:
    """What an identity column would give next."""
    start, increment = column.identity or (1, 1)
    rows = session.raw(
        "select last_value from duckdb_sequences() "
        "where database_name = ? and schema_name = '_runner' and sequence_name = ?",
        [database, column.properties["sequence"]],
    )
    return start if rows[0][0] is None else int(rows[0][0]) + increment
