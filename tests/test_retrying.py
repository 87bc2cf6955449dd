"""`runner retry` does what the last run did not bring to an end, and `--state-reset` forgets."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from runner import retrying, state
from runner.engines.duckdb import connect
from runner.options import Options
from tests.cafe import Cafe

BROKEN = "-- @materialized table\n\nselect 1 / 0 as n\nfrom cafe_marts.sales_by_day\n"
CLEAN = "select 1 as n\nfrom cafe_marts.sales_by_day\nlimit 0\n"
BELOW = "-- @materialized table\n\nselect n\nfrom cafe_marts.broken\n"


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Cafe:
    """One model has failed, and the one below it was skipped."""
    cafe = Cafe.open(tmp_path_factory.mktemp("failed"))
    cafe.write("models/cafe/marts/broken.sql", BROKEN)
    cafe.write("models/cafe/marts/below.sql", BELOW)
    assert cafe.run("build").exit_code == 1
    return cafe


@pytest.fixture
def cafe(failed: Cafe, tmp_path: Path) -> Cafe:
    """A copy of it, database and all."""
    shutil.copytree(failed.root, tmp_path, dirs_exist_ok=True)
    return Cafe(tmp_path)


LAST_RUN = "select max_by(invocation_id, recorded_at) from runner.invocations"


def done(cafe: Cafe) -> list[str]:
    """What the last run did."""
    results = f"runner.node_results where invocation_id = ({LAST_RUN})"
    return cafe.rows(f"select node from {results} and status <> 'fresh' order by node")


def mend(cafe: Cafe) -> None:
    cafe.change("models/cafe/marts/broken.sql", "1 / 0", "1 / 1")


def test_what_failed_and_what_was_skipped_is_done_again_until_it_is_done(cafe: Cafe) -> None:
    again = cafe.run("retry")
    assert again.exit_code == 1
    assert done(cafe) == ["cafe_marts.below", "cafe_marts.broken"]
    mend(cafe)
    assert cafe.run("retry").exit_code == 0
    assert done(cafe) == ["cafe_marts.below", "cafe_marts.broken"]
    assert cafe.rows("select distinct n from cafe_marts.below") == ["1.000000"]
    nothing = cafe.run("retry")
    assert nothing.exit_code == 0
    assert "there is nothing to retry: the retry of " in nothing.stderr


def test_a_retry_confines_itself_to_the_selection_and_keeps_the_options(cafe: Cafe) -> None:
    assert cafe.run("build", "-s", "broken", "--full-refresh", "--exclude", "stg_*").exit_code == 1
    mend(cafe)
    assert cafe.run("retry").exit_code == 0
    assert done(cafe) == ["cafe_marts.broken"]
    last = cafe.rows(
        "select command || ' ' || selection || ' ' || full_refresh from runner.runs "
        "order by started_at desc limit 1"
    )
    assert last == ["retry --select broken --exclude stg_* true"]


def test_a_failed_check_is_checked_again_and_nothing_is_built(cafe: Cafe) -> None:
    mend(cafe)
    assert cafe.run("retry").exit_code == 0
    cafe.write("checks/cafe/nothing_is_sold.sql", "select * from cafe_marts.sales_by_day\n")
    assert cafe.run("check").exit_code == 1
    assert cafe.run("retry").exit_code == 1
    assert done(cafe) == ["cafe_marts.sales_by_day"]
    reason = f"select reason from runner.node_results where invocation_id = ({LAST_RUN})"
    assert cafe.rows(reason) == ["checked as it is"]
    cafe.write("checks/cafe/nothing_is_sold.sql", CLEAN)
    assert cafe.run("retry").exit_code == 0


def test_a_node_that_is_gone_is_told(cafe: Cafe) -> None:
    for name in ("broken", "below"):
        (cafe.root / f"models/cafe/marts/{name}.sql").unlink()
    again = cafe.run("retry")
    assert again.exit_code == 0
    assert "cafe_marts.broken is not selected any more" in again.stderr


def test_where_nothing_has_run_there_is_nothing_to_retry(tmp_path: Path) -> None:
    again = Cafe.open(tmp_path).run("retry")
    assert again.exit_code == 0
    assert "there is nothing to retry: no run is recorded" in again.stderr


def test_what_a_killed_run_did_not_come_to_is_done_again(cafe: Cafe) -> None:
    mend(cafe)
    assert cafe.run("build").exit_code == 0
    killed = (
        "insert into runner.invocations (invocation_id, status, recorded_at, command, nodes, "
        "options) select 'killed', 'running', sysdate(), 'build', 'cafe_marts.below', '{}'"
    )
    assert cafe.run("query", killed).exit_code == 0
    assert cafe.run("retry").exit_code == 0
    assert done(cafe) == ["cafe_marts.below"]


def test_options_are_repeated_as_they_were_typed() -> None:
    typed = Options(
        select=("a b", "c"),
        full_refresh=True,
        batch_start=datetime(2024, 1, 1),
        batch_end=datetime(2024, 1, 2),
        threads=7,
    )
    said = retrying.remembered(typed, is_check=False)
    assert json.loads(said).keys() == {"select", "full_refresh", "batch_start", "batch_end"}
    with connect() as session:
        state.prepare(session)
        columns = "invocation_id, status, recorded_at, command, options"
        row = f"'one', 'running', sysdate(), 'build', '{said}'"
        session.execute(f"insert into runner.invocations ({columns}) values ({row})")
        last = retrying.last(session)
    assert last is not None
    again = last.again(Options(threads=2, fail_fast=True))
    assert again == replace(typed, threads=2, fail_fast=True)


def test_a_reset_forgets_and_builds_anew(cafe: Cafe) -> None:
    mend(cafe)
    assert cafe.run("build", "--state-reset", "-s", "broken+").exit_code == 0
    history = cafe.rows(
        "select status from runner.node_results where node = 'cafe_marts.broken' "
        "order by started_at"
    )
    assert history == ["error", "reset", "success"]
    untouched = "select count(*) from runner.node_results where status = 'reset'"
    assert cafe.rows(f"{untouched} and node = 'cafe_marts.sales_by_day'") == ["0"]
