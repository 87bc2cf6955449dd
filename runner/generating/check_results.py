"""The row that a check statement gave -> a result for each check, with a message for people."""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from runner.errors import ProjectError, RunnerError
from runner.generating.checks import CheckStatement, Item
from runner.generating.work import names
from runner.nodes import Check, CheckKind, CheckSpec, Severity
from runner.results import BAD, CheckResult, Status

_THRESHOLD = re.compile(r"\s*(>=|<=|!=|<>|==|=|>|<)\s*(\d+)\s*\Z")
_COMPARE = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    "<>": operator.ne,
    "=": operator.eq,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
_AGE = re.compile(r"\s*(\d+)\s*(minute|hour|day|week)s?\s*\Z", re.IGNORECASE)


def read(statement: CheckStatement, row: Sequence[Any], now: datetime) -> tuple[CheckResult, ...]:
    """The results in the order of `statement.items`; `now` (with its zone) dates a freshness check.

    Each that does not hold has the query that shows its violations once the run is over: one
    failure keeps everything from being published. The caller adds the samples.
    """
    results = [_result(item, value, now) for item, value in zip(statement.items, row, strict=True)]
    published = not any(result.status in BAD for result in results)
    return tuple(
        result
        if result.status is Status.SUCCESS
        else replace(result, query=item.query(published=published))
        for result, item in zip(results, statement.items, strict=True)
    )


def _result(item: Item, value: Any, now: datetime) -> CheckResult:
    check, line = item.check, 0
    if isinstance(check, CheckSpec):
        failures, kind, line = int(value or 0), check.kind, check.line
        status = _status(check, item.path, failures, is_forgiven=item.sends_away)
        message = _message(check, failures) if status is not Status.SUCCESS else ""
    elif check.freshness:
        kind = CheckKind.FRESHNESS
        status, message = _freshness(check, value, now)
        failures = int(status is not Status.SUCCESS)
    else:
        failures, kind = int(value or 0), CheckKind.QUERY
        status = _status(check, check.path, failures)
        message = f"{check.name}: {_rows(failures)}" if status is not Status.SUCCESS else ""
    return CheckResult(
        node=item.of.id,
        name=check.name,
        kind=kind,
        severity=check.severity,
        status=status,
        failures=failures,
        message=message,
        path=item.path,
        line=line,
    )


def _message(check: CheckSpec, failures: int) -> str:
    listed = names(check.columns)
    match check.kind:
        case CheckKind.NOT_NULL:
            return f"{listed} is null in {failures} {_plural(failures, 'row')}"
        case CheckKind.UNIQUE:
            verb = "occurs" if failures == 1 else "occur"
            return f"{listed}: {failures} {_plural(failures, 'value')} {verb} more than once"
        case CheckKind.ACCEPTED_VALUES:
            return (
                f"{listed}: {_rows(failures, 'have', 'has')} a value other than {check.expression}"
            )
        case CheckKind.REFERENCES:
            other = f"{check.references}({names([check.references_column])})"
            return f"{listed}: {_rows(failures, 'have', 'has')} no counterpart in {other}"
        case CheckKind.AGGREGATE:
            return f"{check.expression}: does not hold"
        case _:
            return f"{check.expression}: {_rows(failures)}"


def _rows(count: int, several: str = "violate it", one: str = "violates it") -> str:
    return f"{count} {_plural(count, 'row')} {one if count == 1 else several}"


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def _status(
    check: CheckSpec | Check, path: str, failures: int, *, is_forgiven: bool = False
) -> Status:
    """dbt's rule (docs: "severity"): `error_if`, unless it only warns, then `warn_if`; both are
    reached by one violation where they are not given, or by none where all are forgiven."""
    if check.severity is Severity.ERROR:
        if _reached(check.error_if, path, failures, is_forgiven=is_forgiven):
            return Status.FAIL
    else:
        is_forgiven = False
    is_warning = _reached(check.warn_if, path, failures, is_forgiven=is_forgiven)
    return Status.WARN if is_warning else Status.SUCCESS


def _reached(threshold: str, path: str, failures: int, *, is_forgiven: bool) -> bool:
    if not threshold:
        return failures > 0 and not is_forgiven
    match = _THRESHOLD.match(threshold)
    if match is None:
        raise ProjectError.at(
            path,
            0,
            f"{threshold!r} is not a condition on the number of violations",
            "write a comparison with a whole number, such as > 10",
        )
    compare, bound = match.groups()
    return bool(_COMPARE[compare](failures, int(bound)))


def _freshness(check: Check, loaded_at: Any, now: datetime) -> tuple[Status, str]:
    """The status for the age of the newest row; times without a zone are UTC."""
    worst = Status.FAIL if check.error_after and check.severity is Severity.ERROR else Status.WARN
    if loaded_at is None:
        return worst, f"{check.name}: nothing has been loaded"
    if not isinstance(loaded_at, date):
        message = f"{check.path}: the query returns {loaded_at!r}, which is no time"
        raise RunnerError(message, "select a timestamp or a date")
    if not isinstance(loaded_at, datetime):
        loaded_at = datetime(loaded_at.year, loaded_at.month, loaded_at.day)
    if loaded_at.tzinfo is None:
        loaded_at = loaded_at.replace(tzinfo=UTC)
    age = now - loaded_at
    message = f"{check.name}: last loaded at {loaded_at:%Y-%m-%d %H:%M:%S}, {_told(age)} ago"
    if check.error_after and age > _age(check, check.error_after):
        return worst, f"{message}; allowed are {check.error_after}"
    if check.warn_after and age > _age(check, check.warn_after):
        return Status.WARN, f"{message}; allowed are {check.warn_after}"
    return Status.SUCCESS, ""


def _age(check: Check, text: str) -> timedelta:
    match = _AGE.match(text)
    if match is None:
        raise ProjectError.at(
            check.path, 0, f"{text!r} is not an age", "write a number and a unit, such as 6 hours"
        )
    return timedelta(**{f"{match[2].lower()}s": int(match[1])})


def _told(age: timedelta) -> str:
    """The two largest units of a duration: `1 day 3 hours`."""
    seconds = int(age.total_seconds())
    amounts = [
        (seconds // 86400, "day"),
        (seconds % 86400 // 3600, "hour"),
        (seconds % 3600 // 60, "minute"),
    ]
    told = [f"{amount} {_plural(amount, unit)}" for amount, unit in amounts if amount]
    return " ".join(told[:2]) or "moments"
