"""What a verification found, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from runner.verifying.comparison import Difference
from runner.verifying.timelines import Finding


class Outcome(StrEnum):
    EQUAL = "equal"  # increments gave what a full build gives
    SOUND = "sound"  # a history breaks no rule
    DIFFERS = "differs"
    BROKEN = "broken"  # a history breaks a rule
    FAILED = "failed"  # a build stopped
    SKIPPED = "skipped"  # something that it reads failed


GOOD = frozenset({Outcome.EQUAL, Outcome.SOUND})


@dataclass(frozen=True)
class Evidence:
    """What else is known of a difference, to tell its cause from.

    unstable      two full builds of the same rows differ as well
    doubled_keys  keys that have several rows in a full build
    repeated      the rows that the increments have too many are in the full build as well
    batch         the first batch (from 1) after which there is a difference, 0 if not known
    arrived       what came in that batch
    """

    unstable: bool = False
    doubled_keys: int = 0
    repeated: bool = False
    batch: int = 0
    arrived: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """One relation in one scenario. `rows` are those that were compared."""

    node: str
    path: str
    scenario: str
    outcome: Outcome
    rows: int = 0
    difference: Difference | None = None
    findings: tuple[Finding, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    message: str = ""


@dataclass(frozen=True)
class Verification:
    """All verdicts, and the likely cause of each node's trouble."""

    verdicts: tuple[Verdict, ...]
    causes: Mapping[str, str]
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return all(verdict.outcome in GOOD for verdict in self.verdicts)
