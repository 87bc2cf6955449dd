"""Relations that runs have built and that no file builds any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from runner import scripts
from runner.engines import Session
from runner.errors import DOES_NOT_EXIST, EngineError
from runner.generating import quarantine
from runner.generating.work import drop as drop_statement
from runner.graph import Graph
from runner.inventory import Inventory, inventory
from runner.naming import RESERVED_SCHEMAS
from runner.nodes import Relation, relations


@dataclass(frozen=True)
class Built:
    """What the state says of a relation: when a run last built it (UTC), how (`view`,
    `incremental merge`), and whether rows may be in it that are nowhere else, as in a snapshot."""

    at: datetime
    how: str
    is_history: bool = False


@dataclass(frozen=True, order=True)
class Orphan:
    """A relation that no file builds. `kind` is table, view or dynamic table; `built_at` (UTC) when
    a run last did."""

    relation: Relation
    kind: str
    built_at: datetime
    is_history: bool = False

    @property
    def reason(self) -> str:
        """Why it is one, and the day of its last build."""
        return f"no file builds it; last built {self.built_at:%Y-%m-%d}"


def built(session: Session) -> Mapping[str, Built]:
    """What runs have built in this database, by `str` of the relation; nothing before any ran."""
    try:
        rows = session.execute(scripts.own("built_relations")).rows
    except EngineError as error:
        if error.code != DOES_NOT_EXIST:
            raise
        return {}
    return {node: Built(at, how, bool(is_history)) for node, at, how, is_history in rows}


def find(session: Session, graph: Graph) -> tuple[Orphan, ...]:
    """The orphans in the session's database, also in schemas that no file fills any more."""
    once = {node: one for node, one in built(session).items() if node not in graph.nodes}
    if not once:
        return ()
    # A schema has a plain name (`runner.naming`), quoted only where it is a reserved word.
    schemas = {node.partition(".")[0].strip('"').upper() for node in once}
    return orphans(graph, inventory(session, schemas - RESERVED_SCHEMAS), once)


def orphans(graph: Graph, inventory: Inventory, built: Mapping[str, Built]) -> tuple[Orphan, ...]:
    """The relations in the inventory that runs have `built`, with their quarantines, and that
    neither a file nor a migration makes. What a person made is none: no run has built it, or it is
    of another kind than what was built."""
    known = {*relations(graph.nodes.values()), *graph.catalog.tables}
    found = []
    for relation, existing in inventory.relations.items():
        once = built.get(str(relation))
        if once is None or relation in known or (existing.kind == "view") != (once.how == "view"):
            continue
        found.append(Orphan(relation, existing.kind, once.at, once.is_history))
        beside = quarantine.of(relation)
        if beside in inventory.relations and beside not in known:
            found.append(Orphan(beside, "table", once.at))
    return tuple(sorted(found))


def drop(session: Session, orphan: Orphan) -> None:
    session.execute(drop_statement(orphan.relation, orphan.kind))
