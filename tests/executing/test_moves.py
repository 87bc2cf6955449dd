"""Rows that are moved out of another table: in one transaction, only when asked, never twice."""

from __future__ import annotations

import multiprocessing
import os
import signal
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner import plan
from runner import project as projects
from runner.due import Asked
from runner.engines import Engine, open_engine
from runner.errors import EngineError
from runner.executing import executor
from runner.executing.executor import Limits
from runner.results import Invocation, RunResult
from runner.selectors import select
from tests.cafe import Cafe
from tests.watched import Watched

RAW = """\
create schema if not exists shop_raw;
create table if not exists shop_raw.events (id number, said varchar, is_old boolean);
"""
ARCHIVE = """\
-- Events that are old.
--
-- @materialized incremental
-- @unique_key id
-- @move_from shop_raw.events
-- @tags maintenance
-- @check count_if(said = 'refused') = 0

select
    id,
    said,
    is_old
from shop_raw.events
where is_old
"""
EVENTS = """\
select id, said from shop_raw.events
union all
select id, said from shop_archive.events
"""
FIRST = "(1, 'a', true), (2, 'b', true), (3, 'c', false)"
BOTH = (
    "select 'raw' as place, id, said from shop_raw.events union all "
    "select 'archive' as place, id, said from shop_archive.events order by id"
)
KEPT = ["raw,1,a", "raw,2,b", "raw,3,c"]
MOVED = ["archive,1,a", "archive,2,b", "raw,3,c"]


children = multiprocessing.get_context("forkserver")
children.set_forkserver_preload(["tests.cafe", "runner.engines.duckdb"])


@pytest.fixture
def shop(tmp_path: Path) -> Cafe:
    cafe = Cafe(tmp_path)
    cafe.write(
        "runner.toml",
        '[targets.local]\nengine = "duckdb"\ndatabase = "DB"\nbefore_build = ["deploy"]\n',
    )
    cafe.write("migrations/database/V1.0.0__raw.sql", RAW)
    cafe.write("models/shop/archive/events.sql", ARCHIVE)
    cafe.write("models/shop/staging/stg_events.sql", EVENTS)
    done = cafe.run("build")
    assert done.exit_code == 0, done.stderr
    say(cafe, FIRST)
    return cafe


def say(cafe: Cafe, values: str) -> None:
    done = cafe.run("query", f"insert into shop_raw.events values {values}")
    assert done.exit_code == 0, done.stderr


def test_a_build_that_names_it_moves_the_rows_and_another_one_finds_none(shop: Cafe) -> None:
    told = shop.run("build", "-s", "tag:maintenance").stderr
    assert "move, 2 rows" in told
    assert shop.rows(BOTH) == MOVED
    assert "move, 0 rows" in shop.run("build", "-s", "tag:maintenance").stderr
    assert shop.rows(BOTH) == MOVED
    assert shop.rows("select * from shop_staging.stg_events order by id") == ["1,a", "2,b", "3,c"]


def test_a_build_that_does_not_name_it_moves_nothing(shop: Cafe) -> None:
    for words in ([], ["--full-refresh"], ["-s", "+stg_events"]):
        done = shop.run("build", *words)
        assert done.exit_code == 0, done.stderr
        assert shop.rows(BOTH) == KEPT


def test_a_full_refresh_loses_no_row_that_was_moved(shop: Cafe) -> None:
    shop.run("build", "-s", "events")
    say(shop, "(4, 'd', true)")
    done = shop.run("build", "-s", "events", "--full-refresh")
    assert done.exit_code == 0, done.stderr
    assert shop.rows(BOTH) == sorted([*MOVED, "archive,4,d"], key=lambda row: row.split(",")[1])


def test_the_first_build_makes_an_empty_table_and_the_plan_says_that_it_is_kept(
    shop: Cafe,
) -> None:
    shop.run("query", "drop table shop_archive.events")
    told = shop.run("build").stderr
    assert "empty table" in told
    assert shop.rows(BOTH) == KEPT
    assert "is kept; moves rows when it is selected" in shop.run("plan").stdout
    assert "moves rows out of shop_raw.events" in shop.run("plan", "-s", "events").stdout


def test_a_move_into_a_table_that_is_not_there_makes_it_first(shop: Cafe) -> None:
    shop.run("query", "drop table shop_archive.events")
    assert shop.run("build", "-s", "events").exit_code == 0
    assert shop.rows(BOTH) == MOVED


def test_a_check_that_fails_leaves_the_rows_where_they_were(shop: Cafe) -> None:
    say(shop, "(4, 'refused', true)")
    assert shop.run("build", "-s", "events").exit_code == 1
    assert shop.rows(BOTH) == [*KEPT, "raw,4,refused"]


def test_a_key_that_several_rows_have_is_refused(shop: Cafe) -> None:
    say(shop, "(2, 'again', false)")
    done = shop.run("build", "-s", "events")
    assert done.exit_code == 1
    assert "1 value of (id) in shop_raw.events has several rows" in done.stderr
    assert "(2); all of them would leave it" in done.stderr
    assert len(shop.rows("select * from shop_archive.events")) == 0


