"""Every run leaves rows that plain SQL can read, and only ever adds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner import recording, state
from runner.engines import Engine, Target, open_engine
from runner.generating.work import Existing
from runner.inventory import inventory
from runner.nodes import CheckKind, Kind, Relation, Severity
from runner.recording import Recorder
from runner.results import CheckResult, Invocation, Left, NodeResult, Status
from tests.watched import Watched

NOW = datetime(2026, 1, 5, 8, 30, 0, 250000, tzinfo=UTC)
INVOCATION = Invocation("some-id", "build", "local", "DB", NOW, "0.1", "--select a", True)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(Target("local", "duckdb", "DB", tmp_path))
    yield opened
    opened.close()


def node(name: str, **values: object) -> NodeResult:
    result = NodeResult(name, Kind.MODEL, f"models/{name}.sql", Status.SUCCESS, NOW, 1.5, "why")
    return result if not values else NodeResult(**{**vars(result), **values})


def recorded(
    engine: Engine,
    *results: NodeResult,
    status: str = "success",
    existing: Mapping[Relation, Existing] | None = None,
) -> None:
    recorder = Recorder(engine, INVOCATION)
    recorder.start(existing or {})
    for result in results:
        recorder.add(result)
    recorder.finish(status, 2.0)
    recorder.close()


def found(engine: Engine) -> Mapping[Relation, Existing]:
    """What there is in the schema `runner`."""
    with engine.session() as session:
        return inventory(session, ["RUNNER"]).relations


def rows(engine: Engine, sql: str) -> list[tuple[object, ...]]:
    with engine.session() as session:
        return session.execute(sql).rows


def test_a_run_is_a_row_when_it_starts_and_a_row_when_it_ends(engine: Engine) -> None:
    recorded(engine)
    assert rows(
        engine,
        "select invocation_id, status, command, target, selection, full_refresh, runner_version, "
        "seconds from runner.invocations order by recorded_at",
    ) == [
        ("some-id", "running", "build", "local", "--select a", True, "0.1", None),
        ("some-id", "success", "build", "local", "--select a", True, "0.1", 2.0),
    ]


@pytest.mark.parametrize("column", ["rows_quarantined", "fingerprint", "column_versions"])
def test_tables_from_before_a_column_get_it_and_keep_their_rows(
    engine: Engine, column: str
) -> None:
    recorded(engine, node("before"))
    rows(engine, f"alter table runner.node_results drop column {column}")
    existing = found(engine)
    assert not state.is_complete(existing)
    recorded(engine, node("a", quarantined=3, left=Left("f", "i", "v", "c")), existing=existing)
    assert state.is_complete(found(engine))
    told = rows(engine, f"select node, {column} is null from runner.node_results order by node")
    assert told == [("a", False), ("before", True)]


def test_what_is_complete_is_not_made_again(engine: Engine) -> None:
    recorded(engine)
    existing = found(engine)
    watched = Watched()
    recorder = Recorder(watched.over(engine), INVOCATION)
    recorder.start(existing, [])
    recorder.finish("success", 1.0)
    recorder.close()
    (only,) = watched.statements  # a run with nothing to do
    assert "insert into runner.invocations" in only


def test_a_run_names_what_it_is_going_to_touch_before_it_begins(engine: Engine) -> None:
    recorder = Recorder(engine, INVOCATION)
    recorder.start({}, ["b", "a"])
    assert rows(engine, "select status, nodes from runner.invocations") == [("running", "a\nb")]
    recorder.finish("success", 1.0)
    recorder.close()
    assert rows(engine, "select nodes from runner.invocations where status = 'success'") == [
        (None,)
    ]


def test_what_is_fresh_is_written_where_it_was_to_be_touched_or_leaves_something(
    engine: Engine,
) -> None:
    recorder = Recorder(engine, INVOCATION)
    recorder.start({}, ["touched"])
    for name, left in (("touched", None), ("untouched", None), ("left", Left("f", "i", "v"))):
        recorder.add(node(name, status=Status.FRESH, left=left))
    recorder.finish("success", 1.0)
    recorder.close()
    assert rows(engine, "select node from runner.node_results order by 1") == [
        ("left",),
        ("touched",),
    ]


def test_what_happened_to_a_node_can_be_read_back(engine: Engine) -> None:
    awkward = """it's "quoted" \\ and {rows}\nover two lines, $$ and é"""
    recorded(
        engine,
        node(
            "a",
            message=awkward,
            rows=12,
            quarantined=3,
            query_ids=("q1", "q2"),
            left=Left("a print", '{"raw.x": "1"}', "some-id"),
            materialized="table",
        ),
        node("b", status=Status.SKIPPED),
    )
    assert rows(engine, "select * from runner.node_results order by node") == [
        (
            "some-id",
            "a",
            "model",
            "table",
            "models/a.sql",
            "success",
            "why",
            awkward,
            NOW.replace(tzinfo=None),
            1.5,
            12,
            "q1 q2",
            3,
            "a print",
            '{"raw.x": "1"}',
            "some-id",
            None,
        ),
        (
            "some-id",
            "b",
            "model",
            "",
            "models/b.sql",
            "skipped",
            "why",
            "",
            NOW.replace(tzinfo=None),
            1.5,
            None,
            "",
            None,
            None,
            None,
            None,
            None,
        ),
    ]


