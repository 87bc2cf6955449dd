"""A preview that is stopped ends there; it does not go on with the next snapshot."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner import plan
from runner import project as projects
from runner.engines import open_engine
from runner.errors import Cancelled
from runner.executing import previewing
from runner.selectors import select
from tests.cafe import Cafe
from tests.watched import Watched


class Stopping(Watched):
    """An engine that is told to stop while a snapshot's rows are asked for."""

    def before(self, sql: str) -> None:
        super().before(sql)
        if "create or replace temporary table" in sql:
            raise Cancelled("SQL execution canceled")


def test_a_stopped_preview_says_nothing_of_the_snapshots(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path)
    cafe.run("build")
    graph = cafe.graph()
    steps = plan.make(graph, select(graph))
    stopping = Stopping()
    with closing(open_engine(projects.load(cafe.root).target())) as opened:
        engine = stopping.over(opened)
        with pytest.raises(Cancelled):
            previewing.run(steps, engine, datetime.now(UTC))
