"""A model with `@batch`: batch after batch, each written, checked and committed by itself.

A batch that fails is rolled back and noted in the ledger, and the next build does it again; the
others go on. What no batch could survive (a query that does not compile, a lost connection) ends
the step. A table that is replaced is filled aside and published as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from runner.batching import Batch, Batches, State, Why
from runner.engines import Column
from runner.errors import (
    Cancelled,
    EngineError,
    MachineFailed,
    NotThere,
    RunnerError,
    Unsupported,
)
from runner.executing import building, locate
from runner.executing.checking import ChecksBrokeError, attributed, is_bad, worst
from runner.executing.context import Context, Conversation, Outcome
from runner.generating import batches as generating
from runner.generating import quarantine
from runner.generating.batches import Part
from runner.generating.ledger import Line, Page
from runner.generating.work import BATCH, Existing, Work
from runner.intervals import named
from runner.nodes import Model
from runner.plan import Step
from runner.results import BAD, CheckResult, Status

_TOLD = 5  # so many failures are told in full
_WORST_FIRST = (Status.ERROR, Status.FAIL, Status.SKIPPED, Status.WARN, Status.SUCCESS)


@dataclass(frozen=True)
class _Ended:
    """A batch that was tried; `goes_on` tells whether another one could go better."""

    batch: Batch
    outcome: Outcome
    goes_on: bool = True

    @property
    def done(self) -> bool:
        return self.outcome.status in (Status.SUCCESS, Status.WARN)


@dataclass(frozen=True)
class _Job:
    """The batches of one model, in one session."""

    step: Step
    node: Model
    batches: Batches
    page: Page
    conversation: Conversation

    def part(self, batch: Batch) -> Part:
        return Part(batch.interval, self.batches.state(batch.interval), self.page)

    def name(self, batch: Batch) -> str:
        return named(batch.interval.start, self.batches.size)


def build(step: Step, conversation: Conversation, context: Context) -> Outcome:
    """Do the batches that are due. What raises (`RunnerError`) has done none."""
    node, batches = step.node, step.batches
    assert isinstance(node, Model)
    assert batches is not None
    existing = context.standing(node.relation)
    if existing is None and not batches.anew:
        raise NotThere(f"{node.relation} was dropped meanwhile", "run it again")
    if batches.anew and not batches.due:
        raise RunnerError("no batch has begun yet", "let @begin name a time that is over")
    page = Page(node.id, batches.generation, context.invocation.id)
    job = _Job(step, node, batches, page, conversation)
    if batches.anew and existing is not None:
        return _replaced(job, existing)
    if existing is None:
        conversation.note(page.begun())
        conversation.run_all(generating.creation(node, batches.due[0].interval))
    elif node.quarantine and existing.quarantine is None:
        conversation.run(quarantine.empty(node))
    return _filled(job)


def _described(node: Model, conversation: Conversation) -> Existing:
    """The table as it stands now, and its quarantine."""
    columns = conversation.run(f"select * from {node.relation} limit 0").columns
    if not node.quarantine:
        return Existing("table", columns)
    beside = conversation.run(f"select * from {node.quarantine} limit 0").columns
    return Existing("table", columns, Existing("table", beside))


# --- batches into the model's table


def _filled(job: _Job) -> Outcome:
    """Each batch in its own transaction; one that is only due after others, if one of them was."""
    ended: list[_Ended] = []
    for batch in job.batches.due:
        if batch.why is Why.AFTER and not any(one.done for one in ended):
            continue
        ended.append(_tried(job, batch))
        if not ended[-1].goes_on:
            break
    return _summed_up(job, ended)


def _tried(job: _Job, batch: Batch) -> _Ended:
    """One batch; what goes wrong is a part of its outcome, and noted."""
    failed = job.page.noted_all((Line(batch.interval, State.FAILED),))
    try:
        outcome, goes_on = _done(job, batch), True
    except Cancelled:
        return _Ended(batch, Outcome(Status.SKIPPED, message="stopped and rolled back"), False)
    except RunnerError as error:
        message, mend = locate.told(job.node, error), locate.culprit(job.node, error)
        outcome, goes_on = Outcome(Status.ERROR, message=message, mend=mend), _is_about_rows(error)
    if outcome.status in BAD and goes_on:
        outcome = _noted(job, failed, outcome)
    return _Ended(batch, outcome, goes_on)


def _noted(job: _Job, failed: Iterable[str], outcome: Outcome) -> Outcome:
    """The outcome of a batch that failed, which the ledger is told, if it can be."""
    try:
        job.conversation.note(failed)
    except EngineError as another:
        message = f"{outcome.message}\n  it could not be noted: {another.message}"
        return replace(outcome, message=message)
    return outcome


def _done(job: _Job, batch: Batch) -> Outcome:
    existing = _described(job.node, job.conversation)
    part = job.part(batch)

    def work(arrived: Sequence[Column]) -> Work:
        return generating.work(job.node, existing, part, arrived)

    return building.carry_out(job.step, work, existing, job.conversation)


def _is_about_rows(error: RunnerError) -> bool:
    """Whether a batch of other rows may go well."""
    found = error if isinstance(error, EngineError) else error.__cause__
    if isinstance(found, EngineError):
        everywhere = isinstance(found, MachineFailed | Unsupported)
        return not everywhere and not found.message.startswith("SQL compilation error")
    return isinstance(error, building.Refused)


def _summed_up(job: _Job, ended: Sequence[_Ended]) -> Outcome:
    """The worst of the outcomes, told for each batch that did not go well."""
    statuses = [one.outcome.status for one in ended] or [Status.SUCCESS]
    bad = [one for one in ended if not one.done]
    label = next((one.outcome.label for one in ended if one.outcome.label), "incremental")
    told = [f"{job.name(one.batch)}: {one.outcome.message}" for one in bad[:_TOLD]]
    if bad[_TOLD:]:
        told.append(f"and {len(bad[_TOLD:])} batches more")
    if bad:
        done = len(ended) - len(bad)
        left = sum(one.why is not Why.AFTER for one in job.batches.due[len(ended) :])
        told.append(
            f"batches: {done} done, {len(bad)} not, {left} not tried; the next build goes on"
        )
    return Outcome(
        status=min(statuses, key=_WORST_FIRST.index),
        label=label,
        message="\n".join(told),
        mend=next((one.outcome.mend for one in bad if one.outcome.mend), ""),
        checks=_told_once(check for one in ended for check in one.outcome.checks),
    )


def _told_once(found: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Of each check the worst that it found, and of equal ones the last."""
    worst_of: dict[str, CheckResult] = {}
    for check in found:
        other = worst_of.get(check.name, check)
        if _WORST_FIRST.index(check.status) <= _WORST_FIRST.index(other.status):
            worst_of[check.name] = check
    return tuple(worst_of.values())


