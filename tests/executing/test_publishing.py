"""What a publication keeps, and what a killed one leaves to the next build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cafe import Cafe

HEAD = """-- Who buys.
--
-- @materialized table
-- @transient
-- @cluster_by id
"""
SELECT = "\nselect\n    1 as id,  -- The buyer.{check}\n    'Ada' as name"
CHECKS = {"checked": " @not_null", "unchecked": ""}


@pytest.fixture
def shop(tmp_path: Path) -> Cafe:
    cafe = Cafe(tmp_path)
    cafe.write("runner.toml", '[targets.local]\nengine = "duckdb"\ndatabase = "DB"\n')
    return cafe


def built(cafe: Cafe, sql: str) -> None:
    cafe.write("models/shop/core/buyers.sql", sql)
    done = cafe.run("build")
    assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_table_keeps_its_grants_kind_clustering_and_comments(shop: Cafe, check: str) -> None:
    built(shop, HEAD + SELECT.format(check=check))
    shop.rows("grant select on table shop_core.buyers to role public")
    built(shop, HEAD + SELECT.format(check=check).replace("Ada", "Grace"))
    assert shop.rows("select * from shop_core.buyers") == ["1,Grace"]
    listed = shop.run("query", "show tables in schema shop_core", "--format", "json").stdout
    [shown] = json.loads(listed)
    assert [shown[name] for name in ("kind", "comment", "cluster_by")] == [
        "TRANSIENT",
        "Who buys.",
        "LINEAR(id)",
    ]
    [comment] = shop.rows(
        "select comment from information_schema.columns where table_name = 'BUYERS' "
        "and column_name = 'ID'"
    )
    assert comment == "The buyer."
    grants = shop.rows("show grants on table shop_core.buyers")
    assert any("SELECT" in grant and "PUBLIC" in grant for grant in grants)


@pytest.mark.parametrize("kind", ["table", "view"])
def test_what_a_killed_run_has_left_is_gone_after_the_next(shop: Cafe, kind: str) -> None:
    shop.rows("create schema shop_core; create table shop_core.buyers__next as select 7 as id")
    shop.rows("create table shop_core.sellers__next as select 7 as id")
    built(shop, f"-- @materialized {kind}\n\nselect 1 as id")
    left = shop.rows("select table_name from information_schema.tables order by 1")
    assert [name for name in left if "NEXT" in name] == ["SELLERS__NEXT"], "not ours to drop"


def test_a_view_that_fails_its_checks_stays_as_it_was(shop: Cafe) -> None:
    built(shop, "select 1 as id  -- @check id < 2")
    shop.write("models/shop/core/buyers.sql", "select 2 as id  -- @check id < 2")
    assert shop.run("build").exit_code == 1
    assert shop.rows("select id from shop_core.buyers") == ["1"]


def test_a_view_takes_the_place_of_a_table_only_with_good_rows(shop: Cafe) -> None:
    built(shop, "-- @materialized table\n\nselect 1 as id")
    shop.write("models/shop/core/buyers.sql", "select 2 as id  -- @check id < 2")
    assert shop.run("build").exit_code == 1
    assert shop.rows("select id from shop_core.buyers") == ["1"]
    built(shop, "select 0 as id  -- @check id < 2")
    assert shop.rows("select id from shop_core.buyers") == ["0"]
