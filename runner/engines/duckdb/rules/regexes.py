"""Regular expressions and LIKE as functions."""

from __future__ import annotations

import re

from runner.engines.duckdb import types
from runner.engines.duckdb.rules import Call, Value, function
from runner.engines.duckdb.types import BOOLEAN, INTEGER, TEXT
from runner.errors import EngineError, Unsupported

# what Snowflake's regular expressions lack, and RE2 may have: look-around, lazy quantifiers
UNKNOWN = re.compile(r"\(\?[=!<]|(?<!\\)[*+?}]\?|\\[1-9]")
GROUP = re.compile(r"\\.|\[\^?\]?[^\]]*\]|(\()(?!\?)")
ALTERNATIVES = re.compile(r"\w+(?:\|\w+)+")
# a group that a match can leave out
OPTIONAL = re.compile(r"\||\)(?:[?*]|\{0)")


def pattern(call: Call, index: int) -> str:
    """A pattern for RE2. Snowflake's are POSIX with Perl's classes; what may differ is refused."""
    constant = call.value(index).const
    if not isinstance(constant, str):
        return f"sf_pattern({call.text(index)})"
    if UNKNOWN.search(constant):
        raise Unsupported(f"{call.name} with look-around, back references or lazy quantifiers")
    for alternatives in ALTERNATIVES.findall(constant):
        words = alternatives.split("|")
        if any(b.startswith(a) and a != b for i, a in enumerate(words) for b in words[i:]):
            raise Unsupported(f"{call.name} with alternatives of which one begins another")
    return call.text(index)


def group(call: Call, index: int, letters: str) -> int:
    """The group that is wanted: the given one, the first with `e`, else the whole match (0)."""
    wanted = call.constant(index) if len(call) > index else int("e" in letters)
    if wanted == 0:
        return 0
    constant = call.value(1).const
    if not isinstance(constant, str) or OPTIONAL.search(constant):
        raise Unsupported(f"{call.name} with a group that may be left out")
    groups = sum(1 for found in GROUP.finditer(constant) if found.group(1))
    if groups < wanted and (groups or len(call) > index):
        raise Unsupported(f"{call.name} with group {wanted} of {groups}")
    return int(wanted) if groups else 0


def searched(call: Call, index: int) -> tuple[str, str]:
    """The text from the position on that an argument gives, and the position."""
    if len(call) <= index:
        return call.text(0), "1"
    position, constant = call.integer(index), call.value(1).const
    if position != "1" and (not isinstance(constant, str) or re.search(r"\^|\\b", constant)):
        raise Unsupported(f"{call.name} with a position and a pattern that may have an anchor")
    if isinstance(call.value(index).const, int) and call.value(index).const < 1:
        raise Unsupported(f"{call.name} from position {position}")
    return f"substr({call.text(0)}, {position})", position


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
    matched = flagged(pattern(call, 1), options(call, 3))
    matches = f"sf_matches({searched(call, 2)[0]}, {matched})"
    return Value(f"CAST(len({matches}) AS DECIMAL(38,0))", INTEGER)


@function("REGEXP_REPLACE", arguments=(2, 6))
def regexp_replace(call: Call) -> Value:
    """REGEXP_REPLACE(text, pattern, by, position, occurrence): all occurrences by default."""
    by = replacement(call) if len(call) > 2 else "''"
    text, position = searched(call, 3)
    head = "" if position == "1" else f"left({call.text(0)}, {position} - 1) || "
    occurrence = call.constant(4) if len(call) > 4 else 0
    matched = flagged(pattern(call, 1), options(call, 5))
    if occurrence == 0:
        return Value(f"({head}regexp_replace({text}, {matched}, {by}, 'g'))", TEXT)
    if occurrence == 1:
        return Value(f"({head}regexp_replace({text}, {matched}, {by}))", TEXT)
    return Value(f"({head}sf_regexp_replace_nth({text}, {matched}, {by}, {occurrence}))", TEXT)


def replacement(call: Call) -> str:
    """What a match is replaced by, in which `\\\\1` is the first group."""
    constant = call.value(2).const
    if isinstance(constant, str) and re.search(r"\\(?![1-9])", constant):
        raise Unsupported(f"{call.name} by a text with a backslash that is no back reference")
    return call.text(2)


@function("REGEXP_SUBSTR", arguments=(2, 6))
def regexp_substr(call: Call) -> Value:
    """REGEXP_SUBSTR(text, pattern, position, occurrence, parameters, group); NULL without match."""
    occurrence = call.integer(3) if len(call) > 3 else "1"
    letters = options(call, 4)
    number = group(call, 5, given(call, 4))
    text = searched(call, 2)[0]
    matched = flagged(pattern(call, 1), letters)
    return Value(f"sf_nth_match({text}, {matched}, {occurrence}, {number})", TEXT)


def given(call: Call, index: int) -> str:
    """The parameters as they are written."""
    return str(call.constant(index)) if len(call) > index else ""


@function("REGEXP_SUBSTR_ALL", "REGEXP_EXTRACT_ALL", arguments=(2, 6))
def regexp_substr_all(call: Call) -> Value:
    """REGEXP_SUBSTR_ALL('a1b2', '[0-9]') is ["1", "2"]; the occurrence is the first one taken."""
    first = call.integer(3) if len(call) > 3 else "1"
    number = group(call, 5, given(call, 4))
    text, matched = searched(call, 2)[0], flagged(pattern(call, 1), options(call, 4))
    matches = f"sf_matches({text}, {matched})"
    if number:
        matches = f"regexp_extract_all({text}, {matched}, {number})"
    return Value(f"to_json(({matches})[{first}:])", types.ARRAY)


@function("REGEXP_INSTR", arguments=(2, 7))
def regexp_instr(call: Call) -> Value:
    """REGEXP_INSTR(text, pattern, position, occurrence, option): the place of a match, 0 without;
    with option 1 the place behind it."""
    searched(call, 2)
    if "e" in given(call, 5) or len(call) > 6:
        raise Unsupported("REGEXP_INSTR of a group")
    matched = flagged(pattern(call, 1), options(call, 5))
    start = call.integer(2) if len(call) > 2 else "1"
    occurrence = call.integer(3) if len(call) > 3 else "1"
    after = int(call.constant(4) == 1) if len(call) > 4 else 0
    text = f"sf_nth_place({call.text(0)}, {matched}, {start}, {occurrence}, {after})"
    return Value(f"CAST({text} AS DECIMAL(38,0))", INTEGER)


@function("LIKE", "ILIKE", arguments=(2, 3))
def like(call: Call) -> Value:
    """LIKE('a_b', 'a^_b', '^') is true."""
    escape = f" ESCAPE {call.text(2)}" if len(call) == 3 else ""
    return Value(f"({call.text(0)} {call.name} {call.text(1)}{escape})", BOOLEAN)
