"""The same models for dbt-duckdb: each query as the embedded engine translates it, with `ref`,
`source` and `this` in the place of names, and each check as a test of dbt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.tpch import statements
from benchmarks.tpch.states import DATABASE
from runner.engines.duckdb import connect, macros
from runner.engines.duckdb.session import Session
from runner.generating.conditions import violated
from runner.graph import Graph
from runner.nodes import Check, CheckKind, CheckSpec, Model, Relation

RAW = "TPCH_RAW"
GENERIC = {
    CheckKind.NOT_NULL: "not_null",
    CheckKind.UNIQUE: "unique",
    CheckKind.ACCEPTED_VALUES: "accepted_values",
    CheckKind.REFERENCES: "relationships",
}
PROJECT = """\
name: benchmark
version: '1.0'
profile: benchmark
flags:
  require_generic_test_arguments_property: true
"""
# Schemas are those of the models, not prefixed by that of the profile.
MACRO = """\
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
"""


def write(folder: Path, project_folder: Path, database: Path) -> None:
    """The dbt project, in a folder of its own, for a database of this name and place."""
    for name in ("models", "tests", "macros"):
        (folder / name).mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "macros/schemas.sql").write_text(MACRO)
    (folder / "profiles.yml").write_text(_profile(folder, database))
    project = statements.read(project_folder)
    names = _names(project)
    with connect(project_folder / "databases", DATABASE) as session:
        for node in statements.in_order(project):
            if isinstance(node, Check):
                sql = _renamed(statements.translated(session, node.sql), names)
                (folder / f"tests/{node.name.rpartition('/')[2]}.sql").write_text(sql)
            elif isinstance(node, Model):
                _write_model(folder, session, node, names)
    tables = [{"name": relation.name} for relation in _raw(project)]
    source = {"name": RAW, "schema": RAW, "tables": tables}
    (folder / "models/sources.yml").write_text(json.dumps({"sources": [source]}))


def _profile(folder: Path, database: Path) -> str:
    attached = {"path": str(macros.file(folder)), "alias": macros.CATALOG}
    target = {
        "type": "duckdb",
        "path": str(database),
        "threads": 4,
        "attach": [{**attached, "read_only": True}],
        "settings": {"search_path": f"{DATABASE}.main,{macros.CATALOG}.main"},
    }
    return json.dumps({"benchmark": {"target": "local", "outputs": {"local": target}}})


def _names(project: Graph) -> dict[str, str]:
    """How dbt names each relation, by how translated queries do."""
    names = {
        statements.physical(node.relation): f"{{{{ ref('{node.relation.name.lower()}') }}}}"
        for node in project.nodes.values()
        if isinstance(node, Model)
    }
    for relation in _raw(project):
        called = f"source('{relation.schema}', '{relation.name}')"
        names[statements.physical(relation)] = f"{{{{ {called} }}}}"
    return names


def _raw(project: Graph) -> list[Relation]:
    read = {reference.relation for node in project.nodes.values() for reference in node.reads}
    return sorted((relation for relation in read if relation.schema == RAW), key=str)


def _renamed(sql: str, names: Mapping[str, str]) -> str:
    for physical, called in names.items():
        sql = sql.replace(physical, called)
    return sql


def _write_model(folder: Path, session: Session, node: Model, names: Mapping[str, str]) -> None:
    name = node.relation.name.lower()
    itself = {statements.physical(node.relation): "{{ this }}"}
    first = _renamed(statements.translated(session, node.initial_sql), names)
    relation = node.relation
    config = f"schema='{relation.schema}', alias='{relation.name}', materialized='table'"
    sql = first
    if node.reads_itself:
        keys = [key.lower() for key in node.settings.unique_key]
        config = config.replace("'table'", f"'incremental', unique_key={keys}")
        config += ", incremental_strategy='merge'"
        later = _renamed(statements.translated(session, node.sql), {**names, **itself})
        sql = f"{{% if is_incremental() %}}\n{later}\n{{% else %}}\n{first}\n{{% endif %}}"
    (folder / f"models/{name}.sql").write_text(f"{{{{ config({config}) }}}}\n{sql}\n")
    columns: dict[str, list[Any]] = {}
    for number, check in enumerate(node.checks):
        if check.kind in GENERIC and len(check.columns) == 1:
            columns.setdefault(check.columns[0].lower(), []).append(_generic(check))
        else:
            violations = statements.translated(session, _violations(node, check))
            path = folder / f"tests/{name}_{number}.sql"
            path.write_text(_renamed(violations, names))
    described = [{"name": column, "data_tests": tests} for column, tests in columns.items()]
    model = {"name": name, "columns": described}
    (folder / f"models/{name}.yml").write_text(json.dumps({"models": [model]}))


def _generic(check: CheckSpec) -> str | dict[str, Any]:
    """A test that dbt brings along."""
    name = GENERIC[check.kind]
    if check.kind is CheckKind.ACCEPTED_VALUES:
        values = [value.strip().strip("'") for value in check.expression.split(",")]
        return {name: {"arguments": {"values": values}}}
    if check.references:
        to = f"ref('{check.references.name.lower()}')"
        return {name: {"arguments": {"to": to, "field": check.references_column.lower()}}}
    return name


def _violations(node: Model, check: CheckSpec) -> str:
    """The rows, or double keys, that violate a check for which dbt has no test."""
    if check.kind is CheckKind.UNIQUE:
        keys = ", ".join(check.columns)
        return f"select {keys} from {node.relation} group by {keys} having count(*) > 1"
    assert check.kind is CheckKind.CONDITION
    return f"select * from {node.relation} where {violated(check)}"
