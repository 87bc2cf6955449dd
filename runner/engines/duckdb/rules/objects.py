"""OBJECT: making and changing. An OBJECT is canonical JSON text, see `variants`."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb.binder import Binder, construct, expression
from runner.engines.duckdb.names import literal
from runner.engines.duckdb.queries.items import select_items
from runner.engines.duckdb.rules import MANY, Call, Value, casts, function
from runner.engines.duckdb.rules.arrays import elements
from runner.engines.duckdb.types import ARRAY, OBJECT, VARIANT
from runner.errors import EngineError, Unsupported


@expression(exp.Struct)
def bind_object(binder: Binder, node: exp.Struct) -> Value:
    """`{'a': 1, 'b': 'x'}`; `{*}` is the object of the row."""
    if len(node.expressions) == 1 and is_star(node.expressions[0]):
        return object_of(row_pairs(binder, node.expressions[0]), keep_null=False)
    pairs = []
    for one in node.expressions:
        if not isinstance(one, exp.PropertyEQ):
            raise Unsupported(construct(one))
        name = one.this.name if isinstance(one.this, (exp.Identifier, exp.Literal)) else None
        if name is None:
            raise Unsupported(construct(one))
        if isinstance(one.expression, exp.Null):
            raise Unsupported("NULL in an OBJECT constant")
        pairs.append((literal(name), binder.value(one.expression)))
    return object_of(pairs, keep_null=False)


@function("OBJECT_CONSTRUCT", "OBJECT_CONSTRUCT_KEEP_NULL", arguments=(0, MANY))
def object_construct(call: Call) -> Value:
    """OBJECT_CONSTRUCT('a', 1, 'b', NULL) is {"a": 1}; of `*` an object of the row."""
    keep_null = call.name.endswith("KEEP_NULL")
    if len(call) == 1 and is_star(call.nodes[0]):
        return object_of(row_pairs(call.binder, call.nodes[0]), keep_null=keep_null)
    if len(call) % 2:
        raise EngineError(
            "SQL compilation error:\nOBJECT_CONSTRUCT needs an even number of arguments", code=1044
        )
    pairs = [(call.text(index), call.value(index + 1)) for index in range(0, len(call), 2)]
    return object_of(pairs, keep_null=keep_null)


def row_pairs(binder: Binder, node: exp.Expr) -> list[tuple[str, Value]]:
    """The names and values of the columns that a star stands for."""
    return [(literal(one.name), one.value) for one in select_items(binder, node)]


def is_star(node: exp.Expr) -> bool:
    """`*` or `t.*`."""
    return isinstance(node, exp.Star) or (
        isinstance(node, exp.Column) and isinstance(node.this, exp.Star)
    )


def object_of(pairs: list[tuple[str, Value]], *, keep_null: bool) -> Value:
    if not pairs:
        return Value("JSON '{}'", OBJECT)
    entries = []
    for name, value in pairs:
        text = casts.implicit(value, VARIANT).sql
        if keep_null:
            text = f"COALESCE({text}, JSON 'null')"
        entries.append(f"{{'k': {name}, 'v': {text}}}")
    return Value(
        f"sf_object(list_filter([{', '.join(entries)}],"
        " lambda p$: p$['k'] IS NOT NULL AND p$['v'] IS NOT NULL))",
        OBJECT,
    )


def subject(call: Call) -> str:
    """The OBJECT that a function works on; another kind in a VARIANT is an error."""
    return casts.implicit(call.value(0), OBJECT).sql


@function("OBJECT_KEYS", arguments=(1, 1))
def object_keys(call: Call) -> Value:
    """OBJECT_KEYS(j:o) is ["k"]."""
    return Value(f"to_json(list_sort(json_keys({subject(call)})))", ARRAY)


@function("OBJECT_INSERT", arguments=(3, 4))
def object_insert(call: Call) -> Value:
    """OBJECT_INSERT(j:o, 'k', 2, true) is {"k": 2}; without TRUE an error."""
    update = call.constant(3) if len(call) == 4 else False
    name = "sf_object_put" if update else "sf_object_add"
    return Value(f"{name}({subject(call)}, {call.text(1)}, {call.cast(2, VARIANT)})", OBJECT)


@function("OBJECT_DELETE", "OBJECT_PICK", arguments=(2, MANY))
def object_delete(call: Call) -> Value:
    """OBJECT_DELETE(j:o, 'k') is {}, OBJECT_PICK(j:o, 'k') is {"k": 1}."""
    if len(call) == 2 and call.value(1).type.name in ("ARRAY", "VARIANT"):
        keys = f"json_extract_string({call.value(1).sql}, '$[*]')"
    else:
        keys = f"[{', '.join(call.text(index) for index in range(1, len(call)))}]"
    word = "NOT " if call.name == "OBJECT_DELETE" else ""
    return Value(
        f"sf_object(list_filter(sf_entries({subject(call)}),"
        f" lambda p$: {word}list_contains({keys}, p$['k'])))",
        OBJECT,
    )


@function("ARRAYS_TO_OBJECT", arguments=(2, 2))
def arrays_to_object(call: Call) -> Value:
    """ARRAYS_TO_OBJECT(['a'], [1]) is {"a": 1}."""
    return Value(f"sf_arrays_to_object({elements(call)}, {elements(call, 1)})", OBJECT)
