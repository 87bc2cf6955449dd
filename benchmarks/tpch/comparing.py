"""TPC-H at scale factor 1: the first build, and one that finds 1% new orders.

`runner build` takes turns with DuckDB alone (`statements`) and with dbt-duckdb (`dbt`), each on a
copy of the same database. Against DuckDB alone the time to start up is left out on both sides: of
ours what `runner ls` takes, which reads the same project and builds nothing.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import peers
from benchmarks.timing import Command, Comparison, show
from benchmarks.tpch import dbt, statements, states
from benchmarks.tpch.states import DATABASE
from runner.nodes import Model

AT_MOST_OF_DUCKDB = 1.3
AT_MOST_OF_DBT = 1.0

ALONE = """\
import json, sys, time
import duckdb

connection = duckdb.connect()
for statement in json.load(open("attached.json")):
    connection.execute(statement)
started = time.perf_counter()
for statement in json.load(open(sys.argv[1])):
    connection.execute(statement).fetchall()
print(time.perf_counter() - started)
"""


@dataclass(frozen=True)
class Sides:
    """The folders of the three, each with `databases/`, below one folder."""

    folder: Path

    @property
    def ours(self) -> Path:
        return self.folder / "runner"

    @property
    def alone(self) -> Path:
        return self.folder / "alone"

    @property
    def dbt(self) -> Path:
        return self.folder / "dbt"


@dataclass(frozen=True)
class Timed:
    """Seconds of one build by each: `inner` without the time to start up."""

    ours: float
    ours_inner: float
    alone_inner: float
    dbt: float


def run(_count: int, runs: int) -> bool:
    """Build TPC-H in turns from both states, and print the ratios."""
    states.FILES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=states.FILES) as name:
        sides = Sides(Path(name))
        prepare(sides)
        start = sides.folder / "start"
        shutil.copytree(sides.ours / "databases", start)
        states.load_all_but_new_orders(start / f"{DATABASE}.duckdb")
        first = [measured(sides, start, "first") for _ in range(runs)]
        held = report("first build", first)
        shutil.rmtree(start)
        shutil.copytree(sides.ours / "databases", start)
        states.load_new_orders(start / f"{DATABASE}.duckdb")
        second = [measured(sides, start, "second") for _ in range(runs)]
        return report("1% new orders", second) and held


def prepare(sides: Sides) -> None:
    """The three projects. A build without rows makes the tables that queries are translated for;
    they are dropped again."""
    states.project(sides.ours)
    empty = sides.folder / "empty"
    shutil.copytree(sides.ours, empty)
    subprocess.run(states.runner(empty, "build"), check=True, capture_output=True)
    sides.alone.mkdir()
    for name in ("first", "second"):
        translated = statements.build(empty, first=name == "first")
        (sides.alone / f"{name}.json").write_text(json.dumps(translated))
    (sides.alone / "attached.json").write_text(json.dumps(statements.attached(sides.alone)))
    (sides.alone / "alone.py").write_text(ALONE)
    dbt.write(sides.dbt, empty, sides.dbt / f"databases/{DATABASE}.duckdb")


def measured(sides: Sides, start: Path, statements_of: str) -> Timed:
    """One build by each, from copies of the databases in `start`."""
    for folder in (sides.ours, sides.alone, sides.dbt):
        shutil.rmtree(folder / "databases", ignore_errors=True)
        shutil.copytree(start, folder / "databases")
    starting = Command("runner ls", states.runner(sides.ours, "ls"), sides.ours).seconds()
    # all of it, as the others do; what is loaded past the engine has no change token either
    build = states.runner(sides.ours, "build", "--all")
    ours = Command("runner build", build, sides.ours).seconds()
    alone = subprocess.run(
        [sys.executable, "alone.py", f"{statements_of}.json"],
        cwd=sides.alone,
        check=True,
        capture_output=True,
        text=True,
    )
    by_dbt = Command(
        "dbt build", [peers.dbt(), "build", "--profiles-dir", "."], sides.dbt
    ).seconds()
    prove_equal(sides)
    return Timed(ours, ours - starting, float(alone.stdout), by_dbt)


def prove_equal(sides: Sides) -> None:
    """Whoever builds faster must have built the same."""
    relations = [
        statements.physical(node.relation)
        for node in statements.in_order(statements.read(sides.ours))
        if isinstance(node, Model)
    ]
    found = [
        fingerprints(folder / "databases" / f"{DATABASE}.duckdb", relations)
        for folder in (sides.ours, sides.alone, sides.dbt)
    ]
    if found != [found[0]] * len(found):
        raise SystemExit("the three have built different tables")


def fingerprints(database: Path, relations: Sequence[str]) -> list[tuple[Any, ...] | None]:
    """Of each relation the number of rows and a hash of them all, whatever their order."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return [
            connection.execute(
                f"select count(*), bit_xor(hash(rows)) from {one} as rows"
            ).fetchone()
            for one in relations
        ]


def report(what: str, found: list[Timed]) -> bool:
    """Print both ratios against their bounds; True when they hold."""
    inner = tuple((one.ours_inner, one.alone_inner) for one in found)
    whole = tuple((one.ours, one.dbt) for one in found)
    return all(
        [
            show(
                Comparison(f"{what}: runner build, started", "DuckDB alone, started", inner),
                AT_MOST_OF_DUCKDB,
            ),
            show(Comparison(f"{what}: runner build", "dbt build", whole), AT_MOST_OF_DBT),
        ]
    )
