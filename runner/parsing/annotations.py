"""Comment lines -> prose and `@` annotations.

An annotation starts a comment line or follows white space; its argument runs to the next one or
to the end of the line; quotes and brackets in an argument protect an `@`. Nothing is dropped: what
cannot be read is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from runner.nearest import nearest
from runner.parsing.findings import Finding
from runner.parsing.lexer import CommentLine

COLUMN_CHECKS = ("not_null", "unique", "accepted_values", "references", "check")
RELATION_CHECKS = ("unique", "check")
THRESHOLDS = ("warn_if", "error_if")
MODIFIERS = ("warn", "new_rows", "quarantine", *THRESHOLDS)
MODEL_SETTINGS = (
    "materialized",
    "unique_key",
    "incremental_strategy",
    "on_schema_change",
    "merge_exclude_columns",
    "delete_when",
    "move_from",
    "cluster_by",
    "transient",
    "secure",
    "target_lag",
    "warehouse",
    "tags",
    "owner",
    "batch",
    "batch_by",
    "begin",
    "lookback",
)
SNAPSHOT_SETTINGS = (
    "unique_key",
    "updated_at",
    "check_columns",
    "hard_deletes",
    "max_deletes",
    "cluster_by",
    "transient",
    "tags",
    "owner",
)
CHECK_SETTINGS = ("severity", "warn_if", "error_if", "warn_after", "error_after", "tags")
SETTINGS = tuple(dict.fromkeys(MODEL_SETTINGS + SNAPSHOT_SETTINGS + CHECK_SETTINGS))
KNOWN = tuple(dict.fromkeys(SETTINGS + COLUMN_CHECKS + MODIFIERS))

_START = re.compile(r"(?:^|(?<=\s))@")
_NAME = re.compile(r"[A-Za-z_]\w*")
_GLUED = re.compile(rf"[^\s\w]@({'|'.join(KNOWN)})\b")
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Annotation:
    """One `@name argument`; for a check, what the modifiers before it say."""

    name: str
    argument: str
    line: int
    warn: bool = False
    new_rows: bool = False
    quarantine: bool = False
    warn_if: str = ""
    error_if: str = ""


@dataclass(frozen=True)
class Block:
    """What the comments on one thing say."""

    prose: str
    annotations: tuple[Annotation, ...]


def first_annotation(text: str) -> str:
    """The first thing in a comment line that looks like an annotation, or an empty text."""
    found = _START.search(text) or _GLUED.search(text)
    if found is None:
        return ""
    start = text.index("@", found.start())
    return text[start:].split(maxsplit=1)[0]


def read(lines: Sequence[CommentLine]) -> tuple[Block, list[Finding]]:
    """The prose (paragraphs kept) and the annotations of some comment lines."""
    prose: list[str] = []
    found: list[Annotation] = []
    findings: list[Finding] = []
    for line in lines:
        words, annotations = _line(line, findings)
        found += annotations
        if words or not annotations:
            prose.append(words)
    return Block(_paragraphs(prose), tuple(found)), findings


def unknown(annotation: Annotation, here: Iterable[str], place: str) -> Finding:
    """What to say of an annotation that has no meaning where it stands."""
    name, line = annotation.name, annotation.line
    if name not in KNOWN:
        near = nearest(name, here) or nearest(name, KNOWN)
        hint = f"did you mean @{near}?" if near else f"known {place}: @{', @'.join(here)}"
        return Finding(f"unknown annotation @{name}", line, hint)
    return Finding(f"@{name} has no meaning {place}", line, _home(name))


def _home(name: str) -> str:
    """Where an annotation belongs."""
    if name in RELATION_CHECKS:
        return f"@{name} stands at the head of a model or snapshot, or on a column of its result"
    if name in COLUMN_CHECKS:
        return f"@{name} stands on a column of the final select of a model or snapshot"
    if name in THRESHOLDS:
        return f"@{name} stands right before a check, or at the head of a file in checks/"
    if name in MODIFIERS:
        return f"@{name} stands right before a check"
    homes = {"model": MODEL_SETTINGS, "snapshot": SNAPSHOT_SETTINGS, "check": CHECK_SETTINGS}
    kinds = " or ".join(kind for kind, names in homes.items() if name in names)
    return f"@{name} stands at the head of a {kinds}"


def _line(line: CommentLine, findings: list[Finding]) -> tuple[str, list[Annotation]]:
    """The prose before the first annotation of a line, and its annotations."""
    start = _START.search(line.text)
    prose = line.text[: start.start()].strip() if start else line.text
    if glued := _GLUED.search(prose):
        hint = "put white space before it"
        findings.append(Finding(f"@{glued.group(1)} would be read as prose", line.line, hint))
    found: list[Annotation] = []
    position = start.start() if start else len(line.text)
    waiting: dict[str, str] = {}
    while position < len(line.text):
        before = len(findings)
        end = _argument_end(line.text, position + 1, line.line, findings)
        word = line.text[position + 1 : end].strip()
        position = end
        if len(findings) > before:
            return prose, found
        name = _NAME.match(word)
        if name is None:
            hint = "write prose without an @ that stands alone"
            findings.append(Finding(f"@{word[:20]} is no annotation", line.line, hint))
        elif name.group() in MODIFIERS:
            _modifier(name.group(), word[name.end() :].strip(), line.line, waiting, findings)
        else:
            argument = word[name.end() :].strip()
            found += _annotation(name.group(), argument, line.line, waiting, findings)
            waiting = {}
    for modifier in _misplaced(waiting):
        hint = f"write @{modifier} right before a check, on its line"
        findings.append(Finding(f"@{modifier} stands before nothing", line.line, hint))
    return prose, [*found, *_settings(waiting, line.line)]


def _annotation(
    name: str, argument: str, line: int, waiting: dict[str, str], findings: list[Finding]
) -> list[Annotation]:
    """An annotation with the modifiers before it: for a check they are its own, else thresholds
    are settings and the others a mistake."""
    if name in COLUMN_CHECKS or name not in KNOWN:
        said: dict[str, Any] = {
            modifier: text if modifier in THRESHOLDS else True for modifier, text in waiting.items()
        }
        return [Annotation(name, argument, line, **said)]
    for modifier in _misplaced(waiting):
        hint = f"@{modifier} stands right before a check"
        findings.append(Finding(f"@{modifier} does not apply to @{name}", line, hint))
    return [*_settings(waiting, line), Annotation(name, argument, line)]


def _misplaced(waiting: dict[str, str]) -> list[str]:
    return [modifier for modifier in waiting if modifier not in THRESHOLDS]


def _settings(waiting: dict[str, str], line: int) -> list[Annotation]:
    """Thresholds before no check are the settings of a file in checks/."""
    return [Annotation(name, text, line) for name, text in waiting.items() if name in THRESHOLDS]


def _modifier(
    name: str, argument: str, line: int, waiting: dict[str, str], findings: list[Finding]
) -> None:
    if name in waiting:
        findings.append(Finding(f"@{name} stands twice", line))
    elif name in THRESHOLDS and not argument:
        hint = f"write how many rows: @{name} > 10"
        findings.append(Finding(f"@{name}: its argument is missing", line, hint))
    elif name not in THRESHOLDS and argument:
        hint = f"it stands right before a check: @{name} @check …"
        findings.append(Finding(f"@{name} takes no argument: {argument}", line, hint))
    waiting[name] = argument


def _argument_end(text: str, start: int, line: int, findings: list[Finding]) -> int:
    """Where the argument that begins before `start` ends: at the next free `@`, or the end."""
    open_brackets: list[str] = []
    position = start
    while position < len(text):
        char = text[position]
        if char in "'\"":
            close = text.find(char, position + 1)
            if close < 0:
                findings.append(Finding(f"a quote is not closed: {text[position:]}", line))
                return len(text)
            position = close
        elif char in _CLOSING:
            open_brackets.append(_CLOSING[char])
        elif open_brackets and char == open_brackets[-1]:
            open_brackets.pop()
        elif char in ")]}":
            findings.append(Finding(f"a bracket is not opened: {text[start - 1 :]}", line))
            return len(text)
        elif not open_brackets and _START.match(text, position):
            return position
        position += 1
    if open_brackets:
        findings.append(Finding(f"a bracket is not closed: {text[start - 1 :]}", line))
    return len(text)


def _paragraphs(lines: Sequence[str]) -> str:
    """Lines joined to paragraphs; empty lines part them."""
    text = "\n".join(lines).strip("\n")
    return "\n\n".join(
        " ".join(part.split("\n")).strip() for part in re.split(r"\n{2,}", text) if part.strip()
    )
