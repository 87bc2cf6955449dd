"""A relation becomes one of another kind, back and forth, and never loses a history."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.cafe import Cafe

MODEL = "models/shop/core/orders.sql"
SETTINGS = {
    "view": "@materialized view",
    "table": "@materialized table",
    "incremental": "@materialized incremental\n-- @unique_key id",
    "dynamic_table": "@materialized dynamic_table\n-- @target_lag 1 hour\n-- @warehouse w",
}
# Each kind stands once behind each other one.
VIEW, TABLE, INCREMENTAL, DYNAMIC = SETTINGS
ROUND = (VIEW, TABLE, VIEW, INCREMENTAL, VIEW, DYNAMIC, TABLE, INCREMENTAL, TABLE, DYNAMIC)
ROUND = (*ROUND, INCREMENTAL, DYNAMIC, VIEW)


@pytest.fixture
def shop(tmp_path: Path) -> Cafe:
    cafe = Cafe(tmp_path)
    cafe.write("runner.toml", '[targets.local]\nengine = "duckdb"\ndatabase = "DB"\n')
    return cafe


def write(shop: Cafe, kind: str, checks: str, rows: int = 2) -> None:
    query = " union all ".join(f"select {number} as id" for number in range(rows))
    shop.write(MODEL, f"-- {SETTINGS[kind]}\n{checks}\nselect id\nfrom ({query})\n")


@pytest.mark.parametrize("checks", ["", "-- @check count(*) = {rows}\n"])
def test_a_relation_changes_from_each_kind_to_each_other(shop: Cafe, checks: str) -> None:
    assert set(pairwise(ROUND)) == {(a, b) for a in SETTINGS for b in SETTINGS if a != b}
    for number, kind in enumerate(ROUND, 1):
        write(shop, kind, checks.format(rows=number), rows=number)
        result = shop.run("build")
        assert result.exit_code == 0, f"{ROUND[number - 2]} -> {kind}: {result.stderr}"
    assert shop.rows("select count(*) from shop_core.orders") == [str(len(ROUND))]
    assert len(shop.rows("show objects in schema shop_core")) == 1


def test_a_failed_check_leaves_a_relation_of_the_other_kind_as_it_was(shop: Cafe) -> None:
    for before, after in [(TABLE, VIEW), *pairwise((VIEW, TABLE, DYNAMIC, TABLE)), ROUND[2:4]]:
        write(shop, before, "")
        assert shop.run("build").exit_code == 0
        write(shop, after, "-- @check count(*) > 99\n", rows=3)
        assert shop.run("build").exit_code == 1
        assert shop.rows("select count(*) from shop_core.orders") == ["2"], f"{before} -> {after}"
    assert len(shop.rows("show objects in schema shop_core")) == 1


@pytest.mark.parametrize("kind", SETTINGS)
def test_a_model_does_not_take_the_place_of_a_snapshots_history(shop: Cafe, kind: str) -> None:
    snapshot = "snapshots/shop/core/orders.sql"
    shop.write(snapshot, "-- @unique_key id\n-- @check_columns all\n\nselect 1 as id, 2 as x\n")
    assert shop.run("build").exit_code == 0
    (shop.root / snapshot).unlink()
    write(shop, kind, "")
    result = shop.run("build")
    assert result.exit_code == 1
    assert f"{MODEL}: shop_core.orders holds the history of a snapshot" in result.stderr
    assert shop.rows("select id, x, is_current from shop_core.orders") == ["1,2,true"]
