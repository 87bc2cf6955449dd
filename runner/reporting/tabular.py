"""Rows as text: a table for people, JSON and CSV for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any
from unicodedata import combining, east_asian_width

from runner.engines import Column, Result

_SEMI_STRUCTURED = ("VARIANT", "OBJECT", "ARRAY")
WIDEST = 60  # characters of one cell in a table for people

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # what a terminal would obey
_QUOTED = re.compile(r'[",\r\n]|\A\Z')


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]], widest: int = WIDEST) -> str:
    """Aligned columns under their headers; numbers to the right, null as NULL, long text cut.

    >>> print(table(["id", "name"], [(1, "a"), (20, None)]))
    id  name
    --  ----
     1  a
    20  NULL
    """
    body = list(rows)
    cells = [[_cell(value, widest) for value in row] for row in (headers, *body)]
    widths = [max(_width(text) for text in column) for column in zip(*cells, strict=True)]
    right = [
        any(isinstance(row[index], int | float | Decimal) for row in body)
        and not any(isinstance(row[index], str | bool) for row in body)
        for index in range(len(headers))
    ]
    lines = [cells[0], ["-" * width for width in widths], *cells[1:]]
    return "\n".join(_line(line, widths, right) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for cell, width, is_right in zip(cells, widths, right, strict=True):
        padding = " " * (width - _width(cell))
        padded.append(padding + cell if is_right else cell + padding)
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    wide = sum(east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(combining(character) > 0 for character in text)


def _cell(value: object, widest: int) -> str:
    text = "NULL" if value is None else value_text(value)
    text = text.replace("\r\n", "\n").replace("\n", "⏎").replace("\t", " ")
    text = _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
    return text if len(text) <= widest else text[: widest - 1] + "…"


def value_text(value: object) -> str:
    """A value as Snowflake shows it."""
    match value:
        case None:
            text = ""
        case bool():
            text = "true" if value else "false"
        case datetime():
            text = value.isoformat(" ")
        case date() | time():
            text = value.isoformat()
        case bytes() | bytearray():
            text = value.hex().upper()
        case Decimal():
            text = format(value, "f")
        case _:
            text = str(value)
    return text


def as_table(result: Result) -> str:
    return table([column.name for column in result.columns], result.rows)


def as_csv(result: Result) -> str:
    """A header and the rows; null is an empty field, an empty text is `""`."""
    header = [column.name for column in result.columns]
    return "\n".join(",".join(map(_field, row)) for row in (header, *result.rows))


def _field(value: object) -> str:
    """A value in CSV, quoted where it would be read as something else."""
    text = value_text(value)
    if value is None or not _QUOTED.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'


def as_json(result: Result) -> str:
    """An array with an object for each row; numbers exact, VARIANT as the JSON it is."""
    rows = [
        ", ".join(
            f"{json.dumps(column.name, ensure_ascii=False)}: {_json(value, column)}"
            for column, value in zip(result.columns, row, strict=True)
        )
        for row in result.rows
    ]
    return "[" + ",\n ".join(f"{{{row}}}" for row in rows) + "]"


def _json(value: object, column: Column) -> str:
    match value:
        case float() if not isfinite(value):
            return json.dumps(str(value))
        case None | bool() | int() | float():
            return json.dumps(value)
        case Decimal() if value.is_finite():
            return format(value, "f")
        case str() if column.type.upper().startswith(_SEMI_STRUCTURED):
            return value
    return json.dumps(value_text(value), ensure_ascii=False)


FORMATS: Mapping[str, Callable[[Result], str]] = {"table": as_table, "json": as_json, "csv": as_csv}
