"""A build with nothing to do against what dbt and SQLMesh do when nothing has changed.

Whole processes, start of Python included: `dbt build` runs everything again, `sqlmesh run` finds
that no interval is missing. All three have built the same models with the same checks before.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import peers, project
from benchmarks.timing import Command, compare, show

OF_DBT, OF_SQLMESH = 1 / 80, 1 / 16

RAW = """\
import json, sys
import duckdb

connection = duckdb.connect(sys.argv[1])
for statement in json.load(open(sys.argv[2])):
    connection.execute(statement)
"""


def run(count: int, runs: int) -> bool:
    """Build `count` models with each tool, then again in turn, and print the ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generated = project.models(count)
        project.write_runner(folder / "runner", generated)
        project.write_dbt(folder / "dbt", generated, folder / "of_dbt.duckdb")
        project.write_sqlmesh(folder / "sqlmesh", generated, folder / "of_sqlmesh.duckdb")
        (folder / "raw.json").write_text(json.dumps(project.raw_statements()))
        ours = Command(
            "runner build, nothing to do",
            [sys.executable, "-m", "runner", "build"],
            folder / "runner",
        )
        dbt = Command(
            "dbt build, again", [peers.dbt(), "build", "--profiles-dir", "."], folder / "dbt"
        )
        sqlmesh = Command("sqlmesh run", [peers.sqlmesh(), "run"], folder / "sqlmesh")
        planned = Command(
            "sqlmesh plan",
            [peers.sqlmesh(), "plan", "--auto-apply", "--no-prompts"],
            folder / "sqlmesh",
        )
        _land(folder, peers.dbt(), "dbt")
        _land(folder, peers.sqlmesh(), "sqlmesh")
        for first in (ours, planned):
            first.seconds()
        pairs = ((dbt, OF_DBT), (sqlmesh, OF_SQLMESH))
        held = [show(compare(ours, theirs, runs), bound) for theirs, bound in pairs]
        return all(held)


def _land(folder: Path, command: str, name: str) -> None:
    """Make the raw tables in a peer's database, with the DuckDB that it uses."""
    database, statements = str(folder / f"of_{name}.duckdb"), str(folder / "raw.json")
    subprocess.run([peers.python(command), "-c", RAW, database, statements], check=True)
