"""The landing zone of Retail360: what the shops put there, and what it says they have now.

`<landing>/customers|products|stores/full_<time>.csv` are full extracts, `delta_<time>.csv` the rows
that changed since; `<landing>/orders|orderitems/batch_<time>.csv` are the two halves of a batch.
The time is the extract's, UTC; it also seeds the random generator, so that the same seed and times
give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Generic, TypeVar

from demo import files
from demo.retail import masters, orders
from demo.retail.masters import Invention
from demo.retail.records import Customer, Product, Store
from demo.zone import Zone
from runner.errors import UsageError

Record = TypeVar("Record", Customer, Product, Store)
FOLDERS = ("customers", "products", "stores", "orders", "orderitems")


@dataclass(frozen=True)
class Master(Generic[Record]):
    """One kind of master record: its folder, its class and the name of its key."""

    folder: str
    record: type[Record]
    key: str


CUSTOMERS = Master("customers", Customer, "customer_id")
PRODUCTS = Master("products", Product, "product_id")
STORES = Master("stores", Store, "store_id")


def first_extracts(zone: Zone) -> list[Path]:
    """The first full extracts of customers, products and stores, faults included."""
    zone = zone.at_free_moment(FOLDERS)
    invention = Invention(zone.random("masters"))
    return [
        zone.land("customers", "full", masters.customers(invention, zone.now)),
        zone.land("products", "full", masters.products(invention, zone.now)),
        zone.land("stores", "full", masters.stores(invention, zone.now)),
    ]


def full_extracts(zone: Zone, without: int) -> list[Path]:
    """Full extracts of what there is now, less `without` customers, products and stores each,
    which the source has thereby deleted."""
    zone = zone.at_free_moment(FOLDERS)
    rng = zone.random("deletions")
    return [
        _full_extract(zone, CUSTOMERS, rng, without),
        _full_extract(zone, PRODUCTS, rng, without),
        _full_extract(zone, STORES, rng, without),
    ]


def changes(zone: Zone) -> list[Path]:
    """5% of the customers, products and stores, modified, with a new created_at."""
    zone = zone.at_free_moment(FOLDERS)
    invention = Invention(zone.random("changes"))
    customers = list(current(zone, CUSTOMERS).values())
    products = list(current(zone, PRODUCTS).values())
    stores = list(current(zone, STORES).values())
    return [
        zone.land("customers", "delta", masters.changed_customers(invention, customers, zone.now)),
        zone.land("products", "delta", masters.changed_products(invention, products, zone.now)),
        zone.land("stores", "delta", masters.changed_stores(invention, stores, zone.now)),
    ]


def batch(zone: Zone, size: int | None = None) -> list[Path]:
    """400 to 1,000 orders, or `size`. The lines land first: no order is ever without them."""
    zone = zone.at_free_moment(FOLDERS)
    shop = orders.Shop(
        list(current(zone, CUSTOMERS)),
        list(current(zone, STORES)),
        list(current(zone, PRODUCTS).values()),
    )
    placed, lines = orders.batch(zone.random("orders"), shop, zone.now, size)
    return [zone.land("orderitems", "batch", lines), zone.land("orders", "batch", placed)]


def current(zone: Zone, master: Master[Record]) -> dict[str, Record]:
    """What the files say there is now, by key: the newest full extract and the changes since."""
    rows: dict[str, Record] = {}
    for path in files.in_order(zone.folder / master.folder):
        if path.name.startswith("full_"):
            rows = {}
        rows |= {row[master.key] or "": _record(master, row) for row in files.read(path)}
    if not rows:
        raise UsageError(
            f"there are no {master.folder} in {zone.folder} yet",
            "land the first extracts: python -m demo.generate retail extracts",
        )
    return rows


def _record(master: Master[Record], row: dict[str, str | None]) -> Record:
    types = {field.name: field.type for field in fields(master.record)}
    values: dict[str, Any] = {
        name: Decimal(value) if value and types[name] == "Decimal" else value
        for name, value in row.items()
    }
    return master.record(**values)


def _full_extract(zone: Zone, master: Master[Record], rng: Random, without: int) -> Path:
    rows = current(zone, master)
    if without >= len(rows):
        raise UsageError(
            f"there are only {len(rows)} {master.folder}, {without} cannot be absent",
            "leave at least one: an empty extract says nothing",
        )
    for key in rng.sample(list(rows), without):
        del rows[key]
    return zone.land(master.folder, "full", list(rows.values()))
