"""CSV files that appear whole or not at all, as objects in a bucket do."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any


def write(path: Path, rows: Iterable[Any]) -> Path:
    """Write dataclass instances, field names as the header, None as an empty field.

    The file is written aside under a name that no pipe takes, then renamed.
    """
    rows = list(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    with aside.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(field.name for field in fields(rows[0]))
        writer.writerows(astuple(row) for row in rows)
    return aside.replace(path)


def read(path: Path) -> Iterator[dict[str, str | None]]:
    """The rows of a file by column name; an empty field is None."""
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield {name: value or None for name, value in row.items()}


def in_order(folder: Path) -> list[Path]:
    """The files of a folder by the time in their names."""
    return sorted(folder.glob("*.csv"), key=stamp)


def stamp(path: Path) -> str:
    """The time in a file's name: `full_20260331T180000.csv` -> `20260331T180000`."""
    return path.stem.rpartition("_")[2]
