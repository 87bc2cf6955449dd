"""The landing zone of the sales: what the connector, the shops and head office put there.

`<landing>/sales/products|stores/versions_<time>.csv` are versions of products and stores,
`batch/sales_<time>.csv` what shops report at night, `stream/<partition>/<first>_<last>_<time>.json`
the micro-batches of a connector: one event a line, with the topic's partition and offset. The time
is that of the landing, UTC; it also seeds the random generator, so that the same seed and times
give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from demo import files
from demo.sales import masters, sales
from demo.sales.masters import text
from demo.sales.records import Content, Product, Sale, Store
from demo.sales.sales import Shop
from demo.zone import STAMP, Zone
from runner.errors import UsageError

FOLDERS = ("sales/products", "sales/stores", "sales/batch")
TOPIC = "sales_events"
PARTITIONS = 2
FLUSH = 60  # events in a micro-batch
REDELIVERED = 5  # events that a connector writes again when it was restarted
STREAMED, REPORTED = 400, 250  # sales of a landing
SEEN_BY_BOTH = 40  # sales of the stream that a batch tells of as well

_LIKE_A_MOMENT = re.compile(r"202[56]-\d\d-\d\d \d\d:\d\d:\d\d")

Record = TypeVar("Record", Product, Store)


def versions(zone: Zone) -> list[Path]:
    """The versions that products and stores have had so far, faults included."""
    zone = zone.at_free_moment(FOLDERS)
    rng = zone.random("masters")
    return [
        zone.land("sales/products", "versions", masters.products(rng, zone.now)),
        zone.land("sales/stores", "versions", masters.stores(rng, zone.now)),
    ]


def changes(zone: Zone) -> list[Path]:
    """New versions of some products and stores."""
    zone = zone.at_free_moment(FOLDERS)
    rng = zone.random("changes")
    shop = _shop(zone)
    products = list({row.product_id: row for row in _by_time(shop.products)}.values())
    stores = list({row.store_id: row for row in _by_time(shop.stores)}.values())
    return [
        zone.land("sales/products", "versions", masters.changed_products(rng, products, zone.now)),
        zone.land("sales/stores", "versions", masters.changed_stores(rng, stores, zone.now)),
    ]


def stream(zone: Zone, days: int = 60, count: int = STREAMED) -> list[Path]:
    """Events of the last `days`, in micro-batches; the last events of one are written again."""
    rng = zone.random("stream")
    between = (zone.now - timedelta(days=days), zone.now - timedelta(hours=6))
    happened = sales.happen(rng, _shop(zone), _prefix(zone, "S"), between, count)
    taken = sales.events(rng, happened)
    paths: list[Path] = []
    for partition in range(PARTITIONS):
        paths += _micro_batches(zone, partition, taken[partition::PARTITIONS])
    return paths


def batch(zone: Zone, days: int = 60, count: int = REPORTED) -> list[Path]:
    """What shops report: sales of their own of the last `days`, and some that were streamed."""
    zone = zone.at_free_moment(FOLDERS)
    rng = zone.random("batch")
    shop = _shop(zone)
    between = (zone.now - timedelta(days=days), zone.now - timedelta(days=1))
    happened = sales.happen(rng, shop, _prefix(zone, "B"), between, count)
    streamed = [sale for sale in _streamed(zone, shop) if text(between[0]) <= sale.sold_at]
    both = rng.sample(streamed, min(SEEN_BY_BOTH, len(streamed)))
    batch_id = f"BATCH-{zone.now:%Y%m%d}"
    rows = [sales.reported(rng, sale, batch_id, zone.now) for sale in (*happened, *both)]
    return [zone.land("sales/batch", "sales", sales.with_faults(rng, rows))]


def _prefix(zone: Zone, letter: str) -> str:
    return f"{letter}{zone.now:%m%d%H%M%S}-"


def _micro_batches(
    zone: Zone, partition: int, taken: Sequence[tuple[datetime, Content | None]]
) -> Iterator[Path]:
    """Files of 60 events; the last one also has the last 5 of the file before it once more."""
    folder = zone.folder / "sales" / "stream" / str(partition)
    first = 1 + max((int(path.stem.split("_")[1]) for path in folder.glob("*.json")), default=-1)
    records = [
        {
            "record_metadata": {
                "topic": TOPIC,
                "partition": partition,
                "offset": first + index,
                "CreateTime": sales.epoch_ms(moment),
            },
            "record_content": content,
        }
        for index, (moment, content) in enumerate(taken)
    ]
    for start in range(0, len(records), FLUSH):
        is_last = start + FLUSH >= len(records)
        begin = max(0, start - REDELIVERED) if is_last else start
        end = min(start + FLUSH, len(records))
        name = f"{first + begin}_{first + end - 1}_{zone.now.strftime(STAMP)}.json"
        yield files.write_json(folder / name, records[begin:end])


def _streamed(zone: Zone, shop: Shop) -> Iterator[Sale]:
    """Sales of all micro-batches, read back from events without a fault."""
    stores = {row.store_id: row for row in shop.stores}
    found: dict[str, Sale] = {}
    for path in sorted((zone.folder / "sales" / "stream").rglob("*.json")):
        for record in files.read_json(path):
            content = record["record_content"]
            sale = _sale(shop, stores, content) if content else None
            if sale:
                found[sale.order_id] = sale
    yield from found.values()


def _sale(shop: Shop, stores: dict[str, Store], content: dict[str, Any]) -> Sale | None:
    moment = str(content["sale_timestamp"]).replace("T", " ").removesuffix("Z")
    is_whole = content.get("order_id") and content["store_id"] in stores and content["product_id"]
    if not is_whole or not _LIKE_A_MOMENT.fullmatch(moment) or content["quantity"] < 1:
        return None
    return Sale(
        order_id=content["order_id"],
        sold_at=moment,
        customer_id=content["customer_id"],
        product=shop.product_at(content["product_id"], moment),
        store=stores[content["store_id"]],
        quantity=content["quantity"],
        discount=Decimal(str(content["discount"])),
        payment_method=content["payment_method"],
    )


def _shop(zone: Zone) -> Shop:
    products = [row for row in _read(zone, "products", Product) if row.unit_cost < row.unit_price]
    stores = [row for row in _read(zone, "stores", Store) if row.store_type in masters.STORE_TYPES]
    if not products or not stores:
        raise UsageError(
            f"there are no products and stores in {zone.folder / 'sales'} yet",
            "land them first: python -m demo.generate sales versions",
        )
    return Shop(products, _by_time(stores))


def _by_time(rows: Sequence[Record]) -> list[Record]:
    return sorted(rows, key=lambda row: row.updated_at)


def _read(zone: Zone, folder: str, record: type[Record]) -> list[Record]:
    amounts = {field.name for field in fields(record) if field.type == "Decimal"}
    rows = []
    for path in files.in_order(zone.folder / "sales" / folder):
        for row in files.read(path):
            values: dict[str, Any] = {
                name: Decimal(value or 0) if name in amounts else value
                for name, value in row.items()
            }
            rows.append(record(**values))
    return rows
