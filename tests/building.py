"""Carrying out `Work` in a session, step by step as its docstring says."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from runner.engines import Session
from runner.errors import EngineError
from runner.generating import check_results, checks, materializations, quarantine
from runner.generating.work import Existing, Run, Work
from runner.nodes import Check, ColumnSpec, Model, Relation, Snapshot
from runner.results import BAD, CheckResult

WHEN = datetime(2024, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Built:
    """What came of it: reasons to refuse, results of checks, what each `write` statement gave."""

    work: Work
    refusals: tuple[str, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    written: tuple[Any, ...] = ()

    @property
    def published(self) -> bool:
        return not self.refusals and not any(check.status in BAD for check in self.checks)


def build(
    session: Session,
    node: Model | Snapshot,
    when: datetime = WHEN,
    *,
    files: Sequence[Check] = (),
    full_refresh: bool = False,
    kind: str = "table",
    invocation: str = "",
) -> Built:
    """Bring a relation up to date; `kind` is what stands there now, if anything does."""
    existing = standing(session, node.relation, kind)
    if existing:
        existing = replace(existing, quarantine=standing(session, quarantine.of(node.relation)))
    begun = Run(invocation or uuid.uuid4().hex, when)
    checked = bool(node.checks or files)
    work = materializations.work(node, existing, begun, full_refresh=full_refresh, checked=checked)
    run(session, work.prepare)
    if work.describe:
        columns = session.execute(work.describe).columns
        work = materializations.settle(
            node, existing, columns, begun, full_refresh=full_refresh, checked=checked
        )
        run(session, work.prepare)
    refusals = [row[0] for guard in work.guards for row in session.execute(guard).rows]
    if refusals:
        run(session, work.undo)
        return Built(work, refusals=tuple(refusals))
    run(session, ["begin"] if work.transactional else [])
    run(session, work.sift)
    written = run(session, work.write)
    run(session, work.take)
    if work.sent_away:
        [(rows_in, rows_out, sent_away)] = session.execute(work.sent_away.balance).rows
        assert rows_in == rows_out + sent_away
    found = check(session, node, work, files)
    if any(result.status in BAD for result in found):
        run(session, ["rollback"] if work.transactional else [])
        run(session, work.undo)
        return Built(work, checks=found, written=written)
    run(session, ["commit"] if work.transactional else [])
    run(session, work.publish)
    if work.aside and work.sent_away:
        session.publish(str(work.sent_away.table), str(quarantine.of(node.relation)))
    if work.aside:
        session.publish(str(work.aside), str(node.relation))
    run(session, work.finish)
    return Built(work, checks=found, written=written)


def check(
    session: Session, node: Model | Snapshot, work: Work, files: Sequence[Check] = ()
) -> tuple[CheckResult, ...]:
    statement = checks.statement(node, work, files)
    if statement is None:
        return ()
    return check_results.read(statement, session.execute(statement.sql).rows[0], WHEN)


def run(session: Session, statements: Sequence[str]) -> tuple[Any, ...]:
    return tuple(session.execute(statement).rows for statement in statements)


def standing(session: Session, relation: Relation, kind: str = "table") -> Existing | None:
    try:
        return Existing(kind, session.execute(f"select * from {relation} limit 0").columns)
    except EngineError:
        return None


def columns(names: str) -> tuple[ColumnSpec, ...]:
    return tuple(ColumnSpec(name.upper()) for name in names.split())
