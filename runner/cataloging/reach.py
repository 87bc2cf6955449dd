"""What a query depends on, the views and functions of migrations opened up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from runner.cataloging.objects import Catalog, Definition
from runner.fingerprints import Clock, oftenest
from runner.nodes import Relation


@dataclass(frozen=True)
class Reach:
    """What is at the end of the way, and what is on it.

    relations  those with content of their own: tables, models, snapshots, streams
    digests    of the views and functions on the way, by name: `shop.big_orders`, `shop.rate()`
    clock      how often one of these gives something else by itself
    unknown    those of which only the database knows what they are made of, by name, with why
    """

    relations: frozenset[Relation]
    digests: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = Clock.NEVER
    unknown: Mapping[str, str] = field(default_factory=dict)


def reach(catalog: Catalog, reads: Iterable[Relation], calls: Iterable[Relation] = ()) -> Reach:
    """What relations and functions depend on; a function that no migration makes is built in."""
    relations: set[Relation] = set()
    found: dict[str, Definition] = {}
    waiting = [*((relation, False) for relation in reads), *((call, True) for call in calls)]
    while waiting:
        relation, called = waiting.pop()
        definition = _definition(catalog, relation, called)
        if definition is None:
            relations |= set() if called else {relation}
            continue
        name = f"{relation}()" if called else str(relation)
        if name not in found:
            found[name] = definition
            waiting += [(read, False) for read in definition.reads]
            waiting += [(call, True) for call in definition.calls]
    return Reach(
        relations=frozenset(relations),
        digests={name: definition.digest for name, definition in sorted(found.items())},
        clock=oftenest(definition.clock for definition in found.values()),
        unknown={name: made.unknown for name, made in sorted(found.items()) if made.unknown},
    )


def _definition(catalog: Catalog, relation: Relation, called: bool) -> Definition | None:
    if called:
        made = catalog.functions.get(relation)
        return made.definition if made and made.kind == "function" else None
    table = catalog.tables.get(relation)
    return table.definition if table else None
