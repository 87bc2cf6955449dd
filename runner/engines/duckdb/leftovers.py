"""Making and removing database files, so that a kill at any moment leaves a whole database or
nothing of it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path

import duckdb

SUFFIX = ".duckdb"
LOG = ".wal"  # behind the database's name
DROPPED = ".dropped"
UNFINISHED = "unfinished-"


def ensure(file: Path) -> None:
    """Make an empty database file when there is none: DuckDB writes a new one in several steps, and
    a kill between them would leave a file that it cannot open. Raises OSError."""
    if file.exists():
        return
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=file.parent) as own:
        made = Path(own) / file.name
        duckdb.connect(str(made)).close()
        with contextlib.suppress(FileExistsError):  # another process was first
            file.hardlink_to(made)


def remove(folder: Path, name: str) -> None:
    """Remove a detached database: its renaming is the moment at which it is gone."""
    file = folder / f"{name}{SUFFIX}"
    gone = file.with_name(f"{file.name}{DROPPED}")
    if file.exists():
        file.rename(gone)
    file.with_name(f"{file.name}{LOG}").unlink(missing_ok=True)
    gone.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what a kill during `ensure` or `remove` has left. A log without its database
    would be replayed into the next one of that name."""
    for gone in folder.glob(f"*{SUFFIX}{DROPPED}"):
        gone.unlink(missing_ok=True)
    for own in folder.glob(f"{UNFINISHED}*"):
        if not (own / f"account{SUFFIX}").exists():  # of another process that is just opening
            shutil.rmtree(own, ignore_errors=True)
    for log in folder.glob(f"*{SUFFIX}{LOG}"):
        if not log.with_suffix("").exists():
            log.unlink(missing_ok=True)
