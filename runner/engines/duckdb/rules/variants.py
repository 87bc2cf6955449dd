"""VARIANT, OBJECT and ARRAY: canonical JSON text.

Keys are sorted and there is no white space, so that equal values are equal text. What JSON cannot
say is a string behind the private character U+E000 and a letter: `N` a NUMBER of more than 15
digits, `F` a FLOAT, `D` DATE, `H` TIME, `T`, `L`, `Z` the timestamps, `B` BINARY. DuckDB reads JSON
numbers as doubles, hence the `N`. `results.py` takes the marks off when rows leave the engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.binder import Binder, construct, expression
from runner.engines.duckdb.names import literal, quote, stored
from runner.engines.duckdb.rules import MANY, Call, Value, casts, function
from runner.engines.duckdb.scopes import Column, Scope, Source
from runner.engines.duckdb.types import ARRAY, BOOLEAN, INTEGER, OBJECT, TEXT, VARIANT, Type
from runner.errors import EngineError, Unsupported

# -- paths -----------------------------------------------------------------------------------------


@expression(exp.JSONExtract)
def bind_path(binder: Binder, node: exp.JSONExtract) -> Value:
    """`j:a.b[0]`: NULL where there is nothing; keys count upper and lower case."""
    value = binder.value(node.this)
    if value.type.name not in types.SEMI_STRUCTURED:
        raise EngineError(
            f"SQL compilation error:\nInvalid argument types for function 'GET': ({value.type})",
            code=1044,
            sqlstate="42P13",
        )
    path = "$"
    for part in node.expression.expressions:
        if isinstance(part, exp.JSONPathKey):
            path += key_step(str(part.this))
        elif isinstance(part, exp.JSONPathSubscript) and isinstance(part.this, int):
            path += f"[{part.this}]"
        elif isinstance(part, exp.JSONPathSubscript) and isinstance(part.this, str):
            path += key_step(part.this)
        elif not isinstance(part, exp.JSONPathRoot):
            raise Unsupported(f"the path {node.sql('snowflake')}")
    return Value(f"json_extract({value.sql}, {literal(path)})", VARIANT)


def key_step(key: str) -> str:
    if '"' in key or "\\" in key:
        raise Unsupported("a path with quotes or backslashes in a key")
    return f'."{key}"'


def path_of(sql: str, path: str) -> str:
    """The value at a path given as text, as GET_PATH and FLATTEN take it: `a.b[0]['c d']`."""
    steps = "$"
    position = 0
    for match in re.finditer(
        r"""\.?([A-Za-z_][\w$]*)|\.?"([^"]+)"|\[(\d+)\]|\['([^']+)'\]""", path
    ):
        if match.start() != position:
            raise Unsupported(f"the path {path!r}")
        position = match.end()
        name = match.group(1) or match.group(2) or match.group(4)
        steps += f"[{match.group(3)}]" if match.group(3) else key_step(name)
    if position != len(path):
        raise Unsupported(f"the path {path!r}")
    return f"json_extract({sql}, {literal(steps)})"


@expression(exp.Bracket)
def bind_bracket(binder: Binder, node: exp.Bracket) -> Value:
    """`j['a']`, `a[0]`, `a[i]`."""
    if len(node.expressions) != 1:
        raise Unsupported(construct(node))
    return element(binder.value(node.this), binder.value(node.expressions[0]))


def element(value: Value, index: Value) -> Value:
    value = casts.implicit(value, VARIANT)
    if index.type.name == "VARCHAR":
        if isinstance(index.const, str):
            path = literal("$" + key_step(index.const))
            return Value(f"json_extract({value.sql}, {path})", VARIANT)
        return Value(f"sf_field({value.sql}, {index.sql})", VARIANT)
    if isinstance(index.const, int):
        if index.const < 0:
            return Value("CAST(NULL AS JSON)", VARIANT)
        return Value(f"json_extract({value.sql}, '$[{index.const}]')", VARIANT)
    position = casts.implicit(index, INTEGER).sql
    return Value(f"sf_element({value.sql}, CAST({position} AS BIGINT))", VARIANT)


@function("GET", arguments=(2, 2))
def get(call: Call) -> Value:
    """GET(j, 'n') is 9."""
    return element(call.value(0), call.value(1))


@function("GET_PATH", arguments=(2, 2))
def get_path(call: Call) -> Value:
    """GET_PATH(j, 'o.k') is 1."""
    return Value(path_of(call.cast(0, VARIANT), str(call.constant(1))), VARIANT)


