"""Willow's Spoon in the demo: two syncs, and how the shop grows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from demo.shopify import landing
from demo.tour import Domain, Step, View
from demo.zone import Zone

SQL = Path(__file__).parent / "sql"
DAY = timedelta(days=1)


def _next_sync(zone: Zone) -> Sequence[Path]:
    return landing.next_sync(zone.at(zone.now + DAY))


DOMAIN = Domain(
    name="shopify",
    before_first=(Step("The first sync of a Shopify shop", landing.first_sync),),
    before_second=(
        Step("Another sync: some orders again, some refunded, two customers renamed", _next_sync),
    ),
    views=(
        View(
            "How the shop grows",
            "US dollars by quarter; growth against the quarter before, and a year before.",
            SQL / "growth.sql",
            True,
        ),
    ),
)
