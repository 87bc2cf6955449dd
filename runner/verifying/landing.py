"""Deliveries -> statements that put them into the scratch database, and from there into raw tables.

Rows are put there once, each with the number of its delivery, and copied for every scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from runner.engines import Column
from runner.generating.work import filled
from runner.nodes import Relation, sql_name
from runner.scripts import FIELDS, LINES, literal, rows_literal
from runner.verifying.arrivals import Delivery, Load, Source

SCHEMA = "LANDED"
NUMBER = "DELIVERY__"
ROWS = 5_000  # in one statement
NULL = "\x1d"  # as in runner/sql/verify_land.sql
_RESERVED = str.maketrans({LINES: " ", FIELDS: " ", NULL: " "})
_JSON = ("VARIANT", "OBJECT", "ARRAY")


def tables(sources: Sequence[Source]) -> Iterator[str]:
    """The statements that make a table for each source."""
    yield f"create schema if not exists {sql_name(SCHEMA)}"
    for source in sources:
        columns = ", ".join(f"{sql_name(one.name)} {one.type}" for one in source.columns)
        yield f"create table {_table(source)} ({sql_name(NUMBER)} number(38, 0), {columns})"


def rows(delivery: Delivery) -> Iterator[str]:
    """The statements that land a delivery."""
    columns = delivery.source.columns
    fields = ",\n    ".join(_field(number, one) for number, one in enumerate(columns, 1))
    for start in range(0, len(delivery.rows), ROWS):
        lines = [map(_text, row) for row in delivery.rows[start : start + ROWS]]
        yield filled(
            "verify_land",
            table=str(_table(delivery.source)),
            number=str(delivery.number),
            fields=fields,
            rows=rows_literal(lines),
        )


def arrival(load: Load, database: str) -> str:
    """The statement that lets a delivery, landed in `database`, arrive in its raw table."""
    source = load.delivery.source
    listed = ", ".join(sql_name(column.name) for column in source.columns)
    taken = ", ".join(_taken(column, load) for column in source.columns)
    return (
        f"insert into {source.relation} ({listed})\nselect {taken}\n"
        f"from {sql_name(database)}.{_table(source)}\n"
        f"where {sql_name(NUMBER)} = {load.delivery.number}"
    )


def _table(source: Source) -> Relation:
    return Relation(SCHEMA, f"{source.relation.schema}__{source.relation.name}")


def _taken(column: Column, load: Load) -> str:
    if column.name != load.delivery.source.loaded_at:
        return sql_name(column.name)
    return f"{literal(load.loaded_at.isoformat(' '))}::{column.type}"


def _field(number: int, column: Column) -> str:
    """A field of a line as a value of its column's type."""
    text = f"nullif(split_part(line, chr(31), {number}), chr(29))"
    if column.type.startswith(_JSON):
        return f"parse_json({text})::{column.type}"
    if column.type.startswith("BINARY"):
        return f"to_binary({text}, 'HEX')"
    return f"{text}::{column.type}"


def _text(value: Any) -> str:
    """A value as the casts of `_field` read it."""
    match value:
        case None:
            text = NULL
        case bool():
            text = str(value).lower()
        case datetime():
            text = value.isoformat(" ")
        case date() | time():
            text = value.isoformat()
        case bytes() | bytearray():
            text = value.hex()
        case Decimal():
            text = format(value, "f")
        case _:
            text = str(value).translate(_RESERVED)
    return text
