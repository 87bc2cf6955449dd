"""TPC-H in the demo: two days of a wholesale of parts, and what its people look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from demo.tour import Domain, Step, View
from demo.tpch import landing
from demo.zone import Zone

SQL = Path(__file__).parent / "sql"
DAY = timedelta(days=1)


def _new_orders(zone: Zone) -> Sequence[Path]:
    return landing.new_orders(zone.at(zone.now + DAY))


def _changes(zone: Zone) -> Sequence[Path]:
    return landing.changes(zone.at(zone.now + DAY))


DOMAIN = Domain(
    name="tpch",
    before_first=(Step("TPC-H: extracts of eight tables", landing.first_extracts),),
    before_second=(
        Step("TPC-H: more orders, their keys between those of the first day", _new_orders),
        Step("TPC-H: finished orders, offers that ran out, changed customers", _changes),
    ),
    views=(
        View(
            "Revenue and margin by year",
            "TPC-H, US dollars, all order lines after discount.",
            SQL / "revenue_by_year.sql",
            True,
        ),
    ),
)
