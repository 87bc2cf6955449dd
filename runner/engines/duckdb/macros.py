"""The DuckDB macros of `sql/`, kept in a database file of their own.

Making them takes longer than opening a store, so they are made once and attached read-only: beside
the databases of a folder, or in a temporary folder for the stores in memory of one process.

The parameters of lambdas end in `$`: within a macro's body DuckDB reads `v.x` as the column X of
the statement's table V before it reads it as the field of a parameter v.
"""

from __future__ import annotations

import hashlib
import tempfile
from functools import cache
from pathlib import Path

import duckdb

CATALOG = "_macros"
FILES = ("errors", "numbers", "text", "dates", "reading", "variants")


@cache
def source() -> str:
    """The SQL that makes the macros."""
    folder = Path(__file__).parent / "sql"
    return "\n".join((folder / f"{name}.sql").read_text() for name in FILES)


@cache
def temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="runner-macros-")


def file(folder: Path | None) -> Path:
    """The file with the macros of this version; made when it is not there."""
    folder = folder or Path(temporary().name)
    digest = hashlib.sha256(f"{duckdb.__version__}{source()}".encode()).hexdigest()[:16]
    path = folder / f"macros-{digest}.cache"
    if not path.exists():
        for old in folder.glob("macros-*.cache*"):
            old.unlink(missing_ok=True)
        unfinished = path.with_suffix(".cache.tmp")
        with duckdb.connect(str(unfinished)) as connection:
            connection.execute(source())
        unfinished.rename(path)
    return path
