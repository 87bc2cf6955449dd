"""`+ - * / %`: exact NUMBER arithmetic, and dates with numbers and intervals.

Scales and precisions are those of the page *Arithmetic operators*. DuckDB's DECIMAL gives the same
for `+` and `-`; `*` may carry more decimals than Snowflake keeps, `/` would become a DOUBLE.
"""

from __future__ import annotations

from decimal import Decimal

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import Value, casts
from runner.engines.duckdb.rules.conversions import impossible
from runner.engines.duckdb.rules.moments import DATES, added
from runner.engines.duckdb.types import FLOAT, Type
from runner.errors import EngineError, Unsupported


def numeric(value: Value) -> Value:
    """An operand of arithmetic: text becomes NUMBER(18,5), VARIANT becomes FLOAT. A BOOLEAN is
    no number (page *Data type conversion*)."""
    name = value.type.name
    if name in ("NUMBER", "FLOAT"):
        return value
    if name == "NULL":
        return Value("CAST(NULL AS DECIMAL(38,0))", types.INTEGER)
    if name == "VARCHAR":
        return casts.implicit(value, casts.TEXT_NUMBER)
    if name == "VARIANT":
        return casts.implicit(value, FLOAT)
    raise impossible(value, types.INTEGER)


def pair(left: Value, right: Value) -> tuple[Value, Value]:
    """Two numeric operands, both FLOAT if one is."""
    left, right = numeric(left), numeric(right)
    if left.type != right.type and "FLOAT" in (left.type.name, right.type.name):
        return casts.implicit(left, FLOAT), casts.implicit(right, FLOAT)
    return left, right


def result(sql: str, type_: Type, left: Value, right: Value) -> Value:
    return Value(sql, type_, volatile=left.volatile or right.volatile)


def add(left: Value, right: Value) -> Value:
    """`left + right`; with a DATE, the number counts days."""
    if left.type.name in DATES:
        return shift(left, right, "+")
    if right.type.name in DATES:
        return shift(right, left, "+")
    return add_numbers(left, right, "+")


def subtract(left: Value, right: Value) -> Value:
    """`left - right`; of two DATEs, the days between."""
    if left.type.name == "DATE" and right.type.name == "DATE":
        days = f"CAST(date_diff('day', {right.sql}, {left.sql}) AS DECIMAL(9,0))"
        return result(days, types.number(9), left, right)
    if left.type.name in DATES:
        return shift(left, right, "-")
    return add_numbers(left, right, "-")


def add_numbers(left: Value, right: Value, operator: str) -> Value:
    left, right = pair(left, right)
    if left.type == FLOAT:
        return result(f"({left.sql} {operator} {right.sql})", FLOAT, left, right)
    scale = max(left.type.scale, right.type.scale)
    type_ = types.number(max(left.type.leading, right.type.leading) + scale + 1, scale)
    return result(f"({left.sql} {operator} {right.sql})", type_, left, right)


def shift(moment: Value, amount: Value, operator: str) -> Value:
    """A DATE moved by days, or a date or timestamp by an INTERVAL."""
    if amount.type.name == "INTERVAL":
        return add_interval(moment, amount, operator)
    if moment.type.name != "DATE" or amount.type.name not in ("NUMBER", "NULL", "VARIANT", "FLOAT"):
        raise EngineError(
            f"SQL compilation error:\nInvalid argument types for function '{operator}': "
            f"({moment.type}, {amount.type})",
            code=1044,
            sqlstate="42P13",
        )
    days = whole_steps(amount)
    return result(f"({moment.sql} {operator} CAST({days} AS INTEGER))", types.DATE, moment, amount)


def whole_steps(amount: Value) -> str:
    """A number of days, months, …: a fraction is refused when the statement runs."""
    amount = numeric(amount)
    if amount.type.name == "NUMBER" and amount.type.scale == 0:
        return amount.sql
    return f"sf_whole({amount.sql})"


def add_interval(moment: Value, interval: Value, operator: str) -> Value:
    """The interval's steps one after the other: `'1 day, 1 year'` is not `'1 year, 1 day'`."""
    for unit, count in interval.const:
        moment = added(moment, unit, str(count if operator == "+" else -count))
    return moment


