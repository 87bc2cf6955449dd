"""What a run is going to do and why: graph + selection -> steps, each with its reason.

Planning touches neither database nor terminal; the plan is the dry run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from typing import Protocol

from runner import due, outdated
from runner.batching import Batches
from runner.due import Action, Asked, Verdict
from runner.graph import Graph
from runner.nodes import Check, Materialized, Model, Node, Relation, Snapshot, relations

REASONS = {
    Materialized.VIEW: "replaced every time",
    Materialized.TABLE: "rebuilt every time",
    Materialized.INCREMENTAL: "takes what has arrived",
    Materialized.DYNAMIC_TABLE: "declared again every time",
}


@dataclass(frozen=True)
class Step:
    """One thing to do.

    checks     check files that run together with the relation's own checks
    waits_for  ids of the steps that must have gone well before this one starts
    batches    what a model with `@batch` has to do; None for everything else
    conditional  whether it is only due if something that it reads changes in this run; `otherwise`
               is what is done if nothing does
    seconds    how long the node's last success took, if it is known
    """

    node: Node
    action: Action
    reason: str
    waits_for: frozenset[str] = frozenset()
    checks: tuple[Check, ...] = ()
    full_refresh: bool = False
    batches: Batches | None = None
    conditional: bool = False
    otherwise: Action | None = None
    seconds: float | None = None

    @property
    def id(self) -> str:
        return self.node.id


@dataclass(frozen=True)
class Plan:
    """Steps in an order in which they could run one after the other.

    relations  all that the project fills, whatever is selected
    idle       the selected nodes that have nothing to do, each with the reason, in their order
    """

    steps: tuple[Step, ...]
    relations: frozenset[Relation] = frozenset()
    idle: tuple[tuple[Node, str], ...] = ()


class Verdicts(Protocol):
    """Says of each node what is to be done, asked in the order of the graph."""

    def verdict(self, node: Node, checks: Collection[Check]) -> Verdict: ...

    def passed_over(self, node: Node) -> None: ...

    def batches(self, node: Model, verdict: Verdict, batches: Batches) -> Verdict: ...

    def seconds(self, node: Node) -> float | None: ...


def make(
    graph: Graph,
    selection: Collection[str],
    verdicts: Verdicts | None = None,
    batches: Callable[[Model, bool], Batches] | None = None,
) -> Plan:
    """The steps that build what is out of date of the selected nodes (ids); without `verdicts`,
    all of them.

    `batches` gives what is due of a model with `@batch`, of all its rows or not. A step waits for
    the nearest steps above it, through nodes that have nothing to do, and for the check files that
    guard it (`graph.blocked_by`).
    """
    judge = verdicts or Everything(Asked())
    selected = frozenset(selection)
    nearest: dict[str, frozenset[str]] = {}
    steps: dict[str, Step] = {}
    idle = []
    for id_ in _guards_first(graph):
        node = graph.nodes[id_]
        above = frozenset[str]().union(*(nearest.get(other, ()) for other in graph.upstream[id_]))
        nearest[id_] = above
        if id_ not in selected or _rides_along(graph, node, selected):
            judge.passed_over(node)
            continue
        checks = _selected_checks(graph, id_, selected)
        verdict = judge.verdict(node, checks)
        owed = None
        if isinstance(node, Model) and node.settings.batch:
            assert batches is not None
            owed = batches(node, verdict.anew)
            verdict = judge.batches(node, verdict, owed)
        if verdict.action is None:
            idle.append((node, verdict.reason))
            continue
        guards = graph.blocked_by.get(id_, frozenset()) & steps.keys()
        seconds = judge.seconds(node)
        steps[id_] = _step(node, verdict, above | guards, checks, owed, seconds)
        nearest[id_] = frozenset((id_,))
    filled = frozenset(relations(graph.nodes.values()))
    return Plan(tuple(steps.values()), filled, tuple(idle))


def _guards_first(graph: Graph) -> Iterable[str]:
    """Every node after what it reads and after the check files that it waits for."""
    waits = {
        id_: sorted(graph.upstream[id_] | graph.blocked_by.get(id_, frozenset()))
        for id_ in graph.order
    }
    return TopologicalSorter(waits).static_order()


def _step(
    node: Node,
    verdict: Verdict,
    waits_for: frozenset[str],
    checks: tuple[Check, ...],
    batches: Batches | None,
    seconds: float | None,
) -> Step:
    assert verdict.action is not None
    if verdict.action is Action.KEEP:
        assert isinstance(node, Model)
        node = replace(node, checks=())  # only the check files that read nothing else look at it
    return Step(
        node,
        verdict.action,
        verdict.reason,
        waits_for,
        checks,
        full_refresh=verdict.anew,
        batches=batches if verdict.action is Action.BUILD else None,
        conditional=verdict.conditional,
        otherwise=verdict.otherwise,
        seconds=seconds,
    )


class Everything:
    """Verdicts without looking at what is there: all is to be done."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def verdict(self, node: Node, checks: Collection[Check]) -> Verdict:  # noqa: ARG002
        refresh = self._asked.full_refresh
        if isinstance(node, Check):
            return Verdict(Action.CHECK, f"guards {_listed(node)}")
        if isinstance(node, Snapshot):
            told = "its history is begun anew" if refresh else "records what has changed"
            return Verdict(Action.BUILD, told, anew=refresh)
        if node.settings.move_from:
            return due.on_archive(node, self._asked)
        is_renewed = refresh and due.keeps_rows(node)
        told = "full refresh" if is_renewed else REASONS[node.settings.materialized]
        return Verdict(Action.BUILD, told, anew=refresh)

    def passed_over(self, node: Node) -> None:
        pass

    def seconds(self, node: Node) -> float | None:  # noqa: ARG002
        return None

    def batches(self, node: Model, verdict: Verdict, batches: Batches) -> Verdict:  # noqa: ARG002
        told = batches.reason
        if batches.anew:
            told = f"{'full refresh' if verdict.anew else 'first build'}; {told}"
        return replace(verdict, reason=told)


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


def _listed(check: Check) -> str:
    """The relations that a check reads, the first ones by name."""
    return outdated.listed(sorted(str(reference.relation) for reference in check.reads))
