"""Text functions."""

from __future__ import annotations

import re
from decimal import Decimal

from runner.engines.duckdb import types
from runner.engines.duckdb.names import literal
from runner.engines.duckdb.rules import MANY, Call, Value, function, template
from runner.engines.duckdb.types import BINARY, BOOLEAN, INTEGER, TEXT
from runner.errors import Unsupported

LENGTH = types.number(18)


for _name, _sql, _result in (
    ("UPPER", "sf_upper({0})", TEXT),
    ("LOWER", "lower({0})", TEXT),
    ("REVERSE", "reverse({0})", TEXT),
    ("STARTSWITH", "starts_with({0}, {1})", BOOLEAN),
    ("ENDSWITH", "ends_with({0}, {1})", BOOLEAN),
    ("CONTAINS", "contains({0}, {1})", BOOLEAN),
    ("ASCII", "CAST(sf_ascii({0}) AS DECIMAL(38,0))", INTEGER),
    ("UNICODE", "CAST(sf_unicode({0}) AS DECIMAL(38,0))", INTEGER),
    ("TRANSLATE", "translate({0}, {1}, {2})", TEXT),
    ("SPLIT", "to_json(sf_split({0}, {1}))", types.ARRAY),
):
    template(_name, _sql, (TEXT,) * (1 + max(map(int, re.findall(r"\{(\d)\}", _sql)))), _result)


@function("STRTOK_TO_ARRAY", arguments=(1, 2))
def strtok_to_array(call: Call) -> Value:
    """STRTOK_TO_ARRAY('a.b', '.') is ["a", "b"]; without delimiters a space parts."""
    delimiters = call.text(1) if len(call) == 2 else "' '"
    return Value(f"sf_strtok_to_array({call.text(0)}, {delimiters})", types.ARRAY)


@function("PARSE_URL", arguments=(1, 2))
def parse_url(call: Call) -> Value:
    """PARSE_URL('https://a.b/c'):host is 'a.b'."""
    permissive = len(call) == 2 and call.constant(1) != 0
    return Value(f"sf_parse_url({call.text(0)}, {str(permissive).lower()})", types.OBJECT)


@function("LENGTH", "LEN", arguments=(1, 1))
def length(call: Call) -> Value:
    """LENGTH('日本') is 2: characters, but of a BINARY bytes."""
    value = call.value(0)
    if value.type == BINARY:
        return Value(f"CAST(octet_length({value.sql}) AS DECIMAL(18,0))", LENGTH)
    return Value(f"CAST(length({call.text(0)}) AS DECIMAL(18,0))", LENGTH)


@function("OCTET_LENGTH", "BIT_LENGTH", arguments=(1, 1))
def octet_length(call: Call) -> Value:
    """OCTET_LENGTH('é') is 2, BIT_LENGTH('a') is 8."""
    value = call.value(0)
    text = value.sql if value.type == BINARY else f"encode({call.text(0)})"
    factor = " * 8" if call.name == "BIT_LENGTH" else ""
    return Value(f"CAST(octet_length({text}){factor} AS DECIMAL(18,0))", LENGTH)


@function("CONCAT", arguments=(1, MANY))
def concat(call: Call) -> Value:
    """CONCAT('a', 1) is 'a1'; with a NULL it is NULL."""
    texts = [call.text(index) for index in range(len(call))]
    return Value(f"({' || '.join(texts)})", TEXT)


@function("CONCAT_WS", arguments=(2, MANY))
def concat_ws(call: Call) -> Value:
    """CONCAT_WS(',', 'a', NULL) is NULL, CONCAT_WS(NULL, 'a') too."""
    separator, *texts = [call.text(index) for index in range(len(call))]
    joined = f" || {separator} || ".join(texts)
    if len(texts) == 1:
        joined = f"CASE WHEN {separator} IS NOT NULL THEN {joined} END"
    return Value(f"({joined})", TEXT)


