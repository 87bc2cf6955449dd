"""The statements of a node as text, without a database: what `runner compile` prints.

Relations are taken to be there already, as they are in every run but the first; `full_refresh`
shows the first one. Of a model with `@batch` the first batch is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from runner.engines import Column
from runner.generating import batches as generating
from runner.generating import checks, materializations, quarantine, snapshots
from runner.generating.batches import Part
from runner.generating.ledger import Line, Page
from runner.generating.work import Existing, Run, Work
from runner.intervals import named
from runner.nodes import QUARANTINE_COLUMNS, Check, Materialized, Model, Node, Snapshot
from runner.plan import Step

KINDS = {Materialized.VIEW: "view", Materialized.DYNAMIC_TABLE: "dynamic table"}


def text(step: Step) -> str:
    """A script with the statements in the order in which they run; comments say what goes on."""
    node = step.node
    if isinstance(node, Check):
        return _script(f"{node.path}: check", [checks.standalone(node).sql])
    if step.batches is not None:
        return _batches(step)
    existing = None if step.full_refresh else _assumed(node)
    run = Run("an invocation", datetime.now(UTC))
    is_checked = bool(node.checks or step.checks)

    def make(arrived: Sequence[Column]) -> Work:
        if arrived:
            return materializations.settle(
                node,
                existing,
                arrived,
                run,
                full_refresh=step.full_refresh,
                checked=is_checked,
            )
        return materializations.work(
            node, existing, run, full_refresh=step.full_refresh, checked=is_checked
        )

    parts, work = _prepared(node, make)
    return _script(f"{node.path}: {work.label}", parts + _rest(step, work))


def _prepared(
    node: Model | Snapshot, make: Callable[[Sequence[Column]], Work]
) -> tuple[list[str], Work]:
    """Everything up to the guards, and the work that goes on from there."""
    work = make(())
    parts = [*work.variables, *work.prepare]
    if work.describe and node.columns:
        parts += [f"-- its columns decide how to go on\n{work.describe}"]
        work = make(_columns(node))
        parts += work.prepare
    return parts, work


def _batches(step: Step) -> str:
    """The first batch of a model with `@batch`: the others differ in its variables only."""
    node, batches = step.node, step.batches
    assert isinstance(node, Model)
    assert batches is not None
    batch = batches.due[0]
    page = Page(node.id, batches.generation, "an invocation")
    part = Part(batch.interval, batches.state(batch.interval), page)
    filled = generating.aside(node) if batches.anew else node

    def make(arrived: Sequence[Column]) -> Work:
        return generating.work(filled, _assumed(node), part, arrived)

    parts, work = _prepared(node, make)
    name = named(batch.interval.start, batches.size)
    head = f"{node.path}: {work.label}, the batch {name}"
    if not batches.anew:
        return _script(head, parts + _rest(step, work))
    guards = [f"-- stops when it returns a row\n{guard}" for guard in work.guards]
    written = [*parts, *guards, *work.sift, *work.write, *work.finish]
    line = Line(batch.interval, part.state)
    whole = replace(generating.publication(node, _assumed(node)), record=page.noted_all((line,)))
    created = generating.creation(filled, batch.interval)
    return _script(head, [*created, *written, *_rest(step, whole)])


def _rest(step: Step, work: Work) -> list[str]:
    """Everything after the preparation."""
    assert not isinstance(step.node, Check)
    parts = [f"-- stops when it returns a row\n{guard}" for guard in work.guards]
    parts += ["begin"] if work.transactional else []
    parts += [*work.sift, *work.write, *work.take]
    if work.sent_away and work.sent_away.balance:
        parts.append(f"-- stops unless all rows went one way\n{work.sent_away.balance}")
    statement = checks.statement(step.node, work, step.checks)
    if statement:
        names = ", ".join(item.check.name for item in statement.items)
        parts.append(f"-- checks: {names}\n{statement.sql}")
    parts += [*work.record, "commit"] if work.transactional else []
    parts += work.publish
    if work.aside and work.sent_away:
        beside = quarantine.of(step.node.relation)
        parts.append(f"-- {work.sent_away.table} takes the place of {beside}")
    if work.aside:
        parts.append(f"-- {work.aside} takes the place of {step.node.relation}")
    parts += () if work.transactional else work.record
    parts += work.finish
    return parts


def _assumed(node: Node) -> Existing:
    """The relation as the last run would have left it."""
    assert not isinstance(node, Check)
    kind = "table" if isinstance(node, Snapshot) else KINDS.get(node.settings.materialized, "table")
    history = snapshots.HISTORY if isinstance(node, Snapshot) else ()
    columns = (*_columns(node), *(Column(name, "VARCHAR") for name in history))
    if not isinstance(node, Model) or not node.quarantine:
        return Existing(kind, columns)
    beside = (*columns, *(Column(name, "VARCHAR") for name in QUARANTINE_COLUMNS))
    return Existing(kind, columns, Existing("table", beside))


def _columns(node: Model | Snapshot) -> tuple[Column, ...]:
    """The columns that the query gives, of any types: only that of a batch must be a time."""
    times = {node.settings.batch_by}
    return tuple(
        Column(column.name, "TIMESTAMP_NTZ" if column.name in times else "VARCHAR")
        for column in node.columns
    )


def _script(head: str, parts: list[str]) -> str:
    body = "\n\n".join(
        part if part.startswith("-- ") and "\n" not in part else f"{part};" for part in parts
    )
    return f"-- {head}\n\n{body}\n"
