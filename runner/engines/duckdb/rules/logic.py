"""Conditional functions: COALESCE, IFF, DECODE, NVL, GREATEST, …"""

from __future__ import annotations

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import MANY, Call, Value, function
from runner.engines.duckdb.rules.comparisons import compare
from runner.engines.duckdb.rules.operators import choose
from runner.engines.duckdb.types import BOOLEAN, SEMI_STRUCTURED
from runner.errors import Unsupported

NOTHING = Value("NULL", types.NULL)


@function("NVL", "IFNULL", arguments=(2, 2))
@function("COALESCE", arguments=(2, MANY))
def coalesce(call: Call) -> Value:
    """COALESCE(NULL, 1.5, 0) is 1.5, of the type common to all."""
    values, common = call.binder.unify(list(call.values()))
    return Value(
        f"COALESCE({', '.join(value.sql for value in values)})",
        common,
        volatile=any(value.volatile for value in values),
    )


@function("IFF", arguments=(3, 3))
def iff(call: Call) -> Value:
    """IFF(NULL, 1, 2) is 2."""
    test = call.cast(0, BOOLEAN)
    return choose(call.binder, [test], [call.value(1), call.value(2)])


@function("NVL2", arguments=(3, 3))
def nvl2(call: Call) -> Value:
    """NVL2(NULL, 1, 2) is 2."""
    test = f"({call.value(0).sql} IS NOT NULL)"
    return choose(call.binder, [test], [call.value(1), call.value(2)])


@function("NULLIF", arguments=(2, 2))
def nullif(call: Call) -> Value:
    """NULLIF('a', 'a') is NULL."""
    left = call.once(0)
    test = compare(left, "=", call.value(1)).sql
    return choose(call.binder, [test], [NOTHING, left])


@function("ZEROIFNULL", arguments=(1, 1))
def zeroifnull(call: Call) -> Value:
    """ZEROIFNULL(NULL) is 0."""
    values, common = call.binder.unify([call.value(0), Value("0.", types.number(1), 0)])
    return Value(f"COALESCE({values[0].sql}, {values[1].sql})", common)


@function("NULLIFZERO", arguments=(1, 1))
def nullifzero(call: Call) -> Value:
    """NULLIFZERO(0) is NULL."""
    value = call.once(0)
    test = compare(value, "=", Value("0.", types.number(1), 0)).sql
    return choose(call.binder, [test], [NOTHING, value])


@function("DECODE", arguments=(3, MANY))
def decode(call: Call) -> Value:
    """DECODE(1, 1, 'a', 'b') is 'a'; NULL matches NULL."""
    subject = call.once(0)
    tests, results = [], []
    for index in range(1, len(call) - 1, 2):
        tests.append(compare(subject, "IS NOT DISTINCT FROM", call.value(index)).sql)
        results.append(call.value(index + 1))
    results.append(NOTHING if len(call) % 2 else call.value(len(call) - 1))
    return choose(call.binder, tests, results)


@function("EQUAL_NULL", arguments=(2, 2))
def equal_null(call: Call) -> Value:
    """EQUAL_NULL(NULL, NULL) is true."""
    return compare(call.value(0), "IS NOT DISTINCT FROM", call.value(1))


@function("GREATEST", "LEAST", arguments=(1, MANY))
def greatest(call: Call) -> Value:
    """GREATEST(1, NULL, 3) is NULL."""
    return extreme(call, nulls=True)


@function("GREATEST_IGNORE_NULLS", "LEAST_IGNORE_NULLS", arguments=(1, MANY))
def greatest_ignore_nulls(call: Call) -> Value:
    """LEAST_IGNORE_NULLS(2, NULL, 1) is 1."""
    return extreme(call, nulls=False)


def extreme(call: Call, *, nulls: bool) -> Value:
    values, common = call.binder.unify([call.once(index) for index in range(len(call))])
    if common.name in SEMI_STRUCTURED:
        raise Unsupported(f"{call.name} of {common.name}")
    name = call.name.split("_", maxsplit=1)[0]
    text = f"{name}({', '.join(value.sql for value in values)})"
    if not nulls:
        return Value(text, common)
    missing = " OR ".join(f"{value.sql} IS NULL" for value in values)
    return Value(f"CASE WHEN {missing} THEN NULL ELSE {text} END", common)


@function("BOOLAND", "BOOLOR", "BOOLXOR", arguments=(2, 2))
def booland(call: Call) -> Value:
    """BOOLAND(true, NULL) is NULL."""
    left, right = call.cast(0, BOOLEAN), call.cast(1, BOOLEAN)
    word = {"BOOLAND": "AND", "BOOLOR": "OR", "BOOLXOR": "<>"}[call.name]
    return Value(f"({left} {word} {right})", BOOLEAN)


@function("BOOLNOT", arguments=(1, 1))
def boolnot(call: Call) -> Value:
    """BOOLNOT(0) is true."""
    return Value(f"(NOT {call.cast(0, BOOLEAN)})", BOOLEAN)


@function("REGR_VALX", "REGR_VALY", arguments=(2, 2))
def regr_val(call: Call) -> Value:
    """REGR_VALX(y, x) is x where y is not NULL."""
    kept, tested = (1, 0) if call.name == "REGR_VALX" else (0, 1)
    return choose(call.binder, [f"({call.value(tested).sql} IS NULL)"], [NOTHING, call.value(kept)])
