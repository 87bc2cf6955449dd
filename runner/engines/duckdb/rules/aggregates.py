"""Aggregates. All but a few also work as window functions: the rule puts `call.over` behind."""

from __future__ import annotations

import re

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.queries.items import select_items
from runner.engines.duckdb.rules import MANY, Call, Value, aggregate, arithmetic, casts
from runner.engines.duckdb.rules.comparisons import key
from runner.engines.duckdb.types import BOOLEAN, FLOAT, INTEGER, SEMI_STRUCTURED, Type
from runner.errors import Unsupported

COUNT = types.number(18)


def distinct(call: Call) -> str:
    return "DISTINCT " if call.distinct else ""


def numeric(call: Call, index: int = 0) -> Value:
    """A numeric argument of an aggregate; text is read as FLOAT (page *SUM*)."""
    value = call.value(index)
    if value.type.name == "VARCHAR":
        return casts.implicit(value, FLOAT)
    return arithmetic.numeric(value)


@aggregate("COUNT", arguments=(1, MANY))
def count(call: Call) -> Value:
    """COUNT(*), COUNT(a), COUNT(a, b) (rows without any NULL), COUNT(DISTINCT a, b), COUNT(t.*)."""
    if isinstance(call.nodes[0], exp.Star) and not any(call.nodes[0].args.values()):
        text = "count(*)"
    else:
        values = [item.value for node in call.nodes for item in select_items(call.binder, node)]
        text = f"count({distinct(call)}{counted(values)})"
    return Value(f"CAST({text}{call.over} AS DECIMAL(18,0))", COUNT)


def counted(values: list[Value]) -> str:
    """What is NULL when one of the values is."""
    if len(values) == 1:
        return present(values[0])
    complete = " AND ".join(f"{present(value)} IS NOT NULL" for value in values)
    return f"CASE WHEN {complete} THEN row({', '.join(key(value) for value in values)}) END"


def present(value: Value) -> str:
    """What is counted of a value: JSON's null in a VARIANT is none (page *COUNT*)."""
    return f"nullif({key(value)}, 'null')" if value.type.name == "VARIANT" else key(value)


@aggregate("COUNT_IF")
def count_if(call: Call) -> Value:
    """COUNT_IF(false) is 0, of no rows as well."""
    text = f"coalesce(count_if({call.cast(0, BOOLEAN)}){call.over}, 0)"
    return Value(f"CAST({text} AS DECIMAL(18,0))", COUNT)


def sum_type(type_: Type) -> Type:
    """SUM of NUMBER(p,s) is exact: NUMBER(p + 12, s)."""
    return types.number(type_.precision + 12, type_.scale) if type_.name == "NUMBER" else FLOAT


@aggregate("SUM")
def total(call: Call) -> Value:
    """SUM(1.25) is 1.25: of a NUMBER a NUMBER of the same scale."""
    value = numeric(call)
    type_ = sum_type(value.type)
    text = f"sum({distinct(call)}{value.sql}){call.over}"
    return Value(f"CAST({text} AS {type_.duckdb})" if type_.name == "NUMBER" else text, type_)


@aggregate("AVG")
def average(call: Call) -> Value:
    """AVG(5) is 5.000000: the sum divided by the count, as `/` divides. AVG(5) OVER () is 5.000:
    cut off three digits behind those of the values (page *Analyzing data with window functions*).
    """
    value = numeric(call)
    if value.type == FLOAT:
        return Value(f"avg({distinct(call)}{value.sql}){call.over}", FLOAT)
    total_ = Value(f"sum({distinct(call)}{value.sql}){call.over}", sum_type(value.type))
    rows = f"count({distinct(call)}{value.sql}){call.over}"
    divisor = Value(f"CAST(nullif({rows}, 0) AS DECIMAL(18,0))", COUNT)
    if OVER.match(call.over):
        return cut_quotient(total_, divisor)
    return arithmetic.divide(total_, divisor)


# not the FILTER that stands in this place for PIVOT
OVER = re.compile(r" OVER \(")


def cut_quotient(total_: Value, divisor: Value) -> Value:
    scale = min(37, total_.type.scale + 3)
    type_ = types.number(total_.type.leading + scale, scale)
    digits = arithmetic.whole(total_, scale, "HUGEINT")
    whole = f"CAST({digits} // CAST({divisor.sql} AS HUGEINT) AS DECIMAL(38,0))"
    return Value(f"CAST({whole} * {arithmetic.unit(scale)} AS {type_.duckdb})", type_)


