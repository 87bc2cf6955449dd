"""What `runner init` writes builds at once, and says the same when it is built again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from runner.cli import cli
from tests.cafe import Cafe

ROOT = Path(__file__).parent.parent
HEADER = "sale_id,item_id,quantity,sold_at\n"
TABLES = ("cafe_core.fact_sales", "cafe_core.menu_history", "cafe_marts.sales_by_day")


@pytest.fixture
def cafe(tmp_path: Path) -> Cafe:
    result = CliRunner().invoke(cli, ["init", str(tmp_path / "cafe")])
    assert result.exit_code == 0
    assert "runner build" in result.stderr
    return Cafe(tmp_path / "cafe")


def contents(cafe: Cafe) -> dict[str, list[str]]:
    return {table: cafe.rows(f"select * from {table} order by 1, 2") for table in TABLES}


def test_it_builds_at_once(cafe: Cafe) -> None:
    result = cafe.run("build")
    assert result.exit_code == 0, result.stderr
    assert cafe.rows("select * from cafe_marts.sales_by_day order by sold_on") == [
        "2026-01-05,5,7,20.10",
        "2026-01-06,3,4,12.00",
    ]


def test_building_again_changes_nothing(cafe: Cafe) -> None:
    cafe.run("build")
    before = contents(cafe)
    assert cafe.run("build").exit_code == 0
    assert contents(cafe) == before


def test_new_files_are_taken_up_late_ones_too_and_a_new_price_becomes_a_version(cafe: Cafe) -> None:
    cafe.run("build")
    cafe.write(
        "inbox/sales/2026-01-07.csv",
        HEADER + "9,tea,1,2026-01-04 09:00:00\n10,tea,1,2026-01-07 09:00:00\n",
    )
    cafe.write(
        "inbox/menu/2026-01-07.csv",
        "item_id,item_name,price,updated_at\ntea,A pot of tea,3.10,2026-01-07 06:00:00\n",
    )
    result = cafe.run("build")
    assert result.exit_code == 0, result.stderr
    assert cafe.rows(
        "select sale_id, amount from cafe_core.fact_sales where sale_id > 8 order by 1"
    ) == [
        "9,2.90",
        "10,3.10",
    ]
    assert cafe.rows(
        "select price, is_current from cafe_core.menu_history where item_id = 'tea' order by 1"
    ) == ["2.90,false", "3.10,true"]


def test_a_full_refresh_of_a_snapshot_needs_to_be_forced(cafe: Cafe) -> None:
    cafe.run("build")
    refused = cafe.run("build", "--full-refresh")
    assert refused.exit_code == 2
    assert "would throw away what is recorded in cafe_core.menu_history" in refused.stderr
    assert "--exclude resource_type:snapshot, or insist with --force" in refused.stderr
    assert cafe.run("plan", "--full-refresh").exit_code == 2
    assert cafe.run("build", "--full-refresh", "--force").exit_code == 0


def test_a_preview_shows_what_a_build_would_record_and_writes_nothing(cafe: Cafe) -> None:
    cafe.run("build")
    before = contents(cafe)
    cafe.write(
        "inbox/menu/2026-02-01.csv",
        "item_id,item_name,price,updated_at\n"
        "espresso,Espresso,9.90,2026-02-01 08:00:00\n"
        "mate,Mate,2.00,2026-02-01 08:00:00\n",
    )
    cafe.run("ingest")
    shown = cafe.run("build", "--preview")
    assert shown.exit_code == 0
    assert "cafe_core.menu_history    1        1       0" in shown.stdout
    assert "changed  espresso  price 2.20 -> 9.90" in shown.stdout
    assert "fact_sales  " in shown.stdout
    assert contents(cafe) == before
    listed = cafe.run("build", "--preview", "--log-format", "json").stdout.splitlines()
    [told] = [event for line in listed if "changed" in (event := json.loads(line))]
    assert (told["new"], told["changed"], told["closed"]) == (1, 1, 0)
    assert [key["key"] for key in told["sample"]] == [["mate"], ["espresso"]]


def test_a_preview_says_why_a_build_would_stop(cafe: Cafe) -> None:
    cafe.run("build")
    cafe.change(
        "snapshots/cafe/core/menu_history.sql",
        "-- @updated_at updated_at",
        "-- @updated_at updated_at\n-- @hard_deletes invalidate",
    )
    cafe.change(
        "snapshots/cafe/core/menu_history.sql",
        "from cafe_staging.stg_menu",
        "from cafe_staging.stg_menu\nwhere item_id = 'none'",
    )
    shown = cafe.run("build", "--preview")
    assert shown.exit_code == 1
    assert "would stop: the query gives no rows, and 4 keys are open" in shown.stdout


def test_an_increment_equals_a_full_refresh(cafe: Cafe) -> None:
    cafe.run("build")
    cafe.write(
        "inbox/sales/2026-01-07.csv",
        HEADER + "9,tea,1,2026-01-04 09:00:00\n5,cake,2,2026-01-05 16:45:27\n",
    )
    cafe.run("build")
    incremental = contents(cafe)
    assert cafe.run("build", "--full-refresh", "--exclude", "menu_history").exit_code == 0
    assert contents(cafe) == incremental


def test_nothing_is_overwritten(cafe: Cafe) -> None:
    cafe.write("runner.toml", "mine")
    result = CliRunner().invoke(cli, ["init", str(cafe.root)])
    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert (cafe.root / "runner.toml").read_text() == "mine"


def test_its_sql_is_written_as_the_projects_own(cafe: Cafe) -> None:
    folders = [str(cafe.root / name) for name in ("migrations", "models", "snapshots", "checks")]
    config = str(ROOT / ".sqlfluff")
    command = [sys.executable, "-m", "sqlfluff", "lint", "--config", config, *folders]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_next_step_can_be_pasted_whatever_the_folder_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(cli, ["init", "my café"]).stderr
    assert told.endswith("next: cd 'my café' && runner build\n")
