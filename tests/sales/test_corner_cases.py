"""What sample data rarely hold: late, repeated, corrected and broken records, day after day."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.sales.conftest import contents
from tests.sales.landed import LOADED
from tests.warehouse import Warehouse

pytestmark = pytest.mark.slow  # eight builds of its own

PRODUCTS = (
    "product_id,product_name,category,sub_category,brand,unit_cost,unit_price,is_active,updated_at"
)
STORES = "store_id,store_name,store_type,opening_date,city,state,country,region,updated_at"
BATCH = (
    "order_id,order_date,ship_date,customer_id,customer_segment,region,country,state,city,store_id,"
    "product_id,quantity,unit_price,sales,discount,profit,batch_id,partition_date"
)
NOON = 1_767_268_800_000  # 2026-01-01 12:00 UTC, in milliseconds
HOUR = 3_600_000


def sale(order_id: str, offset: int, received: int = NOON, **changed: Any) -> str:
    """A micro-batch's line: one event that the broker took in at a time."""
    content = {
        "order_id": order_id,
        "store_id": "S1",
        "product_id": "P1",
        "customer_id": "C1",
        "quantity": 1,
        "unit_price": 10,
        "total_price": 10,
        "discount": 0,
        "sale_timestamp": "2026-01-01T10:00:00Z",
        **changed,
    }
    metadata = {"topic": "sales_events", "partition": 0, "offset": offset, "CreateTime": received}
    return json.dumps({"record_metadata": metadata, "record_content": content})


def reported(order_id: str, day: str = "2026-01-01", product: str = "P1", price: int = 10) -> str:
    return f"{order_id},{day},,C1,Consumer,,,,,S1,{product},1,{price},{price},0,,B,2026-01-02"


def land(warehouse: Warehouse, path: str, *lines: str) -> None:
    warehouse.land(f"sales/{path}", "\n".join(lines))


def first_day(warehouse: Warehouse) -> None:
    land(
        warehouse,
        "products/versions_20260102T000000.csv",
        PRODUCTS,
        "P1,Pen,Office,Pens,Ace,4,10,true,2025-01-01 00:00:00",
        "p1 ,Pen,Office,Pens,Ace,5,10,true,2026-01-01 10:00:00",
        "P1,Pen,Office,Pens,Ace,5,10,true,2026-01-01 18:00:00",
        "P2,Pin,Office,,,0,10,true,2025-01-01 00:00:00",
        "P3,Pan,Office,Pots,Ace,11,10,true,2025-01-01 00:00:00",
        "P4,Pot,Office,Pots,Ace,0,10,true,2025-01-01 00:00:00",
        "P4,Pot,,Pots,Ace,0,12,true,2025-02-01 00:00:00",
        "P4,Pot,Office,Pots,Ace,6,14,true,2025-03-01 00:00:00",
    )
    land(
        warehouse,
        "stores/versions_20260102T000000.csv",
        STORES,
        "S1,Shop,KIOSK,2020-01-01,Boston,MA,United States,East,2025-01-01 00:00:00",
    )
    land(
        warehouse,
        "stream/0/0_9_20260102T000000.json",
        sale("BEFORE", 0, sale_timestamp="2026-01-01T09:59:59Z"),
        sale("AT", 1, sale_timestamp="2026-01-01T10:00:00Z"),
        sale("EARLY", 2, sale_timestamp="2024-12-31T23:59:59Z"),
        sale("TWICE", 3, quantity=1),
        sale("TWICE", 4, received=NOON + HOUR, quantity=2),
        sale("POOR", 5, store_id=None, total_price=None),
        sale("POORER", 6, store_id=None, product_id=None),
        sale("AHEAD", 7, sale_timestamp="2026-01-01T12:04:00Z"),
        sale("BOTH", 8, unit_price=11),
        sale("CORRECT", 9, product_id=None),
    )
    land(warehouse, "batch/sales_20260102T000000.csv", BATCH, reported("BOTH"))