@function("SUBSTR", "SUBSTRING", arguments=(2, 3))
def substr(call: Call) -> Value:
    """SUBSTR('hello', -3, 2) is 'll': a negative start counts from the end."""
    start = call.integer(1)
    if call.value(0).type == BINARY:
        return part_of_bytes(call, start)
    if len(call) == 2:
        return Value(f"sf_substr({call.text(0)}, {start}, 16777216)", TEXT)
    return Value(f"sf_substr({call.text(0)}, {start}, {call.integer(2)})", TEXT)


def part_of_bytes(call: Call, start: str) -> Value:
    """SUBSTR of a BINARY, by its hexadecimal digits."""
    size = call.integer(2) if len(call) == 3 else str(types.MAX_BINARY)
    return Value(f"sf_bytes({call.value(0).sql}, {start}, {size})", BINARY)


@function("LEFT", "RIGHT", arguments=(2, 2))
def left(call: Call) -> Value:
    """LEFT('abc', -1) is the empty text."""
    if call.value(0).type == BINARY:
        digits = f"sf_{call.name.lower()}(hex({call.value(0).sql}), 2 * {call.integer(1)})"
        return Value(f"unhex({digits})", BINARY)
    return Value(f"sf_{call.name.lower()}({call.text(0)}, {call.integer(1)})", TEXT)


@function("CHARINDEX", arguments=(2, 3))
def charindex(call: Call) -> Value:
    """CHARINDEX('l', 'hello') is 3; 0 when it is not found."""
    start = call.integer(2) if len(call) == 3 else "1"
    text = f"sf_position({call.text(0)}, {call.text(1)}, {start})"
    return Value(f"CAST({text} AS DECIMAL(18,0))", LENGTH)


@function("POSITION", arguments=(1, 3))
def position(call: Call) -> Value:
    """POSITION('l', 'hello', 4) is 4; also POSITION('l' IN 'hello')."""
    return charindex(call)


@function("LPAD", "RPAD", arguments=(2, 3))
def lpad(call: Call) -> Value:
    """LPAD('hello', 2, 'x') cuts to 'he'."""
    if len(call) == 3:
        fill = call.text(2)
    elif call.value(0).type == BINARY:
        raise Unsupported(f"{call.name} of BINARY")
    else:
        fill = "' '"
    return Value(f"sf_{call.name.lower()}({call.text(0)}, {call.integer(1)}, {fill})", TEXT)


@function("TRIM", "LTRIM", "RTRIM", arguments=(1, 2))
def trim(call: Call) -> Value:
    """TRIM('xxaxx', 'x') is 'a': spaces, or any of the given characters."""
    characters = call.text(1) if len(call) == 2 else "' '"
    return Value(f"{call.name.lower()}({call.text(0)}, {characters})", TEXT)


@function("INITCAP", arguments=(1, 2))
def initcap(call: Call) -> Value:
    """INITCAP('foo bar-baz') is 'Foo Bar-Baz'. Letters after Snowflake's delimiters go up."""
    if len(call) == 2 and call.value(1).type.name == "NULL":
        return Value("CAST(NULL AS VARCHAR)", TEXT)
    delimiters = call.constant(1) if len(call) == 2 else None
    if delimiters == "":
        text = call.text(0)
        return Value(f"(upper(left({text}, 1)) || lower({text}[2:]))", TEXT)
    characters = delimiters or ' \t\n\r\f\v!?@"^#$&~_,.:;+-*%/|\\[](){}<>'
    pattern = f"[{re.escape(characters)}]|[^{re.escape(characters)}]+"
    words = f"regexp_extract_all({call.text(0)}, {literal(pattern)})"
    return Value(f"sf_capitalized({words}, {literal(characters)})", TEXT)


