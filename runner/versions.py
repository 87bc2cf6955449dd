"""Versions of relations: equal ones hold the same, as far as one can tell without reading rows.

A table's version is the run that last changed its content; a source's is the engine's change token;
a view's is composed of its own and of those that it reads. A column that changed apart from its
relation has a version of its own, so that who does not read it need not care.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from runner.cataloging.objects import Definition
from runner.fingerprints import Clock, oftenest
from runner.generating.work import Existing
from runner.graph import Graph
from runner.inventory import Inventory
from runner.nodes import Check, CheckKind, Materialized, Model, Node, Relation, makers, sql_name
from runner.remembered import Remembered

COMPOSED = (Materialized.VIEW, Materialized.DYNAMIC_TABLE)
CLOCK = "clock"  # among the inputs of what reads the time: the run, or the day
CHECK_CLOCK = "clock of checks"  # the same of the check files that run in the node's step


@dataclass(frozen=True)
class Version:
    """Texts that are compared for equality.

    content  of the relation as a whole
    made     of the definition that its content was made by; an increment cannot make up for a
             change of it
    columns  of the columns that have changed apart from the whole since
    """

    content: str = ""
    made: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return f"{self.content}@{self.made}"


def version(remembered: Remembered | None) -> Version:
    """The version that a node's last success left."""
    if remembered is None:
        return Version()
    content, _, made = remembered.version.partition("@")
    columns = json.loads(remembered.column_versions) if remembered.column_versions else {}
    return Version(content, made, columns)


@dataclass(frozen=True)
class Known:
    """What a target tells before anything runs.

    inventory   what is there, in the schemas that the project reads and fills
    tokens      change tokens of sources; one that is absent cannot be told
    remembered  by node id
    today       the date, UTC
    """

    inventory: Inventory
    tokens: Mapping[Relation, str]
    remembered: Mapping[str, Remembered]
    today: str

    @property
    def relations(self) -> Mapping[Relation, Existing]:
        return self.inventory.relations


