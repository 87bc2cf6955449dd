"""What happens to the regions, delivery by delivery; batches lie so many days back."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal

from tests.regional.story import FIRST, Story


def good_days(story: Story) -> None:
    """The first with a hundred sales, one without Europe, one with a few without a customer."""
    story.land("us_east", 6, "first", story.sales("us_east", 6, range(100)))
    for region in ("us_east", "us_west", "asia_pacific"):
        story.land(region, 5, "first", story.sales(region, 5, range(40)))
    nameless = story.sales("us_east", 1, range(5), customer_id=None)
    story.land("us_east", 1, "first", nameless + story.sales("us_east", 1, range(5, 120)))


def bad_days(story: Story) -> None:
    """Too few; too many without a customer; one that was good, delivered again broken; a good."""
    at = datetime.combine(story.day(0), time(1))
    story.land("us_east", 3, "first", story.sales("us_east", 3, range(99)))
    nameless = story.sales("us_east", 2, range(6), customer_id=None)
    story.land("us_east", 2, "first", nameless + story.sales("us_east", 2, range(6, 120)))
    broken = story.sales("us_east", 1, range(120), store_id=None, updated_at=at)
    story.land("us_east", 1, "second", broken)
    story.land("us_east", 0, "first", story.sales("us_east", 0, range(100)))


def mended(story: Story) -> None:
    at = datetime.combine(story.day(0), time(2))
    story.land("us_west", 3, "first", story.sales("us_west", 3, range(1)))
    story.land("us_east", 2, "second", story.sales("us_east", 2, range(120)))
    story.land("us_east", 1, "third", story.sales("us_east", 1, range(120), updated_at=at))


def late(story: Story) -> None:
    """Europe's sales of a day beyond the lookback, and of one within it."""
    story.land("europe", 5, "late", story.sales("europe", 5, range(40)))
    story.land("europe", 2, "late", story.sales("europe", 2, range(40)))


def changes(story: Story) -> None:
    """In yesterday's batch: what became of sales of the first; and the first file once more."""
    now = datetime.combine(story.day(1), time(20))
    before = datetime.combine(story.day(FIRST), time(1))
    four = Decimal("40.00")
    story.land(
        "us_east",
        1,
        "changes",
        [
            story.sale("us_east", 6, 1, quantity=4, total_amount=four, updated_at=now),
            story.sale("us_east", 6, 2, is_deleted=True, updated_at=now),
            story.sale("us_east", 6, 3, status="REFUNDED", updated_at=now),
            story.sale("us_east", 6, 4, quantity=-2, updated_at=now),
            story.sale("us_east", 6, 5, quantity=4, total_amount=four, updated_at=before),
            story.sale("us_east", 6, 200, total_amount=Decimal("9.99"), updated_at=now),
            story.sale("us_east", 6, 201, unit_price=None, updated_at=now),
            story.sale("us_east", 6, 202, sale_id=None, updated_at=now),
            story.sale("us_east", 6, 203, sale_id=None, updated_at=now),
        ],
    )
    story.land("europe", 1, "taken", [story.sale("us_east", 6, 6, updated_at=now)])
    story.land("us_east", 6, "again", story.sales("us_east", 6, range(100)))


def repaired(story: Story) -> None:
    at = datetime.combine(story.day(0), time(3))
    story.land("us_east", 0, "repaired", story.sales("us_east", 6, (4, 200), updated_at=at))
    story.land("us_west", 0, "first", story.sales("us_west", 0, range(100)))


def spoiled(story: Story) -> None:
    story.land("us_east", 4, "first", story.sales("us_east", 4, range(100), quantity=-1))


def tampered(story: Story) -> None:
    """Rows vanish, and what landed today did so three hours before it was built."""
    with story.warehouse.session() as session:
        for sql in (
            "delete from regional_marts.daily_sales where region = 'EUROPE'",
            "delete from regional_staging.stg_sales where sale_id = 'us_east-6-7'",
            "update regional_raw.sales set ingestion_ts = dateadd('hour', -3, ingestion_ts)",
        ):
            session.execute(sql)
