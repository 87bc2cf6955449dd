"""What DuckDB alone has to do: the queries of the models and the statements of their checks, as the
embedded engine translates them.

That is as bare as it can be: a table is made of its query, in place; the rows of an increment are
merged into theirs; then come the checks. There is no table aside, no quarantine, no guard against
null and double keys, no transaction around a table and its checks, no record of what was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.tpch.states import DATABASE
from runner import graph
from runner import project as projects
from runner.engines.duckdb import connect, dialect, macros
from runner.engines.duckdb.session import Session
from runner.generating import checks
from runner.graph import Graph
from runner.nodes import Check, Model, Node, Relation


def attached(folder: Path) -> list[str]:
    """What comes before the statements of a build: the database and the engine's macros."""
    return [
        f"attach '{folder / 'databases' / DATABASE}.duckdb' as {DATABASE}",
        f"attach '{macros.file(folder)}' as {macros.CATALOG} (read_only)",
        f"set search_path = '{DATABASE}.main,{macros.CATALOG}.main'",
    ]


def read(folder: Path) -> Graph:
    return graph.read(projects.load(folder))


def in_order(project: Graph) -> list[Node]:
    return [project.nodes[id_] for id_ in project.order]


def build(folder: Path, *, first: bool) -> list[str]:
    """All statements of a build of the project in a folder, whose tables are there to be read:
    of the first build, or of one that finds new rows."""
    with connect(folder / "databases", DATABASE) as session:
        return [
            statement
            for node in in_order(read(folder))
            for statement in _statements(session, node, first=first)
        ]


def translated(session: Session, sql: str) -> str:
    return session.translate(dialect.read(sql).tree)


def _statements(session: Session, node: Node, *, first: bool) -> Sequence[str]:
    if isinstance(node, Check):
        return [f"select count(*) from ({translated(session, node.sql)})"]
    assert isinstance(node, Model)
    check = checks.statement(node, checks.as_it_stands(node))
    assert check is not None
    filling = _created(session, node) if first or not node.reads_itself else _merged(session, node)
    return [filling, translated(session, check.sql)]


def _created(session: Session, node: Model) -> str:
    query = translated(session, node.initial_sql)
    return f"create or replace table {physical(node.relation)} as {query}"


def _merged(session: Session, node: Model) -> str:
    keys = " and ".join(f'loaded."{key}" = batch."{key}"' for key in node.settings.unique_key)
    return (
        f"merge into {physical(node.relation)} as loaded"
        f" using ({translated(session, node.sql)}) as batch on {keys}"
        " when matched then update by name when not matched then insert by name"
    )


def physical(relation: Relation) -> str:
    """A relation as translated queries name it."""
    return f'"{DATABASE}"."{relation.schema}"."{relation.name}"'