def test_every_check_has_a_row(engine: Engine) -> None:
    check = CheckResult(
        node="a",
        name="not_null_x",
        kind=CheckKind.NOT_NULL,
        severity=Severity.WARN,
        status=Status.WARN,
        failures=3,
        message="x is null in 3 rows",
        path="models/a.sql",
        line=7,
    )
    recorded(engine, node("a", checks=(check,)))
    assert rows(engine, "select * from runner.check_results") == [
        (
            "some-id",
            "a",
            "not_null_x",
            "not_null",
            "warn",
            "warn",
            3,
            "x is null in 3 rows",
            "models/a.sql",
            7,
            NOW.replace(tzinfo=None),
        )
    ]


def test_runs_are_added_to_those_before(engine: Engine) -> None:
    recorded(engine, node("a"))
    recorded(engine, node("a"))
    assert rows(engine, "select count(*) from runner.node_results") == [(2,)]


def test_more_results_than_fit_into_a_statement_are_all_written(engine: Engine) -> None:
    recorded(engine, *(node(f"n{number}") for number in range(recording.BATCH + 1)))
    assert rows(engine, "select count(distinct node) from runner.node_results") == [
        (recording.BATCH + 1,)
    ]


def test_tables_and_columns_are_described(engine: Engine) -> None:
    recorded(engine)
    undescribed = rows(
        engine,
        "select table_name, column_name from information_schema.columns "
        "where table_schema = 'RUNNER' and comment is null",
    )
    assert undescribed == []


def test_the_views_say_how_runs_nodes_and_checks_ended(engine: Engine) -> None:
    check = CheckResult("a", "c", CheckKind.NOT_NULL, Severity.WARN, Status.WARN, failures=2)
    recorded(
        engine,
        node("a", status=Status.WARN, rows=7, left=Left("f", "i", "v"), checks=(check,)),
        node("b", status=Status.ERROR, message="no"),
        node("c", status=Status.SKIPPED),
        status="failed",
    )
    assert rows(
        engine,
        "select status, seconds, total_nodes, succeeded_nodes, warned_nodes, failed_nodes, "
        "skipped_nodes, fresh_nodes, unknown_nodes from runner.runs",
    ) == [("failed", 2.0, 3, 1, 1, 1, 1, 0, 0)]
    assert rows(
        engine,
        "select node, status, message, succeeded_at is not null, rows_written, fingerprint, inputs,"
        " version from runner.nodes order by node",
    ) == [
        ("a", "warn", "", True, 7, "f", "i", "v"),
        ("b", "error", "no", False, None, None, None, None),
        ("c", "skipped", "", False, None, None, None, None),
    ]
    assert rows(
        engine, "select status, failures, failing_since, total_runs from runner.checks"
    ) == [("warn", 2, NOW.replace(tzinfo=None), 1)]


def test_a_check_fails_since_it_last_succeeded(engine: Engine) -> None:
    history = [Status.FAIL, Status.SUCCESS, Status.FAIL, Status.SKIPPED, Status.WARN]
    for day, status in enumerate(history):
        check = CheckResult("a", "c", CheckKind.NOT_NULL, Severity.ERROR, status)
        moment = NOW + timedelta(days=day)
        recorded(engine, node("a", status=status, checks=(check,), started_at=moment))
    since = NOW.replace(tzinfo=None) + timedelta(days=2)
    assert rows(engine, "select status, failing_since, total_runs from runner.checks") == [
        ("warn", since, 5)
    ]


def test_a_run_that_was_killed_says_so_and_what_it_left(engine: Engine) -> None:
    recorder = Recorder(engine, INVOCATION)
    recorder.start({}, ["a", "b"])
    recorder.add(node("a"))
    recorder.close()  # writes what there is, and no end
    assert rows(engine, "select status, total_nodes, unknown_nodes from runner.runs") == [
        ("killed", 1, 1)
    ]
    assert rows(engine, "select node, status from runner.nodes order by node") == [
        ("a", "success"),
        ("b", "unknown"),
    ]
