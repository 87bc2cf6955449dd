"""CSV as Snowflake reads it: text in, records out, each with its line and its first error.

This reader is the yardstick: it follows the pages *CREATE FILE FORMAT* and *COPY INTO <table>*
option by option and goes on behind a malformed record. `scan` uses DuckDB's much faster reader
where a file has nothing in it on which the two could differ, and a property test compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import AnyStr, NamedTuple

from runner.errors import Unsupported

NEW_LINE = "\n"
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}


@dataclass(frozen=True)
class CsvRules:
    """The options of a CSV format that decide what a record is; None stands for NONE.

    `record_delimiter` "\\n" is the logical new line: "\\r\\n" ends a record too.
    """

    field_delimiter: str | None = ","
    record_delimiter: str | None = NEW_LINE
    enclosed_by: str | None = None
    escape: str | None = None
    escape_unenclosed: str | None = "\\"
    trim_space: bool = False
    null_if: tuple[str, ...] = ("\\N",)
    empty_field_as_null: bool = True
    skip_blank_lines: bool = False
    multi_line: bool = True

    @cached_property
    def ends(self) -> str:
        """A regular expression for what ends a record; empty when nothing does."""
        if self.record_delimiter is None:
            return ""
        return "\r?\n" if self.record_delimiter == NEW_LINE else re.escape(self.record_delimiter)

    @cached_property
    def field(self) -> re.Pattern[str]:
        """One field and what ends it: groups `enclosed`, `plain`, `end`."""
        delimiter = re.escape(self.field_delimiter or "")
        plain = _plain(self, delimiter)
        ends = "|".join(part for part in (delimiter, self.ends, r"\Z") if part)
        if self.enclosed_by is None:
            return re.compile(f"(?P<enclosed>(?!))?(?P<plain>{plain})(?P<end>{ends})", re.DOTALL)
        space = "[ \t]*" if self.trim_space else ""
        quote = re.escape(self.enclosed_by)
        inside = f"[^{quote}]|{quote}{quote}"
        if self.escape:
            escape = re.escape(self.escape)
            inside = f"[^{quote}{escape}]|{quote}{quote}|{escape}."
        return re.compile(
            f"(?:{space}{quote}(?P<enclosed>(?:{inside})*+){quote}{space}"
            f"|(?!{space}{quote})(?P<plain>{plain}))(?P<end>{ends})",
            re.DOTALL,
        )


def _plain(rules: CsvRules, delimiter: str) -> str:
    """A regular expression for an unenclosed field, escape sequences included."""
    logical = rules.record_delimiter == NEW_LINE
    if logical and len(rules.field_delimiter or ",") == 1:
        stop, char = "", f"[^{delimiter}\r\n"
    else:
        stops = "|".join(part for part in (delimiter, rules.ends, "\r" * logical) if part)
        stop, char = (f"(?!{stops})" if stops else ""), "[^\ud800"  # which is in no text
    if rules.escape_unenclosed is None:
        return f"(?:{stop}{char}])*+"
    escape = re.escape(rules.escape_unenclosed)
    return f"(?:{escape}.|{stop}{char}{escape}])*+"


class Fault(NamedTuple):
    """Why a record cannot be used; `character` counts from 1 in its line, `column` from 1."""

    message: str
    line: int
    character: int
    column: int


class Record(NamedTuple):
    """One record: the line it starts on (from 1), its fields after the NULL rules, its fault."""

    line: int
    fields: list[str | None]
    fault: Fault | None


def skip_lines(text: AnyStr, count: int, new_line: AnyStr) -> int:
    """Where a text goes on behind its first `count` lines."""
    at = 0
    for _ in range(count):
        end = text.find(new_line, at)
        if end < 0:
            return len(text)
        at = end + 1
    return at


def records(text: str, rules: CsvRules, start: int = 0, line: int = 1) -> Iterator[Record]:
    """The records of a text from `start` on, which is in `line`.

    An unclosed quotation takes the rest of the text; behind any other fault reading goes on with
    the next record.
    """
    size = len(text)
    while start < size:
        record, end = _record(text, rules, start, line)
        lines = text.count("\n", start, end)
        blank = record.fields in ([None], [""]) and not text[start:end].strip("\r\n")
        if not (blank and rules.skip_blank_lines):
            yield record
        start, line = end, line + lines


def _record(text: str, rules: CsvRules, start: int, line: int) -> tuple[Record, int]:
    fields: list[str | None] = []
    at = start
    match = rules.field.match
    while True:
        found = match(text, at)
        if found is None:
            return _unreadable(text, rules, start, at, Record(line, fields, None))
        enclosed, plain, end = found.group("enclosed", "plain", "end")
        value = plain if enclosed is None else enclosed
        fields.append(_value(value, rules, enclosed=enclosed is not None))
        at = found.end()
        if end != rules.field_delimiter:
            break
    if not rules.multi_line and "\n" in text[start:at].rstrip("\r\n"):
        message = "A record delimiter stands inside a field, and MULTI_LINE is FALSE"
        return Record(line, fields, _fault(text, message, start, line, 1)), at
    return Record(line, fields, _encoding_fault(text, start, line, fields)), at


def _encoding_fault(text: str, at: int, line: int, fields: list[str | None]) -> Fault | None:
    """Bytes that were not of the file's encoding, which decoding left as lone surrogates."""
    for position, value in enumerate(fields, 1):
        if value and not value.isascii() and any("\udc80" <= char <= "\udcff" for char in value):
            shown = value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            return _fault(text, f"Invalid UTF8 detected in string '{shown}'", at, line, position)
    return None


