"""The domain's migrations: repeatable, and what they leave behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo import files
from runner.engines.duckdb.session import Session
from tests.migrated import column, migrated
from tests.tpch.landed import KEYS
from tests.warehouse import ROOT


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with migrated(tmp_path_factory.mktemp("bucket")) as session:
        yield session


def test_every_script_runs_again_from_its_top(session: Session) -> None:
    tables = column(session, "show tables in schema tpch_raw", "name")
    pipes = column(session, "show pipes in schema tpch_raw", "name")
    assert sorted(tables) == sorted(name.upper() for name in KEYS)
    assert sorted(pipes) == sorted(f"LOAD_{name.upper()}" for name in KEYS)


@pytest.mark.parametrize(("table", "phone"), [("customer", "C_PHONE"), ("supplier", "S_PHONE")])
def test_phone_numbers_are_masked_from_the_first_moment(
    session: Session, table: str, phone: str
) -> None:
    described = f"describe table tpch_raw.{table}"
    names, policies = (column(session, described, what) for what in ("name", "policy name"))
    masked = {name: policy for name, policy in zip(names, policies, strict=True) if policy}
    assert masked[phone] == "GOVERNANCE.POLICIES.PHONE_NUMBER"


def test_an_analyst_may_read_the_marts_and_nothing_else(session: Session) -> None:
    granted = set(column(session, "show grants to role retail_analyst", "name"))
    assert {name for name in granted if ".TPCH" in name} == {"RETAIL_LOCAL.TPCH_MARTS"}


def test_no_mart_holds_contact_data() -> None:
    for path in (ROOT / "models" / "tpch" / "marts").glob("*.sql"):
        text = path.read_text(encoding="utf-8")
        assert "phone" not in text
        assert "address" not in text


@pytest.mark.parametrize("table", KEYS)
def test_every_raw_table_says_where_its_rows_come_from(session: Session, table: str) -> None:
    names = column(session, f"describe table tpch_raw.{table}", "name")
    assert names[-3:] == ["INGESTION_TS", "FILE_NAME", "FILE_ROW_NUMBER"]
    assert all(column(session, f"describe table tpch_raw.{table}", "comment"))


def test_a_file_with_a_value_of_another_type_is_refused_and_named(session: Session) -> None:
    (bucket,) = session.stage_folders.values()
    for name, key in (("good", "1"), ("text", "one")):
        files.write_parquet(
            bucket / "tpch" / "region" / f"{name}.parquet",
            {"r_name": "varchar", "r_regionkey": "varchar"},
            [{"r_name": name, "r_regionkey": key}],
        )
    session.execute("alter pipe tpch_raw.load_region refresh")
    rows = session.execute("select r_regionkey, r_name, r_comment from tpch_raw.region").rows
    history = session.execute(
        """
        select file_name, status
        from table(
            information_schema.copy_history(
                table_name => 'tpch_raw.region',
                start_time => dateadd('hour', -1, current_timestamp())
            )
        )
        """
    ).rows
    assert rows == [(1, "good", None)]
    assert {name.split("/")[-1]: status for name, status in history} == {
        "good.parquet": "Loaded",
        "text.parquet": "Load failed",
    }
