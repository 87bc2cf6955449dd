"""Bad input gets a message with file, line, cause and next step; never a traceback, nothing lost.

What is wrong with the SQL of a project is tested where it is read (`test_graph.py` and its
neighbours); here is what meets a run.
"""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result

from runner import recording
from tests.cafe import Cafe
from tests.permissions import read_only

HEADER = "sale_id,item_id,quantity,sold_at\n"
SALES = "inbox/sales/2026-01-07.csv"


@pytest.fixture
def cafe(tmp_path: Path) -> Cafe:
    return Cafe.open(tmp_path)


def failed(result: Result, code: int = 1) -> str:
    """What a failed command told its user."""
    assert result.exit_code == code, result.stderr
    assert "Traceback" not in result.stderr
    assert "bug" not in result.stderr
    return result.stderr


# --- the project


def test_an_unknown_target(cafe: Cafe) -> None:
    message = failed(cafe.run("build", "-t", "prdo"), 2)
    assert "runner.toml has no target prdo" in message
    assert "did you mean prod?" in message
    assert not (cafe.root / ".runner").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('engine = "duckdb"', 'engine = "duckdb', "runner.toml:6: "),
        ('engine = "duckdb"', 'engine = "duckbd"', "runner.toml:6: "),
        ('engine = "duckdb"', 'engin = "duckdb"', "runner.toml:6: "),
        ("threads = 4", "threads = 0", "runner.toml:9: "),
        ('["deploy", "ingest"]', '["depoly"]', "runner.toml:10: "),
    ],
)
def test_a_bad_configuration(cafe: Cafe, old: str, new: str, message: str) -> None:
    cafe.change("runner.toml", old, new)
    assert message in failed(cafe.run("build"), 2)
    assert not (cafe.root / ".runner").exists()


def test_a_model_that_reads_what_nobody_makes(cafe: Cafe) -> None:
    cafe.change("models/cafe/marts/sales_by_day.sql", "cafe_core.fact_sales", "cafe_core.fact_sale")
    message = failed(cafe.run("build"), 2)
    assert "models/cafe/marts/sales_by_day.sql:10: cafe_core.fact_sale does not exist" in message
    assert "cafe_core.fact_sales" in message


# --- migrations


def test_a_migration_that_fails_halfway_is_mended_and_run_again(cafe: Cafe) -> None:
    path = "migrations/database/V1.1.0__tips.sql"
    table = "create table if not exists cafe_raw.tips (amount varchar);\n"
    cafe.write(path, table + "\nalter table cafe_raw.sale\n    add column tip varchar;\n")
    message = failed(cafe.run("build"))
    assert f"{path}:3" in message
    assert "CAFE_RAW.SALE" in message
    cafe.write(path, table + "\nalter table cafe_raw.sales add column if not exists tip varchar;\n")
    assert cafe.run("build").exit_code == 0
    assert cafe.rows("select count(*), count(tip) from cafe_raw.sales") == ["8,0"]
    assert cafe.rows("select count(*) from cafe_raw.tips") == ["0"]
    assert "nothing to deploy" in cafe.run("deploy").stderr


# --- files


def test_a_file_with_malformed_rows_is_refused_and_lands_again_under_a_new_name(cafe: Cafe) -> None:
    cafe.write(SALES, HEADER + '9,tea,1,2026-01-07 09:00:00\n10,"tea,1,2026-01-07 09:05:00\n')
    message = failed(cafe.run("build"))
    assert "sales/2026-01-07.csv:3" in message
    assert "land it again under a new name" in message
    assert cafe.rows("select count(*) from cafe_core.fact_sales") == ["8"]
    cafe.write(
        "inbox/sales/2026-01-07-mended.csv",
        HEADER + "9,tea,1,2026-01-07 09:00:00\n10,tea,1,2026-01-07 09:05:00\n",
    )
    assert cafe.run("build").exit_code == 0
    assert cafe.rows("select count(*) from cafe_core.fact_sales") == ["10"]


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("sale_id,item_id,quantity\n9,tea,1\n", "fewer than 4 columns"),
        ("sale_id,item_id,quantity,sold_at,tip\n9,tea,1,2026-01-07,2\n", "more than 4 columns"),
    ],
)
def test_a_file_with_other_columns_is_refused_and_the_others_are_loaded(
    cafe: Cafe, file: str, told: str
) -> None:
    cafe.write(SALES, file)
    message = failed(cafe.run("build"))
    assert "sales/2026-01-07.csv:2: " in message
    assert told in message
    assert cafe.rows("select sum(sales) from cafe_marts.sales_by_day") == ["8"]


def test_a_truncated_file_is_refused(cafe: Cafe) -> None:
    cafe.write(SALES, HEADER + "9,tea,1,2026-01-07 09:00:00\n10,te")
    message = failed(cafe.run("build"))
    assert "sales/2026-01-07.csv:3" in message
    assert "fewer than 4 columns" in message
    assert cafe.rows("select count(*) from cafe_raw.sales") == ["8"]


def test_a_value_that_does_not_fit_fails_its_check_and_the_old_table_stays(cafe: Cafe) -> None:
    cafe.run("build")
    odd = "9,tea,minus one,2026-01-07 09:00:00\n10,tea,-1,2026-01-07 09:05:00\n"
    cafe.write(SALES, HEADER + odd)
    message = failed(cafe.run("build"))
    assert "models/cafe/staging/stg_sales.sql:6: quantity > 0: 1 row violates it" in message
    assert "next: mend models/cafe/staging/stg_sales.sql" in message
    assert cafe.rows("select count(*) from cafe_core.fact_sales") == ["8"]