@function("GET_IGNORE_CASE", arguments=(2, 2))
def get_ignore_case(call: Call) -> Value:
    """GET_IGNORE_CASE(j, 'N') is 9; the exact name comes first."""
    return Value(f"sf_field_ignoring_case({call.cast(0, VARIANT)}, {call.text(1)})", VARIANT)


@function("JSON_EXTRACT_PATH_TEXT", arguments=(2, 2))
def json_extract_path_text(call: Call) -> Value:
    """JSON_EXTRACT_PATH_TEXT('{"a": {"b": 1}}', 'a.b') is '1'."""
    found = path_of(f"sf_parse_json({call.text(0)})", str(call.constant(1)))
    return Value(f"sf_text({found})", TEXT)


# -- making ----------------------------------------------------------------------------------------


@function("PARSE_JSON", arguments=(1, 2))
def parse_json(call: Call) -> Value:
    """PARSE_JSON('') is NULL; a malformed text raises 100069."""
    return Value(f"sf_parse_json({json_text(call)})", VARIANT)


@function("TRY_PARSE_JSON", arguments=(1, 2))
def try_parse_json(call: Call) -> Value:
    """TRY_PARSE_JSON('{') is NULL."""
    return Value(f"sf_try_parse_json({json_text(call)})", VARIANT)


@function("CHECK_JSON", arguments=(1, 1))
def check_json(call: Call) -> Value:
    """CHECK_JSON of valid JSON is NULL."""
    return Value(f"sf_check_json({json_text(call)})", TEXT)


def json_text(call: Call) -> str:
    if len(call) == 2:
        raise Unsupported(f"{call.name} with a parameter")
    return call.text(0)


@function("TO_JSON", arguments=(1, 1))
def to_json(call: Call) -> Value:
    """TO_JSON(j:o) is {"k": 1}."""
    return Value(f"sf_json({call.cast(0, VARIANT)})", TEXT)


@function("TO_VARIANT", arguments=(1, 1))
def to_variant(call: Call) -> Value:
    return casts.cast(call.value(0), VARIANT)


@function("TO_ARRAY", arguments=(1, 1))
def to_array(call: Call) -> Value:
    return casts.cast(call.value(0), ARRAY)


@function("TO_OBJECT", arguments=(1, 1))
def to_object(call: Call) -> Value:
    return casts.cast(call.value(0), OBJECT)


def item(value: Value) -> str:
    """An element of an ARRAY; an undefined one is refused when the statement runs."""
    text = casts.implicit(value, VARIANT).sql
    if value.const is not None or value.type.name == "OBJECT":
        return text
    return f"sf_defined({text})"


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
    return Value(f"sf_array(list_filter([{items}], lambda x: x IS NOT NULL))", ARRAY)


@expression(exp.Struct)
def bind_object(binder: Binder, node: exp.Struct) -> Value:
    """`{'a': 1, 'b': 'x'}`."""
    pairs = []
    for one in node.expressions:
        if not isinstance(one, exp.PropertyEQ):
            raise Unsupported(construct(one))
        name = one.this.name if isinstance(one.this, (exp.Identifier, exp.Literal)) else None
        if name is None:
            raise Unsupported(construct(one))
        pairs.append((literal(name), binder.value(one.expression)))
    return object_of(pairs, keep_null=False)


@function("OBJECT_CONSTRUCT", "OBJECT_CONSTRUCT_KEEP_NULL", arguments=(0, MANY))
def object_construct(call: Call) -> Value:
    """OBJECT_CONSTRUCT('a', 1, 'b', NULL) is {"a": 1}; of `*` an object of the row."""
    keep_null = call.name.endswith("KEEP_NULL")
    if len(call) == 1 and isinstance(call.nodes[0], exp.Star):
        from runner.engines.duckdb.clauses import select_items  # noqa: PLC0415

        items = select_items(call.binder, call.nodes[0])
        return object_of([(literal(one.name), one.value) for one in items], keep_null=keep_null)
    if len(call) % 2:
        raise EngineError(
            "SQL compilation error:\nOBJECT_CONSTRUCT needs an even number of arguments", code=1044
        )
    pairs = [(call.text(index), call.value(index + 1)) for index in range(0, len(call), 2)]
    return object_of(pairs, keep_null=keep_null)


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
        " lambda p: p.k IS NOT NULL AND p.v IS NOT NULL))",
        OBJECT,
    )


