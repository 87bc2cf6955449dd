"""The peers, in an environment of their own below `.benchmarks/`, never in the project's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(".benchmarks/peers").absolute()
# dbt-core 1.12 downloads a parser from outside the package index while it installs.
PINNED = ("dbt-core==1.11.16", "dbt-duckdb==1.11.0", "duckdb==2.0.0")


def dbt() -> str:
    """The path of the `dbt` command; installs it on first use."""
    command = FOLDER / "bin/dbt"
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        pip = [str(FOLDER / "bin/python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, *PINNED], check=True)
    return str(command)
