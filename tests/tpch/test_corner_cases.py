"""What sample data rarely hold: late, repeated, corrected and broken rows, day after day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from demo import files
from tests.tpch.conftest import fingerprints
from tests.tpch.landed import KEYS, LOADED
from tests.warehouse import Rows, Warehouse

pytestmark = pytest.mark.slow  # the largest domain; `make slow` builds it

MONEY = "decimal(15, 2)"
TYPES: Mapping[str, Mapping[str, str]] = {
    "region": {"r_regionkey": "bigint", "r_name": "varchar"},
    "nation": {"n_nationkey": "bigint", "n_name": "varchar", "n_regionkey": "bigint"},
    "customer": {
        "c_custkey": "bigint",
        "c_name": "varchar",
        "c_nationkey": "bigint",
        "c_mktsegment": "varchar",
    },
    "supplier": {"s_suppkey": "bigint", "s_name": "varchar", "s_nationkey": "bigint"},
    "part": {"p_partkey": "bigint", "p_name": "varchar", "p_retailprice": MONEY},
    "partsupp": {
        "ps_partkey": "bigint",
        "ps_suppkey": "bigint",
        "ps_availqty": "integer",
        "ps_supplycost": MONEY,
    },
    "orders": {
        "o_orderkey": "bigint",
        "o_custkey": "bigint",
        "o_orderstatus": "varchar",
        "o_totalprice": MONEY,
        "o_orderdate": "date",
    },
    "lineitem": {
        "l_orderkey": "bigint",
        "l_linenumber": "integer",
        "l_partkey": "bigint",
        "l_suppkey": "bigint",
        "l_quantity": MONEY,
        "l_extendedprice": MONEY,
        "l_discount": MONEY,
        "l_tax": MONEY,
        "l_shipdate": "date",
        "l_commitdate": "date",
        "l_receiptdate": "date",
        "l_returnflag": "varchar",
    },
}


def land(warehouse: Warehouse, day: int, table: str, *rows: Sequence[Any]) -> None:
    """Land a file of a table on a day, with the columns of TYPES."""
    types = TYPES[table]
    path = warehouse.landing / "tpch" / table / f"202601{day:02}T000000_extract.parquet"
    files.write_parquet(path, types, [dict(zip(types, row, strict=True)) for row in rows])


def line(order: int | None, number: int | None, quantity: int = 1, supplier: int = 1) -> list[Any]:
    """A line of part 1 at 100 US dollars a piece, 10% off, without tax; a day late."""
    dates = ["2025-01-02", "2025-01-03", "2025-01-04"]
    return [order, number, 1, supplier, quantity, 100 * quantity, 0.1, 0, *dates, "N"]


def order(key: int | None, customer: int, total: float, date: str, status: str = "O") -> list[Any]:
    return [key, customer, status, total, date]


def first_day(warehouse: Warehouse) -> None:
    land(warehouse, 1, "region", [1, "ASIA"])
    land(warehouse, 1, "nation", [1, "JAPAN", 1])
    land(warehouse, 1, "customer", [1, "Ann", 1, "BUILDING"], [2, "Bob", 1, "FURNITURE"])
    land(warehouse, 1, "supplier", [1, "Sue", 1], [2, "Sam", 1])
    land(warehouse, 1, "part", [1, "bolt", 100], [None, "a part without a key", 1])
    land(warehouse, 1, "partsupp", [1, 1, 5, 40], [1, 2, 5, 50])
    land(
        warehouse,
        1,
        "orders",
        order(100, 1, 90, "2025-01-01"),
        order(200, 1, 180, "2025-02-01"),
        order(200, 1, 90, "2025-02-01"),
        order(None, 1, 1, "2025-01-01"),
        order(None, 1, 2, "2025-01-01"),
    )
    land(
        warehouse,
        1,
        "lineitem",
        line(100, 1),
        line(200, 1),
        line(None, 1),
        line(100, None),
    )


def second_day(warehouse: Warehouse) -> None:
    """A low key, a correction, an offer at another cost, a customer in another business."""
    land(warehouse, 2, "orders", order(50, 2, 90, "2024-12-01"), order(100, 1, 180, "2025-01-01"))
    land(warehouse, 2, "lineitem", line(50, 1), line(100, 1, quantity=2))
    land(warehouse, 2, "partsupp", [1, 1, 0, 60])
    land(warehouse, 2, "customer", [2, "Bob", 1, "MACHINERY"])


def third_day(warehouse: Warehouse) -> None:
    """Lines whose order has not landed, and an order that is delivered again as it was."""
    land(warehouse, 3, "orders", order(50, 2, 90, "2024-12-01"))
    land(warehouse, 3, "lineitem", line(300, 1), line(300, 2, supplier=2))


def fourth_day(warehouse: Warehouse) -> None:
    """Their order."""
    land(warehouse, 4, "orders", order(300, 2, 180, "2025-03-01"))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """After four days; on the third, the lines without their order held the facts back."""
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("corner_cases"), "tpch")
    for day in (first_day, second_day, third_day, fourth_day):
        if day is not first_day:
            warehouse.let_a_day_pass(*LOADED)
        day(warehouse)
        if day is third_day:
            done = warehouse.run("build")
            assert done.exit_code == 1
            assert "stg_fct_orders(order_key)" in done.stdout + done.stderr
            assert facts(warehouse) == [(50, 1, 1), (100, 1, 2), (200, 1, 1)]
        else:
            warehouse.build()
    return warehouse


def facts(warehouse: Warehouse) -> Rows:
    return warehouse.rows(
        "select order_key, line_number, quantity from tpch_marts.mart_orders"
        " order by order_key, line_number"
    )


def test_lines_that_land_before_their_order_come_with_it(warehouse: Warehouse) -> None:
    assert facts(warehouse) == [(50, 1, 1), (100, 1, 2), (200, 1, 1), (300, 1, 1), (300, 2, 1)]


def test_an_order_whose_key_is_lower_than_all_loaded_before_is_not_lost(
    warehouse: Warehouse,
) -> None:
    rows = warehouse.rows("select order_count, total_spend from tpch_marts.mart_customer_summary")
    assert sorted(rows) == [(2, 270), (2, 270)]


def test_of_an_order_that_is_delivered_again_the_last_delivery_counts(
    warehouse: Warehouse,
) -> None:
    rows = warehouse.rows("select order_key, total_price from tpch_staging.stg_fct_orders")
    assert dict(rows) == {50: 90, 100: 180, 200: 90, 300: 180}


def test_rows_without_a_key_are_all_in_quarantine_with_their_file_and_row(
    warehouse: Warehouse,
) -> None:
    rows = warehouse.rows(
        """
        select quarantine_reason, file_name, file_row_number
        from tpch_staging.stg_dim_part__quarantine
        union all
        select quarantine_reason, file_name, file_row_number
        from tpch_staging.stg_fct_orders__quarantine
        union all
        select quarantine_reason, file_name, file_row_number
        from tpch_staging.stg_fct_lineitem__quarantine
        """
    )
    assert sorted((why, name.split("/")[1], row) for why, name, row in rows) == [
        ("line_number is not null", "lineitem", 4),
        ("order_key is not null", "lineitem", 3),
        ("order_key is not null", "orders", 4),
        ("order_key is not null", "orders", 5),
        ("part_key is not null", "part", 2),
    ]


def test_a_new_cost_is_in_the_profit_of_lines_that_were_loaded_before(
    warehouse: Warehouse,
) -> None:
    rows = warehouse.rows(
        "select order_key, line_number, profit from tpch_intermediate.int_order_lineitems"
    )
    assert {(order, number): profit for order, number, profit in rows} == {
        (50, 1): 30,
        (100, 1): 60,
        (200, 1): 30,
        (300, 1): 30,
        (300, 2): 40,
    }


def test_a_customers_new_line_of_business_is_on_orders_that_were_loaded_before(
    warehouse: Warehouse,
) -> None:
    rows = warehouse.rows(
        "select distinct customer_key, market_segment from tpch_marts.mart_orders"
    )
    assert sorted(rows) == [(1, "BUILDING"), (2, "MACHINERY")]


def test_a_part_that_all_but_one_supplier_have_run_out_of_has_a_single_source(
    warehouse: Warehouse,
) -> None:
    rows = warehouse.rows(
        "select part_key, supplier_key, supplier_count, open_lines, total_revenue"
        " from tpch_marts.single_source_parts"
    )
    assert rows == [(1, 2, 2, 5, Decimal("540.00"))]


def test_increments_equal_a_full_refresh(warehouse: Warehouse) -> None:
    before = fingerprints(warehouse)
    warehouse.build("--full-refresh")
    assert without_runs(fingerprints(warehouse)) == without_runs(before)


def without_runs(found: Mapping[str, Any]) -> dict[str, Any]:
    """Of a quarantine, which names the run that filled it, the number of rows alone."""
    return {
        name: print_[0] if name.endswith("__quarantine") else print_
        for name, print_ in found.items()
    }


def test_without_any_file_everything_is_built_and_empty(tmp_path_factory: Any) -> None:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("empty"), "tpch")
    warehouse.landing.mkdir()
    warehouse.build()
    prints = fingerprints(warehouse)
    assert len(prints) > len(KEYS) + 20
    assert not any(count for count, _ in prints.values())
