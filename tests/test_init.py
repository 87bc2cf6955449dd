"""What `runner init` writes builds at once, and says the same when it is built again."""

from __future__ import annotations

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


def test_an_increment_equals_a_full_refresh(cafe: Cafe) -> None:
    cafe.run("build")
    cafe.write(
        "inbox/sales/2026-01-07.csv",
        HEADER + "9,tea,1,2026-01-04 09:00:00\n5,cake,2,2026-01-05 16:45:27\n",
    )
    cafe.run("build")
    incremental = contents(cafe)
    assert cafe.run("build", "--full-refresh").exit_code == 0
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
