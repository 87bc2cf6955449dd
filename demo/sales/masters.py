"""Products and stores with the versions that they have had, and what changes about them later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from demo.sales.records import Product, Store

PRODUCTS, STORES = 60, 12
REPRICED, MOVED = 12, 2  # products and stores with two versions in the first file
CHANGED_PRODUCTS, CHANGED_STORES = 6, 2
CENT = Decimal("0.01")

Row = TypeVar("Row", Product, Store)

SHELVES = {
    "Furniture": ("Chair", "Desk", "Lamp"),
    "Office": ("Binder", "Paper", "Pen"),
    "Technology": ("Phone", "Printer", "Router"),
}
BRANDS = ("Acorn", "Birch", "Cedar", "Doric", "Ember", "Fjord")
STORE_TYPES = ("FLAGSHIP", "OUTLET", "KIOSK", "ONLINE", "WAREHOUSE")
TOWNS = (
    ("Boston", "Massachusetts", "United States", "East"),
    ("Chicago", "Illinois", "United States", "Central"),
    ("Seattle", "Washington", "United States", "West"),
    ("Toronto", "Ontario", "Canada", "East"),
    ("Vancouver", "British Columbia", "Canada", "West"),
)


def text(moment: datetime) -> str:
    """A moment as the sources write it: UTC, to the second."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def products(rng: Random, now: datetime) -> list[Product]:
    """60 products, 12 of them with a second price since some day of the last 60; one costs more
    than it sells for, which is a mistake."""
    rows = [_product(rng, number, now) for number in range(1, PRODUCTS + 1)]
    repriced = [
        _repriced(rng, row, now - timedelta(days=rng.randint(2, 60), minutes=rng.randrange(1440)))
        for row in rng.sample(rows, REPRICED)
    ]
    wrong = replace(_product(rng, PRODUCTS + 1, now), unit_cost=Decimal("900.00"))
    return _shuffled(rng, [*rows, *repriced, wrong])


def stores(rng: Random, now: datetime) -> list[Store]:
    """12 stores, 2 of which have moved to another town on some day of the last 60; one is of a
    type that nobody knows."""
    rows = [_store(rng, number, now) for number in range(1, STORES + 1)]
    moved = [
        _moved(rng, row, now - timedelta(days=rng.randint(2, 60)))
        for row in rng.sample(rows, MOVED)
    ]
    wrong = replace(_store(rng, STORES + 1, now), store_type="TENT")
    return _shuffled(rng, [*rows, *moved, wrong])


def changed_products(rng: Random, rows: Sequence[Product], now: datetime) -> list[Product]:
    """6 products with another price, half of them since yesterday, one of them delivered again as
    it was, and one that is not sold any more."""
    *repriced, gone, same = rng.sample(list(rows), CHANGED_PRODUCTS + 2)
    changed = [
        _repriced(rng, row, now - timedelta(days=1 if index % 2 else 0, hours=1))
        for index, row in enumerate(repriced)
    ]
    ended = replace(gone, is_active="false", updated_at=text(now - timedelta(hours=1)))
    return [*changed, ended, replace(same, updated_at=text(now - timedelta(hours=2)))]


def changed_stores(rng: Random, rows: Sequence[Store], now: datetime) -> list[Store]:
    """2 stores that have moved."""
    return [
        _moved(rng, row, now - timedelta(hours=6)) for row in rng.sample(list(rows), CHANGED_STORES)
    ]


def _product(rng: Random, number: int, now: datetime) -> Product:
    category = rng.choice(list(SHELVES))
    sub_category, brand = rng.choice(SHELVES[category]), rng.choice(BRANDS)
    cost = (Decimal(rng.randint(200, 20000)) / 100).quantize(CENT)
    return Product(
        product_id=f"P{number:03}",
        product_name=f"{brand} {sub_category} {number}",
        category=category,
        sub_category=sub_category,
        brand=brand,
        unit_cost=cost,
        unit_price=(cost * rng.randint(120, 200) / 100).quantize(CENT),
        is_active="true",
        updated_at=text(now - timedelta(days=rng.randint(200, 900))),
    )


def _repriced(rng: Random, row: Product, moment: datetime) -> Product:
    price = (row.unit_price * rng.randint(105, 130) / 100).quantize(CENT)
    return replace(row, unit_price=price, updated_at=text(moment))


def _store(rng: Random, number: int, now: datetime) -> Store:
    city, state, country, region = rng.choice(TOWNS)
    kind = STORE_TYPES[number % len(STORE_TYPES)]
    opened = now - timedelta(days=rng.randint(1000, 4000))
    return Store(
        store_id=f"ST{number:02}",
        store_name=f"{city} {kind.capitalize()} {number}",
        store_type=kind,
        opening_date=f"{opened:%Y-%m-%d}",
        city=city,
        state=state,
        country=country,
        region=region,
        updated_at=text(now - timedelta(days=rng.randint(200, 900))),
    )


def _moved(rng: Random, row: Store, moment: datetime) -> Store:
    city, state, country, region = rng.choice([town for town in TOWNS if town[0] != row.city])
    return replace(
        row, city=city, state=state, country=country, region=region, updated_at=text(moment)
    )


def _shuffled(rng: Random, rows: list[Row]) -> list[Row]:
    return rng.sample(rows, len(rows))
