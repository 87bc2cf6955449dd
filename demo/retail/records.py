"""What the shops record: one frozen dataclass per kind of file, fields in the CSV's order.

Amounts are US dollars; times are UTC, written without an offset.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Customer:
    customer_id: str
    first_name: str | None
    last_name: str | None
    email: str
    phone_number: str
    address: str
    city: str
    state_province: str
    country: str
    postal_code: str
    created_at: str


@dataclass(frozen=True)
class Product:
    product_id: str
    product_name: str
    category: str
    brand: str
    price: Decimal
    created_at: str


@dataclass(frozen=True)
class Store:
    store_id: str
    store_name: str
    store_type: str
    city: str
    state_province: str
    country: str
    postal_code: str
    created_at: str


@dataclass(frozen=True)
class Order:
    order_id: str
    customer_id: str
    store_id: str
    order_status: str
    total_amount: Decimal
    discount_amount: Decimal
    shipping_cost: Decimal
    payment_type: str
    created_at: str


@dataclass(frozen=True)
class OrderItem:
    order_id: str
    product_id: str
    quantity: int
    unit_price: Decimal
    line_total: Decimal
    line_discount: Decimal
    created_at: str
