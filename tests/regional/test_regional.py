"""The regional sales after their builds, compared with the Parquet files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from runner.engines import Session
from tests.regional.conftest import Built
from tests.regional.landed import REGIONS, Landed, by_day_and_region, faults, money
from tests.warehouse import ROOT, Warehouse

pytestmark = pytest.mark.slow  # `make slow` builds this domain

QUERIES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("models", "checks")
    for path in (ROOT / folder / "regional").rglob("*.sql")
)
TRANSACTION = {
    *("sale_id", "customer_id", "product_id", "store_id", "sale_date"),
    *("quantity", "unit_price", "total_amount", "discount_amount", "tax_amount"),
    *("payment_method", "status", "is_deleted", "updated_at"),
}


@pytest.fixture(scope="module")
def landed(warehouse: Warehouse) -> Landed:
    return Landed(warehouse.landing)


@pytest.fixture(scope="module")
def session(warehouse: Warehouse) -> Iterator[Session]:
    with warehouse.session() as session:
        yield session


def columns(session: Session, table: str) -> set[str]:
    return {found.name.lower() for found in session.execute(f"select * from {table}").columns}


def test_every_table_and_column_of_the_contract_is_there(session: Session) -> None:
    assert TRANSACTION | {"region", "batch_id", "extracted_at"} < columns(
        session, "regional_raw.sales"
    )
    assert TRANSACTION | {"region"} < columns(session, "regional_staging.stg_sales")
    derived = {"net_amount", "gross_profit", "sale_year", "sale_month", "sale_day"}
    derived |= {"etl_batch_id", "etl_loaded_at"}
    assert TRANSACTION | {"region"} | derived < columns(session, "regional_marts.sales_fact")


def test_every_landed_row_is_in_raw_with_the_region_and_batch_of_its_folder(
    session: Session, landed: Landed
) -> None:
    found = session.execute(
        "select region, batch_id, split_part(file_name, '/', -1), file_row_number, sale_id,"
        " total_amount::number(12, 2) from regional_raw.sales"
    ).rows
    expected = [
        (row["batch"], row["file"], row["number"], row["sale_id"], row["total_amount"])
        for row in landed.rows
    ]
    assert Counter(row[1:] for row in found) == Counter(expected)
    assert {REGIONS[row[0]] for row in found} == {row["region"] for row in landed.rows}


def test_the_newest_version_of_each_sale_is_staged_if_it_fits(
    session: Session, landed: Landed
) -> None:
    found = session.execute(
        "select sale_id, region, customer_id, product_id, store_id, sale_date, quantity,"
        " unit_price, total_amount, discount_amount, tax_amount, payment_method, status,"
        " is_deleted, updated_at, batch_id from regional_staging.stg_sales"
    ).rows
    expected = [
        (
            row["sale_id"],
            row["region"],
            row["customer_id"],
            row["product_id"],
            row["store_id"],
            row["sale_date"],
            row["quantity"],
            row["unit_price"],
            row["total_amount"],
            money(row, "discount_amount"),
            money(row, "tax_amount"),
            row["payment_method"],
            row["status"],
            row["is_deleted"],
            row["updated_at"],
            row["batch"],
        )
        for row in landed.good
    ]
    assert len(expected) > 1300
    assert Counter(found) == Counter(expected)


def test_the_others_are_in_quarantine_with_the_reason(session: Session, landed: Landed) -> None:
    found = session.execute(
        "select sale_id, quarantine_reason, batch_id,"
        " split_part(file_name, '/', -1), file_row_number"
        " from regional_staging.stg_sales__quarantine"
    ).rows
    expected = {
        (row["sale_id"], faults(row), row["batch"], row["file"], row["number"])
        for row in landed.bad
    }
    assert len({reason for _, reason, *_ in expected}) > 2
    assert set(found) == expected
    assert len(found) == len(expected)


def test_the_fact_holds_every_completed_sale_once(session: Session, landed: Landed) -> None:
    found = session.execute(
        "select sale_id, region, total_amount, net_amount, gross_profit, sale_year, sale_month,"
        " sale_day, etl_batch_id from regional_marts.sales_fact"
    ).rows
    expected = []
    for row in landed.sold:
        net = row["total_amount"] - money(row, "discount_amount")
        day = row["sale_date"]
        expected.append(
            (
                row["sale_id"],
                row["region"],
                row["total_amount"],
                net,
                net - money(row, "tax_amount"),
                day.year,
                day.month,
                day.day,
                row["batch"],
            )
        )
    assert Counter(found) == Counter(expected)


def test_each_row_of_the_fact_knows_what_its_batch_delivered(
    session: Session, landed: Landed
) -> None:
    found = session.execute(
        "select distinct etl_batch_id, etl_batch_rows, etl_batch_missing_share"
        " from regional_marts.sales_fact"
    ).rows
    expected = set()
    for batch in {row["batch"] for row in landed.rows}:
        delivered = {row["sale_id"]: row for row in landed.rows if row["batch"] == batch}
        nameless = sum(row["customer_id"] is None for row in delivered.values())
        share = round(Decimal(nameless) / len(delivered), 6)
        expected.add((batch, len(delivered), share))
    assert set(found) == expected


def test_daily_sales_add_up_the_sales_of_a_region(session: Session, landed: Landed) -> None:
    found = session.execute(
        "select sale_date, region, total_sales, distinct_customers, total_quantity, total_amount,"
        " total_discount, total_tax, net_amount, gross_profit from regional_marts.daily_sales"
    ).rows
    expected = []
    for (day, region), rows in by_day_and_region(landed.sold).items():
        total = sum(row["total_amount"] for row in rows)
        discount = sum(money(row, "discount_amount") for row in rows)
        tax = sum(money(row, "tax_amount") for row in rows)
        customers = {row["customer_id"] for row in rows} - {None}
        quantity = sum(row["quantity"] for row in rows)
        net = total - discount
        sums = (quantity, total, discount, tax, net, net - tax)
        expected.append((day, region, len(rows), len(customers), *sums))
    assert Counter(found) == Counter(expected)


def test_the_load_report_tells_what_became_of_each_regions_batches(
    session: Session, landed: Landed
) -> None:
    found = session.execute(
        "select batch_id, region, load_state, landed_files, delivered_rows, delivered_sales,"
        " quarantined_sales, removed_sales, superseded_sales, fact_sales"
        " from regional_marts.load_report"
    ).rows
    assert Counter(found) == Counter(landed.report())


def test_a_region_that_misses_a_day_is_told_and_arrives_later(
    built: Built, session: Session
) -> None:
    late = session.execute(
        "select batch_id, region from regional_marts.load_report where is_late"
    ).rows
    assert "no_region_misses_a_day: 1 row violates it" in built.told[0]
    assert "no_region_misses_a_day" not in built.told[1]
    assert late == [("20260328", "EUROPE")]


def test_a_change_that_arrives_before_the_sale_itself_is_not_undone_by_it(
    session: Session, landed: Landed
) -> None:
    """Europe's changes of the day that it missed came with the next day's batch."""
    late = {row["sale_id"] for row in landed.rows if row["batch"] == "20260328"}
    early = {row["sale_id"] for row in landed.rows if row["batch"] == "20260329"}
    changed = {sale for sale in late & early if sale.startswith("EU")}
    found = session.execute(
        "select distinct batch_id from regional_staging.stg_sales"
        f" where sale_id in ({', '.join(repr(sale) for sale in sorted(changed))})"
    ).rows
    assert len(changed) == 5
    assert found == [("20260329",)]


def test_a_third_build_changes_no_row_anywhere(built: Built) -> None:
    _, second, third = built.after
    assert len(second) == 10
    assert all(second.values())
    assert third == second


@pytest.mark.parametrize("path", QUERIES)
def test_each_file_pasted_alone_runs(session: Session, path: str) -> None:
    sql = (ROOT / path).read_text(encoding="utf-8")
    session.execute("set batch_start = '2026-03-28'::timestamp_ntz")
    session.execute("set batch_end = '2026-03-29'::timestamp_ntz")
    result: Any = session.execute(sql)
    assert result.columns
    if path.startswith("checks/") and "arrive_every_day" not in path:
        assert result.rows == []
