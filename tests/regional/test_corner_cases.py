"""What the gate, late files, corrections, deletions and rollbacks do to each other, build by build.

Batches lie so many days back: six is the first, three to zero are within the lookback.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.regional.deliveries import (
    bad_days,
    changes,
    good_days,
    late,
    mended,
    repaired,
    spoiled,
    tampered,
)
from tests.regional.story import FIRST, Story
from tests.warehouse import Rows

ABOUT = "total_amount between 0.5 * quantity * unit_price and 2 * quantity * unit_price"
FACT = "regional_marts.sales_fact"
DAILY = "regional_marts.daily_sales"

pytestmark = pytest.mark.slow  # fourteen builds


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    story = Story.begun(tmp_path_factory.mktemp("story"))
    for what in (good_days, bad_days):
        story.happens(what)
    story.run("refused", "build", "--full-refresh", "-s", "sales_fact")
    for what in (mended, late):
        story.happens(what)
    for what in (changes, repaired):
        story.happens(what)
    story.lose("us_east-6-7")
    story.run("lost", "check", "-s", "check:regional/the_fact_holds_every_staged_sale")
    story.run("again", "build", *story.window(FIRST, 0))
    story.run("full refresh", "build", "--full-refresh")
    story.run("rollback", "rollback", "-s", "sales_fact", "--batch", story.day(1).isoformat())
    story.run("after rollback", "build")
    story.happens(spoiled)
    tampered(story)
    story.run("tampered", "check", "-s", "path:checks/regional")
    return story


def by_batch(story: Story, after: str) -> dict[int, int]:
    """How many rows of the fact each batch has brought, by the days that it lies back."""
    rows = story.after[after][FACT]
    return {
        days_back: count
        for days_back in range(FIRST, -1, -1)
        if (count := sum(story.batch(days_back) in row for row in rows.elements()))
    }


def values(rows: Rows) -> dict[str, tuple[object, ...]]:
    return {key: tuple(rest) for key, *rest in rows}


def test_a_project_without_any_file_builds(tmp_path: Path) -> None:
    story = Story.begun(tmp_path)
    assert story.run("nothing", "build").exit_code == 0
    assert not any(story.after["nothing"].values())


def test_good_batches_are_taken_though_regions_are_missing(story: Story) -> None:
    assert story.told["good_days"].exit_code == 0
    assert by_batch(story, "good_days") == {6: 100, 5: 120, 1: 120}
    assert "no_region_misses_a_day" in story.told["good_days"].stderr


def test_a_bad_batch_is_held_back_and_the_others_are_taken(story: Story) -> None:
    assert story.told["bad_days"].exit_code == 1
    assert by_batch(story, "bad_days") == {6: 100, 5: 120, 1: 120, 0: 100}


def test_rows_of_a_batch_that_is_delivered_again_broken_stand_as_they_were(story: Story) -> None:
    rows = [row for row in story.after["bad_days"][FACT] if story.batch(1) in row]
    assert sum("S1" in row for row in rows) == len(rows) == 120


def test_nothing_behind_a_held_back_batch_is_published(story: Story) -> None:
    assert story.after["bad_days"][DAILY] == story.after["good_days"][DAILY]


def test_a_full_refresh_is_refused_while_a_bad_batch_is_there(story: Story) -> None:
    assert story.told["refused"].exit_code == 1
    assert story.after["refused"] == story.after["bad_days"]


def test_each_failed_gate_is_told_on_the_terminal_and_kept(story: Story) -> None:
    told = story.told["bad_days"].stderr
    for days_back in (3, 2, 1):
        assert f"{story.day(days_back).isoformat()}: " in told
    assert "batches: 1 done, 3 not" in told
    kept = story.rows(
        "select distinct check_name from runner.check_results"
        f" where node = '{FACT}' and status = 'fail' order by check_name"
    )
    assert [name for (name,) in kept] == [
        "check_coalesce_max_etl_batch_missing_share_0_0_05",
        "check_coalesce_min_etl_batch_rows_100_100",
    ]


def test_the_load_report_says_what_is_held_back(story: Story) -> None:
    rows = story.after["bad_days"]["regional_marts.load_report"]
    held_back = {(row[1], row[2]) for row in rows if "held back" in row}
    assert held_back == {(story.batch(days_back), "US-EAST") for days_back in (3, 2, 1)}


def test_a_mended_batch_is_taken_by_the_next_build(story: Story) -> None:
    assert story.told["mended"].exit_code == 0
    assert by_batch(story, "mended") == {6: 100, 5: 120, 3: 100, 2: 120, 1: 120, 0: 100}


def test_a_late_region_is_taken_by_the_next_build_within_the_lookback_and_beyond(
    story: Story,
) -> None:
    assert story.told["late"].exit_code == 0
    assert by_batch(story, "late")[2] == 160
    assert by_batch(story, "late")[5] == 160


def test_a_sale_that_the_fact_lacks_is_told_and_a_backfill_brings_it_back(story: Story) -> None:
    told = story.told["lost"].stderr
    assert story.told["lost"].exit_code == 1
    assert "the_fact_holds_every_staged_sale: 1 row violates it" in told
    assert story.told["again"].exit_code == 0
    assert story.after["again"][FACT] == story.after["repaired"][FACT]


def test_corrections_and_deletions_in_later_batches_have_the_last_word(story: Story) -> None:
    assert story.told["changes"].exit_code == 0
    found = values(
        story.rows(
            "select sale_id, total_amount, etl_batch_id from regional_marts.sales_fact"
            " where sale_id in ('us_east-6-1', 'us_east-6-2', 'us_east-6-3', 'us_east-6-7')"
        )
    )
    assert found == {
        "us_east-6-1": (40, story.batch(1)),
        "us_east-6-7": (20, story.batch(6)),
    }


def test_an_older_version_in_a_later_batch_changes_nothing(story: Story) -> None:
    found = story.rows(
        "select total_amount, etl_batch_id from regional_marts.sales_fact"
        " where sale_id = 'us_east-6-5'"
    )
    assert found == [(20, story.batch(6))]


def test_a_file_that_is_delivered_again_changes_nothing(story: Story) -> None:
    """The first batch's file comes again with the changes: only they count."""
    before, after = (
        {row[0] for row in story.after[name][FACT] if story.batch(6) in row}
        for name in ("late", "changes")
    )
    assert before - after == {f"us_east-6-{number}" for number in (1, 2, 3, 4, 6)}
    assert after < before


