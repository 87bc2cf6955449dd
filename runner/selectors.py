"""Which nodes a command is about: `+fct_sales`, `tag:daily,path:models/retail`, `2+stg_*`.

The grammar is dbt's (https://docs.getdbt.com/reference/node-selection/syntax): words separated by
spaces are a union, terms joined by commas an intersection. A term is a name, or `method:value`,
with `+` for everything above (before) or below (behind), a number for how far, and `@` for a
node, all below it and everything those need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from runner.errors import UsageError
from runner.graph import Graph
from runner.nodes import Check, Kind, Node, Snapshot

_TERM = re.compile(
    r"(?P<at>@)?"
    r"((?P<up>\d*)(?P<above>\+))?"
    r"((?P<method>[a-z_]+):)?"
    r"(?P<value>[^+@]+?)"
    r"((?P<below>\+)(?P<down>\d*))?"
)
_MANY = re.compile(r"[/*?\[]")
_EXAMPLE = 'for example "+fct_sales tag:daily"'
METHODS = ("check", "path", "resource_type", "tag")
Edges = Mapping[str, Iterable[str]]


def select(
    graph: Graph, include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> frozenset[str]:
    """The ids of the nodes that `include` names and `exclude` does not; without `include`, all.

    A relation brings along the check files that read it, where it is selected and where it is left
    out. Raises `UsageError` for a term that names nothing, with the nearest name.
    """
    if any(not text.split() for text in (*include, *exclude)):
        raise UsageError("a selector is empty", f"{_EXAMPLE}, or leave the option out")
    chosen = _union(graph, include) if include else set(graph.nodes)
    return frozenset(_with_checks(graph, chosen) - _with_checks(graph, _union(graph, exclude)))


def named(graph: Graph, include: Sequence[str]) -> frozenset[str]:
    """The ids of the nodes that are meant in person: by their tag or their whole name, rather than
    as one of a folder or of many names, or by `+` or `@`."""
    terms = (term for text in include for word in text.split() for term in word.split(","))
    found: set[str] = set()
    for match in filter(None, map(_TERM.fullmatch, terms)):
        method, value = match["method"] or "", match["value"]
        if method == "tag" or not (method or _MANY.search(value)):
            found |= _matching(graph, method, value)
    return frozenset(found)


def _with_checks(graph: Graph, ids: set[str]) -> set[str]:
    """Nodes and the check files that read them."""
    checks = (node.id for node in graph.nodes.values() if isinstance(node, Check))
    return ids | {id_ for id_ in checks if not ids.isdisjoint(graph.upstream[id_])}


def _union(graph: Graph, texts: Sequence[str]) -> set[str]:
    words = [word for text in texts for word in text.split()]
    return set().union(*(_intersection(graph, word) for word in words))


def _intersection(graph: Graph, word: str) -> set[str]:
    return set.intersection(*(_term(graph, term, word) for term in word.split(",")))


def _term(graph: Graph, term: str, word: str) -> set[str]:
    match = _TERM.fullmatch(term)
    if match is None:
        raise UsageError(f"selector {word!r}: a name is missing", _EXAMPLE)
    found = _matching(graph, match["method"] or "", match["value"])
    if not found:
        raise UsageError(f"selector {term!r} names nothing", _suggestion(graph, match))
    if match["at"]:
        below = found | _walk(graph.downstream, found, "")
        return below | _walk(graph.upstream, below, "")
    result = set(found)
    if match["above"]:
        result |= _walk(graph.upstream, found, match["up"])
    if match["below"]:
        result |= _walk(graph.downstream, found, match["down"])
    return result


def _matching(graph: Graph, method: str, value: str) -> set[str]:
    if method and method not in METHODS:
        raise UsageError(
            f"selector {method}:{value}: there is no method {method!r}",
            f"use a name or one of: {', '.join(f'{known}:' for known in METHODS)}",
        )
    return {node.id for node in graph.nodes.values() if _matches(node, method, value)}


def _matches(node: Node, method: str, value: str) -> bool:
    if method == "tag":
        return any(fnmatchcase(tag.lower(), value.lower()) for tag in tags(node))
    if method == "resource_type":
        return node.kind.value == value.lower()
    if method == "check":
        return isinstance(node, Check) and fnmatchcase(node.name.lower(), value.lower())
    if method == "path" or "/" in value:
        folder = value.rstrip("/").removeprefix("./")
        return node.path.startswith(f"{folder}/") or fnmatchcase(node.path, folder)
    return any(fnmatchcase(name, value.lower()) for name in _names(node))


def tags(node: Node) -> tuple[str, ...]:
    """A node's tags, wherever its kind keeps them."""
    return node.tags if isinstance(node, Check) else node.settings.tags


def _names(node: Node) -> tuple[str, ...]:
    """What a term without a method may call the node: `fct_sales`, `retail_marts.fct_sales`."""
    if isinstance(node, Check):
        return (node.name.rpartition("/")[2].lower(),)
    return node.relation.name.lower(), node.id.lower()


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


def _suggestion(graph: Graph, match: re.Match[str]) -> str:
    if match["method"] == "tag":
        known = {tag for node in graph.nodes.values() for tag in tags(node)}
        return f"the tags are: {', '.join(sorted(known))}" if known else "no file has a tag"
    if match["method"] == "resource_type":
        return f"the types are: {', '.join(Kind)}"
    names = {name for node in graph.nodes.values() for name in _names(node)}
    near = get_close_matches(match["value"].lower(), sorted(names), n=1)
    return f"did you mean {near[0]}?" if near else "`runner ls` shows the names"


def kind_name(node: Node) -> str:
    """How a node is made, in one word: a model's materialization, `snapshot` or `check`."""
    if isinstance(node, Check | Snapshot):
        return node.kind.value
    return node.settings.materialized.value
