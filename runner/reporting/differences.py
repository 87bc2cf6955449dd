"""What differs between two databases, as text for people and as one object for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from textwrap import indent
from typing import Any

import click

from runner.environments.differences import (
    DIFFERENT,
    ColumnChange,
    Difference,
    Finding,
    Outcome,
    Row,
    Rows,
    SampleRow,
)
from runner.nodes import sql_name
from runner.reporting import tabular
from runner.reporting.sentences import MOST_NAMED

WIDEST = 90  # characters of what changes in a row
HEADERS = (
    *("relation", "what", "rows before", "rows after", "added", "removed", "changed", "columns"),
)
COLOURS = {Outcome.CHANGED: "yellow", Outcome.ADDED: "green", Outcome.REMOVED: "red"}


def text(found: Difference) -> str:
    """A table of the relations that differ, what differs in each, and how many do not."""
    lines = [row(one) for one in found.different]
    parts = [f"{found.before} -> {found.after}"]
    if lines:
        cells = zip(*map(_right, zip(*(HEADERS, *lines), strict=True)), strict=True)
        headers, *rows = cells
        parts.append(tabular.table(headers, rows))
    parts += [details for one in found.different if (details := _details(one))]
    parts += [f"{_name(one)}\n{indent(one.message, '  ')}" for one in found.failed]
    foot = [line for line in (orphaned(found), summary(found)) if line]
    return "\n\n".join([*parts, "\n".join(foot)])


def row(finding: Finding) -> tuple[str, ...]:
    """A finding in the columns of `HEADERS`; numbers are empty where rows were not compared."""
    many = finding.rows
    numbers = (many.before, many.after, *_changes(finding, many)) if many else ()
    padded = [f"{number:,}" for number in numbers] or [""] * 5
    columns = ", ".join(short(change) for change in finding.columns)
    return (str(finding.relation), _what(finding), *padded, columns)


def summary(found: Difference) -> str:
    """`2 changed, 1 new, 30 same, 4 not compared (made by migrations)`."""
    counts = found.counts
    parts = [f"{counts[outcome]:,} {outcome}" for outcome in Outcome if counts[outcome]]
    reasons = sorted({one.message for one in found.findings if one.outcome is Outcome.SKIPPED})
    text = ", ".join(parts) or "there is nothing to compare"
    return f"{text} ({', '.join(reasons)})" if reasons else text


def orphaned(found: Difference, quoted: Callable[[str], str] = str) -> str:
    """What no file builds any more, names and commands as `quoted`; empty when there is nothing of
    that kind."""
    if not found.orphans:
        return ""
    names = ", ".join(quoted(str(one)) for one in found.orphans[:MOST_NAMED])
    rest = len(found.orphans) - MOST_NAMED
    more = f" and {rest:,} more" if rest > 0 else ""
    return f"no file builds any more, {quoted('runner clean')} drops: {names}{more}"


def document(found: Difference) -> dict[str, Any]:
    """Everything that was found, as JSON knows it."""
    return {
        "before": found.before,
        "after": found.after,
        "relations": [_object(one) for one in found.findings],
        "orphans": [str(one) for one in found.orphans],
    }


def short(change: ColumnChange) -> str:
    """`+tier`, `-age`, `~name`."""
    sign = "+" if not change.before else "-" if not change.after else "~"
    return sign + sql_name(change.name)


def long(change: ColumnChange) -> str:
    """`new tier VARCHAR(10)`, `gone age NUMBER(38,0)`, `name VARCHAR(20) -> VARCHAR(30)`."""
    name = sql_name(change.name)
    if not change.before:
        return f"new {name} {change.after}"
    if not change.after:
        return f"gone {name} {change.before}"
    return f"{name} {change.before} -> {change.after}"


def by_column(rows: Rows) -> str:
    """`total_amount in 12, order_status in 3`."""
    return ", ".join(f"{sql_name(name)} in {many:,}" for name, many in rows.by_column)


def sample(rows: Rows) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The headers and cells of the rows that are shown."""
    if not rows.has_key:
        cells = [(one.change, _told(rows.key, one.key) + _times(one)) for one in rows.sample]
        return ["row", "what"], cells
    headers = ["row", *(sql_name(name) for name in rows.key), "what"]
    return headers, [(one.change, *one.key, _of(rows, one)) for one in rows.sample]


