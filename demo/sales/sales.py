"""Sales as they happen, and how the stream and the batches tell of them, faults included."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from demo.sales.masters import CENT, text
from demo.sales.records import BatchSale, Content, Product, Sale, Store

CUSTOMERS = 90
SEGMENTS = ("Consumer", "Corporate", "Home Office")
PAYMENT_METHODS = ("CARD", "CASH", "TRANSFER")
Change = dict[str, object]


@dataclass(frozen=True)
class Shop:
    """What may be sold, and where: all versions, the current one is the last by updated_at."""

    products: Sequence[Product]
    stores: Sequence[Store]

    def product_at(self, product_id: str, moment: str) -> Product:
        """The version that was valid at a moment."""
        versions = [row for row in self.products if row.product_id == product_id]
        return max(
            (row for row in versions if row.updated_at <= moment), key=lambda row: row.updated_at
        )


def happen(
    rng: Random, shop: Shop, prefix: str, between: tuple[datetime, datetime], count: int
) -> list[Sale]:
    """Sales between two moments; few customers buy much, many little."""
    start, end = between
    product_ids = sorted({row.product_id for row in shop.products})
    store_of = {row.store_id: row for row in shop.stores}
    store_ids = sorted(store_of)
    seconds = int((end - start).total_seconds())
    sales = []
    for number in range(1, count + 1):
        sold_at = text(start + timedelta(seconds=rng.randrange(seconds)))
        product = shop.product_at(rng.choice(product_ids), sold_at)
        quantity = rng.randint(1, 5)
        percent_off = rng.choice((0, 0, 0, 5, 10))
        sale = Sale(
            order_id=f"{prefix}{number:04}",
            sold_at=sold_at,
            customer_id=f"C{1 + math.floor(CUSTOMERS * rng.random() ** 2):03}",
            product=product,
            store=store_of[rng.choice(store_ids)],
            quantity=quantity,
            discount=(quantity * product.unit_price * percent_off / 100).quantize(CENT),
            payment_method=rng.choice(PAYMENT_METHODS),
        )
        sales.append(sale)
    return sales


def event(sale: Sale) -> Change:
    """A sale as its till streams it: keys in any case, amounts as numbers."""
    return {
        "order_id": sale.order_id,
        "store_id": sale.store.store_id,
        "product_id": sale.product.product_id,
        "customer_id": sale.customer_id,
        "product_name": sale.product.product_name,
        "category": sale.product.category,
        "quantity": sale.quantity,
        "unit_price": float(sale.product.unit_price),
        "total_price": float(sale.total),
        "discount": float(sale.discount),
        "sale_timestamp": sale.sold_at.replace(" ", "T") + "Z",
        "payment_method": sale.payment_method,
        "store_location": f"{sale.store.city}, {sale.store.state}",
    }


# What tills get wrong, and what becomes of it: kept, below a limit of the score, or invalid.
FAULTS: Mapping[str, Callable[[Change], Change | None]] = {
    "no store": lambda sale: sale | {"store_id": None},
    "neither product nor total": lambda sale: sale | {"product_id": "", "total_price": 0},
    "neither store nor product": lambda sale: sale | {"store_id": " ", "product_id": None},
    "no order": lambda sale: {name: sale[name] for name in sale if name != "order_id"},
    "nothing sold": lambda sale: sale | {"quantity": 0},
    "taken back": lambda sale: sale | {"quantity": -1},
    "no price": lambda sale: sale | {"unit_price": "n/a"},
    "no time": lambda sale: sale | {"sale_timestamp": "soon"},
    "from the future": lambda sale: sale | {"sale_timestamp": "2031-01-01T00:00:00Z"},
    "small letters": lambda sale: (
        sale | {"order_id": f" {sale['order_id']} ".lower(), "store_id": "st01"}
    ),
    "another zone": lambda sale: sale | {"sale_timestamp": "2026-02-14T23:30:00-05:00"},
    "nothing at all": lambda _: None,
}


def events(rng: Random, sales: Sequence[Sale]) -> list[tuple[datetime, Content | None]]:
    """When the broker took each event in, and the event, in this order: most within seconds, some
    hours later. One of each kind of fault; 2% are sent a second time."""
    told: list[Change | None] = [event(sale) for sale in sales]
    for index, fault in zip(
        rng.sample(range(len(told)), len(FAULTS)), FAULTS.values(), strict=True
    ):
        told[index] = fault(event(sales[index]))
    moments = [
        datetime.fromisoformat(sale.sold_at) + timedelta(seconds=rng.choice((1, 2, 3, 5, 8, 20000)))
        for sale in sales
    ]
    taken = [*zip(moments, told, strict=True)]
    again = rng.sample(taken, max(1, len(taken) // 50))
    taken += [(moment + timedelta(seconds=30), content) for moment, content in again]
    return sorted(taken, key=lambda pair: pair[0])


def epoch_ms(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp() * 1000)


def reported(rng: Random, sale: Sale, batch_id: str, day: datetime) -> BatchSale:
    """A sale as a shop reports it in its batch."""
    sold = datetime.fromisoformat(sale.sold_at)
    profit = sale.total - sale.quantity * sale.product.unit_cost
    return BatchSale(
        order_id=sale.order_id,
        order_date=f"{sold:%Y-%m-%d}",
        ship_date=f"{sold + timedelta(days=rng.randint(0, 4)):%Y-%m-%d}",
        customer_id=sale.customer_id,
        customer_segment=SEGMENTS[int(sale.customer_id[1:]) % len(SEGMENTS)],
        region=sale.store.region,
        country=sale.store.country,
        state=sale.store.state,
        city=sale.store.city,
        store_id=sale.store.store_id,
        product_id=sale.product.product_id,
        quantity=str(sale.quantity),
        unit_price=str(sale.product.unit_price),
        sales=str(sale.total),
        discount=str(sale.discount),
        profit=str(profit.quantize(Decimal("0.01"))),
        batch_id=batch_id,
        partition_date=f"{day:%Y-%m-%d}",
    )


def with_faults(rng: Random, rows: Sequence[BatchSale]) -> list[BatchSale]:
    """Rows with one of each mistake that shops make: shipped before it was ordered, a price in
    words, more off than it costs, no store and no product, no total; one row is there twice."""
    found = list(rows)
    early, words, gift, nowhere, unpaid, twice = rng.sample(range(len(found)), 6)
    found[early] = replace(found[early], ship_date="2025-06-01")
    found[words] = replace(found[words], unit_price="ten")
    found[gift] = replace(found[gift], discount="99999.00")
    found[nowhere] = replace(found[nowhere], store_id="", product_id="")
    found[unpaid] = replace(found[unpaid], sales="")
    return [*found, found[twice]]