def multiply(left: Value, right: Value) -> Value:
    """`left * right`: scale min(s1 + s2, max(s1, s2, 12)), rounded half away from zero."""
    left, right = pair(left, right)
    if left.type == FLOAT:
        return result(f"({left.sql} * {right.sql})", FLOAT, left, right)
    full = left.type.scale + right.type.scale
    scale = min(full, max(left.type.scale, right.type.scale, 12))
    type_ = types.number(left.type.leading + right.type.leading + scale, scale)
    if full > 37:
        raise Unsupported(f"the product of {left.type} and {right.type}")
    product = f"({wide(left, right.type.precision)} * {right.sql})"
    if full != scale:
        product = f"CAST({product} AS {type_.duckdb})"
    return result(product, type_, left, right)


def wide(value: Value, times: int) -> str:
    """The factor of a product: DuckDB multiplies in 64 bits unless one factor is a long DECIMAL."""
    if value.type.precision > 18 or times > 18 or value.type.precision + times <= 18:
        return value.sql
    return f"CAST({value.sql} AS DECIMAL({max(19, value.type.precision)},{value.type.scale}))"


def quotient_type(left: Type, right: Type) -> Type:
    """Scale max(s1, min(s1 + 6, 12)), leading digits l1 + s2.

    >>> str(quotient_type(types.number(2, 0), types.number(1, 0)))
    'NUMBER(8,6)'
    """
    scale = max(left.scale, min(left.scale + 6, 12))
    return types.number(left.leading + right.scale + scale, scale)


def divide(left: Value, right: Value) -> Value:
    """`left / right`, exact; division by zero is an error also between FLOATs."""
    left, right = pair(left, right)
    if left.type == FLOAT:
        return result(f"sf_divide({left.sql}, {right.sql})", FLOAT, left, right)
    return result(quotient(left, right), quotient_type(left.type, right.type), left, right)


def quotient(left: Value, right: Value) -> str:
    """The rounded quotient of two NUMBERs by whole-number division of their digits.

    The dividend is taken with as many zeros behind as the quotient's scale asks for. Short numbers
    are divided as 64-bit integers, longer ones as 128-bit ones; what does not fit is an error.
    """
    type_ = quotient_type(left.type, right.type)
    zeros = type_.scale - left.type.scale + right.type.scale
    short = left.type.precision + zeros <= 18 and right.type.precision <= 18
    integer = "BIGINT" if short else "HUGEINT"
    dividend = whole(left, left.type.scale + zeros, integer)
    divisor = whole(right, right.type.scale, integer)
    divide_ = "sf_quotient" if short else "sf_long_quotient"
    if isinstance(right.const, (int, Decimal)) and right.const:
        divide_ += "_by"  # which cannot fail, so that a window may be ordered by it
    rounded = f"CAST({divide_}({dividend}, {divisor}) AS DECIMAL({'18' if short else '38'},0))"
    return f"CAST({rounded} * {unit(type_.scale)} AS {type_.duckdb})"


def unit(scale: int) -> str:
    """10 to the power of minus `scale` as a decimal literal.

    >>> unit(3), unit(0)
    ('0.001', '1.')
    """
    return "0." + "0" * (scale - 1) + "1" if scale else "1."


def whole(value: Value, shift_by: int, integer: str) -> str:
    """The NUMBER times 10 to the power of `shift_by`, as an integer."""
    scale = value.type.scale
    if scale == 0:
        text = f"CAST({value.sql} AS {integer})"
        return text if shift_by == 0 else f"({text} * {10**shift_by}::{integer})"
    power = f"1{'0' * scale}."
    if value.type.precision + scale <= types.MAX_PRECISION:
        text = f"CAST({wide(value, scale + 1)} * {power} AS {integer})"
    else:
        text = f"sf_unscaled({value.sql}, {power})"
    rest = shift_by - scale
    return text if rest == 0 else f"({text} * {10**rest}::{integer})"


def modulo(left: Value, right: Value) -> Value:
    """`left % right`: the sign of the dividend, the larger scale; an error for zero. DuckDB would
    make a DOUBLE of what is longer than its DECIMAL."""
    left, right = pair(left, right)
    if left.type == FLOAT:
        return result(f"sf_modulo({left.sql}, {right.sql})", FLOAT, left, right)
    scale = max(left.type.scale, right.type.scale)
    digits = max(left.type.leading, right.type.leading) + scale
    type_ = types.number(digits, scale)
    if digits <= types.MAX_PRECISION:
        return result(f"({left.sql} % {right.sql})", type_, left, right)
    whole_ = f"({whole(left, scale, 'HUGEINT')} % {whole(right, scale, 'HUGEINT')})"
    remainder = f"CAST(CAST({whole_} AS DECIMAL(38,0)) * {unit(scale)} AS {type_.duckdb})"
    return result(remainder, type_, left, right)
