"""The statements about several databases, word for word.

`RUNNER_GOLDEN=write python -m pytest tests/environments/test_golden.py` writes
`tests/data/golden/environments/*.sql` anew; read the difference before it is committed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from runner.environments import cloning, orphans
from runner.environments.orphans import Orphan
from runner.generating import differences
from runner.generating.differences import Compared, Comparison
from runner.nodes import Relation
from runner.scripts import FIELDS, LINES
from tests.shop import Shop
from tests.watched import Watched

FOLDER = Path(__file__).parent.parent / "data" / "golden" / "environments"
TOKEN = re.compile(r"\b\d{15,}\b")
COLUMNS = (
    Compared("ORDER_ID", "NUMBER(38,0)", "NUMBER(38,0)"),
    Compared("Net x", "FLOAT", "NUMBER(12,2)"),
    Compared("ADDRESS", "VARIANT", "VARIANT"),
    Compared("ORDERED", "DATE", "TIMESTAMP_NTZ"),
    Compared("STATUS", "NUMBER(38,0)", "VARCHAR(16777216)"),
    Compared("PLACE", "GEOGRAPHY", "GEOGRAPHY"),
)
TABLES = ("RETAIL_PROD.retail_core.fact_orders", "RETAIL_PR_1.retail_core.fact_orders")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop.open(tmp_path, database="RETAIL_PROD")
    shop.write("models/core/all_sales.sql", "select id from raw.sales\n")
    yield shop
    shop.close()


def expect(name: str, statements: Iterable[str]) -> None:
    """That these are the statements of a golden file; what differs from run to run is replaced."""
    told = "\n\n".join(f"{TOKEN.sub('<token>', sql).strip()};" for sql in statements)
    found = told.replace(FIELDS, "<chr 31>").replace(LINES, "<chr 30>") + "\n"
    file = FOLDER / f"{name}.sql"
    if os.environ.get("RUNNER_GOLDEN") == "write":
        file.write_text(found, encoding="utf-8")
    assert found == file.read_text(encoding="utf-8"), "if meant, see the top of this file"


@pytest.mark.parametrize(
    ("name", "comparison"),
    [
        ("diff_with_a_key", Comparison(*TABLES, COLUMNS, ("ORDER_ID",))),
        ("diff_without_a_key", Comparison(*TABLES, COLUMNS[:2])),
    ],
)
def test_comparing_two_relations(name: str, comparison: Comparison) -> None:
    expect(name, [differences.counts(comparison), differences.sample(comparison)])


def test_cloning_a_database_and_dropping_it(shop: Shop) -> None:
    graph = shop.wanted().graph
    for name, replace in (("clone", False), ("clone_anew", True)):
        engine = Watched().over(shop.engine)
        cloning.clone(engine, graph, "RETAIL_PR_1", replace=replace)
        expect(name, engine.statements)
    engine = Watched().over(shop.engine)
    cloning.pause_pipes(engine, [Relation("RAW", "LOAD_SALES")])
    assert cloning.drop(engine, "RETAIL_PR_1")
    expect("clone_drop", engine.statements)


def test_dropping_what_no_file_builds(shop: Shop) -> None:
    shop.sql("create schema core", "create view core.a as select 1 as id")
    engine = Watched().over(shop.engine)
    with engine.session() as session:
        assert orphans.built(session) == {}
        orphans.drop(session, Orphan(Relation("CORE", "A"), "view", datetime(2024, 1, 1)))
    expect("clean", engine.statements)