# -- asking ----------------------------------------------------------------------------------------


@function("TYPEOF", arguments=(1, 1))
def typeof(call: Call) -> Value:
    """TYPEOF(j:n) is 'INTEGER'."""
    return Value(f"sf_typeof({call.cast(0, VARIANT)})", TEXT)


@function("IS_NULL_VALUE", arguments=(1, 1))
def is_null_value(call: Call) -> Value:
    """IS_NULL_VALUE(PARSE_JSON('null')) is true; of SQL's NULL it is NULL."""
    return Value(f"(CAST({call.cast(0, VARIANT)} AS VARCHAR) = 'null')", BOOLEAN)


@function("STRIP_NULL_VALUE", arguments=(1, 1))
def strip_null_value(call: Call) -> Value:
    """STRIP_NULL_VALUE(PARSE_JSON('null')) is NULL."""
    text = call.cast(0, VARIANT)
    return Value(f"CASE WHEN CAST({text} AS VARCHAR) <> 'null' THEN {text} END", VARIANT)


KINDS: dict[str, tuple[tuple[str, ...], Type]] = {
    "ARRAY": (("ARRAY",), ARRAY),
    "OBJECT": (("OBJECT",), OBJECT),
    "VARCHAR": (("VARCHAR",), TEXT),
    "CHAR": (("VARCHAR",), TEXT),
    "BOOLEAN": (("BOOLEAN",), BOOLEAN),
    "INTEGER": (("INTEGER",), INTEGER),
    "DOUBLE": (("DOUBLE", "DECIMAL", "INTEGER"), types.FLOAT),
    "REAL": (("DOUBLE", "DECIMAL", "INTEGER"), types.FLOAT),
    "DECIMAL": (("DECIMAL", "INTEGER"), types.INTEGER),
    "NUMBER": (("DECIMAL", "INTEGER"), types.INTEGER),
    "DATE": (("DATE",), types.DATE),
    "DATE_VALUE": (("DATE",), types.DATE),
    "TIME": (("TIME",), types.TIME),
    "BINARY": (("BINARY",), types.BINARY),
    "TIMESTAMP_NTZ": (("TIMESTAMP_NTZ",), types.NTZ),
    "TIMESTAMP_LTZ": (("TIMESTAMP_LTZ",), types.LTZ),
    "TIMESTAMP_TZ": (("TIMESTAMP_TZ",), types.TZ),
}


def is_kind(call: Call, kind: str) -> str:
    names = ", ".join(literal(name) for name in KINDS[kind][0])
    return f"(sf_typeof({call.cast(0, VARIANT)}) IN ({names}))"


@function(*(f"IS_{kind}" for kind in KINDS if kind != "NUMBER"), arguments=(1, 1))
def is_(call: Call) -> Value:
    """IS_INTEGER(j:n) is true."""
    return Value(is_kind(call, call.name.removeprefix("IS_")), BOOLEAN)


@function(*(f"AS_{kind}" for kind in KINDS), arguments=(1, 3))
def as_(call: Call) -> Value:
    """AS_VARCHAR(j:n) is NULL: another kind; AS_INTEGER(j:n) is 9."""
    kind = call.name.removeprefix("AS_")
    to = KINDS[kind][1]
    if kind in ("NUMBER", "DECIMAL"):
        numbers = [call.constant(index) for index in range(1, len(call))]
        to = types.number(*(numbers or [38, 0]))
    value = Value(call.cast(0, VARIANT), VARIANT)
    if to.name in ("OBJECT", "ARRAY"):
        return Value(f"CASE WHEN {is_kind(call, kind)} THEN {value.sql} END", to)
    return Value(f"CASE WHEN {is_kind(call, kind)} THEN {casts.cast(value, to).sql} END", to)


# -- objects ---------------------------------------------------------------------------------------


@function("OBJECT_KEYS", arguments=(1, 1))
def object_keys(call: Call) -> Value:
    """OBJECT_KEYS(j:o) is ["k"]."""
    return Value(f"to_json(list_sort(json_keys({call.cast(0, VARIANT)})))", ARRAY)


@function("OBJECT_INSERT", arguments=(3, 4))
def object_insert(call: Call) -> Value:
    """OBJECT_INSERT(j:o, 'k', 2, true) is {"k": 2}; without TRUE an error."""
    update = call.constant(3) if len(call) == 4 else False
    name = "sf_object_put" if update else "sf_object_add"
    return Value(
        f"{name}({call.cast(0, VARIANT)}, {call.text(1)}, {call.cast(2, VARIANT)})", OBJECT
    )


