"""The statements of a node as text, without a database: what `runner compile` prints.

Relations are taken to be there already, as they are in every run but the first; `full_refresh`
shows the first one.
"""

from __future__ import annotations

from datetime import UTC, datetime

from runner.engines import Column
from runner.generating import checks, materializations, snapshots
from runner.generating.work import Existing, Work
from runner.nodes import Check, Materialized, Node, Snapshot
from runner.plan import Step


def text(step: Step) -> str:
    """A script with the statements in the order in which they run; comments say what goes on."""
    node = step.node
    if isinstance(node, Check):
        return _script(f"{node.path}: check", [checks.standalone(node).sql])
    existing = None if step.full_refresh else _assumed(node)
    when = datetime.now(UTC)
    is_checked = bool(node.checks or step.checks)
    work = materializations.work(
        node,
        existing,
        full_refresh=step.full_refresh,
        invocation_time=when,
        checked=is_checked,
    )
    parts = list(work.prepare)
    if work.describe and existing is not None:
        parts += [f"-- its columns decide how to go on\n{work.describe}"]
        columns = [Column(column.name, "VARCHAR") for column in node.columns]
        work = materializations.settle(
            node, existing, columns, invocation_time=when, checked=is_checked
        )
        parts += work.prepare
    return _script(f"{node.path}: {work.label}", parts + _rest(step, work))


def _rest(step: Step, work: Work) -> list[str]:
    """Everything after the preparation."""
    assert not isinstance(step.node, Check)
    parts = [f"-- stops when it returns a row\n{guard}" for guard in work.guards]
    parts += ["begin"] if work.transactional else []
    parts += work.write
    statement = checks.statement(step.node, work, step.checks)
    if statement:
        names = ", ".join(item.check.name for item in statement.items)
        parts.append(f"-- checks: {names}\n{statement.sql}")
    parts += ["commit"] if work.transactional else []
    parts += work.publish
    if work.aside:
        parts.append(f"-- {work.aside} takes the place of {step.node.relation}")
    parts += work.finish
    return parts


def _assumed(node: Node) -> Existing:
    """The relation as the last run would have left it."""
    assert not isinstance(node, Check)
    is_view = not isinstance(node, Snapshot) and node.settings.materialized is Materialized.VIEW
    history = snapshots.HISTORY if isinstance(node, Snapshot) else ()
    names = (*(column.name for column in node.columns), *history)
    columns = tuple(Column(name, "VARCHAR") for name in names)
    return Existing("view" if is_view else "table", columns)


def _script(head: str, parts: list[str]) -> str:
    body = "\n\n".join(
        part if part.startswith("-- ") and "\n" not in part else f"{part};" for part in parts
    )
    return f"-- {head}\n\n{body}\n"
