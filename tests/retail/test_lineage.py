"""The lineage of the reference models against the embedded engine: with the values of one column
moved by one row, whatever is not made of that column stays as it was."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from runner import graph, project
from runner.engines import Session
from runner.fingerprints import Clock
from runner.nodes import Model, Relation, sql_name
from tests.retail.conftest import Built
from tests.warehouse import Warehouse, relations

pytestmark = pytest.mark.slow

MOVED = int(os.environ.get("RUNNER_LINEAGE_COLUMNS", "3"))  # columns of each relation read
KEEP = """
    create table lineage.{kept} as
    select *, row_number() over (order by null) as row_id from {name}
"""
RESTORE = "create or replace table {name} as select * exclude (row_id) from lineage.{kept}"
MOVE = """
    create or replace table {name} as
    select rows_.* exclude (row_id) replace (moved.value as {column})
    from lineage.{kept} as rows_
    join (
        select {column} as value, row_id % (select count(*) from lineage.{kept}) + 1 as row_id
        from lineage.{kept}
    ) as moved
        on rows_.row_id = moved.row_id
"""


@pytest.fixture
def copied(built: Built, tmp_path: Path) -> Warehouse:
    shutil.copytree(built.warehouse.folder, tmp_path / "copy")
    return Warehouse(tmp_path / "copy")


def test_the_models_depend_on_nothing_but_what_their_lineage_says(copied: Warehouse) -> None:
    read = graph.read(project.load(copied.folder))
    random = Random(0)
    compared = 0
    with copied.session() as session:
        as_tables(session)
        for model in models(read):
            before = contents(session, model.initial_sql)
            for relation in {one.relation for one in model.reads}:
                names = [spec.name for spec in read.columns(relation)]
                for column in random.sample(names, min(MOVED, len(names))):
                    made = read.lineages[model.id].made_of([(relation, column)])
                    if made is None:
                        continue
                    run(session, MOVE, relation, column)
                    after = contents(session, model.initial_sql)
                    run(session, RESTORE, relation)
                    assert without(before, made) == without(after, made), (model.id, column)
                    compared += 1
    assert compared > 50


def models(read: graph.Graph) -> Iterator[Model]:
    for id_ in read.order:
        node = read.nodes[id_]
        if isinstance(node, Model) and read.clocks[id_] is Clock.NEVER:
            yield node


def as_tables(session: Session) -> None:
    """Each relation becomes a table, with a copy that its rows can be taken from."""
    session.execute("create schema lineage")
    views = "select table_schema, table_name from information_schema.views"
    drop = [f"drop view {schema}.{name}" for schema, name in session.execute(views).rows]
    names = [Relation(*name.upper().split(".")) for name in relations(session)]
    for name in names:
        run(session, KEEP, name)
    for statement in drop:
        session.execute(statement)
    for name in names:
        run(session, RESTORE, name)


def run(session: Session, statement: str, relation: Relation, column: str = "") -> None:
    kept = f"{relation.schema}__{relation.name}".lower()
    session.execute(statement.format(name=relation, kept=kept, column=sql_name(column)))


def contents(session: Session, sql: str) -> tuple[list[str], list[tuple[object, ...]]]:
    result = session.execute(sql)
    return [column.name for column in result.columns], result.rows


def without(
    found: tuple[list[str], list[tuple[object, ...]]], columns: frozenset[str]
) -> Counter[str]:
    """The rows and their number, some columns left out."""
    names, rows = found
    places = [place for place, name in enumerate(names) if name not in columns]
    return Counter(repr([row[place] for place in places]) for row in rows)