@function("OBJECT_DELETE", "OBJECT_PICK", arguments=(2, MANY))
def object_delete(call: Call) -> Value:
    """OBJECT_DELETE(j:o, 'k') is {}, OBJECT_PICK(j:o, 'k') is {"k": 1}."""
    if len(call) == 2 and call.value(1).type.name in ("ARRAY", "VARIANT"):
        keys = f"json_extract_string({call.value(1).sql}, '$[*]')"
    else:
        keys = f"[{', '.join(call.text(index) for index in range(1, len(call)))}]"
    word = "NOT " if call.name == "OBJECT_DELETE" else ""
    return Value(
        f"sf_object(list_filter(sf_entries({call.cast(0, VARIANT)}),"
        f" lambda p: {word}list_contains({keys}, p.k)))",
        OBJECT,
    )


# -- arrays ----------------------------------------------------------------------------------------


def elements(call: Call, index: int = 0) -> str:
    """An ARRAY as DuckDB's list of JSON."""
    return f"CAST(json_extract({call.cast(index, VARIANT)}, '$[*]') AS JSON[])"


@function("ARRAY_SIZE", arguments=(1, 1))
def array_size(call: Call) -> Value:
    """ARRAY_SIZE([1, 2]) is 2, ARRAY_SIZE(1::variant) is NULL."""
    return Value(f"CAST(sf_array_size({call.cast(0, VARIANT)}) AS DECIMAL(9,0))", types.number(9))


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
listed("ARRAY_COMPACT", "list_filter({a}, lambda x: CAST(x AS VARCHAR) <> 'null')", (1, 1))
listed("ARRAY_DISTINCT", "sf_list_distinct({a})", (1, 1))
listed("ARRAY_INTERSECTION", "sf_list_intersection({a}, {b})", (2, 2))
listed("ARRAY_EXCEPT", "sf_list_except({a}, {b})", (2, 2))
listed("ARRAY_FLATTEN", "sf_list_flatten({a})", (1, 1))
listed("ARRAY_SLICE", "sf_list_slice({a}, {i}, {j})", (3, 3))
listed(
    "ARRAY_REMOVE", "list_filter({a}, lambda x: CAST(x AS VARCHAR) <> CAST({v} AS VARCHAR))", (2, 2)
)
listed("ARRAY_REMOVE_AT", "sf_list_remove_at({a}, {i})", (2, 2))
listed("ARRAY_INSERT", "sf_list_insert({a}, {i}, {w})", (3, 3))


@function("ARRAY_PREPEND", arguments=(2, 2))
def array_prepend(call: Call) -> Value:
    """ARRAY_PREPEND([1], 0) is [0, 1]."""
    return unless_null(call, f"sf_array(list_prepend({item(call.value(1))}, {elements(call)}))")


@function("ARRAY_SORT", arguments=(1, 3))
def array_sort(call: Call) -> Value:
    """ARRAY_SORT([2, 1]) is [1, 2]."""
    if len(call) == 3:
        raise Unsupported("ARRAY_SORT with NULLS FIRST")
    ascending = call.constant(1) if len(call) == 2 else True
    order = "'ASC', 'NULLS LAST'" if ascending else "'DESC', 'NULLS FIRST'"
    pairs = f"list_transform({elements(call)}, lambda x: {{'k': sf_sort_key(x), 'v': x}})"
    return Value(f"sf_array(list_transform(list_sort({pairs}, {order}), lambda p: p.v))", ARRAY)


@function("ARRAY_MIN", "ARRAY_MAX", arguments=(1, 1))
def array_min(call: Call) -> Value:
    """ARRAY_MIN([2, 10]) is 2."""
    pairs = f"list_transform({elements(call)}, lambda x: {{'k': sf_sort_key(x), 'v': x}})"
    return Value(f"(list_{call.name[-3:].lower()}({pairs})).v", VARIANT)


@function("ARRAY_CONTAINS", arguments=(2, 2))
def array_contains(call: Call) -> Value:
    """ARRAY_CONTAINS(2::variant, [1, 2]) is true."""
    listed_ = f"sf_texts({elements(call, 1)})"
    return Value(f"list_contains({listed_}, CAST({call.cast(0, VARIANT)} AS VARCHAR))", BOOLEAN)


