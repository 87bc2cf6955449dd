"""The shop's tables are those that its users know, and who may see what is in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migrated import column, migrated
from tests.warehouse import ROOT, Warehouse

COLUMNS = {
    "shopify_raw.orders": "_airbyte_ab_id order_number total_price current_total_tax email"
    " created_at shipping_address ingestion_ts file_name file_row_number",
    "shopify_raw.customers": "_airbyte_ab_id first_name last_name email total_spent created_at"
    " default_address ingestion_ts file_name file_row_number",
    "shopify_staging.stg_orders": "order_number total_price current_total_tax email created_at",
    "shopify_staging.stg_customers": "first_name last_name email total_spent created_at",
    "shopify_staging.stg_locations": "address1 city province country zip latitude longitude",
    "shopify_staging.stg_date": "calendar_date",
    "shopify_serving.dim_customers": "customer_key first_name last_name email",
    "shopify_serving.dim_dates": "date_key calendar_date",
    "shopify_serving.dim_locations": "location_key address1 city country zip",
    "shopify_serving.fct_sales": "sales_key order_number total_price created_at_key"
    " customer_identifier_key location_key",
    "shopify_reporting.monthly_returning_users": "sales_month",
    "shopify_reporting.quarter_and_year_growth": "sales_quarter quarter_growth year_growth",
    "shopify_reporting.sales_by_geo": "country province city",
    "shopify_reporting.top_customers": "customer_key",
}


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_has_the_columns_that_its_users_know(warehouse: Warehouse, table: str) -> None:
    found = {row[0].lower() for row in warehouse.rows(f"describe table {table}")}
    assert set(COLUMNS[table].split()) <= found


def test_contact_data_and_addresses_are_masked_from_the_first_moment(tmp_path: Path) -> None:
    with migrated(tmp_path) as session:
        masked = {
            name: policy
            for table in ("orders", "customers")
            for name, policy in zip(
                column(session, f"describe table shopify_raw.{table}", "name"),
                column(session, f"describe table shopify_raw.{table}", "policy name"),
                strict=True,
            )
            if policy
        }
    assert masked == {
        "EMAIL": "GOVERNANCE.POLICIES.EMAIL",
        "SHIPPING_ADDRESS": "GOVERNANCE.POLICIES.POSTAL_ADDRESS",
        "DEFAULT_ADDRESS": "GOVERNANCE.POLICIES.POSTAL_ADDRESS",
    }


def test_no_report_holds_contact_data() -> None:
    for path in (ROOT / "models" / "shopify" / "reporting").glob("*.sql"):
        text = path.read_text(encoding="utf-8")
        assert "email" not in text
        assert "address" not in text
