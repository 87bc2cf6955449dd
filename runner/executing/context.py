"""What a step works with: the run that it is part of, and its session."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from runner.engines import Result, Session
from runner.errors import Cancelled
from runner.generating import quarantine
from runner.generating.work import Existing
from runner.nodes import Relation
from runner.results import CheckResult, Invocation, Status

if TYPE_CHECKING:
    from runner.executing.failures import Keeper


@dataclass(frozen=True)
class Context:
    """What all steps of a run share.

    existing   the relations that were there when the run began
    schemas    the schemas for which `existing` is complete
    built      the relations that this run builds, and those of its state
    store_failures   whether the rows that violate checks are kept
    """

    invocation: Invocation
    existing: Mapping[Relation, Existing]
    schemas: frozenset[str]
    built: frozenset[Relation]
    store_failures: bool = False

    def lacks(self, relation: Relation) -> bool:
        """Whether a relation was not there when the run began and is not built by it."""
        is_known = relation in self.built or relation in self.existing
        return not is_known and relation.schema in self.schemas

    def standing(self, relation: Relation) -> Existing | None:
        """The relation as it was when the run began, with its quarantine."""
        found = self.existing.get(relation)
        beside = self.existing.get(quarantine.of(relation))
        return replace(found, quarantine=beside) if found and beside else found


@dataclass
class Conversation:
    """A session during one step: tags its statements, counts the rows that it writes and those
    that it sends to quarantine, can be told to stop.

    `keeper` keeps the rows that violate checks, where the run is asked to.
    """

    session: Session
    tag: str
    stopped: threading.Event
    rows: int | None = None
    sent_away: int | None = None
    query_ids: list[str] = field(default_factory=list)
    keeper: Keeper | None = None

    def run(self, sql: str) -> Result:
        """Execute one statement, unless the run was stopped."""
        if self.stopped.is_set():
            raise Cancelled("the run was stopped")
        return self.run_anyway(sql)

    def run_anyway(self, sql: str) -> Result:
        """Execute one statement even when the run was stopped: to finish or to undo."""
        result = self.session.execute(sql, tag=self.tag)
        if result.query_id:
            self.query_ids.append(result.query_id)
        if result.columns and result.columns[0].name.startswith("number of rows"):
            self.rows = (self.rows or 0) + result.row_count
        return result

    def note(self, statements: Iterable[str]) -> None:
        """Execute statements of the runner's own: even when the run was stopped, and uncounted."""
        counted = self.rows
        for sql in statements:
            self.run_anyway(sql)
        self.rows = counted

    def run_all(self, statements: Iterable[str], *, counted: bool = True) -> None:
        """Execute them one after the other."""
        rows = self.rows
        for sql in statements:
            self.run(sql)
        if not counted:
            self.rows = rows


@dataclass(frozen=True)
class Outcome:
    """How a step ended; `label` says what was done, `mend` which file made a statement fail."""

    status: Status
    label: str = ""
    message: str = ""
    checks: tuple[CheckResult, ...] = ()
    mend: str = ""
