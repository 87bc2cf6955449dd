"""Whether what an incremental model holds after its batches is what a full build gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from runner.errors import EngineError
from runner.nodes import QUARANTINE_COLUMNS, Model, sql_name
from runner.verifying.arrivals import Batch, Scenario
from runner.verifying.cast import Cast
from runner.verifying.comparison import State
from runner.verifying.scratch import Scratch, Warehouse
from runner.verifying.verdicts import Evidence, Outcome, Verdict

REASON = next(iter(QUARANTINE_COLUMNS))


@dataclass(frozen=True)
class Compared:
    """A model after each batch and in full, and its verdict."""

    model: Model
    states: Sequence[State]
    full: State
    verdict: Verdict


def state(warehouse: Warehouse, model: Model) -> State:
    """A model's rows, without the columns that a merge leaves alone. Those that it sends to
    quarantine are among them, with the reason in a column of its own."""
    left_out = model.settings.merge_exclude_columns
    found = warehouse.columns(model.relation)
    columns = tuple(column for column in found if column not in left_out)
    rows = warehouse.rows(model.relation, columns)
    if model.quarantine is None:
        return State(columns, rows)
    judged = (*columns, REASON)
    taken = [(*row, None) for row in rows]
    return State(judged, taken + warehouse.rows(model.quarantine, judged))


def compared(
    warehouse: Warehouse, scenario: Scenario, model: Model, states: Sequence[State]
) -> Compared:
    """Compare with the warehouse, which holds a full build."""
    full = state(warehouse, model)
    difference = states[-1].against(full, model.settings.unique_key)
    verdict = Verdict(
        model.id,
        model.path,
        scenario.name,
        Outcome.DIFFERS if difference else Outcome.EQUAL,
        len(full.rows),
        difference or None,
    )
    return Compared(model, states, full, verdict)


def built_twice(
    warehouse: Warehouse, scenario: Scenario, cast: Cast, found: Sequence[Compared]
) -> list[Compared]:
    """The same, with what a second full build and the keys of the first say of those that
    differ."""
    if any(one.verdict.difference for one in found):
        warehouse.build(cast.in_full, scenario.batches[-1].built_at, full_refresh=True)
    return [_with_evidence(warehouse, one) if one.verdict.difference else one for one in found]


def _with_evidence(warehouse: Warehouse, one: Compared) -> Compared:
    key = one.model.settings.unique_key
    is_unstable = bool(state(warehouse, one.model).against(one.full, key))
    extra = one.verdict.difference.extra if one.verdict.difference else ()
    repeated = set(extra) <= one.full.distinct()
    evidence = Evidence(is_unstable, one.full.doubled(key), repeated)
    return replace(one, verdict=replace(one.verdict, evidence=evidence))


def explained(
    scratch: Scratch, scenario: Scenario, cast: Cast, found: Sequence[Compared]
) -> list[Verdict]:
    """The verdicts, with the batch after which each model that differs begins to.

    The scenario is played again, with a full build after each batch.
    """
    verdicts = {one.model.id: one.verdict for one in found}
    differing = [one for one in found if one.verdict.difference]
    if not differing:
        return list(verdicts.values())
    with scratch.warehouse() as warehouse:
        for number, batch in enumerate(scenario.batches):
            warehouse.arrive(batch)
            warehouse.build(cast.again if number else cast.first, batch.built_at)
            warehouse.build(cast.in_full, batch.built_at, full_refresh=True)
            for one in [one for one in differing if not verdicts[one.model.id].evidence.batch]:
                full = state(warehouse, one.model)
                if one.states[number].against(full, one.model.settings.unique_key):
                    verdicts[one.model.id] = _placed(verdicts[one.model.id], number + 1, batch)
    return list(verdicts.values())


def _placed(verdict: Verdict, number: int, batch: Batch) -> Verdict:
    arrived = tuple(load.name for load in batch.loads)
    return replace(verdict, evidence=replace(verdict.evidence, batch=number, arrived=arrived))


def doubled_in_query(warehouse: Warehouse, model: Model) -> int:
    """How many keys have several rows in what a full build would write."""
    if not model.settings.unique_key:
        return 0
    listed = ", ".join(map(sql_name, model.settings.unique_key))
    query = (
        f"select count(*) from (select {listed} from (\n{model.initial_sql}\n) "
        f"group by {listed} having count(*) > 1)"
    )
    try:
        return int(warehouse.session.execute(query).rows[0][0])
    except EngineError:
        return 0
