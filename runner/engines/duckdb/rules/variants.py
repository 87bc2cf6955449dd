"""VARIANT, OBJECT and ARRAY: canonical JSON text.

Keys are sorted and there is no white space, so that equal values are equal text. What JSON cannot
say is a string behind the private character U+E000 and a letter: `N` a NUMBER of more than 15
digits, `F` a FLOAT, `D` DATE, `H` TIME, `T`, `L`, `Z` the timestamps, `B` BINARY. DuckDB reads JSON
numbers as doubles, hence the `N`. `results.py` takes the marks off when rows leave the engine.
"""

from __future__ import annotations

import re

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.binder import Binder, construct, expression
from runner.engines.duckdb.names import literal
from runner.engines.duckdb.rules import Call, Value, casts, function
from runner.engines.duckdb.types import ARRAY, BOOLEAN, INTEGER, OBJECT, TEXT, VARIANT, Type
from runner.errors import EngineError, Unsupported


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
            if part.this < 0:
                return Value("CAST(NULL AS JSON)", VARIANT)
            path += f"[{part.this}]"
        elif isinstance(part, exp.JSONPathSubscript) and isinstance(part.this, str):
            path += key_step(part.this)
        elif not isinstance(part, exp.JSONPathRoot):
            raise Unsupported(f"the path {node.sql('snowflake')}")
    found = f"json_extract({value.sql}, {literal(path)})"
    return Value(present(found) if path.endswith("]") else found, VARIANT)


def present(sql: str) -> str:
    """An element of an ARRAY: NULL where the ARRAY has none, which JSON shows as `undefined`."""
    return f"sf_present({sql})"


def key_step(key: str) -> str:
    if '"' in key or "\\" in key:
        raise Unsupported("a path with quotes or backslashes in a key")
    return f'."{key}"'


def path_of(sql: str, path: str) -> str:
    """The value at a path given as text, as GET_PATH and FLATTEN take it: `a.b[0]['c d']`."""
    steps = "$"
    position = 0
    for match in re.finditer(
        r"""\.?([A-Za-z_][\w$]*)|\.?"([^"]+)"|\[(\d+)\]|\[(?:'([^']+)'|"([^"]+)")\]""", path
    ):
        if match.start() != position:
            raise Unsupported(f"the path {path!r}")
        position = match.end()
        name = match.group(1) or match.group(2) or match.group(4) or match.group(5)
        steps += f"[{match.group(3)}]" if match.group(3) else key_step(name)
    if position != len(path):
        raise Unsupported(f"the path {path!r}")
    found = f"json_extract({sql}, {literal(steps)})"
    return present(found) if steps.endswith("]") else found


@expression(exp.Bracket)
def bind_bracket(binder: Binder, node: exp.Bracket) -> Value:
    """`j['a']`, `a[0]`, `a[i]`."""
    if len(node.expressions) != 1:
        raise Unsupported(construct(node))
    return element(binder.value(node.this), binder.value(node.expressions[0]))


def element(value: Value, index: Value) -> Value:
    if value.type.name not in ("VARIANT", "OBJECT", "ARRAY", "NULL"):
        raise EngineError(
            f"SQL compilation error:\nInvalid argument types for function 'GET': ({value.type}, "
            f"{index.type})",
            code=1044,
            sqlstate="42P13",
        )
    value = casts.implicit(value, VARIANT)
    if index.type.name == "VARCHAR":
        if isinstance(index.const, str):
            path = literal("$" + key_step(index.const))
            return Value(f"json_extract({value.sql}, {path})", VARIANT)
        return Value(f"sf_field({value.sql}, {index.sql})", VARIANT)
    if isinstance(index.const, int):
        if index.const < 0:
            return Value("CAST(NULL AS JSON)", VARIANT)
        return Value(present(f"json_extract({value.sql}, '$[{index.const}]')"), VARIANT)
    position = casts.implicit(index, INTEGER).sql
    return Value(present(f"sf_element({value.sql}, CAST({position} AS BIGINT))"), VARIANT)


@function("GET", arguments=(2, 2))
def get(call: Call) -> Value:
    """GET(j, 'n') is 9."""
    return element(call.value(0), call.value(1))


