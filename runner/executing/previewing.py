"""What the snapshots of a plan would record, asked of the database; nothing in it changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from runner.engines import Engine, Session
from runner.errors import Cancelled, EngineError, RunnerError
from runner.executing import locate
from runner.generating import previews
from runner.inventory import Inventory, inventory
from runner.nodes import Snapshot, sql_name
from runner.plan import Plan
from runner.results import Preview, PreviewedKey

CHANGES = ("new", "changed", "closed")


def run(plan: Plan, engine: Engine, when: datetime) -> tuple[Preview, ...]:
    """A preview for each snapshot of the plan, in its order, for a run at `when`.

    Inputs are read as they are: nothing is deployed, loaded or built.
    """
    snapshots = [step.node for step in plan.steps if isinstance(step.node, Snapshot)]
    if not snapshots:
        return ()
    with engine.session() as session:
        found = inventory(session, {node.relation.schema for node in snapshots})
        return tuple(_preview(node, session, found, when) for node in snapshots)


def _preview(node: Snapshot, session: Session, found: Inventory, when: datetime) -> Preview:
    """One snapshot's; what goes wrong is said in it."""
    look = previews.look(node)
    if node.relation.schema not in found.schemas:
        missing = f"the schema {sql_name(node.relation.schema)} does not exist: a build makes it"
        return Preview(node.id, node.path, message=missing)
    try:
        session.execute(look.create)
        try:
            return _asked(node, session, found, when)
        finally:
            session.execute(look.drop)
    except Cancelled:
        raise
    except EngineError as error:
        return Preview(node.id, node.path, message=locate.explained(node, error))
    except RunnerError as error:
        return Preview(node.id, node.path, message=str(error))


def _asked(node: Snapshot, session: Session, found: Inventory, when: datetime) -> Preview:
    arrived = session.execute(previews.look(node).describe).columns
    questions = previews.questions(node, found.relations.get(node.relation), arrived, when)
    reasons = [row[0] for guard in questions.guards for row in session.execute(guard).rows]
    rows = session.execute(questions.changes).rows
    totals = {row[0]: int(row[1]) for row in rows}
    return Preview(
        node.id,
        node.path,
        **{change: totals.get(change, 0) for change in CHANGES},
        key_columns=questions.key,
        value_columns=questions.values,
        sample=tuple(_keys(rows, questions)),
        message="\n".join(reasons),
    )


def _keys(rows: list[tuple[object, ...]], questions: previews.Questions) -> Iterator[PreviewedKey]:
    keys, values = len(questions.key), len(questions.values)
    for row in sorted(rows, key=lambda row: CHANGES.index(str(row[0]))):
        fields = row[2:]
        now, then = fields[keys : keys + values], fields[keys + values :]
        yield PreviewedKey(str(row[0]), fields[:keys], now, then)
