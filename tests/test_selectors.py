"""Selectors name nodes as dbt's do."""

from __future__ import annotations

import pytest

from runner.errors import UsageError
from runner.graph import Graph
from runner.selectors import named, select
from tests.cafe import Cafe

EVERYTHING = {
    "cafe_staging.stg_menu",
    "cafe_staging.stg_sales",
    "cafe_core.menu_history",
    "cafe_core.fact_sales",
    "cafe_marts.sales_by_day",
    "check:cafe/every_sale_is_in_fact_sales",
}
CHECK = "check:cafe/every_sale_is_in_fact_sales"


@pytest.fixture(scope="module")
def cafe(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return Cafe.open(tmp_path_factory.mktemp("cafe")).graph()


def test_nothing_said_means_everything(cafe: Graph) -> None:
    assert select(cafe) == EVERYTHING


@pytest.mark.parametrize(
    ("selector", "nodes"),
    [
        ("menu_history", {"cafe_core.menu_history"}),
        ("cafe_core.menu_history", {"cafe_core.menu_history"}),
        ("Menu_History", {"cafe_core.menu_history"}),
        ("sales_by_*", {"cafe_marts.sales_by_day"}),
        ("tag:daily", {"cafe_marts.sales_by_day"}),
        ("resource_type:snapshot", {"cafe_core.menu_history"}),
        ("path:models/cafe/marts", {"cafe_marts.sales_by_day"}),
        ("models/cafe/marts/sales_by_day.sql", {"cafe_marts.sales_by_day"}),
        ("check:cafe/*", {CHECK}),
        ("every_sale_is_in_fact_sales", {CHECK}),
        ("+menu_history", {"cafe_core.menu_history", "cafe_staging.stg_menu"}),
        ("1+sales_by_day", {"cafe_marts.sales_by_day", "cafe_core.fact_sales", CHECK}),
        ("fact_sales+", {"cafe_core.fact_sales", "cafe_marts.sales_by_day", CHECK}),
        ("menu_history+1", {"cafe_core.menu_history", "cafe_core.fact_sales", CHECK}),
        ("menu_history tag:daily", {"cafe_core.menu_history", "cafe_marts.sales_by_day"}),
        ("+sales_by_day,resource_type:snapshot", {"cafe_core.menu_history"}),
        ("@stg_menu", EVERYTHING),
        ("config.materialized:view", {CHECK, "cafe_staging.stg_menu", "cafe_staging.stg_sales"}),
        ("config.materialized:snapshot", {"cafe_core.menu_history"}),
        ("config.materialized:[ti]*", {CHECK, "cafe_core.fact_sales", "cafe_marts.sales_by_day"}),
        ("config.unique_key:Sale_ID", {CHECK, "cafe_core.fact_sales"}),
        ("config.tags:daily", {"cafe_marts.sales_by_day"}),
        ("config.secure:false,path:models/*/core", {CHECK, "cafe_core.fact_sales"}),
        ("source:cafe_raw.sales+1", {CHECK, "cafe_staging.stg_sales"}),
        ("source:cafe_raw.*+1", {CHECK, "cafe_staging.stg_sales", "cafe_staging.stg_menu"}),
        ("source:cafe_raw+1", {CHECK, "cafe_staging.stg_sales", "cafe_staging.stg_menu"}),
        ("source:cafe_raw.menu+", EVERYTHING - {"cafe_staging.stg_sales"}),
        ("@source:cafe_raw.menu", EVERYTHING),
        ("resource_type:s*", {"cafe_core.menu_history"}),
    ],
)
def test_a_selector_names(cafe: Graph, selector: str, nodes: set[str]) -> None:
    assert select(cafe, [selector]) == nodes


def test_several_options_are_a_union(cafe: Graph) -> None:
    both = select(cafe, ["menu_history", "tag:daily"])
    assert both == select(cafe, ["menu_history tag:daily"])


def test_what_is_excluded_goes_and_so_does_a_check_that_came_along(cafe: Graph) -> None:
    assert select(cafe, ["fact_sales"], ["check:*"]) == {"cafe_core.fact_sales"}
    assert select(cafe, [], ["+fact_sales"]) == {"cafe_marts.sales_by_day"}


@pytest.mark.parametrize(
    ("selector", "hint"),
    [
        ("fact_sale", "did you mean fact_sales?"),
        ("tag:dialy", "the tags are: daily"),
        ("owner:me", "check:, config:, path:, resource_type:, result:, source:, state:, tag:"),
        ("tags:daily", "did you mean tag?"),
        ("tag.x:daily", "did you mean tag?"),
        ("config:view", "for example config.materialized:view"),
        ("config.materialised:view", "did you mean materialized?"),
        ("config.materialized:vew", "the values are: incremental, snapshot, table, view"),
        ("config.owner:me", "no file has @owner"),
        ("source:cafe_raw.sale+", "did you mean cafe_raw.sales?"),
        ("source:raw+", "the schemas of sources are: cafe_raw"),
        ("source:cafe_raw.sales", "source:cafe_raw.sales+ names what reads it"),
        ("+source:cafe_raw.sales", "+source:cafe_raw.sales+ names what reads it"),
        ("state:modifed", "did you mean modified?"),
        ("state:changed", "the states are: new, old, unmodified, modified, modified.body"),
        ("result:failed", "did you mean fail?"),
        ("result:pass", "the results are: success, warn, fail, error, skipped, fresh"),
        ("nothing_like_it_at_all", "`runner ls` shows the names"),
        ("resource_type:view", "the types are: model, snapshot, check"),
        ("+", "for example"),
        ("", "leave the option out"),
    ],
)
def test_a_selector_that_names_nothing_is_an_error_with_advice(
    cafe: Graph, selector: str, hint: str
) -> None:
    with pytest.raises(UsageError) as error:
        select(cafe, [selector])
    assert hint in error.value.hint


def test_a_misspelt_exclusion_is_an_error_too(cafe: Graph) -> None:
    with pytest.raises(UsageError):
        select(cafe, [], ["fact_sale"])


@pytest.mark.parametrize(
    ("selector", "nodes"),
    [
        ("sales_by_day", {"cafe_marts.sales_by_day"}),
        ("cafe_marts.sales_by_day", {"cafe_marts.sales_by_day"}),
        ("tag:daily", {"cafe_marts.sales_by_day"}),
        ("tag:d*,path:models/cafe", {"cafe_marts.sales_by_day"}),
        ("fact_sales+", {"cafe_core.fact_sales"}),
        ("+fact_sales tag:daily", {"cafe_core.fact_sales", "cafe_marts.sales_by_day"}),
        ("path:models/cafe/marts", set()),
        ("models/cafe/marts", set()),
        ("sales_by_*", set()),
        ("resource_type:model", set()),
    ],
)
def test_a_name_and_a_tag_mean_a_node_in_person(
    cafe: Graph, selector: str, nodes: set[str]
) -> None:
    assert named(cafe, [selector]) == nodes


def test_nobody_is_meant_in_person_when_nothing_is_said(cafe: Graph) -> None:
    assert named(cafe, []) == set()
