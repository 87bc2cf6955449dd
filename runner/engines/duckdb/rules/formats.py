"""TO_CHAR of numbers by a format."""

from __future__ import annotations

import re

from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.types import TEXT, Type, number
from runner.errors import Unsupported


def number_text(value: Value, format_: str) -> Value:
    """A number written by a format of `9`, `0`, `,`, `.` and `$`, `FM` in front to leave out the
    spaces. Page *SQL format models*: one place is kept for the sign."""
    match = re.fullmatch(r"(FM)?(\$?)([09,]*)(?:\.([09]*))?", format_, re.IGNORECASE)
    if match is None or not (match.group(3) or match.group(4)):
        raise Unsupported(f"the number format {format_!r}")
    trimmed, dollar, whole, fraction = match.groups()
    if value.type.name == "FLOAT":
        raise Unsupported("TO_CHAR of a FLOAT with a format")
    if fraction and "9" in fraction:
        raise Unsupported(f"the number format {format_!r}")
    type_ = number(38, len(fraction or ""))
    text = written(value, type_, whole)
    if dollar:
        text = f"('$' || {text})"
    signed = f"(CASE WHEN {value.sql} < 0 THEN '-' ELSE '' END || {text})"
    width = len(whole) + len(dollar) + (len(fraction) + 1 if fraction is not None else 0) + 1
    fits = f"abs({value.sql}) < 1{'0' * sum(letter in '09' for letter in whole)}."
    padded = signed if trimmed else f"lpad({signed}, {width}, ' ')"
    return Value(
        f"CASE WHEN {fits} THEN {padded} ELSE sf_refuse('a number wider than its format') END", TEXT
    )


def written(value: Value, type_: Type, whole: str) -> str:
    """The digits: grouped by commas if the format is, with zeros from the first `0` on."""
    text = f"CAST(abs(CAST({value.sql} AS {type_.duckdb})) AS VARCHAR)"
    grouped = "," in whole
    if grouped and not re.fullmatch(r"[09]{1,3}(,[09]{3})*", whole):
        raise Unsupported(f"the number format {whole!r}")
    plain = whole.replace(",", "")
    zeros = len(plain) - plain.index("0") if "0" in plain else 1
    if "9" in plain.lstrip("9"):
        raise Unsupported(f"the number format {whole!r}")
    digits = f"split_part({text}, '.', 1)"
    padded = f"lpad({digits}, CAST(greatest(length({digits}), {max(zeros, 1)}) AS INTEGER), '0')"
    if grouped:
        padded = f"sf_grouped({padded})"
    if type_.scale == 0:
        return padded
    return f"({padded} || '.' || split_part({text}, '.', 2))"
