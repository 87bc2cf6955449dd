"""`@` settings and folder defaults -> Settings, each value checked.

The names and values are dbt's where dbt has them
(docs.getdbt.com/docs/build/incremental-models, docs.getdbt.com/docs/build/snapshots).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlglot.errors import SqlglotError

from runner.intervals import Size, moment
from runner.nearest import nearest_hint
from runner.nodes import Kind, Materialized, Reference, Relation, Settings
from runner.parsing import increments
from runner.parsing.annotations import (
    CHECK_SETTINGS,
    COLUMN_CHECKS,
    MODEL_SETTINGS,
    SNAPSHOT_SETTINGS,
    Annotation,
    unknown,
)
from runner.parsing.cursor import Cursor
from runner.parsing.findings import Finding
from runner.parsing.lexer import SNOWFLAKE
from runner.project import Default

BY_KIND = {
    Kind.MODEL: MODEL_SETTINGS,
    Kind.SNAPSHOT: SNAPSHOT_SETTINGS,
    Kind.CHECK: CHECK_SETTINGS,
}
STRATEGIES = ("append", "merge", "delete+insert", "insert_overwrite")
SCHEMA_CHANGES = ("ignore", "fail", "append_new_columns", "sync_all_columns")
HARD_DELETES = ("ignore", "invalidate", "new_record")

_TABLES = (Materialized.TABLE, Materialized.INCREMENTAL, Materialized.DYNAMIC_TABLE)
_APPLIES = {
    "unique_key": (Materialized.INCREMENTAL,),
    "incremental_strategy": (Materialized.INCREMENTAL,),
    "on_schema_change": (Materialized.INCREMENTAL,),
    "merge_exclude_columns": (Materialized.INCREMENTAL,),
    "delete_when": (Materialized.INCREMENTAL,),
    "move_from": (Materialized.INCREMENTAL,),
    "batch": (Materialized.INCREMENTAL,),
    "batch_by": (Materialized.INCREMENTAL,),
    "begin": (Materialized.INCREMENTAL,),
    "lookback": (Materialized.INCREMENTAL,),
    "cluster_by": _TABLES,
    "transient": _TABLES,
    "secure": (Materialized.VIEW,),
    "target_lag": (Materialized.DYNAMIC_TABLE,),
    "warehouse": (Materialized.DYNAMIC_TABLE,),
}
_NAME = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([A-Za-z_][\w$]*))\s*(?:,|\Z)')


class BadValueError(ValueError):
    """An argument that the setting does not take; the second part is a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def names(text: str) -> tuple[str, ...]:
    """Column names, separated by commas, as stored. Raises `BadValueError`."""
    found: list[str] = []
    position = 0
    while position < len(text):
        match = _NAME.match(text, position)
        if match is None or (match.end() == len(text) and text.rstrip().endswith(",")):
            raise BadValueError(f"no list of columns: {text}", "write columns separated by commas")
        quoted, plain = match.groups()
        name = quoted.replace('""', '"') if quoted is not None else plain.upper()
        if name in found:
            raise BadValueError(f"the column {name.lower()} stands twice")
        found.append(name)
        position = match.end()
    return tuple(found)


def split(text: str) -> tuple[str, ...]:
    """Parts of a list, separated by the commas that stand outside quotes and brackets."""
    parts, depth, quote = [""], 0, ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append("")
            continue
        parts[-1] += char
    cleaned = tuple(part.strip() for part in parts)
    if not all(cleaned):
        raise BadValueError(f"an empty part in the list: {text}")
    return cleaned


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in allowed:
            message = f"{text} is not one of {', '.join(allowed)}"
            raise BadValueError(message, nearest_hint(text, allowed))
        return text.lower()

    return read


def _matching(pattern: str, example: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text, re.IGNORECASE):
            raise BadValueError(f"{text} is no such value", f"write it like {example}")
        return text

    return read


