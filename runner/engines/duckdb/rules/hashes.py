"""Hashes, encodings and random texts."""

from __future__ import annotations

from runner.engines.duckdb.queries.items import select_items
from runner.engines.duckdb.rules import MANY, Call, Value, function
from runner.engines.duckdb.rules.comparisons import key
from runner.engines.duckdb.types import BINARY, INTEGER, TEXT
from runner.errors import Unsupported


@function("SHA2", "SHA2_HEX", arguments=(1, 2))
def sha2(call: Call) -> Value:
    """SHA2('a') is that of 256 bits."""
    if len(call) == 2 and call.constant(1) not in (0, 256):
        raise Unsupported(f"SHA2 of {call.constant(1)} bits")
    return Value(f"sha256({call.bytes(0)})", TEXT)


@function("MD5", "MD5_HEX", "SHA1", "SHA1_HEX", arguments=(1, 1))
def md5(call: Call) -> Value:
    """MD5('a') is '0cc175b9c0f1b6a831c399e269772661'."""
    return Value(f"{call.name.removesuffix('_HEX').lower()}({call.bytes(0)})", TEXT)


@function("MD5_NUMBER_LOWER64", "MD5_NUMBER_UPPER64", arguments=(1, 1))
def md5_number(call: Call) -> Value:
    """One half of the MD5 as a whole number."""
    half = "right" if call.name.endswith("LOWER64") else "left"
    return Value(f"sf_hex_number({half}(md5({call.bytes(0)}), 16))", INTEGER)


@function("HASH", arguments=(1, MANY))
def hash_(call: Call) -> Value:
    """A 64-bit fingerprint: equal values of any type give one number. It is not Snowflake's."""
    parts = [fingerprint(value) for value in arguments(call)]
    digest = f"hash({', '.join(parts)})"
    return Value(f"CAST(CAST({digest} AS HUGEINT) - 9223372036854775808 AS DECIMAL(38,0))", INTEGER)


def arguments(call: Call) -> list[Value]:
    return [item.value for node in call.nodes for item in select_items(call.binder, node)]


def fingerprint(value: Value) -> str:
    """The value in a form that is equal for equal values of one kind: 1 and 1.00 are alike, 1 and
    '1' are not (page *HASH*)."""
    if value.type.name == "FLOAT":
        whole = f"{value.sql} = trunc({value.sql}) AND abs({value.sql}) < 1e15"
        digits = f"CAST(CAST({value.sql} AS BIGINT) AS VARCHAR)"
        return f"CASE WHEN {whole} THEN {digits} ELSE CAST({value.sql} AS VARCHAR) END"
    if value.type.name == "VARCHAR":
        return f"('T' || {value.sql})"
    if value.type.name == "NUMBER" and value.type.scale:
        return f"rtrim(rtrim(CAST({value.sql} AS VARCHAR), '0'), '.')"
    if value.type.name == "NUMBER":
        return f"CAST({value.sql} AS VARCHAR)"
    return f"CAST({key(value)} AS VARCHAR)"


@function("BASE64_ENCODE", arguments=(1, 3))
def base64_encode(call: Call) -> Value:
    """BASE64_ENCODE('abc') is 'YWJj'."""
    if len(call) > 2:
        raise Unsupported("BASE64_ENCODE with an alphabet")
    value = call.value(0)
    text = f"base64({value.sql})" if value.type == BINARY else f"base64(encode({call.text(0)}))"
    width = call.constant(1) if len(call) == 2 else 0
    if width:
        text = f"sf_lines({text}, {width})"
    return Value(text, TEXT)


@function("MD5_BINARY", "SHA1_BINARY", "SHA2_BINARY", "TRY_HEX_DECODE_BINARY", arguments=(1, 2))
def digest_binary(call: Call) -> Value:
    """HEX_ENCODE(MD5_BINARY('a')) is '0CC175B9C0F1B6A831C399E269772661'."""
    if call.name.startswith("TRY"):
        return Value(f"sf_try_binary({call.text(0)})", BINARY)
    digest = call.binder.call(call.name.removesuffix("_BINARY"), call.nodes)
    return Value(f"unhex({digest.sql})", BINARY)


@function("TRY_HEX_DECODE_STRING", arguments=(1, 1))
def try_hex_decode_string(call: Call) -> Value:
    """TRY_HEX_DECODE_STRING('x') is NULL."""
    return Value(f"decode(sf_try_binary({call.text(0)}))", TEXT)


@function("TRY_BASE64_DECODE_STRING", "TRY_BASE64_DECODE_BINARY", arguments=(1, 2))
def try_base64_decode(call: Call) -> Value:
    """TRY_BASE64_DECODE_STRING('*') is NULL."""
    refuse_alphabet(call)
    text = f"sf_try_base64({call.text(0)})"
    return Value(f"decode({text})", TEXT) if call.name.endswith("STRING") else Value(text, BINARY)


def refuse_alphabet(call: Call) -> None:
    if len(call) == 2:
        raise Unsupported(f"{call.name} with an alphabet")


@function("BASE64_DECODE_STRING", "BASE64_DECODE_BINARY", arguments=(1, 2))
def base64_decode(call: Call) -> Value:
    """BASE64_DECODE_STRING('YWJj') is 'abc'."""
    refuse_alphabet(call)
    text = f"from_base64({call.text(0)})"
    if call.name.endswith("STRING"):
        return Value(f"decode({text})", TEXT)
    return Value(text, BINARY)


@function("HEX_DECODE_STRING", "HEX_DECODE_BINARY", arguments=(1, 1))
def hex_decode(call: Call) -> Value:
    """HEX_DECODE_STRING('616263') is 'abc'."""
    text = f"sf_binary({call.text(0)})"
    if call.name.endswith("STRING"):
        return Value(f"decode({text})", TEXT)
    return Value(text, BINARY)


@function("TO_BINARY", "TRY_TO_BINARY", arguments=(1, 2))
def to_binary(call: Call) -> Value:
    """TO_BINARY('ff') reads hexadecimal; 'UTF-8' and 'BASE64' are the other formats."""
    format_ = str(call.constant(1)).upper() if len(call) == 2 else "HEX"
    try_ = call.name.startswith("TRY")
    if format_ == "HEX":
        return Value(f"sf_{'try_' if try_ else ''}binary({call.text(0)})", BINARY)
    if format_ in ("UTF-8", "UTF8"):
        return Value(f"encode({call.text(0)})", BINARY)
    if format_ == "BASE64" and not try_:
        return Value(f"from_base64({call.text(0)})", BINARY)
    raise Unsupported(f"{call.name} with format {format_}")


@function("HEX_ENCODE", arguments=(1, 2))
def hex_encode(call: Call) -> Value:
    """HEX_ENCODE(TO_BINARY('ff')) is 'FF'; the second argument 0 gives lower case."""
    value = call.value(0)
    text = f"hex({value.sql if value.type.name == 'BINARY' else call.text(0)})"
    lower = len(call) == 2 and call.constant(1) == 0
    return Value(f"lower({text})" if lower else text, TEXT)
