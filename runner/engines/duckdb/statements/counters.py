"""DuckDB's sequences, which count for identity columns and behind Snowflake's sequences."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Object, TableColumn

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

OWN_SCHEMA = "_runner"  # where those of identity columns are


def definition(start: int, increment: int) -> str:
    """Start and increment of DuckDB's `create sequence`, with the bounds it wants for them.

    >>> definition(1, -1)
    'increment by -1 minvalue -9223372036854775808 maxvalue 9223372036854775807 start with 1'
    """
    bounds = f"minvalue {-(2**63)} maxvalue {2**63 - 1}"
    return f"increment by {increment} {bounds} start with {start}"


def following(session: Session, path: tuple[str, str, str]) -> int:
    """What the DuckDB sequence at this place gives next."""
    ((start, last, increment),) = session.raw(
        "select start_value, last_value, increment_by from duckdb_sequences() "
        "where database_name = ? and schema_name = ? and sequence_name = ?",
        path,
    )
    return int(start if last is None else last + increment)


def next_value(session: Session, record: Object) -> int:
    """What a sequence gives next."""
    return following(session, (record.database, record.schema, record.name))


def name(database: str, column: TableColumn) -> str:
    """The DuckDB name of the sequence behind an identity column."""
    return f"{quote(database)}.{OWN_SCHEMA}.{quote(column.properties['sequence'])}"


def renewed(table: Object) -> Object:
    """The record with a new sequence's name for each identity column."""
    return replace(table, columns=tuple(own(column) for column in table.columns))


def own(column: TableColumn) -> TableColumn:
    """The column with the name of a sequence of its own, if it is an identity column."""
    if column.identity is None:
        return column
    sequence = f"identity_{uuid.uuid4().hex}"
    return replace(column, properties={**column.properties, "sequence": sequence})


def create(session: Session, database: str, column: TableColumn, start: int | None = None) -> None:
    """The sequence behind one column, if it is an identity column, in the open transaction."""
    if column.identity is None:
        return
    first, increment = column.identity
    bounds = definition(first if start is None else start, increment)
    session.raw(f"create sequence {name(database, column)} {bounds}")


def create_all(session: Session, table: Object) -> None:
    """The sequences behind a new table's identity columns, in the open transaction."""
    for column in table.columns:
        create(session, table.database, column)


def continue_in(session: Session, database: str, before: TableColumn, copy: Object) -> None:
    """The sequence behind the copy of an identity column: it goes on where the other is."""
    after = copy.column(before.name)
    if before.identity is not None and after is not None:
        start = following(session, (database, OWN_SCHEMA, before.properties["sequence"]))
        create(session, copy.database, after, start)


def drop_all(session: Session, table: Object) -> None:
    """Drop the sequences behind a table's identity columns, after the table itself."""
    for column in table.columns:
        if column.identity is not None:
            session.raw(f"drop sequence {name(table.database, column)}")
