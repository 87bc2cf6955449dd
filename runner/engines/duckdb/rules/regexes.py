"""Regular expressions and LIKE as functions."""

from __future__ import annotations

import re

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import Call, Value, function
from runner.engines.duckdb.types import BOOLEAN, INTEGER, TEXT
from runner.errors import EngineError, Unsupported


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


@function("LIKE", "ILIKE", arguments=(2, 3))
def like(call: Call) -> Value:
    """LIKE('a_b', 'a^_b', '^') is true."""
    escape = f" ESCAPE {call.text(2)}" if len(call) == 3 else ""
    return Value(f"({call.text(0)} {call.name} {call.text(1)}{escape})", BOOLEAN)
