"""What a run is going to do and why: graph + selection -> steps, each with its reason.

Planning touches neither database nor terminal; the plan is the dry run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from graphlib import TopologicalSorter

from runner.batching import Batches
from runner.graph import Graph
from runner.nodes import Check, Materialized, Model, Node, Relation, Snapshot, relations

REASONS = {
    Materialized.VIEW: "replaced every time",
    Materialized.TABLE: "rebuilt every time",
    Materialized.INCREMENTAL: "takes what has arrived",
    Materialized.DYNAMIC_TABLE: "declared again every time",
}


LISTED = 3  # relations that a reason names


class Action(StrEnum):
    BUILD = "build"  # build the relation, check it, publish it
    CHECK = "check"  # only run checks on what is there
    KEEP = "keep"  # make the relation, empty, if it is not there; it moves rows when it is asked to


@dataclass(frozen=True)
class Step:
    """One thing to do.

    checks     check files that run together with the relation's own checks
    waits_for  ids of the steps that must have gone well before this one starts
    batches    what a model with `@batch` has to do; None for everything else
    """

    node: Node
    action: Action
    reason: str
    waits_for: frozenset[str] = frozenset()
    checks: tuple[Check, ...] = ()
    full_refresh: bool = False
    batches: Batches | None = None

    @property
    def id(self) -> str:
        return self.node.id


@dataclass(frozen=True)
class Plan:
    """Steps in an order in which they could run one after the other.

    `relations` are all that the project fills, whatever is selected.
    """

    steps: tuple[Step, ...]
    relations: frozenset[Relation] = frozenset()


def make(
    graph: Graph,
    selection: Collection[str],
    *,
    full_refresh: bool = False,
    batches: Mapping[str, Batches] | None = None,
    moving: Collection[str] = (),
) -> Plan:
    """The steps that build the selected nodes (ids).

    `batches` are what is due of each selected model with `@batch`, `moving` the models with
    `@move_from` that are asked to move their rows; the others are kept.
    A step waits for the nearest selected nodes above it, through those that are not selected, and
    for the check files that guard it (`graph.blocked_by`).
    """
    selected = frozenset(selection)
    nearest: dict[str, frozenset[str]] = {}
    steps = []
    for id_ in graph.order:
        node = graph.nodes[id_]
        above = frozenset[str]().union(*(nearest.get(other, ()) for other in graph.upstream[id_]))
        step = None
        if id_ in selected and not _rides_along(graph, node, selected):
            waits_for = above | (graph.blocked_by.get(id_, frozenset()) & selected)
            step = _build_step(graph, node, selected, full_refresh, waits_for)
            if isinstance(node, Model) and node.settings.batch:
                step = _in_batches(step, (batches or {})[id_])
            if isinstance(node, Model) and node.settings.move_from:
                step = _moving(step, node) if id_ in moving else _kept(step, node)
            steps.append(step)
        nearest[id_] = frozenset((id_,)) if step else above
    return Plan(_in_order(steps), frozenset(relations(graph.nodes.values())))


def _in_order(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Steps so that each stands behind those that it waits for, check files included."""
    by_id = {step.id: step for step in steps}
    order = TopologicalSorter({step.id: sorted(step.waits_for) for step in steps}).static_order()
    return tuple(by_id[id_] for id_ in order)


def make_checks(graph: Graph, selection: Collection[str]) -> Plan:
    """The steps that check the selected nodes as they are; none waits for another."""
    selected = frozenset(selection)
    steps = []
    for id_ in graph.order:
        node = graph.nodes[id_]
        checks = _selected_checks(graph, id_, selected)
        if id_ not in selected or _rides_along(graph, node, selected):
            continue
        if isinstance(node, Check) or node.checks or checks:
            steps.append(Step(node, Action.CHECK, "checked as it is", checks=checks))
    return Plan(tuple(steps))


def _rides_along(graph: Graph, node: Node, selected: frozenset[str]) -> bool:
    """Whether a check file is part of the step of the one relation that it reads."""
    return isinstance(node, Check) and any(
        node in graph.checks_of(other) for other in graph.upstream[node.id] & selected
    )


def _selected_checks(graph: Graph, id_: str, selected: frozenset[str]) -> tuple[Check, ...]:
    if isinstance(graph.nodes[id_], Check):
        return ()
    return tuple(check for check in graph.checks_of(id_) if check.id in selected)


def _build_step(
    graph: Graph,
    node: Node,
    selected: frozenset[str],
    full_refresh: bool,
    waits_for: frozenset[str],
) -> Step:
    if isinstance(node, Check):
        return Step(node, Action.CHECK, f"guards {_listed(node)}", waits_for)
    return Step(
        node,
        Action.BUILD,
        _reason(node, full_refresh),
        waits_for,
        _selected_checks(graph, node.id, selected),
        full_refresh,
    )


def _in_batches(step: Step, batches: Batches) -> Step:
    reason = batches.reason
    if batches.anew:
        reason = f"{'full refresh' if step.full_refresh else 'first build'}; {reason}"
    return replace(step, reason=reason, batches=batches)


def _moving(step: Step, node: Model) -> Step:
    """A full refresh does not hold for it: the rows of earlier runs are nowhere else."""
    assert node.settings.move_from
    source = node.settings.move_from.relation
    return replace(step, reason=f"moves rows out of {source}", full_refresh=False)


def _kept(step: Step, node: Model) -> Step:
    """Only the check files that read nothing else look at it."""
    reason = "is kept; moves rows when it is selected by name or tag"
    kept = replace(node, checks=())
    return replace(step, node=kept, action=Action.KEEP, reason=reason, full_refresh=False)


def _reason(node: Node, full_refresh: bool) -> str:
    if isinstance(node, Snapshot):
        return "its history is begun anew" if full_refresh else "records what has changed"
    assert not isinstance(node, Check)
    if full_refresh and node.settings.materialized is Materialized.INCREMENTAL:
        return "full refresh"
    return REASONS[node.settings.materialized]


def _listed(check: Check) -> str:
    """The relations that a check reads, the first ones by name."""
    read = sorted(str(reference.relation) for reference in check.reads)
    rest = len(read) - LISTED
    return ", ".join(read[:LISTED]) + (f" and {rest} more" if rest > 0 else "")
