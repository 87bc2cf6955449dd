"""What the Parquet files say, read with DuckDB and judged in Python: the other side of every
comparison."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from tests.warehouse import Warehouse

Row = Mapping[str, Any]

REGIONS = {"us_east": "US-EAST", "us_west": "US-WEST", "europe": "EUROPE", "asia_pacific": "APAC"}
FOLDERS = re.compile(r"region=([^/]+)/batch=(\d{8})/")
# What holds the time of a load: the raw table, and what is computed from it.
LOADED = {
    "regional_raw.sales": ("ingestion_ts",),
    "regional_staging.delivered_batches": ("arrived_at",),
    "regional_staging.stg_sales": ("arrived_at", "loaded_at"),
    "regional_staging.stg_sales__quarantine": ("arrived_at", "loaded_at"),
    "regional_marts.sales_fact": ("etl_loaded_at",),
}


@dataclass(frozen=True)
class Landed:
    """The files of a landing zone; those extracted later were loaded later."""

    folder: Path

    @cached_property
    def rows(self) -> Sequence[Row]:
        """Every row of every file, with its region, batch, file and number."""
        return [
            row
            for path in sorted((self.folder / "regional" / "sales").rglob("*.parquet"))
            for row in _rows(path)
        ]

    @cached_property
    def newest(self) -> Mapping[str, Row]:
        """The version of each sale that counts: by its own time, then batch, load, file, row."""
        found: dict[str, Row] = {}
        for row in sorted(self.rows, key=_age):
            found[row["sale_id"]] = row
        return found

    @cached_property
    def good(self) -> Sequence[Row]:
        return [row for row in self.newest.values() if not faults(row)]

    @cached_property
    def bad(self) -> Sequence[Row]:
        return [row for row in self.newest.values() if faults(row)]

    @cached_property
    def sold(self) -> Sequence[Row]:
        """What the fact holds: completed sales that are not deleted."""
        return [row for row in self.good if not _is_removed(row)]

    def report(self) -> Iterator[tuple[Any, ...]]:
        """Batch, region, and the numbers of files, rows, sales, and what became of these."""
        batches = sorted({row["batch"] for row in self.rows})
        for batch in _days(batches[0], batches[-1]):
            for region in REGIONS.values():
                where = (batch, region)
                rows = _at(self.rows, where)
                quarantined, kept = _at(self.bad, where), _at(self.good, where)
                removed = [row for row in kept if _is_removed(row)]
                sales = {row["sale_id"] for row in rows}
                yield (
                    *where,
                    "loaded" if rows else "missing",
                    len({row["file"] for row in rows}),
                    len(rows),
                    len(sales),
                    len(quarantined),
                    len(removed),
                    len(sales) - len(quarantined) - len(kept),
                    len(kept) - len(removed),
                )


def faults(row: Row) -> str:
    """Why a sale does not fit, as the quarantine says it; empty for one that fits."""
    quantity, price, total = row["quantity"], row["unit_price"], row["total_amount"]
    found = {
        "quantity > 0": quantity > 0,
        "unit_price > 0": price > 0,
        "total_amount > 0": total > 0,
        "total_amount between 0.5 * quantity * unit_price and 2 * quantity * unit_price": (
            quantity * price <= 2 * total <= 4 * quantity * price
        ),
    }
    return "; ".join(condition for condition, holds in found.items() if not holds)


def by_day_and_region(rows: Sequence[Row]) -> Mapping[tuple[Any, str], Sequence[Row]]:
    found: dict[tuple[Any, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["sale_date"], row["region"]].append(row)
    return found


def money(row: Row, name: str) -> Decimal:
    """An amount; a missing one counts as none."""
    return row[name] or Decimal(0)


def let_a_day_pass(warehouse: Warehouse) -> None:
    """Make what was loaded a day older, so that an increment has to choose."""
    with warehouse.session() as session:
        for table, columns in LOADED.items():
            older = (f"{name} = dateadd('day', -1, {name})" for name in columns)
            session.execute(f"update {table} set {', '.join(older)}")


def _rows(path: Path) -> Iterator[Row]:
    region, batch = FOLDERS.findall(path.as_posix())[0]
    with duckdb.connect() as connection:
        result = connection.read_parquet(path.as_posix(), hive_partitioning=False)
        names, rows = result.columns, result.fetchall()
    for number, row in enumerate(rows, start=1):
        yield {
            **dict(zip(names, row, strict=True)),
            "region": REGIONS[region],
            "batch": batch,
            "file": path.name,
            "number": number,
        }


def _age(row: Row) -> tuple[Any, ...]:
    return (row["updated_at"], row["batch"], row["extracted_at"], row["file"], row["number"])


def _is_removed(row: Row) -> bool:
    return bool(row["is_deleted"]) or row["status"] != "COMPLETED"


def _at(rows: Sequence[Row], where: tuple[str, str]) -> Sequence[Row]:
    return [row for row in rows if (row["batch"], row["region"]) == where]


def _days(first: str, last: str) -> Iterator[str]:
    day = datetime.strptime(first, "%Y%m%d")
    while day <= datetime.strptime(last, "%Y%m%d"):
        yield f"{day:%Y%m%d}"
        day += timedelta(days=1)
