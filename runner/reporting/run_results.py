"""A run as dbt's run results, schema v6 (https://schemas.getdbt.com/dbt/run-results/v6.json).

Each check is a result of its own, as a test is in dbt. A relation whose checks failed was not
published, which is an error there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from runner.nodes import CheckKind, Kind
from runner.options import Options
from runner.reporting.artifacts import Document, Place, moment
from runner.results import BAD, CheckResult, NodeResult, RunResult, Status

BUILT = {
    Status.SUCCESS: "success",
    Status.WARN: "success",
    Status.FAIL: "error",
    Status.ERROR: "error",
    Status.SKIPPED: "skipped",
    Status.FRESH: "no-op",
}
CHECKED = BUILT | {Status.SUCCESS: "pass", Status.WARN: "warn", Status.FAIL: "fail"}
FILES = frozenset({CheckKind.QUERY, CheckKind.FRESHNESS})
ARGUMENTS = (
    "select",
    "exclude",
    "target",
    "threads",
    "full_refresh",
    "fail_fast",
    "store_failures",
)


def document(place: Place, run: RunResult, options: Options) -> Document:
    """Everything in the run results but their metadata."""
    typed = asdict(options)
    return {
        "results": [one for result in run.nodes for one in _results(place, result)],
        "elapsed_time": run.seconds,
        "args": {
            "which": run.invocation.command,
            **{name: typed[name] for name in ARGUMENTS},
            "target": run.invocation.target,
        },
    }


def _results(place: Place, result: NodeResult) -> Iterator[Mapping[str, Any]]:
    if result.kind is Kind.CHECK and result.checks:
        yield _check(place, result, result.checks[0])
        return
    words = CHECKED if result.kind is Kind.CHECK else BUILT
    found = [check.message for check in result.checks if check.status in BAD]
    yield {
        "status": words[result.status],
        **_ran(result),
        "adapter_response": _response(result),
        "message": "; ".join(found) or result.message or result.materialized or None,
        "failures": None,
        "unique_id": place.node_id(result.kind, result.node),
        "compiled": None,
        "compiled_code": None,
        "relation_name": None if result.kind is Kind.CHECK else place.relation_name(result.node),
    }
    for check in result.checks:
        yield _check(place, result, check)


def _check(place: Place, result: NodeResult, check: CheckResult) -> Mapping[str, Any]:
    """All checks of a relation are one statement: they share its time."""
    is_alone = result.kind is Kind.CHECK
    return {
        "status": CHECKED[check.status],
        **_ran(result if is_alone else None),
        "adapter_response": _response(result) if is_alone else {},
        "message": check.message or None,
        "failures": check.failures,
        "unique_id": place.check_id(check.node, check.name, is_file=check.kind in FILES),
        "compiled": bool(check.query),
        "compiled_code": check.query or None,
        "relation_name": check.stored or None,
    }


def _ran(result: NodeResult | None) -> Mapping[str, Any]:
    """When a result was made; a check within the step of its relation has no time of its own."""
    timing = []
    if result is not None and result.seconds:
        ended = result.started_at + timedelta(seconds=result.seconds)
        begun = moment(result.started_at)
        timing = [{"name": "execute", "started_at": begun, "completed_at": moment(ended)}]
    seconds = result.seconds if result else 0.0
    return {"timing": timing, "thread_id": "", "execution_time": seconds}


def _response(result: NodeResult) -> Mapping[str, Any]:
    said = {
        "rows_affected": result.rows,
        "rows_quarantined": result.quarantined,
        "query_id": result.query_ids[-1] if result.query_ids else None,
    }
    return {name: value for name, value in said.items() if value is not None}
