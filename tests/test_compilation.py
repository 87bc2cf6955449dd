"""What `runner compile` prints is what a build executes."""

from __future__ import annotations

import re
import uuid
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner import compilation, plan
from runner import project as projects
from runner.due import Asked
from runner.engines import open_engine
from runner.executing import executor
from runner.executing.executor import Limits
from runner.plan import Everything, Plan
from runner.results import Invocation
from runner.selectors import select
from tests.cafe import Cafe
from tests.shop import Shop
from tests.watched import Watched

OWN = ("information_schema", "runner.", "create schema if not exists", "publish ")
TIME = re.compile(r"'\d{4}-\d\d-\d\d[T ][^']*'")


@pytest.fixture
def cafe(tmp_path: Path) -> Cafe:
    cafe = Cafe.open(tmp_path)
    assert cafe.run("deploy").exit_code == 0
    assert cafe.run("ingest").exit_code == 0
    return cafe


def executed(cafe: Cafe, steps: Plan) -> list[str]:
    """The statements of the steps, in their order, without those of the run itself."""
    target = projects.load(cafe.root).target(None)
    now = datetime.now(UTC)
    invocation = Invocation(str(uuid.uuid4()), "build", "local", target.database, now, "test")
    watched = Watched()
    with closing(open_engine(target)) as opened:
        run = executor.run(steps, watched.over(opened), invocation, Limits(1), lambda _: None)
    assert run.ok
    return [sql for sql in watched.statements if not any(word in sql for word in OWN)]


def compiled(steps: Plan) -> str:
    return TIME.sub("''", "".join(compilation.text(step) for step in steps.steps))


def test_every_statement_of_a_build_is_printed(cafe: Cafe) -> None:
    graph = cafe.graph()
    everything = select(graph)
    first = plan.make(graph, everything, Everything(Asked(full_refresh=True)))
    again = plan.make(graph, everything)
    for steps in (first, again):
        printed = compiled(steps)
        missing = [sql for sql in executed(cafe, steps) if TIME.sub("''", sql) not in printed]
        assert missing == []


@pytest.mark.parametrize("full_refresh", [False, True])
def test_every_statement_of_a_batch_is_printed(tmp_path: Path, full_refresh: bool) -> None:
    """But for a look at the table and, aside, for counting what was written."""
    shop = Shop.open(tmp_path)
    settings = ("@unique_key id", "@delete_when amount = 0", "@on_schema_change fail")
    shop.model("sales", "select id, on_day, amount -- @check amount >= 0", *settings)
    end_of_first = "2024-01-02"
    assert shop.build(end_of_first).ok
    watched = Watched()
    assert shop.build(end_of_first, around=watched.over, full_refresh=full_refresh).ok
    looks = re.compile(r"select (\*|count\(\*\)) from core\.sales\w*( limit 0)?\Z")
    sent = [sql for sql in watched.statements if not any(word in sql for word in OWN)]
    printed = compiled(shop.wanted(full_refresh=full_refresh).everything())
    assert [
        sql for sql in sent if TIME.sub("''", sql) not in printed and not looks.match(sql)
    ] == []
