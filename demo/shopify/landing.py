"""The landing zone of Willow's Spoon: `<landing>/shopify/orders|customers/<sync>.parquet`.

A sync writes what is new or changed since the last, some records again, and each with an identifier
of the delivery. Its time stands in the files' names in milliseconds; it also seeds the random
generator, so that the same seed and times give the same files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from demo import files
from demo.shopify import shop
from demo.shopify.shop import People, Record
from demo.zone import Zone
from runner.errors import UsageError

PLACE = (
    "address1 VARCHAR, city VARCHAR, province VARCHAR, country VARCHAR, zip VARCHAR,"
    " latitude DOUBLE, longitude DOUBLE"
)
MOMENT = "STRUCT(member0 TIMESTAMP, member1 VARCHAR)"
TYPES: Mapping[str, Mapping[str, str]] = {
    "orders": {
        "_airbyte_ab_id": "VARCHAR",
        "order_number": "BIGINT",
        "total_price": "DOUBLE",
        "current_total_tax": "DOUBLE",
        "email": "VARCHAR",
        "created_at": MOMENT,
        "shipping_address": f"STRUCT(first_name VARCHAR, last_name VARCHAR, {PLACE})",
    },
    "customers": {
        "_airbyte_ab_id": "VARCHAR",
        "first_name": "VARCHAR",
        "last_name": "VARCHAR",
        "email": "VARCHAR",
        "total_spent": "DOUBLE",
        "created_at": MOMENT,
        "default_address": f"STRUCT({PLACE})",
    },
}
OPENED = datetime(2024, 7, 1, 9)
FIRST_ORDER, ORDERS, ORDERS_A_DAY = 1001, 800, 15
NEW_CUSTOMERS, RENAMED = 3, 2
AGAIN, REFUNDED, TWICE = 0.05, 0.03, 0.02  # of the orders


def first_sync(zone: Zone) -> list[Path]:
    """Everything since the shop opened: 300 customers, 800 orders, 2% twice, four broken."""
    rng = zone.random("shopify")
    people = People(rng)
    buyers = shop.customers(people, 1, shop.CUSTOMERS, zone.now)
    orders = [
        shop.order(rng, buyers, FIRST_ORDER + index, moment)
        for index, moment in enumerate(shop.moments(rng, OPENED, zone.now, ORDERS))
    ]
    twice = rng.sample(orders, round(ORDERS * TWICE))
    return [
        _land(zone, "customers", _counted(buyers, orders), rng),
        _land(zone, "orders", [*orders, *twice, *shop.broken(rng, orders)], rng),
    ]


def next_sync(zone: Zone) -> list[Path]:
    """A day's orders; 5% of the earlier ones again, 3% partly refunded; what changed of customers.

    Raises UsageError if nothing has landed yet.
    """
    rng = zone.random("shopify")
    before, known = _landed(zone, "orders"), _landed(zone, "customers")
    if not before:
        raise UsageError(
            f"nothing has landed in {zone.folder / 'shopify'}: land the first sync before"
        )
    people = People(rng)
    new = shop.customers(people, len(known) + 1, NEW_CUSTOMERS, zone.now)
    renamed = [
        {**record, "last_name": people.customer(0, zone.now)["last_name"]}
        for record in rng.sample([record for record in known if record["email"]], RENAMED)
    ]
    number = max(record["order_number"] for record in before) + 1
    day = shop.moments(rng, zone.now - timedelta(days=1), zone.now, ORDERS_A_DAY)
    orders = [
        shop.order(rng, [*new, *renamed, *known], number + index, moment)
        for index, moment in enumerate(day)
    ]
    again = rng.sample(before, round(len(before) * AGAIN))
    changed = [shop.refunded(r) for r in rng.sample(before, round(len(before) * REFUNDED))]
    return [
        _land(zone, "customers", _counted([*new, *renamed], [*before, *orders]), rng),
        _land(zone, "orders", [*orders, *again, *changed, *shop.broken(rng, orders)], rng),
    ]


def _counted(customers: Iterable[Record], orders: Iterable[Record]) -> list[Record]:
    """The customers, each with what it has spent."""
    spent: dict[str, float] = {}
    for order in orders:
        email = (order["email"] or "").lower()
        spent[email] = spent.get(email, 0.0) + order["total_price"]
    return [
        {**record, "total_spent": round(spent.get(record["email"] or "", 0.0), 2)}
        for record in customers
    ]


def _land(zone: Zone, kind: str, records: Iterable[Record], rng: Random) -> Path:
    """Write one file of a sync, its records shuffled, each under a new identifier."""
    milliseconds = round(zone.now.replace(tzinfo=UTC).timestamp() * 1000)
    path = zone.folder / "shopify" / kind / f"{zone.now:%Y_%m_%d}_{milliseconds}_0.parquet"
    delivered = list(records)
    rng.shuffle(delivered)
    identified = (
        {"_airbyte_ab_id": str(UUID(int=rng.getrandbits(128), version=4)), **record}
        for record in delivered
    )
    return files.write_parquet(path, TYPES[kind], identified)


def _landed(zone: Zone, kind: str) -> list[Record]:
    """The records of a kind that fit, as they were last delivered."""
    found: dict[str, Record] = {}
    for path in sorted((zone.folder / "shopify" / kind).glob("*.parquet")):
        for record in files.read_parquet(path):
            del record["_airbyte_ab_id"]
            if kind == "customers":
                found[record["email"] or record["first_name"] + record["last_name"]] = record
            elif shop.fits(record):
                found[record["order_number"]] = record
    return list(found.values())
