"""Batches over HTTP, with the real connector, on fakesnow's server.

It cannot merge inside a transaction, so keys are deleted and inserted.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from runner.results import Status
from tests.conftest import SnowflakeServer
from tests.shop import Shop, days

DAY = {number: date(2024, 1, number) for number in (1, 2, 3)}
NOON = "2024-01-03 12:00"


@pytest.fixture
def shop(tmp_path: Path, snowflake: SnowflakeServer) -> Iterator[Shop]:
    """Sales that were corrected on the next day, kept as they came and by their key."""
    database = f"SHOP_{uuid.uuid4().hex[:8]}".upper()
    shop = Shop.open(tmp_path, engine="snowflake", database=database)
    shop.model("kept", "select id, on_day, amount -- @check amount > 0")
    keyed = ("@unique_key id", "@incremental_strategy delete+insert", "@delete_when amount = 99")
    shop.model("keyed", "select id, on_day, amount", *keyed)
    shop.add((1, DAY[1], 10), (2, DAY[1], 20), (1, DAY[2], 11), (2, DAY[3], 99))
    yield shop
    shop.close()


def test_batches_are_done_failed_retried_and_taken_out(shop: Shop) -> None:
    first = shop.build(NOON)
    assert first.ok, "\n".join(node.message for node in first.nodes)
    keyed = Counter([(1, DAY[2], 11)])
    assert shop.rows("core.keyed") == keyed
    assert sum(shop.rows("core.kept").values()) == 4
    ledger = [("01-01", "done"), ("01-02", "done"), ("01-03", "partial")]
    assert shop.ledger("core.kept") == ledger
    shop.add((3, DAY[2], -1))
    run = shop.build(NOON)
    assert {node.node: node.status for node in run.nodes} == {
        "core.keyed": Status.SUCCESS,
        "core.kept": Status.FAIL,
    }
    assert sum(shop.rows("core.kept").values()) == 4
    assert shop.reasons(NOON)["core.kept"].startswith("failed last time: 2024-01-02")
    shop.sql("update raw.sales set amount = 30 where amount < 0")
    assert shop.build(NOON).ok
    assert shop.rows("core.keyed") == keyed + Counter([(3, DAY[2], 30)])
    taken_out = shop.rollback(NOON, days("2024-01-01", "2024-01-03"), select=("kept",))
    assert [(one.batch, one.rows) for one in taken_out] == [("2024-01-01", 2), ("2024-01-02", 2)]
    assert shop.rows("core.kept") == Counter([(2, DAY[3], 99)])
    assert shop.reasons(NOON)["core.kept"].startswith("rolled back: 2024-01-01 to 2024-01-02")
    assert shop.build(NOON).ok
    assert sum(shop.rows("core.kept").values()) == 5


def test_a_batch_is_one_transaction_with_its_ledger(shop: Shop, snowflake: SnowflakeServer) -> None:
    shop.build(NOON, select=("kept",))
    sent = [str(one["sql"]).split("\n", maxsplit=1)[0] for one in snowflake.statements()]
    words = ("begin", "delete from core.", "insert into core.", "insert into runner.b", "commit")
    writing = [sql for sql in sent if sql.startswith(words)]
    assert writing[-5:] == [
        "begin",
        "delete from core.kept as loaded",
        "insert into core.kept (id, on_day, amount)",
        "insert into runner.batches (",
        "commit",
    ]


def test_a_full_refresh_is_published_by_cloning_and_then_noted(
    shop: Shop, snowflake: SnowflakeServer
) -> None:
    shop.build(NOON)
    before = len(snowflake.statements())
    assert shop.build(NOON, full_refresh=True).ok
    assert shop.rows("core.keyed") == Counter([(1, DAY[2], 11)])
    assert shop.sql("select max(generation) from runner.batches") == [(2,)]
    sent = [str(one["sql"]).split("\n", maxsplit=1)[0] for one in snowflake.statements()[before:]]
    publication = sent.index("create or replace table core.kept clone core.kept__next copy grants")
    assert sent[publication + 1 : publication + 3] == [
        "drop table core.kept__next",
        "insert into runner.batches (",
    ]
