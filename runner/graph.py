"""Files and catalog -> the graph: who reads whom, in which order, with which columns.

`read` finds everything that is wrong with a project and raises it at once, before any database is
touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from runner import moves, reading
from runner.caching.cache import Cache
from runner.cataloging.objects import Catalog
from runner.columns import Columns
from runner.errors import Problem, ProjectError
from runner.fingerprints import Clock, Fingerprint
from runner.lineage import Lineage
from runner.nearest import nearest
from runner.nodes import (
    QUARANTINE,
    SYSTEM_SCHEMAS,
    Check,
    ColumnSpec,
    Model,
    Node,
    Relation,
    Snapshot,
    mentions,
)
from runner.parsing.parsed import Parsed
from runner.project import Project
from runner.reading import FILE, Keys, Read

Filled = TypeVar("Filled", Model, Snapshot)


@dataclass(frozen=True)
class Graph:
    """The nodes of a project and how they hang together; everything is named by node ids.

    order       every node after what it reads; always the same for the same project
    upstream    what a node reads, directly or through views and functions of migrations: models,
                snapshots, and what its `@references` name
    blocked_by  check files over several relations that a node waits for: it descends from one of
                these relations, and is neither one of them nor above one
    fingerprints  what of each file counts
    lineages      on which columns of other relations each result depends
    clocks        how often each query gives something else by itself, whatever it reads
    calls         functions that each query calls; what `catalog` does not know is built in
    digest        of all that the graph was made of; empty where that cannot be told
    """

    nodes: Mapping[str, Node]
    catalog: Catalog
    order: tuple[str, ...]
    upstream: Mapping[str, frozenset[str]]
    blocked_by: Mapping[str, frozenset[str]]
    all_columns: Mapping[Relation, tuple[ColumnSpec, ...]] = field(default_factory=dict)
    fingerprints: Mapping[str, Fingerprint] = field(default_factory=dict)
    lineages: Mapping[str, Lineage] = field(default_factory=dict)
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    calls: Mapping[str, frozenset[Relation]] = field(default_factory=dict)
    digest: str = ""

    def columns(self, relation: Relation) -> tuple[ColumnSpec, ...]:
        """The columns of a model, snapshot, table or view; empty when only the database knows."""
        return self.all_columns.get(relation, ())

    def checks_of(self, id: str) -> tuple[Check, ...]:  # noqa: A002
        """The check files that read this one relation and no other, nor another one through a
        migration's view or function: they run with its own."""
        return self._checks_of.get(id, ())

    def ancestors(self, id: str) -> frozenset[str]:  # noqa: A002
        """Everything that a node reads, directly or not."""
        return _reachable(self.upstream, id)

    def descendants(self, id: str) -> frozenset[str]:  # noqa: A002
        """Everything that reads a node, directly or not."""
        return _reachable(self.downstream, id)

    @cached_property
    def downstream(self) -> Mapping[str, frozenset[str]]:
        """Who reads a node directly."""
        return _turned(self.upstream)

    @cached_property
    def _checks_of(self) -> Mapping[str, tuple[Check, ...]]:
        found: dict[str, tuple[Check, ...]] = {}
        for node in self.nodes.values():
            if isinstance(node, Check) and len(node.reads) == len(self.upstream[node.id]) == 1:
                [above] = self.upstream[node.id]
                if node.reads[0].relation not in self.catalog.tables:
                    found[above] = (*found.get(above, ()), node)
        return found


def read(project: Project, keep_in: Path | None = None) -> Graph:
    """Read a whole project. Raises one `ProjectError` with everything that is wrong.

    What is read is kept in a file of the folder `keep_in`, and not read again until it changes.
    """
    keys = Keys(project)
    with Cache(keep_in / FILE if keep_in else None, whole=True) as cache:
        found = cache.kept(keys.graph, lambda: _assembled(reading.read(project, keys, cache)))
    return replace(found, digest=keys.graph.hex() if keys.graph else "")


def _assembled(read: Read) -> Graph:
    """The graph of what the files say. Raises one `ProjectError` with everything that is wrong."""
    parsed, catalog = read.parsed, read.catalog
    problems = [*read.problems, *(problem for one in parsed for problem in one.problems)]
    problems += _clashes(parsed, catalog)
    upstream, found = _edges(parsed, catalog)
    problems += found
    order, found = _order(parsed, upstream)
    problems += found
    columns = Columns(parsed, catalog)
    nodes, found = columns.checked(order)
    problems += [*found, *moves.problems(nodes.values(), catalog)]
    if problems:
        raise ProjectError(problems)
    return Graph(
        nodes=nodes,
        catalog=catalog,
        order=order,
        upstream=upstream,
        blocked_by=_blocked_by(nodes, upstream),
        all_columns=columns.specs,
        fingerprints={one.node.id: one.fingerprint for one in parsed if one.node},
        lineages={one.node.id: one.lineage for one in parsed if one.node},
        clocks={one.node.id: one.clock for one in parsed if one.node},
        calls={one.node.id: one.calls for one in parsed if one.node},
    )


def _clashes(parsed: Iterable[Parsed], catalog: Catalog) -> Iterator[Problem]:
    """Relations that two files fill, or that a migration makes as well."""
    first: dict[Relation, str] = {}
    for one in parsed:
        if one.relation is None:
            continue
        if other := first.get(one.relation):
            hint = "rename one of the files"
            yield Problem(one.path, 1, f"{other} makes {one.relation} as well", hint)
        first.setdefault(one.relation, one.path)
        for relation in filter(None, (one.relation, _quarantine(one))):
            if table := catalog.tables.get(relation):
                hint = "rename the file, or drop the table in a migration"
                message = f"{relation} is made by {table.path}:{table.line} as well"
                yield Problem(one.path, 1, message, hint)


