"""Files that appear whole or not at all, as objects in a bucket do: CSV, JSON lines, Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import duckdb


def write(path: Path, rows: Iterable[Any]) -> Path:
    """Write dataclass instances as CSV, field names as the header, None as an empty field."""
    rows = list(rows)
    with _aside(path) as aside, aside.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(field.name for field in fields(rows[0]))
        writer.writerows(astuple(row) for row in rows)
    return path


def write_json(path: Path, documents: Iterable[Mapping[str, Any]]) -> Path:
    """Write one JSON document a line; what JSON has no type for is written as text."""
    with _aside(path) as aside, aside.open("w", encoding="utf-8", newline="") as stream:
        for document in documents:
            stream.write(json.dumps(document, default=str) + "\n")
    return path


def write_parquet(path: Path, types: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write mappings as Parquet. `types` are the columns in order, with DuckDB's type names."""
    with _aside(path) as aside:
        lines = write_json(aside.with_suffix(".json"), rows)
        with duckdb.connect() as connection:
            connection.read_json(lines, columns=dict(types), format="newline_delimited").to_parquet(
                aside.as_posix()
            )
        lines.unlink()
    return path


def write_query(path: Path, sql: str) -> Path:
    """Write the rows of a DuckDB query as Parquet, in their order."""
    with _aside(path) as aside, duckdb.connect() as connection:
        connection.sql(sql).to_parquet(aside.as_posix())
    return path


def read_parquet(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file by column name, in the file's order."""
    with duckdb.connect() as connection:
        found = connection.read_parquet(path.as_posix())
        for row in found.fetchall():
            yield dict(zip(found.columns, row, strict=True))


def count(path: Path) -> int:
    """How many rows a file has; a CSV's header is none."""
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            return len(connection.read_parquet(path.as_posix()))
    lines = len(path.read_text(encoding="utf-8").splitlines())
    return lines - 1 if path.suffix == ".csv" else lines


def read(path: Path) -> Iterator[dict[str, str | None]]:
    """The rows of a CSV file by column name; an empty field is None."""
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield {name: value or None for name, value in row.items()}


def read_json(path: Path) -> Iterator[Any]:
    """The documents of a file with one a line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def in_order(folder: Path) -> list[Path]:
    """The CSV files of a folder by the time in their names."""
    return sorted(folder.glob("*.csv"), key=stamp)


def stamp(path: Path) -> str:
    """The time in a file's name: `full_20260331T180000.csv` -> `20260331T180000`."""
    return path.stem.rpartition("_")[2]


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """A file to write, under a name that no pipe takes; it gets its own name when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    yield aside
    aside.replace(path)
