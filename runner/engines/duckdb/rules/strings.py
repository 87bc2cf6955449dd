"""Text functions, regular expressions, hashes and encodings."""

from __future__ import annotations

import re

from runner.engines.duckdb import types
from runner.engines.duckdb.names import literal
from runner.engines.duckdb.rules import MANY, Call, Value, function, template
from runner.engines.duckdb.rules.operators import key
from runner.engines.duckdb.types import BINARY, BOOLEAN, INTEGER, TEXT
from runner.errors import EngineError, Unsupported

LENGTH = types.number(18)

for _name, _sql, _result in (
    ("UPPER", "upper({0})", TEXT),
    ("LOWER", "lower({0})", TEXT),
    ("REVERSE", "reverse({0})", TEXT),
    ("STARTSWITH", "starts_with({0}, {1})", BOOLEAN),
    ("ENDSWITH", "ends_with({0}, {1})", BOOLEAN),
    ("CONTAINS", "contains({0}, {1})", BOOLEAN),
    ("ASCII", "CAST(sf_ascii({0}) AS DECIMAL(38,0))", INTEGER),
    ("UNICODE", "CAST(sf_ascii({0}) AS DECIMAL(38,0))", INTEGER),
    ("MD5", "md5({0})", TEXT),
    ("MD5_HEX", "md5({0})", TEXT),
    ("SHA1", "sha1({0})", TEXT),
    ("SHA1_HEX", "sha1({0})", TEXT),
    ("MD5_NUMBER_LOWER64", "sf_hex_number(right(md5({0}), 16))", INTEGER),
    ("MD5_NUMBER_UPPER64", "sf_hex_number(left(md5({0}), 16))", INTEGER),
    ("TRANSLATE", "translate({0}, {1}, {2})", TEXT),
    ("STRTOK_TO_ARRAY", "sf_strtok_to_array({0}, {1})", types.ARRAY),
    ("SPLIT", "to_json(sf_split({0}, {1}))", types.ARRAY),
    ("PARSE_URL", "sf_parse_url({0})", types.OBJECT),
):
    template(_name, _sql, (TEXT,) * (1 + max(map(int, re.findall(r"\{(\d)\}", _sql)))), _result)


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
    """CONCAT_WS(',', 'a', NULL) is NULL."""
    texts = [call.text(index) for index in range(1, len(call))]
    return Value(f"({f' || {call.text(0)} || '.join(texts)})", TEXT)


@function("SUBSTR", "SUBSTRING", arguments=(2, 3))
def substr(call: Call) -> Value:
    """SUBSTR('hello', -3, 2) is 'll': a negative start counts from the end."""
    start = call.integer(1)
    if len(call) == 2:
        return Value(f"sf_substr({call.text(0)}, {start}, 16777216)", TEXT)
    return Value(f"sf_substr({call.text(0)}, {start}, {call.integer(2)})", TEXT)


@function("LEFT", "RIGHT", arguments=(2, 2))
def left(call: Call) -> Value:
    """LEFT('abc', -1) is the empty text."""
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
    delimiters = call.constant(1) if len(call) == 2 else None
    if delimiters == "":
        text = call.text(0)
        return Value(f"(upper(left({text}, 1)) || lower({text}[2:]))", TEXT)
    characters = delimiters or ' \t\n\r\f\v!?@"^#$&~_,.:;+-*%/|\\[](){}<>'
    pattern = f"[{re.escape(characters)}]|[^{re.escape(characters)}]+"
    return Value(f"sf_capitalized(regexp_extract_all({call.text(0)}, {literal(pattern)}))", TEXT)


@function("REPLACE", arguments=(2, 3))
def replace(call: Call) -> Value:
    """REPLACE('abc', 'b') is 'ac'."""
    by = call.text(2) if len(call) == 3 else "''"
    return Value(f"sf_replace({call.text(0)}, {call.text(1)}, {by})", TEXT)


@function("INSERT", arguments=(4, 4))
def insert(call: Call) -> Value:
    """INSERT('abc', 1, 2, 'Z') is 'Zc'."""
    text, start, count = call.text(0), call.integer(1), call.integer(2)
    head = f"left({text}, {start} - 1)"
    return Value(f"({head} || {call.text(3)} || substr({text}, {start} + {count}))", TEXT)


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
    return Value(f"sf_split_part({call.text(0)}, {call.text(1)}, {call.integer(2)})", TEXT)


@function("STRTOK", arguments=(1, 3))
def strtok(call: Call) -> Value:
    """STRTOK('a.b', '.', 2) is 'b'; NULL beyond the last token."""
    delimiters = call.text(1) if len(call) > 1 else "' '"
    number = call.integer(2) if len(call) > 2 else "1"
    return Value(f"sf_tokens({call.text(0)}, {delimiters})[{number}]", TEXT)