def _changes(finding: Finding, rows: Rows) -> tuple[int, int, int]:
    if finding.outcome is Outcome.ADDED:
        return rows.after, 0, 0
    if finding.outcome is Outcome.REMOVED:
        return 0, rows.before, 0
    return rows.added, rows.removed, rows.changed


def _what(finding: Finding) -> str:
    """`new view`, `changed`, `view -> table`."""
    before, after = finding.kinds
    if finding.outcome is Outcome.CHANGED and before != after:
        return f"{before} -> {after}"
    if finding.outcome in {Outcome.ADDED, Outcome.REMOVED}:
        return f"{finding.outcome} {before or after}"
    return finding.outcome.value


def _right(column: Sequence[str]) -> Sequence[str]:
    """Cells that all hold numbers stand at the right, their header too."""
    header, *cells = column
    if not all(cell.replace(",", "").isdigit() for cell in cells if cell) or not any(cells):
        return column
    width = max(map(len, column))
    return [cell.rjust(width) for cell in (header, *cells)]


def _name(finding: Finding) -> str:
    return click.style(str(finding.relation), fg=COLOURS.get(finding.outcome, "red"), bold=True)


def _details(finding: Finding) -> str:
    """What the table has no room for; empty when there is no more to say."""
    lines = [f"columns: {'; '.join(map(long, finding.columns))}"] if finding.columns else []
    rows = finding.rows
    if rows and rows.by_column:
        lines.append(f"changed rows: {by_column(rows)}")
    if rows and rows.sample:
        lines.append(tabular.table(*sample(rows), WIDEST))
    if finding.message:
        lines.append(f"rows were not compared: {finding.message}")
    return f"{_name(finding)}\n" + indent("\n".join(lines), "  ") if lines else ""


def _of(rows: Rows, one: SampleRow) -> str:
    """`amount 10 -> 20` of a changed row, its values of an added one, nothing of a removed one."""
    if one.change == "changed":
        pairs = zip(rows.values, one.before, one.after, strict=True)
        told = [f"{sql_name(n)} {_text(b)} -> {_text(a)}" for n, b, a in pairs if b != a]
        return ", ".join(told)
    return _told(rows.values, one.after if one.change == "added" else one.before) + _times(one)


def _told(names: Sequence[str], values: Row) -> str:
    named = zip(names, values, strict=True)
    return ", ".join(f"{sql_name(name)} {_text(value)}" for name, value in named)


def _times(one: SampleRow) -> str:
    return f" ({one.copies:,} times)" if one.copies > 1 else ""


def _text(value: object) -> str:
    return "NULL" if value is None else tabular.value_text(value)


def _object(finding: Finding) -> dict[str, Any]:
    rows = finding.rows
    return {
        "relation": str(finding.relation),
        "outcome": finding.outcome.value,
        "different": finding.outcome in DIFFERENT,
        "kind_before": finding.kinds[0],
        "kind_after": finding.kinds[1],
        "columns": [{**asdict(c), "name": sql_name(c.name)} for c in finding.columns],
        "rows": None if rows is None else dict(_of_rows(finding, rows)),
        "message": finding.message,
    }


def _of_rows(finding: Finding, rows: Rows) -> Iterator[tuple[str, Any]]:
    added, removed, changed = _changes(finding, rows)
    yield from (("before", rows.before), ("after", rows.after))
    yield from (("added", added), ("removed", removed), ("changed", changed))
    yield "key", [sql_name(name) for name in rows.key] if rows.has_key else []
    yield "changed_columns", {sql_name(name): many for name, many in rows.by_column}
    yield (
        "sample",
        [
            {
                "change": one.change,
                "copies": one.copies,
                "key": _named(rows.key, one.key),
                "before": _named(rows.values, one.before) if one.change != "added" else None,
                "after": _named(rows.values, one.after) if one.change != "removed" else None,
            }
            for one in rows.sample
        ],
    )


def _named(names: Sequence[str], values: Row) -> dict[str, Any]:
    return {sql_name(name): value for name, value in zip(names, values, strict=True)}