def second_day(warehouse: Warehouse) -> None:
    land(
        warehouse,
        "products/versions_20260103T000000.csv",
        PRODUCTS,
        "P1,Pen,Office,Pens,Ace,3,10,true,2024-06-01 00:00:00",
    )
    land(
        warehouse,
        "stream/0/8_12_20260103T000000.json",
        sale("BOTH", 8, unit_price=11),
        sale("CORRECT", 9, product_id=None),
        sale("LATE", 10, sale_timestamp="2025-06-01T00:00:00Z"),
        sale("TWICE", 11, received=NOON + 2 * HOUR, quantity=3, product_id=None),
        sale("AT", 12, received=NOON - HOUR, quantity=9),
    )
    land(warehouse, "stream/0/13_14_20260103T000000.json", sale("BROKEN", 13), '{"record_')
    land(
        warehouse,
        "batch/sales_20260103T000000.csv",
        BATCH,
        reported("CORRECT"),
        reported("POOR", product="P2"),
    )


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("corner_cases"), "sales")
    first_day(warehouse)
    warehouse.build()
    warehouse.let_a_day_pass(*LOADED)
    second_day(warehouse)
    done = warehouse.run("build")
    assert done.exit_code == 1, done.stderr
    assert "13_14_20260103T000000.json" in done.stderr
    return warehouse


@pytest.fixture(scope="module")
def facts(warehouse: Warehouse) -> Mapping[str, Sequence[Any]]:
    rows = warehouse.rows(
        "select order_id, source_system, quantity, unit_price, unit_cost"
        " from sales_marts.fact_sales"
    )
    return {order_id: row for order_id, *row in rows}


def test_an_increment_equals_a_full_refresh(warehouse: Warehouse) -> None:
    before = contents(warehouse)
    warehouse.build("--full-refresh")
    assert contents(warehouse) == before


def test_a_sale_at_the_moment_of_a_change_has_the_new_version(
    facts: Mapping[str, Sequence[Any]],
) -> None:
    assert facts["BEFORE"][-1] == 4
    assert facts["AHEAD"][-1] == 5


def test_a_version_that_arrives_late_is_found_by_sales_of_its_time(
    facts: Mapping[str, Sequence[Any]],
) -> None:
    assert facts["EARLY"][-1] == 3
    assert facts["LATE"][-1] == 4


def test_of_several_tellings_the_fullest_counts_and_then_the_newest(
    facts: Mapping[str, Sequence[Any]],
) -> None:
    assert facts["TWICE"][:2] == ["stream", 2]
    assert facts["AT"][:2] == ["stream", 1]
    assert facts["BOTH"][:3] == ["stream", 1, 11]
    assert facts["CORRECT"][0] == "batch"


def test_a_sale_that_is_told_better_later_leaves_the_quarantine(
    warehouse: Warehouse, facts: Mapping[str, Sequence[Any]]
) -> None:
    assert facts["POOR"][0] == "batch"
    assert warehouse.rows("select order_id from sales_marts.fact_sales__quarantine") == []
    assert warehouse.rows(
        "select order_id, data_quality_score from sales_intermediate.int_sales_unified__quarantine"
    ) == [("POORER", 70)]


def test_a_file_with_a_broken_line_is_refused_as_a_whole_and_the_others_load(
    warehouse: Warehouse, facts: Mapping[str, Sequence[Any]]
) -> None:
    refused = warehouse.rows(
        "select refused_files from sales_monitoring.loads_by_day where refused_files > 0"
    )
    assert refused == [(1,)]
    assert "BROKEN" not in facts
    assert "LATE" in facts


def test_versions_follow_each_other_and_one_that_changes_nothing_is_none(
    warehouse: Warehouse,
) -> None:
    rows = warehouse.rows(
        "select product_id, version, unit_cost, effective_date::date::varchar,"
        " expiration_date::date::varchar from sales_intermediate.int_product_scd2"
        " order by product_id, version"
    )
    rejected = warehouse.rows(
        "select product_id, data_quality_score from sales_intermediate.int_product_scd2__quarantine"
    )
    assert rejected == [("P4", 70)]
    assert rows == [
        ("P1", 1, 3, "2024-06-01", "2025-01-01"),
        ("P1", 2, 4, "2025-01-01", "2026-01-01"),
        ("P1", 3, 5, "2026-01-01", None),
        ("P2", 1, 0, "2025-01-01", None),
        ("P4", 1, 0, "2025-01-01", "2025-03-01"),
        ("P4", 2, 6, "2025-03-01", None),
    ]


def test_a_project_without_any_file_builds(tmp_path: Path) -> None:
    warehouse = Warehouse.copied_to(tmp_path, "sales")
    warehouse.landing.mkdir()
    told = warehouse.build()
    assert "stream_events_arrive_every_hour" in told
    assert warehouse.rows("select count(*) from sales_marts.fact_sales") == [(0,)]