@function("EDITDISTANCE", arguments=(2, 3))
def editdistance(call: Call) -> Value:
    """EDITDISTANCE('abc', 'abd') is 1."""
    text = f"levenshtein({call.text(0)}, {call.text(1)})"
    if len(call) == 3:
        text = f"least({text}, {call.integer(2)})"
    return Value(f"CAST({text} AS DECIMAL(38,0))", INTEGER)


@function("JAROWINKLER_SIMILARITY", arguments=(2, 2))
def jarowinkler(call: Call) -> Value:
    """JAROWINKLER_SIMILARITY('Dwayne', 'duane') is 84."""
    left_, right_ = call.text(0), call.text(1)
    score = f"jaro_winkler_similarity(lower({left_}), lower({right_}))"
    return Value(f"CAST(floor({score} * 100) AS DECIMAL(38,0))", INTEGER)


# -- regular expressions ---------------------------------------------------------------------------


def pattern(call: Call, index: int) -> str:
    """A pattern for RE2. Snowflake's are POSIX with Perl's classes; what RE2 lacks is refused."""
    constant = call.value(index).const
    if isinstance(constant, str) and re.search(r"\(\?[=!<]|\\[1-9]", constant):
        raise Unsupported(f"{call.name} with look-around or back references")
    return call.text(index)


def options(call: Call, index: int, default: str = "c") -> str:
    """Snowflake's parameters as RE2's: the last of `c` and `i` wins, `m`, `s`; `e` is ours."""
    letters = str(call.constant(index)) if len(call) > index else default
    if set(letters) - set("cimse"):
        raise EngineError(
            f"SQL compilation error:\nInvalid regular expression option: '{letters}'", code=100050
        )
    chosen = [letter for letter in letters if letter in "ci"][-1:] or ["c"]
    flags = chosen + [letter for letter in "ms" if letter in letters]
    return "".join(flags)


def flagged(text: str, flags: str) -> str:
    """The pattern with RE2's inline flags in front."""
    inline = ("i" if "i" in flags else "") + ("m" if "m" in flags else "")
    inline += "s" if "s" in flags else ""
    return f"('(?{inline})' || {text})" if inline else text


@function("REGEXP_LIKE", "RLIKE", "REGEXP", arguments=(2, 3))
def regexp_like(call: Call) -> Value:
    """REGEXP_LIKE('foobar', 'foo') is false: it matches the whole text."""
    text = flagged(f"('(?:' || {pattern(call, 1)} || ')')", options(call, 2))
    return Value(f"regexp_full_match({call.text(0)}, {text})", BOOLEAN)


@function("REGEXP_COUNT", arguments=(2, 4))
def regexp_count(call: Call) -> Value:
    """REGEXP_COUNT('a1b2', '[0-9]') is 2."""
    start = call.integer(2) if len(call) > 2 else "1"
    matched = flagged(pattern(call, 1), options(call, 3))
    matches = f"regexp_extract_all(substr({call.text(0)}, {start}), {matched})"
    return Value(f"CAST(len({matches}) AS DECIMAL(38,0))", INTEGER)


@function("REGEXP_REPLACE", arguments=(2, 6))
def regexp_replace(call: Call) -> Value:
    """REGEXP_REPLACE(text, pattern, by, position, occurrence): all occurrences by default."""
    text, by = call.text(0), call.text(2) if len(call) > 2 else "''"
    position_ = call.constant(3) if len(call) > 3 else 1
    occurrence = call.constant(4) if len(call) > 4 else 0
    matched = flagged(pattern(call, 1), options(call, 5))
    if position_ != 1:
        head, text = f"left({text}, {position_ - 1}) || ", f"substr({text}, {position_})"
    else:
        head = ""
    if occurrence == 0:
        return Value(f"({head}regexp_replace({text}, {matched}, {by}, 'g'))", TEXT)
    if occurrence == 1:
        return Value(f"({head}regexp_replace({text}, {matched}, {by}))", TEXT)
    return Value(f"({head}sf_regexp_replace_nth({text}, {matched}, {by}, {occurrence}))", TEXT)


@function("REGEXP_SUBSTR", arguments=(2, 6))
def regexp_substr(call: Call) -> Value:
    """REGEXP_SUBSTR(text, pattern, position, occurrence, parameters, group); NULL without match."""
    start = call.integer(2) if len(call) > 2 else "1"
    occurrence = call.integer(3) if len(call) > 3 else "1"
    letters = str(call.constant(4)) if len(call) > 4 else "c"
    group = call.constant(5) if len(call) > 5 else (1 if "e" in letters else 0)
    matched = flagged(pattern(call, 1), options(call, 4))
    matches = f"regexp_extract_all(substr({call.text(0)}, {start}), {matched}, {group})"
    return Value(f"({matches})[{occurrence}]", TEXT)


