"""A whole build: `runner build` against one process that only executes the statements.

The baseline is as bare as it can be: a Python process that imports DuckDB, opens a new file and
executes, in order, one `create or replace table … as` for each model and the one statement that
holds its checks. It is given the DuckDB statements ready made; it reads no files, builds no graph,
publishes nothing atomically and records nothing. Compared are the first build of all, into an empty
folder, and a full build of what has been built before, which finds its files read and its
statements translated.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import project
from benchmarks.timing import Command, compare, show
from runner import graph
from runner import project as projects
from runner.engines.duckdb import connect, dialect, macros
from runner.generating import checks, materializations
from runner.generating.work import Run
from runner.nodes import Check, Relation, Snapshot, relations

FIRST, FULL = 1.6, 1.0

BASELINE = """\
import json, sys
import duckdb

connection = duckdb.connect()
connection.execute(f"attach '{sys.argv[1]}' as benchmark; use benchmark")
for statement in json.load(open(sys.argv[2])):
    connection.execute(statement).fetchall()
"""


def run(count: int, runs: int) -> bool:
    """Build `count` generated models both ways, in turn, and print the ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generated = project.models(count)
        project.write_runner(folder / "runner", generated)
        (folder / "baseline.py").write_text(BASELINE)
        (folder / "statements.json").write_text(json.dumps(statements(folder / "runner")))
        ours = Command(
            "runner build",
            [sys.executable, "-m", "runner", "build"],
            folder / "runner",
            before=lambda: shutil.rmtree(folder / "runner/.runner", ignore_errors=True),
        )
        database = folder / f"{project.DATABASE}.duckdb"
        theirs = Command(
            "the same DuckDB statements alone",
            [sys.executable, "baseline.py", str(database), "statements.json"],
            folder,
            before=lambda: _remove(database),
        )
        first = show(compare(ours, theirs, runs), FIRST)
        again = replace(ours, name="runner build --all", arguments=[*ours.arguments, "--all"])
        again, alone = (replace(one, before=lambda: None) for one in (again, theirs))
        return show(compare(again, alone, runs), FULL) and first


def statements(folder: Path) -> list[str]:
    """The DuckDB statements of a build of the project in `folder`, in the order of its graph."""
    read = graph.read(projects.load(folder))
    schemas = sorted({relation.schema for relation in relations(read.nodes.values())})
    made = [f"create schema if not exists {schema}" for schema in schemas]
    made += project.raw_statements()
    done = [
        f"attach '{macros.file(folder.parent)}' as {macros.CATALOG} (read_only)",
        f"set search_path = 'benchmark.main,{macros.CATALOG}.main'",
        *made,
    ]
    shutil.rmtree(folder / ".runner", ignore_errors=True)
    with connect(database=project.DATABASE, schema="PUBLIC") as session:
        for statement in made:
            session.execute(statement)
        for id_ in read.order:
            node = read.nodes[id_]
            if isinstance(node, Check | Snapshot):
                continue
            run = Run("benchmark", datetime.now(UTC))
            work = materializations.work(node, None, run, full_refresh=False, checked=False)
            query = session.translate(dialect.read(node.initial_sql).tree)
            done.append(f"create or replace table {_quoted(node.relation)} as {query}")
            session.execute(f"create table {node.relation} as\n{node.initial_sql}")
            check = checks.statement(node, work)
            assert check is not None
            done.append(session.translate(dialect.read(check.sql).tree))
    return done


def _quoted(relation: Relation) -> str:
    return f'"{project.DATABASE}"."{relation.schema}"."{relation.name}"'


def _remove(database: Path) -> None:
    database.unlink(missing_ok=True)
    database.with_suffix(".duckdb.wal").unlink(missing_ok=True)
