"""What a run tells while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runner.plan import Step
from runner.results import NodeResult

# why a step did not run
INTERRUPTED = "the run was stopped"
FAILED_FAST = "the run stopped at the first failure"
NOTHING_CHANGED = "nothing that it reads has changed"


@dataclass(frozen=True)
class Started:
    """A step runs now."""

    step: Step


@dataclass(frozen=True)
class Finished:
    """A step has ended, or will not start."""

    result: NodeResult


@dataclass(frozen=True)
class Stopping:
    """Nothing more starts, and the steps in `running` (ids) are being cancelled."""

    reason: str
    running: tuple[str, ...]


Event = Started | Finished | Stopping
Listener = Callable[[Event], None]
