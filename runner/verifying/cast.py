"""Which nodes a verification is about, and what has to be built for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from runner.errors import UsageError
from runner.graph import Graph
from runner.nodes import QUARANTINE, Check, Materialized, Model, Node, Snapshot


@dataclass(frozen=True)
class Cast:
    """Nodes in the order in which they are built.

    models     incremental models to compare with a full build; those that move rows have none
    snapshots  histories to look at
    first      ids of all that these are built from, themselves included
    again      the same without views, which need to be made once
    in_full    the same without snapshots, whose histories cannot be built again
    """

    models: tuple[Model, ...]
    snapshots: tuple[Snapshot, ...]
    first: tuple[str, ...]
    again: tuple[str, ...]
    in_full: tuple[str, ...]


def bare(graph: Graph) -> Graph:
    """The graph without checks, which may stop a build, and without a limit to deletions; rows are
    sent to quarantine all the same."""
    nodes = {id_: _without_checks(node) for id_, node in graph.nodes.items()}
    return replace(graph, nodes=nodes, blocked_by={})


def _without_checks(node: Node) -> Node:
    match node:
        case Model():
            sifting = (replace(check, error_if="") for check in node.sifting)
            return replace(node, checks=tuple(sifting))
        case Snapshot():
            settings = replace(node.settings, max_deletes="100%")
            return replace(node, checks=(), settings=settings)
        case Check():
            return node


def cast(graph: Graph, selection: Collection[str]) -> Cast:
    """What is selected (ids) and keeps rows of earlier runs. Raises `UsageError` for nothing."""
    chosen = [graph.nodes[id_] for id_ in graph.order if id_ in selection]
    models = tuple(
        node
        for node in chosen
        if isinstance(node, Model) and _is(node, Materialized.INCREMENTAL)
        if not node.settings.move_from
    )
    snapshots = tuple(node for node in chosen if isinstance(node, Snapshot))
    if not models and not snapshots:
        raise UsageError(
            "nothing of what is selected keeps rows of earlier runs",
            "select incremental models or snapshots; everything else is built anew every time",
        )
    subjects: tuple[Model | Snapshot, ...] = (*models, *snapshots)
    needed = _with_inputs(graph, {node.id for node in subjects})
    first = tuple(id_ for id_ in graph.order if id_ in needed)
    again = tuple(id_ for id_ in first if not _is(graph.nodes[id_], Materialized.VIEW))
    in_full = tuple(id_ for id_ in again if isinstance(graph.nodes[id_], Model))
    return Cast(
        models,
        snapshots,
        first,
        again,
        in_full,
    )


def _is(node: Node, materialized: Materialized) -> bool:
    return isinstance(node, Model) and node.settings.materialized is materialized


def _with_inputs(graph: Graph, ids: Collection[str]) -> frozenset[str]:
    """Nodes and everything that they read, directly or not."""
    found: set[str] = set()
    waiting = list(ids)
    while waiting:
        id_ = waiting.pop()
        if id_ in graph.nodes and id_ not in found:
            found.add(id_)
            read = (str(reference.relation) for reference in graph.nodes[id_].reads)
            waiting += [name.removesuffix(QUARANTINE) for name in read]
    return frozenset(found)
