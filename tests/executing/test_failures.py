"""`--store-failures` keeps the rows that violate checks, also of what was not published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cafe import Cafe

ROWS = "select 1 as id, 5 as amount union all select 1, -2 union all select 3, -3"
CHECKED = """\
-- @materialized {kind}
select
    id,  -- @unique
    amount  -- @check amount >= 0
from ({rows}) as given
"""
KEPT = "runner.failures__shop_core__{name}__{check}"


@pytest.fixture
def shop(tmp_path: Path) -> Cafe:
    cafe = Cafe(tmp_path)
    cafe.write("runner.toml", '[targets.local]\nengine = "duckdb"\ndatabase = "DB"\n')
    return cafe


def give(cafe: Cafe, amount: int) -> None:
    """The one row that an incremental model finds: its file stays as it is."""
    cafe.write(
        "migrations/V1.0.0__given.sql",
        "create schema if not exists shop_raw;\n"
        "create table if not exists shop_raw.given (id number(9, 0), amount number(9, 0));\n",
    )
    assert cafe.run("deploy").exit_code == 0
    cafe.rows("delete from shop_raw.given")
    cafe.rows(f"insert into shop_raw.given values (3, {amount})")


def model(cafe: Cafe, name: str, kind: str, rows: str = ROWS) -> None:
    cafe.write(f"models/shop/core/{name}.sql", CHECKED.format(kind=kind, rows=rows))


def kept(cafe: Cafe, name: str, check: str) -> list[str]:
    return sorted(cafe.rows(f"select * from {KEPT.format(name=name, check=check)}"))


def tables(cafe: Cafe) -> list[str]:
    return cafe.rows(
        "select lower(table_name) from information_schema.tables "
        "where table_schema = 'RUNNER' and contains(table_name, 'FAILURES__') order by 1"
    )


def test_the_rows_that_fail_a_check_are_kept_although_nothing_is_published(shop: Cafe) -> None:
    kinds = ("table", "view", "incremental")
    for kind in kinds:
        model(shop, f"by_{kind}", kind, "select 9 as id, 9 as amount")
    assert shop.run("build", "--store-failures").exit_code == 0
    assert tables(shop) == []
    for kind in kinds:
        model(shop, f"by_{kind}", kind)
    assert shop.run("build", "--store-failures").exit_code == 1
    for kind in kinds:
        assert kept(shop, f"by_{kind}", "check_amount") == ["1,-2", "3,-3"]
        assert kept(shop, f"by_{kind}", "unique_id") == ["1,2"]
        assert shop.rows(f"select id from shop_core.by_{kind}") == ["9"]


def test_an_increment_is_judged_together_with_what_is_there(shop: Cafe) -> None:
    model(shop, "sales", "incremental", "select id, amount from shop_raw.given")
    give(shop, 9)
    assert shop.run("build").exit_code == 0
    give(shop, -1)
    assert shop.run("build", "--store-failures").exit_code == 1
    assert kept(shop, "sales", "check_amount") == ["3,-1"]
    assert kept(shop, "sales", "unique_id") == ["3,2"]


def test_a_warning_keeps_the_rows_of_its_run(shop: Cafe) -> None:
    model(shop, "sales", "incremental", "select id + amount as id, amount from shop_raw.given")
    shop.change("models/shop/core/sales.sql", "@check amount", "@warn @check amount")
    for amount in (-1, -2):
        give(shop, amount)
        assert shop.run("build", "--store-failures").exit_code == 0
        assert kept(shop, "sales", "check_amount") == [f"{3 + amount},{amount}"]
    assert shop.run("check", "--store-failures").exit_code == 0
    assert kept(shop, "sales", "check_amount") == ["1,-2", "2,-1"]


def test_a_check_that_holds_empties_its_table_and_a_run_that_keeps_nothing_leaves_it(
    shop: Cafe,
) -> None:
    model(shop, "sales", "table")
    assert shop.run("build", "--store-failures").exit_code == 1
    model(shop, "sales", "table", "select 1 as id, 1 as amount")
    assert shop.run("build").exit_code == 0
    assert len(kept(shop, "sales", "check_amount")) == 2
    assert shop.run("check", "--store-failures").exit_code == 0
    assert kept(shop, "sales", "check_amount") == []
    assert len(tables(shop)) == 2


def test_files_keep_their_rows_under_their_own_names(shop: Cafe) -> None:
    model(shop, "sales", "table", "select 1 as id, 1 as amount")
    model(shop, "more", "table", "select 2 as id, 2 as amount")
    one = "select id from shop_core.sales where amount < 2\n"
    shop.write("checks/shop/sales_are_large.sql", f"-- @severity warn\n{one}")
    both = one.replace("\n", " union all select id from shop_core.more\n")
    shop.write("checks/shop/nothing_is_sold.sql", both)
    assert shop.run("build", "--store-failures").exit_code == 1
    assert shop.rows("select * from runner.file_failures__shop__sales_are_large") == ["1"]
    found = shop.rows("select * from runner.file_failures__shop__nothing_is_sold")
    assert sorted(found) == ["1", "2"]


def test_the_result_names_the_table_and_the_report_how_to_see_it(shop: Cafe) -> None:
    model(shop, "sales", "table")
    told = shop.run("build", "--store-failures").stderr
    assert "runner query" in told
    assert "'select * from runner.failures__shop_core__sales__unique_id'" in told
    lines = shop.run("build", "--store-failures", "--log-format", "json").stdout.splitlines()
    [ended] = [event for event in map(json.loads, lines) if event["event"] == "node_finished"]
    assert [check["stored"] for check in ended["checks"]] == [
        KEPT.format(name="sales", check="unique_id"),
        KEPT.format(name="sales", check="check_amount"),
    ]


def test_rows_that_cannot_be_kept_are_told_beside_what_they_violate(shop: Cafe) -> None:
    model(shop, "sales", "table", "select 1 as id, 1 as amount")
    shop.write(
        "checks/shop/none_twice.sql",
        "select one.id, other.id from shop_core.sales as one "
        "join shop_core.sales as other on one.id = other.id\n",
    )
    told = shop.run("build", "--store-failures").stderr
    assert "shop/none_twice: 1 row violates it" in told
    assert "its rows could not be kept" in told


def test_every_batch_adds_what_it_has_found(shop: Cafe) -> None:
    settings = (
        "-- @incremental_strategy insert_overwrite\n-- @batch day\n-- @begin 2024-01-01\n"
        "-- @batch_by day"
    )
    shop.write(
        "models/shop/core/sales.sql",
        f"-- @materialized incremental\n{settings}\nselect\n    day,\n"
        "    amount  -- @warn @check amount >= 0\nfrom (\n"
        "    select '2024-01-01'::date as day, -1 as amount\n"
        "    union all select '2024-01-02'::date, 1\n"
        "    union all select '2024-01-03'::date, -3\n) as given\n"
        "where day >= $batch_start and day < $batch_end\n",
    )
    window = ("--batch-start", "2024-01-01", "--batch-end", "2024-01-04")
    for _ in range(2):
        done = shop.run("build", "--store-failures", *window)
        assert done.exit_code == 0, done.stderr
        assert kept(shop, "sales", "check_amount") == ["2024-01-01,-1", "2024-01-03,-3"]
