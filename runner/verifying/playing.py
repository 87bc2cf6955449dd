"""One scenario: batch after batch, then in full; a verdict for each subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from runner.nodes import Model, Snapshot
from runner.results import NodeResult, Status
from runner.verifying import histories, increments
from runner.verifying.arrivals import Batch, Scenario
from runner.verifying.cast import Cast
from runner.verifying.comparison import State
from runner.verifying.scratch import Scratch, Warehouse
from runner.verifying.verdicts import Evidence, Outcome, Verdict

Progress = Callable[[str], None]


@dataclass
class _Course:
    """A scenario as it goes on.

    states  the rows of each model after each batch
    failed  the first result of a node that was not good, and in which batch (0: the full build)
    """

    warehouse: Warehouse
    cast: Cast
    states: dict[str, list[State]] = field(default_factory=dict)
    failed: dict[str, tuple[int, NodeResult]] = field(default_factory=dict)

    def batch(self, number: int, batch: Batch) -> None:
        self.warehouse.arrive(batch)
        ids = self._going(self.cast.first if number == 1 else self.cast.again)
        self._note(number, self.warehouse.build(ids, batch.built_at))
        for model in self.sound():
            found = increments.state(self.warehouse, model)
            self.states.setdefault(model.id, []).append(found)

    def in_full(self, last: Batch) -> None:
        ids = self._going(self.cast.in_full)
        self._note(0, self.warehouse.build(ids, last.built_at, full_refresh=True))

    def sound(self) -> list[Model]:
        return [model for model in self.cast.models if model.id not in self.failed]

    def failures(self, scenario: Scenario) -> list[Verdict]:
        """A verdict for each subject that was not built to the end."""
        subjects: Sequence[Model | Snapshot] = (*self.cast.models, *self.cast.snapshots)
        return [
            Verdict(
                node.id,
                node.path,
                scenario.name,
                Outcome.SKIPPED if self._is_skipped(node.id) else Outcome.FAILED,
                message=self._message(node.id),
                evidence=Evidence(doubled_keys=self._doubled_keys(node)),
            )
            for node in subjects
            if node.id in self.failed
        ]

    def _is_skipped(self, id_: str) -> bool:
        return self.failed[id_][1].status is Status.SKIPPED

    def _message(self, id_: str) -> str:
        """In which build it stopped and why; of what is skipped, why that above it stopped."""
        number, result = self.failed[id_]
        above = self.warehouse.graph.ancestors(id_) & self.failed.keys()
        culprits = sorted(one for one in above if not self._is_skipped(one))
        messages = [result.message, *(self.failed[one][1].message for one in culprits)]
        return f"{f'batch {number}' if number else 'the full build'}: " + "\n  ".join(messages)

    def _doubled_keys(self, node: Model | Snapshot) -> int:
        if self._is_skipped(node.id) or not isinstance(node, Model):
            return 0
        return increments.doubled_in_query(self.warehouse, node)

    def _going(self, ids: Sequence[str]) -> list[str]:
        return [id_ for id_ in ids if id_ not in self.failed]

    def _note(self, number: int, failed: Mapping[str, NodeResult]) -> None:
        for id_, result in failed.items():
            self.failed.setdefault(id_, (number, result))


def play(
    scenario: Scenario, scratch: Scratch, cast: Cast, on_progress: Progress
) -> tuple[Verdict, ...]:
    """Let a scenario happen in a warehouse of its own."""
    with scratch.warehouse() as warehouse:
        course = _Course(warehouse, cast)
        for number, batch in enumerate(scenario.batches, 1):
            on_progress(f"{scenario.name}, batch {number} of {len(scenario.batches)}")
            course.batch(number, batch)
        kept = [snapshot for snapshot in cast.snapshots if snapshot.id not in course.failed]
        found = histories.verdicts(warehouse, scenario, kept)
        on_progress(f"{scenario.name}, in full")
        course.in_full(scenario.batches[-1])
        compared = [
            increments.compared(warehouse, scenario, model, course.states[model.id])
            for model in course.sound()
        ]
        compared = increments.built_twice(warehouse, scenario, cast, compared)
        found += course.failures(scenario)
    found += increments.explained(scratch, scenario, cast, compared)
    return tuple(found)
