"""Regional sales in the demo: a region misses a day and arrives later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from demo.regional import landing, sales
from demo.tour import Domain, Step, View
from demo.zone import Zone

SQL = Path(__file__).parent / "sql"
DAY = sales.DAY
DAYS = 5  # that are extracted before the first build
EXTRACTED_AT = time(6)  # of the day after
LATE = "europe"
DAYS_BACK = 3  # from the day of the first build to the one that a region misses


def _days(zone: Zone) -> Sequence[Path]:
    """Every day in the morning after; one region does not answer once."""
    paths = []
    for back in range(DAYS, 0, -1):
        day = zone.now.date() - back * DAY
        answering = [name for name in sales.REGIONS if (name, back) != (LATE, DAYS_BACK)]
        paths += landing.batch(_morning(zone, back - 1), day, answering)
    return paths


def _next_day(zone: Zone) -> Sequence[Path]:
    return landing.batch(_morning(zone, -1), zone.now.date())


def _late(zone: Zone) -> Sequence[Path]:
    day = zone.now.date() - DAYS_BACK * DAY
    return landing.batch(_morning(zone, -1, hours=1), day, [LATE])


def _again(zone: Zone) -> Sequence[Path]:
    day = zone.now.date() - DAY
    return landing.batch(_morning(zone, -1, hours=2), day, ["us_west"])


def _morning(zone: Zone, days_back: int, hours: int = 0) -> Zone:
    """The time of an extraction so many days before the zone's."""
    day = zone.now.date() - days_back * DAY
    return zone.at(datetime.combine(day, EXTRACTED_AT) + timedelta(hours=hours))


DOMAIN = Domain(
    name="regional",
    before_first=(Step(f"{DAYS} days of four regions; Europe misses one", _days),),
    before_second=(
        Step("The next day, with corrections and deletions of the day before", _next_day),
        Step("The day that Europe had missed", _late),
        Step("A file is delivered again", _again),
    ),
    views=(
        View(
            "Regional sales: what was loaded",
            "Sales in the fact by region and day; each batch passed its gate, late ones too.",
            SQL / "load_report.sql",
        ),
    ),
    # a plain build would also run the daily batches since then, which are empty
    build_options=("--batch-start", "2026-03-26", "--batch-end", "2026-04-01"),
)
