"""A small project built over HTTP, with the real connector and schemachange, on fakesnow's server.

What that server cannot run is left out of `tests/data/snowflake_project`: stages, pipes, COPY and
its history; merges, which it cannot do inside a transaction (the incremental model deletes and
inserts); snapshots, which need merges; grants and policies.
"""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from runner import commands, project
from runner.engines import Session, open_engine
from runner.engines.snowflake import session as snowflake_session
from runner.options import Options
from tests.conftest import SnowflakeServer

PROJECT = Path(__file__).parent.parent / "data" / "snowflake_project"
MART = "select customer, total_orders, total_amount from shop_marts.orders_by_customer order by 1"


@pytest.fixture
def shop(tmp_path: Path, snowflake: SnowflakeServer) -> Path:
    """The project in a folder of its own, building a database of its own."""
    root = tmp_path / "shop"
    shutil.copytree(PROJECT, root)
    text = (root / "runner.toml").read_text()
    database = f"SHOP_{tmp_path.name.upper().replace('-', '_')}"
    (root / "runner.toml").write_text(text.replace("SHOP_PROD", database))
    return root


def opened(root: Path) -> Session:
    return open_engine(project.load(root).target()).session()


def test_a_project_is_deployed_built_and_checked(
    shop: Path, snowflake: SnowflakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.build(Options(shop)) == 0
    first = capsys.readouterr().err
    assert "2 scripts deployed" in first
    with opened(shop) as session:
        assert session.execute(MART).rows == [
            ("Ada", 2, Decimal("19.75")),
            ("Grace", 1, Decimal("100.00")),
        ]
        session.execute("insert into shop_raw.orders values ('4', 'Ada', '1', '2026-02-01')")
    assert commands.build(Options(shop)) == 0
    assert "nothing to deploy" in capsys.readouterr().err
    with opened(shop) as session:
        assert session.execute(MART).rows[0] == ("Ada", 3, Decimal("20.75"))
        kept = "select command, status from runner.invocations order by recorded_at"
        assert session.execute(kept).rows == [("build", "running"), ("build", "success")] * 2
        nodes = "select count(*), count_if(status = 'success') from runner.node_results"
        assert session.execute(nodes).rows == [(8, 8)]
    tags = {json.loads(sent["tag"])["node"] for sent in snowflake.statements() if sent["tag"]
            and "node" in sent["tag"]}  # fmt: skip
    assert {"shop_core.fact_orders", "check:shop/every_order_is_counted"} <= tags


def test_a_failed_check_leaves_the_published_table(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.build(Options(shop))
    with opened(shop) as session:
        session.execute("insert into shop_raw.orders values ('4', null, '1', '2026-02-01')")
    assert commands.build(Options(shop)) == 1
    assert "not_null_customer" in capsys.readouterr().err
    with opened(shop) as session:
        assert len(session.execute(MART).rows) == 2


def test_a_failing_model_is_reported_with_its_file_and_the_rest_is_skipped(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.build(Options(shop))
    with opened(shop) as session:
        session.execute("insert into shop_raw.orders values ('5', 'Eve', 'many', '2026-02-01')")
    capsys.readouterr()
    assert commands.build(Options(shop)) == 1
    shown = capsys.readouterr().err
    assert "models/shop/staging/stg_orders.sql" in shown
    assert "Traceback" not in shown
    with opened(shop) as session:
        count = "select count(*) from runner.node_results where status = "
        assert session.execute(f"{count}'error'").rows == [(1,)]
        assert session.execute(f"{count}'skipped'").rows == [(3,)]


def test_a_server_that_is_not_there_is_one_message(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SNOWFLAKE_PORT", "1")
    monkeypatch.setattr(snowflake_session, "REQUEST_WAITS", (0,))
    with pytest.raises(SystemExit) as ended:
        commands.build(Options(shop))
    assert ended.value.code == 1
    shown = capsys.readouterr().err
    assert "cannot connect to Snowflake account fakesnow as tester (127.0.0.1)" in shown
    assert "Traceback" not in shown


@pytest.mark.slow
def test_increments_are_verified_with_the_rows_that_snowflake_has(
    shop: Path, snowflake: SnowflakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.deploy(Options(shop), account=False, dry_run=False)
    sent = len(snowflake.statements())
    assert commands.verify(Options(shop, select=("fact_orders",)), batches=2) == 1
    shown = capsys.readouterr().out
    assert "what is new is told by ordered_at (models/shop/core/fact_orders.sql:14)" in shown
    read = [statement["sql"] or "" for statement in snowflake.statements()[sent:]]
    assert {sql.split()[0].lower() for sql in read} == {"select"}
