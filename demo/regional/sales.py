"""The sales of a region on a day, faults included, and what becomes of them the day after.

Every function is pure in its arguments: the same seed, region and day give the same sales. So the
extraction of a day knows the sales of the day before without having kept them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

REGIONS = {"us_east": "UE", "us_west": "UW", "europe": "EU", "asia_pacific": "AP"}
SALES_OF_A_DAY = 60
PAYMENT_METHODS = ("CARD", "CASH", "TRANSFER", "WALLET")
CENT = Decimal("0.01")
TAX = Decimal("0.08")
NO_CUSTOMER, NO_DISCOUNT, NO_TAX = 0.01, 0.3, 0.05
CHANGED = 5  # sales of a region a day: corrected, deleted or cancelled the day after
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sale:
    """A row of sales.transactions. Amounts are US dollars; total_amount is before discount and
    tax. Times are UTC."""

    sale_id: str
    customer_id: str | None
    product_id: str
    store_id: str
    sale_date: date
    quantity: int
    unit_price: Decimal
    total_amount: Decimal
    discount_amount: Decimal | None
    tax_amount: Decimal | None
    payment_method: str
    status: str
    is_deleted: bool
    updated_at: datetime


TYPES: Mapping[str, str] = {
    "sale_id": "VARCHAR",
    "customer_id": "VARCHAR",
    "product_id": "VARCHAR",
    "store_id": "VARCHAR",
    "sale_date": "DATE",
    "quantity": "INTEGER",
    "unit_price": "DECIMAL(12, 2)",
    "total_amount": "DECIMAL(12, 2)",
    "discount_amount": "DECIMAL(12, 2)",
    "tax_amount": "DECIMAL(12, 2)",
    "payment_method": "VARCHAR",
    "status": "VARCHAR",
    "is_deleted": "BOOLEAN",
    "updated_at": "TIMESTAMP",
}


def extracted(seed: int, region: str, day: date) -> list[Sale]:
    """What the extraction for a day reads: its sales, one of them twice, and those of the day
    before that were corrected, deleted or cancelled on this day."""
    sold = of_day(seed, region, day)
    return [*sold, sold[0], *_changed(seed, region, day)]


def of_day(seed: int, region: str, day: date) -> list[Sale]:
    """The sales of a day as they were made; three of them with a fault."""
    rng = Random(f"{seed} sales {region} {day.isoformat()}")
    sales = [_sale(rng, region, day, number) for number in range(1, SALES_OF_A_DAY + 1)]
    places = rng.sample(range(1, SALES_OF_A_DAY), len(FAULTS))
    for place, fault in zip(places, FAULTS, strict=True):
        sales[place] = fault(sales[place])
    return sales


def _sale(rng: Random, region: str, day: date, number: int) -> Sale:
    quantity = rng.randint(1, 5)
    price = Decimal(rng.randrange(300, 20000)) * CENT
    total = quantity * price
    percent_off = rng.choice((0, 5, 10, 20))
    code = REGIONS[region]
    return Sale(
        sale_id=f"{code}{day:%Y%m%d}-{number:04}",
        customer_id=None if rng.random() < NO_CUSTOMER else f"{code}-C{rng.randint(1, 400):04}",
        product_id=f"P{rng.randint(1, 120):04}",
        store_id=f"{code}-S{rng.randint(1, 12):02}",
        sale_date=day,
        quantity=quantity,
        unit_price=price,
        total_amount=total,
        discount_amount=None if rng.random() < NO_DISCOUNT else _cents(total * percent_off / 100),
        tax_amount=None if rng.random() < NO_TAX else _cents(total * TAX),
        payment_method=rng.choice(PAYMENT_METHODS),
        status="COMPLETED",
        is_deleted=False,
        updated_at=datetime.combine(day, time(rng.randint(7, 22), rng.randrange(60))),
    )


def _changed(seed: int, region: str, day: date) -> list[Sale]:
    """Of the sales of the day before: three corrected, one deleted, one cancelled."""
    rng = Random(f"{seed} changes {region} {day.isoformat()}")
    chosen = rng.sample(of_day(seed, region, day - DAY), CHANGED)
    at = datetime.combine(day, time(rng.randint(7, 22), rng.randrange(60)))
    *corrected, deleted, cancelled = (replace(sale, updated_at=at) for sale in chosen)
    return [
        *(_with_quantity(sale, rng.randint(1, 5)) for sale in corrected),
        replace(deleted, is_deleted=True),
        replace(cancelled, status="CANCELLED"),
    ]


def _with_quantity(sale: Sale, quantity: int) -> Sale:
    total = quantity * sale.unit_price
    return replace(sale, quantity=quantity, total_amount=total, tax_amount=_cents(total * TAX))


FAULTS: tuple[Callable[[Sale], Sale], ...] = (
    lambda sale: replace(sale, quantity=-sale.quantity),
    lambda sale: replace(sale, unit_price=Decimal(0)),
    lambda sale: replace(sale, total_amount=3 * sale.total_amount),
)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT)
