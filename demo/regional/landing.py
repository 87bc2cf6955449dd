"""The landing zone of the regional sales.

`<landing>/regional/sales/region=<region>/batch=<YYYYMMDD>/sales_<time>.parquet` is what a region's
database gave for a day, at the time of the extraction (UTC). The same day extracted again is
another file with the same sales: seed, region and day decide what is in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from demo import files
from demo.regional import sales
from demo.zone import STAMP, Zone


def batch(zone: Zone, day: date, regions: Iterable[str] = tuple(sales.REGIONS)) -> list[Path]:
    """What the extraction for a day finds in each of the regions at the zone's time."""
    return [_file(zone, region, day) for region in regions]


def _file(zone: Zone, region: str, day: date) -> Path:
    folder = zone.folder / "regional" / "sales" / f"region={region}" / f"batch={day:%Y%m%d}"
    rows = [
        {**asdict(sale), "extracted_at": zone.now}
        for sale in sales.extracted(zone.seed, region, day)
    ]
    types = {**sales.TYPES, "extracted_at": "TIMESTAMP"}
    return files.write_parquet(folder / f"sales_{zone.now.strftime(STAMP)}.parquet", types, rows)