def test_a_file_in_checks_that_cannot_be_executed_is_the_one_to_mend(cafe: Cafe) -> None:
    cafe.write(
        "checks/cafe/amounts_divide.sql",
        "select sale_id\nfrom cafe_core.fact_sales\nwhere 1 / (quantity - quantity) > 0\n",
    )
    told = failed(cafe.run("build"))
    assert "checks/cafe/amounts_divide.sql:3: Division by zero" in told
    assert "next: mend checks/cafe/amounts_divide.sql, then: runner build" in told


# --- models


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("count(*) as sales", "count(*) / 0 as sales", ":7: Division by zero"),
        ("sum(quantity)", "sum(item_id::number)", ":8: Numeric value '"),
    ],
)
def test_a_model_that_fails_at_run_time(cafe: Cafe, old: str, new: str, message: str) -> None:
    cafe.run("build")
    cafe.change("models/cafe/marts/sales_by_day.sql", old, new)
    told = failed(cafe.run("build"))
    assert f"models/cafe/marts/sales_by_day.sql{message}" in told
    assert "next: mend models/cafe/marts/sales_by_day.sql, then: runner build" in told
    assert cafe.rows("select count(*) from cafe_marts.sales_by_day") == ["2"]


def test_a_check_that_fails_at_run_time_says_which(cafe: Cafe) -> None:
    cafe.run("build")
    path = "models/cafe/marts/sales_by_day.sql"
    cafe.change(path, "@check amount >= 0", "@check 1 / (amount - 20.10) < 9")
    for command in ("build", "check"):
        told = failed(cafe.run(command))
        assert "models/cafe/marts/sales_by_day.sql:9: the check fails: Division by zero" in told


def test_a_check_file_that_fails_at_run_time_says_where(cafe: Cafe) -> None:
    cafe.run("build")
    wrong = "select sale_id\nfrom cafe_core.fact_sales\nwhere 1 / (sale_id - 3) = 7\n"
    cafe.write("checks/cafe/wrong.sql", wrong)
    for command in ("build", "check"):
        assert "checks/cafe/wrong.sql:3: Division by zero" in failed(cafe.run(command))
    both = wrong.replace("fact_sales", "fact_sales cross join cafe_staging.stg_menu")
    cafe.write("checks/cafe/wrong.sql", both)
    assert "checks/cafe/wrong.sql:3: Division by zero" in failed(cafe.run("build"))


def test_a_freshness_check_that_returns_no_time(cafe: Cafe) -> None:
    query = "select max(item_id) as loaded_at from cafe_core.fact_sales"
    cafe.write("checks/cafe/fresh.sql", f"-- @warn_after 6 hours\n\n{query}\n")
    told = failed(cafe.run("build"))
    assert "checks/cafe/fresh.sql: the query returns 'tea', which is no time" in told


# --- where it runs


@contextmanager
def slow_build(cafe: Cafe) -> Iterator[subprocess.Popen[str]]:
    """A build in a process of its own that has come to a model which takes for ever."""
    many = "(select seq4() as n from table(generator(rowcount => 999999)))"
    cafe.write(
        "models/cafe/marts/slow.sql",
        "-- @materialized table\n\nselect count(*) as n\n"
        f"from cafe_marts.sales_by_day\ncross join {many} as a\ncross join {many} as b\n",
    )
    process = cafe.start("build")
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if re.search(r"ok +cafe_marts\.sales_by_day", line):
                break
        yield process
    finally:
        process.kill()
        process.communicate()
    (cafe.root / "models/cafe/marts/slow.sql").unlink()


def test_a_read_only_folder(cafe: Cafe, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = Cafe.open(tmp_path_factory.mktemp("elsewhere"))
    assert elsewhere.run("build").exit_code == 0  # imports what another user may not read
    with read_only(cafe.root):
        told = failed(cafe.run("build"))
    assert str(cafe.root / ".runner") in told


def test_a_second_build_while_one_runs_is_told_so_and_harms_nothing(cafe: Cafe) -> None:
    with slow_build(cafe) as first:
        told = failed(cafe.run("build"))
        assert f"is in use by process {first.pid}: " in told
        assert first.poll() is None
    assert cafe.run("build").exit_code == 0


def test_ctrl_c_says_what_was_published_and_the_next_run_takes_it_up(cafe: Cafe) -> None:
    with slow_build(cafe) as process:
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in told
    assert "Ctrl-C again leaves at once" in told
    assert "build stopped after" in told
    assert "6 nodes done and published, 1 node not" in told
    assert cafe.rows("select status from runner.invocations order by recorded_at") == [
        "running",
        "interrupted",
    ]
    assert cafe.rows("select status from runner.node_results where node = 'cafe_marts.slow'") == [
        "skipped"
    ]
    assert cafe.run("build").exit_code == 0
    assert cafe.rows("show tables like '%__next' in database") == []


def test_a_killed_run_leaves_what_it_finished_and_the_next_one_ends_the_same(cafe: Cafe) -> None:
    with slow_build(cafe) as process:
        time.sleep(2 * recording.INTERVAL)
        process.kill()
    assert cafe.rows("select status from runner.invocations") == ["running"]
    done = cafe.rows("select node from runner.node_results")
    assert "cafe_marts.sales_by_day" in done
    assert cafe.run("build").exit_code == 0
    assert cafe.rows("select sum(sales) from cafe_marts.sales_by_day") == ["8"]
