"""Customers and orders of a small shop, as its programming interface tells them.

Every function is pure in its arguments: the same generator state and time give the same records.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from demo import fakers

Record = dict[str, Any]

CUSTOMERS = 300
WITHOUT_EMAIL = 5
COUNTRIES = {"en_US": ("United States", "state"), "en_CA": ("Canada", "province")}
AMERICANS = 0.9
PRICES = (8.5, 12.0, 14.25, 19.99, 24.0, 36.5, 48.0)
TAX = 0.0825
IN_ONE_ORDER = (1, 6)  # pieces
AS_GUEST, AS_GIFT, WITHOUT_ADDRESS, WITHOUT_TAX = 0.03, 0.08, 0.02, 0.05
UNREADABLE = "yesterday"
SHOUTED = 0.1  # of the e-mail addresses are typed in capitals


class People:
    """Names and addresses that look real and belong to nobody, the same for the same seed."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._fakers = fakers.seeded(rng, COUNTRIES)

    def customer(self, number: int, known_since: datetime) -> Record:
        """A customer with an address, who has bought nothing yet."""
        locale = "en_US" if self.rng.random() < AMERICANS else "en_CA"
        country, part = COUNTRIES[locale]
        faker = self._fakers[locale]
        first_name, last_name = faker.first_name(), faker.last_name()
        name = f"{first_name}.{last_name}".lower().replace(" ", "").replace("'", "")
        return {
            "first_name": first_name,
            "last_name": last_name,
            "email": f"{name}{number}@example.com",
            "total_spent": 0.0,
            "created_at": _moment(known_since),
            "default_address": {
                "address1": faker.street_address(),
                "city": faker.city(),
                "province": getattr(faker, part)(),
                "country": country,
                "zip": faker.postcode(),
                "latitude": round(self.rng.uniform(25, 49), 6),
                "longitude": round(self.rng.uniform(-124, -67), 6),
            },
        }


def customers(people: People, first: int, count: int, now: datetime) -> list[Record]:
    """`count` customers numbered from `first`, known for up to two years before `now`."""
    found = [
        people.customer(number, now - timedelta(minutes=people.rng.randint(1, 2 * 525_600)))
        for number in range(first, first + count)
    ]
    for record in people.rng.sample(found, min(WITHOUT_EMAIL, count // 10)):
        record["email"] = None
    return found


def order(rng: Random, buyers: Sequence[Record], number: int, moment: datetime) -> Record:
    """One order. Who bought once buys again; some buy as guests, some send it to a friend."""
    buyer = buyers[min(int(rng.expovariate(4) * len(buyers)), len(buyers) - 1)]
    receiver = rng.choice(buyers) if rng.random() < AS_GIFT else buyer
    price = round(sum(rng.choice(PRICES) for _ in range(rng.randint(*IN_ONE_ORDER))), 2)
    email = buyer["email"]
    if email and rng.random() < AS_GUEST:
        email = f"guest{number}@example.org"
    elif email and rng.random() < SHOUTED:
        email = email.upper()
    address: Record | None = {
        "first_name": receiver["first_name"],
        "last_name": receiver["last_name"],
        **receiver["default_address"],
    }
    return {
        "order_number": number,
        "total_price": round(price * (1 + TAX), 2),
        "current_total_tax": None if rng.random() < WITHOUT_TAX else round(price * TAX, 2),
        "email": email,
        "created_at": _moment(moment),
        "shipping_address": None if rng.random() < WITHOUT_ADDRESS else address,
    }


def moments(rng: Random, begin: datetime, end: datetime, count: int) -> list[datetime]:
    """Whole seconds between two times, in order; later ones are likelier, since the shop grows."""
    seconds = (end - begin).total_seconds()
    return sorted(
        begin + timedelta(seconds=int(seconds * rng.random() ** 0.6)) for _ in range(count)
    )


def broken(rng: Random, good: Sequence[Record]) -> list[Record]:
    """Deliveries that do not fit: no number, a negative price, no time that anyone can read."""
    first, second, third, fourth = rng.sample(good, 4)
    return [
        {**first, "order_number": None},
        {**second, "total_price": -second["total_price"]},
        {**third, "created_at": {"member0": None, "member1": UNREADABLE}},
        {**fourth, "total_price": None},
    ]


def fits(record: Record) -> bool:
    """Whether an order is none of those deliveries."""
    return (
        record["order_number"] is not None
        and (record["total_price"] or 0) > 0
        and record["created_at"]["member1"] != UNREADABLE
    )


def refunded(record: Record) -> Record:
    """An order of which a fifth was paid back."""
    tax = record["current_total_tax"]
    return {
        **record,
        "total_price": round(record["total_price"] * 0.8, 2),
        "current_total_tax": None if tax is None else round(tax * 0.8, 2),
    }


def _moment(moment: datetime) -> Record:
    """A time as the sync tool writes it: parsed if it could, else as the text that came."""
    if moment.second % 10:
        return {"member0": moment, "member1": None}
    return {"member0": None, "member1": (moment - timedelta(hours=5)).isoformat() + "-05:00"}
