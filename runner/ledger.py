"""What the ledger of batches in the target says, in two queries whatever the number of models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from runner.batching import Entry, Ledger, State
from runner.engines import Session
from runner.generating import ledger
from runner.intervals import Interval
from runner.nodes import Model, Relation

TABLE = Relation("RUNNER", "BATCHES")


def read(session: Session, models: Sequence[Model]) -> Mapping[str, Ledger]:
    """What is known of the models' batches, by their ids."""
    if not models:
        return {}
    rows = session.execute(ledger.relations(models)).rows
    tables = {Relation(schema, name) for schema, name in rows}
    generations: dict[str, int] = {}
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    known = session.execute(ledger.known(models)).rows if TABLE in tables else []
    for node, generation, start, end, status, written_at in known:
        generations[node] = int(generation)
        state = State(status)
        if start is not None:
            written = None if state is State.ROLLED_BACK else written_at
            entries[node].append(Entry(Interval(start, end), state, written))
    return {
        model.id: Ledger(
            exists=model.relation in tables,
            has_quarantine=model.quarantine in tables,
            generation=generations.get(model.id, 0),
            entries=tuple(entries[model.id]),
        )
        for model in models
    }
