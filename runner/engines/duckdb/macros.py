"""The DuckDB macros of `sql/`, kept in a database file of their own.

Making them takes longer than opening a store, so they are made once and attached read-only: beside
the databases of a folder, or in a temporary folder for the stores in memory of one process.

The parameters of lambdas end in `$`: within a macro's body DuckDB reads `v.x` as the column X of
the statement's table V before it reads it as the field of a parameter v. Fields are read as
`v$['x']`: within HAVING DuckDB takes `v$.x` for a column that is not grouped by.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from functools import cache
from pathlib import Path

import duckdb

CATALOG = "_macros"
FILES = (
    *("errors", "numbers", "numberformats", "text", "dates", "reading"),
    *("variants", "arrays", "json", "urls"),
)

_lock = threading.Lock()


@cache
def source() -> str:
    """The SQL that makes the macros."""
    folder = Path(__file__).parent / "sql"
    return "\n".join((folder / f"{name}.sql").read_text(encoding="utf-8") for name in FILES)


@cache
def temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="runner-macros-")


def file(folder: Path | None) -> Path:
    """The file with the macros of this version; made when it is not there.

    Others may make it at the same time, in this process or another: what is found is always whole.
    """
    with _lock:
        folder = folder or Path(temporary().name)
        digest = hashlib.sha256(f"{duckdb.__version__}{source()}".encode()).hexdigest()[:16]
        path = folder / f"macros-{digest}.cache"
        if not path.exists():
            _make(path)
        return path


def _make(path: Path) -> None:
    """Make the file under a name of its own, then give it its name; remove older versions."""
    with tempfile.TemporaryDirectory(prefix="macros-", dir=path.parent) as own:
        unfinished = Path(own) / path.name
        with duckdb.connect(str(unfinished)) as connection:
            # one transaction: each of its own would be forced to the disk by itself
            connection.execute(f"begin;\n{source()}\ncommit")
        unfinished.replace(path)
    for old in path.parent.glob("macros-*.cache"):
        if old != path:
            old.unlink(missing_ok=True)
