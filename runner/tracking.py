"""A run as it goes on: what has become due, and what each success leaves for later runs."""

from __future__ import annotations

from dataclasses import replace

from runner.due import FINE, FINE_BEFORE, Action, keeps_rows
from runner.graph import Graph
from runner.nodes import Check, Model, Node, Snapshot
from runner.outdated import Change, Changes, as_json, fingerprint
from runner.plan import Step
from runner.remembered import ROLLED_BACK
from runner.results import Left, NodeResult
from runner.versions import COMPOSED, Known, Version, Versions


class Tracker:
    """Knows the versions of everything while a run changes them. Used by one thread."""

    def __init__(self, graph: Graph, known: Known, run: str) -> None:
        self._graph = graph
        self.known = known
        self._run = run
        self._versions = Versions(graph, known, run)
        self._inputs: dict[str, dict[str, str]] = {}

    def begin(self, step: Step) -> Step | None:
        """What a step has to do now that all above it has ended; None when nothing."""
        self._inputs[step.id] = self._versions.inputs(step.id)
        if not step.conditional:
            return step
        change = self._change_of_inputs(step)
        if change.content:
            return replace(step, reason=change.told, conditional=False)
        action = Action.CHECK if change.checks else step.otherwise
        if action is None:
            return None
        return replace(step, action=action, conditional=False, batches=None)

    def end(self, step: Step, result: NodeResult) -> NodeResult:
        """The result with what the state is to remember of it."""
        node = self._graph.nodes[step.id]
        if result.status not in FINE:
            return self._unfinished(node, step, result)
        version = self._versions.own(step.id)
        if not isinstance(node, Check) and step.action is not Action.CHECK:
            version = self._version(node, step, result)
            self._versions.changed(step.id, version)
        left = Left(
            fingerprint=fingerprint(self._graph, node, step.checks).text,
            inputs=as_json(self._inputs[step.id]),
            version=version.text,
            column_versions=as_json(version.columns) if version.columns else "",
        )
        return replace(result, left=left)

    def _unfinished(self, node: Node, step: Step, result: NodeResult) -> NodeResult:
        """The result of a failure. The first batches of a table stay when a later one fails, so
        what they were made of is remembered: the others follow only if that is still the same."""
        is_first = step.batches is not None and node.id in self._inputs
        if not is_first or isinstance(node, Check) or self._stood(node):
            return result
        left = Left(
            fingerprint=fingerprint(self._graph, node, step.checks).text,
            inputs=as_json(self._inputs[step.id]),
            version=Version(self._run, self._run).text,
        )
        return replace(result, left=left)

    def _version(self, node: Model | Snapshot, step: Step, result: NodeResult) -> Version:
        """The version of a relation that was just built."""
        old = self._versions.own(node.id)
        file = self._change_of_file(step)
        change = file.and_(self._change_of_inputs(step))
        run = Version(self._run, self._run)
        if change.again:
            return run
        if isinstance(node, Model) and node.settings.materialized in COMPOSED:
            return run if file.whole else _with_columns(old, file, self._run)
        if keeps_rows(node):
            is_new = step.full_refresh or bool(step.batches and step.batches.anew)
            was_rolled_back = self.known.remembered[node.id].status == ROLLED_BACK
            if is_new or change.made or was_rolled_back or not self._stood(node):
                return run
            is_idle = result.rows == 0 and not result.quarantined and self._went_well(node)
            return old if is_idle else replace(old, content=self._run)
        if change.columns and not change.whole and self._went_well(node) and self._stood(node):
            return _with_columns(old, change, self._run)
        return run if change.made else replace(old, content=self._run)

    def _change_of_file(self, step: Step) -> Change:
        changes = self._changes(step)
        return changes.of_file(step.checks) if changes else Change(again=True)

    def _change_of_inputs(self, step: Step) -> Change:
        changes = self._changes(step)
        return changes.of_inputs(self._inputs[step.id]) if changes else Change(again=True)

    def _changes(self, step: Step) -> Changes | None:
        remembered = self.known.remembered.get(step.id)
        if remembered is None or not remembered.succeeded:
            return None
        return Changes(self._graph, self._graph.nodes[step.id], remembered)

    def _stood(self, node: Model | Snapshot) -> bool:
        return node.relation in self.known.relations

    def _went_well(self, node: Model | Snapshot) -> bool:
        return self.known.remembered[node.id].status in FINE_BEFORE


def _with_columns(old: Version, change: Change, run: str) -> Version:
    """The version after only some columns have changed."""
    return replace(old, columns={**old.columns, **dict.fromkeys(sorted(change.columns), run)})
