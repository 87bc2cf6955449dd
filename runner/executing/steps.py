"""One step of a plan in one session: build aside, check, publish, or undo.

This is the one place where a failure becomes a result.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from runner.engines import Result, Session
from runner.errors import Cancelled, EngineError, Problem, RunnerError
from runner.executing import locate
from runner.generating import check_results, checks, materializations
from runner.generating.work import Existing, Work
from runner.nodes import Check, Model, Relation, Snapshot
from runner.plan import Action, Step
from runner.results import BAD, CheckResult, Invocation, NodeResult, Status


@dataclass(frozen=True)
class Context:
    """What all steps of a run share.

    existing   the relations that were there when the run began
    schemas    the schemas for which `existing` is complete
    built      the relations that this run builds
    """

    invocation: Invocation
    existing: Mapping[Relation, Existing]
    schemas: frozenset[str]
    built: frozenset[Relation]


@dataclass
class Conversation:
    """A session during one step: tags its statements, counts rows, can be told to stop."""

    session: Session
    tag: str
    stopped: threading.Event
    rows: int | None = None
    query_ids: list[str] = field(default_factory=list)

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


@dataclass(frozen=True)
class _Outcome:
    status: Status
    label: str = ""
    message: str = ""
    checks: tuple[CheckResult, ...] = ()


class _ChecksBrokeError(Exception):
    """The statement that holds a relation's checks could not be executed."""

    def __init__(self, error: EngineError) -> None:
        super().__init__(str(error))
        self.error = error


def execute(step: Step, session: Session, context: Context, stopped: threading.Event) -> NodeResult:
    """Carry out one step; every `RunnerError` becomes part of its result."""
    started_at, clock = datetime.now(UTC), time.monotonic()
    tag = json.dumps({"runner": context.invocation.id, "node": step.id})
    conversation = Conversation(session, tag, stopped)
    try:
        outcome = _carry_out(step, conversation, context)
    except Cancelled:
        outcome = _Outcome(Status.SKIPPED, message="stopped and rolled back; nothing was published")
    except RunnerError as error:
        outcome = _Outcome(Status.ERROR, message=_told(step, error))
    return NodeResult(
        node=step.id,
        kind=step.node.kind,
        path=step.node.path,
        status=outcome.status,
        started_at=started_at,
        seconds=time.monotonic() - clock,
        reason=_reason(step, context),
        message=outcome.message,
        rows=conversation.rows,
        materialized=outcome.label,
        query_ids=tuple(conversation.query_ids),
        checks=outcome.checks,
    )


def _reason(step: Step, context: Context) -> str:
    """The plan's reason, unless the database knows a better one."""
    if step.action is Action.BUILD and not isinstance(step.node, Check):
        return step.reason if step.node.relation in context.existing else "first build"
    return step.reason


def _told(step: Step, error: RunnerError) -> str:
    """An error with the file that it comes from in front, and the line where that is known."""
    if isinstance(error, EngineError) and not isinstance(step.node, Check):
        return locate.explained(step.node, error)
    text = str(error)
    return text if text.startswith((step.node.path, "checks/")) else f"{step.node.path}: {text}"


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


def _carry_out(step: Step, conversation: Conversation, context: Context) -> _Outcome:
    missing = _missing(step, context)
    if missing and step.action is Action.CHECK:
        return _Outcome(Status.SKIPPED, "check", f"{missing[0]} does not exist yet")
    if missing:
        names = " ".join(f"+{relation.name.lower()}" for relation in missing)
        raise RunnerError(
            f"{', '.join(map(str, missing))} does not exist, or the role may not see it",
            f'`runner deploy` makes it, or build it too: -s "{names} {step.id}"',
        )
    if step.action is Action.BUILD:
        return _build(step, conversation, context)
    return _check(step, conversation)


def _missing(step: Step, context: Context) -> list[Relation]:
    """The relations that a step needs, that are not there and that this run does not build."""
    needed = {reference.relation for reference in step.node.reads}
    if step.action is Action.CHECK and not isinstance(step.node, Check):
        needed = {step.node.relation}
    known = context.built | context.existing.keys()
    return sorted(r for r in needed - known if r.schema in context.schemas)


def _build(step: Step, conversation: Conversation, context: Context) -> _Outcome:
    node = step.node
    assert not isinstance(node, Check)
    existing = context.existing.get(node.relation)
    is_checked = bool(node.checks or step.checks)
    when = context.invocation.started_at
    work = materializations.work(
        node, existing, full_refresh=step.full_refresh, invocation_time=when, checked=is_checked
    )
    with _undone_on_failure(work, conversation):
        _run_all(work.prepare, conversation)
        if work.describe:
            columns = conversation.run(work.describe).columns
            work = materializations.settle(
                node, existing, columns, invocation_time=when, checked=is_checked
            )
            _run_all(work.prepare, conversation)
        _ask_guards(work, conversation)
        try:
            with conversation.session.together() if work.aside else nullcontext():
                found = _write_and_check(step, work, conversation)
        except _ChecksBrokeError as broken:
            raise _attributed(broken.error, step, work, conversation) from None
    if any(check.status in BAD for check in found):
        return _Outcome(Status.FAIL, work.label, _not_published(existing), checks=found)
    return _Outcome(_worst(found), work.label, checks=found)