def test_a_sale_whose_newest_version_does_not_fit_is_in_quarantine_and_not_in_the_fact(
    story: Story,
) -> None:
    reasons = {
        (row[0], row[-2])
        for row in story.after["changes"]["regional_staging.stg_sales__quarantine"]
    }
    assert reasons == {
        ("us_east-6-4", f"quantity > 0; {ABOUT}"),
        ("us_east-6-6", "region_count = 1"),
        ("us_east-6-200", ABOUT),
        ("us_east-6-201", "unit_price is not null"),
        (None, "sale_id is not null"),
    }
    facts = {row[0] for row in story.after["changes"][FACT]}
    assert not facts & {sale for sale, _ in reasons}


def test_rows_without_a_sale_id_are_kept_each(story: Story) -> None:
    rows = story.after["changes"]["regional_staging.stg_sales__quarantine"]
    assert sum(row[0] is None for row in rows.elements()) == 2


def test_a_sale_that_is_repaired_leaves_the_quarantine(story: Story) -> None:
    beside = story.after["repaired"]["regional_staging.stg_sales__quarantine"]
    facts = {row[0] for row in story.after["repaired"][FACT]}
    assert not {row[0] for row in beside} & {"us_east-6-4", "us_east-6-200"}
    assert {"us_east-6-4", "us_east-6-200"} <= facts


def test_a_batch_passes_its_gate_again_though_later_ones_have_taken_sales_from_it(
    story: Story,
) -> None:
    """A hundred sales were delivered, fewer are left."""
    assert story.told["again"].exit_code == 0
    assert by_batch(story, "again")[6] < 100


def test_running_batches_again_changes_nothing(story: Story) -> None:
    assert story.after["again"] == story.after["repaired"]


def test_increments_equal_a_full_refresh(story: Story) -> None:
    assert story.told["full refresh"].exit_code == 0
    assert story.after["full refresh"] == story.after["again"]


def test_a_batch_is_taken_out_by_its_day_and_done_again(story: Story) -> None:
    assert story.told["rollback"].exit_code == 0
    gone = story.after["full refresh"][FACT] - story.after["rollback"][FACT]
    assert {row for row in story.after["full refresh"][FACT] if story.batch(1) in row} == set(gone)
    assert story.told["after rollback"].exit_code == 0
    assert story.after["after rollback"] == story.after["full refresh"]


def test_a_batch_of_which_nothing_fits_is_told(story: Story) -> None:
    told = story.told["spoiled"].stderr
    assert story.told["spoiled"].exit_code == 1
    assert "a_batch_brings_sales: 1 row violates it" in told
    assert "few_sales_of_a_batch_are_in_quarantine" in told
    assert story.after["spoiled"][DAILY] == story.after["after rollback"][DAILY]


@pytest.mark.parametrize(
    "check",
    [
        "a_batch_is_in_the_fact_two_hours_after_it_landed",
        "days_add_up_to_all_sales",
        "every_landed_sale_is_staged_or_in_quarantine",
        "the_fact_holds_every_staged_sale",
    ],
)
def test_a_check_finds_what_it_is_for(story: Story, check: str) -> None:
    assert story.told["tampered"].exit_code == 1
    assert f"regional/{check}: 1 row violates it" in story.told["tampered"].stderr
