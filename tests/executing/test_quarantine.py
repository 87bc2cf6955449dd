"""Rows that are sent away: who reads them, where they are counted, and what happens to batches."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner import plan
from runner import project as projects
from runner.engines import Engine, Result, Session, open_engine
from runner.executing import executor
from runner.executing.executor import Limits
from runner.results import Invocation, NodeResult, Status
from runner.rollback import Which
from runner.selectors import select
from tests.cafe import Cafe
from tests.shop import Shop, days
from tests.watched import Watched, WatchedSession

SALES = """\
-- @materialized {kind}
select
    id,  -- @quarantine @not_null @unique
    amount  -- @quarantine @check amount > 0 @warn @check amount < 5
from (
    select 1 as id, 5 as amount
    union all select null, 7
    union all select 3, -3
    union all select null, -1
) as given
"""


@pytest.fixture
def shop(tmp_path: Path) -> Cafe:
    cafe = Cafe(tmp_path)
    cafe.write("runner.toml", '[targets.local]\nengine = "duckdb"\ndatabase = "DB"\n')
    cafe.write("models/shop/core/sales.sql", SALES.format(kind="table"))
    return cafe


@pytest.mark.parametrize("kind", ["table", "incremental"])
def test_rows_that_break_a_condition_go_to_quarantine_with_the_reason(
    shop: Cafe, kind: str
) -> None:
    shop.write("models/shop/core/sales.sql", SALES.format(kind=kind))
    done = shop.run("build")
    assert done.exit_code == 0, done.stderr
    assert shop.rows("select * from shop_core.sales") == ["1,5"]
    assert shop.rows(
        "select id, amount, quarantine_reason, quarantined_by = invocation_id, quarantined_batch "
        "from shop_core.sales__quarantine cross join runner.invocations "
        "where status = 'success' order by amount"
    ) == [
        "3,-3,amount > 0,true,",
        ",-1,id is not null; amount > 0,true,",
        ",7,id is not null,true,",
    ]


def test_the_number_of_rows_in_quarantine_stands_in_every_result(shop: Cafe) -> None:
    told = shop.run("build").stderr
    assert "table, 3 quarantined, check_amount_2" in told
    assert "; 3 rows quarantined" in told
    assert shop.rows(
        "select rows_quarantined from runner.node_results where node = 'shop_core.sales'"
    ) == ["3"]
    assert shop.rows(
        "select check_name, status, failures from runner.check_results order by line, check_name"
    ) == [
        "not_null_id,success,2",
        "unique_id,success,0",
        "check_amount,success,2",
        "check_amount_2,warn,1",
    ]
    lines = shop.run("build", "--all", "--log-format", "json").stdout.splitlines()
    [ended] = [event for event in map(json.loads, lines) if event["event"] == "node_finished"]
    assert ended["quarantined"] == 3


def test_a_table_that_is_not_published_keeps_its_description(shop: Cafe) -> None:
    described = "select comment from information_schema.tables where table_name = 'SALES'"
    shop.write("models/shop/core/sales.sql", "-- Old.\n--\n" + SALES.format(kind="table"))
    shop.run("build")
    new = "-- New.\n--\n" + SALES.format(kind="table")
    shop.write("models/shop/core/sales.sql", new.replace("-- New.", "-- New. @check count(*) > 9"))
    assert shop.run("build").exit_code == 1
    assert shop.rows(described) == ["Old."]
    shop.write("models/shop/core/sales.sql", new)
    assert shop.run("build").exit_code == 0
    assert shop.rows(described) == ["New."]


def test_models_and_checks_read_the_quarantine_like_any_relation(shop: Cafe) -> None:
    shop.write(
        "models/shop/a/reasons.sql",
        "select quarantine_reason, count(*) as total\nfrom shop_core.sales__quarantine\n"
        "where quarantined_by is not null and amount < 7\ngroup by quarantine_reason\n",
    )
    shop.write(
        "checks/shop/nothing_is_lost.sql",
        "select 'lost' as what where 4 <>\n"
        "    (select count(*) from shop_core.sales)\n"
        "    + (select count(*) from shop_core.sales__quarantine)\n",
    )
    shop.write(
        "checks/shop/few_are_sent_away.sql",
        "-- @severity warn\n-- @warn_if > 2\nselect id from shop_core.sales__quarantine\n",
    )
    done = shop.run("build")
    assert done.exit_code == 0, done.stderr
    assert "shop/few_are_sent_away: 3 rows violate it" in done.stderr
    assert shop.rows("select * from shop_a.reasons order by 1") == [
        "amount > 0,1",
        "id is not null; amount > 0,1",
    ]
    order = shop.run("ls").stdout.splitlines()
    assert order.index("shop_core.sales") < order.index("shop_a.reasons")


def test_what_reads_a_quarantine_that_was_never_filled_says_who_fills_it(shop: Cafe) -> None:
    shop.write("models/shop/core/sales.sql", "-- @materialized table\nselect 1 as id, 5 as amount")
    shop.run("build")
    shop.write("models/shop/core/sales.sql", SALES.format(kind="table"))
    shop.write("models/shop/a/odd.sql", "select id from shop_core.sales__quarantine")
    told = shop.run("build", "-s", "odd").stderr
    assert "shop_core.sales__quarantine does not exist" in told
    assert "-s +shop_a.odd" in told
    assert shop.run("build", "-s", "+odd").exit_code == 0


def test_the_statements_of_the_quarantine_can_be_read(shop: Cafe) -> None:
    text = shop.run("compile").stdout
    assert "insert into shop_core.sales__quarantine" in text
    assert "-- stops unless all rows went one way" in text
    anew = shop.run("compile", "--full-refresh").stdout
    assert (
        "-- shop_core.sales__next__quarantine takes the place of shop_core.sales__quarant" in anew
    )


class Losing(Watched):
    """An engine whose quarantines lose what is inserted into them."""

    def session(self) -> Session:
        return LosingSession(self._engine.session(), self)


class LosingSession(WatchedSession):
    def execute(self, sql: str, *, tag: str | None = None) -> Result:
        lost = sql.startswith("insert into") and "__quarantine" in sql
        return super().execute("select 1" if lost else sql, tag=tag)


def built(cafe: Cafe, around: Watched) -> NodeResult:
    graph = cafe.graph()
    target = projects.load(cafe.root).target()
    now = datetime.now(UTC)
    invocation = Invocation("another", "build", target.name, target.database, now, "test")
    with closing(open_engine(target)) as opened:
        engine: Engine = around.over(opened)
        steps = plan.make(graph, select(graph))
        [result] = executor.run(steps, engine, invocation, Limits(1), lambda event: None).nodes
        return result


@pytest.mark.parametrize("kind", ["table", "incremental"])
def test_rows_that_are_neither_here_nor_there_fail_the_node(shop: Cafe, kind: str) -> None:
    shop.write("models/shop/core/sales.sql", SALES.format(kind=kind))
    shop.run("build")
    changed = SALES.format(kind=kind).replace("3, -3", "2, 2")
    shop.write("models/shop/core/sales.sql", changed)
    result = built(shop, Losing())
    assert (result.status, result.quarantined) == (Status.ERROR, None)
    assert "4 rows came in, but 2 went out and 0 to quarantine" in result.message
    assert shop.rows("select id from shop_core.sales") == ["1"]
    assert len(shop.rows("select 1 from shop_core.sales__quarantine")) == 3


# --- batches


@pytest.fixture
def batched(tmp_path: Path) -> Shop:
    shop = Shop.open(tmp_path)
    amount = "amount  -- @quarantine @check amount > 0"
    shop.model("sales", f"select\n    id,\n    on_day,\n    {amount}")
    shop.add(
        (1, "2024-01-01", 5), (2, "2024-01-01", -1), (3, "2024-01-02", -2), (4, "2024-01-02", 7)
    )
    return shop


AWAY = (
    "select id, to_char(quarantined_batch, 'MM-DD') from core.sales__quarantine "
    "order by id, quarantined_batch"
)


def test_a_batch_that_runs_again_replaces_what_it_sent_away(batched: Shop) -> None:
    [first] = batched.build("2024-01-03").nodes
    assert (first.quarantined, batched.sql(AWAY)) == (2, [(2, "01-01"), (3, "01-02")])
    batched.sql(
        "update raw.sales set amount = 9 where id = 3",
        "update raw.sales set amount = -9 where id = 4",
    )
    [again] = batched.build("2024-01-03", ("2024-01-02", "2024-01-03")).nodes
    assert (again.quarantined, batched.sql(AWAY)) == (1, [(2, "01-01"), (4, "01-02")])
    assert batched.sql("select id from core.sales order by id") == [(1,), (3,)]


def test_batches_that_are_all_done_anew_replace_the_quarantine(batched: Shop) -> None:
    batched.build("2024-01-03")
    batched.sql("delete from raw.sales where id = 2")
    [result] = batched.build("2024-01-03", full_refresh=True).nodes
    assert (result.quarantined, batched.sql(AWAY)) == (1, [(3, "01-02")])
    assert batched.sql("select id from core.sales order by id") == [(1,), (4,)]


def test_a_batch_is_taken_out_with_what_it_sent_away(batched: Shop) -> None:
    batched.build("2024-01-03")
    batched.rollback("2024-01-03", days("2024-01-02", "2024-01-03"))
    assert batched.sql(AWAY) == [(2, "01-01")]
    assert batched.sql("select id from core.sales") == [(1,)]
    batched.build("2024-01-03")
    assert batched.sql(AWAY) == [(2, "01-01"), (3, "01-02")]


def test_batches_from_before_the_condition_get_a_quarantine(tmp_path: Path) -> None:
    shop = Shop.open(tmp_path)
    shop.model("sales", "select id, on_day, amount")
    shop.add((1, "2024-01-01", -5))
    shop.build("2024-01-02")
    shop.model("sales", "select id, on_day, amount  -- @quarantine @check amount > 0")
    assert shop.rollback("2024-01-02", Which(moment=datetime(2024, 1, 1)), dry_run=True)
    shop.rollback("2024-01-02", days("2024-01-01", "2024-01-02"))
    shop.build("2024-01-02")
    assert shop.sql(AWAY) == [(1, "01-01")]
    assert shop.sql("select id from core.sales") == []


def test_columns_that_no_migration_has_made_change_nothing(batched: Shop) -> None:
    batched.model("sales", "select *", "@quarantine @check amount > 0")
    batched.build("2024-01-02")
    batched.sql("alter table raw.sales add column note varchar")
    batched.add((5, "2024-01-02", -3, "by hand"))
    batched.build("2024-01-03")
    assert batched.sql(AWAY) == [(2, "01-01"), (3, "01-02"), (5, "01-02")]
