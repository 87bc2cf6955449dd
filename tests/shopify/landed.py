"""What the sync's files say, read with DuckDB alone: the other side of every comparison."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb

Record = dict[str, Any]
CENT = Decimal("0.01")

# What holds the time of a load: raw tables, and the tables that keep it.
LOADED = (
    "shopify_raw.orders",
    "shopify_raw.customers",
    "shopify_staging.stg_orders",
    "shopify_staging.stg_orders__quarantine",
    "shopify_staging.stg_customers",
    "shopify_staging.stg_customers__quarantine",
    "shopify_serving.dim_customers",
    "shopify_serving.fct_sales",
)


@dataclass(frozen=True)
class Sale:
    """An order as it counts in the end."""

    number: str
    price: Decimal
    tax: Decimal
    moment: datetime
    customer: tuple[str | None, ...] | None  # first name, last name, e-mail address
    place: tuple[str | None, ...] | None  # address1, city, country, zip
    province: str | None

    @property
    def month(self) -> date:
        return self.moment.date().replace(day=1)

    @property
    def quarter(self) -> date:
        return date(self.moment.year, (self.moment.month - 1) // 3 * 3 + 1, 1)


@dataclass(frozen=True)
class Landed:
    """The files of a landing zone."""

    folder: Path

    def deliveries(self, kind: str) -> Iterator[Record]:
        """Every record of every file; the files in the order of their syncs."""
        for path in sorted((self.folder / "shopify" / kind).glob("*.parquet")):
            with duckdb.connect() as connection:
                found = connection.read_parquet(str(path))
                for row in found.fetchall():
                    yield dict(zip(found.columns, row, strict=True))

    def broken(self) -> list[Record]:
        """The deliveries of orders that do not fit."""
        return [record for record in self.deliveries("orders") if not _fits(record)]

    def orders(self) -> dict[str, Record]:
        """The last delivery that fits of each order."""
        return {str(r["order_number"]): r for r in self.deliveries("orders") if _fits(r)}

    def customers(self) -> dict[str, Record]:
        """The last delivery of each customer, by e-mail address or name."""
        return {_identifier(record): record for record in self.deliveries("customers")}

    def sales(self) -> list[Sale]:
        """The orders as they count: with who bought, as last known by the shop or by an order."""
        orders = self.orders()
        names: dict[str, tuple[str | None, ...]] = {}
        for record in sorted(orders.values(), key=lambda r: (_moment(r), str(r["order_number"]))):
            address = record["shipping_address"] or {}
            known = {**address, "email": record["email"]}
            if _identifier(known):
                names[_identifier(known)] = _names(known)
        for identifier, record in self.customers().items():
            names[identifier] = _names(record)
        return [self._sale(record, names) for record in orders.values()]

    def _sale(self, record: Record, names: dict[str, tuple[str | None, ...]]) -> Sale:
        address = record["shipping_address"] or {}
        place = tuple(address.get(name) for name in ("address1", "city", "country", "zip"))
        return Sale(
            number=str(record["order_number"]),
            price=_money(record["total_price"]),
            tax=_money(record["current_total_tax"] or 0),
            moment=_moment(record),
            customer=names.get(_identifier({**address, "email": record["email"]})),
            place=place if any(place) else None,
            province=address.get("province"),
        )


def key(parts: tuple[str | None, ...] | None) -> str | None:
    """A surrogate key: each part behind its length."""
    if parts is None:
        return None
    text = "".join("-" if part is None else f"{len(part)}:{part}" for part in parts)
    return hashlib.md5(text.encode()).hexdigest()


def _fits(record: Record) -> bool:
    price, moment = record["total_price"], record["created_at"]
    readable = moment["member0"] is not None or (moment["member1"] or "").startswith("20")
    return record["order_number"] is not None and price is not None and price >= 0 and readable


def _identifier(record: Record) -> str:
    name = f"{record.get('first_name') or ''} {record.get('last_name') or ''}".strip()
    return (record["email"] or name).lower() if record["email"] else name


def _names(record: Record) -> tuple[str | None, ...]:
    email = record["email"]
    return (record.get("first_name"), record.get("last_name"), email.lower() if email else None)


def _moment(record: Record) -> datetime:
    moment = record["created_at"]
    if moment["member0"] is not None:
        found: datetime = moment["member0"]
        return found
    return datetime.fromisoformat(moment["member1"]).astimezone(UTC).replace(tzinfo=None)


def _money(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(CENT, ROUND_HALF_UP)
