"""Building what was built before: nothing to do, one changed leaf, ten times as many models.

Whole processes, start of Python included. The baseline of a build with nothing to do is a small
program that must find that out as well: it imports DuckDB, takes the digest of every file, opens
the database and asks which columns its tables have. It plans nothing and records nothing.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import project
from benchmarks.timing import Command, compare, show

NOTHING, LEAF, TEN_TIMES = 4.0, 2.0, 10.0

LOOK = f"""\
import hashlib, pathlib
import click, duckdb

files = sorted(pathlib.Path("models").rglob("*.sql"))
digests = {{hashlib.sha256(file.read_bytes()).digest() for file in files}}
connection = duckdb.connect()
connection.execute("attach '.runner/{project.DATABASE}.duckdb' as warehouse")
columns = connection.execute("select table_name, column_name, data_type from duckdb_columns()")
print(len(digests), len(columns.fetchall()))
"""


def run(count: int, runs: int) -> bool:
    """Build `count` models and a tenth of them, then build both again; print the ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder, fewer = Path(name, "models"), Path(name, "fewer")
        project.write_runner(folder, project.models(count))
        project.write_runner(fewer, project.models(count // 10))
        nothing = _build("runner build, nothing to do", folder)
        leaf = _build("runner build, one leaf changed", folder, lambda: _change(folder))
        tenth = _build("runner build, nothing to do, a tenth of the models", fewer)
        look = Command("a look at files and tables", [sys.executable, "-c", LOOK], folder)
        for first in (nothing, tenth):
            first.seconds()
        pairs = [(nothing, look, NOTHING), (leaf, nothing, LEAF), (nothing, tenth, TEN_TIMES)]
        held = [show(compare(ours, theirs, runs), bound) for ours, theirs, bound in pairs]
        return all(held)


def _build(name: str, folder: Path, before: Callable[[], None] = lambda: None) -> Command:
    return Command(name, [sys.executable, "-m", "runner", "build"], folder, before)


def _change(folder: Path) -> None:
    """Let a mart count one rank more."""
    file = next(folder.glob("models/**/mart_*.sql"))
    text = file.read_text()
    file.write_text(re.sub(r"<= (\d+)", lambda found: f"<= {int(found[1]) + 1}", text))
