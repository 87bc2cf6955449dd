"""Python values as constants of a statement: session variables, a batch's bounds."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
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
    if value is None:
        return Value("NULL", types.NULL)
    if isinstance(value, bool):
        return Value(str(value).lower(), types.BOOLEAN, value)
    if isinstance(value, (int, Decimal)):
        return number(Decimal(value))
    if isinstance(value, float):
        return Value(f"CAST({literal(repr(value))} AS DOUBLE)", types.FLOAT, value)
    if isinstance(value, str):
        return Value(literal(value), types.text(len(value)), value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return Value(f"TIMESTAMP {literal(value.isoformat(' '))}", types.NTZ)
    if isinstance(value, datetime):
        return Value(f"TIMESTAMPTZ {literal(value.isoformat(' '))}", types.LTZ)
    if isinstance(value, date):
        return Value(f"DATE {literal(value.isoformat())}", types.DATE)
    raise Unsupported(f"a session variable of the type {type(value).__name__}")


def number(value: Decimal) -> Value:
    text = format(abs(value), "f")
    whole, _, fraction = text.partition(".")
    type_ = types.number(max(1, len(whole.lstrip("0")) + len(fraction)), len(fraction))
    digits = f"{whole}.{fraction}"
    const = int(value) if not fraction else value
    return Value(f"(-{digits})" if value < 0 else digits, type_, const)
