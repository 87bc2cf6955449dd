"""Reading a project that was read before, against small programs that do what must be done.

Whole processes, start of Python included. Nobody can do with less than Python, click, and the text
of every file with its digest, since nothing else tells whether it has changed: that is the baseline
of `runner ls` over files that are as they were. An edited file adds a parser, a project of ten
times as many files the time for these.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import project
from benchmarks.timing import Command, compare, show

AGAIN, EDITED, COLD, TEN_TIMES, HELP = 4.0, 4.0, 3.5, 10.0, 2.0

FILES = """\
import hashlib, pathlib
import click

files = sorted(pathlib.Path("models").rglob("*.sql"))
print(len({hashlib.sha256(file.read_bytes()).digest() for file in files}))
"""
TABLES = """\
import graphlib, pathlib
import click, sqlglot
from sqlglot import exp

reads = {}
for file in sorted(pathlib.Path("models").rglob("*.sql")):
    tree = sqlglot.parse_one(file.read_text(), read="snowflake")
    reads[file.stem] = {table.name for table in tree.find_all(exp.Table) if table.db}
print(*graphlib.TopologicalSorter(reads).static_order())
"""


def run(count: int, runs: int) -> bool:
    """Read `count` models in each of these ways, and print the ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder, more = Path(name, "models"), Path(name, "more")
        project.write_runner(folder, project.models(count))
        project.write_runner(more, project.models(10 * count))
        again = _runner("runner ls, again", folder)
        cold = _runner("runner ls, cold", folder, lambda: shutil.rmtree(folder / "target"))
        edited = _runner("runner ls, one file edited", folder, lambda: _edit(folder))
        pairs = [
            (again, _python("the files and their digests", folder, FILES), AGAIN),
            (edited, again, EDITED),
            (cold, _python("sqlglot's tables of each file", folder, TABLES), COLD),
            (_runner("runner ls, ten times the files", more), again, TEN_TIMES),
            (_runner("runner --help", folder, argument="--help"), _click(folder), HELP),
        ]
        again.seconds()  # the first one makes the cache
        held = [show(compare(ours, theirs, runs), bound) for ours, theirs, bound in pairs]
        return all(held)


def _runner(
    name: str, folder: Path, before: Callable[[], None] = lambda: None, argument: str = "ls"
) -> Command:
    return Command(name, [sys.executable, "-m", "runner", argument], folder, before)


def _python(name: str, folder: Path, program: str) -> Command:
    return Command(name, [sys.executable, "-c", program], folder)


def _click(folder: Path) -> Command:
    return _python("import click", folder, "import click")


def _edit(folder: Path) -> None:
    file = next(folder.glob("models/**/mart_*.sql"))
    file.write_text(f"{file.read_text()}-- edited once more\n")
