"""`runner diff`: what is told of two databases of the starter project."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cafe import Cafe

ONE, TWO = "CAFE_LOCAL", "CAFE_TWO"
CHANGES = """
update cafe_core.fact_sales set quantity = quantity + 1 where sale_id <= 3;
delete from cafe_core.fact_sales where sale_id = 4;
insert into cafe_core.fact_sales (sale_id, item_id) values (99, 'x');
alter table cafe_core.fact_sales drop column sold_at;
alter table cafe_core.fact_sales alter column amount set data type number(14, 2);
alter table cafe_core.fact_sales add column tier varchar(10);
create table cafe_marts.by_week as select 1 as id;
create table cafe_marts.by_week__next as select 1 as id;
drop view cafe_staging.stg_menu;
create or replace view cafe_marts.by_week_view as select id from cafe_marts.by_week;
update cafe_core.menu_history set price = price + 1 where item_id = 'tea' and is_current;
insert into cafe_raw.sales (sale_id) values ('77');
alter table cafe_raw.menu add column origin varchar
"""


@pytest.fixture(scope="module")
def cafe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cafe]:
    """The starter project, built, and a copy of its database that was changed by hand."""
    cafe = Cafe.open(tmp_path_factory.mktemp("cafe"))
    assert cafe.run("build").exit_code == 0
    done = cafe.run("query", f"create database {TWO} clone {ONE}; {CHANGES}")
    assert done.exit_code == 0, done.stderr
    yield cafe


def found(cafe: Cafe, *arguments: str) -> dict[str, dict[str, Any]]:
    """The relations of `runner diff --format json` by name."""
    done = cafe.run("diff", ONE, TWO, "--format", "json", *arguments)
    assert done.exit_code == 0, done.stderr
    return {one["relation"]: one for one in json.loads(done.stdout)["relations"]}


def outcomes(cafe: Cafe, *arguments: str) -> dict[str, str]:
    return {name: one["outcome"] for name, one in found(cafe, *arguments).items()}


def test_a_copy_is_the_same(cafe: Cafe) -> None:
    done = cafe.run("diff", ONE, ONE, "--exit-code", "--all")
    assert done.exit_code == 0
    assert done.stdout == f"{ONE} -> {ONE}\n\n7 same\n"


def test_every_relation_of_the_projects_schemas_is_told_of(cafe: Cafe) -> None:
    assert outcomes(cafe) == {
        "cafe_core.fact_sales": "changed",
        "cafe_core.menu_history": "changed",
        "cafe_marts.by_week": "new",
        "cafe_marts.by_week_view": "new",
        "cafe_marts.sales_by_day": "same",
        "cafe_raw.menu": "changed",
        "cafe_raw.sales": "not compared",
        "cafe_staging.stg_menu": "gone",
        "cafe_staging.stg_sales": "changed",
    }


def test_columns_that_came_went_or_have_another_type(cafe: Cafe) -> None:
    columns = found(cafe)["cafe_core.fact_sales"]["columns"]
    assert [(one["name"], one["before"][:9], one["after"]) for one in columns] == [
        ("sold_at", "TIMESTAMP", ""),
        ("amount", "NUMBER(12", "NUMBER(14,2)"),
        ("tier", "", "VARCHAR(10)"),
    ]


def test_rows_are_told_apart_by_the_key_of_the_model(cafe: Cafe) -> None:
    rows = found(cafe)["cafe_core.fact_sales"]["rows"]
    assert (rows["added"], rows["removed"], rows["changed"]) == (1, 1, 3)
    assert rows["key"] == ["sale_id"]
    assert rows["changed_columns"] == {"quantity": 3}
    first = rows["sample"][1]
    assert (first["change"], first["key"]) == ("changed", {"sale_id": 1})
    assert first["after"]["quantity"] == first["before"]["quantity"] + 1
    assert rows["sample"][0]["after"]["item_id"] == "x"
    assert rows["sample"][0]["before"] is None


def test_a_version_of_a_snapshot_is_told_apart_by_its_beginning(cafe: Cafe) -> None:
    rows = found(cafe)["cafe_core.menu_history"]["rows"]
    assert rows["key"] == ["item_id", "valid_from"]
    assert (rows["added"], rows["removed"], rows["changed"]) == (0, 0, 1)
    assert rows["changed_columns"] == {"price": 1}


def test_what_migrations_make_is_compared_by_its_columns_unless_all_is_asked_for(
    cafe: Cafe,
) -> None:
    menu = found(cafe)["cafe_raw.menu"]
    assert (menu["columns"][0]["name"], menu["rows"]) == ("origin", None)
    assert found(cafe, "--all")["cafe_raw.sales"]["rows"]["added"] == 1


def test_a_selection_is_of_nodes(cafe: Cafe) -> None:
    assert outcomes(cafe, "-s", "cafe_core.*") == {
        "cafe_core.fact_sales": "changed",
        "cafe_core.menu_history": "changed",
    }
    assert outcomes(cafe, "--exclude", "fact_sales+ path:snapshots").keys() == {
        "cafe_staging.stg_menu",
        "cafe_staging.stg_sales",
    }


def test_the_exit_code_says_so_only_when_it_is_asked(cafe: Cafe) -> None:
    assert cafe.run("diff", ONE, TWO).exit_code == 0
    assert cafe.run("diff", ONE, TWO, "--exit-code").exit_code == 1


def test_the_second_database_is_the_targets_own_by_default(cafe: Cafe) -> None:
    done = cafe.run("diff", ONE, "--database", TWO, "-s", "fact_sales")
    assert done.stdout.startswith(f"{ONE} -> {TWO}\n")
    assert cafe.run("diff", TWO, "-s", "fact_sales").stdout.startswith(f"{TWO} -> {ONE}\n")


def test_a_database_that_is_not_there_is_wrong_usage_and_is_not_made(cafe: Cafe) -> None:
    for arguments in (("NONE", ONE), (ONE, "NONE")):
        done = cafe.run("diff", *arguments)
        assert done.exit_code == 2
        assert "there is no database NONE" in done.stderr
    assert not list(Path(cafe.root).rglob("NONE*"))
    assert "is no database name" in cafe.run("diff", ONE, "a-b").stderr


def test_a_relation_that_cannot_be_read_is_told_and_fails_the_command(cafe: Cafe) -> None:
    done = cafe.run("query", f"use database {TWO}; create or replace database BROKEN clone {TWO}")
    assert done.exit_code == 0, done.stderr
    cafe.run("query", "drop table broken.cafe_raw.sales")
    done = cafe.run("diff", TWO, "BROKEN")
    assert done.exit_code == 1
    assert "1 gone, 1 failed" in done.stdout
    assert "cafe_staging.stg_sales" in done.stdout
    cafe.run("query", "drop database broken")


def test_the_table_for_people(cafe: Cafe) -> None:
    lines = cafe.run("diff", ONE, TWO, "-s", "fact_sales sales_by_day").stdout.splitlines()
    told = [" ".join(line.split()) for line in lines if "---" not in line]
    assert [line.partition(", ingestion_ts 2")[0] for line in told] == [
        "CAFE_LOCAL -> CAFE_TWO",
        "",
        "relation what rows before rows after added removed changed columns",
        "cafe_core.fact_sales changed 8 8 1 1 3 -sold_at, ~amount, +tier",
        "",
        "cafe_core.fact_sales",
        "columns: gone sold_at TIMESTAMP_NTZ; amount NUMBER(12,2) -> NUMBER(14,2); "
        "new tier VARCHAR(10)",
        "changed rows: quantity in 3",
        "row sale_id what",
        "added 99 item_id x, quantity NULL, amount NULL, ingestion_ts NULL",
        "changed 1 quantity 1 -> 2",
        "changed 2 quantity 2 -> 3",
        "changed 3 quantity 1 -> 2",
        "removed 4 item_id tea, quantity 1, amount 2.90",
        "",
        "1 changed, 1 same",
    ]
