"""Literals, casts of them and of anything else, session variables."""

from __future__ import annotations

import re
from decimal import Decimal

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.binder import Binder, expression
from runner.engines.duckdb.names import literal
from runner.engines.duckdb.rules import Value, casts
from runner.engines.duckdb.types import BOOLEAN, FLOAT
from runner.errors import EngineError, Unsupported


@expression(exp.Literal)
def bind_literal(_: Binder, node: exp.Literal) -> Value:
    """A text or a number. `5` is a NUMBER(1,0), `1.50` a NUMBER(3,2), `1e3` a FLOAT."""
    if node.is_string:
        return Value(literal(node.this), types.text(len(node.this)), node.this)
    return number_literal(node.this)


@expression(exp.RawString)
def bind_raw_string(_: Binder, node: exp.RawString) -> Value:
    """`$$…$$`."""
    return Value(literal(node.this), types.text(len(node.this)), node.this)


def number_literal(text: str) -> Value:
    """A number as DuckDB's decimal literal: `5.` is a DECIMAL(1,0).

    >>> number_literal("007.10")
    Value('7.10', NUMBER(3,2))
    """
    if re.fullmatch(r"[0-9.]+[eE][+-]?[0-9]+", text):
        return Value(f"CAST({text} AS DOUBLE)", FLOAT, float(text))
    if not re.fullmatch(r"[0-9.]+", text):
        raise Unsupported(f"the number {text}", "write a space around the operator")
    whole, _, fraction = text.partition(".")
    whole = whole.lstrip("0")
    if len(whole) + len(fraction) > types.MAX_PRECISION:
        return Value(f"CAST({text} AS DOUBLE)", FLOAT, float(text))
    type_ = types.number(max(1, len(whole) + len(fraction)), len(fraction))
    const: int | Decimal = Decimal(text) if fraction else int(whole or "0")
    return Value(f"{whole or '0'}.{fraction}", type_, const)


@expression(exp.HexString)
def bind_hex_string(_: Binder, node: exp.HexString) -> Value:
    """`x'6162'`, a BINARY."""
    digits = node.name
    if not re.fullmatch("([0-9A-Fa-f]{2})*", digits):
        raise EngineError(
            f"The following string is not a legal hex-encoded value: '{digits}'", code=100115
        )
    return Value(f"unhex('{digits}')", types.BINARY)


@expression(exp.Null)
def bind_null(_: Binder, __: exp.Null) -> Value:
    return Value("NULL", types.NULL)


@expression(exp.Boolean)
def bind_boolean(_: Binder, node: exp.Boolean) -> Value:
    return Value("true" if node.this else "false", BOOLEAN, bool(node.this))


@expression(exp.Paren)
def bind_paren(binder: Binder, node: exp.Paren) -> Value:
    return binder.value(node.this)


@expression(exp.Cast)
def bind_cast(binder: Binder, node: exp.Cast) -> Value:
    return casts.cast(binder.value(node.this), types.from_tree(node.args["to"]))


@expression(exp.TryCast)
def bind_try_cast(binder: Binder, node: exp.TryCast) -> Value:
    return casts.try_cast(binder.value(node.this), types.from_tree(node.args["to"]))


@expression(exp.Parameter)
def bind_variable(binder: Binder, node: exp.Parameter) -> Value:
    """A session variable `$x`, as the constant it is; `$1` is a column by position."""
    if isinstance(node.this, exp.Literal):
        return binder.column(f"${node.this.name}", ())
    return binder.session.variable(node.this.name.upper())
