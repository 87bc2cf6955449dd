"""The migrations of the regional sales: what they leave behind, and what a file becomes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from demo import files
from runner.engines.duckdb.session import Session
from tests.migrated import column, migrated

TABLE = "regional_raw.sales"


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bucket")


@pytest.fixture(scope="module")
def session(bucket: Path) -> Iterator[Session]:
    with migrated(bucket) as session:
        yield session


def test_the_raw_table_says_where_its_rows_come_from(session: Session) -> None:
    names = column(session, f"describe table {TABLE}", "name")
    assert names[:2] == ["REGION", "BATCH_ID"]
    assert names[-4:] == ["EXTRACTED_AT", "INGESTION_TS", "FILE_NAME", "FILE_ROW_NUMBER"]
    assert all(column(session, f"describe table {TABLE}", "comment"))


def test_an_analyst_may_read_the_marts_and_nothing_else(session: Session) -> None:
    granted = column(session, "show grants to role retail_analyst", "name")
    assert [name for name in granted if "REGIONAL" in name] == ["RETAIL_LOCAL.REGIONAL_MARTS"]


def test_a_file_keeps_its_values_as_text_and_its_folders_as_columns(
    session: Session, bucket: Path
) -> None:
    folder = bucket / "regional" / "sales" / "region=atlantis" / "batch=20260102"
    types = {"sale_id": "VARCHAR", "unit_price": "DECIMAL(12, 2)", "updated_at": "TIMESTAMP"}
    row = {"sale_id": " A1", "unit_price": "1.50", "updated_at": datetime(2026, 1, 2, 3, 4, 5)}
    files.write_parquet(folder / "a.parquet", types, [row])
    (folder / "notes.txt").write_text("not for loading", encoding="utf-8")
    session.execute("alter pipe regional_raw.load_sales refresh")
    rows = session.execute(
        "select region, batch_id, sale_id, unit_price::number(12, 2), updated_at::timestamp_ntz,"
        f" quantity, file_name, file_row_number from {TABLE}"
    ).rows
    name = "regional/sales/region=atlantis/batch=20260102/a.parquet"
    time = datetime(2026, 1, 2, 3, 4, 5)
    assert rows == [("atlantis", "20260102", " A1", rows[0][3], time, None, name, 1)]
    assert str(rows[0][3]) == "1.50"
