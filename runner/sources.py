"""What no file of the project builds and somebody reads or may read, and who that is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from runner.graph import Graph
from runner.nodes import Relation, makers, mentions


class Sources:
    """The tables and views of migrations, and what else the nodes of a graph read."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    @staticmethod
    def id(relation: Relation) -> str:
        """A source's id among those of the nodes, which have no colon in front of a schema."""
        return f"source:{relation}"

    @cached_property
    def relations(self) -> frozenset[Relation]:
        nodes = self._graph.nodes.values()
        read = {relation for node in nodes for relation, _ in mentions(node)}
        return frozenset(read - makers(nodes).keys()).union(self._graph.catalog.tables)

    @cached_property
    def above(self) -> Mapping[str, frozenset[str]]:
        """The ids of the sources that a node, or a migration's view, reads itself or through
        functions of migrations."""
        graph = self._graph
        found = {
            node.id: self._ids({name for name, _ in mentions(node)}, graph.calls.get(node.id, ()))
            for node in graph.nodes.values()
        }
        for table in graph.catalog.tables.values():
            if definition := table.definition:
                found[self.id(table.relation)] = self._ids(definition.reads, definition.calls)
        return found

    @cached_property
    def below(self) -> Mapping[str, frozenset[str]]:
        """The ids of the nodes and views that read a source."""
        found: dict[str, set[str]] = {}
        for id_, sources in self.above.items():
            for source in sources:
                found.setdefault(source, set()).add(id_)
        return {source: frozenset(ids) for source, ids in found.items()}

    def _ids(self, reads: Collection[Relation], calls: Iterable[Relation]) -> frozenset[str]:
        found, waiting, seen = {*reads}, [*calls], set[Relation]()
        while waiting:
            name = waiting.pop()
            if name not in seen and (function := self._graph.catalog.functions.get(name)):
                found |= function.definition.reads
                waiting += function.definition.calls
            seen.add(name)
        return frozenset(map(self.id, found & self.relations))