@aggregate("MIN", "MAX")
def extreme(call: Call) -> Value:
    value = call.value(0)
    if value.type.name in SEMI_STRUCTURED:
        word = "arg_max" if call.name == "MAX" else "arg_min"
        return Value(f"{word}({value.sql}, sf_sort_key({value.sql})){call.over}", value.type)
    return Value(f"{call.name.lower()}({value.sql}){call.over}", value.type)


@aggregate("ANY_VALUE")
def any_value(call: Call) -> Value:
    """ANY_VALUE gives a value of the group; of several different ones, any."""
    value = call.value(0)
    return Value(f"any_value({value.sql}){call.over}", value.type)


def within(call: Call) -> tuple[Value, bool]:
    """The one term of WITHIN GROUP (ORDER BY …), and whether it descends."""
    if call.order is None or len(call.order.expressions) != 1:
        raise Unsupported(f"{call.name} without WITHIN GROUP (ORDER BY …)")
    term = call.order.expressions[0]
    return call.binder.value(term.this), bool(term.args.get("desc"))


@aggregate("BITAND_AGG", "BITOR_AGG", "BITXOR_AGG", "BIT_AND_AGG", "BIT_OR_AGG", "BIT_XOR_AGG")
def bits(call: Call) -> Value:
    """BITOR_AGG(5) is 5."""
    word = "bit_" + call.name.removesuffix("_AGG").removeprefix("BIT").strip("_").lower()
    text = f"{word}(CAST({call.cast(0, INTEGER)} AS HUGEINT)){call.over}"
    return Value(f"CAST({text} AS DECIMAL(38,0))", INTEGER)


@aggregate("BOOLAND_AGG", "BOOLOR_AGG", "BOOLXOR_AGG")
def bools(call: Call) -> Value:
    condition = call.cast(0, BOOLEAN)
    if call.name == "BOOLXOR_AGG":
        text = f"count(CASE WHEN {condition} THEN 1 END){call.over}"
        known = f"count({condition}){call.over}"
        return Value(f"CASE WHEN {known} > 0 THEN {text} = 1 END", BOOLEAN)
    word = "bool_and" if call.name == "BOOLAND_AGG" else "bool_or"
    return Value(f"{word}({condition}){call.over}", BOOLEAN)


@aggregate("APPROX_COUNT_DISTINCT", "HLL", arguments=(1, MANY))
def approx_count_distinct(call: Call) -> Value:
    """Exact here, which every estimate may be."""
    call.distinct = True
    return count(call)


@aggregate("MAX_BY", "MIN_BY", arguments=(2, 3))
def max_by(call: Call) -> Value:
    """MAX_BY(a, b) is the a where b is the largest; with a number an ARRAY of so many."""
    word = "arg_max" if call.name == "MAX_BY" else "arg_min"
    value, by = call.value(0), key(call.value(1))
    if len(call) == 2:
        return Value(f"{word}_null({value.sql}, {by}){call.over}", value.type)
    item = casts.implicit(Value("x$['v']", value.type), types.VARIANT).sql
    best = f"{word}({{'v': {value.sql}}}, {by}, {call.constant(2)}){call.over}"
    return Value(
        f"sf_array(list_transform({best}, lambda x$: COALESCE({item}, sf_undefined())))",
        types.ARRAY,
    )


@aggregate("GROUPING", "GROUPING_ID", arguments=(1, MANY))
def grouping(call: Call) -> Value:
    listed = ", ".join(value.sql for value in call.values())
    return Value(f"CAST(grouping({listed}) AS DECIMAL(38,0))", INTEGER)


@aggregate("RATIO_TO_REPORT")
def ratio_to_report(call: Call) -> Value:
    """The value divided by the sum over the window."""
    value = numeric(call)
    if value.type == FLOAT:
        return Value(f"({value.sql} / nullif(sum({value.sql}){call.over}, 0))", FLOAT)
    total_ = Value(f"nullif(sum({value.sql}){call.over}, 0)", sum_type(value.type))
    return arithmetic.divide(value, total_)


@aggregate("HASH_AGG", arguments=(1, MANY))
def hash_agg(call: Call) -> Value:
    """A fingerprint of the rows, whatever their order. The numbers are not Snowflake's."""
    digest = call.binder.call("HASH", call.nodes).sql
    text = f"sum(CAST({digest} AS HUGEINT)){call.over}"
    return Value(f"CAST(COALESCE({text}, 0) % 9223372036854775807 AS DECIMAL(38,0))", INTEGER)
