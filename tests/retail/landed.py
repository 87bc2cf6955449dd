"""What the landing files say, read with Python's csv module: the other side of every comparison."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

Row = Mapping[str, str]

# What holds the time of a load: raw tables, and the facts that keep it.
LOADED = (
    "retail_raw.customers",
    "retail_raw.products",
    "retail_raw.stores",
    "retail_raw.orders",
    "retail_raw.orderitems",
    "retail_core.fact_orders",
    "retail_core.fact_orderitems",
)


@dataclass(frozen=True)
class Landed:
    """The files of a landing zone."""

    folder: Path

    def files(self, name: str) -> Sequence[Path]:
        """The files of a folder by the time in their names."""
        return sorted((self.folder / name).glob("*.csv"), key=lambda path: path.stem.split("_")[1])

    def rows(self, name: str) -> Iterator[Row]:
        for path in self.files(name):
            yield from _rows(path)

    def newest(self, name: str, *key: str) -> dict[tuple[str, ...], Row]:
        """The row with the greatest created_at of each key; of equals the last."""
        found: dict[tuple[str, ...], Row] = {}
        for row in self.rows(name):
            identity = tuple(row[column] for column in key)
            if identity not in found or row["created_at"] >= found[identity]["created_at"]:
                found[identity] = row
        return found

    def versions(self, name: str, key: str) -> dict[str, set[datetime]]:
        """The created_at of all versions of each key."""
        found: dict[str, set[datetime]] = {}
        for row in self.rows(name):
            found.setdefault(row[key], set()).add(datetime.fromisoformat(row["created_at"]))
        return found

    def deleted(self, name: str, key: str) -> set[str]:
        """The keys that are absent from the newest full extract and from what came after it."""
        files = self.files(name)
        newest = max(i for i, path in enumerate(files) if path.name.startswith("full_"))
        there = {row[key] for path in files[newest:] for row in _rows(path)}
        return {row[key] for row in self.rows(name)} - there


def money(text: str) -> Decimal:
    """An amount as the facts hold it: missing or negative counts as none."""
    return max(Decimal(text or 0), Decimal(0))


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
