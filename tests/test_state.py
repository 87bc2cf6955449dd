"""Every run leaves rows that plain SQL can read, and only ever adds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner import state
from runner.engines import Engine, Target, open_engine
from runner.generating.work import Existing
from runner.inventory import inventory
from runner.nodes import CheckKind, Kind, Relation, Severity
from runner.results import CheckResult, Invocation, NodeResult, Status
from runner.state import Recorder

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


def test_tables_from_before_a_column_get_it(engine: Engine) -> None:
    recorded(engine)
    node_results = Relation("RUNNER", "NODE_RESULTS")
    rows(engine, "alter table runner.node_results drop column rows_quarantined")
    with engine.session() as session:
        existing = inventory(session, ["RUNNER"]).relations
    assert "ROWS_QUARANTINED" not in existing[node_results].names()
    recorded(engine, node("a", quarantined=3), existing=existing)
    assert rows(engine, "select rows_quarantined from runner.node_results") == [(3,)]


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
    recorded(engine, *(node(f"n{number}") for number in range(state.BATCH + 1)))
    assert rows(engine, "select count(distinct node) from runner.node_results") == [
        (state.BATCH + 1,)
    ]


def test_tables_and_columns_are_described(engine: Engine) -> None:
    recorded(engine)
    undescribed = rows(
        engine,
        "select table_name, column_name from information_schema.columns "
        "where table_schema = 'RUNNER' and comment is null",
    )
    assert undescribed == []
