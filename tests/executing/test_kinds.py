"""A relation becomes one of another kind, back and forth, and never loses a history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from runner import plan
from runner import project as projects
from runner.engines import Engine, open_engine
from runner.executing import executor
from runner.executing.executor import Limits
from runner.results import Invocation, NodeResult, Status
from runner.selectors import select
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


class Shop:
    """A project of one relation, in a database that stays open from build to build."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.cafe = Cafe(folder)
        self.engine = engine

    def write(self, kind: str, checks: str = "", rows: int = 2) -> None:
        query = " union all ".join(f"select {number} as id" for number in range(rows))
        text = f"-- {SETTINGS[kind]}\n{checks}\nselect id\nfrom ({query})\n"
        self.cafe.write(MODEL, text)

    def build(self) -> NodeResult:
        graph = self.cafe.graph()
        now = datetime.now(UTC)
        invocation = Invocation("1", "build", "local", "DB", now, "test")
        steps = plan.make(graph, select(graph))
        run = executor.run(steps, self.engine, invocation, Limits(1), lambda _: None)
        return run.nodes[0]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.engine.session() as session:
            return session.execute(sql).rows


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    Cafe(tmp_path).write("runner.toml", '[targets.local]\nengine = "duckdb"\ndatabase = "DB"\n')
    with closing(open_engine(projects.load(tmp_path).target())) as engine:
        yield Shop(tmp_path, engine)


@pytest.mark.parametrize("checks", ["", "-- @check count(*) > 0\n"])
def test_a_relation_changes_from_each_kind_to_each_other(shop: Shop, checks: str) -> None:
    assert set(pairwise(ROUND)) == {(a, b) for a in SETTINGS for b in SETTINGS if a != b}
    for number, kind in enumerate(ROUND, 1):
        shop.write(kind, checks, rows=number)
        result = shop.build()
        assert result.status is Status.SUCCESS, f"{ROUND[number - 2]} -> {kind}: {result.message}"
        assert shop.rows("select count(*) from shop_core.orders") == [(number,)]
    assert len(shop.rows("show objects in schema shop_core")) == 1


def test_a_failed_check_leaves_a_relation_of_the_other_kind_as_it_was(shop: Shop) -> None:
    for before, after in [(TABLE, VIEW), *pairwise((VIEW, TABLE, DYNAMIC, TABLE)), ROUND[2:4]]:
        shop.write(before)
        assert shop.build().status is Status.SUCCESS
        shop.write(after, "-- @check count(*) > 99\n", rows=3)
        assert shop.build().status is Status.FAIL
        assert shop.rows("select count(*) from shop_core.orders") == [(2,)], f"{before} -> {after}"
        assert len(shop.rows("show objects in schema shop_core")) == 1


@pytest.mark.parametrize("kind", SETTINGS)
def test_a_model_does_not_take_the_place_of_a_snapshots_history(shop: Shop, kind: str) -> None:
    snapshot = "snapshots/shop/core/orders.sql"
    query = "-- @unique_key id\n-- @check_columns all\n\nselect 1 as id, 2 as x\n"
    shop.cafe.write(snapshot, query)
    assert shop.build().status is Status.SUCCESS
    (shop.cafe.root / snapshot).unlink()
    shop.write(kind)
    result = shop.build()
    assert result.status is Status.ERROR
    assert result.message.startswith(f"{MODEL}: shop_core.orders holds the history of a snapshot")
    assert shop.rows("select id, x, is_current from shop_core.orders") == [(1, 2, True)]
