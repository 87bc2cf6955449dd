"""A run does what its plan says, a failure stops only what depends on it."""

from __future__ import annotations

import os
import signal
import uuid
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner import plan
from runner import project as projects
from runner.engines import Target, open_engine
from runner.errors import ConnectionFailed, MachineFailed
from runner.executing import executor
from runner.executing.events import Event, Finished, Started, Stopping
from runner.executing.executor import Limits
from runner.results import Invocation, NodeResult, RunResult
from runner.selectors import select
from tests.cafe import Cafe
from tests.watched import Watched, WatchedSession


@dataclass
class Run:
    """A project that is built, and what happened on the way."""

    cafe: Cafe
    events: list[Event] = field(default_factory=list)

    def build(
        self,
        *selection: str,
        threads: int = 1,
        fail_fast: bool = False,
        watched: Watched | None = None,
    ) -> RunResult:
        graph = self.cafe.graph()
        target = projects.load(self.cafe.root).target(None)
        steps = plan.make(graph, select(graph, selection))
        with closing(open_engine(target)) as opened:
            engine = watched.over(opened) if watched else opened
            limits = Limits(threads, fail_fast)
            return executor.run(steps, engine, invocation(target), limits, self.events.append)


def invocation(target: Target) -> Invocation:
    now = datetime.now(UTC)
    return Invocation(str(uuid.uuid4()), "build", target.name, target.database, now, "test")


def results(run: RunResult) -> dict[str, NodeResult]:
    return {result.node.rpartition(".")[2]: result for result in run.nodes}


