"""DuckDB's rows as snowflake-connector-python gives them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from runner.engines import Column, Result
from runner.engines.duckdb.scopes import Query
from runner.engines.duckdb.types import Type
from runner.errors import Unsupported

MARK = "\ue000"  # see rules/variants.py
INDENT = "  "


def result(query: Query, rows: Sequence[tuple[Any, ...]]) -> Result:
    """The result of a query: names and Snowflake types of its columns, converted values."""
    columns = tuple(Column(column.name, str(column.type)) for column in query.columns)
    converters = [converter(column.type) for column in query.columns]
    if not any(converters):
        return Result(columns, list(rows), len(rows))
    converted = [
        tuple(
            value if value is None or convert is None else convert(value)
            for value, convert in zip(row, converters, strict=True)
        )
        for row in rows
    ]
    return Result(columns, converted, len(converted))


def converter(type_: Type) -> Callable[[Any], Any] | None:
    """How a value of this type becomes the connector's; None when it is that already."""
    if type_.name == "NUMBER":
        return int if type_.scale == 0 else None
    return CONVERTERS.get(type_.name)


def with_offset(value: dict[str, Any]) -> datetime:
    """A TIMESTAMP_TZ, in its own offset."""
    offset = timezone(timedelta(minutes=value["tz"]))
    moment: datetime = dated(value["utc"])
    return moment.replace(tzinfo=UTC).astimezone(offset)


def local(value: datetime) -> datetime:
    """A TIMESTAMP_LTZ in the session's time zone, UTC."""
    moment: datetime = dated(value)
    return moment.astimezone(UTC)


def dated(value: Any) -> Any:
    """A date or timestamp. Python has none outside the years 1 to 9999: DuckDB gives its text."""
    if isinstance(value, str):
        raise Unsupported(f"the year of {value}")
    return value


class Verbatim(str):
    """A number as it is written."""

    __slots__ = ()


def pretty(text: str) -> str:
    """A VARIANT, OBJECT or ARRAY as Snowflake shows it: two spaces a level.

    >>> print(pretty('{"a":[1,2.50],"b":{}}'))
    {
      "a": [
        1,
        2.50
      ],
      "b": {}
    }
    """
    if text[:1] not in "{[" and MARK not in text:
        return text
    value = json.loads(text, parse_int=Verbatim, parse_float=Verbatim)
    return shown(value, "")


def shown(value: Any, indent: str) -> str:
    inner = indent + INDENT
    if isinstance(value, dict) and value:
        lines = [f"{inner}{quoted(key)}: {shown(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        lines = [inner + shown(item, inner) for item in value]
        return "[\n" + ",\n".join(lines) + f"\n{indent}]"
    if isinstance(value, Verbatim):
        return str(value)
    if isinstance(value, str) and value.startswith(MARK):
        return marked(value[1:2], value[2:])
    return quoted(value)


def marked(kind: str, text: str) -> str:
    """What JSON has no word for, as Snowflake shows it: a TIME in seconds, a timestamp in
    milliseconds."""
    if kind in ("N", "F"):
        return text
    if kind == "U":
        return "undefined"
    if kind == "H":
        text = text[:8]
    elif kind in ("T", "L", "Z"):
        text = re.sub(r"(\.\d{3})\d*", r"\1", text)
    return quoted(text)


def quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "BINARY": bytearray,
    "DATE": dated,
    "TIME": dated,
    "TIMESTAMP_NTZ": dated,
    "TIMESTAMP_TZ": with_offset,
    "TIMESTAMP_LTZ": local,
    "VARIANT": pretty,
    "OBJECT": pretty,
    "ARRAY": pretty,
}