@function("ARRAY_POSITION", arguments=(2, 2))
def array_position(call: Call) -> Value:
    """ARRAY_POSITION(2, [1, 2]) is 1: from 0; NULL when it is not there."""
    listed_ = f"sf_texts({elements(call, 1)})"
    text = f"nullif(list_position({listed_}, CAST({call.cast(0, VARIANT)} AS VARCHAR)), 0) - 1"
    return Value(f"CAST({text} AS DECIMAL(9,0))", types.number(9))


@function("ARRAYS_TO_OBJECT", arguments=(2, 2))
def arrays_to_object(call: Call) -> Value:
    """ARRAYS_TO_OBJECT(['a'], [1]) is {"a": 1}."""
    return Value(f"sf_arrays_to_object({elements(call)}, {elements(call, 1)})", OBJECT)


@function("ARRAYS_OVERLAP", arguments=(2, 2))
def arrays_overlap(call: Call) -> Value:
    """ARRAYS_OVERLAP([1], [1, 2]) is true."""
    return Value(
        f"list_has_any(sf_texts({elements(call)}), sf_texts({elements(call, 1)}))", BOOLEAN
    )


@function("ARRAY_TO_STRING", arguments=(2, 2))
def array_to_string(call: Call) -> Value:
    """ARRAY_TO_STRING([1, 2], ',') is '1,2'."""
    texts = f"list_transform({elements(call)}, lambda x: COALESCE(sf_text(x), ''))"
    separator = call.text(1)
    return Value(
        f"CASE WHEN {separator} IS NOT NULL THEN array_to_string({texts}, {separator}) END", TEXT
    )


@function("ARRAY_GENERATE_RANGE", arguments=(2, 3))
def array_generate_range(call: Call) -> Value:
    """ARRAY_GENERATE_RANGE(1, 4) is [1, 2, 3]."""
    numbers = ", ".join(call.integer(index) for index in range(len(call)))
    return Value(f"to_json(range({numbers}))", ARRAY)


# -- lambdas ---------------------------------------------------------------------------------------


def parameters(call: Call, node: exp.Expr, count: int) -> list[str]:
    """The stored names of a lambda's arguments."""
    if not isinstance(node, exp.Lambda) or len(node.expressions) != count:
        raise Unsupported(f"{call.name} without a lambda of {count} arguments")
    return [
        stored(one if isinstance(one, exp.Identifier) else one.this) for one in node.expressions
    ]


@function("REDUCE", arguments=(3, 3))
def reduce_(call: Call) -> Value:
    """REDUCE([1, 2, 3], 0, (acc, x) -> acc + x::int) is 6."""
    accumulated, item_ = parameters(call, call.nodes[2], 2)
    start = call.value(1)
    if start.type.name == "NUMBER":
        start = casts.cast(start, types.number(38, start.type.scale))
    if start.type.name == "VARCHAR":
        start = Value(start.sql, TEXT)
    columns = [
        Column(accumulated, start.type, quote(accumulated)),
        Column(item_, VARIANT, quote(item_)),
    ]
    with call.binder.inside(Scope(call.binder.scope, [Source("", columns)])):
        value = call.binder.value(call.nodes[2].this)
    step = casts.implicit(casts.implicit(value, start.type), VARIANT).sql
    unpacked = casts.cast(Value(quote(accumulated), VARIANT), start.type).sql
    step = step.replace(quote(accumulated), unpacked)
    first = casts.implicit(start, VARIANT).sql
    folded = (
        f"list_reduce(list_prepend({first}, {elements(call)}),"
        f" lambda {quote(accumulated)}, {quote(item_)}: {step})"
    )
    return casts.cast(Value(folded, VARIANT), start.type)


@function("FILTER", "TRANSFORM", arguments=(2, 2))
def higher_order(call: Call) -> Value:
    """FILTER([1, 2, 3], x -> x > 1) is [2, 3]."""
    function_ = call.nodes[1]
    (name,) = parameters(call, function_, 1)
    scope = Scope(call.binder.scope, [Source("", [Column(name, VARIANT, quote(name))])])
    with call.binder.inside(scope):
        value = call.binder.value(function_.this)
    if call.name == "FILTER":
        body, word = casts.implicit(value, BOOLEAN).sql, "list_filter"
    else:
        body, word = item(value), "list_transform"
    return Value(f"sf_array({word}({elements(call)}, lambda {quote(name)}: {body}))", ARRAY)
