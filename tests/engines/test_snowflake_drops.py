"""A session that is lost during a build, over HTTP, at any statement: the next build ends right.

The server rolls the lost session's transaction back, as Snowflake does. It has no merges inside a
transaction, so the incremental model deletes and inserts, and there is no snapshot. Some of its
rows go to quarantine: both tables together are as before or as after.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from runner import commands, project
from runner.engines import Session, open_engine
from runner.errors import RunnerError
from runner.options import Options
from tests.conftest import SnowflakeServer

PROJECT = Path(__file__).parent.parent / "data" / "snowflake_project"
FIRST = int(os.environ.get("RUNNER_DROP_SEED", random.randrange(10**6)))
DROPS = int(os.environ.get("RUNNER_DROPS", "25"))
STATEMENTS = 32  # of a build, about
DEAR = 60  # from this amount on an order is sent away
LANDED = {1: ("Ada", "12.50"), 2: ("Ada", "7.25"), 3: ("Grace", "100.00")}
FACTS = (
    "select order_id, customer, amount, false from shop_core.fact_orders "
    "union all select order_id, customer, amount, true from shop_core.fact_orders__quarantine"
)
MART = "select customer, total_orders, total_amount from shop_marts.orders_by_customer"

Orders = dict[int, tuple[str, str]]
State = tuple[Counter[Any], Counter[Any]]


def expected(orders: Orders) -> State:
    """What the tables hold when these orders have arrived, those that are sent away too."""
    facts = Counter(
        (number, who, Decimal(amount), Decimal(amount) >= DEAR)
        for number, (who, amount) in orders.items()
    )
    cheap = [(who, amount) for _, who, amount, is_dear in facts if not is_dear]
    names = {who for who, _ in cheap}
    amounts = {who: [amount for one, amount in cheap if one == who] for who in names}
    return facts, Counter((who, len(of), sum(of)) for who, of in amounts.items())


def found(session: Session) -> State:
    return Counter(session.execute(FACTS).rows), Counter(session.execute(MART).rows)


@pytest.fixture
def shop(tmp_path: Path, snowflake: SnowflakeServer) -> Path:
    root = tmp_path / "shop"
    shutil.copytree(PROJECT, root)
    text = (root / "runner.toml").read_text()
    (root / "runner.toml").write_text(text.replace("SHOP_PROD", f"DROPS_{FIRST}"))
    facts = root / "models" / "shop" / "core" / "fact_orders.sql"
    sifting = f"    amount,  -- @quarantine @check amount < {DEAR}\n"
    facts.write_text(facts.read_text().replace("    amount,\n", sifting))
    return root


@pytest.mark.slow
def test_a_session_lost_at_any_statement_leaves_every_table_old_or_new(
    shop: Path, snowflake: SnowflakeServer
) -> None:
    print(f"RUNNER_DROP_SEED={FIRST}")
    rng = random.Random(FIRST)
    orders: Orders = dict(LANDED)
    assert commands.build(Options(shop)) == 0
    with open_engine(project.load(shop).target()).session() as session:
        number, dropped = 3, 0
        while dropped < DROPS:
            number += 1
            old = found(session)
            orders[number] = (rng.choice(["Ada", "Grace", "Linus"]), f"{rng.randint(1, 99)}.50")
            who, amount = orders[number]
            day = f"'2026-02-01 10:00:00'::timestamp_ntz + interval '{number} days'"
            session.execute(
                f"insert into shop_raw.orders select '{number}', '{who}', '{amount}', {day}"
            )
            at, executed = rng.randint(1, STATEMENTS), rng.random() < 0.5
            snowflake.drop_a_session(at, executed=executed)
            try:
                code = commands.build(Options(shop))
            except (SystemExit, RunnerError):
                code = 1
            snowflake.drop_a_session(0, executed=False)
            dropped += code
            for there, before, after in zip(found(session), old, expected(orders), strict=True):
                assert there in (before, after)
            assert commands.build(Options(shop)) == 0
            assert found(session) == expected(orders)
