"""A graph as dbt's manifest, schema v12 (https://schemas.getdbt.com/dbt/manifest/v12.json).

What dbt has and this project has not is empty; fields that a reader may do without are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from runner.cataloging.objects import Pipe, Table
from runner.graph import Graph
from runner.nodes import Check, CheckKind, CheckSpec, Model, Node, Relation, Snapshot, sql_name
from runner.reporting.artifacts import Document, Place
from runner.sources import Sources

# What dbt calls a check, where it has one like it.
TESTS = {CheckKind.REFERENCES: "relationships", CheckKind.CONDITION: "expression_is_true"}
EMPTY = ("macros", "docs", "exposures", "metrics", "groups", "selectors", "disabled")
LATER = ("group_map", "saved_queries", "semantic_models", "unit_tests", "functions")
HISTORY = {
    "dbt_valid_from": "valid_from",
    "dbt_valid_to": "valid_to",
    "dbt_is_deleted": "is_deleted",
}

# What a check has of the file that it stands in; dbt has no checksum of it either.
SHARED = ("database", "schema", "package_name", "path", "original_file_path", "language", "tags")
NO_CHECKSUM = {"name": "none", "checksum": ""}

Object = dict[str, Any]


def document(place: Place, graph: Graph) -> Document:
    """Everything in a manifest but its metadata."""
    writer = _Writer(place, graph)
    nodes = dict(writer.nodes())
    sources = dict(writer.sources())
    parents = {id_: node["depends_on"]["nodes"] for id_, node in nodes.items()}
    parents |= {id_: [] for id_ in sources}
    children: dict[str, list[str]] = {id_: [] for id_ in parents}
    for id_, above in parents.items():
        for other in above:
            children[other].append(id_)
    return {
        "nodes": nodes,
        "sources": sources,
        **{name: {} for name in EMPTY},
        "parent_map": parents,
        "child_map": children,
        **{name: {} for name in LATER},
    }


class _Writer:
    """Writes the nodes and sources of one graph."""

    def __init__(self, place: Place, graph: Graph) -> None:
        self._place = place
        self._graph = graph
        self._sources = Sources(graph)
        self._source_ids = {
            self._sources.id(relation): place.id("source", str(relation))
            for relation in self._sources.relations
        }

    def nodes(self) -> Iterator[tuple[str, Object]]:
        for id_ in self._graph.order:
            node = self._graph.nodes[id_]
            unique_id = self._id(id_)
            if isinstance(node, Check):
                yield unique_id, self._file_check(unique_id, node)
                continue
            written = self._relation(unique_id, node)
            yield unique_id, written
            for spec in node.checks:
                test_id = self._place.check_id(id_, spec.name, is_file=False)
                yield test_id, self._check(test_id, written, node, spec)

    def sources(self) -> Iterator[tuple[str, Object]]:
        catalog = self._graph.catalog
        pipes = {pipe.table: pipe for pipe in catalog.pipes.values()}
        for relation in sorted(self._sources.relations):
            unique_id = self._source_ids[self._sources.id(relation)]
            table = catalog.tables.get(relation) or Table(relation, ())
            yield unique_id, self._source(unique_id, table, pipes.get(relation))

    def _id(self, id_: str) -> str:
        return self._place.node_id(self._graph.nodes[id_].kind, id_)

    def _relation(self, unique_id: str, node: Model | Snapshot) -> Object:
        config = _model_config(node) if isinstance(node, Model) else _snapshot_config(node)
        written = self._common(unique_id, node.relation, node.path, node.sql)
        return written | {
            "config": config,
            "tags": list(node.settings.tags),
            "description": node.description,
            "columns": self._columns(node),
            "docs": {"show": True},
            "relation_name": self._place.relation_name(node.relation),
            "depends_on": self._depends_on(node),
            "refs": [_ref(other) for other in self._above(node)],
            "compiled": True,
            "compiled_code": node.sql,
        }

    def _columns(self, node: Model | Snapshot) -> Object:
        """A snapshot's history has columns that its file does not name."""
        specs = self._graph.columns(node.relation) or node.columns
        described = {spec.name: spec.description for spec in node.columns}
        return {
            (name := _text(spec.name)): {
                "name": name,
                "description": described.get(spec.name, spec.description),
            }
            for spec in specs
        }

    def _check(self, unique_id: str, of: Object, node: Model | Snapshot, spec: CheckSpec) -> Object:
        columns = _texts(spec.columns)
        nodes = [of["unique_id"]]
        if spec.references and spec.references != node.relation and self._is_node(spec.references):
            nodes.append(self._id(str(spec.references)))
        return {
            **{name: of[name] for name in SHARED},
            "name": spec.name,
            "resource_type": "test",
            "unique_id": unique_id,
            "fqn": [*of["fqn"], spec.name],
            "alias": spec.name,
            "checksum": NO_CHECKSUM,
            "raw_code": spec.expression,
            "config": _test_config(spec, of["tags"]),
            "depends_on": {"macros": [], "nodes": nodes},
            "column_name": columns[0] if len(columns) == 1 else None,
            "attached_node": of["unique_id"],
            "test_metadata": {
                "name": TESTS.get(spec.kind, spec.kind.value),
                "kwargs": _arguments(spec, columns),
            },
        }

    def _file_check(self, unique_id: str, check: Check) -> Object:
        schema, _, name = check.name.rpartition("/")
        named = Relation(schema.replace("/", "_").upper(), name.upper())
        return self._common(unique_id, named, check.path, check.sql) | {
            "config": _test_config(check, check.tags),
            "tags": list(check.tags),
            "description": check.description,
            "depends_on": self._depends_on(check),
            "refs": [_ref(other) for other in self._above(check)],
            "compiled": True,
            "compiled_code": check.sql,
        }

    def _source(self, unique_id: str, table: Table, pipe: Pipe | None) -> Object:
        relation = table.relation
        schema, name = _text(relation.schema), _text(relation.name)
        return {
            "database": self._place.database,
            "schema": schema,
            "name": name,
            "resource_type": "source",
            "package_name": self._place.project,
            "path": table.path,
            "original_file_path": table.path,
            "unique_id": unique_id,
            "fqn": [self._place.project, schema, name],
            "source_name": schema,
            "source_description": "",
            "loader": str(pipe.relation) if pipe else "",
            "identifier": name,
            "loaded_at_field": (_text(pipe.loaded_at) or None) if pipe else None,
            "description": "",
            "columns": {
                (name := _text(column.name)): {"name": name, "data_type": column.type or None}
                for column in table.columns
            },
            "tags": [],
            "config": {"enabled": True},
            "relation_name": self._place.relation_name(relation),
        }

    def _common(self, unique_id: str, relation: Relation, path: str, code: str) -> Object:
        """What every node of a manifest has."""
        name = _text(relation.name)
        rest = path.partition("/")[2]
        digest = hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()
        return {
            "database": self._place.database,
            "schema": _text(relation.schema),
            "name": name,
            "resource_type": unique_id.partition(".")[0],
            "package_name": self._place.project,
            "path": rest,
            "original_file_path": path,
            "unique_id": unique_id,
            "fqn": [self._place.project, *rest.removesuffix(".sql").split("/")],
            "alias": name,
            "checksum": {"name": "sha256", "checksum": digest},
            "raw_code": code,
            "language": "sql",
        }

    def _above(self, node: Node) -> list[str]:
        return sorted(self._graph.upstream[node.id])

    def _depends_on(self, node: Node) -> Object:
        nodes = [*map(self._id, self._above(node))]
        sources = sorted(self._source_ids[id_] for id_ in self._sources.above[node.id])
        return {"macros": [], "nodes": nodes + sources}

    def _is_node(self, relation: Relation | None) -> bool:
        return relation is not None and str(relation) in self._graph.nodes


