"""The sample data have the numbers that the shops' data have, faults included."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from demo.generate import generate
from demo.retail import landing, masters, orders
from demo.retail.masters import Invention
from demo.zone import Zone
from runner.errors import UsageError

NOW = datetime(2026, 3, 31, 18, 0)
LATER = NOW + timedelta(days=1)

Row = dict[str, str]


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Zone:
    """A landing zone with everything in it: extracts, two batches, changes, deletions."""
    zone = Zone(tmp_path_factory.mktemp("landing"), 360, NOW)
    landing.first_extracts(zone)
    landing.batch(zone)
    landing.batch(zone.at(LATER))
    landing.changes(zone.at(LATER))
    landing.full_extracts(zone.at(LATER), 3)
    return zone


@pytest.fixture(scope="module")
def first(zone: Zone) -> dict[str, list[Row]]:
    """The rows of the first file in every folder."""
    return {folder.name: rows_of(min(folder.glob("[fb]*.csv"))) for folder in zone.folder.iterdir()}


@pytest.fixture(scope="module")
def many_orders() -> tuple[list[orders.Order], list[orders.OrderItem]]:
    invention = Invention(Random(1))
    shop = orders.Shop(["C1", "C2"], ["S1"], masters.products(invention, NOW))
    return orders.batch(Random(2), shop, NOW, 5000)


def test_of_1000_customers_ten_lack_each_name_and_twenty_stand_there_twice(
    first: dict[str, list[Row]],
) -> None:
    rows = first["customers"]
    times = Counter(row["customer_id"] for row in rows)
    by_id = {row["customer_id"]: row for row in rows}
    assert len(rows) == 1020
    assert Counter(times.values()) == {1: 980, 2: 20}
    assert sum(not row["first_name"] for row in by_id.values()) == 10
    assert sum(not row["last_name"] for row in by_id.values()) == 10


def test_of_200_products_in_five_categories_two_have_a_negative_price(
    first: dict[str, list[Row]],
) -> None:
    rows = first["products"]
    assert len({row["product_id"] for row in rows}) == len(rows) == 200
    assert set(Counter(row["category"] for row in rows).values()) == {40}
    assert sum(Decimal(row["price"]) < 0 for row in rows) == 2


def test_the_50_stores_are_online_or_brick_and_mortar(first: dict[str, list[Row]]) -> None:
    rows = first["stores"]
    assert len({row["store_id"] for row in rows}) == len(rows) == 50
    assert {row["store_type"] for row in rows} == {"Online", "Brick and Mortar"}


def test_a_batch_has_400_to_1000_orders_with_one_to_five_lines(zone: Zone) -> None:
    for path in (zone.folder / "orders").iterdir():
        placed = rows_of(path)
        lines = rows_of(zone.folder / "orderitems" / path.name)
        by_order = Counter(line["order_id"] for line in lines)
        assert 400 <= len(placed) <= 1000
        assert by_order.keys() == {row["order_id"] for row in placed}
        assert set(by_order.values()) == {1, 2, 3, 4, 5}
        assert sum(Decimal(line["quantity"]) < 0 for line in lines) == round(len(lines) / 100)
        assert len({(line["order_id"], line["product_id"]) for line in lines}) == len(lines)


def test_orders_name_customers_products_and_stores_that_there_are(
    first: dict[str, list[Row]],
) -> None:
    customers = {row["customer_id"] for row in first["customers"]}
    stores = {row["store_id"] for row in first["stores"]}
    products = {row["product_id"] for row in first["products"]}
    assert {row["customer_id"] for row in first["orders"]} <= customers
    assert {row["store_id"] for row in first["orders"]} <= stores
    assert {row["product_id"] for row in first["orderitems"]} <= products


def test_an_order_costs_its_lines_less_discount_plus_shipping(
    many_orders: tuple[list[orders.Order], list[orders.OrderItem]],
) -> None:
    placed, lines = many_orders
    goods: Counter[str] = Counter()
    for line in lines:
        goods[line.order_id] += line.line_total  # type: ignore[assignment]
    assert all(
        order.total_amount == goods[order.order_id] - order.discount_amount + order.shipping_cost
        for order in placed
    )


def test_orders_spread_over_30_days_weekends_twice_as_likely_hours_peaking_at_noon(
    many_orders: tuple[list[orders.Order], list[orders.OrderItem]],
) -> None:
    moments = [datetime.fromisoformat(order.created_at) for order in many_orders[0]]
    by_day = Counter(moment.date() for moment in moments)
    by_hour = Counter(moment.hour for moment in moments)
    days = {NOW.date() - timedelta(days=back) for back in range(1, 31)}
    weekend = [count for day, count in by_day.items() if day.weekday() >= 5]
    week = [count for day, count in by_day.items() if day.weekday() < 5]
    assert by_day.keys() == days
    assert 1.8 < (sum(weekend) / len(weekend)) / (sum(week) / len(week)) < 2.2
    assert max(by_hour, key=by_hour.__getitem__) in {11, 12, 13}
    assert by_hour[0] < by_hour[8] < by_hour[12] > by_hour[16] > by_hour[23]


@pytest.mark.parametrize(
    ("folder", "key", "expected"),
    [
        ("customers", "customer_id", 50),
        ("products", "product_id", 10),
        ("stores", "store_id", 2),
    ],
)
def test_a_delta_holds_five_percent_modified_with_a_new_created_at(
    zone: Zone, first: dict[str, list[Row]], folder: str, key: str, expected: int
) -> None:
    before = {row[key]: row for row in first[folder]}
    (path,) = (zone.folder / folder).glob("delta_*.csv")
    changed = rows_of(path)
    written = datetime.strptime(path.stem, "delta_%Y%m%dT%H%M%S")
    assert len({row[key] for row in changed}) == len(changed) == expected
    assert all(row["created_at"] == f"{written:%Y-%m-%d %H:%M:%S}" for row in changed)
    for row in changed:
        assert {**row, "created_at": ""} != {**before[row[key]], "created_at": ""}


def test_a_later_full_extract_lacks_some_keys_and_carries_the_changes(
    zone: Zone, first: dict[str, list[Row]]
) -> None:
    newest = max((zone.folder / "customers").glob("full_*.csv"))
    (delta,) = (zone.folder / "customers").glob("delta_*.csv")
    rows = {row["customer_id"]: row for row in rows_of(newest)}
    gone = {row["customer_id"] for row in first["customers"]} - rows.keys()
    changed = {row["customer_id"]: row for row in rows_of(delta)}
    assert len(gone) == 3
    assert all(rows[key] == row for key, row in changed.items() if key not in gone)


def test_the_same_seed_and_times_give_the_same_bytes(zone: Zone, tmp_path: Path) -> None:
    again = Zone(tmp_path / "again", zone.seed, NOW)
    landing.first_extracts(again)
    landing.batch(again)
    other = Zone(tmp_path / "other", zone.seed + 1, NOW)
    landing.first_extracts(other)
    for path in again.folder.glob("*/*.csv"):
        assert path.read_bytes() == (zone.folder / path.relative_to(again.folder)).read_bytes()
    for path in other.folder.glob("*/*.csv"):
        assert path.read_bytes() != (zone.folder / path.relative_to(other.folder)).read_bytes()


def test_no_file_is_ever_seen_unfinished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[str]] = []
    rename = Path.replace

    def watch(aside: Path, path: Path) -> Path:
        seen.append({found.name for found in path.parent.glob("*.csv")})
        assert rows_of(aside)
        return rename(aside, path)

    monkeypatch.setattr(Path, "replace", watch)
    landing.first_extracts(Zone(tmp_path, 1, NOW))
    assert seen == [set(), set(), set()]
    assert len(list(tmp_path.glob("*/*"))) == 3


def test_the_stream_lands_a_batch_after_another(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        generate,
        ["retail", "stream", "--landing", str(tmp_path), "--every", "0", "--batches", "2"],
    )
    assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "orders").glob("*.csv"))) == 2
    assert len(list((tmp_path / "customers").glob("full_*.csv"))) == 1


def test_ctrl_c_stops_the_stream_and_leaves_whole_files(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "demo.generate", "retail", "stream", "--landing"]
    stream = subprocess.Popen(
        [*command, str(tmp_path), "--every", "60"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert stream.stdout
    for line in stream.stdout:
        if "/orders/" in line:
            break
    stream.send_signal(signal.SIGINT)
    _, said = stream.communicate(timeout=30)
    assert stream.returncode == 0
    assert said == "stopped; every file that landed is whole\n"
    assert len(list(tmp_path.glob("*/*"))) == len(list(tmp_path.glob("*/*.csv"))) == 5


def test_a_batch_without_customers_says_what_to_land_first(tmp_path: Path) -> None:
    result = CliRunner().invoke(generate, ["retail", "batch", "--landing", str(tmp_path)])
    assert "land the first extracts" in str(result.exception)


def test_a_full_extract_is_never_empty(tmp_path: Path) -> None:
    zone = Zone(tmp_path, 1, NOW)
    landing.first_extracts(zone)
    with pytest.raises(UsageError, match="only 50 stores"):
        landing.full_extracts(zone, 50)
