"""ARRAY: making, asking, changing. An ARRAY is canonical JSON text, see `variants`."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.binder import Binder, expression
from runner.engines.duckdb.rules import MANY, Call, Value, casts, function
from runner.engines.duckdb.types import ARRAY, BOOLEAN, TEXT, VARIANT
from runner.errors import EngineError


def item(value: Value) -> str:
    """An element of an ARRAY; NULL is one too, which is shown as `undefined`."""
    text = casts.implicit(value, VARIANT).sql
    if value.const is not None or value.type.name == "OBJECT":
        return text
    return f"COALESCE({text}, sf_undefined())"


@expression(exp.Array)
def bind_array(binder: Binder, node: exp.Array) -> Value:
    """`[1, 2]`."""
    return array([binder.value(one) for one in node.expressions])


@function("ARRAY_CONSTRUCT", arguments=(0, MANY))
def array_construct(call: Call) -> Value:
    """ARRAY_CONSTRUCT(1, 2) is [1, 2]."""
    return array(list(call.values()))


def array(values: list[Value]) -> Value:
    if not values:
        return Value("JSON '[]'", ARRAY)
    return Value(f"sf_array([{', '.join(map(item, values))}])", ARRAY)


@function("ARRAY_CONSTRUCT_COMPACT", arguments=(0, MANY))
def array_construct_compact(call: Call) -> Value:
    """ARRAY_CONSTRUCT_COMPACT(1, NULL) is [1]."""
    items = ", ".join(casts.implicit(value, VARIANT).sql for value in call.values())
    return Value(f"sf_array(list_filter([{items}], lambda x$: x$ IS NOT NULL))", ARRAY)


def elements(call: Call, index: int = 0) -> str:
    """An ARRAY as DuckDB's list of JSON."""
    return f"CAST(json_extract({subject(call, index)}, '$[*]') AS JSON[])"


def subject(call: Call, index: int = 0) -> str:
    """The ARRAY that a function works on. Text is none, as Snowflake says when it compiles."""
    value = call.value(index)
    if value.type.name not in ("ARRAY", "VARIANT", "NULL"):
        raise EngineError(
            f"SQL compilation error:\ninvalid argument types for function '{call.name}': "
            f"({value.type})",
            code=1044,
            sqlstate="42P13",
        )
    return casts.implicit(value, VARIANT).sql


@function("ARRAY_SIZE", arguments=(1, 1))
def array_size(call: Call) -> Value:
    """ARRAY_SIZE([1, 2]) is 2, ARRAY_SIZE(1::variant) is NULL."""
    return Value(f"CAST(sf_array_size({subject(call)}) AS DECIMAL(9,0))", types.number(9))


def listed(name: str, sql: str, arguments: tuple[int, int]) -> None:
    """An ARRAY function that is a function of DuckDB's lists: {a}, {b} lists, {v}, {w} elements."""

    @function(name, arguments=arguments)
    def rule(call: Call) -> Value:
        makers: dict[str, Callable[[], str]] = {
            "a": lambda: elements(call),
            "b": lambda: elements(call, 1),
            "v": lambda: item(call.value(1)),
            "w": lambda: item(call.value(2)),
            "i": lambda: call.integer(1),
            "j": lambda: call.integer(2),
        }
        parts = {key: make() for key, make in makers.items() if f"{{{key}}}" in sql}
        return unless_null(call, f"sf_array({sql.format(**parts)})", both="b" in parts)


def unless_null(call: Call, sql: str, *, both: bool = False) -> Value:
    """The ARRAY, or NULL when one that it is made of is NULL."""
    test = f"{call.value(0).sql} IS NOT NULL"
    if both:
        test += f" AND {call.value(1).sql} IS NOT NULL"
    return Value(f"CASE WHEN {test} THEN {sql} END", ARRAY)


listed("ARRAY_CAT", "list_concat({a}, {b})", (2, 2))


listed("ARRAY_APPEND", "list_append({a}, {v})", (2, 2))


listed("ARRAY_REVERSE", "list_reverse({a})", (1, 1))


listed(
    "ARRAY_COMPACT",
    "list_filter({a}, lambda x$: nullif(sf_present(x$), JSON 'null') IS NOT NULL)",
    (1, 1),
)


listed("ARRAY_DISTINCT", "sf_list_distinct({a})", (1, 1))


listed("ARRAY_INTERSECTION", "sf_list_intersection({a}, {b})", (2, 2))


listed("ARRAY_EXCEPT", "sf_list_except({a}, {b})", (2, 2))


