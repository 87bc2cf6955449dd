"""The reference warehouse's migrations: repeatable, and what they leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.engines.duckdb.session import Session
from tests.migrated import column, migrated, statements
from tests.warehouse import ROOT

RAW_TABLES = ("customers", "orderitems", "orders", "products", "stores")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with migrated(tmp_path_factory.mktemp("bucket")) as session:
        yield session


def test_every_script_runs_again_from_its_top(session: Session) -> None:
    assert column(session, "show tables in schema retail_raw", "name") == [
        name.upper() for name in RAW_TABLES
    ]
    assert column(session, "show pipes in schema retail_raw", "name") == [
        f"LOAD_{name.upper()}" for name in RAW_TABLES
    ]


def test_contact_data_are_masked_from_the_first_moment(session: Session) -> None:
    script = "migrations/database/V1.1.0__retail_raw_tables.sql"
    policies = dict(
        zip(
            column(session, "describe table retail_raw.customers", "name"),
            column(session, "describe table retail_raw.customers", "policy name"),
            strict=True,
        )
    )
    assert {name: policy for name, policy in policies.items() if policy} == {
        "EMAIL": "GOVERNANCE.POLICIES.EMAIL",
        "PHONE_NUMBER": "GOVERNANCE.POLICIES.PHONE_NUMBER",
    }
    assert not any("alter table" in sql for sql in statements(script))


def test_an_analyst_may_read_the_marts_and_nothing_else(session: Session) -> None:
    granted = set(column(session, "show grants to role retail_analyst", "name"))
    future = session.execute("show future grants to role retail_analyst")
    schemas = {name for name in granted if "." in name}
    assert granted - schemas == {"TRANSFORMING", "RETAIL_LOCAL"}
    assert "RETAIL_LOCAL.RETAIL_MARTS" in schemas
    assert all(schema.endswith(("_MARTS", "_REPORTING")) for schema in schemas)
    assert {row[3].rpartition(".")[0] for row in future.rows} == schemas


def test_no_mart_holds_contact_data() -> None:
    for path in (ROOT / "models" / "retail" / "marts").glob("*.sql"):
        text = Path(path).read_text(encoding="utf-8")
        assert "email" not in text
        assert "phone" not in text


def test_every_raw_table_says_where_its_rows_come_from(session: Session) -> None:
    for table in RAW_TABLES:
        names = column(session, f"describe table retail_raw.{table}", "name")
        comments = column(session, f"describe table retail_raw.{table}", "comment")
        assert names[-3:] == ["INGESTION_TS", "FILE_NAME", "FILE_ROW_NUMBER"]
        assert all(comments)


def test_a_file_with_a_missing_or_additional_column_is_refused_and_named(session: Session) -> None:
    bucket = session.stage_folders["s3://retail360-landing/"] / "products"
    bucket.mkdir()
    header = "product_id,product_name,category,brand,price,created_at"
    for name, text in {
        "good.csv": f'{header}\nP1,"Tea, green",Home,,10.00,2026-01-01 00:00:00\n',
        "less.csv": "product_id,product_name,category,brand,price\nP2,Tea,Home,,10.00\n",
        "more.csv": f"{header},colour\nP3,Tea,Home,,10.00,2026-01-01 00:00:00,red\n",
    }.items():
        (bucket / name).write_text(text, encoding="utf-8")
    session.execute("alter pipe retail_raw.load_products refresh")
    rows = session.execute("select product_name, brand, file_name from retail_raw.products").rows
    history = session.execute(
        """
        select file_name, status, first_error_message
        from table(
            information_schema.copy_history(
                table_name => 'retail_raw.products',
                start_time => dateadd('hour', -1, current_timestamp())
            )
        )
        """
    ).rows
    refused = {name: message for name, status, message in history if status == "Load failed"}
    assert rows == [("Tea, green", "", "products/good.csv")]
    assert "fewer than 6 columns: products/less.csv" in refused["products/less.csv"]
    assert "more than 6 columns: products/more.csv" in refused["products/more.csv"]
    assert len(history) == 3
