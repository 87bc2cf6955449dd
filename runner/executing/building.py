"""Bringing one relation up to date: build aside, check, publish, or undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress

from runner.engines import Column
from runner.errors import Cancelled, EngineError, RunnerError
from runner.executing import moves
from runner.executing.checking import (
    ChecksBrokeError,
    attributed,
    is_bad,
    items_of,
    run_checks,
    worst,
)
from runner.executing.context import Context, Conversation, Outcome
from runner.generating import materializations, quarantine
from runner.generating.work import Existing, Run, Work
from runner.nodes import Check, Model, Snapshot
from runner.plan import Step
from runner.results import CheckResult, Status

NOT_PUBLISHED = "not published; what was there stays"


class Refused(RunnerError):
    """The rows of a run cannot be written as they are."""


def build(step: Step, conversation: Conversation, context: Context) -> Outcome:
    """Build, check and publish the relation; what raises (`RunnerError`) has published nothing."""
    node = step.node
    assert not isinstance(node, Check)
    existing = context.standing(node.relation)
    if isinstance(node, Model) and node.settings.move_from:
        existing = moves.kept(node, existing, conversation)
    is_checked = bool(node.checks or step.checks)
    run = Run(context.invocation.id, context.invocation.started_at)
    anew = step.full_refresh

    def work(arrived: Sequence[Column] = ()) -> Work:
        if arrived:
            return materializations.settle(
                node, existing, arrived, run, full_refresh=anew, checked=is_checked
            )
        return materializations.work(node, existing, run, full_refresh=anew, checked=is_checked)

    return carry_out(step, work, existing, conversation)


def carry_out(
    step: Step,
    make: Callable[[Sequence[Column]], Work],
    existing: Existing | None,
    conversation: Conversation,
) -> Outcome:
    """Do the work that `make` gives for the columns that arrive: none as long as nobody looked."""
    work = make(())
    with undone_on_failure(work, conversation):
        work = prepared(work, make, conversation)
        try:
            with conversation.session.together() if work.several else nullcontext():
                found = write_and_check(step, work, conversation)
        except ChecksBrokeError as broken:
            raise attributed(broken.error, step, work, conversation) from broken.error
        found = concluded(step, work, found, conversation)
    if is_bad(found):
        message = NOT_PUBLISHED if existing else "not published"
        return Outcome(Status.FAIL, work.label, message, checks=found)
    return Outcome(worst(found), work.label, checks=found)


def prepared(
    work: Work, make: Callable[[Sequence[Column]], Work], conversation: Conversation
) -> Work:
    """Everything before the first row is written; the work that goes on from there."""
    conversation.run_all((*work.variables, *work.prepare))
    if work.describe:
        work = make(conversation.run(work.describe).columns)
        conversation.run_all(work.prepare)
    _ask_guards(work, conversation)
    return work


def write_and_check(step: Step, work: Work, conversation: Conversation) -> tuple[CheckResult, ...]:
    """Write, check, and publish what passes; `concluded` does the rest."""
    assert not isinstance(step.node, Check)
    if work.transactional:
        conversation.run("begin")
    sent_away = written(work, conversation)
    found = run_checks(step, work, conversation)
    if not is_bad(found):
        _publish(step.node, work, conversation)
        if work.sent_away:
            conversation.sent_away = (conversation.sent_away or 0) + sent_away
    return found


def written(work: Work, conversation: Conversation) -> int:
    """Write the rows; how many of them were sent to quarantine.

    Raises `RunnerError` when rows are neither here nor there, or both.
    """
    conversation.run_all(work.sift, counted=False)
    conversation.run_all(work.write)
    conversation.run_all(work.take, counted=False)
    if work.sent_away is None:
        return 0
    if not work.sent_away.balance:
        return int(conversation.run(f"select count(*) from {work.sent_away.rows}").rows[0][0])
    rows_in, rows_out, sent_away = map(int, conversation.run(work.sent_away.balance).rows[0])
    if rows_in != rows_out + sent_away:
        raise RunnerError(
            f"{rows_in} rows came in, but {rows_out} went out and {sent_away} to quarantine",
            "nothing was published; please report it",
        )
    return sent_away


def concluded(
    step: Step, work: Work, found: tuple[CheckResult, ...], conversation: Conversation
) -> tuple[CheckResult, ...]:
    """Roll back what failed, keep the rows that violate checks where a run is asked to, clean up;
    what the checks have `found`, and where its rows are kept."""
    failed = is_bad(found)
    if failed and work.transactional:
        conversation.run_anyway("rollback")
    if conversation.keeper:
        items = items_of(step, work)
        found = conversation.keeper.keep(items, found, conversation, published=not failed)
    for sql in work.undo if failed else work.finish:
        conversation.run_anyway(sql)
    return found


def _ask_guards(work: Work, conversation: Conversation) -> None:
    reasons = [row[0] for guard in work.guards for row in conversation.run(guard).rows]
    if reasons:
        raise Refused("\n".join(reasons))


def _publish(node: Model | Snapshot, work: Work, conversation: Conversation) -> None:
    """Make the checked result visible; from here on the step is not stopped any more."""
    if conversation.stopped.is_set():
        raise Cancelled("the run was stopped")
    if work.transactional:
        conversation.note(work.record)
        conversation.run_anyway("commit")
    for sql in work.publish:
        conversation.run_anyway(sql)
    if work.aside and work.sent_away:
        beside = quarantine.of(node.relation)
        conversation.session.publish(str(work.sent_away.table), str(beside))
    if work.aside:
        conversation.session.publish(str(work.aside), str(node.relation))
    if not work.transactional:
        conversation.note(work.record)


@contextmanager
def undone_on_failure(work: Work, conversation: Conversation) -> Iterator[None]:
    """Roll back and clean up when the body raises; what goes wrong there is added to the error."""
    try:
        yield
    except RunnerError as error:
        try:
            _undo(work, conversation)
        except EngineError as another:
            error.hint = f"{error.hint}\n  cleaning up failed too: {another.message}".lstrip()
        raise
    except BaseException:  # a bug: the next step's first statement would commit what was written
        with suppress(EngineError):
            _undo(work, conversation)
        raise


def _undo(work: Work, conversation: Conversation) -> None:
    if work.transactional:
        conversation.run_anyway("rollback")
    for sql in work.undo:
        conversation.run_anyway(sql)
