"""Which nodes are out of date, and why: graph + what the target tells -> a verdict on each.

What will be built in the same run may change, or not: an increment that finds nothing leaves its
table as it is. Who reads it is then due only if it did, which is decided when its turn comes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from runner import outdated
from runner.batching import Batches
from runner.coming import NOTHING, Ahead, Coming
from runner.generating.work import Existing
from runner.graph import Graph
from runner.nodes import (
    Check,
    ColumnSpec,
    Materialized,
    Model,
    Node,
    Snapshot,
    sql_name,
)
from runner.outdated import Change, Changes
from runner.remembered import RESET, ROLLED_BACK, UNKNOWN, Remembered
from runner.results import Status
from runner.versions import COMPOSED, Known, Versions

KINDS = {Materialized.VIEW: "view", Materialized.DYNAMIC_TABLE: "dynamic table"}
ENDED = {
    UNKNOWN: "a run that was killed had it before it",
    ROLLED_BACK: "batches were taken out of it",
    RESET: "its state was reset",
}
FINE = frozenset({Status.SUCCESS, Status.WARN})
FINE_BEFORE = FINE | {Status.FRESH}  # of an earlier attempt: only what went well can be fresh


class Action(StrEnum):
    BUILD = "build"  # build the relation, check it, publish it
    CHECK = "check"  # only run checks on what is there
    KEEP = "keep"  # make the relation, empty, if it is not there; it moves rows when it is asked to


@dataclass(frozen=True)
class Asked:
    """What the options ask for beside what is out of date. `moving` are ids of models that are
    asked to move their rows."""

    everything: bool = False
    full_refresh: bool = False
    moving: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """What to do about a node.

    action       None: nothing
    reason       in words, also of doing nothing
    conditional  only if something that the node reads changes in this run; `otherwise` is what to
                 do if nothing does
    anew         an incremental model is built from all rows
    """

    action: Action | None
    reason: str
    conditional: bool = False
    otherwise: Action | None = None
    anew: bool = False


def on_archive(node: Model, asked: Asked) -> Verdict:
    """The verdict on a model with `@move_from`. A full refresh does not hold for it: the rows of
    earlier runs are nowhere else."""
    assert node.settings.move_from
    if node.id in asked.moving:
        return Verdict(Action.BUILD, f"moves rows out of {node.settings.move_from.relation}")
    return Verdict(Action.KEEP, "is kept; moves rows when it is selected by name or tag")


class Judge:
    """Gives verdicts on nodes one after the other, in the order of the graph."""

    def __init__(self, graph: Graph, known: Known, asked: Asked) -> None:
        self._graph = graph
        self._known = known
        self._asked = asked
        self._versions = Versions(graph, known, "this run")
        self._ahead = Ahead(graph)

    def verdict(self, node: Node, checks: Collection[Check]) -> Verdict:
        """What to do about a selected node; `checks` are the check files of its step."""
        own = self._own(node, checks)
        above = self._ahead.above(node)
        if isinstance(node, Check):
            return _settled(Action.CHECK, own, above)
        verdict = self._on_relation(node, own, above, is_checked=bool(node.checks or checks))
        if verdict.action is None and (beside := self._ahead.referred(node)) != NOTHING:
            told = f"{beside.reason}, which it refers to"
            verdict = Verdict(Action.CHECK, told, conditional=not beside.certain)
        self._ahead.note(node, self._outcome(node, own, above, verdict))
        return verdict

    def passed_over(self, node: Node) -> None:
        """A node that is not selected: a view still hands on what changes below it."""
        if isinstance(node, Model) and node.settings.materialized in COMPOSED:
            above = self._ahead.above(node)
            outcome = self._outcome(node, Change(), above, Verdict(None, ""))
            self._ahead.note(node, outcome)

    def batches(self, node: Model, verdict: Verdict, batches: Batches) -> Verdict:
        """The verdict on a model with `@batch` once its batches are known: some of them are due
        whatever the inputs do."""
        told = batches.reason
        if verdict.action is Action.BUILD and not verdict.conditional:
            return replace(verdict, reason=f"{verdict.reason}; {told}")
        if not batches.needed:
            return verdict
        found = Verdict(Action.BUILD, told)
        self._ahead.note(node, self._outcome(node, Change((told,), whole=True), NOTHING, found))
        return found

    def seconds(self, node: Node) -> float | None:
        """How long the last success of a node took."""
        remembered = self._known.remembered.get(node.id)
        return remembered.seconds if remembered else None

    # --- a node by itself

    def _own(self, node: Node, checks: Collection[Check]) -> Change:
        """What is different about a node, by what is known before the run."""
        remembered = self._known.remembered.get(node.id)
        file = inputs = Change()
        if remembered is not None and remembered.succeeded:
            changes = Changes(self._graph, node, remembered)
            file = changes.of_file(checks)
            inputs = changes.of_inputs(self._versions.inputs(node.id))
        return self._again(node, remembered, file).and_(file).and_(inputs)

    def _again(self, node: Node, remembered: Remembered | None, file: Change) -> Change:
        """Why a node is done again whatever its file and its inputs say, if it is."""
        made = self._is_made_unknown(node, remembered)
        if self._asked.everything:
            return Change(("all is asked for",), whole=True, made=made, again=True)
        change = Change() if isinstance(node, Check) else self._standing(node, file)
        ended = _ended(remembered)
        if ended and not change.again:
            change = Change((ended,), whole=True, made=made, again=True)
        if (remembered is None or not remembered.succeeded) and not change.again:
            told = "nothing is remembered of it"
            change = Change((told,), whole=True, made=made, again=True)
        return change

    def _is_made_unknown(self, node: Node, remembered: Remembered | None) -> bool:
        """Whether an increment is there and nobody knows by which definition its rows were made.
        The ledger of one with batches goes on where a killed run stopped, unless it was reset."""
        if not isinstance(node, Model) or not keeps_rows(node):
            return False
        if remembered is not None and remembered.made_unknown:
            return node.relation in self._known.relations
        if self._is_remembered(node.id):
            return False
        if node.settings.batch and (remembered is None or remembered.status != RESET):
            return False
        return node.relation in self._known.relations

    def _is_remembered(self, id_: str) -> bool:
        remembered = self._known.remembered.get(id_)
        return remembered is not None and remembered.succeeded

    def _was_rolled_back(self, id_: str) -> bool:
        """Whether rows have left it that an increment below cannot take back."""
        remembered = self._known.remembered.get(id_)
        return remembered is not None and remembered.status == ROLLED_BACK

    def _standing(self, node: Model | Snapshot, file: Change) -> Change:
        """What is different about a relation that is gone, or was altered."""
        existing = self._known.relations.get(node.relation)
        if existing is None:
            was_there = node.id in self._known.remembered
            told = "it was dropped" if was_there else "first build"
            return Change((told,), whole=True, made=keeps_rows(node), again=True)
        told = _altered(node, existing, () if file.made else self._graph.columns(node.relation))
        return Change((told,), whole=True, made=True, again=True) if told else Change()

    # --- relations

    def _on_relation(
        self, node: Model | Snapshot, own: Change, above: Coming, *, is_checked: bool
    ) -> Verdict:
        if isinstance(node, Model) and node.settings.move_from:
            verdict = on_archive(node, self._asked)
            is_idle = not (own.checks or own.again)
            return (
                replace(verdict, action=None)
                if is_idle and verdict.action is Action.KEEP
                else verdict
            )
        if self._asked.full_refresh and keeps_rows(node):
            told = "full refresh" if isinstance(node, Model) else "its history is begun anew"
            return Verdict(Action.BUILD, told, anew=True)
        if isinstance(node, Model) and node.settings.materialized in COMPOSED:
            return _on_view(own, above, is_checked=is_checked)
        verdict = _settled(Action.BUILD, own, above)
        if not isinstance(node, Model) or not keeps_rows(node) or verdict.action is None:
            return verdict
        is_there = node.relation in self._known.relations
        anew = is_there and (
            (own.made and not outdated.survives(node, own)) or (above.made and above.certain)
        )
        if not anew:
            return verdict
        return replace(verdict, anew=True, reason=f"{verdict.reason}; built anew")

    def _outcome(
        self, node: Model | Snapshot, own: Change, above: Coming, verdict: Verdict
    ) -> Coming:
        """What a verdict lets happen to the relation."""
        is_built = verdict.action is Action.BUILD
        if isinstance(node, Model) and node.settings.materialized in COMPOSED:
            is_other = is_built and (own.made or not self._is_remembered(node.id))
            mine = own if is_other else Change()
            return Coming(
                rows=mine.whole or above.rows,
                certain=mine.content or above.certain,
                columns=mine.columns | above.columns,
                made=mine.made or above.made,
            )
        if not is_built:
            return NOTHING
        if keeps_rows(node):
            made = verdict.anew or own.made or self._was_rolled_back(node.id)
            return Coming(rows=True, certain=made, made=made)
        columns = frozenset() if own.whole or above.rows else own.columns | above.columns
        made = own.made or above.made
        return Coming(not columns, not verdict.conditional, columns, made)


def _settled(action: Action, own: Change, above: Coming) -> Verdict:
    """The verdict on a node that is built, or a check file that runs, when anything has changed."""
    only_checks = Action.CHECK if own.checks else None
    told = own.told
    if own.content or (own.checks and action is Action.CHECK):
        return Verdict(action, told)
    if above.certain:
        return Verdict(action, above.reason)
    if above.rows:
        return Verdict(action, above.reason, conditional=True, otherwise=only_checks)
    return Verdict(only_checks, told) if only_checks else Verdict(None, "fresh")


def _on_view(own: Change, above: Coming, *, is_checked: bool) -> Verdict:
    """A view is made again by another definition; data that change below it concern its checks."""
    if own.made or own.again:
        return Verdict(Action.BUILD, own.told)
    if above.made and above.certain:
        return Verdict(Action.BUILD, above.reason)
    return _settled(Action.CHECK, own, above) if is_checked else Verdict(None, "fresh")


def _ended(remembered: Remembered | None) -> str:
    """What became of the last attempt, where it left no success that counts."""
    if remembered is None or remembered.status in FINE_BEFORE:
        return ""
    return ENDED.get(remembered.status, "failed last time")


def keeps_rows(node: Model | Snapshot) -> bool:
    """Whether a build adds to what earlier ones have left."""
    return isinstance(node, Snapshot) or node.settings.materialized is Materialized.INCREMENTAL


def _altered(node: Model | Snapshot, existing: Existing, columns: Sequence[ColumnSpec]) -> str:
    """What somebody else did to a relation that should have `columns`, as far as one can tell."""
    settings = node.settings
    kind = KINDS.get(settings.materialized, "table") if isinstance(node, Model) else "table"
    if existing.kind != kind:
        return f"it is a {existing.kind}"
    missing = {spec.name for spec in columns}.difference(existing.names())
    if missing and existing.names():
        return f"it lacks {outdated.listed(sorted(map(sql_name, missing)))}"
    return ""
