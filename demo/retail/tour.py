"""Retail360 in the demo: two days at the shops, and what their people look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from demo.retail import landing
from demo.tour import Domain, Step, View
from demo.zone import Zone

SQL = Path(__file__).parent / "sql"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DELETED = 3


def _second_batch(zone: Zone) -> Sequence[Path]:
    return landing.batch(zone.at(zone.now + DAY))


def _changes(zone: Zone) -> Sequence[Path]:
    return landing.changes(zone.at(zone.now + DAY))


def _full_extracts(zone: Zone) -> Sequence[Path]:
    return landing.full_extracts(zone.at(zone.now + DAY + HOUR), DELETED)


DOMAIN = Domain(
    name="retail",
    before_first=(
        Step("Full extracts of customers, products and stores", landing.first_extracts),
        Step("A batch of orders of the last 30 days, with their lines", landing.batch),
    ),
    before_second=(
        Step("Another batch; many of its orders are older than the first batch", _second_batch),
        Step("5% of the customers, products and stores have changed", _changes),
        Step(
            f"New full extracts, from which {DELETED} of each are absent: deleted", _full_extracts
        ),
    ),
    views=(
        View("Top 10 products by sales", "Retail360, US dollars.", SQL / "top_products.sql", True),
        View(
            "What was loaded",
            "Every file once, with its rows and errors, from Snowflake's COPY_HISTORY.",
            SQL / "load_history.sql",
        ),
        View(
            "Every order of every batch is there, late ones too",
            "What is new is told by load time: the second batch reaches back behind the first.",
            SQL / "orders_by_batch.sql",
        ),
        View(
            "The history of a customer who changed",
            "One row per version: each ends where the next begins, one is current.",
            SQL / "changed_customer.sql",
        ),
        View(
            "Customers who were deleted",
            "Absent from the newest full extract: their last version is closed.",
            SQL / "deleted_customers.sql",
        ),
        View(
            "Sales by day",
            "US dollars, all orders; weekends are busier.",
            SQL / "sales_by_day.sql",
            True,
        ),
        View("Top 10 stores by orders", "", SQL / "top_stores.sql", True),
        View("Top 10 customers by lifetime spend", "", SQL / "top_customers.sql", True),
        View("Order status", "", SQL / "order_status.sql", True),
    ),
)
