"""Sales by channel, day and region, reckoned from the landing files of each domain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from tests.regional.landed import Landed as RegionalLanded
from tests.regional.landed import money as regional_money
from tests.retail.landed import Landed as RetailLanded
from tests.retail.landed import money
from tests.sales import reckoned
from tests.sales.landed import Landed as SalesLanded
from tests.shopify.landed import Landed as ShopifyLanded
from tests.tpch.landed import newest


@dataclass(frozen=True)
class Sale:
    """One order, or a part of it, in a channel."""

    day: date
    region: str | None
    order: str
    units: Decimal | int | None
    gross: Decimal
    discount: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)


def retail(landing: Path) -> Iterator[Sale]:
    landed = RetailLanded(landing)
    countries = {key: row["country"] for (key,), row in landed.newest("stores", "store_id").items()}
    lines = defaultdict(list)
    for (order_id, _), line in landed.newest("orderitems", "order_id", "product_id").items():
        lines[order_id].append(line)
    for (order_id,), order in landed.newest("orders", "order_id").items():
        paid = sum((money(line["line_total"]) for line in lines[order_id]), Decimal(0))
        off = sum((money(line["line_discount"]) for line in lines[order_id]), Decimal(0))
        yield Sale(
            day=datetime.fromisoformat(order["created_at"]).date(),
            region=countries[order["store_id"]],
            order=order_id,
            units=sum(max(int(line["quantity"]), 0) for line in lines[order_id]),
            gross=paid + off,
            discount=off + money(order["discount_amount"]),
        )


def tpch(landing: Path) -> Iterator[Sale]:
    with newest(landing) as connection:
        rows = connection.sql(
            "select o_orderdate, n_name, o_orderkey, l_quantity, l_extendedprice, l_discount, l_tax"
            " from orders, lineitem, customer, nation where o_orderkey = l_orderkey"
            " and o_custkey = c_custkey and c_nationkey = n_nationkey"
        ).fetchall()
    for day, nation, order, quantity, price, discount, tax in rows:
        off = price * discount
        yield Sale(day, nation, str(order), quantity, price, off, (price - off) * tax)


def sales(landing: Path) -> Iterator[Sale]:
    landed = SalesLanded(landing)
    stores = reckoned.store_versions(landed)
    country = reckoned.STORE_NAMES.index("country")
    staged, _ = reckoned.tellings(landed)
    for order_id, told in reckoned.best(staged).items():
        if told.score >= reckoned.FACT:
            store = reckoned.valid_at(stores, told.store_id, told.sold_at)
            region = store.values[country] if store else None
            assert region is None or isinstance(region, str)
            yield Sale(
                told.sold_at.date(), region, order_id, told.quantity, told.gross, told.discount
            )


def shopify(landing: Path) -> Iterator[Sale]:
    for sale in ShopifyLanded(landing).sales():
        country = sale.place[2] if sale.place else None
        yield Sale(
            sale.moment.date(), country, sale.number, None, sale.price - sale.tax, tax=sale.tax
        )


def regional(landing: Path) -> Iterator[Sale]:
    for row in RegionalLanded(landing).sold:
        yield Sale(
            row["sale_date"],
            row["region"],
            str(row["sale_id"]),
            row["quantity"],
            row["total_amount"],
            regional_money(row, "discount_amount"),
            regional_money(row, "tax_amount"),
        )


CHANNELS = {f.__name__: f for f in (retail, tpch, sales, shopify, regional)}
