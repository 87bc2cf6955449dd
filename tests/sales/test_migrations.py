"""The tables of the sales are those that their users know, and who may see and do what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runner.engines.duckdb.session import Session
from tests.migrated import column, migrated
from tests.sales.landed import RAW
from tests.warehouse import Warehouse

TRACE = "ingestion_ts file_name file_row_number"
JUDGED = f"gross_amount discount_amount net_amount is_valid_record data_quality_score {TRACE}"
VERSIONED = "effective_date expiration_date is_current version"
PRODUCT = "product_id product_name category sub_category brand unit_cost unit_price is_active"
STORE = "store_id store_name store_type opening_date city state country region"
BATCH = (
    "order_id order_date ship_date customer_id customer_segment region country state city store_id"
    " product_id quantity unit_price sales discount profit batch_id partition_date"
)
COLUMNS = {
    "sales_raw.sales_raw": f"record_metadata record_content {TRACE}",
    "sales_raw.sales_batch_raw": f"{BATCH} {TRACE}",
    "sales_raw.product_raw": f"{PRODUCT} updated_at {TRACE}",
    "sales_raw.store_raw": f"{STORE} updated_at {TRACE}",
    "sales_staging.stg_sales_raw": "order_id store_id product_id customer_id product_name category"
    " quantity unit_price total_price discount sale_timestamp payment_method store_location"
    f" {JUDGED}",
    "sales_staging.stg_sales_batch": f"{BATCH} {JUDGED}",
    "sales_staging.stg_products": f"{PRODUCT} updated_at is_valid_record data_quality_score",
    "sales_staging.stg_stores": f"{STORE} updated_at is_valid_record data_quality_score",
    "sales_intermediate.int_sales_unified": "order_id source_system sale_timestamp net_amount",
    "sales_intermediate.int_product_scd2": f"{PRODUCT} {VERSIONED}",
    "sales_intermediate.int_store_scd2": f"{STORE} {VERSIONED}",
    "sales_intermediate.int_date_spine": "full_date",
    "sales_marts.dim_date": "date_key full_date calendar_year fiscal_year fiscal_quarter",
    "sales_marts.dim_product": f"product_key {PRODUCT} {VERSIONED}",
    "sales_marts.dim_store": f"store_key {STORE} {VERSIONED}",
    "sales_marts.dim_customer": "customer_id recency_score frequency_score monetary_score"
    " rfm_segment is_active",
    "sales_marts.fact_sales": "order_id date_key product_key store_key net_amount",
    "sales_marts.fact_sales_daily": "sale_date store_key category total_orders net_amount",
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with migrated(tmp_path_factory.mktemp("bucket")) as session:
        yield session


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_has_the_columns_that_its_users_know(warehouse: Warehouse, table: str) -> None:
    found = {row[0].lower() for row in warehouse.rows(f"describe table {table}")}
    assert set(COLUMNS[table].split()) <= found


def test_each_kind_of_file_has_a_pipe(session: Session) -> None:
    assert column(session, "show pipes in schema sales_raw", "name") == sorted(
        f"LOAD_{table.split('.')[1].upper()}" for table in RAW
    )


def test_an_analyst_may_read_the_marts_of_the_sales_and_no_other_layer(session: Session) -> None:
    granted = column(session, "show grants to role retail_analyst", "name")
    schemas = {name for name in granted if ".SALES_" in name}
    assert schemas == {"RETAIL_LOCAL.SALES_MARTS"}


def test_the_role_that_builds_may_delete_what_it_moves_to_the_archive(session: Session) -> None:
    found = session.execute("show grants on table sales_raw.sales_raw")
    granted = {(row[1], row[5]) for row in found.rows}
    assert ("DELETE", "RETAIL_TRANSFORMER") in granted
    assert ("DELETE", "RETAIL_LOADER") not in granted