def _flag(text: str) -> bool:
    return _one_of("true", "false")(text or "true") == "true"


def _materialized(text: str) -> Materialized:
    return Materialized(_one_of(*Materialized)(text))


def _check_columns(text: str) -> tuple[str, ...]:
    return ("*",) if text.lower() == "all" else names(text)


def _one_name(text: str) -> str:
    found = names(text)
    if len(found) != 1:
        raise BadValueError(f"one column is wanted: {text}")
    return found[0]


def _relation(text: str) -> Relation:
    try:
        cursor = Cursor(SNOWFLAKE.tokenize(text))
    except SqlglotError:
        cursor = Cursor(())
    parts = cursor.name()
    if len(parts) != 2 or not cursor.done:
        raise BadValueError(f"no table: {text}", "write it like sales_raw.orders")
    return Relation(*parts)


def _moment(text: str) -> datetime:
    try:
        return moment(text)
    except ValueError as error:
        raise BadValueError(str(error), "write it like 2024-01-31 or 2024-01-31 06:00") from None


_DAYS = r"\d+ +(second|minute|hour|day|week)s?"
_COUNT = r"(=|!=|<>|>=?|<=?) *\d+"
_READERS: dict[str, Callable[[str], Any]] = {
    "materialized": _materialized,
    "unique_key": names,
    "incremental_strategy": _one_of(*STRATEGIES),
    "on_schema_change": _one_of(*SCHEMA_CHANGES),
    "merge_exclude_columns": names,
    "cluster_by": split,
    "transient": _flag,
    "secure": _flag,
    "target_lag": _matching(rf"{_DAYS}|downstream", "5 minutes or downstream"),
    "warehouse": _matching(r"[A-Za-z_][\w$]*|\"[^\"]+\"", "transforming"),
    "tags": split,
    "owner": str,
    "delete_when": str,
    "move_from": _relation,
    "batch": lambda text: Size(_one_of(*Size)(text)),
    "batch_by": _one_name,
    "begin": _moment,
    "lookback": lambda text: int(_matching(r"\d{1,6}", "1")(text)),
    "updated_at": _one_name,
    "check_columns": _check_columns,
    "hard_deletes": _one_of(*HARD_DELETES),
    "max_deletes": _matching(r"(100|\d{1,2}(\.\d+)?) *%|\d+", "10% or 1000"),
    "severity": _one_of("error", "warn"),
    "warn_if": _matching(_COUNT, "> 10"),
    "error_if": _matching(_COUNT, "> 10"),
    "warn_after": _matching(_DAYS, "6 hours"),
    "error_after": _matching(_DAYS, "12 hours"),
}
_WITHOUT_ARGUMENT = frozenset({"transient", "secure"})


@dataclass(frozen=True)
class Values:
    """The settings of one file, read: `own` stand in the file, the rest are folder defaults."""

    values: Mapping[str, Any]
    own: Mapping[str, int]  # name -> line

    def line(self, name: str) -> int:
        return self.own.get(name, 1)


def read(
    kind: Kind, annotations: Sequence[Annotation], defaults: Mapping[str, Default]
) -> tuple[Values, list[Finding]]:
    """The settings among a file's head annotations, with the folder's defaults below them."""
    findings: list[Finding] = []
    values: dict[str, Any] = {}
    own: dict[str, int] = {}
    for name, default in defaults.items():
        if name in BY_KIND[kind]:
            values[name] = default_value(name, default)
    for annotation in annotations:
        name = annotation.name
        if name not in BY_KIND[kind]:
            findings.append(unknown(annotation, BY_KIND[kind], f"at the head of a {kind}"))
        elif name in own:
            hint = f"the first is in line {own[name]}"
            findings.append(Finding(f"@{name} stands twice", annotation.line, hint))
        else:
            own[name] = annotation.line
            try:
                values[name] = value(name, annotation.argument)
            except BadValueError as bad:
                values.pop(name, None)
                findings.append(Finding(f"@{name}: {bad}", annotation.line, bad.hint))
    return Values(values, own), findings


