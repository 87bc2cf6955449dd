"""Formats of dates and times: text by a format, and by a format text.

Page *Date and time input and output formats*. What is written is built from DuckDB's strftime;
what is read is matched by a regular expression whose groups become an ISO timestamp.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from runner.engines.duckdb.names import literal
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.rules.moments import wall
from runner.errors import Unsupported


class Element(NamedTuple):
    """A part of a format: the group that reads it, its pattern with the fewest and with all
    digits, and the strftime code that writes it."""

    group: str
    loose: str
    exact: str
    written: str


ELEMENTS = {
    "YYYY": Element("year", "[0-9]{1,4}", "[0-9]{4}", "%Y"),
    "YY": Element("short", "[0-9]{1,2}", "[0-9]{2}", "%y"),
    "MMMM": Element("name", "", "", "%B"),
    "MON": Element("name", "", "", "%b"),
    "MM": Element("month", "[0-9]{1,2}", "[0-9]{2}", "%m"),
    "DD": Element("day", "[0-9]{1,2}", "[0-9]{2}", "%d"),
    "DY": Element("", "", "", "%a"),
    "HH24": Element("hour", "(?:[01]?[0-9]|2[0-3])", "(?:[01][0-9]|2[0-3])", "%H"),
    "HH12": Element("twelve", "(?:0?[1-9]|1[0-2])", "(?:0[1-9]|1[0-2])", "%I"),
    "HH": Element("hour", "(?:[01]?[0-9]|2[0-3])", "(?:[01][0-9]|2[0-3])", "%H"),
    "AM": Element("half", "", "", "%p"),
    "PM": Element("half", "", "", "%p"),
    "MI": Element("minute", "[0-5]?[0-9]", "[0-5][0-9]", "%M"),
    "SS": Element("second", "[0-5]?[0-9]", "[0-5][0-9]", "%S"),
}
WORDS = {
    "name": "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?",
    "half": "am|pm",
    "": "mon|tue|wed|thu|fri|sat|sun",
}
# the elements of an offset, and what reads them
ZONES = {
    "TZH:TZM": " *([+-])([0-9]{1,2}):([0-9]{1,2})",
    "TZHTZM": " *([+-])([0-9]{2})([0-9]{2})",
    "TZH": " *([+-])([0-9]{1,2})()",
}
FRACTION = re.compile(r"FF[0-9]?", re.IGNORECASE)
TOKEN = re.compile(
    "|".join(sorted([*ELEMENTS, *ZONES], key=len, reverse=True)) + r'|FF[0-9]?|"[^"]*"|.',
    re.IGNORECASE | re.DOTALL,
)
# what other databases write for parts of dates; here it would stand for itself
FOREIGN = frozenset(
    {"D", "DAY", "DDD", "MONTH", "Q", "W", "WW", "IW", "Y", "YYY", "YEAR", "RR", "RRRR", "J"}
    | {"CC", "IYYY", "SSSSS", "AD", "BC", "UUUU", "TZD", "US", "MS"}
)


class Part(NamedTuple):
    """An element in upper case, or a literal (`name` is None)."""

    name: str | None
    text: str


def parts(format_: str) -> list[Part]:
    """A format in its parts.

    >>> parts('DD"of"MON')
    [Part(name='DD', text='DD'), Part(name=None, text='of'), Part(name='MON', text='MON')]
    """
    found: list[Part] = []
    for match in TOKEN.finditer(format_):
        text = match.group()
        name = text.upper()
        if name in ELEMENTS or name in ZONES or FRACTION.fullmatch(name):
            found.append(Part(name, text))
        elif text.startswith('"') and len(text) > 1:
            found.append(Part(None, text[1:-1]))
        else:
            found.append(Part(None, text))
    check_letters(format_)
    return found


def check_letters(format_: str) -> None:
    """Refuse letters that are no element and may be meant as one."""
    bare = re.sub(r'"[^"]*"', " ", format_)
    for word in re.findall(r"[A-Za-z0-9:]+", bare):
        rest = TOKEN.sub(lambda m: "" if is_element(m.group()) else m.group(), word)
        letters = set(re.findall("[A-Z]+", rest.upper()))
        if letters <= {"T", "Z"} or (rest == word and not letters & FOREIGN):
            continue
        raise Unsupported(f"the format {format_!r}", f"{word} is no element of a format")
    if "|" in format_ or "FF0" in format_.upper():
        raise Unsupported(f"the format {format_!r}")


def is_element(text: str) -> bool:
    name = text.upper()
    return name in ELEMENTS or name in ZONES or bool(FRACTION.fullmatch(name))


# -- writing ---------------------------------------------------------------------------------------


def written(value: Value, format_: str) -> str:
    """A date, time or timestamp as text."""
    base = wall(value)
    if value.type.name == "TIME":
        base = f"(DATE '1970-01-01' + {value.sql})"
    pieces: list[str] = []
    code = ""
    for part in parts(format_):
        if part.name is None:
            code += part.text.replace("%", "%%")
        elif part.name in ELEMENTS:
            code += ELEMENTS[part.name].written
            if value.type.name == "TIME" and ELEMENTS[part.name].group in DAYS:
                raise Unsupported(f"a TIME written by the format {format_!r}")
        else:
            pieces += [strftime(base, code)] if code else []
            code = ""
            pieces.append(fraction(base, part.name) if part.name[0] == "F" else zone(value, part))
    pieces += [strftime(base, code)] if code or not pieces else []
    return pieces[0] if len(pieces) == 1 else f"({' || '.join(pieces)})"


DAYS = frozenset({"year", "short", "name", "month", "day", ""})


def strftime(base: str, code: str) -> str:
    return f"strftime({base}, {literal(code)})"


def fraction(base: str, name: str) -> str:
    """The first digits of the fraction of a second; FF has nine."""
    digits = int(name[2:] or 9)
    text = f"strftime({base}, '%f')"
    return f"left({text}, {digits})" if digits < 6 else f"({text} || '{'0' * (digits - 6)}')"


def zone(value: Value, part: Part) -> str:
    """The offset, which is sure for a TIMESTAMP_TZ alone."""
    if value.type.name != "TIMESTAMP_TZ" or part.name == "TZH":
        raise Unsupported(f"{part.name} of a {value.type.name}")
    text = f"sf_offset_text(({value.sql}).tz)"
    return text if part.name == "TZHTZM" else f"(left({text}, 3) || ':' || right({text}, 2))"


# -- reading ---------------------------------------------------------------------------------------


class Reading(NamedTuple):
    """A format as a regular expression with groups, and DuckDB's SQL over a struct `g$` of them:
    the wall time and the minutes of the offset."""

    pattern: str
    groups: tuple[str, ...]
    timestamp: str
    minutes: str


def reading(format_: str, *, time_only: bool) -> Reading:
    """How to read by a format. `time_only`: a TIME is wanted, which needs no date."""
    found = parts(format_)
    groups: list[str] = []
    texts = [pattern(found, index, groups) for index in range(len(found))]
    if len(set(groups)) != len(groups):
        raise Unsupported(f"the format {format_!r}", "it has one part of a date twice")
    check_groups(format_, frozenset(groups), time_only=time_only)
    minutes = (
        "sf_minutes(g$['sign'], g$['zone_hour'], g$['zone_minute'])" if "sign" in groups else "0"
    )
    return Reading(f"^{''.join(texts)}$", tuple(groups), timestamp(groups), minutes)


def pattern(found: list[Part], index: int, groups: list[str]) -> str:
    """The regular expression of one part; its groups are appended. Blanks may precede a field."""
    part = found[index]
    before, after = found[max(0, index - 1) : index], found[index + 1 : index + 2]
    if part.name is None:
        if part.text == "." and any(map(is_fraction, after)):
            return ""  # read with the fraction
        return re.sub(r"([^A-Za-z0-9 ])", r"\\\1", part.text)
    if part.name in ZONES:
        groups += ["sign", "zone_hour", "zone_minute"]
        return ZONES[part.name]
    if is_fraction(part):
        groups.append("fraction")
        digits = f"([0-9]{{1,{part.name[2:] or 9}}})"
        return rf"(?:\.{digits})?" if before and before[0].text == "." else digits
    element = ELEMENTS[part.name]
    groups += [element.group] if element.group else []
    packed = any(map(numeric, before + after))
    digits = element.exact if packed else element.loose
    return f" *{'(' if element.group else '(?:'}{digits or WORDS[element.group]})"


def is_fraction(part: Part) -> bool:
    return part.name is not None and part.name.startswith("FF")


def numeric(part: Part) -> bool:
    """Whether digits are read here, so that a neighbour must have all of its own."""
    if part.name is None:
        return part.text[:1].isdigit()
    return is_fraction(part) or (part.name in ELEMENTS and bool(ELEMENTS[part.name].loose))


def check_groups(format_: str, groups: frozenset[str], *, time_only: bool) -> None:
    """Refuse a format that says too little of a day, or the hour in a way that is not sure."""
    dated = not time_only
    for unsure in (
        dated and not groups & {"year", "short"},
        dated and "day" in groups and not groups & {"month", "name"},
        groups >= {"year", "short"} or groups >= {"month", "name"} or groups >= {"twelve", "hour"},
        ("twelve" in groups) != ("half" in groups),
    ):
        if unsure:
            raise Unsupported(f"reading by the format {format_!r}")


def timestamp(groups: list[str]) -> str:
    """The timestamp that the groups of a struct `g$` make; NULL when there is no such day."""

    def field(name: str, default: str) -> str:
        return f"g$['{name}']" if name in groups else f"'{default}'"

    year = "sf_century(g$['short'])" if "short" in groups else field("year", "1970")
    month = "sf_month(g$['name'])" if "name" in groups else field("month", "1")
    hour = "sf_hour(g$['twelve'], g$['half'])" if "twelve" in groups else field("hour", "0")
    day, minute, second = field("day", "1"), field("minute", "0"), field("second", "0")
    fields = (year, month, day, hour, minute, second, field("fraction", "0"))
    return f"sf_timestamp_of({', '.join(fields)})"


def read(text: str, format_: str, kind: str, *, try_: bool) -> tuple[str, str]:
    """DuckDB's SQL for the wall time and the offset in minutes of a text read by a format.

    A text that does not fit raises 100096, or gives NULL with `try_`. `kind`: date, time, …
    """
    how = reading(format_, time_only=kind == "time")
    names = ", ".join(literal(group) for group in how.groups)
    matched = f"regexp_extract(rtrim(v$), {literal(how.pattern)}, [{names}], 'i')"
    found = f"sf_unless_blank(v$, list_transform([{matched}], lambda g$: {how.timestamp})[1])"
    if not try_:
        message = literal(f"' as {kind} with format '{format_}'")
        failed = f"sf_raise('100096', 'Can''t parse ''' || v$ || {message})"
        found = f"coalesce({found}, CASE WHEN v$ IS NOT NULL THEN {failed} END)"
    wall_ = f"list_transform([{text}], lambda v$: {found})[1]"
    offset = f"list_transform([{matched}], lambda g$: {how.minutes})[1]"
    return wall_, f"list_transform([{text}], lambda v$: {offset})[1]"
