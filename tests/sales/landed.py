"""What the landing files say, read with Python alone: the other side of every comparison."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

# What holds the time of a load: raw tables, and what keeps it between builds.
RAW = tuple(
    f"sales_raw.{name}" for name in ("sales_raw", "sales_batch_raw", "product_raw", "store_raw")
)
LOADED = (
    *RAW,
    *(
        f"{table}{beside}"
        for table in (
            "sales_staging.stg_sales_raw",
            "sales_staging.stg_sales_batch",
            "sales_intermediate.int_sales_unified",
            "sales_marts.fact_sales",
        )
        for beside in ("", "__quarantine")
    ),
)


@dataclass(frozen=True)
class Row:
    """One landed row: its values as texts, None where there is none."""

    values: dict[str, str | None]
    file: str
    number: int
    landed: str
    received_at: datetime | None = None

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return (value.strip() or None) if value is not None else None

    def key(self, name: str) -> str | None:
        value = self.text(name)
        return value.upper() if value else None

    def number_of(self, name: str) -> Decimal | None:
        """Whether it is there or not, None for what is no number."""
        try:
            return Decimal(self.text(name) or "")
        except InvalidOperation:
            return None

    def money(self, name: str) -> Decimal | None:
        value = self.number_of(name)
        return value.quantize(Decimal("0.01")) if value is not None else None

    def moment(self, name: str) -> datetime | None:
        try:
            moment = datetime.fromisoformat(self.text(name) or "")
        except ValueError:
            return None
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment

    def day(self, name: str) -> date | None:
        moment = self.moment(name)
        return moment.date() if moment else None

    def misfits(self, *names: str) -> bool:
        """Whether any of these is there and no number."""
        return any(self.text(name) and self.number_of(name) is None for name in names)


@dataclass(frozen=True)
class Landed:
    """The files of the domain in a landing zone."""

    folder: Path

    def stream(self) -> Iterator[Row]:
        for path in sorted((self.folder / "sales" / "stream").rglob("*.json")):
            lines = path.read_text(encoding="utf-8").splitlines()
            for number, record in enumerate(map(json.loads, lines), 1):
                content = record["record_content"] or {}
                values = {name: _text(value) for name, value in content.items()}
                yield Row(
                    values,
                    path.relative_to(self.folder).as_posix(),
                    number,
                    path.stem.split("_")[-1],
                    datetime(1970, 1, 1)
                    + timedelta(milliseconds=record["record_metadata"]["CreateTime"]),
                )

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of the CSV files in a folder."""
        for path in sorted((self.folder / "sales" / name).glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as stream:
                for number, values in enumerate(csv.DictReader(stream), 1):
                    name_in_bucket = path.relative_to(self.folder).as_posix()
                    yield Row(dict(values), name_in_bucket, number, path.stem.split("_")[1])


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
