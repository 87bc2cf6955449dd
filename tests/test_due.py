"""Why a node is due: the clock, quarantine, batches, snapshots, killed runs, columns that come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from runner import project as projects
from runner import wanted
from runner.engines import Engine, open_engine
from runner.options import Options
from runner.plan import Plan
from tests.cafe import Cafe

CONFIG = """\
name = "shop"

[targets.local]
engine = "duckdb"
database = "SHOP"
before_build = ["deploy"]
"""
RAW = """\
create schema if not exists shop_raw;
create table if not exists shop_raw.sales (
    id number(9, 0), amount number(9, 2), note varchar, sold_on date
);
"""


@pytest.fixture
def shop(tmp_path: Path) -> Cafe:
    cafe = Cafe(tmp_path)
    cafe.write("runner.toml", CONFIG)
    cafe.write("migrations/V1.0.0__shop.sql", RAW)
    assert cafe.run("deploy").exit_code == 0
    sell(cafe, "(1, 10, 'a', current_date), (2, 20, 'b', current_date - 1)")
    return cafe


def sell(shop: Cafe, rows: str) -> None:
    done = shop.run("query", f"insert into shop_raw.sales select * from values {rows}")
    assert done.exit_code == 0, done.stderr


def model(shop: Cafe, name: str, sql: str, *settings: str) -> None:
    head = "".join(f"-- @{setting}\n" for setting in settings or ("materialized table",))
    shop.write(f"models/shop/core/{name}.sql", f"{head}\n{sql}\n")


def built(shop: Cafe, *words: str) -> dict[str, str]:
    """Build; what was done, by the name of the node."""
    done = shop.run("build", "--log-format", "json", *words)
    assert done.exit_code == 0, done.stdout + done.stderr
    events = map(json.loads, done.stdout.splitlines())
    ended = [event for event in events if event["event"] == "node_finished"]
    return {
        event["node"].removeprefix("shop_core."): event["materialized"]
        for event in ended
        if event["status"] != "fresh"
    }


def planned(shop: Cafe, *words: str) -> dict[str, Any]:
    """The plan; the action and the reason by the name of the node."""
    done = shop.run("plan", "--log-format", "json", *words)
    assert done.exit_code == 0, done.stdout + done.stderr
    rows = map(json.loads, done.stdout.splitlines())
    return {row["node"].removeprefix("shop_core."): (row["action"], row["reason"]) for row in rows}


@contextmanager
def opened(shop: Cafe) -> Iterator[Engine]:
    engine = open_engine(projects.load(shop.root).target())
    try:
        yield engine
    finally:
        engine.close()


def planned_at(shop: Cafe, now: datetime) -> Plan:
    """The plan of a build at another time."""
    asked = wanted.read(projects.load(shop.root), Options(shop.root), print)
    with opened(shop) as engine:
        return asked.plan(engine, asked.known(engine, now), now)


def test_what_reads_the_date_is_due_on_another_day(shop: Cafe) -> None:
    model(shop, "days", "select current_date as today, count(*) as sales from shop_raw.sales")
    built(shop)
    assert built(shop) == {}
    tomorrow = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    [step] = planned_at(shop, tomorrow).steps
    assert step.reason == "another day"


def test_what_reads_the_time_is_always_due_also_through_a_view(shop: Cafe) -> None:
    model(shop, "now", "select current_timestamp as at", "materialized view")
    model(shop, "seen", "select at from shop_core.now")
    model(shop, "timed", "select sysdate() as at, id from shop_raw.sales")
    model(shop, "calm", "select id from shop_raw.sales")
    built(shop)
    assert set(built(shop)) == {"seen", "timed"}
    assert planned(shop)["timed"] == ("build", "reads the clock")


def test_a_freshness_check_is_due_in_every_build_and_nothing_else_of_its_step(shop: Cafe) -> None:
    model(shop, "sold", "select id, sold_on from shop_raw.sales")
    freshness = "-- @warn_after 2 days\n\nselect max(sold_on)::timestamp as loaded_at from {}\n"
    shop.write("checks/shop/sold_is_fresh.sql", freshness.format("shop_core.sold"))
    shop.write("checks/shop/sales_are_fresh.sql", freshness.format("shop_raw.sales"))
    built(shop)
    plan = planned(shop)
    assert plan["sold"] == ("check", "a check reads the clock")
    assert plan["check:shop/sales_are_fresh"] == ("check", "reads the clock")
    assert set(built(shop)) == {"sold", "check:shop/sales_are_fresh"}


def test_a_column_that_sends_rows_to_quarantine_decides_which_rows_there_are(shop: Cafe) -> None:
    sales = "select id, {amount} as amount, note from shop_raw.sales"
    settings = ("materialized table", "quarantine @check amount < 100")
    model(shop, "sales", sales.format(amount="amount"), *settings)
    model(shop, "notes", "select note from shop_core.sales")
    model(shop, "away", "select id from shop_core.sales__quarantine")
    built(shop)
    model(shop, "sales", sales.format(amount="amount * 9"), *settings)
    assert set(built(shop)) == {"sales", "notes", "away"}
    assert shop.rows("select * from shop_core.notes") == ["a"]
    assert shop.rows("select * from shop_core.away") == ["2"]


def test_batches_without_new_data_are_not_run_again(shop: Cafe) -> None:
    begin = f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}"
    sql = (
        "select id, amount, sold_on from shop_raw.sales\n"
        "where sold_on >= $batch_start and sold_on < $batch_end"
    )
    settings = ("materialized incremental", f"batch day @begin {begin} @batch_by sold_on")
    model(shop, "sales", sql, *settings, "unique_key id")
    model(shop, "totals", "select sum(amount) as amount from shop_core.sales")
    built(shop)
    assert built(shop) == {}
    sell(shop, "(3, 30, 'c', current_date)")
    action, reason = planned(shop)["sales"]
    assert action == "build"
    assert reason.startswith("new data in shop_raw.sales; ")
    assert planned(shop)["totals"] == ("build", "if shop_core.sales changes")
    assert set(built(shop)) == {"sales", "totals"}
    day_after = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    assert planned_at(shop, day_after).steps[0].reason.startswith("not done yet: ")
    assert shop.run("rollback", "-s", "sales", "--batch", begin).exit_code == 0
    assert built(shop)["sales"]
    assert built(shop) == {}


def test_another_definition_of_a_model_with_batches_begins_them_anew(shop: Cafe) -> None:
    begin = f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}"
    sql = (
        "select id, {amount} as amount, sold_on from shop_raw.sales\n"
        "where sold_on >= $batch_start and sold_on < $batch_end"
    )
    settings = ("materialized incremental", f"batch day @begin {begin} @batch_by sold_on")
    model(shop, "sales", sql.format(amount="amount"), *settings, "unique_key id")
    built(shop)
    model(shop, "sales", sql.format(amount="-amount"), *settings, "unique_key id")
    assert "built anew" in planned(shop)["sales"][1]
    built(shop)
    assert shop.rows("select amount from shop_core.sales order by id") == ["-10.00", "-20.00"]


def test_a_snapshot_that_finds_no_change_stops_what_reads_it(shop: Cafe) -> None:
    shop.write(
        "snapshots/shop/core/history.sql",
        "-- @unique_key id\n-- @check_columns note\n\nselect id, note from shop_raw.sales\n",
    )
    model(shop, "versions", "select count(*) as versions from shop_core.history")
    built(shop)
    assert built(shop) == {}
    assert shop.run("query", "update shop_raw.sales set amount = 7 where id = 1").exit_code == 0
    assert set(built(shop)) == {"history"}
    assert shop.run("query", "update shop_raw.sales set note = 'z' where id = 1").exit_code == 0
    assert set(built(shop)) == {"history", "versions"}
    assert shop.rows("select versions from shop_core.versions") == ["3"]


def test_columns_that_come_are_taken_in_where_the_model_says_so(shop: Cafe) -> None:
    sql = "select id{more} from shop_raw.sales"
    settings = ("materialized incremental", "unique_key id")
    model(shop, "kept", sql.format(more=""), *settings, "on_schema_change append_new_columns")
    model(shop, "anew", sql.format(more=""), *settings)
    built(shop)
    model(shop, "kept", sql.format(more=", note"), *settings, "on_schema_change append_new_columns")
    model(shop, "anew", sql.format(more=", note"), *settings)
    assert planned(shop)["kept"] == ("build", "sql changed: +note")
    assert planned(shop)["anew"] == ("build", "sql changed: +note; built anew")
    assert built(shop) == {"kept": "incremental merge", "anew": "table"}


def test_a_killed_run_makes_what_it_had_before_it_due(shop: Cafe) -> None:
    model(shop, "one", "select id from shop_raw.sales")
    model(shop, "two", "select id from shop_raw.sales")
    model(shop, "three", "select id from shop_core.one")
    built(shop)
    killed = (
        "insert into runner.invocations (invocation_id, status, recorded_at, command, nodes) "
        "select 'x', 'running', sysdate(), 'build', 'shop_core.one\nshop_core.three'"
    )
    assert shop.run("query", killed).exit_code == 0
    told = planned(shop)
    assert told["one"] == ("build", "a run that was killed had it before it")
    assert told["two"] == ("skip", "fresh")
    assert set(built(shop)) == {"one", "three"}
    assert built(shop) == {}


def test_a_full_refresh_builds_increments_anew_and_leaves_what_is_fresh(shop: Cafe) -> None:
    model(shop, "table", "select id from shop_raw.sales")
    model(shop, "steps", "select id from shop_raw.sales", "materialized incremental")
    built(shop)
    assert built(shop, "--full-refresh") == {"steps": "table"}
    assert shop.rows("select count(*) from shop_core.steps") == ["2"]


def test_a_relation_of_another_kind_is_replaced(shop: Cafe) -> None:
    model(shop, "sales", "select id from shop_raw.sales")
    built(shop)
    for sql in ("drop table shop_core.sales", "create view shop_core.sales as select 1 as id"):
        assert shop.run("query", sql).exit_code == 0
    assert planned(shop)["sales"] == ("build", "it is a view")
    built(shop)
    assert shop.rows("select count(*) from shop_core.sales") == ["2"]


def test_what_a_view_or_a_function_of_a_migration_reads_is_built_before_its_readers(
    shop: Cafe,
) -> None:
    total = "select sum(amount) from shop_core.sales"
    shop.write(
        "migrations/V1.1.0__views.sql",
        "create schema if not exists shop_core;\n"
        "create table if not exists shop_core.sales (id number, amount number);\n"
        "create or replace view shop_raw.sold as select id, amount from shop_core.sales;\n"
        f"create or replace function shop_raw.total() returns number as '{total}';\n"
        "alter table shop_core.sales rename to shop_core.old_sales;\n",
    )
    model(shop, "sales", "select id, amount from shop_raw.sales")
    model(shop, "a_copy", "select id, amount from shop_raw.sold", "materialized incremental")
    model(shop, "a_total", "select shop_raw.total() as total")
    built(shop)
    model(shop, "sales", "select id, amount * 2 as amount from shop_raw.sales")
    told = planned(shop)
    assert told["a_copy"] == ("build", "after shop_raw.sold; built anew")
    assert told["a_total"] == ("build", "after function shop_raw.total")
    assert set(built(shop)) == {"sales", "a_copy", "a_total"}
    assert built(shop) == {}
    assert shop.rows("select amount from shop_core.a_copy order by id") == ["20.00", "40.00"]
    assert shop.rows("select total from shop_core.a_total") == ["60"]


def test_references_are_looked_up_again_when_what_they_refer_to_changes(shop: Cafe) -> None:
    model(shop, "items", "select id from shop_raw.sales")
    model(shop, "sales", "select\n    id  -- @references shop_core.items(id)\nfrom shop_raw.sales")
    built(shop)
    model(shop, "items", "select id from shop_raw.sales where id < 9")
    told = "after shop_core.items(id), which it refers to"
    assert planned(shop)["sales"] == ("check", told)
    assert set(built(shop)) == {"items", "sales"}
    assert built(shop) == {}


def test_batches_that_were_made_before_a_failure_are_made_again_by_another_query(
    shop: Cafe,
) -> None:
    begin = f"{datetime.now(UTC) - timedelta(days=5):%Y-%m-%d}"
    sql = (
        "select\n    id,\n    {amount} as amount,  -- @check amount <> -10\n    sold_on\n"
        "from shop_raw.sales where sold_on >= $batch_start and sold_on < $batch_end"
    )
    settings = ("materialized incremental", f"batch day @begin {begin} @batch_by sold_on")
    sell(shop, "(3, 30, 'c', current_date - 4)")
    model(shop, "sales", sql.format(amount="-amount"), *settings)
    assert shop.run("build").exit_code == 1
    assert shop.rows("select amount from shop_core.sales order by id") == ["-20.00", "-30.00"]
    assert "built anew" not in planned(shop)["sales"][1]
    model(shop, "sales", sql.format(amount="amount"), *settings)
    assert "built anew" in planned(shop)["sales"][1]
    built(shop)
    assert shop.rows("select amount from shop_core.sales order by id") == [
        "10.00",
        "20.00",
        "30.00",
    ]


def growing(shop: Cafe, amount: str) -> None:
    """An increment that adds the sales behind the last one that it has."""
    last = "(select coalesce(max(id), 0) from shop_core.sales)"
    sql = f"select id, {amount} as amount from shop_raw.sales where id > {last}"
    model(shop, "sales", sql, "materialized incremental", "unique_key id")


def test_an_increment_whose_state_is_reset_is_built_anew(shop: Cafe) -> None:
    growing(shop, "amount")
    built(shop)
    growing(shop, "-amount")
    assert built(shop, "--state-reset") == {"sales": "table"}
    assert shop.rows("select amount from shop_core.sales order by id") == ["-10.00", "-20.00"]


def test_an_increment_that_a_killed_run_may_have_made_otherwise_is_built_anew(shop: Cafe) -> None:
    growing(shop, "amount")
    built(shop)
    growing(shop, "-amount")
    built(shop)
    [run] = shop.rows("select max_by(invocation_id, recorded_at) from runner.invocations")
    for killed in (
        f"delete from runner.invocations where invocation_id = '{run}' and status <> 'running'",
        f"delete from runner.node_results where invocation_id = '{run}'",
    ):
        assert shop.run("query", killed).exit_code == 0
    growing(shop, "amount")
    told = "a run that was killed had it before it; built anew"
    assert planned(shop)["sales"] == ("build", told)
    built(shop)
    assert shop.rows("select amount from shop_core.sales order by id") == ["10.00", "20.00"]
    assert built(shop) == {}
