"""What killed runs have left: tables that were built beside their relation and never published."""

from __future__ import annotations

from collections.abc import Collection

from runner import scripts
from runner.engines import Session
from runner.generating.work import NEXT, drop
from runner.inventory import Inventory
from runner.nodes import QUARANTINE, Relation
from runner.state import NODE_RESULTS


def drop_leftovers(
    session: Session, found: Inventory, built: Collection[Relation], known: Collection[Relation]
) -> None:
    """Drop those beside the relations that this run builds, and beside those that runs have built
    before and that the project no longer has (`known`), in the schemas that this run fills.

    Those beside other relations of the project may be a run's that goes on at this moment.
    """
    schemas = {relation.schema for relation in built}
    beside = {aside: relation for aside in found.relations if (relation := _of(aside))}
    gone = {one for one in beside.values() if one.schema in schemas and one not in known}
    mine = {*built, *_built_before(session, found, gone)}
    for aside in sorted(aside for aside, relation in beside.items() if relation in mine):
        session.execute(drop(aside))


def _of(aside: Relation) -> Relation | None:
    """The relation that a table, or its quarantine, was built beside; None for any other table."""
    name = aside.name.removesuffix(QUARANTINE.upper())
    if not name.endswith(NEXT.upper()):
        return None
    return Relation(aside.schema, name.removesuffix(NEXT.upper()))


def _built_before(
    session: Session, found: Inventory, relations: Collection[Relation]
) -> list[Relation]:
    if not relations or NODE_RESULTS not in found.relations:
        return []
    nodes = ", ".join(scripts.literal(str(relation)) for relation in sorted(relations))
    sql = scripts.own("built_before").replace("{nodes}", nodes)
    before = {row[0] for row in session.execute(sql).rows}
    return [relation for relation in relations if str(relation) in before]
