"""Which nodes a command is about: `+fct_sales`, `tag:daily,path:models/retail`, `2+stg_*`.

The grammar is dbt's (https://docs.getdbt.com/reference/node-selection/syntax): words separated by
spaces are a union, terms joined by commas an intersection. A term is a name, or `method:value` as
`methods` reads it, with `+` for everything above (before) or below (behind), a number for how far,
and `@` for a node, all below it and everything those need.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from runner import methods
from runner.errors import UsageError
from runner.graph import Graph
from runner.methods import OF_STATE, Method
from runner.nodes import Check
from runner.remembered import Remembered
from runner.sources import Sources

_TERM = re.compile(
    r"(?P<at>@)?"
    r"((?P<up>\d*)(?P<above>\+))?"
    r"((?P<method>[a-z_]+)(\.(?P<part>\w*))?:)?"
    r"(?P<value>[^+@]+?)"
    r"((?P<below>\+)(?P<down>\d*))?"
)
_MANY = re.compile(r"[/*?\[]")
_EXAMPLE = 'for example "+fct_sales tag:daily"'
Edges = Mapping[str, Iterable[str]]


def select(
    graph: Graph,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    remembered: Mapping[str, Remembered] | None = None,
) -> frozenset[str]:
    """The ids of the nodes that `include` names and `exclude` does not; without `include`, all.

    A relation brings along the check files that read it, where it is selected and where it is left
    out. `remembered` is what the target remembers of the nodes; it is needed when
    `needs_remembered`. Raises `UsageError` for a term that names nothing, with the nearest name.
    """
    if any(not text.split() for text in (*include, *exclude)):
        raise UsageError("a selector is empty", f"{_EXAMPLE}, or leave the option out")
    reader = _Reader(graph, remembered or {})
    chosen = reader.union(include) if include else set(graph.nodes)
    return with_checks(graph, chosen) - with_checks(graph, reader.union(exclude))


def needs_remembered(texts: Iterable[str]) -> bool:
    """Whether selectors ask for what only the target remembers."""
    return any(match["method"] in OF_STATE for match in _terms(texts))


def named(graph: Graph, include: Sequence[str]) -> frozenset[str]:
    """The ids of the nodes that are meant in person: by their tag or their whole name, rather than
    as one of a folder or of many names, or by `+` or `@`."""
    found: set[str] = set()
    for match in _terms(include):
        method = _method(match)
        if method.name == "tag" or not (method.name or _MANY.search(method.value)):
            found |= methods.matching(graph, method, {})
    return frozenset(found)


def with_checks(graph: Graph, ids: Collection[str]) -> frozenset[str]:
    """Nodes and the check files that read them."""
    chosen = frozenset(ids)
    checks = (node.id for node in graph.nodes.values() if isinstance(node, Check))
    return chosen | {id_ for id_ in checks if not chosen.isdisjoint(graph.upstream[id_])}


def _terms(texts: Iterable[str]) -> Iterator[re.Match[str]]:
    terms = (term for text in texts for word in text.split() for term in word.split(","))
    return filter(None, map(_TERM.fullmatch, terms))


def _method(match: re.Match[str]) -> Method:
    return Method(match["method"] or "", match["part"] or "", match["value"])


@dataclass(frozen=True)
class _Reader:
    """Reads selectors over a graph."""

    graph: Graph
    remembered: Mapping[str, Remembered] = field(repr=False)

    @cached_property
    def sources(self) -> Sources:
        return Sources(self.graph)

    def union(self, texts: Sequence[str]) -> set[str]:
        words = [word for text in texts for word in text.split()]
        return set().union(*map(self._intersection, words))

    def _intersection(self, word: str) -> set[str]:
        return set.intersection(*(self._term(term, word) for term in word.split(",")))

    def _term(self, term: str, word: str) -> set[str]:
        match = _TERM.fullmatch(term)
        if match is None:
            raise UsageError(f"selector {word!r}: a name is missing", _EXAMPLE)
        method = _method(match)
        if method.name == "source":
            return self._below_sources(match, method)
        found = methods.matching(self.graph, method, self.remembered)
        if not found and not method.may_be_empty:
            hint = methods.hint(self.graph, method)
            raise UsageError(f"selector {term!r} names nothing", hint)
        return self._reached(match, found, self.graph.downstream)

    def _below_sources(self, match: re.Match[str], method: Method) -> set[str]:
        """What reads sources; they themselves are nothing that could be selected."""
        found = methods.matching_sources(self.sources, method)
        if not found:
            raise UsageError(
                f"selector {match[0]!r} names nothing", methods.hint(self.graph, method)
            )
        if not (match["below"] or match["at"]):
            message = f"selector {match[0]!r}: no file builds a source"
            raise UsageError(message, f"{match[0]}+ names what reads it")
        edges = {**self.graph.downstream, **self.sources.below}
        return self._reached(match, found, edges) & self.graph.nodes.keys()

    def _reached(self, match: re.Match[str], found: set[str], downstream: Edges) -> set[str]:
        """What a term means by the nodes that it names."""
        upstream = self.graph.upstream
        if match["at"]:
            below = found | _walk(downstream, found, "")
            return below | _walk(upstream, below, "")
        result = set(found)
        if match["above"]:
            result |= _walk(upstream, found, match["up"])
        if match["below"]:
            result |= _walk(downstream, found, match["down"])
        return result


def _walk(edges: Edges, start: set[str], depth: str) -> set[str]:
    """What can be reached from `start` in `depth` steps; without a number, in any."""
    reached: set[str] = set()
    frontier = set(start)
    left = int(depth) if depth else -1
    while frontier and left != 0:
        frontier = {other for node in frontier for other in edges.get(node, ())} - reached
        reached |= frontier
        left -= 1
    return reached
