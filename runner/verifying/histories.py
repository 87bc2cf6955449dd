"""Whether what a snapshot holds after its batches is a history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from runner.nodes import Snapshot, sql_name
from runner.verifying.arrivals import Scenario
from runner.verifying.comparison import State
from runner.verifying.scratch import Warehouse
from runner.verifying.timelines import Finding, Version, findings
from runner.verifying.verdicts import Outcome, Verdict

LATER = timedelta(hours=1)  # when it runs again over the same rows
HISTORY = ("VALID_FROM", "VALID_TO", "IS_CURRENT", "IS_DELETED")


def verdicts(
    warehouse: Warehouse, scenario: Scenario, snapshots: Sequence[Snapshot]
) -> list[Verdict]:
    """Look at the rows of each and run all once more."""
    broken = {one.id: _broken_rules(warehouse, scenario, one) for one in snapshots}
    before = {one.id: _state(warehouse, one) for one in snapshots}
    failed = warehouse.build([*before], scenario.batches[-1].built_at + LATER) if before else {}
    found = []
    for one in snapshots:
        wrong = [*broken[one.id], *_changed(one, before[one.id], _state(warehouse, one))]
        if one.id in failed:
            wrong.append(Finding((), f"running it again fails: {failed[one.id].message}"))
        outcome = Outcome.BROKEN if wrong else Outcome.SOUND
        total = len(before[one.id].rows)
        found.append(
            Verdict(one.id, one.path, scenario.name, outcome, total, findings=tuple(wrong))
        )
    return found


def _state(warehouse: Warehouse, snapshot: Snapshot) -> State:
    columns = warehouse.columns(snapshot.relation)
    return State(columns, warehouse.rows(snapshot.relation, columns))


def _broken_rules(warehouse: Warehouse, scenario: Scenario, snapshot: Snapshot) -> list[Finding]:
    key = snapshot.settings.unique_key
    versions = [
        Version(row[: len(key)], *row[len(key) :])
        for row in warehouse.rows(snapshot.relation, (*key, *HISTORY))
    ]
    query = f"select distinct {', '.join(map(sql_name, key))} from (\n{snapshot.sql}\n)"
    present = frozenset(warehouse.query(query))
    runs = frozenset(batch.built_at for batch in scenario.batches)
    return list(findings(versions, runs, present))


def _changed(snapshot: Snapshot, before: State, after: State) -> list[Finding]:
    """The keys that another run over the same rows changes: none, if all is well."""
    places = [before.columns.index(column) for column in snapshot.settings.unique_key]
    changes = before.against(after, ())
    keys = (tuple(row[place] for place in places) for row in (*changes.extra, *changes.missing))
    message = "running it again over the same rows changes it"
    return [Finding(key, message) for key in dict.fromkeys(keys)]
