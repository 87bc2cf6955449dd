"""The objects of a warehouse, as its migrations make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from runner.fingerprints import Clock, oftenest
from runner.nodes import Relation


@dataclass(frozen=True)
class Column:
    """One column; `type` as Snowflake writes it, empty where only the database knows."""

    name: str
    type: str = ""


@dataclass(frozen=True)
class Definition:
    """What a view or a function is made of.

    digest   of the statement that makes it (hex)
    reads    relations that it reads itself
    calls    functions that it calls itself and that may be a migration's
    clock    how often it gives something else by itself
    unknown  why only the database knows what it is made of, for people; empty where this is all
    """

    digest: str = ""
    reads: frozenset[Relation] = frozenset()
    calls: frozenset[Relation] = frozenset()
    clock: Clock = Clock.NEVER
    unknown: str = ""


@dataclass(frozen=True)
class Table:
    """A table, view or stream that migrations leave behind; `kind` says which, in lower case.

    `columns` is empty when only the database knows them; only a view has a `definition`.
    """

    relation: Relation
    columns: tuple[Column, ...]
    kind: str = "table"
    path: str = ""
    line: int = 0
    definition: Definition | None = None


@dataclass(frozen=True)
class Pipe:
    """A pipe: files at a location below a stage go into a table.

    `loaded_at` and `file_name` are the table's columns that take the start of the scan and the name
    of the file, empty where none does.
    """

    relation: Relation
    table: Relation
    stage: Relation | None
    location: str = ""
    loaded_at: str = ""
    file_name: str = ""
    path: str = ""
    line: int = 0


@dataclass(frozen=True)
class Made:
    """Any other object: where it was made.

    A function has `overloads`, one by the types of its arguments.
    """

    relation: Relation
    kind: str
    path: str = ""
    line: int = 0
    overloads: Mapping[tuple[str, ...], Definition] = field(default_factory=dict)

    @property
    def definition(self) -> Definition:
        """All overloads as one: which of them a call means is not asked."""
        parts = [definition for _, definition in sorted(self.overloads.items())]
        return Definition(
            digest=" ".join(part.digest for part in parts),
            reads=frozenset().union(*(part.reads for part in parts)),
            calls=frozenset().union(*(part.calls for part in parts)),
            clock=oftenest(part.clock for part in parts),
            unknown=next((part.unknown for part in parts if part.unknown), ""),
        )


@dataclass(frozen=True)
class Catalog:
    """What the migrations leave behind."""

    tables: Mapping[Relation, Table] = field(default_factory=dict)
    schemas: Mapping[str, Made] = field(default_factory=dict)
    stages: Mapping[Relation, Made] = field(default_factory=dict)
    file_formats: Mapping[Relation, Made] = field(default_factory=dict)
    pipes: Mapping[Relation, Pipe] = field(default_factory=dict)
    functions: Mapping[Relation, Made] = field(default_factory=dict)

    def behind(self, names: Iterable[Relation]) -> set[Relation]:
        """These relations and functions, and all that is read and called behind them through views
        and functions of migrations."""
        found: set[Relation] = set()
        waiting = [*names]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            for made in (self.tables.get(name), self.functions.get(name)):
                if made is not None and (definition := made.definition):
                    waiting += [*definition.reads, *definition.calls]
        return found


@dataclass
class State:
    """What the migrations have made so far, and the schema in use."""

    tables: dict[Relation, Table] = field(default_factory=dict)
    schemas: dict[str, Made] = field(default_factory=dict)
    stages: dict[Relation, Made] = field(default_factory=dict)
    file_formats: dict[Relation, Made] = field(default_factory=dict)
    pipes: dict[Relation, Pipe] = field(default_factory=dict)
    functions: dict[Relation, Made] = field(default_factory=dict)
    schema: str = "PUBLIC"

    def objects(self) -> dict[str, MutableMapping[Relation, Any]]:
        """The objects of a schema, by the word that names their kind."""
        return {
            "TABLE": self.tables,
            "VIEW": self.tables,
            "STREAM": self.tables,
            "STAGE": self.stages,
            "FILE FORMAT": self.file_formats,
            "PIPE": self.pipes,
            "FUNCTION": self.functions,
            "PROCEDURE": self.functions,
        }

    def columns(self, relation: Relation) -> tuple[str, ...] | None:
        table = self.tables.get(relation)
        return tuple(column.name for column in table.columns) or None if table else None