def _write_and_check(step: Step, work: Work, conversation: Conversation) -> tuple[CheckResult, ...]:
    """Write, check, and publish or undo."""
    assert not isinstance(step.node, Check)
    if work.transactional:
        conversation.run("begin")
    _run_all(work.write, conversation)
    found = _run_checks(step, work, conversation)
    if any(check.status in BAD for check in found):
        _undo(work, conversation)
    else:
        _publish(step.node, work, conversation)
    return found


def _check(step: Step, conversation: Conversation) -> _Outcome:
    """Run checks on what is there: a check file's, or all of a relation's."""
    if isinstance(step.node, Check):
        statement = checks.standalone(step.node)
    else:
        work = checks.as_it_stands(step.node)
        found = checks.statement(step.node, work, step.checks)
        assert found is not None  # a relation without checks is no step
        statement = found
    results = _asked(statement, conversation)
    return _Outcome(_worst(results), "check", checks=results)


def _run_checks(step: Step, work: Work, conversation: Conversation) -> tuple[CheckResult, ...]:
    """All checks of the relation in one statement, with samples of what fails."""
    assert not isinstance(step.node, Check)
    statement = checks.statement(step.node, work, step.checks)
    if statement is None:
        return ()
    try:
        return _asked(statement, conversation)
    except Cancelled:
        raise
    except EngineError as error:
        raise _ChecksBrokeError(error) from error


def _asked(statement: checks.CheckStatement, conversation: Conversation) -> tuple[CheckResult, ...]:
    row = conversation.run(statement.sql).rows[0]
    results = check_results.read(statement, row, datetime.now(UTC))
    return tuple(
        result if result.status is Status.SUCCESS else _with_sample(result, item, conversation)
        for result, item in zip(results, statement.items, strict=True)
    )


def _with_sample(result: CheckResult, item: checks.Item, conversation: Conversation) -> CheckResult:
    if not item.sample:
        return result
    found = conversation.run(item.sample)
    columns = tuple(column.name for column in found.columns)
    return replace(result, columns=columns, sample=tuple(found.rows))


def _attributed(
    error: EngineError, step: Step, work: Work, conversation: Conversation
) -> RunnerError:
    """The error of a statement with many checks, with the place of the one that causes it."""
    assert not isinstance(step.node, Check)
    if work.aside:
        _write_again_if_undone(work, conversation)
    alone: list[tuple[str, int, checks.CheckStatement | None]] = [
        (step.node.path, spec.line, checks.statement(step.node, work, specs=[spec]))
        for spec in step.node.checks
    ]
    alone += [
        (check.path, 0, checks.statement(step.node, work, [check], specs=[]))
        for check in step.checks
    ]
    for path, line, statement in alone:
        assert statement is not None
        try:
            conversation.run(statement.sql)
        except EngineError as found:
            if found.message == error.message:
                return RunnerError(f"{Problem(path, line, 'the check fails')}: {error}")
    return error


def _write_again_if_undone(work: Work, conversation: Conversation) -> None:
    """A table aside may be gone with the transaction that held it, as the engine has it."""
    try:
        conversation.run(f"select * from {work.aside} limit 0")
    except EngineError:
        _run_all(work.write, conversation)


def _worst(results: Iterable[CheckResult]) -> Status:
    found = {result.status for result in results}
    if found & BAD:
        return Status.FAIL
    return Status.WARN if Status.WARN in found else Status.SUCCESS


def _run_all(sql: tuple[str, ...], conversation: Conversation) -> None:
    for statement in sql:
        conversation.run(statement)


def _ask_guards(work: Work, conversation: Conversation) -> None:
    reasons = [row[0] for guard in work.guards for row in conversation.run(guard).rows]
    if reasons:
        raise RunnerError("\n".join(reasons))


def _publish(node: Model | Snapshot, work: Work, conversation: Conversation) -> None:
    """Make the checked result visible; from here on the step is not stopped any more."""
    if conversation.stopped.is_set():
        raise Cancelled("the run was stopped")
    if work.transactional:
        conversation.run_anyway("commit")
    for sql in work.publish:
        conversation.run_anyway(sql)
    if work.aside:
        conversation.session.publish(str(work.aside), str(node.relation))
    for sql in work.finish:
        conversation.run_anyway(sql)


@contextmanager
def _undone_on_failure(work: Work, conversation: Conversation) -> Iterator[None]:
    """Roll back and clean up when the body raises; what goes wrong there is added to the error."""
    try:
        yield
    except RunnerError as error:
        try:
            _undo(work, conversation)
        except EngineError as another:
            error.hint = f"{error.hint}\n  cleaning up failed too: {another.message}".lstrip()
        raise


def _undo(work: Work, conversation: Conversation) -> None:
    if work.transactional:
        conversation.run_anyway("rollback")
    for sql in work.undo:
        conversation.run_anyway(sql)


def _not_published(existing: Existing | None) -> str:
    return "not published" + ("" if existing is None else "; what was there stays")
