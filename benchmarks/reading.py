"""Reading a project cold: `runner ls` against `dbt parse --no-partial-parse`, whole processes."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import peers, project
from benchmarks.timing import Command, compare, show

AT_MOST = 0.25


def run(count: int, runs: int) -> bool:
    """Generate `count` models for both tools, read them in turn, print the ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generated = project.models(count)
        project.write_runner(folder / "runner", generated)
        project.write_dbt(folder / "dbt", generated, folder / "dbt.duckdb")
        ours = Command(
            "runner ls, cold",
            [sys.executable, "-m", "runner", "ls"],
            folder / "runner",
            before=lambda: shutil.rmtree(folder / "runner/target", ignore_errors=True),
        )
        theirs = Command(
            "dbt parse --no-partial-parse",
            [peers.dbt(), "parse", "--no-partial-parse", "--profiles-dir", "."],
            folder / "dbt",
            before=lambda: shutil.rmtree(folder / "dbt/target", ignore_errors=True),
        )
        return show(compare(ours, theirs, runs), AT_MOST)