def _model_config(node: Model) -> Object:
    settings = node.settings
    return {
        "enabled": True,
        "materialized": settings.materialized.value,
        "tags": list(settings.tags),
        "meta": {"owner": settings.owner} if settings.owner else {},
        "incremental_strategy": settings.incremental_strategy,
        "unique_key": _one_or_more(settings.unique_key),
        "on_schema_change": settings.on_schema_change,
        "merge_exclude_columns": _texts(settings.merge_exclude_columns),
        "cluster_by": list(settings.cluster_by),
        "transient": settings.transient,
        "secure": settings.secure,
        "target_lag": settings.target_lag or None,
        "snowflake_warehouse": settings.warehouse or None,
        "event_time": _text(settings.batch_by) or None,
        "batch_size": settings.batch.value if settings.batch else None,
        "begin": settings.begin.isoformat() if settings.begin else None,
        "lookback": settings.lookback,
    }


def _snapshot_config(node: Snapshot) -> Object:
    settings = node.settings
    columns = settings.check_columns
    return {
        "enabled": True,
        "materialized": "snapshot",
        "tags": list(settings.tags),
        "meta": {"owner": settings.owner} if settings.owner else {},
        "unique_key": _one_or_more(settings.unique_key),
        "strategy": "timestamp" if settings.updated_at else "check",
        "updated_at": _text(settings.updated_at) or None,
        "check_cols": "all" if columns == ("*",) else _texts(columns) or None,
        "hard_deletes": settings.hard_deletes,
        "snapshot_meta_column_names": HISTORY,
    }


def _test_config(check: Check | CheckSpec, tags: Sequence[str]) -> Object:
    severity = check.severity.value.upper()
    config: Object = {"enabled": True, "materialized": "test", "severity": severity, "tags": tags}
    if check.warn_if:
        config["warn_if"] = check.warn_if
    if check.error_if:
        config["error_if"] = check.error_if
    return config


def _arguments(spec: CheckSpec, columns: Sequence[str]) -> Mapping[str, Any]:
    """The arguments of a check by the names of dbt's tests."""
    found: Object = {"column_name": columns[0]} if len(columns) == 1 else {}
    if len(columns) > 1:
        found["combination_of_columns"] = list(columns)
    if spec.references:
        found |= {"to": str(spec.references), "field": _text(spec.references_column)}
    if spec.expression:
        found["values" if spec.kind is CheckKind.ACCEPTED_VALUES else "expression"] = (
            spec.expression
        )
    return found


def _ref(relation: object) -> Mapping[str, Any]:
    return {"name": str(relation), "package": None, "version": None}


def _one_or_more(columns: Sequence[str]) -> str | list[str] | None:
    names = _texts(columns)
    return names[0] if len(names) == 1 else names or None


def _texts(columns: Iterable[str]) -> list[str]:
    return [_text(column) for column in columns]


@cache
def _text(stored: str) -> str:
    """A stored name as a value: in lower case, unless it needs quotes in SQL."""
    return stored if sql_name(stored).startswith('"') else stored.lower()
