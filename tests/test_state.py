"""What is remembered of a node is what its newest rows say, whatever the history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner import state
from runner.engines import Engine, Session, Target, open_engine
from runner.generating import happenings
from runner.generating.work import Run
from runner.inventory import inventory
from runner.nodes import Kind
from runner.recording import Recorder
from runner.remembered import RESET, ROLLED_BACK, UNKNOWN, Remembered
from runner.results import Invocation, Left, NodeResult, Status

NOW = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
NODES = ("core.a", "core.b", "check:c")


def invocation(number: int) -> Invocation:
    return Invocation(f"run {number}", "build", "dev", "DB", NOW, "0.1")


def result(name: str, status: Status, hour: int, left: Left | None = None) -> NodeResult:
    moment = NOW + timedelta(hours=hour)
    return NodeResult(name, Kind.MODEL, "m.sql", status, moment, hour + 0.5, left=left)


def run(engine: Engine, number: int, results: Sequence[NodeResult], nodes: Sequence[str]) -> None:
    recorder = Recorder(engine, invocation(number))
    with engine.session() as session:
        recorder.start(inventory(session, ["RUNNER"]).relations, nodes)
    for one in results:
        recorder.add(one)
    recorder.finish("success", 1.0)
    recorder.close()


def read(engine: Engine) -> dict[str, Remembered]:
    with engine.session() as session:
        return dict(state.read(session, inventory(session, ["RUNNER"]).relations))


def test_where_no_run_has_been_nothing_is_remembered(engine: Engine) -> None:
    assert read(engine) == {}


def test_the_last_success_is_remembered_beneath_a_failure(engine: Engine) -> None:
    left = Left("a print", '{"raw.x": "1"}', "run 0", '{"N": "run 0"}')
    run(engine, 0, [result("core.a", Status.SUCCESS, 0, left)], ["core.a"])
    error = replace(result("core.a", Status.ERROR, 1), message="no")
    run(engine, 1, [error, result("core.b", Status.SKIPPED, 1)], ["core.a", "core.b"])
    assert read(engine) == {
        "core.a": Remembered(
            "error", "a print", '{"raw.x": "1"}', "run 0", '{"N": "run 0"}', 0.5, "no"
        ),
        "core.b": Remembered("skipped"),
    }


def test_state_of_an_older_version_counts_as_none(engine: Engine) -> None:
    run(engine, 0, [result("core.a", Status.SUCCESS, 0, Left("f", "i", "v"))], ["core.a"])
    with engine.session() as session:
        session.execute("alter table runner.node_results drop column inputs")
    assert read(engine) == {}


def test_a_node_of_a_killed_run_is_unknown_until_it_is_done_again(engine: Engine) -> None:
    run(engine, 0, [result("core.a", Status.SUCCESS, 0, Left("f", "i", "v"))], ["core.a"])
    killed = Recorder(engine, invocation(1))
    with engine.session() as session:
        killed.start(inventory(session, ["RUNNER"]).relations, ["core.a", "core.b"])
    killed.close()
    assert read(engine)["core.a"] == Remembered(UNKNOWN, "f", "i", "v", "", 0.5)
    assert read(engine)["core.b"] == Remembered(UNKNOWN)
    later = (datetime.now(UTC) - NOW) / timedelta(hours=1) + 1
    run(engine, 2, [result("core.a", Status.SUCCESS, int(later), Left("g", "j", "w"))], ["core.a"])
    assert read(engine)["core.a"] == Remembered("success", "g", "j", "w", "", int(later) + 0.5)
    assert read(engine)["core.b"] == Remembered(UNKNOWN)


def test_a_rollback_leaves_what_was_compared_and_another_version(engine: Engine) -> None:
    run(engine, 0, [result("core.a", Status.SUCCESS, 0, Left("f", "i", "v", "c"))], ["core.a"])
    with engine.session() as session:
        session.execute(happenings.rolled_back(["core.a"], Run("rb", NOW + timedelta(hours=1))))
    assert read(engine)["core.a"] == Remembered(ROLLED_BACK, "f", "i", "rb", "", 0.5)
    run(engine, 1, [result("core.a", Status.ERROR, 2)], ["core.a"])
    assert read(engine)["core.a"].version == "rb"


def test_a_reset_makes_forget_everything_but_the_time(engine: Engine) -> None:
    run(engine, 0, [result("core.a", Status.SUCCESS, 0, Left("f", "i", "v", "c"))], ["core.a"])
    with engine.session() as session:
        session.execute(happenings.forgotten(NODES, Run("rs", NOW + timedelta(hours=1))))
    assert read(engine)["core.a"] == Remembered(RESET, seconds=0.5)
    assert not read(engine)["core.b"].succeeded


def test_a_check_that_went_well_makes_up_for_nothing(engine: Engine) -> None:
    run(engine, 0, [result("core.a", Status.SUCCESS, 0, Left("f", "i", "v"))], ["core.a"])
    run(engine, 1, [replace(result("core.a", Status.ERROR, 1), message="no")], ["core.a"])
    run(engine, 2, [result("core.a", Status.SUCCESS, 2)], ["core.a"])
    assert read(engine)["core.a"] == Remembered("error", "f", "i", "v", "", 0.5, "no")


def test_a_fresh_node_keeps_the_time_of_its_last_build(engine: Engine) -> None:
    run(engine, 0, [result("core.a", Status.SUCCESS, 0, Left("f", "i", "v"))], ["core.a"])
    run(engine, 1, [result("core.a", Status.FRESH, 1, Left("f", "j", "v"))], ["core.a"])
    assert read(engine)["core.a"] == Remembered("fresh", "f", "j", "v", "", 0.5)


EVENTS = st.tuples(
    st.sampled_from(NODES), st.sampled_from([*Status, ROLLED_BACK, RESET, "killed"]), st.booleans()
)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine(Target("dev", "duckdb", "DB", tmp_path_factory.mktemp("home")))
    with opened.session() as session:
        state.prepare(session)
    yield opened
    opened.close()


@given(st.lists(EVENTS, max_size=8))
@settings(max_examples=15, deadline=None)
def test_reading_agrees_with_replaying_the_history(
    local: Engine, events: Sequence[tuple[str, str, bool]]
) -> None:
    """One thing happens after the other, each to one node; the oracle goes through them in order.
    The rows need not be written in that order."""
    expected: dict[str, Remembered] = {}
    results = []
    with local.session() as session:
        for table in ("invocations", "node_results"):
            session.execute(f"delete from runner.{table}")
        for hour, (node, status, leaves) in enumerate(events):
            left = Left(f"f{hour}", f"i{hour}", f"v{hour}", f"c{hour}") if leaves else None
            expected[node] = replayed(expected.get(node, Remembered("")), hour, status, left)
            if status in list(Status):
                results.append(result(node, Status(status), hour, left))
            else:
                happen(session, hour, node, status)
        run(local, 0, results, NODES)
        assert state.read(session, inventory(session, ["RUNNER"]).relations) == expected


def happen(session: Session, hour: int, node: str, status: str) -> None:
    at = NOW + timedelta(hours=hour)
    if status == ROLLED_BACK:
        session.execute(happenings.rolled_back([node], Run(f"v{hour}", at)))
    elif status == RESET:
        session.execute(happenings.forgotten([node], Run(f"v{hour}", at)))
    else:
        values = f"('killed {hour}', 'running', '{at:%Y-%m-%d %H:%M}', '{node}')"
        columns = "invocation_id, status, recorded_at, nodes"
        session.execute(f"insert into runner.invocations ({columns}) values {values}")


def replayed(before: Remembered, hour: int, status: str, left: Left | None) -> Remembered:
    if status == ROLLED_BACK:
        return replace(before, status=status, version=f"v{hour}", column_versions="", message="")
    if status == RESET:
        return Remembered(RESET, seconds=before.seconds)
    if status == "killed":
        return replace(before, status=UNKNOWN)
    if status in (Status.SUCCESS, Status.WARN):
        if left is None:  # a check of what is there
            return replace(before, status=before.status or status)
        before = replace(before, seconds=hour + 0.5)
    return replace(before, status=status, **(vars(left) if left else {}))
