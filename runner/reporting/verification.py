"""What a verification found, as text for people and as objects for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import indent
from typing import Any

import click

from runner.reporting import tabular
from runner.reporting.sentences import counted
from runner.verifying.comparison import Changed, Difference, Row
from runner.verifying.verdicts import GOOD, Verdict, Verification

SHOWN = 5  # rows of each kind
WIDEST = 40


def text(found: Verification) -> str:
    """A table of verdicts, and behind it what is wrong, each relation in its first bad scenario."""
    rows = [(one.node, one.scenario, one.outcome.value, one.rows) for one in found.verdicts]
    rows.sort(key=lambda row: row[0])
    parts = [tabular.table(["relation", "scenario", "verdict", "rows"], rows)]
    told: set[str] = set()
    for verdict in found.verdicts:
        if verdict.outcome not in GOOD and verdict.node not in told:
            told.add(verdict.node)
            parts.append(_trouble(verdict, found.causes.get(verdict.node, "")))
    return "\n\n".join(parts)


def objects(found: Verification) -> Iterator[dict[str, Any]]:
    """One object for each verdict."""
    for one in found.verdicts:
        difference = one.difference or Difference((), ())
        yield {
            "node": one.node,
            "path": one.path,
            "scenario": one.scenario,
            "verdict": one.outcome.value,
            "rows": one.rows,
            "message": one.message,
            "cause": "" if one.outcome in GOOD else found.causes.get(one.node, ""),
            "first_batch": one.evidence.batch or None,
            "missing": [_named(difference.columns, row) for row in difference.missing],
            "extra": [_named(difference.columns, row) for row in difference.extra],
            "changed": [
                {
                    "key": _named(difference.key, changed.key),
                    "increments": _named(changed.columns, changed.increment),
                    "full": _named(changed.columns, changed.full),
                }
                for changed in difference.changed
            ],
            "findings": [{"key": list(item.key), "message": item.message} for item in one.findings],
        }


def _named(columns: Sequence[str], row: Row) -> dict[str, Any]:
    return dict(zip(map(str.lower, columns), row, strict=True))


def _trouble(verdict: Verdict, cause: str) -> str:
    head = f"{click.style(verdict.node, bold=True)} ({verdict.path}), {verdict.scenario}"
    lines = [f"{head}: {verdict.outcome.value}"]
    if verdict.message:
        lines.append(f"  {verdict.message}")
    if verdict.evidence.batch:
        arrived = _few(verdict.evidence.arrived)
        lines.append(f"  first after batch {verdict.evidence.batch}, with which came {arrived}")
    if cause:
        lines.append(f"  likely cause: {cause}")
    if verdict.difference:
        lines += [indent(part, "  ") for part in _difference(verdict.difference)]
    lines += [f"  {_key(item.key)}: {item.message}" for item in verdict.findings[:SHOWN]]
    if len(verdict.findings) > SHOWN:
        lines.append(f"  and {len(verdict.findings) - SHOWN:,} more")
    return "\n".join(lines)


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:SHOWN])
    return f"{shown} and {len(names) - SHOWN:,} more" if len(names) > SHOWN else shown


def _difference(found: Difference) -> Iterator[str]:
    headers = [name.lower() for name in found.columns]
    for rows, what in (
        (found.missing, "missing: in the full build, not in the increments"),
        (found.extra, "too many: in the increments, not in the full build"),
    ):
        if rows:
            shown = tabular.table(headers, rows[:SHOWN], WIDEST)
            yield f"{counted(len(rows), 'row')} {what}\n{indent(shown, '  ')}"
    if found.changed:
        headers = [*(name.lower() for name in found.key), "column", "increments", "full build"]
        cells = [row for one in found.changed[:SHOWN] for row in _cells(one)]
        shown = tabular.table(headers, cells, WIDEST)
        yield f"{counted(len(found.changed), 'row')} with other values\n{indent(shown, '  ')}"


def _cells(changed: Changed) -> Iterator[tuple[Any, ...]]:
    values = zip(changed.columns, changed.increment, changed.full, strict=True)
    for column, increment, full in values:
        yield (*changed.key, column.lower(), increment, full)


def _key(key: Row) -> str:
    return ", ".join(tabular.value_text(value) for value in key) or "the run"
