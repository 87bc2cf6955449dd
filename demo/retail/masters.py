"""Customers, products and stores, faults included, and what changes about them later.

Every function is pure in its arguments: the same generator state and time give the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from faker import Faker

from demo import fakers
from demo.retail.records import Customer, Product, Store

CUSTOMERS, PRODUCTS, STORES = 1000, 200, 50
MISSING_FIRST_NAME = MISSING_LAST_NAME = NEGATIVE_PRICE = 0.01
DUPLICATED = 0.02
CHANGED = 0.05
YEARS_BACK = 3

CATEGORIES = {
    "Beauty": ("Face Cream", "Hand Soap", "Perfume", "Shampoo", "Lip Balm"),
    "Clothing": ("Rain Jacket", "Wool Sweater", "Jeans", "Running Shirt", "Scarf"),
    "Electronics": ("Headphones", "Keyboard", "Desk Lamp", "Charger", "Camera"),
    "Home": ("Tea Kettle", "Blanket", "Cutting Board", "Wall Clock", "Vase"),
    "Sports": ("Yoga Mat", "Football", "Tennis Racket", "Water Bottle", "Backpack"),
}
STORE_TYPES = ("Online", "Brick and Mortar")
# locale of the names and addresses -> country, and what a part of it is called there
COUNTRIES = {
    "en_US": ("United States", "state"),
    "en_CA": ("Canada", "province"),
    "en_AU": ("Australia", "state"),
    "de_DE": ("Germany", "state"),
}

Record = TypeVar("Record", Customer, Product, Store)


class Invention:
    """Names and addresses that look real and belong to nobody, the same for the same seed."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._fakers = fakers.seeded(rng, COUNTRIES)

    def place(self) -> tuple[Faker, dict[str, str]]:
        """A faker of some country, and a town there as columns."""
        locale = self.rng.choice(list(COUNTRIES))
        country, part = COUNTRIES[locale]
        faker = self._fakers[locale]
        return faker, {
            "city": faker.city(),
            "state_province": getattr(faker, part)(),
            "country": country,
            "postal_code": faker.postcode(),
        }


def customers(invention: Invention, now: datetime) -> list[Customer]:
    """1,000 customers: 1% without a first name, 1% without a last name, 2% twice."""
    rng = invention.rng
    rows = [_customer(invention, number, now) for number in range(1, CUSTOMERS + 1)]
    nameless = rng.sample(range(CUSTOMERS), round(CUSTOMERS * MISSING_FIRST_NAME) * 2)
    for index in nameless[::2]:
        rows[index] = replace(rows[index], first_name=None)
    for index in nameless[1::2]:
        rows[index] = replace(rows[index], last_name=None)
    rows += some(rng, rows, DUPLICATED)
    rng.shuffle(rows)
    return rows


def products(invention: Invention, now: datetime) -> list[Product]:
    """200 products in 5 categories, as many in each; 1% have a negative price."""
    rng = invention.rng
    rows = [_product(invention, number, now) for number in range(1, PRODUCTS + 1)]
    for row in some(rng, rows, NEGATIVE_PRICE):
        rows[rows.index(row)] = replace(row, price=-row.price)
    return rows


def stores(invention: Invention, now: datetime) -> list[Store]:
    """50 stores, online or brick and mortar."""
    return [_store(invention, number, now) for number in range(1, STORES + 1)]


def changed_customers(
    invention: Invention, rows: Sequence[Customer], now: datetime
) -> list[Customer]:
    """5% of the customers, moved to another address."""
    return [_moved(invention, row, now) for row in some(invention.rng, rows, CHANGED)]


def changed_products(invention: Invention, rows: Sequence[Product], now: datetime) -> list[Product]:
    """5% of the products, with a price of at most a fifth more or less."""
    rng = invention.rng
    return [
        replace(row, price=_cents(row.price * rng.randint(80, 120) / 100), created_at=text(now))
        for row in some(rng, rows, CHANGED)
    ]


def changed_stores(invention: Invention, rows: Sequence[Store], now: datetime) -> list[Store]:
    """5% of the stores, under another name."""
    return [
        replace(row, store_name=_store_name(invention, row), created_at=text(now))
        for row in some(invention.rng, rows, CHANGED)
    ]


def some(rng: Random, rows: Sequence[Record], share: float) -> list[Record]:
    """A random choice of exactly that share of the rows, at least one."""
    return rng.sample(list(rows), max(1, round(len(rows) * share)))


def text(moment: datetime) -> str:
    """A moment as the shops write it: UTC, to the second."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _customer(invention: Invention, number: int, now: datetime) -> Customer:
    faker, place = invention.place()
    first_name, last_name = faker.first_name(), faker.last_name()
    return Customer(
        customer_id=f"C{number:05}",
        first_name=first_name,
        last_name=last_name,
        email=f"{faker.user_name()}.{number}@example.com",
        phone_number=faker.phone_number(),
        address=faker.street_address().replace("\n", ", "),
        created_at=_past(invention.rng, now),
        **place,
    )


def _moved(invention: Invention, row: Customer, now: datetime) -> Customer:
    faker, place = invention.place()
    address = faker.street_address().replace("\n", ", ")
    return replace(row, address=address, created_at=text(now), **place)


def _product(invention: Invention, number: int, now: datetime) -> Product:
    rng = invention.rng
    category = list(CATEGORIES)[number % len(CATEGORIES)]
    faker, _ = invention.place()
    brand = faker.last_name()
    return Product(
        product_id=f"P{number:04}",
        product_name=f"{brand} {rng.choice(CATEGORIES[category])}",
        category=category,
        brand=brand,
        price=_cents(Decimal(rng.randint(500, 25000)) / 100),
        created_at=_past(rng, now),
    )


def _store(invention: Invention, number: int, now: datetime) -> Store:
    _, place = invention.place()
    store = Store(
        store_id=f"S{number:03}",
        store_name="",
        store_type=invention.rng.choice(STORE_TYPES),
        created_at=_past(invention.rng, now),
        **place,
    )
    return replace(store, store_name=_store_name(invention, store))


def _store_name(invention: Invention, row: Store) -> str:
    word = "Online" if row.store_type == "Online" else row.city
    faker, _ = invention.place()
    return f"{faker.last_name()} {word}"


def _past(rng: Random, now: datetime) -> str:
    return text(now - timedelta(seconds=rng.randint(86400, YEARS_BACK * 365 * 86400)))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))
