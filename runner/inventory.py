"""What is in the database now, in three queries, whatever the number of models."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
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
    rows = session.execute(scripts.own("inventory_columns").replace("{schemas}", names)).rows
    columns = {
        name: tuple(_column(*row[2:]) for row in of_one)
        for name, of_one in groupby(rows, key=itemgetter(0, 1))
    }
    relations = {}
    for row in session.execute(scripts.own("inventory_relations").replace("{schemas}", names)).rows:
        schema, name, *kind = row
        relations[Relation(schema, name)] = Existing(_kind(*kind), columns.get((schema, name), ()))
    return Inventory(known, frozenset(schemas), relations)


def _kind(table_type: str, is_dynamic: str) -> str:
    """The kind of a relation as DROP names it."""
    if "VIEW" in table_type:
        return "view"
    return "dynamic table" if is_dynamic == "YES" else "table"


@lru_cache(10_000)
def _column(name: str, kind: str, length: Any, precision: Any, scale: Any) -> Column:
    """A column with its type as DDL writes it, from the parts that INFORMATION_SCHEMA gives. Many
    tables have the same."""
    whole = {
        "TEXT": f"VARCHAR({length})",
        "BINARY": f"BINARY({length})",
        "NUMBER": f"NUMBER({precision},{scale})",
    }
    return Column(name, whole.get(kind, kind))
