from __future__ import annotations

import pytest

from runner.fingerprints import Clock
from runner.parsing.parsed import Parsed
from runner.parsing.parser import parse
from runner.project import SourceFile


def read(sql: str) -> Parsed:
    return parse(SourceFile("models/a/b/c.sql", "models", sql))


@pytest.mark.parametrize(
    ("item", "clock"),
    [
        ("current_timestamp", Clock.ALWAYS),
        ("current_timestamp()", Clock.ALWAYS),
        ("Current_Timestamp(3)", Clock.ALWAYS),
        ("sysdate()", Clock.ALWAYS),
        ("systimestamp()", Clock.ALWAYS),
        ("getdate()", Clock.ALWAYS),
        ("localtime", Clock.ALWAYS),
        ("localtimestamp()", Clock.ALWAYS),
        ("current_time", Clock.ALWAYS),
        ("dateadd(day, -1, sysdate())", Clock.ALWAYS),
        ("{'k': random()}", Clock.ALWAYS),
        ("random(7)", Clock.ALWAYS),
        ("uniform(1, 9, random())", Clock.ALWAYS),
        ("uuid_string()", Clock.ALWAYS),
        ("seq4()", Clock.ALWAYS),
        ("s.numbers.nextval", Clock.ALWAYS),
        ("current_user", Clock.ALWAYS),
        ("current_role()", Clock.ALWAYS),
        ("is_role_in_session('A')", Clock.ALWAYS),
        ("last_query_id()", Clock.ALWAYS),
        ("ai_classify(a, ['b'])", Clock.ALWAYS),
        ("system$last_change_commit_time('s.t')", Clock.ALWAYS),
        ("current_date, sysdate()", Clock.ALWAYS),
        ("current_date", Clock.DAILY),
        ("current_date() - 7", Clock.DAILY),
        ("current_timestamp()::date", Clock.DAILY),
        ("localtimestamp::date", Clock.DAILY),
        ("system$typeof(a)", Clock.NEVER),
        ("uniform(1, 9, a)", Clock.NEVER),
        ('"RANDOM", "CURRENT_DATE"', Clock.NEVER),
        ("t.current_date, random, getdate", Clock.NEVER),
        ("'current_timestamp()'", Clock.NEVER),
        ("$batch_start", Clock.NEVER),
        ("v:random, v:sysdate.now", Clock.NEVER),
    ],
)
def test_how_often_a_query_gives_something_else_by_itself(item: str, clock: Clock) -> None:
    assert read(f"select {item} as x from s.t").clock is clock


@pytest.mark.parametrize(
    ("source", "clock"),
    [
        ("s.t sample (10)", Clock.ALWAYS),
        ("s.t tablesample bernoulli (10)", Clock.ALWAYS),
        ("s.t sample (10) seed (1)", Clock.NEVER),
        ("s.t tablesample system (10) repeatable (1)", Clock.NEVER),
        ("s.t sample (10) seed (1) join s.u sample (10)", Clock.ALWAYS),
        ("information_schema.tables", Clock.ALWAYS),
        ("runner.node_results", Clock.ALWAYS),
        ("table(information_schema.copy_history(table_name => 's.t'))", Clock.ALWAYS),
        ("s.runner as runner", Clock.NEVER),
        ("@s.stage/a.csv", Clock.ALWAYS),
        ("table(generator(timelimit => 5))", Clock.ALWAYS),
        ("table(generator(rowcount => 5))", Clock.NEVER),
    ],
)
def test_how_often_a_source_gives_something_else_by_itself(source: str, clock: Clock) -> None:
    assert read(f"select a from {source}").clock is clock


@pytest.mark.parametrize(
    ("head", "clock"),
    [
        ("-- @materialized table\n-- @quarantine @check a <= current_date", Clock.DAILY),
        (
            "-- @materialized incremental\n-- @unique_key a\n-- @delete_when at < sysdate()",
            Clock.ALWAYS,
        ),
        ("-- @materialized table\n-- @check a <= current_date", Clock.NEVER),
    ],
)
def test_a_condition_on_rows_counts_like_the_query(head: str, clock: Clock) -> None:
    assert read(f"{head}\nselect a, at from s.t").clock is clock


def test_a_function_in_a_condition_on_rows_is_called() -> None:
    found = read("-- @materialized table\n-- @quarantine @check s.is_good(a)\nselect a from s.t")
    assert {str(one) for one in found.calls} == {"s.is_good"}


def test_a_freshness_check_asks_for_the_time() -> None:
    sql = "-- @warn_after 1 hour\nselect max(a) as loaded_at from s.t"
    assert parse(SourceFile("checks/a/b.sql", "checks", sql)).clock is Clock.ALWAYS


def test_the_functions_that_a_query_calls() -> None:
    sql = """
        with o (a, b) as (select max(x), coalesce(x, y) from s.t)
        select shop.rate(a) as a, "Shop"."Tax"(b) as b, plus_one(c) as c
        from o, table(shop.lines(1))
        where a in (1, 2)
    """
    called = {f"{one.schema}.{one.name}" for one in read(sql).calls}
    assert {"SHOP.RATE", "Shop.Tax", "PUBLIC.PLUS_ONE", "SHOP.LINES"} <= called
    assert not {"PUBLIC.MAX", "PUBLIC.COALESCE", "PUBLIC.IN"} & called