listed("ARRAY_FLATTEN", "sf_list_flatten({a})", (1, 1))


listed("ARRAY_SLICE", "sf_list_slice({a}, {i}, {j})", (3, 3))


@function("ARRAY_REMOVE", arguments=(2, 2))
def array_remove(call: Call) -> Value:
    """ARRAY_REMOVE([1, 2, 1], 1) is [2]; of NULL it is NULL."""
    removed = casts.implicit(call.value(1), VARIANT).sql
    kept = f"sf_list_without({elements(call)}, sf_identity({removed}))"
    return unless_null(call, f"sf_array({kept})", both=True)


listed("ARRAY_REMOVE_AT", "sf_list_remove_at({a}, {i})", (2, 2))


listed("ARRAY_INSERT", "sf_list_insert({a}, {i}, {w})", (3, 3))


@function("ARRAY_PREPEND", arguments=(2, 2))
def array_prepend(call: Call) -> Value:
    """ARRAY_PREPEND([1], 0) is [0, 1]."""
    return unless_null(call, f"sf_array(list_prepend({item(call.value(1))}, {elements(call)}))")


@function("ARRAY_SORT", arguments=(1, 3))
def array_sort(call: Call) -> Value:
    """ARRAY_SORT([2, 1]) is [1, 2]; what is undefined comes last, or first when descending."""
    ascending = call.constant(1) if len(call) > 1 else True
    first = call.constant(2) if len(call) > 2 else not ascending
    items = f"sf_list_sort({elements(call)}, {str(ascending).lower()}, {str(first).lower()})"
    return unless_null(call, f"sf_array({items})")


@function("ARRAY_MIN", "ARRAY_MAX", arguments=(1, 1))
def array_min(call: Call) -> Value:
    """ARRAY_MIN([2, 10]) is 2."""
    items = f"sf_list_present({elements(call)})"
    pairs = f"list_transform({items}, lambda x$: {{'k': sf_sort_key(x$), 'v': x$}})"
    return Value(f"(list_{call.name[-3:].lower()}({pairs})).v", VARIANT)


@function("ARRAY_CONTAINS", arguments=(2, 2))
def array_contains(call: Call) -> Value:
    """ARRAY_CONTAINS(2, [1, 2]) is true; of NULL true where the ARRAY has one, else NULL."""
    return Value(f"sf_place({call.variant(0)}, {elements(call, 1)}) > 0", BOOLEAN)


@function("ARRAY_POSITION", arguments=(2, 2))
def array_position(call: Call) -> Value:
    """ARRAY_POSITION(2, [1, 2]) is 1: from 0; NULL when it is not there."""
    text = f"nullif(sf_place({call.variant(0)}, {elements(call, 1)}), 0) - 1"
    return Value(f"CAST({text} AS DECIMAL(9,0))", types.number(9))


@function("ARRAYS_ZIP", arguments=(1, MANY))
def arrays_zip(call: Call) -> Value:
    """ARRAYS_ZIP([1], [2]) is [{"$1": 1, "$2": 2}]; a shorter ARRAY is filled up with nulls."""
    lists = ", ".join(elements(call, index) for index in range(len(call)))
    known = " AND ".join(f"{value.sql} IS NOT NULL" for value in call.values())
    return Value(f"CASE WHEN {known} THEN sf_array(sf_list_zip([{lists}])) END", ARRAY)


@function("ARRAYS_OVERLAP", arguments=(2, 2))
def arrays_overlap(call: Call) -> Value:
    """ARRAYS_OVERLAP([1], [1, 2]) is true."""
    return Value(
        f"list_has_any(sf_texts({elements(call)}), sf_texts({elements(call, 1)}))", BOOLEAN
    )


@function("ARRAY_TO_STRING", arguments=(2, 2))
def array_to_string(call: Call) -> Value:
    """ARRAY_TO_STRING([1, 2], ',') is '1,2'."""
    texts = f"list_transform({elements(call)}, lambda x$: COALESCE(sf_text(x$), ''))"
    separator = call.text(1)
    return Value(
        f"CASE WHEN {separator} IS NOT NULL THEN array_to_string({texts}, {separator}) END", TEXT
    )


@function("ARRAY_GENERATE_RANGE", arguments=(2, 3))
def array_generate_range(call: Call) -> Value:
    """ARRAY_GENERATE_RANGE(1, 4) is [1, 2, 3]."""
    numbers = ", ".join(call.integer(index) for index in range(2))
    if len(call) == 3:
        numbers += f", sf_stride({call.integer(2)})"
    return Value(f"to_json(range({numbers}))", ARRAY)
