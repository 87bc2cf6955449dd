"""What is in the database now, in three queries, whatever the number of models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from runner import scripts
from runner.engines import Column, Session
from runner.generating.work import Existing
from runner.nodes import Relation


@dataclass(frozen=True)
class Inventory:
    """All schemas of the target's database, and the tables and views of those `asked` for."""

    schemas: frozenset[str]
    asked: frozenset[str]
    relations: Mapping[Relation, Existing]


def inventory(session: Session, schemas: Collection[str]) -> Inventory:
    """Names, kinds and columns of everything in `schemas` (stored names)."""
    known = frozenset(row[0] for row in session.execute(scripts.own("inventory_schemas")).rows)
    present = sorted(known.intersection(schemas))
    if not present:
        return Inventory(known, frozenset(schemas), {})
    names = ", ".join(scripts.literal(name) for name in present)
    columns: defaultdict[Relation, list[Column]] = defaultdict(list)
    for row in session.execute(scripts.own("inventory_columns").replace("{schemas}", names)).rows:
        columns[Relation(row[0], row[1])].append(Column(row[2], _type(*row[3:])))
    relations = {}
    for row in session.execute(scripts.own("inventory_relations").replace("{schemas}", names)).rows:
        relation = Relation(row[0], row[1])
        relations[relation] = Existing(_kind(*row[2:]), tuple(columns[relation]))
    return Inventory(known, frozenset(schemas), relations)


def _kind(table_type: str, is_dynamic: str) -> str:
    """The kind of a relation as DROP names it."""
    if "VIEW" in table_type:
        return "view"
    return "dynamic table" if is_dynamic == "YES" else "table"


def _type(name: str, length: Any, precision: Any, scale: Any) -> str:
    """A column's type as DDL writes it, from the parts that INFORMATION_SCHEMA gives."""
    if name == "TEXT":
        return f"VARCHAR({length})"
    if name == "BINARY":
        return f"BINARY({length})"
    if name == "NUMBER":
        return f"NUMBER({precision},{scale})"
    return name
