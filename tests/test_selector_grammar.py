"""Selectors against a second reading of dbt's grammar, over random graphs.

The second one knows no walks: it has the length of the shortest way between any two nodes, and asks
of each node by itself whether a term means it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.cataloging.objects import Catalog, Definition, Table
from runner.errors import UsageError
from runner.graph import Graph
from runner.nodes import Check, Model, Reference, Relation, Settings
from runner.selectors import select

TAGS = ("red", "blue")
RAW, SEEN = Relation("RAW", "ROWS"), Relation("RAW", "SEEN")  # a table, and a view of it


@dataclass(frozen=True)
class Term:
    """`2+name+3`, in its parts; a depth of `inf` is written without a number."""

    name: str
    up: float | None = None
    down: float | None = None
    at: bool = False

    def __str__(self) -> str:
        before = "@" if self.at else "" if self.up is None else f"{_depth(self.up)}+"
        return f"{before}{self.name}{'' if self.down is None else f'+{_depth(self.down)}'}"


def _depth(depth: float) -> str:
    return "" if depth == inf else str(depth)


Word = tuple[Term, ...]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Up to seven models and two check files; some read the table, some its view."""
    many = draw(st.integers(2, 7))
    nodes: list[Model | Check] = []
    for place in range(many):
        above = draw(st.lists(st.sampled_from(range(place)), unique=True)) if place else []
        reads = [Relation("S", f"M{other}") for other in above]
        reads += draw(st.sampled_from([[], [RAW], [SEEN]]))
        tags = tuple(draw(st.lists(st.sampled_from(TAGS), unique=True)))
        nodes.append(_model(f"M{place}", reads, tags))
    for place in range(draw(st.integers(0, 2))):
        read = draw(st.lists(st.sampled_from(range(many)), unique=True, min_size=1))
        nodes.append(_check(f"c{place}", [Relation("S", f"M{other}") for other in read]))
    view = Table(SEEN, (), "view", definition=Definition(reads=frozenset({RAW})))
    made = {node.id for node in nodes}
    return Graph(
        nodes={node.id: node for node in nodes},
        catalog=Catalog(tables={RAW: Table(RAW, ()), SEEN: view}),
        order=tuple(node.id for node in nodes),
        upstream={
            node.id: frozenset({str(one.relation) for one in node.reads} & made) for node in nodes
        },
        blocked_by={},
    )


def _references(relations: list[Relation]) -> tuple[Reference, ...]:
    return tuple(Reference(relation, 1) for relation in relations)


def _model(name: str, reads: list[Relation], tags: tuple[str, ...]) -> Model:
    relation, settings = Relation("S", name), Settings(tags=tags)
    path = f"models/s/{name.lower()}.sql"
    return Model(relation, path, "", "", "", settings, (), (), _references(reads))


def _check(name: str, reads: list[Relation]) -> Check:
    return Check(f"s/{name}", f"checks/s/{name}.sql", "", "", _references(reads))


@st.composite
def terms(draw: st.DrawFn) -> Term:
    name = draw(
        st.sampled_from(["m0", "s.m1", "m[01]", "*", "tag:red", "tag:*", "source:raw.rows"])
        | st.sampled_from(["source:raw", "path:models/s", "config.tags:blue", "m1"])
    )
    if draw(st.booleans()):
        return Term(name, at=True)
    depth = st.sampled_from([0, 1, 2, inf])
    down = depth if name.startswith("source:") else st.none() | depth
    return Term(name, draw(st.none() | depth), draw(down))


unions = st.lists(st.lists(terms(), min_size=1, max_size=3).map(tuple), min_size=1, max_size=3)


@given(graphs(), unions, st.none() | unions)
def test_a_selection_is_what_each_node_by_itself_says(
    graph: Graph, include: list[Word], exclude: list[Word] | None
) -> None:
    naive = Naive(graph)
    texts = [" ".join(",".join(map(str, word)) for word in words) for words in [include]]
    without = [",".join(map(str, word)) for word in exclude or ()]
    if not naive.is_known([*include, *(exclude or ())]):
        with pytest.raises(UsageError):
            select(graph, texts, without)
        return
    expected = naive.union(include) - naive.union(exclude or [])
    assert select(graph, texts, without) == expected


class Naive:
    """The same by distances: `self.steps[a, b]` is the length of the shortest way from a to b."""

    def __init__(self, graph: Graph) -> None:
        self.nodes = graph.nodes
        ids = [*graph.nodes, str(RAW), str(SEEN)]
        self.steps: dict[tuple[str, str], float] = dict.fromkeys(product(ids, ids), inf)
        self.steps |= {(id_, id_): 0 for id_ in ids} | {(str(RAW), str(SEEN)): 1}
        for node in graph.nodes.values():
            self.steps |= {(str(one.relation), node.id): 1 for one in node.reads}
        for by, a, b in product(ids, ids, ids):
            self.steps[a, b] = min(self.steps[a, b], self.steps[a, by] + self.steps[by, b])

    def is_known(self, words: list[Word]) -> bool:
        return all(self.named(term.name) for word in words for term in word)

    def named(self, name: str) -> set[str]:
        method, _, value = name.rpartition(":")
        if method == "source":
            return {str(RAW)} if value == "raw.rows" else {str(RAW), str(SEEN)}
        return {id_ for id_ in self.nodes if self._is_named(id_, method, value)}

    def _is_named(self, id_: str, method: str, value: str) -> bool:
        node = self.nodes[id_]
        if method == "path":
            return isinstance(node, Model)
        if method:
            given = () if isinstance(node, Check) else node.settings.tags
            return bool(given) if value == "*" else value in given
        if value == "m[01]":
            return id_ in {"s.m0", "s.m1"}
        return value == "*" or id_.removeprefix("s.") == value.removeprefix("s.")

    def means(self, term: Term, id_: str) -> bool:
        named = self.named(term.name)
        if term.at:
            below = [other for other in self.nodes if self._is_below(named, other, inf)]
            return any(self.steps[id_, other] < inf for other in below)
        return (
            id_ in named
            or (term.down is not None and self._is_below(named, id_, term.down))
            or (term.up is not None and any(self._is_within(id_, n, term.up) for n in named))
        )

    def _is_below(self, named: set[str], id_: str, depth: float) -> bool:
        return any(self._is_within(name, id_, depth) for name in named)

    def _is_within(self, above: str, below: str, depth: float) -> bool:
        return self.steps[above, below] <= depth and self.steps[above, below] < inf

    def union(self, words: list[Word]) -> set[str]:
        chosen = {
            id_
            for id_ in self.nodes
            if any(all(self.means(term, id_) for term in word) for word in words)
        }
        beside = {
            id_
            for id_, node in self.nodes.items()
            if isinstance(node, Check) and any(str(one.relation) in chosen for one in node.reads)
        }
        return chosen | beside
