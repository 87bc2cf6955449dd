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
from runner.generating.work import Existing
from runner.graph import Graph
from runner.lineage import Pair
from runner.nodes import (
    Check,
    ColumnSpec,
    Materialized,
    Model,
    Node,
    Relation,
    Snapshot,
    sql_name,
)
from runner.outdated import Change, Changes
from runner.remembered import RESET, ROLLED_BACK, UNKNOWN, Remembered
from runner.results import Status
from runner.versions import COMPOSED, Known, Versions, referenced

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


@dataclass(frozen=True)
class _Coming:
    """What this run may change, about a relation or about all that a node reads: its rows, for
    `certain` or not, or only some columns, and whether by another definition (`made`)."""

    rows: bool = False
    certain: bool = False
    columns: frozenset[str] = frozenset()
    made: bool = False
    reason: str = ""


NOTHING = _Coming()


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
        self._coming: dict[Relation, _Coming] = {}

    def verdict(self, node: Node, checks: Collection[Check]) -> Verdict:
        """What to do about a selected node; `checks` are the check files of its step."""
        own = self._own(node, checks)
        above = self._above(node)
        if isinstance(node, Check):
            return _settled(Action.CHECK, own, above)
        verdict = self._on_relation(node, own, above, is_checked=bool(node.checks or checks))
        if verdict.action is None and (beside := self._referred(node)) != NOTHING:
            told = f"{beside.reason}, which it refers to"
            verdict = Verdict(Action.CHECK, told, conditional=not beside.certain)
        self._note(node, own, above, verdict)
        return verdict

    def passed_over(self, node: Node) -> None:
        """A node that is not selected: a view still hands on what changes below it."""
        if isinstance(node, Model) and node.settings.materialized in COMPOSED:
            self._note(node, Change(), self._above(node), Verdict(None, ""))

    def batches(self, node: Model, verdict: Verdict, batches: Batches) -> Verdict:
        """The verdict on a model with `@batch` once its batches are known: some of them are due
        whatever the inputs do."""
        told = batches.reason
        if verdict.action is Action.BUILD and not verdict.conditional:
            return replace(verdict, reason=f"{verdict.reason}; {told}")
        if not batches.needed:
            return verdict
        found = Verdict(Action.BUILD, told)
        self._note(node, Change((told,), whole=True), NOTHING, found)
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

    # --- what it reads

    def _above(self, node: Node) -> _Coming:
        """What this run may change about what the node reads and uses."""
        lineage = self._graph.lineages[node.id]
        certain: list[str] = []
        maybe: list[str] = []
        pairs: set[Pair] = set()
        rows = made = False
        for relation in sorted({reference.relation for reference in node.reads}):
            coming = self._coming_of(relation)
            used = lineage.used(relation) if coming.columns else None
            hit = coming.columns if used is None else coming.columns & used
            if coming.rows:
                (certain if coming.certain else maybe).append(str(relation))
                rows, made = True, made or coming.made
            elif hit:
                certain.append(f"{relation} ({outdated.listed(sorted(map(sql_name, hit)))})")
                pairs |= {(relation, column) for column in hit}
                made = True
        functions = self._coming_functions(node)
        if functions:
            certain += functions
            rows = made = True
        columns = None if rows else lineage.made_of(pairs)
        coming = _Coming(columns is None, bool(certain), columns or frozenset(), made)
        return _told(coming, certain, maybe)

    def _coming_of(self, relation: Relation) -> _Coming:
        """What this run may change about a relation that somebody reads; of a migration's view,
        about all that is behind it, whose columns nobody follows."""
        coming = self._coming.get(relation)
        if coming is not None or relation not in self._graph.catalog.tables:
            return coming or NOTHING
        names = self._graph.catalog.behind((relation,)) & self._coming.keys()
        behind = [self._coming[name] for name in names]
        return _Coming(
            rows=bool(behind),
            certain=any(one.certain for one in behind),
            made=any(one.made or one.columns for one in behind),
        )

    def _coming_functions(self, node: Node) -> list[str]:
        """The functions of migrations that the node calls and that read what this run may change.
        Whoever calls one is due: an increment that turned out to need more than new rows in the
        middle of a run could not begin anew."""
        catalog = self._graph.catalog
        called = sorted(self._graph.calls[node.id] & catalog.functions.keys())
        return [
            f"function {name}" for name in called if catalog.behind((name,)) & self._coming.keys()
        ]

    def _referred(self, node: Model | Snapshot) -> _Coming:
        """What this run may change about the columns that the node's checks look up elsewhere."""
        certain: list[str] = []
        maybe: list[str] = []
        for relation, column in referenced(node):
            coming = self._coming_of(relation)
            if coming.rows or column in coming.columns:
                is_certain = coming.certain or not coming.rows
                (certain if is_certain else maybe).append(f"{relation}({sql_name(column)})")
        return _told(_Coming(certain=bool(certain)), certain, maybe)

    # --- relations

    def _on_relation(
        self, node: Model | Snapshot, own: Change, above: _Coming, *, is_checked: bool
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

    def _note(self, node: Model | Snapshot, own: Change, above: _Coming, verdict: Verdict) -> None:
        """Note what the verdict lets happen to the relation."""
        coming = self._outcome(node, own, above, verdict)
        if coming != NOTHING:
            self._coming[node.relation] = coming
            if isinstance(node, Model) and node.quarantine:
                beside = replace(coming, rows=True, columns=frozenset())
                self._coming[node.quarantine] = beside

    def _outcome(
        self, node: Model | Snapshot, own: Change, above: _Coming, verdict: Verdict
    ) -> _Coming:
        is_built = verdict.action is Action.BUILD
        if isinstance(node, Model) and node.settings.materialized in COMPOSED:
            is_other = is_built and (own.made or not self._is_remembered(node.id))
            mine = own if is_other else Change()
            return _Coming(
                rows=mine.whole or above.rows,
                certain=mine.content or above.certain,
                columns=mine.columns | above.columns,
                made=mine.made or above.made,
            )
        if not is_built:
            return NOTHING
        if keeps_rows(node):
            made = verdict.anew or own.made or self._was_rolled_back(node.id)
            return _Coming(rows=True, certain=made, made=made)
        columns = frozenset() if own.whole or above.rows else own.columns | above.columns
        made = own.made or above.made
        return _Coming(not columns, not verdict.conditional, columns, made)


def _told(coming: _Coming, certain: Sequence[str], maybe: Sequence[str]) -> _Coming:
    """What this run may change with the reason in words: what changes, or else may change."""
    if certain:
        return replace(coming, reason=f"after {outdated.listed(certain)}")
    if maybe:
        return replace(coming, reason=f"if {outdated.listed(maybe)} changes")
    return NOTHING


def _settled(action: Action, own: Change, above: _Coming) -> Verdict:
    """The verdict on a node that is built, or a check file that runs, when anything has changed."""
    only_checks = Action.CHECK if own.checks else None
    told = "; ".join(own.reasons)
    if own.content or (own.checks and action is Action.CHECK):
        return Verdict(action, told)
    if above.certain:
        return Verdict(action, above.reason)
    if above.rows:
        return Verdict(action, above.reason, conditional=True, otherwise=only_checks)
    return Verdict(only_checks, told) if only_checks else Verdict(None, "fresh")


def _on_view(own: Change, above: _Coming, *, is_checked: bool) -> Verdict:
    """A view is made again by another definition; data that change below it concern its checks."""
    if own.made or own.again:
        return Verdict(Action.BUILD, "; ".join(own.reasons))
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