def _unreadable(
    text: str, rules: CsvRules, start: int, at: int, record: Record
) -> tuple[Record, int]:
    """The fault of a field that does not match, and where the next record begins."""
    line = record.line + text.count("\n", start, at)
    position = len(record.fields) + 1
    quote = rules.enclosed_by
    begins = text[at:].lstrip(" \t")[:1] if rules.trim_space else text[at : at + 1]
    if quote and begins == quote:
        closing = _closing_quote(text, rules, text.index(quote, at) + 1)
        if closing is None:
            message = f"The enclosed field is not closed: {quote} is missing at the end of the file"
            fault = _fault(text, message, at, line, position)
            return record._replace(fault=fault), len(text)
        found, wanted = text[closing], rules.field_delimiter
        message = f"Found character '{found}' instead of field delimiter '{wanted}'"
        fault = _fault(text, message, closing, line, position)
        return record._replace(fault=fault), _next_record(text, rules, closing)
    message = "A carriage return outside of an enclosed field that does not end a line"
    if text.find("\r", at) < 0:
        message = "An escape character stands at the end of the file"
    return record._replace(fault=_fault(text, message, at, line, position)), _next_record(
        text, rules, at
    )


def _closing_quote(text: str, rules: CsvRules, at: int) -> int | None:
    """Where text goes on behind the quotation that begins before `at`; None when it is open."""
    quote, escape = rules.enclosed_by or "", rules.escape
    while at < len(text):
        char = text[at]
        if escape and char == escape and escape != quote:
            at += 2
        elif char != quote:
            at += 1
        elif text[at + 1 : at + 2] == quote:
            at += 2
        else:
            return at + 1 if at + 1 < len(text) else None
    return None


def _next_record(text: str, rules: CsvRules, at: int) -> int:
    found = re.compile(rules.ends).search(text, at) if rules.ends else None
    return found.end() if found else len(text)


def _fault(text: str, message: str, at: int, line: int, position: int) -> Fault:
    return Fault(message, line, at - text.rfind("\n", 0, at), position)


def _value(raw: str, rules: CsvRules, *, enclosed: bool) -> str | None:
    """A field's value: unescaped, trimmed, and NULL where the rules say so."""
    if enclosed:
        quote = rules.enclosed_by or ""
        value = raw.replace(quote * 2, quote) if rules.escape is None else _unescape(raw, rules)
        return None if value in rules.null_if else value
    if rules.trim_space:
        raw = raw.strip(" \t")
    if raw in rules.null_if:
        return None
    if not raw:
        return None if rules.empty_field_as_null else ""
    escape = rules.escape_unenclosed
    if escape is None or escape not in raw:
        return raw
    value = re.sub(re.escape(escape) + "(.)", _meaning, raw, flags=re.DOTALL)
    return None if value in rules.null_if else value


def _unescape(raw: str, rules: CsvRules) -> str:
    quote = rules.enclosed_by or ""
    return re.sub(
        f"{re.escape(quote * 2)}|{re.escape(rules.escape or '')}(.)",
        lambda found: _meaning(found) if found.group(1) else quote,
        raw,
        flags=re.DOTALL,
    )


def _meaning(found: re.Match[str]) -> str:
    """What an escape character and the one behind it stand for."""
    char = found.group(1)
    if char in _ESCAPED:
        return _ESCAPED[char]
    if char.isalnum():
        raise Unsupported(
            f"the escape sequence {found.group(0)} of a file",
            "set ESCAPE_UNENCLOSED_FIELD = NONE where the character is data",
        )
    return char