def statuses(run: RunResult) -> dict[str, str]:
    return {name: result.status.value for name, result in results(run).items()}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Three models in a row and one beside them: a <- b <- c, d."""
    cafe = Cafe(tmp_path)
    cafe.write("runner.toml", '[targets.local]\nengine = "duckdb"\ndatabase = "DB"\n')
    model(cafe, "a", "select 1 as x")
    model(cafe, "b", "select x from shop_core.a")
    model(cafe, "c", "select x from shop_core.b")
    model(cafe, "d", "select 4 as x")
    return Run(cafe)


def model(cafe: Cafe, name: str, sql: str, *settings: str) -> None:
    head = "".join(f"-- {line}\n" for line in ("@materialized table", *settings))
    cafe.write(f"models/shop/core/{name}.sql", f"{head}\n{sql}\n")


def rows(cafe: Cafe, name: str) -> list[str]:
    return cafe.rows(f"select * from shop_core.{name} order by 1")


def test_everything_is_built_in_order_and_told_as_it_happens(run: Run) -> None:
    result = run.build(threads=2)
    assert result.ok
    assert statuses(result) == dict.fromkeys("abcd", "success")
    assert {name: node.reason for name, node in results(result).items()} == dict.fromkeys(
        "abcd", "rebuilt every time"
    )
    told = [
        f"{event.step.id} starts" if isinstance(event, Started) else f"{event.result.node} ends"
        for event in run.events
        if isinstance(event, Started | Finished)
    ]
    for below, above in (("b", "a"), ("c", "b")):
        assert told.index(f"shop_core.{above} ends") < told.index(f"shop_core.{below} starts")
    assert [text for text in told if "ends" in text] == [f"{n.node} ends" for n in result.nodes]
    assert rows(run.cafe, "c") == ["1"]


def test_the_second_time_nothing_is_built_for_the_first_time(run: Run) -> None:
    run.build()
    assert {node.reason for node in run.build().nodes} == {"rebuilt every time"}


def test_a_step_below_a_failure_is_skipped_and_reported_and_the_rest_goes_on(run: Run) -> None:
    model(run.cafe, "a", "select 1 / 0 as x")
    result = run.build(threads=2)
    assert not result.ok
    assert statuses(result) == {"a": "error", "b": "skipped", "c": "skipped", "d": "success"}
    found = results(result)
    assert found["b"].message == "upstream shop_core.a failed"
    assert found["c"].message == "upstream shop_core.a failed"
    assert "models/shop/core/a.sql:3: Division by zero" in found["a"].message


def test_a_failed_check_leaves_the_old_table_and_shows_what_it_found(run: Run) -> None:
    run.build()
    model(run.cafe, "a", "select 7 as x union all select 8", "@check x < 8")
    result = run.build()
    assert statuses(result) == {"a": "fail", "b": "skipped", "c": "skipped", "d": "success"}
    check = results(result)["a"].checks[0]
    assert (check.failures, check.line, check.sample) == (1, 2, ((8,),))
    assert rows(run.cafe, "a") == ["1"]
    assert run.cafe.rows("show tables like '%__next' in schema shop_core") == []


def test_a_warning_stops_nothing(run: Run) -> None:
    model(run.cafe, "a", "select 7 as x", "@warn @check x < 7")
    result = run.build()
    assert result.ok
    assert statuses(result) == {"a": "warn", "b": "success", "c": "success", "d": "success"}


def test_a_check_over_several_relations_stops_what_descends_from_them(run: Run) -> None:
    run.cafe.write(
        "checks/shop/b_is_d.sql",
        "select b.x from shop_core.b left join shop_core.d on b.x = d.x where d.x is null\n",
    )
    result = run.build()
    assert statuses(result) == {
        "a": "success",
        "b": "success",
        "d": "success",
        "check:shop/b_is_d": "fail",
        "c": "skipped",
    }
    assert results(result)["c"].message == "upstream check:shop/b_is_d failed"


def test_a_check_whose_other_relation_was_never_built_is_skipped(run: Run) -> None:
    run.cafe.write(
        "checks/shop/b_is_d.sql",
        "select b.x from shop_core.b left join shop_core.d on b.x = d.x where d.x is null\n",
    )
    result = run.build("+b")
    assert result.ok
    assert results(result)["check:shop/b_is_d"].message == "shop_core.d does not exist yet"


def test_a_model_whose_input_was_never_built_says_what_to_select(run: Run) -> None:
    result = run.build("b")
    message = results(result)["b"].message
    assert message.startswith("models/shop/core/b.sql: shop_core.a does not exist")
    assert "a model's with '-s +shop_core.b'" in message


def test_fail_fast_starts_nothing_more(run: Run) -> None:
    model(run.cafe, "a", "select 1 / 0 as x")
    result = run.build(fail_fast=True)
    assert statuses(result) == {"a": "error", "b": "skipped", "c": "skipped", "d": "skipped"}
    assert results(result)["d"].message == "the run stopped at the first failure"
    assert not result.interrupted


def test_the_longest_way_down_starts_first(run: Run) -> None:
    order = [node.node for node in run.build().nodes]
    assert order[0] == "shop_core.a"
    assert order.index("shop_core.b") < order.index("shop_core.d")


def test_the_database_is_looked_at_in_a_fixed_number_of_queries(run: Run) -> None:
    few, many = Watched(), Watched()
    run.build()
    run.build(watched=few)
    for name in "efgh":
        model(run.cafe, name, "select 1 as x")
    run.build(watched=many)
    for watched in (few, many):
        assert sum("information_schema" in sql for sql in watched.statements) == 3
        assert sum("insert into runner." in sql for sql in watched.statements) <= 4


def test_a_lost_session_fails_its_step_and_no_other(run: Run) -> None:
    class Losing(Watched):
        lost: WatchedSession | None = None

        def before(self, sql: str) -> None:
            super().before(sql)
            if "create" in sql and "shop_core.a" in sql:
                Losing.lost = self.sender
            if self.sender is Losing.lost:
                raise ConnectionFailed("the connection is lost", "run the command again")

    result = run.build(watched=Losing())
    assert statuses(result) == {"a": "error", "b": "skipped", "c": "skipped", "d": "success"}
    assert "the connection is lost" in results(result)["a"].message
    assert results(result)["a"].mend == ""


def test_a_full_disk_is_no_fault_of_a_file(run: Run) -> None:
    class Full(Watched):
        def before(self, sql: str) -> None:
            if "from shop_core.a" in sql:
                raise MachineFailed("The disk is full; the statement is undone", "make room")

    result = results(run.build(watched=Full()))["b"]
    assert (result.status, result.mend) == ("error", "")
    assert result.message == "The disk is full; the statement is undone\n  make room"


@pytest.mark.parametrize(("debug", "told"), [("", "report it"), ("1", "in before")])
def test_what_nobody_expected_is_a_result_that_asks_to_be_reported(
    run: Run, monkeypatch: pytest.MonkeyPatch, debug: str, told: str
) -> None:
    class Broken(Watched):
        def before(self, sql: str) -> None:
            if "create" in sql and "shop_core.a" in sql:
                raise ZeroDivisionError("oops")

    monkeypatch.setenv("RUNNER_DEBUG", debug)
    result = run.build(watched=Broken())
    assert statuses(result) == {"a": "error", "b": "skipped", "c": "skipped", "d": "success"}
    message = results(result)["a"].message
    assert "the runner has a bug" in message
    assert "ZeroDivisionError: oops" in message
    assert told in message


def test_a_bug_within_a_transaction_leaves_nothing_for_the_next_step_to_commit(run: Run) -> None:
    class BrokenChecks(Watched):
        def before(self, sql: str) -> None:
            if "check_1" in sql:
                raise ZeroDivisionError("oops")

    run.cafe.write("models/shop/core/a.sql", incremental("select 1 as x"))
    run.build()
    run.cafe.write("models/shop/core/a.sql", incremental("select 1 as x union all select 2"))
    result = run.build("a", "d", watched=BrokenChecks())
    assert statuses(result) == {"a": "error", "d": "success"}
    assert results(result)["a"].rows is None
    assert rows(run.cafe, "a") == ["1"]


def incremental(sql: str) -> str:
    return f"-- @materialized incremental\n-- @unique_key x\n-- @check x > 0\n\n{sql}\n"


def test_what_killed_runs_left_is_dropped_and_nobody_elses(run: Run) -> None:
    run.build()
    beside = ("a__next", "b__next", "gone__next", "never_built__next", "next", "b__nextone")
    model(run.cafe, "gone", "select 1 as x")
    run.build("gone")
    (run.cafe.root / "models/shop/core/gone.sql").unlink()
    for name in beside:
        run.cafe.run("query", f"create table shop_core.{name} (x number)")
    run.build("a")
    left = run.cafe.rows("select table_name from information_schema.tables order by 1")
    assert set(left) & {name.upper() for name in beside} == {
        "B__NEXT",  # of the project, and not built by this run: another run may be at it
        "NEVER_BUILT__NEXT",
        "NEXT",
        "B__NEXTONE",
    }


def test_ctrl_c_cancels_what_runs_and_keeps_what_is_done(run: Run) -> None:
    class Interrupting(Watched):
        def before(self, sql: str) -> None:
            if "create" in sql and "shop_core.b" in sql:
                os.kill(os.getpid(), signal.SIGINT)

    many = (
        "(select row_number() over (order by null) as x from table(generator(rowcount => 99999)))"
    )
    model(
        run.cafe, "b", f"select count(*) as x from {many} as l cross join {many} as r, shop_core.a"
    )
    result = run.build("a", "b", "c", watched=Interrupting())
    assert result.interrupted
    assert not result.ok
    assert statuses(result) == {"a": "success", "b": "skipped", "c": "skipped"}
    assert "rolled back" in results(result)["b"].message
    assert any(isinstance(event, Stopping) for event in run.events)
    assert rows(run.cafe, "a") == ["1"]
    assert run.cafe.rows("show tables like '%__next' in schema shop_core") == []


def test_a_model_reads_what_runs_leave_behind_in_the_first_build_too(tmp_path: Path) -> None:
    cafe = Cafe(tmp_path)
    cafe.write("runner.toml", '[targets.local]\nengine = "duckdb"\ndatabase = "DB"\n')
    cafe.write("models/shop/watch/runs.sql", "select node, seconds from runner.node_results")
    done = cafe.run("build")
    assert done.exit_code == 0, done.stderr
    assert cafe.rows("select node from shop_watch.runs") == ["shop_watch.runs"]