@function("GET_PATH", arguments=(2, 2))
def get_path(call: Call) -> Value:
    """GET_PATH(j, 'o.k') is 1."""
    return Value(path_of(call.variant(0), str(call.constant(1))), VARIANT)


@function("GET_IGNORE_CASE", arguments=(2, 2))
def get_ignore_case(call: Call) -> Value:
    """GET_IGNORE_CASE(j, 'N') is 9; the exact name comes first."""
    return Value(f"sf_field_ignoring_case({call.variant(0)}, {call.text(1)})", VARIANT)


@function("JSON_EXTRACT_PATH_TEXT", arguments=(2, 2))
def json_extract_path_text(call: Call) -> Value:
    """JSON_EXTRACT_PATH_TEXT('{"a": {"b": 1}}', 'a.b') is '1'."""
    found = path_of(f"sf_parse_json({call.text(0)})", str(call.constant(1)))
    return Value(f"sf_text({found})", TEXT)


@function("PARSE_JSON", arguments=(1, 2))
def parse_json(call: Call) -> Value:
    """PARSE_JSON('') is NULL; a malformed text raises 100069. With 'd' the last of equal keys
    counts."""
    mode = call.constant(1) if len(call) == 2 else "s"
    if mode not in ("s", "d"):
        raise Unsupported(f"PARSE_JSON with the parameter {mode!r}")
    return Value(f"sf_parse_json({call.text(0)}, doubled := {str(mode == 'd').lower()})", VARIANT)


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
    return Value(f"sf_json({call.variant(0)})", TEXT)


@function("TO_VARIANT", arguments=(1, 1))
def to_variant(call: Call) -> Value:
    return casts.cast(call.value(0), VARIANT)


@function("TO_ARRAY", arguments=(1, 1))
def to_array(call: Call) -> Value:
    return casts.cast(call.value(0), ARRAY)


@function("TO_OBJECT", arguments=(1, 1))
def to_object(call: Call) -> Value:
    return casts.cast(call.value(0), OBJECT)


@function("TYPEOF", arguments=(1, 1))
def typeof(call: Call) -> Value:
    """TYPEOF(j:n) is 'INTEGER'."""
    return Value(f"sf_typeof({call.variant(0)})", TEXT)


@function("IS_NULL_VALUE", arguments=(1, 1))
def is_null_value(call: Call) -> Value:
    """IS_NULL_VALUE(PARSE_JSON('null')) is true; of SQL's NULL it is NULL."""
    return Value(f"(CAST({call.variant(0)} AS VARCHAR) = 'null')", BOOLEAN)


@function("STRIP_NULL_VALUE", arguments=(1, 1))
def strip_null_value(call: Call) -> Value:
    """STRIP_NULL_VALUE(PARSE_JSON('null')) is NULL."""
    text = call.variant(0)
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
    return f"(sf_typeof({call.variant(0)}) IN ({names}))"


@function(*(f"IS_{kind}" for kind in KINDS if kind != "NUMBER"), arguments=(1, 1))
def is_(call: Call) -> Value:
    """IS_INTEGER(j:n) is true."""
    return Value(is_kind(call, call.name.removeprefix("IS_")), BOOLEAN)


@function(*(f"AS_{kind}" for kind in KINDS), arguments=(1, 3))
def as_(call: Call) -> Value:
    """AS_VARCHAR(j:n) is NULL: another kind; AS_INTEGER(j:n) is 9, and 10 of a 9.6."""
    kind = call.name.removeprefix("AS_").replace("INTEGER", "NUMBER")
    to = KINDS[kind][1]
    if kind in ("NUMBER", "DECIMAL"):
        numbers = [call.constant(index) for index in range(1, len(call))]
        to = types.number(*(numbers or [38, 0]))
    value = Value(call.variant(0), VARIANT)
    if to == types.BINARY:
        return Value(f"CASE WHEN {is_kind(call, kind)} THEN unhex(sf_text({value.sql})) END", to)
    if to.name in ("OBJECT", "ARRAY"):
        return Value(f"CASE WHEN {is_kind(call, kind)} THEN {value.sql} END", to)
    return Value(f"CASE WHEN {is_kind(call, kind)} THEN {casts.cast(value, to).sql} END", to)
