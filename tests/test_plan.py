"""A plan says what a run does, in which order and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner import plan
from runner.due import Action, Asked
from runner.selectors import select
from tests.cafe import Cafe

CHECK = "check:cafe/every_sale_is_in_fact_sales"


@pytest.fixture
def cafe(tmp_path: Path) -> Cafe:
    return Cafe.open(tmp_path)


def test_every_step_stands_behind_what_it_waits_for(cafe: Cafe) -> None:
    graph = cafe.graph()
    steps = plan.make(graph, select(graph)).steps
    seen: set[str] = set()
    for step in steps:
        assert step.waits_for <= seen
        seen.add(step.id)
    assert seen == set(graph.nodes)


def test_a_step_waits_through_nodes_that_are_not_selected(cafe: Cafe) -> None:
    graph = cafe.graph()
    selected = select(graph, ["stg_menu sales_by_day"], ["check:*"])
    waits = {step.id: step.waits_for for step in plan.make(graph, selected).steps}
    assert waits == {
        "cafe_staging.stg_menu": frozenset(),
        "cafe_marts.sales_by_day": frozenset({"cafe_staging.stg_menu"}),
    }


def test_what_reads_a_checked_relation_waits_for_the_check(cafe: Cafe) -> None:
    graph = cafe.graph()
    waits = {step.id: step.waits_for for step in plan.make(graph, select(graph)).steps}
    assert CHECK in waits["cafe_marts.sales_by_day"]
    assert waits[CHECK] == {"cafe_core.fact_sales", "cafe_staging.stg_sales"}


def test_each_step_has_a_reason(cafe: Cafe) -> None:
    graph = cafe.graph()
    reasons = {step.id: step.reason for step in plan.make(graph, select(graph)).steps}
    assert reasons == {
        "cafe_staging.stg_menu": "replaced every time",
        "cafe_staging.stg_sales": "replaced every time",
        "cafe_core.menu_history": "records what has changed",
        "cafe_core.fact_sales": "takes what has arrived",
        "cafe_marts.sales_by_day": "rebuilt every time",
        CHECK: "guards cafe_core.fact_sales, cafe_staging.stg_sales",
    }


def test_a_reason_names_a_few_relations_only(cafe: Cafe) -> None:
    all_of_them = "cross join cafe_staging.stg_menu cross join cafe_marts.sales_by_day"
    cafe.change(f"checks/{CHECK[6:]}.sql", "\nwhere", f"\n{all_of_them}\nwhere")
    graph = cafe.graph()
    reasons = {step.id: step.reason for step in plan.make(graph, select(graph)).steps}
    assert reasons[CHECK] == (
        "guards cafe_core.fact_sales, cafe_marts.sales_by_day, cafe_staging.stg_menu and 1 more"
    )


def test_a_full_refresh_is_the_reason_for_incremental_models_only(cafe: Cafe) -> None:
    graph = cafe.graph()
    refreshed = plan.make(graph, select(graph), plan.Everything(Asked(full_refresh=True)))
    assert [step.id for step in refreshed.steps if step.reason == "full refresh"] == [
        "cafe_core.fact_sales"
    ]


def test_a_check_file_of_one_relation_is_part_of_its_step(cafe: Cafe) -> None:
    cafe.write(
        "checks/cafe/a_day_has_sales.sql", "select 1 from cafe_marts.sales_by_day where sales = 0\n"
    )
    graph = cafe.graph()
    steps = {step.id: step for step in plan.make(graph, select(graph)).steps}
    assert "check:cafe/a_day_has_sales" not in steps
    assert [check.name for check in steps["cafe_marts.sales_by_day"].checks] == [
        "cafe/a_day_has_sales"
    ]


def test_such_a_check_alone_is_a_step_and_an_excluded_one_is_none(cafe: Cafe) -> None:
    cafe.write(
        "checks/cafe/a_day_has_sales.sql", "select 1 from cafe_marts.sales_by_day where sales = 0\n"
    )
    graph = cafe.graph()
    alone = plan.make(graph, select(graph, ["a_day_has_sales"])).steps
    assert [(step.id, step.action) for step in alone] == [
        ("check:cafe/a_day_has_sales", Action.CHECK)
    ]
    without = plan.make(graph, select(graph, ["sales_by_day"], ["a_day_has_sales"])).steps
    assert [(step.id, step.checks) for step in without] == [("cafe_marts.sales_by_day", ())]


def test_checking_takes_what_has_checks_and_builds_nothing(cafe: Cafe) -> None:
    cafe.write("models/cafe/marts/unchecked.sql", "select 1 as one\n")
    graph = cafe.graph()
    steps = plan.make_checks(graph, select(graph)).steps
    assert {step.action for step in steps} == {Action.CHECK}
    assert {step.id for step in steps} == set(graph.nodes) - {"cafe_marts.unchecked"}
