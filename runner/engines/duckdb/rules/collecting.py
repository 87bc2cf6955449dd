"""Aggregates that collect values: LISTAGG, ARRAY_AGG, OBJECT_AGG."""

from __future__ import annotations

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import Call, Value, aggregate, casts
from runner.engines.duckdb.rules.aggregates import distinct, within
from runner.engines.duckdb.rules.orders import ordered
from runner.engines.duckdb.types import TEXT
from runner.errors import EngineError, Unsupported


@aggregate("LISTAGG", "STRING_AGG", arguments=(1, 2))
def listagg(call: Call) -> Value:
    """LISTAGG(NULL::varchar) is '', not NULL."""
    if call.distinct and call.value(0).type.name == "TIMESTAMP_TZ":
        raise Unsupported(f"{call.name} of DISTINCT TIMESTAMP_TZ")
    separator = call.text(1) if len(call) == 2 else "''"
    if call.distinct and call.order is not None:
        return distinct_texts(call, separator)
    text = f"string_agg({distinct(call)}{call.text(0)}, {separator}{ordering(call)}){call.over}"
    return Value(f"COALESCE({text}, '')", TEXT)


def distinct_texts(call: Call, separator: str) -> Value:
    """The texts of DISTINCT values in their order."""
    value = call.value(0)
    text = casts.implicit(Value("x$", value.type), TEXT).sql
    listed = f"list_transform({distinct_list(call, value)}, lambda x$: {text})"
    return Value(f"array_to_string({listed}, {separator})", TEXT)


@aggregate("ARRAY_AGG", "ARRAYAGG")
def array_agg(call: Call) -> Value:
    """ARRAY_AGG(NULL::int) is []: NULLs are left out."""
    value = call.value(0)
    if call.distinct and value.type.name == "TIMESTAMP_TZ":
        raise Unsupported(f"{call.name} of DISTINCT TIMESTAMP_TZ")
    item = casts.implicit(value, types.VARIANT).sql
    if call.distinct and call.order is not None:
        return distinct_array(call, value)
    text = (
        f"list({distinct(call)}{item}{ordering(call)})"
        f" FILTER (WHERE {value.sql} IS NOT NULL){call.over}"
    )
    return Value(f"sf_array(COALESCE({text}, []))", types.ARRAY)


def distinct_array(call: Call, value: Value) -> Value:
    item = casts.implicit(Value("x$", value.type), types.VARIANT).sql
    listed = f"list_transform({distinct_list(call, value)}, lambda x$: {item})"
    return Value(f"sf_array({listed})", types.ARRAY)


def distinct_list(call: Call, value: Value) -> str:
    """DISTINCT with WITHIN GROUP: Snowflake wants both by the same expression."""
    ordered_by, descending = within(call)
    if ordered_by.sql != value.sql:
        raise EngineError(
            f"SQL compilation error:\n{call.name}(DISTINCT …) must be ordered by its own argument",
            code=2303,
        )
    word = "list_reverse_sort" if descending else "list_sort"
    text = f"list(DISTINCT {value.sql}) FILTER (WHERE {value.sql} IS NOT NULL){call.over}"
    return f"{word}(COALESCE({text}, []))"


@aggregate("ARRAY_UNIQUE_AGG")
def array_unique_agg(call: Call) -> Value:
    call.distinct = True
    return array_agg(call)


@aggregate("ARRAY_UNION_AGG")
def array_union_agg(call: Call) -> Value:
    """ARRAY_UNION_AGG([1, 2]) is [1, 2]: the elements of all arrays, each as often as in the one
    where it is most frequent; that is refused for an array with an element twice."""
    lists = f"list(sf_unique(CAST(json_extract({call.cast(0, types.VARIANT)}, '$[*]') AS JSON[])))"
    return Value(f"sf_array(sf_list_distinct(flatten({lists}{call.over})))", types.ARRAY)


@aggregate("OBJECT_AGG", arguments=(2, 2))
def object_agg(call: Call) -> Value:
    """OBJECT_AGG leaves NULL keys and values out."""
    name, value = call.text(0), call.value(1)
    pair = f"{{'k': {name}, 'v': {casts.implicit(value, types.VARIANT).sql}}}"
    present = f"{name} IS NOT NULL AND {value.sql} IS NOT NULL"
    text = f"list({pair}) FILTER (WHERE {present}){call.over}"
    return Value(f"sf_object(COALESCE({text}, []))", types.OBJECT)


def ordering(call: Call) -> str:
    """ORDER BY inside an aggregate, from WITHIN GROUP; constants order nothing."""
    nodes = call.order.expressions if call.order else []
    bound = [(call.binder.value(node.this), node) for node in nodes]
    terms = [ordered(value, term) for value, term in bound if value.const is None]
    return f" ORDER BY {', '.join(terms)}" if terms else ""