@function("REPLACE", arguments=(2, 3))
def replace(call: Call) -> Value:
    """REPLACE('abc', 'b') is 'ac'."""
    by = call.text(2) if len(call) == 3 else "''"
    return Value(f"sf_replace({call.text(0)}, {call.text(1)}, {by})", TEXT)


@function("INSERT", arguments=(4, 4))
def insert(call: Call) -> Value:
    """INSERT('abc', 1, 2, 'Z') is 'Zc'."""
    places = f"{call.integer(1)}, {call.integer(2)}"
    return Value(f"sf_insert({call.text(0)}, {places}, {call.text(3)})", TEXT)


@function("REPEAT", arguments=(2, 2))
def repeat(call: Call) -> Value:
    """REPEAT('ab', 2) is 'abab'."""
    return Value(f"repeat({call.text(0)}, {call.integer(1)})", TEXT)


@function("RTRIMMED_LENGTH", arguments=(1, 1))
def rtrimmed_length(call: Call) -> Value:
    """RTRIMMED_LENGTH('ab ') is 2."""
    return Value(f"CAST(length(rtrim({call.text(0)}, ' ')) AS DECIMAL(18,0))", LENGTH)


@function("SPACE", arguments=(1, 1))
def space(call: Call) -> Value:
    """SPACE(1) is ' '."""
    return Value(f"repeat(' ', {call.integer(0)})", TEXT)


@function("CHR", "CHAR", arguments=(1, 1))
def chr_(call: Call) -> Value:
    """CHR(97) is 'a'."""
    return Value(f"chr(CAST({call.integer(0)} AS INTEGER))", TEXT)


@function("SPLIT_PART", arguments=(3, 3))
def split_part(call: Call) -> Value:
    """SPLIT_PART('a,b', ',', -1) is 'b', SPLIT_PART('a', ',', 2) is ''."""
    delimiter, number = call.value(1).const, call.value(2).const
    is_whole = isinstance(number, int | Decimal) and number == int(number) != 0
    is_plain = isinstance(delimiter, str) and delimiter and is_whole
    name = "split_part" if is_plain else "sf_split_part"  # DuckDB's own for what has no exceptions
    return Value(f"{name}({call.text(0)}, {call.text(1)}, {call.integer(2)})", TEXT)


@function("STRTOK", arguments=(1, 3))
def strtok(call: Call) -> Value:
    """STRTOK('a.b', '.', 2) is 'b'; NULL beyond the last token."""
    delimiters = call.text(1) if len(call) > 1 else "' '"
    number = call.integer(2) if len(call) > 2 else "1"
    return Value(f"sf_token({call.text(0)}, {delimiters}, {number})", TEXT)


@function("EDITDISTANCE", arguments=(2, 3))
def editdistance(call: Call) -> Value:
    """EDITDISTANCE('abc', 'abd') is 1, EDITDISTANCE('abc', 'xyz', 2) is 2."""
    left_, right_ = (f"sf_plain_letters({call.text(index)})" for index in (0, 1))
    text = f"levenshtein({left_}, {right_})"
    if len(call) == 3:
        text = f"sf_at_most({text}, {call.integer(2)})"
    return Value(f"CAST({text} AS DECIMAL(38,0))", INTEGER)


@function("SOUNDEX", arguments=(1, 1))
def soundex(call: Call) -> Value:
    """SOUNDEX('Pfister') is 'P236', SOUNDEX('pfister') 'p236'."""
    return Value(f"sf_soundex({call.text(0)})", TEXT)


@function("JAROWINKLER_SIMILARITY", arguments=(2, 2))
def jarowinkler(call: Call) -> Value:
    """JAROWINKLER_SIMILARITY('Dwayne', 'duane') is 84."""
    left_, right_ = (f"sf_plain_letters({call.text(index)})" for index in (0, 1))
    score = f"jaro_winkler_similarity(lower({left_}), lower({right_}))"
    return Value(f"CAST(floor({score} * 100) AS DECIMAL(38,0))", INTEGER)
