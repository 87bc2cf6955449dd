"""`state:` and `result:` ask what the target remembers; only then it is read, and never written."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner import graph
from runner import project as projects
from runner.remembered import RESET, Remembered
from runner.selectors import needs_remembered, select
from tests.cafe import Cafe

SALES = "models/cafe/core/fact_sales.sql"
FACT, CHECK = "cafe_core.fact_sales", "check:cafe/every_sale_is_in_fact_sales"
ONE = "check:cafe/no_sale_is_free"
FREE = "select sale_id\nfrom cafe_core.fact_sales\nwhere amount < 0\n"


@pytest.fixture(scope="module")
def cafe(tmp_path_factory: pytest.TempPathFactory) -> Cafe:
    """Built once; a check file runs in the step of the one relation that it reads."""
    cafe = Cafe.open(tmp_path_factory.mktemp("cafe"))
    cafe.write("checks/cafe/no_sale_is_free.sql", FREE)
    assert cafe.run("build").exit_code == 0
    return cafe


def selected(cafe: Cafe, selector: str) -> set[str]:
    result = cafe.run("ls", "-s", selector)
    assert result.exit_code == 0, result.stderr
    return set(result.stdout.splitlines())


def test_what_was_built_is_old_and_not_modified(cafe: Cafe) -> None:
    everything = set(cafe.run("ls").stdout.splitlines())
    assert selected(cafe, "state:old") == everything
    assert selected(cafe, "state:unmodified") == everything
    assert selected(cafe, "state:new state:modified state:modified.*") == set()
    assert selected(cafe, "result:success") == everything
    assert selected(cafe, "result:fail result:error result:skipped result:warn") == set()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Euros, at", "Pounds, at", set()),
        ("sales.quantity * ", "2 * sales.quantity * ", {"modified", "modified.body"}),
        (
            "-- @unique_key sale_id",
            "-- @unique_key sale_id\n-- @cluster_by sold_at",
            {"modified", "modified.configs"},
        ),
        ("amount >= 0", "amount >= 1", {"modified", "modified.checks"}),
    ],
)
def test_modified_says_what_has_changed_in_the_file(
    cafe: Cafe, old: str, new: str, words: set[str]
) -> None:
    cafe.change(SALES, old, new)
    try:
        states = ("modified", "modified.body", "modified.configs", "modified.checks")
        found = {word for word in states if FACT in selected(cafe, f"state:{word}")}
        assert found == words
        assert (FACT in selected(cafe, "state:unmodified")) == (not words)
    finally:
        cafe.change(SALES, new, old)


def test_a_new_file_is_new_and_counts_as_modified_in_everything(cafe: Cafe) -> None:
    path = "models/cafe/marts/menu.sql"
    cafe.write(path, "select item_id\nfrom cafe_core.menu_history\n")
    try:
        for word in ("new", "modified", "modified.body", "modified.configs", "n*"):
            assert selected(cafe, f"state:{word}") == {"cafe_marts.menu"}
        assert selected(cafe, "+state:new,resource_type:snapshot") == {"cafe_core.menu_history"}
        assert "cafe_marts.menu" not in selected(cafe, "state:old")
    finally:
        (cafe.root / path).unlink()


def test_a_changed_check_file_is_modified_together_with_its_relation(cafe: Cafe) -> None:
    path = "checks/cafe/no_sale_is_free.sql"
    cafe.change(path, "amount < 0", "amount < 1")
    try:
        assert selected(cafe, "state:modified,resource_type:check") == {ONE}
        assert {FACT, ONE} <= selected(cafe, "state:modified.checks")
        assert selected(cafe, "state:modified.body") == set()
    finally:
        cafe.change(path, "amount < 1", "amount < 0")


def test_every_command_takes_them(cafe: Cafe) -> None:
    for command in ("plan", "compile", "check", "build"):
        result = cafe.run(command, "-s", "state:modified+")
        assert result.exit_code == 0, result.stderr
    assert cafe.run("ls", "--exclude", "state:old").stdout == ""


def test_reading_writes_nothing(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path)
    assert FACT in selected(cafe, "state:new")
    assert (
        cafe.rows("select count(*) from information_schema.tables where table_schema = 'RUNNER'")[0]
        == "0"
    )


def test_the_last_attempt_counts_and_a_retry_does_what_its_selectors_named_then(
    tmp_path: Path,
) -> None:
    cafe = Cafe.open(tmp_path)
    cafe.run("build")
    cafe.change(SALES, "(sales.quantity * ", "(0 - 1 * ")
    assert cafe.run("build", "-s", "state:modified+").exit_code == 1
    assert selected(cafe, "result:fail") == {FACT, CHECK}
    assert selected(cafe, "result:skipped") == {"cafe_marts.sales_by_day", CHECK}
    cafe.change(SALES, "(0 - 1 * ", "(sales.quantity * ")
    assert selected(cafe, "state:modified") == set()
    assert cafe.run("retry").exit_code == 0
    assert selected(cafe, "result:fail result:skipped") == set()


def test_what_was_reset_is_new(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path)
    read = graph.read(projects.load(cafe.root))
    success = Remembered("success", read.fingerprints[FACT].text)
    assert select(read, ["state:new,fact_sales"], [], {FACT: success}) == set()
    reset = Remembered(RESET, read.fingerprints[FACT].text)
    assert FACT in select(read, ["state:new,fact_sales"], [], {FACT: reset})


@pytest.mark.parametrize(
    ("texts", "answer"),
    [
        (["fct_sales", "tag:state:x"], False),
        (["+fct_sales tag:daily,2+state:new"], True),
        (["@result:error"], True),
        (["state"], False),
    ],
)
def test_the_target_is_asked_only_for_what_it_remembers(texts: list[str], answer: bool) -> None:
    assert needs_remembered(texts) == answer
