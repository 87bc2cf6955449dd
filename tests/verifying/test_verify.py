"""`runner verify` on a project in which most models are wrong, each in its own way."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cafe import Cafe

PROJECT = Path(__file__).parents[1] / "data" / "verified"
FILES = 3
RIGHT = ("sound", "clock_left_out", "rates", "names", "batched", "deleted_by_flag")
WRONG = {
    "event_time": "what is new is told by ordered_at (models/shop/core/event_time.sql:13), "
    "which is not the load time, and has no overlap",
    "no_overlap": "loaded_at is compared without an overlap (models/shop/core/no_overlap.sql:10)",
    "missing_key": "@unique_key order_id does not name one row",
    "new_rows_alone": "total_orders (models/shop/core/new_rows_alone.sql:8) is computed over the "
    "rows that have just arrived",
    "window_over_new_rows": "total_amount (models/shop/core/window_over_new_rows.sql:8) is "
    "computed over the rows that have just arrived",
    "clock": "current_timestamp(): two full builds differ as well",
    "batched_by_event": "rows came for batches that were done: with @lookback 1",
    "appended": "rows that come again, or that the overlap takes again, are inserted again",
    "stays": "rows stay that the query no longer gives",
    "late_dimension": "rows are not computed again when shop_raw.customers has more or other rows",
    "overwritten": "@incremental_strategy insert_overwrite replaces the whole table",
    "below": "it reads shop_core.new_rows_alone: look there first",
    "restless": "current_timestamp(): every run sees other values",
}

Verdicts = Mapping[str, list[Any]]


def landed(folder: Path) -> Cafe:
    """The project with files of lines and customers; the same every time."""
    shutil.copytree(PROJECT, folder, dirs_exist_ok=True)
    shop = Cafe(folder)
    rng = random.Random(1)
    for number in range(FILES):
        lines = [
            f"o{rng.randint(1, 30)},p{rng.randint(1, 4)},c{rng.randint(1, 8)},{rng.randint(1, 9)},"
            f"{rng.choice(['new', 'new', 'new', 'cancelled'])},2024-01-{rng.randint(1, 28):02}"
            for _ in range(40)
        ]
        customers = [f"c{customer},name {number}" for customer in range(1, 9)]
        shop.write(f"landing/lines/{number}.csv", "\n".join(["header", *lines]))
        shop.write(f"landing/customers/{number}.csv", "\n".join(["header", *customers]))
    assert shop.run("deploy").exit_code == 0
    assert shop.run("ingest").exit_code == 0
    return shop


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    shop = landed(tmp_path_factory.mktemp("verified"))
    done = shop.run("verify", "--log-format", "json")
    assert done.exit_code == 1
    found: dict[str, list[Any]] = {}
    for event in map(json.loads, done.stdout.splitlines()):
        if "verdict" in event:
            found.setdefault(event["node"].rpartition(".")[2], []).append(event)
    assert {len(of_node) for of_node in found.values()} == {3}
    assert set(found) == {*RIGHT, *WRONG, "below_unreadable"}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_right_in_every_scenario(verdicts: Verdicts, name: str) -> None:
    assert {one["verdict"] for one in verdicts[name]} <= {"equal", "sound"}


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found_with_its_cause(verdicts: Verdicts, name: str) -> None:
    bad = [one for one in verdicts[name] if one["verdict"] not in ("equal", "sound")]
    assert bad
    assert bad[0]["cause"].startswith(WRONG[name])
    shown = [bad[0][kind] for kind in ("missing", "extra", "changed", "findings", "message")]
    assert any(shown)


@pytest.mark.slow
def test_what_stops_above_is_told(verdicts: Verdicts) -> None:
    for one in verdicts["below_unreadable"]:
        assert one["verdict"] == "skipped"
        assert one["message"].startswith("batch 1: upstream shop_core.unreadable failed\n")
        assert "models/shop/core/unreadable.sql:5: Date" in one["message"]


@pytest.mark.slow
def test_rows_that_are_missing_are_those_that_came_late(verdicts: Verdicts) -> None:
    late = verdicts["no_overlap"][1]
    assert (late["scenario"], late["first_batch"]) == ("late", 2)
    assert all(set(row) == {"order_id", "total_products", "loaded_at"} for row in late["missing"])


@pytest.mark.slow
def test_the_starter_projects_increments_equal_full_builds(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path)
    cafe.run("build")
    done = cafe.run("verify", "--batches", "2")
    assert done.exit_code == 0, done.stdout
    assert "cafe_core.fact_sales    late          equal" in done.stdout


def test_nothing_to_verify_and_nothing_to_verify_with_are_said(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path)
    nothing = cafe.run("verify", "-s", "sales_by_day")
    assert nothing.exit_code == 2
    assert "nothing of what is selected keeps rows of earlier runs" in nothing.stderr
    early = cafe.run("verify")
    assert early.exit_code == 1
    assert "`runner deploy` makes it" in early.stderr
    cafe.run("deploy")
    empty = cafe.run("verify")
    assert empty.exit_code == 1
    assert "there are no rows to build from in cafe_raw.menu, cafe_raw.sales" in empty.stderr
