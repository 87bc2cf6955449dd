"""Asking a relation's checks: one statement, a sample of what each one that fails has found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from runner.errors import (
    Cancelled,
    EngineError,
    Located,
    MachineFailed,
    Problem,
    RunnerError,
)
from runner.executing import locate
from runner.executing.context import Conversation
from runner.generating import check_results, checks
from runner.generating.work import Work
from runner.nodes import Check, CheckSpec
from runner.plan import Step
from runner.results import BAD, CheckResult, Status


class ChecksBrokeError(Exception):
    """The statement that holds a relation's checks could not be executed."""

    def __init__(self, error: EngineError) -> None:
        super().__init__(str(error))
        self.error = error


def run_checks(step: Step, work: Work, conversation: Conversation) -> tuple[CheckResult, ...]:
    """All checks of the relation in one statement, with samples of what fails."""
    assert not isinstance(step.node, Check)
    statement = checks.statement(step.node, work, step.checks)
    if statement is None:
        return ()
    try:
        return asked(statement, conversation)
    except Cancelled:
        raise
    except EngineError as error:
        raise ChecksBrokeError(error) from error


def items_of(step: Step, work: Work) -> tuple[checks.Item, ...]:
    """The checks of a step, in the order of their results."""
    assert not isinstance(step.node, Check)
    statement = checks.statement(step.node, work, step.checks)
    return statement.items if statement else ()


def asked(statement: checks.CheckStatement, conversation: Conversation) -> tuple[CheckResult, ...]:
    """The results of the checks in a statement, with samples of what fails."""
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


def attributed(
    error: EngineError, step: Step, work: Work, conversation: Conversation
) -> RunnerError:
    """The error of a statement with many checks, with the place of the one that causes it."""
    assert not isinstance(step.node, Check)
    if isinstance(error, MachineFailed):
        return error
    if work.aside:
        _write_again_if_undone(work, conversation)
    alone: list[tuple[CheckSpec | Check, checks.CheckStatement | None]] = [
        (spec, checks.statement(step.node, work, specs=[spec])) for spec in step.node.checks
    ]
    alone += [(file, checks.statement(step.node, work, [file], specs=[])) for file in step.checks]
    for check, statement in alone:
        assert statement is not None
        try:
            conversation.run(statement.sql)
        except EngineError as found:
            if found.message == error.message:
                return _blamed(check, step.node.path, found)
    return error


def _blamed(check: CheckSpec | Check, path: str, error: EngineError) -> Located:
    """The error of one check; `path` is the file of its relation."""
    if isinstance(check, Check):
        return Located(check.path, locate.explained(check, error))
    return Located(path, f"{Problem(path, check.line, 'the check fails')}: {error}")


def _write_again_if_undone(work: Work, conversation: Conversation) -> None:
    """A table aside may be gone with the transaction that held it, as the engine has it."""
    try:
        conversation.run(f"select * from {work.aside} limit 0")
    except EngineError:
        conversation.run_all(work.write)


def is_bad(results: Iterable[CheckResult]) -> bool:
    """Whether a check has failed, so that nothing is published."""
    return any(result.status in BAD for result in results)


def worst(results: Iterable[CheckResult]) -> Status:
    """What the results come to: a failure, a warning or a success."""
    found = {result.status for result in results}
    if found & BAD:
        return Status.FAIL
    return Status.WARN if Status.WARN in found else Status.SUCCESS
