"""Removing database files, so that a kill at any moment leaves the database or nothing of it."""

from __future__ import annotations

from pathlib import Path

SUFFIX = ".duckdb"
DROPPED = ".dropped"


def remove(folder: Path, name: str) -> None:
    """Remove a detached database: its renaming is the moment at which it is gone."""
    file = folder / f"{name}{SUFFIX}"
    gone = file.with_name(f"{file.name}{DROPPED}")
    if file.exists():
        file.rename(gone)
    file.with_name(f"{file.name}.wal").unlink(missing_ok=True)
    gone.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what a kill during `remove` has left. A log without its database would be replayed
    into the next one of that name."""
    for gone in folder.glob(f"*{SUFFIX}{DROPPED}"):
        gone.unlink(missing_ok=True)
    for log in folder.glob(f"*{SUFFIX}.wal"):
        if not log.with_suffix("").exists():
            log.unlink(missing_ok=True)
