"""The numbers of the domain, reckoned from the landing files in Python, never from the models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from tests.sales.landed import Landed, Row

Value = TypeVar("Value", date, int, Decimal)

STORE_NAMES = ("store_name", "store_type", "opening_date", "city", "state", "country", "region")
STORE_TYPES = ("FLAGSHIP", "OUTLET", "KIOSK", "ONLINE", "WAREHOUSE")
STAGED, UNIFIED, FACT = 70, 75, 80  # the least score of each layer


@dataclass(frozen=True)
class Told:
    """One telling of a sale that is valid, whatever its score."""

    order_id: str
    source: str
    sold_at: datetime
    reported_at: datetime
    customer_id: str | None
    store_id: str | None
    product_id: str | None
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    score: int
    landed: str
    file: str
    number: int

    @property
    def gross(self) -> Decimal:
        return self.quantity * self.unit_price

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount

    @property
    def rank(self) -> tuple[object, ...]:
        """The telling with the greatest one counts."""
        is_stream = self.source == "stream"
        return self.score, is_stream, self.reported_at, self.landed, self.file, self.number


@dataclass(frozen=True)
class Version:
    """One version of a product or store; `values` are what may change about it."""

    key: str
    since: datetime
    until: datetime | None
    values: tuple[object, ...]


def score(row: Row, total: str, moment: str) -> int:
    return (
        (20 if row.key("order_id") else 0)
        + 15 * bool(row.key("store_id"))
        + 15 * bool(row.key("product_id"))
        + 15 * ((row.number_of("quantity") or 0) > 0)
        + 15 * ((row.money("unit_price") or 0) > 0)
        + 10 * ((row.money(total) or 0) > 0)
        + 10 * (row.moment(moment) is not None)
    )


def streamed(row: Row) -> Told | None:
    """What an event tells; None when it is invalid."""
    sold_at, received_at = row.moment("sale_timestamp"), row.received_at
    if sold_at is None or received_at is None or sold_at > received_at + timedelta(minutes=5):
        return None
    if row.misfits("total_price"):
        return None
    return _told(row, "stream", sold_at, received_at, score(row, "total_price", "sale_timestamp"))


def batched(row: Row) -> Told | None:
    """What a row of a batch tells; None when it is invalid."""
    ordered, shipped, about = (row.day(n) for n in ("order_date", "ship_date", "partition_date"))
    if ordered is None or about is None or ordered > about or (shipped and shipped < ordered):
        return None
    if row.misfits("sales", "profit"):
        return None
    sold_at, reported_at = (datetime.combine(day, time()) for day in (ordered, about))
    return _told(row, "batch", sold_at, reported_at, score(row, "sales", "order_date"))


def _told(
    row: Row, source: str, sold_at: datetime, reported_at: datetime, points: int
) -> Told | None:
    order_id, quantity = row.key("order_id"), row.number_of("quantity")
    price, discount = row.money("unit_price"), row.money("discount")
    if not order_id or not quantity or not price or row.misfits("discount"):
        return None
    if quantity <= 0 or price <= 0 or not 0 <= (discount or 0) <= quantity * price:
        return None
    return Told(
        order_id,
        source,
        sold_at,
        reported_at,
        row.key("customer_id"),
        row.key("store_id"),
        row.key("product_id"),
        quantity,
        price,
        discount or Decimal(0),
        points,
        row.landed,
        row.file,
        row.number,
    )


def tellings(landed: Landed) -> tuple[list[Told], list[Row]]:
    """All that is staged, and the rows that are in quarantine."""
    staged, quarantined = [], []
    sources: Sequence[tuple[Iterable[Row], Callable[[Row], Told | None]]] = (
        (landed.stream(), streamed),
        (landed.rows("batch"), batched),
    )
    for rows, read in sources:
        for row in rows:
            told = read(row)
            if told and told.score >= STAGED:
                staged.append(told)
            else:
                quarantined.append(row)
    return staged, quarantined


def best(staged: Iterable[Told]) -> dict[str, Told]:
    """The telling that counts of every order, whatever its score."""
    found: dict[str, Told] = {}
    for told in staged:
        if told.order_id not in found or told.rank > found[told.order_id].rank:
            found[told.order_id] = told
    return found


def product_versions(landed: Landed) -> list[Version]:
    names = ("product_name", "category", "sub_category", "brand", "unit_cost", "unit_price")
    rows = [
        row
        for row in landed.rows("products")
        if (row.money("unit_cost") or 0) <= (row.money("unit_price") or 0)
    ]
    return list(_versions(rows, "product_id", (*names, "is_active")))


def store_versions(landed: Landed) -> list[Version]:
    rows = [row for row in landed.rows("stores") if row.key("store_type") in STORE_TYPES]
    return list(_versions(rows, "store_id", STORE_NAMES))


def _versions(rows: Iterable[Row], key: str, names: Sequence[str]) -> Iterator[Version]:
    """Versions that change something, each until the next one begins."""
    by_key: dict[str, dict[datetime, tuple[object, ...]]] = {}
    for row in sorted(rows, key=lambda row: (row.landed, row.number)):
        identity, since = row.key(key), row.moment("updated_at")
        if identity and since:
            by_key.setdefault(identity, {})[since] = tuple(row.text(name) for name in names)
    for identity, versions in by_key.items():
        changes: list[tuple[datetime, tuple[object, ...]]] = []
        for since, values in sorted(versions.items()):
            if not changes or changes[-1][1] != values:
                changes.append((since, values))
        ends = [*(since for since, _ in changes[1:]), None]
        for (since, values), until in zip(changes, ends, strict=True):
            yield Version(identity, since, until, values)


def valid_at(versions: Iterable[Version], key: str | None, moment: datetime) -> Version | None:
    found = [
        version
        for version in versions
        if version.key == key
        and version.since <= moment
        and (version.until is None or moment < version.until)
    ]
    assert len(found) <= 1
    return found[0] if found else None


@dataclass(frozen=True)
class Customer:
    first: date
    last: date
    orders: int
    value: Decimal


def customers(facts: Iterable[Told]) -> dict[str, Customer]:
    found: dict[str, Customer] = {}
    for fact in facts:
        if fact.customer_id is None:
            continue
        day = fact.sold_at.date()
        known = found.get(fact.customer_id, Customer(day, day, 0, Decimal(0)))
        found[fact.customer_id] = Customer(
            min(known.first, day), max(known.last, day), known.orders + 1, known.value + fact.net
        )
    return found


def fifths(values: Mapping[str, Value]) -> dict[str, int]:
    """1 to 5 by how many are smaller: equal ones score equally."""
    ordered = sorted(values.values())
    return {name: 5 * ordered.index(value) // len(ordered) + 1 for name, value in values.items()}


def segment(recency: int, frequency: int, monetary: int) -> str:
    if recency >= 4:
        return "CHAMPION" if frequency >= 4 else "NEW" if frequency <= 2 else "PROMISING"
    if recency == 3:
        return "LOYAL" if frequency >= 4 else "PROMISING"
    return "AT RISK" if frequency >= 3 or monetary >= 4 else "LOST"