@function("REGEXP_SUBSTR_ALL", "REGEXP_EXTRACT_ALL", arguments=(2, 2))
def regexp_substr_all(call: Call) -> Value:
    """REGEXP_SUBSTR_ALL('a1b2', '[0-9]') is ["1", "2"]."""
    return Value(f"to_json(regexp_extract_all({call.text(0)}, {pattern(call, 1)}))", types.ARRAY)


@function("REGEXP_INSTR", arguments=(2, 7))
def regexp_instr(call: Call) -> Value:
    """REGEXP_INSTR(text, pattern): the position of the first match, 0 without."""
    if len(call) > 2:
        raise Unsupported("REGEXP_INSTR with a position")
    text, matched = call.text(0), pattern(call, 1)
    return Value(f"CAST(sf_regexp_instr({text}, {matched}) AS DECIMAL(38,0))", INTEGER)


# -- LIKE ------------------------------------------------------------------------------------------


@function("LIKE", "ILIKE", arguments=(2, 3))
def like(call: Call) -> Value:
    """LIKE('a_b', 'a^_b', '^') is true."""
    escape = f" ESCAPE {call.text(2)}" if len(call) == 3 else ""
    return Value(f"({call.text(0)} {call.name} {call.text(1)}{escape})", BOOLEAN)


# -- hashes and encodings --------------------------------------------------------------------------


@function("SHA2", "SHA2_HEX", arguments=(1, 2))
def sha2(call: Call) -> Value:
    """SHA2('a') is that of 256 bits."""
    if len(call) == 2 and call.constant(1) != 256:
        raise Unsupported(f"SHA2 of {call.constant(1)} bits")
    return Value(f"sha256({call.text(0)})", TEXT)


@function("HASH", arguments=(1, MANY))
def hash_(call: Call) -> Value:
    """A 64-bit fingerprint: equal values of any type give one number. It is not Snowflake's."""
    parts = [fingerprint(value) for value in arguments(call)]
    digest = f"hash({', '.join(parts)})"
    return Value(f"CAST(CAST({digest} AS HUGEINT) - 9223372036854775808 AS DECIMAL(38,0))", INTEGER)


def arguments(call: Call) -> list[Value]:
    from runner.engines.duckdb.clauses import select_items  # noqa: PLC0415 (clauses import rules)

    return [item.value for node in call.nodes for item in select_items(call.binder, node)]


def fingerprint(value: Value) -> str:
    """The value in a form that is equal for equal values: 1 and 1.00 alike."""
    if value.type.name == "NUMBER" and value.type.scale:
        return f"rtrim(rtrim(CAST({value.sql} AS VARCHAR), '0'), '.')"
    if value.type.name == "NUMBER":
        return f"CAST({value.sql} AS VARCHAR)"
    return f"CAST({key(value)} AS VARCHAR)"


@function("BASE64_ENCODE", arguments=(1, 3))
def base64_encode(call: Call) -> Value:
    """BASE64_ENCODE('abc') is 'YWJj'."""
    if len(call) > 1 and call.constant(1) != 0:
        raise Unsupported("BASE64_ENCODE with a line length")
    value = call.value(0)
    return Value(
        f"base64({value.sql})" if value.type == BINARY else f"base64(encode({call.text(0)}))", TEXT
    )


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


@function("TRY_BASE64_DECODE_STRING", "TRY_BASE64_DECODE_BINARY", arguments=(1, 1))
def try_base64_decode(call: Call) -> Value:
    """TRY_BASE64_DECODE_STRING('*') is NULL."""
    text = f"sf_try_base64({call.text(0)})"
    return Value(f"decode({text})", TEXT) if call.name.endswith("STRING") else Value(text, BINARY)


@function("BASE64_DECODE_STRING", "BASE64_DECODE_BINARY", arguments=(1, 1))
def base64_decode(call: Call) -> Value:
    """BASE64_DECODE_STRING('YWJj') is 'abc'."""
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


@function("UUID_STRING", arguments=(0, 2))
def uuid_string(call: Call) -> Value:
    if len(call):
        raise Unsupported("UUID_STRING with a namespace")
    return Value("CAST(uuid() AS VARCHAR)", TEXT, volatile=True)


@function("RANDSTR", arguments=(2, 2))
def randstr(call: Call) -> Value:
    """RANDSTR(5, RANDOM()): so many random letters and digits."""
    if not call.value(1).volatile:
        raise Unsupported("RANDSTR of a generator other than RANDOM()")
    return Value(f"sf_randstr({call.integer(0)})", TEXT, volatile=True)
