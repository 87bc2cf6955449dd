"""What a run is going to change, as far as one can tell before it: for whoever reads it in the same
run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from runner import outdated
from runner.graph import Graph
from runner.lineage import Pair
from runner.nodes import Model, Node, Relation, Snapshot, sql_name
from runner.versions import referenced


@dataclass(frozen=True)
class Coming:
    """What this run may change, about a relation or about all that a node reads: its rows, for
    `certain` or not, or only some columns, and whether by another definition (`made`)."""

    rows: bool = False
    certain: bool = False
    columns: frozenset[str] = frozenset()
    made: bool = False
    reason: str = ""


NOTHING = Coming()


class Ahead:
    """The relations that the run will change; filled from the first node of the graph down."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._coming: dict[Relation, Coming] = {}

    def note(self, node: Model | Snapshot, coming: Coming) -> None:
        """Note what will happen to a node's relation, and to its quarantine."""
        if coming != NOTHING:
            self._coming[node.relation] = coming
            if isinstance(node, Model) and node.quarantine:
                beside = replace(coming, rows=True, columns=frozenset())
                self._coming[node.quarantine] = beside

    def above(self, node: Node) -> Coming:
        """What this run may change about what the node reads and uses."""
        lineage = self._graph.lineages[node.id]
        certain: list[str] = []
        maybe: list[str] = []
        pairs: set[Pair] = set()
        rows = made = False
        for relation in sorted({reference.relation for reference in node.reads}):
            coming = self._of(relation)
            used = lineage.used(relation) if coming.columns else None
            hit = coming.columns if used is None else coming.columns & used
            if coming.rows:
                (certain if coming.certain else maybe).append(str(relation))
                rows, made = True, made or coming.made
            elif hit:
                certain.append(f"{relation} ({outdated.listed(sorted(map(sql_name, hit)))})")
                pairs |= {(relation, column) for column in hit}
                made = True
        functions = self._functions(node)
        if functions:
            certain += functions
            rows = made = True
        columns = None if rows else lineage.made_of(pairs)
        coming = Coming(columns is None, bool(certain), columns or frozenset(), made)
        return _told(coming, certain, maybe)

    def _of(self, relation: Relation) -> Coming:
        """What this run may change about a relation that somebody reads; of a migration's view,
        about all that is behind it, whose columns nobody follows."""
        coming = self._coming.get(relation)
        if coming is not None or relation not in self._graph.catalog.tables:
            return coming or NOTHING
        names = self._graph.catalog.behind((relation,)) & self._coming.keys()
        behind = [self._coming[name] for name in names]
        return Coming(
            rows=bool(behind),
            certain=any(one.certain for one in behind),
            made=any(one.made or one.columns for one in behind),
        )

    def _functions(self, node: Node) -> list[str]:
        """The functions of migrations that the node calls and that read what this run may change.
        Whoever calls one is due: an increment that turned out to need more than new rows in the
        middle of a run could not begin anew."""
        catalog = self._graph.catalog
        called = sorted(self._graph.calls[node.id] & catalog.functions.keys())
        return [
            f"function {name}" for name in called if catalog.behind((name,)) & self._coming.keys()
        ]

    def referred(self, node: Model | Snapshot) -> Coming:
        """What this run may change about the columns that the node's checks look up elsewhere."""
        certain: list[str] = []
        maybe: list[str] = []
        for relation, column in referenced(node):
            coming = self._of(relation)
            if coming.rows or column in coming.columns:
                is_certain = coming.certain or not coming.rows
                (certain if is_certain else maybe).append(f"{relation}({sql_name(column)})")
        return _told(Coming(certain=bool(certain)), certain, maybe)


def _told(coming: Coming, certain: Sequence[str], maybe: Sequence[str]) -> Coming:
    """What this run may change with the reason in words: what changes, or else may change."""
    if certain:
        return replace(coming, reason=f"after {outdated.listed(certain)}")
    if maybe:
        return replace(coming, reason=f"if {outdated.listed(maybe)} changes")
    return NOTHING
