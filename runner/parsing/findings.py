"""What is wrong with one text, before its path is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from runner.errors import Problem


@dataclass(frozen=True)
class Finding:
    """Something wrong at a line of a text; 0 when its place is not known."""

    message: str
    line: int
    hint: str = ""


def as_problems(path: str, findings: Iterable[Finding]) -> tuple[Problem, ...]:
    """The findings in a file; one without a place stands at its first line."""
    return tuple(Problem(path, max(one.line, 1), one.message, one.hint) for one in findings)
