"""One step of a plan in one session.

This is the one place where a failure becomes a result.
"""

from __future__ import annotations

import json
import shlex
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

from runner.due import Action
from runner.engines import Session
from runner.errors import Cancelled, NotThere, RunnerError
from runner.executing import batches, building, locate, moves
from runner.executing.checking import (
    ChecksBrokeError,
    asked,
    attributed,
    items_of,
    run_checks,
    worst,
)
from runner.executing.context import Context, Conversation, Outcome
from runner.executing.failures import Keeper
from runner.generating import checks
from runner.nodes import Check, Model, Relation
from runner.plan import Step
from runner.results import NodeResult, Status

_KEPT = (Status.SUCCESS, Status.WARN)  # what was written is there to stay


def execute(step: Step, session: Session, context: Context, stopped: threading.Event) -> NodeResult:
    """Carry out one step; every `RunnerError` becomes part of its result."""
    started_at, clock = datetime.now(UTC), time.monotonic()
    tag = json.dumps({"runner": context.invocation.id, "node": step.id})
    keeper = Keeper(context.invocation, context.existing) if context.store_failures else None
    conversation = Conversation(session, tag, stopped, keeper=keeper)
    try:
        outcome = _carry_out(step, conversation, context)
    except Cancelled:
        outcome = Outcome(Status.SKIPPED, message="stopped and rolled back; nothing was published")
    except RunnerError as error:
        message, mend = locate.told(step.node, error), locate.culprit(step.node, error)
        outcome = Outcome(Status.ERROR, message=message, mend=mend)
    return NodeResult(
        node=step.id,
        kind=step.node.kind,
        path=step.node.path,
        status=outcome.status,
        started_at=started_at,
        seconds=time.monotonic() - clock,
        reason=step.reason,
        message=outcome.message,
        rows=conversation.rows if outcome.status in _KEPT or step.batches else None,
        quarantined=conversation.sent_away,
        materialized=outcome.label,
        query_ids=tuple(conversation.query_ids),
        checks=outcome.checks,
        mend=step.node.path if outcome.status is Status.FAIL else outcome.mend,
    )


def without_running(step: Step, status: Status, message: str) -> NodeResult:
    """The result of a step that did not run, or whose worker broke."""
    return NodeResult(
        step.id,
        step.node.kind,
        step.node.path,
        status,
        datetime.now(UTC),
        0.0,
        step.reason,
        message,
    )


def _carry_out(step: Step, conversation: Conversation, context: Context) -> Outcome:
    missing = _missing(step, context)
    if missing and step.action is Action.CHECK:
        return Outcome(Status.SKIPPED, "check", f"{missing[0]} does not exist yet")
    if missing:
        raise NotThere(
            f"{', '.join(map(str, missing))} does not exist, or the role may not see it",
            "a migration's table is made by `runner deploy`, a model's with "
            + shlex.quote(f"-s +{step.id}"),
        )
    if step.batches is not None:
        return batches.build(step, conversation, context)
    if step.action is Action.BUILD:
        return building.build(step, conversation, context)
    if step.action is Action.KEEP:
        return _keep(step, conversation, context)
    return _check(step, conversation)


def _keep(step: Step, conversation: Conversation, context: Context) -> Outcome:
    """The table of a model that is not asked to move rows, and the check files that read it."""
    node = step.node
    assert isinstance(node, Model)
    existing = context.standing(node.relation)
    moves.kept(node, existing, conversation)
    label = "kept" if existing else "empty table"
    return replace(_check(step, conversation), label=label)


def _missing(step: Step, context: Context) -> list[Relation]:
    """The relations that a step needs, that are not there and that this run does not build."""
    needed = {reference.relation for reference in step.node.reads}
    if step.action is Action.CHECK and not isinstance(step.node, Check):
        needed = {step.node.relation}
    return sorted(relation for relation in needed if context.lacks(relation))


def _check(step: Step, conversation: Conversation) -> Outcome:
    """Run checks on what is there: a check file's, or all of a relation's."""
    if isinstance(step.node, Check):
        statement = checks.standalone(step.node)
        items, results = statement.items, asked(statement, conversation)
    else:
        work = checks.as_it_stands(step.node)
        try:
            items, results = items_of(step, work), run_checks(step, work, conversation)
        except ChecksBrokeError as broken:
            raise attributed(broken.error, step, work, conversation) from None
    if conversation.keeper:
        results = conversation.keeper.keep(items, results, conversation, published=True)
    return Outcome(worst(results), "check", checks=results)
