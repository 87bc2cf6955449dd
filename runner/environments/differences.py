"""What differs between two databases, as frozen values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from runner.nodes import Relation

Row = tuple[Any, ...]


class Outcome(StrEnum):
    CHANGED = "changed"
    ADDED = "new"  # only in the database after
    REMOVED = "gone"  # only in the database before
    ERROR = "failed"  # one of the two cannot be read
    SAME = "same"
    SKIPPED = "not compared"  # there is a reason why nothing can differ, or none to look


DIFFERENT = frozenset({Outcome.CHANGED, Outcome.ADDED, Outcome.REMOVED})


@dataclass(frozen=True)
class ColumnChange:
    """A column (stored name) that only one side has, or whose type is another; types as DDL writes
    them, empty on the side that does not have it."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class SampleRow:
    """One row, `copies` times: `change` is changed, removed or added. `before` and `after` are the
    values beside the key, nulls on the side where there is no such row."""

    change: str
    copies: int
    key: Row
    before: Row
    after: Row


@dataclass(frozen=True)
class Rows:
    """How the rows of a relation differ.

    before, after   how many there are
    by_column       of the changed ones, in how many each column differs; only columns that do
    key, values     the compared columns (stored names): those that tell rows apart, and the rest
    has_key         whether that is a key: without one, all columns tell rows apart
    """

    before: int
    after: int
    added: int = 0
    removed: int = 0
    changed: int = 0
    by_column: tuple[tuple[str, int], ...] = ()
    key: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    has_key: bool = False
    sample: tuple[SampleRow, ...] = ()

    @property
    def differ(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True)
class Finding:
    """One relation. `kinds` are what it is before and after (table, view, dynamic table), empty
    where it is not there; `rows` is None where they were not compared; `message` says why."""

    relation: Relation
    outcome: Outcome
    kinds: tuple[str, str] = ("", "")
    columns: tuple[ColumnChange, ...] = ()
    rows: Rows | None = None
    message: str = ""


@dataclass(frozen=True)
class Difference:
    """Two databases, and what was found of each relation, in the order of their names.

    `orphans` are relations after that runs have built and no file builds any more.
    """

    before: str
    after: str
    findings: tuple[Finding, ...] = ()
    orphans: tuple[Relation, ...] = ()

    @property
    def different(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.outcome in DIFFERENT)

    @property
    def failed(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.outcome is Outcome.ERROR)

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(one.outcome for one in self.findings)