def value(name: str, argument: str) -> Any:
    """The argument of a setting, read. Raises `BadValueError`."""
    if not argument and name not in _WITHOUT_ARGUMENT:
        raise BadValueError("its argument is missing")
    return _READERS[name](argument)


def default_value(name: str, default: Default) -> Any:
    """A folder default, read; None when it is wrong, which `check_defaults` reports."""
    try:
        return value(name, default.text)
    except BadValueError:
        return None


def check_defaults(kind: Kind | None, folder: str, entry: Mapping[str, Default]) -> list[Finding]:
    """What is wrong with the defaults of one folder."""
    if kind is None:
        hint = "defaults are for folders below models, snapshots or checks"
        line = min((default.line for default in entry.values()), default=0)
        return [Finding(f"the defaults of {folder} hold for nothing", line, hint)]
    findings = []
    for name, default in entry.items():
        if name not in BY_KIND[kind]:
            hint = nearest_hint(name, BY_KIND[kind])
            findings.append(Finding(f"unknown setting {name} of {kind}s", default.line, hint))
            continue
        try:
            value(name, default.text)
        except BadValueError as bad:
            findings.append(Finding(f"{name}: {bad}", default.line, bad.hint))
    return findings


def model(values: Values) -> tuple[Settings, list[Finding]]:
    """The settings of a model; what does not apply to its materialization is a finding."""
    found = {name: value for name, value in values.values.items() if value is not None}
    materialized = found.get("materialized", Materialized.VIEW)
    findings = []
    for name in list(found):
        if materialized not in _APPLIES.get(name, tuple(Materialized)):
            found.pop(name)
            if name in values.own:
                message = f"@{name} does not apply to @materialized {materialized}"
                findings.append(Finding(message, values.line(name), _applies_hint(name)))
    if materialized is Materialized.INCREMENTAL:
        if "move_from" in found:
            found["move_from"] = Reference(found["move_from"], values.line("move_from"))
            found.setdefault("on_schema_change", "append_new_columns")
        found.setdefault("incremental_strategy", increments.default_strategy(found))
        findings += increments.findings(found, values.own)
    if materialized is Materialized.DYNAMIC_TABLE:
        findings += [
            Finding(f"a dynamic table needs @{name}", values.line("materialized"))
            for name in ("target_lag", "warehouse")
            if name not in found
        ]
    return Settings(**found), findings


def snapshot(values: Values) -> tuple[Settings, list[Finding]]:
    """The settings of a snapshot; a missing key or clock is a finding."""
    found = {name: value for name, value in values.values.items() if value is not None}
    findings = []
    if "unique_key" not in values.values and "unique_key" not in values.own:
        findings.append(Finding("a snapshot needs @unique_key", 1))
    clocks = [name for name in ("updated_at", "check_columns") if name in {*found, *values.own}]
    if len(clocks) != 1:
        what = "both @updated_at and @check_columns" if clocks else "no @updated_at"
        hint = "a snapshot has either @updated_at column or @check_columns a, b (or all)"
        line = max(values.line(name) for name in clocks) if clocks else 1
        findings.append(Finding(f"there is {what}", line, hint))
    if "max_deletes" in values.own and found.get("hard_deletes", "ignore") == "ignore":
        hint = "add @hard_deletes invalidate or new_record"
        message = "@max_deletes does not apply: hard deletes are ignored"
        findings.append(Finding(message, values.line("max_deletes"), hint))
    return replace(Settings(materialized=Materialized.TABLE), **found), findings


def _applies_hint(name: str) -> str:
    return f"it applies to: {', '.join(_APPLIES[name])}"


def is_check(annotation: Annotation) -> bool:
    """Whether a head annotation is a check rather than a setting."""
    return annotation.name in COLUMN_CHECKS
