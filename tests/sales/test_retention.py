"""Retention: raw rows of more than 90 days move to the archive, and nothing else changes."""

from __future__ import annotations

import shutil

import pytest

from tests.sales.conftest import Built, Contents, contents
from tests.sales.landed import LOADED, RAW
from tests.warehouse import Warehouse

MAINTENANCE = ("-s", "tag:maintenance")
COUNTS = "select " + ", ".join(
    f"(select count(*) from {schema}.{table.split('.')[1]})"
    for schema in ("sales_raw", "sales_archive")
    for table in RAW
)


@pytest.fixture(scope="module")
def aged(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The warehouse 80 days later; what landed first is 100 days older still."""
    folder = tmp_path_factory.mktemp("aged")
    shutil.copytree(built.warehouse.folder, folder, dirs_exist_ok=True)
    warehouse = Warehouse(folder)
    with warehouse.session() as session:
        newest = session.execute("select max(ingestion_ts)::varchar from sales_raw.sales_raw")
        between = f"'{newest.rows[0][0]}'::timestamp_ntz - interval '12 hours'"
        for table in LOADED:
            session.execute(
                f"update {table} set ingestion_ts = dateadd("
                f"'day', iff(ingestion_ts < {between}, -180, -80), ingestion_ts)"
            )
    warehouse.build()
    return warehouse


def without_places(found: Contents) -> Contents:
    """Everything but raw and archive."""
    return {
        name: rows
        for name, rows in found.items()
        if not name.startswith(("sales_raw.", "sales_archive."))
    }


def test_a_build_keeps_old_rows_and_retention_moves_them_once(aged: Warehouse) -> None:
    before = contents(aged)
    [landed] = aged.rows(COUNTS)
    assert landed[4:] == (0, 0, 0, 0)

    aged.build(*MAINTENANCE)
    [moved] = aged.rows(COUNTS)
    after = contents(aged)
    assert without_places(after) == without_places(before)
    assert all(archived > 0 for archived in moved[4:])
    assert all(kept > 0 for kept in moved[:4])
    assert [kept + archived for kept, archived in zip(moved[:4], moved[4:], strict=True)] == list(
        landed[:4]
    )
    for table in RAW:
        archive = table.replace("sales_raw.", "sales_archive.", 1)
        assert after[table] + after[archive] == before[table]

    aged.build(*MAINTENANCE)
    assert contents(aged) == after
    aged.build("--full-refresh")
    assert contents(aged) == after
