"""What sample data rarely hold: late, repeated, broken and deleted records, day after day.

The original warehouse lost late orders, since it chose what is new by the order's own time, and
kept an arbitrary one of several versions of a customer that landed together. Neither happens here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from tests.retail.landed import LOADED
from tests.warehouse import Warehouse

pytestmark = pytest.mark.slow  # a build of its own

CUSTOMER = "customer_id,first_name,last_name,email,phone_number,address,city,state_province,country"
HEADERS = {
    "customers": f"{CUSTOMER},postal_code,created_at",
    "products": "product_id,product_name,category,brand,price,created_at",
    "stores": "store_id,store_name,store_type,city,state_province,country,postal_code,created_at",
    "orders": "order_id,customer_id,store_id,order_status,total_amount,discount_amount,"
    "shipping_cost,payment_type,created_at",
    "orderitems": "order_id,product_id,quantity,unit_price,line_total,line_discount,created_at",
}
NEVER_CHANGE = [f"K{number},Kim,Kay,,,,,,,,2025-11-01 00:00:00" for number in range(30)]
ANN_1 = "ANN,Ann,One,,,,,,,,2025-12-01 00:00:00"
ANN_LATE = "ANN,Ann,Late,,,,,,,,2025-12-20 00:00:00"
ANN_2 = "ANN,Ann,Two,,,,,,,,2026-01-01 10:00:00"
ANN_3 = "ANN,Ann,Three,,,,,,,,2026-01-01 12:00:00"
BOB = "BOB,Bob,Boe,,,,,,,,2025-12-02 00:00:00"
CIM = "CIM,,Coe,,,,,,,,2025-12-03 00:00:00"
DAN = "DAN,Dan,Doe,,,,,,,,2025-12-04 00:00:00"


def land(warehouse: Warehouse, path: str, rows: Sequence[str]) -> None:
    warehouse.land(path, "\n".join([HEADERS[path.split("/", maxsplit=1)[0]], *rows]))


def first_day(warehouse: Warehouse) -> None:
    land(
        warehouse,
        "customers/full_20260101T000000.csv",
        [*NEVER_CHANGE, ANN_1, BOB, CIM, CIM, DAN],
    )
    land(
        warehouse,
        "products/full_20260101T000000.csv",
        [
            "P1,Tea,Home,Toe,10.00,2025-01-01 00:00:00",
            "P2,Tin,Home,Toe,-5.00,2025-01-01 00:00:00",
            "P3,Ton,Home,Toe,many,2025-01-01 00:00:00",
        ],
    )
    land(
        warehouse,
        "stores/full_20260101T000000.csv",
        ['S1,"Sue, Sons",Online,,,,,2025-01-01 00:00:00'],
    )
    land(
        warehouse,
        "orders/batch_20260102T000000.csv",
        [
            "O1,ANN,S1,Pending,10.00,0,0,Cash,2026-01-01 10:00:00",
            "O2,BOB,S1,Delivered,20.00,0,0,Cash,2026-01-01 11:00:00",
            "O3,CIM,S1,Delivered,-5.00,,-1.00,Cash,2026-01-01 12:00:00",
            "O4,DAN,S1,Delivered,much,0,0,Cash,2026-01-01 13:00:00",
            "O5,DAN,S1,Delivered,1.00,0,0,Cash,",
            ",DAN,S1,Delivered,1.00,0,0,Cash,2026-01-01 13:00:00",
        ],
    )
    land(
        warehouse,
        "orderitems/batch_20260102T000000.csv",
        [
            "O1,P1,1,10.00,10.00,0,2026-01-01 10:00:00",
            "O2,P1,2,10.00,20.00,0,2026-01-01 11:00:00",
            "O3,P2,-1,5.00,-5.00,,2026-01-01 12:00:00",
            "O3,P1,1.5,5.00,7.50,0,2026-01-01 12:00:00",
        ],
    )


def second_day(warehouse: Warehouse) -> None:
    land(warehouse, "customers/delta_20260102T000000.csv", [ANN_3, ANN_2])
    land(
        warehouse,
        "orders/batch_20260103T000000.csv",
        [
            "O0,ANN,S1,Delivered,10.00,0,0,Cash,2025-06-01 00:00:00",
            "O1,ANN,S1,Shipped,10.00,0,0,Cash,2026-01-01 10:00:00",
            "O2,BOB,S1,Pending,99.00,0,0,Cash,2025-12-31 00:00:00",
            "O6,ANN,S1,Pending,10.00,0,0,Cash,2026-01-02 00:00:00",
            "O6,ANN,S1,Returned,10.00,0,0,Cash,2026-01-02 00:00:00",
        ],
    )
    land(
        warehouse,
        "orderitems/batch_20260103T000000.csv",
        [
            "O0,P1,1,10.00,10.00,0,2025-06-01 00:00:00",
            "O2,P1,9,11.00,99.00,0,2025-12-31 00:00:00",
            "O6,P1,1,10.00,10.00,0,2026-01-02 00:00:00",
        ],
    )


def third_day(warehouse: Warehouse) -> None:
    land(warehouse, "customers/delta_20260103T000000.csv", [ANN_LATE])
    land(
        warehouse,
        "customers/full_20260104T000000.csv",
        [*NEVER_CHANGE, ANN_3, CIM, "DAN,Dan,Doe,,,,,,,,soon"],
    )


def fourth_day(warehouse: Warehouse) -> None:
    land(warehouse, "customers/full_20260105T000000.csv", [*NEVER_CHANGE, ANN_3, BOB, CIM, DAN])


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("corner_cases"), "retail")
    days: Sequence[Callable[[Warehouse], None]] = (first_day, second_day, third_day, fourth_day)
    for day in days:
        day(warehouse)
        warehouse.build()
        warehouse.let_a_day_pass(*LOADED)
    return warehouse


@pytest.fixture(scope="module")
def orders(warehouse: Warehouse) -> dict[str, tuple[Any, ...]]:
    rows = warehouse.rows(
        "select order_id, order_status, total_amount, discount_amount, shipping_cost"
        " from retail_core.fact_orders"
    )
    return {order_id: tuple(values) for order_id, *values in rows}


@pytest.fixture(scope="module")
def histories(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for customer_id, *version in warehouse.rows(
        "select customer_id, last_name, valid_from, valid_to, is_current"
        " from retail_core.customers_snapshot order by customer_id, valid_from"
    ):
        found.setdefault(customer_id, []).append(tuple(version))
    return found


def test_an_order_older_than_everything_loaded_before_is_not_lost(
    orders: dict[str, tuple[Any, ...]],
) -> None:
    assert orders["O0"][0] == "Delivered"


def test_an_order_delivered_again_takes_its_newest_version_by_its_own_time(
    orders: dict[str, tuple[Any, ...]],
) -> None:
    assert orders["O2"] == ("Delivered", 20, 0, 0)


def test_of_versions_with_one_time_the_last_delivered_counts(
    orders: dict[str, tuple[Any, ...]],
) -> None:
    assert orders["O1"][0] == "Shipped"
    assert orders["O6"][0] == "Returned"


def test_a_line_delivered_again_takes_its_newest_version(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "select quantity, line_total from retail_core.fact_orderitems where order_id = 'O2'"
    )
    assert rows == [(2, 20)]


def test_missing_and_negative_money_counts_as_none(
    warehouse: Warehouse, orders: dict[str, tuple[Any, ...]]
) -> None:
    rows = warehouse.rows(
        "select quantity, unit_price, line_total, line_discount"
        " from retail_core.fact_orderitems where order_id = 'O3'"
    )
    assert orders["O3"][1:] == (0, 0, 0)
    assert rows == [(0, 5, 0, 0)]


def test_an_increment_equals_a_full_refresh(warehouse: Warehouse) -> None:
    before = warehouse.contents()
    warehouse.build("--full-refresh", "--exclude", "path:snapshots")
    assert warehouse.contents() == before


def test_what_does_not_fit_is_kept_with_its_reason_file_and_row(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        """
        select 'order ' || coalesce(order_id, '-'), rejection_reason, file_name, file_row_number
        from retail_staging.stg_orders_rejected
        union all
        select 'line ' || order_id, rejection_reason, file_name, file_row_number
        from retail_staging.stg_orderitems_rejected
        union all
        select 'product ' || product_id, rejection_reason, file_name, file_row_number
        from retail_staging.stg_products_rejected
        """
    )
    assert {(who, why, name.split("/")[-1], row) for who, why, name, row in rows} == {
        ("order O4", "total_amount is not an amount: much", "batch_20260102T000000.csv", 4),
        ("order O5", "created_at is missing", "batch_20260102T000000.csv", 5),
        ("order -", "order_id is missing", "batch_20260102T000000.csv", 6),
        ("line O3", "quantity is not a whole number: 1.5", "batch_20260102T000000.csv", 4),
        ("product P3", "price is not an amount: many", "full_20260101T000000.csv", 3),
    }


def test_rejected_rows_reach_no_fact(
    warehouse: Warehouse, orders: dict[str, tuple[Any, ...]]
) -> None:
    lines = warehouse.rows("select order_id, product_id from retail_core.fact_orderitems")
    assert orders.keys() == {"O0", "O1", "O2", "O3", "O6"}
    assert Counter(lines) == Counter((order, "P2" if order == "O3" else "P1") for order in orders)


def test_every_version_that_landed_together_or_late_becomes_a_row_in_order(
    histories: dict[str, list[tuple[Any, ...]]],
) -> None:
    first, late = datetime(2025, 12, 1), datetime(2025, 12, 20)
    second, third = datetime(2026, 1, 1, 10), datetime(2026, 1, 1, 12)
    assert histories["ANN"] == [
        ("One", first, late, False),
        ("Late", late, second, False),
        ("Two", second, third, False),
        ("Three", third, None, True),
    ]


def test_a_customer_who_is_absent_from_an_extract_is_closed_and_one_who_returns_opens_again(
    histories: dict[str, list[tuple[Any, ...]]],
) -> None:
    (gone, back) = histories["BOB"]
    assert gone[:2] == ("Boe", datetime(2025, 12, 2))
    assert gone[2] < back[1]
    assert back[2:] == (None, True)


def test_a_customer_whose_row_was_rejected_is_not_taken_for_deleted(
    histories: dict[str, list[tuple[Any, ...]]],
) -> None:
    assert histories["DAN"] == [("Doe", datetime(2025, 12, 4), None, True)]


def test_a_customer_without_a_first_name_has_a_history_but_no_place_in_dim_customer(
    warehouse: Warehouse, histories: dict[str, list[tuple[Any, ...]]]
) -> None:
    known = {row[0] for row in warehouse.rows("select customer_id from retail_core.dim_customer")}
    assert len(histories["CIM"]) == 1
    assert {"ANN", "BOB", "DAN"} <= known
    assert "CIM" not in known


def test_sales_of_a_nameless_customer_and_a_priceless_product_still_count(
    warehouse: Warehouse,
) -> None:
    (sale,) = warehouse.rows(
        "select customer_id, customer_last_name, total_amount"
        " from retail_marts.fct_sales where order_id = 'O3'"
    )
    (product,) = warehouse.rows(
        "select product_name, total_orders from retail_marts.sales_by_product"
        " where product_id = 'P2'"
    )
    assert sale == ("CIM", None, 0)
    assert product == (None, 1)