# --- batches into a table that takes the place of another


def _replaced(job: _Job, existing: Existing) -> Outcome:
    """All batches or none: what was there stays until the new table has been checked."""
    work = generating.publication(job.node, existing)
    with building.undone_on_failure(work, job.conversation):
        try:
            with job.conversation.session.together():
                lines = _written_aside(job)
                work = replace(work, record=job.page.noted_all(lines))
                found = building.write_and_check(job.step, work, job.conversation)
        except ChecksBrokeError as broken:
            raise attributed(broken.error, job.step, work, job.conversation) from broken.error
        found = building.concluded(job.step, work, found, job.conversation)
    if is_bad(found):
        return Outcome(Status.FAIL, work.label, building.NOT_PUBLISHED, found)
    return Outcome(worst(found), work.label, checks=found)


def _written_aside(job: _Job) -> list[Line]:
    """What the ledger is to say of each batch."""
    node, lines = generating.aside(job.node), []
    job.conversation.run_all(generating.creation(node, job.batches.due[0].interval))
    existing = _described(node, job.conversation)
    for batch in job.batches.due:
        try:
            rows = _rows_written_aside(job, node, existing, batch)
        except RunnerError as error:
            error.hint = f"{error.hint}\n  it was the batch {job.name(batch)}".strip()
            raise
        lines.append(Line(batch.interval, job.batches.state(batch.interval), rows))
    return lines


def _rows_written_aside(job: _Job, node: Model, existing: Existing, batch: Batch) -> int:
    part = job.part(batch)

    def make(arrived: Sequence[Column]) -> Work:
        return generating.work(node, existing, part, arrived)

    work = building.prepared(make(()), make, job.conversation)
    building.written(work, job.conversation)
    count = f"select count(*) from {node.relation.suffixed(BATCH)}"
    rows: int = job.conversation.run(count).rows[0][0]
    job.conversation.run_all(work.finish)
    return rows
