"""What the sources of sales write: a frozen dataclass per kind of CSV file, fields in its order.

Amounts are US dollars; times are UTC, written without an offset. A streamed event is a document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Product:
    product_id: str
    product_name: str
    category: str
    sub_category: str
    brand: str
    unit_cost: Decimal
    unit_price: Decimal
    is_active: str
    updated_at: str


@dataclass(frozen=True)
class Store:
    store_id: str
    store_name: str
    store_type: str
    opening_date: str
    city: str
    state: str
    country: str
    region: str
    updated_at: str


@dataclass(frozen=True)
class BatchSale:
    """One sale as a shop reports it; what it lacks or gets wrong is written as it is."""

    order_id: str
    order_date: str
    ship_date: str
    customer_id: str
    customer_segment: str
    region: str
    country: str
    state: str
    city: str
    store_id: str
    product_id: str
    quantity: str
    unit_price: str
    sales: str
    discount: str
    profit: str
    batch_id: str
    partition_date: str


@dataclass(frozen=True)
class Sale:
    """What happened, before anybody writes it down: both sources tell of it."""

    order_id: str
    sold_at: str
    customer_id: str
    product: Product
    store: Store
    quantity: int
    discount: Decimal
    payment_method: str

    @property
    def total(self) -> Decimal:
        return self.quantity * self.product.unit_price - self.discount