def test_a_key_that_was_moved_before_is_refused(shop: Cafe) -> None:
    shop.run("build", "-s", "events")
    say(shop, "(2, 'again', true)")
    done = shop.run("build", "-s", "events")
    assert done.exit_code == 1
    assert "in the table already, for example (2)" in done.stderr
    assert shop.rows("select said from shop_raw.events order by id") == ["again", "c"]


def test_a_column_that_the_other_table_gains_is_moved_too(shop: Cafe) -> None:
    shop.run("build", "-s", "events")
    shop.write(
        "migrations/database/V1.1.0__colour.sql",
        "alter table shop_raw.events add column colour varchar;\n",
    )
    told = shop.run("build").stderr
    assert "the query leaves out colour of shop_raw.events" in told
    shop.change("models/shop/archive/events.sql", "    is_old\n", "    is_old,\n    colour\n")
    shop.run("build")
    say(shop, "(4, 'd', true, 'red')")
    done = shop.run("build", "-s", "events")
    assert done.exit_code == 0, done.stderr
    assert shop.rows("select id, colour from shop_archive.events order by id") == [
        "1,",
        "2,",
        "4,red",
    ]


def test_a_view_in_its_place_is_not_replaced(shop: Cafe) -> None:
    shop.run("query", "drop table shop_archive.events")
    shop.run("query", "create view shop_archive.events as select * from shop_raw.events")
    for words in ([], ["-s", "events"]):
        done = shop.run("build", *words)
        assert done.exit_code == 1
        assert "shop_archive.events is a view, which cannot take rows" in done.stderr


def test_the_statements_can_be_read(shop: Cafe) -> None:
    text = shop.run("compile", "-s", "events").stdout
    assert text.index("insert into shop_archive.events") < text.index("delete from shop_raw.events")
    assert text.index("delete from shop_raw.events") < text.index("commit;")


def test_a_verification_takes_it_as_it_is(shop: Cafe) -> None:
    shop.write(
        "models/shop/core/said.sql",
        "-- @materialized incremental\n-- @unique_key id\n"
        "select distinct id, said from shop_staging.stg_events",
    )
    assert shop.run("build").exit_code == 0
    done = shop.run("verify")
    assert done.exit_code == 0, done.stdout + done.stderr
    assert "shop_archive.events" not in done.stdout


# --- what breaks or is killed on the way


class Breaking(Watched):
    """An engine that loses its session at the first statement that begins so."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def before(self, sql: str) -> None:
        super().before(sql)
        if sql.startswith(self.words):
            raise EngineError("the session is lost")


def moved(cafe: Cafe, around: Watched) -> RunResult:
    graph = cafe.graph()
    target = projects.load(cafe.root).target()
    invocation = Invocation(
        "broken", "build", target.name, target.database, datetime.now(UTC), "test"
    )
    chosen = select(graph, ["events"])
    with closing(open_engine(target)) as opened:
        engine: Engine = around.over(opened)
        steps = plan.make(graph, chosen, plan.Everything(Asked(moving=chosen)))
        return executor.run(steps, engine, invocation, Limits(1), lambda event: None)


def finish_and_move_back(cafe: Cafe) -> None:
    """The next run ends right; then the rows are where they were at first."""
    done = cafe.run("build", "-s", "events")
    assert done.exit_code == 0, done.stderr
    assert cafe.rows(BOTH) == MOVED
    cafe.run("query", "insert into shop_raw.events select * from shop_archive.events")
    cafe.run("query", "delete from shop_archive.events")


@pytest.mark.parametrize(
    "words", ["insert into shop_archive.events", "delete from shop_raw.events", "commit"]
)
def test_a_statement_that_breaks_leaves_the_rows_where_they_were(shop: Cafe, words: str) -> None:
    engine = Breaking(words)
    assert not moved(shop, engine).ok
    assert any(sql.startswith(words) for sql in engine.statements)
    assert shop.rows(BOTH) == KEPT
    finish_and_move_back(shop)


class Dying(Watched):
    """Ends the process when the nth statement is about to be sent."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at

    def before(self, sql: str) -> None:
        super().before(sql)
        if len(self.statements) == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


def move_and_die(cafe: Cafe, at: int) -> None:
    moved(cafe, Dying(at))


@pytest.mark.slow
def test_a_kill_at_any_statement_leaves_every_row_in_one_of_the_two(shop: Cafe) -> None:
    outcomes = []
    for at in range(1, 60):
        child = children.Process(target=move_and_die, args=(shop, at))
        child.start()
        child.join()
        rows = shop.rows(BOTH)
        assert rows in (KEPT, MOVED)
        outcomes.append(rows == MOVED)
        if child.exitcode == 0:
            break
        assert child.exitcode == -signal.SIGKILL
        finish_and_move_back(shop)
    assert len(outcomes) > 10
    assert outcomes[0] is False
    assert outcomes[-1] is True