def _quarantine(one: Parsed) -> Relation | None:
    """The table beside a model for the rows that it sends away, if it sends any."""
    return one.node.quarantine if isinstance(one.node, Model) else None


def _edges(
    parsed: Iterable[Parsed], catalog: Catalog
) -> tuple[dict[str, frozenset[str]], list[Problem]]:
    """The direct upstream of every node; a relation that nobody makes is a problem."""
    made = {one.relation: str(one.relation) for one in parsed if one.relation}
    made |= {beside: str(one.relation) for one in parsed if (beside := _quarantine(one))}
    known = {*made, *catalog.tables}
    upstream: dict[str, frozenset[str]] = {}
    problems: list[Problem] = []
    for one in parsed:
        if one.node is None:
            continue
        above = set()
        for relation, line in mentions(one.node):
            if relation in made:
                above.add(made[relation])
            elif relation not in known and relation.schema not in SYSTEM_SCHEMAS:
                problems.append(_unknown(one.path, line, relation, known))
            if relation == _quarantine(one):
                hint = "read what the model itself reads"
                message = f"{relation} is what this model sends away"
                problems.append(Problem(one.path, line, message, hint))
        named = {relation for relation, _ in mentions(one.node)}
        above |= {made[name] for name in catalog.behind(named | one.calls) if name in made}
        upstream[one.node.id] = frozenset(above - {one.node.id})
    return upstream, problems


def _unknown(path: str, line: int, relation: Relation, known: Iterable[Relation]) -> Problem:
    near = _nearest(relation, sorted(known))
    base = Relation(relation.schema, relation.name.removesuffix(QUARANTINE.upper()))
    if base != relation and base in known:
        hint = f"no check of {base} says @quarantine"
        return Problem(path, line, f"{relation} does not exist", hint)
    hint = f"did you mean {near}?" if near else "neither a model nor a migration makes it"
    return Problem(path, line, f"{relation} does not exist", hint)


def _nearest(relation: Relation, known: Iterable[Relation]) -> str:
    """A relation with a name like this one, in its schema rather than in another."""
    names = {other.name: other for other in known if other.schema == relation.schema}
    if near := nearest(relation.name, names):
        return str(names[near])
    same_name = [other for other in known if other.name == relation.name]
    if same_name:
        return str(same_name[0])
    return nearest(str(relation), map(str, known), likeness=0.85)


def _order(
    parsed: Iterable[Parsed], upstream: Mapping[str, frozenset[str]]
) -> tuple[tuple[str, ...], list[Problem]]:
    """Node ids in the order of their making; each cycle is a problem and is cut open."""
    files = {one.node.id: one for one in parsed if one.node}
    waits = {
        id_: sorted(other for other in above if other in files)
        for id_, above in sorted(upstream.items())
    }
    problems: list[Problem] = []
    while True:
        try:
            return tuple(TopologicalSorter(waits).static_order()), problems
        except CycleError as error:
            cycle = [str(id_) for id_ in reversed(error.args[1])]
            problems.append(_cycle(cycle, files))
            waits[cycle[0]].remove(cycle[1])


def _cycle(cycle: Sequence[str], files: Mapping[str, Parsed]) -> Problem:
    """`a -> b -> a`: each reads the next."""
    members = cycle[:-1]
    first = members.index(min(members))
    turned = [*members[first:], *members[:first], members[first]]
    places = []
    for reader, other in pairwise(turned):
        node = files[reader].node
        names = {other, f"{other}{QUARANTINE}"}
        lines = (
            [line for relation, line in mentions(node) if str(relation) in names] if node else []
        )
        places.append((files[reader].path, min(lines, default=1), other))
    path, line, _ = places[0]
    hint = "\n  ".join(f"{path}:{line} reads {other}" for path, line, other in places)
    return Problem(path, line, f"a cycle: {' -> '.join(turned)}", hint)


def _blocked_by(
    nodes: Mapping[str, Node], upstream: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """The check files over several relations that each node waits for directly.

    An edge that would close a cycle is left out.
    """
    blocked: dict[str, set[str]] = {}
    waits = {id_: set(above) for id_, above in upstream.items()}
    downstream = _turned(upstream)
    for _, check in sorted(nodes.items()):
        if not isinstance(check, Check) or len(check.reads) < 2:
            continue
        below: set[str] = set()
        for relation in upstream[check.id]:
            below |= _reachable(downstream, relation)
        before = _reachable(waits, check.id)
        free = {id_ for id_ in below - before if not isinstance(nodes[id_], Check)}
        for id_ in free:
            if upstream[id_].isdisjoint(free):
                blocked.setdefault(id_, set()).add(check.id)
                waits[id_].add(check.id)
    return {id_: frozenset(checks) for id_, checks in sorted(blocked.items())}


def _reachable(edges: Mapping[str, Iterable[str]], start: str) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        id_ = waiting.pop()
        if id_ not in found:
            found.add(id_)
            waiting.extend(edges.get(id_, ()))
    return frozenset(found)


def _turned(edges: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {id_: set() for id_ in edges}
    for id_, others in edges.items():
        for other in others:
            found.setdefault(other, set()).add(id_)
    return {id_: frozenset(others) for id_, others in found.items()}
