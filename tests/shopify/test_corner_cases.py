"""What sample data rarely hold, delivery after delivery, in files written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from demo import files
from demo.shopify.landing import TYPES
from tests.shopify.landed import LOADED
from tests.warehouse import Warehouse

pytestmark = pytest.mark.slow  # builds of its own

BERN = {"address1": "Gasse 1", "city": "Bern", "province": "BE", "country": "CH", "zip": "3000"}
ANN = {"first_name": "Ann", "last_name": "One", "email": "ann@example.com"}


def order(number: int | None, price: float | None, **changed: Any) -> dict[str, Any]:
    name = {"first_name": "Ann", "last_name": "One"}
    moment = {"member0": datetime(2026, 1, 31, 23, 30), "member1": None}
    return {
        "_airbyte_ab_id": "x",
        "order_number": number,
        "total_price": price,
        "current_total_tax": 1.0,
        "email": "Ann@Example.com ",
        "created_at": moment,
        "shipping_address": {**name, **BERN},
    } | changed


def customer(**changed: Any) -> dict[str, Any]:
    moment = {"member0": None, "member1": "2026-01-01T23:00:00-05:00"}
    return {
        "_airbyte_ab_id": "x",
        **ANN,
        "total_spent": 1.0,
        "created_at": moment,
        "default_address": BERN,
    } | changed


def sync(warehouse: Warehouse, second: int, kind: str, records: Sequence[dict[str, Any]]) -> None:
    """Land a file of the sync that ran in that second."""
    name = f"2026_02_01_{1_769_900_000_000 + second * 1000}_0.parquet"
    files.write_parquet(warehouse.landing / "shopify" / kind / name, TYPES[kind], records)


def first_sync(warehouse: Warehouse) -> None:
    sync(warehouse, 10, "customers", [customer(), customer(first_name="Anna")])
    sync(
        warehouse,
        10,
        "orders",
        [
            order(1, 10.0),
            order(2, 20.0),
            order(2, 25.0),
            order(3, 30.0, email=None, shipping_address=None),
            order(4, -1.0),
            order(5, 50.0, created_at={"member0": None, "member1": "2026-02-01T01:00:00+02:00"}),
            order(6, 60.0, email=None),
            order(7, 70.0, current_total_tax=None, shipping_address=None),
        ],
    )


def second_sync(warehouse: Warehouse) -> None:
    sync(warehouse, 30, "customers", [customer(last_name="Two"), customer(created_at=None)])
    sync(warehouse, 30, "orders", [order(1, 11.0), order(2, -5.0), order(4, 44.0)])


def late_sync(warehouse: Warehouse) -> None:
    """A file of a sync between the two, which the bucket got last."""
    sync(warehouse, 20, "orders", [order(1, 99.0), order(8, 80.0)])
    sync(warehouse, 20, "customers", [customer(last_name="Late")])


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("corner_cases"), "shopify")
    warehouse.landing.mkdir()
    warehouse.build()
    assert warehouse.rows("select count(*) from shopify_serving.fct_sales") == [(0,)]
    for happens in (first_sync, second_sync, late_sync):
        happens(warehouse)
        warehouse.build()
        warehouse.let_a_day_pass(*LOADED)
    return warehouse


def price(warehouse: Warehouse, number: int) -> list[tuple[Any, ...]]:
    return warehouse.rows(
        f"select total_price from shopify_serving.fct_sales where order_number = '{number}'"
    )


def test_the_newest_sync_counts_even_if_an_older_one_arrives_after_it(warehouse: Warehouse) -> None:
    assert price(warehouse, 1) == [(Decimal("11.00"),)]
    assert price(warehouse, 8) == [(Decimal("80.00"),)]


def test_of_two_versions_in_one_file_the_last_counts(warehouse: Warehouse) -> None:
    rows = warehouse.rows("select first_name, last_name from shopify_staging.stg_customers")
    assert rows == [("Ann", "Two")]
    assert price(warehouse, 2) == [(Decimal("25.00"),)]


def test_a_broken_delivery_leaves_the_order_as_it_was(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "select order_number, rejection_reason"
        " from shopify_staging.stg_orders__quarantine order by 1"
    )
    assert rows == [
        ("2", "total_price is negative: -5.0"),
        ("4", "total_price is negative: -1.0"),
    ]
    assert price(warehouse, 4) == [(Decimal("44.00"),)]


def test_days_are_those_of_utc(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "select order_number, created_at_key from shopify_serving.fct_sales"
        " where order_number in ('1', '5') order by order_number"
    )
    assert rows == [("1", 20260131), ("5", 20260131)]


def test_customers_are_told_by_address_and_guests_by_name(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "select customers.customer_identifier, customers.is_guest, count(*)"
        " from shopify_serving.fct_sales as sales"
        " left join shopify_serving.dim_customers as customers"
        " on sales.customer_identifier_key = customers.customer_key"
        " group by all order by 1 nulls last"
    )
    assert rows == [("Ann One", True, 1), ("ann@example.com", False, 6), (None, None, 1)]


def test_an_order_without_a_place_has_none(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select order_number from shopify_serving.fct_sales where location_key is null order by 1"
    ) == [("3",), ("7",)]


def test_missing_tax_counts_as_none(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        "select current_total_tax from shopify_serving.fct_sales where order_number = '7'"
    ) == [(Decimal("0.00"),)]


def test_all_of_it_equals_a_full_build(warehouse: Warehouse) -> None:
    tables = (
        "shopify_staging.stg_orders",
        "shopify_staging.stg_customers",
        "shopify_serving.fct_sales",
    )
    before = [sorted(warehouse.rows(f"select * from {table}"), key=str) for table in tables]
    warehouse.build("--full-refresh")
    assert [sorted(warehouse.rows(f"select * from {table}"), key=str) for table in tables] == before


def test_a_customer_known_by_name_is_missed_when_lost_behind_the_door(tmp_path: Path) -> None:
    warehouse = Warehouse.copied_to(tmp_path, "shopify")
    sync(warehouse, 10, "customers", [customer(email=None), customer(email="", first_name="Bo")])
    warehouse.build()
    with warehouse.session() as session:
        session.execute("delete from shopify_staging.stg_customers where first_name = 'Bo'")
    checked = warehouse.run("check", "-s", "check:shopify/every_landed_record*")
    assert checked.exit_code == 1
    assert "every_landed_record_is_staged_or_in_quarantine" in checked.stdout + checked.stderr
