"""Python values as constants of a statement: session variables, a batch's bounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any

from runner.engines.duckdb import types
from runner.engines.duckdb.names import literal
from runner.engines.duckdb.rules import Value
from runner.errors import Unsupported


def constant(value: Any) -> Value:
    """A value as it would be written in the statement.

    >>> constant(5), constant("a"), constant(date(2024, 1, 2))
    (Value('5.', NUMBER(1,0)), Value("'a'", VARCHAR(1)), Value("DATE '2024-01-02'", DATE))
    """
    for kind, make in MAKERS:
        if isinstance(value, kind):
            return make(value)
    raise Unsupported(f"a session variable of the type {type(value).__name__}")


def moment(value: datetime) -> Value:
    type_, word = (types.LTZ, "TIMESTAMPTZ") if value.tzinfo else (types.NTZ, "TIMESTAMP")
    return Value(f"{word} {literal(value.isoformat(' '))}", type_)


def number(value: Decimal) -> Value:
    text = format(abs(value), "f")
    whole, _, fraction = text.partition(".")
    type_ = types.number(max(1, len(whole.lstrip("0")) + len(fraction)), len(fraction))
    digits = f"{whole}.{fraction}"
    const = int(value) if not fraction else value
    return Value(f"(-{digits})" if value < 0 else digits, type_, const)


# bool is an int and datetime a date, so they come first
MAKERS: tuple[tuple[type, Callable[[Any], Value]], ...] = (
    (NoneType, lambda _: Value("NULL", types.NULL)),
    (bool, lambda value: Value(str(value).lower(), types.BOOLEAN, value)),
    (int, lambda value: number(Decimal(value))),
    (Decimal, number),
    (float, lambda value: Value(f"CAST({literal(repr(value))} AS DOUBLE)", types.FLOAT, value)),
    (str, lambda value: Value(literal(value), types.text(len(value)), value)),
    (datetime, moment),
    (date, lambda value: Value(f"DATE {literal(value.isoformat())}", types.DATE)),
)
