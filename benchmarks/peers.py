"""The peers, in an environment of their own below `.benchmarks/`, never in the project's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(".benchmarks/peers").absolute()
SQLMESH = Path(".benchmarks/sqlmesh").absolute()
# dbt-core 1.12 downloads a parser from outside the package index while it installs.
PINNED = ("dbt-core==1.11.16", "dbt-duckdb==1.11.0", "duckdb==2.0.0")


def dbt() -> str:
    """The path of the `dbt` command; installs it on first use."""
    return _installed(FOLDER, "dbt", PINNED)


def sqlmesh() -> str:
    """The path of the `sqlmesh` command; installs it on first use."""
    return _installed(SQLMESH, "sqlmesh", ("sqlmesh==0.236.0", "duckdb==1.4.3"))


def python(command: str) -> str:
    """The interpreter beside a command."""
    return str(Path(command).with_name("python"))


def _installed(folder: Path, name: str, packages: tuple[str, ...]) -> str:
    command = folder / "bin" / name
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, *packages], check=True)
    return str(command)
