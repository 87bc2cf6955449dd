"""The columns of every relation, from the sources down, and the columns that somebody misses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from runner.cataloging.objects import Catalog
from runner.errors import Problem
from runner.nearest import nearest_hint
from runner.nodes import (
    QUARANTINE_COLUMNS,
    Check,
    CheckKind,
    CheckSpec,
    ColumnSpec,
    Model,
    Node,
    Relation,
    Snapshot,
    sql_name,
)
from runner.parsing.findings import Finding, as_problems
from runner.parsing.parsed import HISTORY, Parsed, Star, Use, missing_column, resolve


class Columns:
    """What each relation consists of. `specs` fills as `checked` goes down the graph."""

    def __init__(self, parsed: Iterable[Parsed], catalog: Catalog) -> None:
        self.parsed = {one.node.id: one for one in parsed if one.node}
        self.specs: dict[Relation, tuple[ColumnSpec, ...]] = {}
        self._names: dict[Relation, tuple[str, ...]] = {}
        for table in catalog.tables.values():
            self._add(table.relation, tuple(ColumnSpec(column.name) for column in table.columns))

    def _add(self, relation: Relation, specs: tuple[ColumnSpec, ...]) -> None:
        self.specs[relation] = specs
        self._names[relation] = tuple(spec.name for spec in specs)

    def checked(self, order: Iterable[str]) -> tuple[dict[str, Node], list[Problem]]:
        """The nodes with their columns resolved, and everything that lacks a column."""
        nodes: dict[str, Node] = {}
        problems: list[Problem] = []
        for id_ in order:
            one = self.parsed[id_]
            assert one.node is not None
            nodes[id_], found = self._node(one, one.node)
            problems += as_problems(one.path, found)
        for id_ in order:
            one = self.parsed[id_]
            found = [*self._uses(one), *self._references(nodes[id_])]
            problems += as_problems(one.path, found)
        return nodes, problems

    def names(self, relation: Relation) -> tuple[str, ...] | None:
        """The stored names of a relation's columns; None when they cannot be known."""
        return self._names.get(relation) or None

    def _node(self, one: Parsed, node: Node) -> tuple[Node, list[Finding]]:
        names = resolve(one.facts.outputs, self.names) if one.facts else None
        if isinstance(node, Check):
            return node, []
        if names is None:
            return replace(node, columns=()), []
        findings = list(_doubled(names, node.columns))
        own = {spec.name: spec for spec in node.columns}
        columns = tuple(own.get(name) or ColumnSpec(name) for name in names if name)
        for demand in one.demands:
            if demand.column not in names:
                column = sql_name(demand.column)
                message = f"{demand.what}: the query does not produce {column}"
                hint = nearest_hint(column, map(sql_name, names))
                findings.append(Finding(message, demand.line, hint))
        node = replace(node, columns=columns)
        findings += _taken_by_quarantine(node)
        history = map(ColumnSpec, HISTORY) if isinstance(node, Snapshot) else ()
        self._add(node.relation, (*columns, *history))
        if isinstance(node, Model) and node.quarantine:
            added = (ColumnSpec(*column) for column in QUARANTINE_COLUMNS.items())
            self._add(node.quarantine, (*columns, *added))
        return node, findings

    def _uses(self, one: Parsed) -> Iterator[Finding]:
        """Columns that a query takes from a relation which lacks them."""
        found: dict[int, tuple[str, ...] | None] = {}  # uses of one source share their outputs
        for use in one.facts.uses if one.facts else ():
            key = id(use.outputs)
            if key not in found:
                found[key] = resolve(use.outputs, self.names)
            names = found[key]
            if names is not None and use.column not in names:
                yield missing_column(_by_relation(use), names)

    def _references(self, node: Node) -> Iterator[Finding]:
        for spec in () if isinstance(node, Check) else node.checks:
            if spec.kind is CheckKind.REFERENCES and spec.references:
                yield from self._reference(spec, spec.references)

    def _reference(self, spec: CheckSpec, relation: Relation) -> Iterator[Finding]:
        names = self.names(relation)
        if names is not None and spec.references_column not in names:
            column = sql_name(spec.references_column)
            hint = nearest_hint(column, map(sql_name, names))
            yield Finding(f"@references: {relation} has no column {column}", spec.line, hint)


def _taken_by_quarantine(node: Model | Snapshot) -> Iterator[Finding]:
    if isinstance(node, Model) and node.quarantine:
        for column in node.columns:
            if column.name in QUARANTINE_COLUMNS:
                message = f"{sql_name(column.name)} is a column that the quarantine adds by itself"
                yield Finding(message, column.line, "name the column otherwise")


def _by_relation(use: Use) -> Use:
    """The use under the name of its relation, when the alias stands for all of one."""
    only = use.outputs[0]
    if use.outputs != (only,) or not isinstance(only, Star) or only.exclude or only.rename:
        return use
    return replace(use, alias=str(only.source))


def _doubled(names: Iterable[str], specs: Iterable[ColumnSpec]) -> Iterator[Finding]:
    lines = {spec.name: spec.line for spec in specs}
    found: dict[int, list[str]] = {}
    for name, count in Counter(names).items():
        if count > 1 and name:
            found.setdefault(lines.get(name, 1), []).append(sql_name(name))
    for line, doubled in found.items():
        message = f"the result has several columns named {', '.join(doubled)}"
        yield Finding(message, line, "rename or leave out all but one")
