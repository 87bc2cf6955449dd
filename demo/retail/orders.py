"""A batch of orders and their lines, over the last 30 days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from demo.retail.masters import text
from demo.retail.records import Order, OrderItem, Product

ORDERS_IN_A_BATCH = (400, 1000)
LINES_IN_AN_ORDER = (1, 5)
PIECES_IN_A_LINE = (1, 5)
NEGATIVE_QUANTITY = 0.01
DAYS_BACK = 30
WEEKEND, WEEKDAY = 2, 1  # weights
HOURS = [math.exp(-((hour - 12) ** 2) / 32) for hour in range(24)]  # weights; noon is highest

STATUS = {"Delivered": 60, "Shipped": 20, "Pending": 12, "Returned": 8}  # weights
PAYMENT_TYPES = ("Credit Card", "Debit Card", "PayPal", "Gift Card", "Cash")
SHIPPING_COSTS = (Decimal("0.00"), Decimal("4.99"), Decimal("9.99"))
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Shop:
    """Who may buy what, and where."""

    customer_ids: Sequence[str]
    store_ids: Sequence[str]
    products: Sequence[Product]


def batch(
    rng: Random, shop: Shop, now: datetime, size: int | None = None
) -> tuple[list[Order], list[OrderItem]]:
    """400 to 1,000 orders (or `size`) with 1 to 5 lines each; 1% of the lines have a negative
    quantity, and the till went on counting with it. No order names a product twice."""
    moments = _moments(rng, now, size or rng.randint(*ORDERS_IN_A_BATCH))
    lines = [
        line
        for number, moment in enumerate(moments, start=1)
        for line in _lines(rng, shop, f"O{now:%Y%m%d%H%M%S}-{number:04}", moment)
    ]
    for index in rng.sample(range(len(lines)), max(1, round(len(lines) * NEGATIVE_QUANTITY))):
        lines[index] = _miscounted(lines[index])
    by_order: dict[str, list[OrderItem]] = {}
    for line in lines:
        by_order.setdefault(line.order_id, []).append(line)
    return [_order(rng, shop, of_order) for of_order in by_order.values()], lines


def _moments(rng: Random, now: datetime, count: int) -> list[datetime]:
    """Moments within the last 30 whole days; weekends twice as likely, hours peaking at noon."""
    days = [now.date() - timedelta(days=back) for back in range(1, DAYS_BACK + 1)]
    weights = [WEEKEND if day.weekday() >= 5 else WEEKDAY for day in days]
    return [
        datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)))
        for day, hour in zip(
            rng.choices(days, weights, k=count),
            rng.choices(range(24), HOURS, k=count),
            strict=True,
        )
    ]


def _lines(rng: Random, shop: Shop, order_id: str, moment: datetime) -> list[OrderItem]:
    return [
        _line(rng, order_id, product, moment)
        for product in rng.sample(list(shop.products), rng.randint(*LINES_IN_AN_ORDER))
    ]


def _line(rng: Random, order_id: str, product: Product, moment: datetime) -> OrderItem:
    quantity = rng.randint(*PIECES_IN_A_LINE)
    price = abs(product.price)  # the till knows the price that the product file has wrong
    percent_off = rng.choice((0, 0, 0, 0, 5, 10, 20))
    discount = (quantity * price * percent_off / 100).quantize(CENT)
    return OrderItem(
        order_id=order_id,
        product_id=product.product_id,
        quantity=quantity,
        unit_price=price,
        line_total=quantity * price - discount,
        line_discount=discount,
        created_at=text(moment),
    )


def _miscounted(line: OrderItem) -> OrderItem:
    return replace(line, quantity=-line.quantity, line_total=-line.line_total)


def _order(rng: Random, shop: Shop, lines: Sequence[OrderItem]) -> Order:
    goods = sum((line.line_total for line in lines), Decimal(0))
    percent_off = rng.choice((0, 0, 0, 0, 0, 0, 0, 0, 0, 5))
    discount = (max(goods, Decimal(0)) * percent_off / 100).quantize(CENT)
    shipping = rng.choice(SHIPPING_COSTS)
    return Order(
        order_id=lines[0].order_id,
        customer_id=rng.choice(shop.customer_ids),
        store_id=rng.choice(shop.store_ids),
        order_status=rng.choices(list(STATUS), list(STATUS.values()))[0],
        total_amount=goods - discount + shipping,
        discount_amount=discount,
        shipping_cost=shipping,
        payment_type=rng.choice(PAYMENT_TYPES),
        created_at=lines[0].created_at,
    )
