"""The sales in the demo: what the tills stream and the shops report, told once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from demo.sales import landing
from demo.tour import Domain, Step, View
from demo.zone import Zone

SQL = Path(__file__).parent / "sql"
DAY = timedelta(days=1)


def _changes(zone: Zone) -> Sequence[Path]:
    return landing.changes(zone.at(zone.now + DAY))


def _stream(zone: Zone) -> Sequence[Path]:
    return landing.stream(zone.at(zone.now + DAY), days=3, count=120)


def _batch(zone: Zone) -> Sequence[Path]:
    return landing.batch(zone.at(zone.now + DAY), days=30, count=80)


DOMAIN = Domain(
    name="sales",
    before_first=(
        Step("The versions that products and stores have had", landing.versions),
        Step("Streamed sales in micro-batches; some events come twice, some late", landing.stream),
        Step("What the shops report at night, partly what was streamed", landing.batch),
    ),
    before_second=(
        Step("Prices have changed, one since yesterday; two stores have moved", _changes),
        Step("More events", _stream),
        Step("Another batch; most of it is older than the events", _batch),
    ),
    views=(
        View(
            "How stream and batch became sales",
            "Every row is counted once or stands in quarantine with its reason.",
            SQL / "unified.sql",
        ),
        View(
            "Customers by what they bought",
            "Segments by recency, frequency and money.",
            SQL / "segments.sql",
            True,
        ),
    ),
)