class Versions:
    """The versions of all relations as a run goes on: `changed` tells of a node that it built.

    A view's is composed when somebody asks for it: when all that it reads has ended.
    """

    def __init__(self, graph: Graph, known: Known, run: str) -> None:
        self._graph = graph
        self._known = known
        self._run = run
        self._changed: dict[str, Version] = {}
        self._composed: dict[Relation, Version] = {}
        self._functions: dict[Relation, str] = {}
        self._makers = makers(graph.nodes.values())

    def changed(self, id_: str, version: Version) -> None:
        """A node of this run has left another version."""
        self._changed[id_] = version

    def own(self, id_: str) -> Version:
        """The version that the last success of a node left; of a view, without what it reads."""
        return self._changed.get(id_) or version(self._known.remembered.get(id_))

    def of(self, relation: Relation) -> Version:
        """The version of a relation that somebody reads."""
        node = self._makers.get(relation)
        if isinstance(node, Model) and node.settings.materialized in COMPOSED:
            if relation not in self._composed:
                self._composed[relation] = self._compose(node)
            return self._composed[relation]
        if node is not None:
            return self.own(node.id)
        if relation not in self._composed:
            self._composed[relation] = self._source(relation)
        return self._composed[relation]

    def inputs(self, id_: str) -> dict[str, str]:
        """What a node reads and its versions, as the state remembers them.

        Columns are named only where they have a version of their own and the node uses them.
        """
        node = self._graph.nodes[id_]
        lineage = self._graph.lineages[id_]
        found: dict[str, str] = {}
        for relation in sorted({reference.relation for reference in node.reads}):
            seen = self.of(relation)
            found[str(relation)] = seen.text
            used = lineage.used(relation) if seen.columns else None
            for column, own in sorted(seen.columns.items()):
                if used is None or column in used:
                    found[f"{relation}({sql_name(column)})"] = own
        for relation, column in referenced(node):
            seen = self.of(relation)
            own = seen.columns.get(column, "")
            found[f"references {relation}({sql_name(column)})"] = f"{seen.text}{own}"
        checks = self._graph.checks_of(id_)
        asked = oftenest(self._graph.clocks[check.id] for check in checks)
        if asked is not Clock.NEVER:
            found[CHECK_CLOCK] = self._time(asked)
        return found | self._surroundings(id_)

    def _surroundings(self, id_: str) -> dict[str, str]:
        """What a query depends on beside relations: functions and the clock."""
        graph = self._graph
        functions = ((name, self._function(name)) for name in sorted(graph.calls[id_]))
        found = {f"function {name}": text for name, text in functions if text}
        if graph.clocks[id_] is not Clock.NEVER:
            found[CLOCK] = self._time(graph.clocks[id_])
        return found

    def _compose(self, node: Model) -> Version:
        """A view's version: its own and those of what it reads, column by column."""
        own, lineage = self.own(node.id), self._graph.lineages[node.id]
        content, made = [own.content], [own.made]
        seen = {reference.relation: self.of(reference.relation) for reference in node.reads}
        for relation, version in sorted(seen.items()):
            content.append(version.content)
            made.append(version.made)
            rows = lineage.of_rows(relation)
            content += [
                f"{column}={text}"
                for column, text in sorted(version.columns.items())
                if rows is None or column in rows
            ]
        around = sorted(self._surroundings(node.id).items())
        content += [f"{name}={text}" for name, text in around]
        made += [f"{name}={text}" for name, text in around if name != CLOCK]
        columns = {}
        for column in (spec.name for spec in self._graph.columns(node.relation)):
            parts = [own.columns[column]] if column in own.columns else []
            for relation, name in sorted(lineage.of(column)):
                if relation in seen and name in seen[relation].columns:
                    parts.append(seen[relation].columns[name])
            if parts:
                columns[column] = digest(parts)
        return Version(digest(content), digest(made), columns)

    def _source(self, relation: Relation) -> Version:
        """The version of what a migration made, or of what only the database knows."""
        table = self._graph.catalog.tables.get(relation)
        if table is not None and table.definition is not None:
            return self._defined(table.definition)
        existing = self._known.relations.get(relation)
        shape = [f"{column.name} {column.type}" for column in existing.columns] if existing else []
        token = self._known.tokens.get(relation)
        return Version(token or f"?{self._run}", digest(shape))

    def _defined(self, definition: Definition) -> Version:
        """The version of what a migration's view or function gives."""
        content, made = [definition.digest], [definition.digest]
        if definition.unknown:
            content.append(self._run)
        if definition.clock is not Clock.NEVER:
            content.append(self._time(definition.clock))
        content += map(self._function, sorted(definition.calls))
        for relation in sorted(definition.reads):
            seen = self.of(relation)
            columns = [f"{column}={text}" for column, text in sorted(seen.columns.items())]
            content += [seen.content, *columns]
            made += [seen.made, *columns]
        return Version(digest(content), digest(made))

    def _function(self, name: Relation) -> str:
        """The version of what a function of a migration gives; that of a built-in never changes."""
        made = self._graph.catalog.functions.get(name)
        if made is None:
            return ""
        if name not in self._functions:
            self._functions[name] = ""  # one that calls itself
            self._functions[name] = self._defined(made.definition).text
        return self._functions[name]

    def _time(self, clock: Clock) -> str:
        return self._run if clock is Clock.ALWAYS else self._known.today


def digest(parts: Iterable[str]) -> str:
    """A short text that stands for several."""
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()


def referenced(node: Node) -> list[tuple[Relation, str]]:
    """The columns that a node's checks look up elsewhere."""
    specs = () if isinstance(node, Check) else node.checks
    found = {
        (spec.references, spec.references_column)
        for spec in specs
        if spec.kind is CheckKind.REFERENCES
        and spec.references
        and spec.references != node.relation  # type: ignore[union-attr]
    }
    return sorted(found)
