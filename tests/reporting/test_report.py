"""What a reader is told about results."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.executing.events import FAILED_FAST, INTERRUPTED
from runner.nodes import CheckKind, Kind, Severity
from runner.reporting import sentences
from runner.reporting.report import Text
from runner.results import (
    CheckResult,
    Deployed,
    Invocation,
    Loaded,
    NodeResult,
    RunResult,
    Status,
)

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
INVOCATION = Invocation("id", "build", "local", "DB", NOW, "0.1")
GOOD = NodeResult(
    "shop.orders", Kind.MODEL, "models/shop/orders.sql", Status.SUCCESS, NOW, 1.25, rows=1020
)
VIOLATED = CheckResult(
    node="shop.orders",
    name="check_amount",
    kind=CheckKind.CONDITION,
    severity=Severity.ERROR,
    status=Status.FAIL,
    failures=7,
    message="amount >= 0: 7 rows violate it",
    columns=("ORDER_ID", "AMOUNT"),
    sample=((1, -2), (2, -3)),
    query="select * from shop.orders where amount < 0",
    path="models/shop/orders.sql",
    line=12,
)
FAILED = replace(
    GOOD,
    status=Status.FAIL,
    message="not published; what was there stays",
    checks=(VIOLATED,),
    mend=GOOD.path,
)
BROKEN = replace(
    GOOD, node="shop.b", status=Status.ERROR, message="b.sql:3: Division by zero", mend="b.sql"
)


def run(*nodes: NodeResult, interrupted: bool = False) -> RunResult:
    return RunResult(INVOCATION, nodes, 65.4, interrupted)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.123, "0.12 s"), (59.99, "59.99 s"), (65.4, "1 m 05 s"), (3720, "1 h 02 m")],
)
def test_durations_are_short(seconds: float, text: str) -> None:
    assert sentences.duration(seconds) == text


def test_a_line_says_how_a_node_ended() -> None:
    done = replace(GOOD, materialized="table")
    assert strip(sentences.node_line(done, 3, 24, 13)) == (
        " 3/24  ok     shop.orders       1.25 s  table, 1,020 rows"
    )
    assert strip(sentences.node_line(replace(FAILED, rows=None), 4, 24, 11)).endswith(
        "check_amount"
    )


def test_a_skipped_node_says_why() -> None:
    skipped = replace(GOOD, status=Status.SKIPPED, message="upstream shop.a failed")
    assert strip(sentences.node_line(skipped, 1, 1, 11)) == (
        "1/1  skip   shop.orders  upstream shop.a failed"
    )


def test_failures_come_last_with_place_sample_and_how_to_see_them_all() -> None:
    warned = replace(VIOLATED, status=Status.WARN, failures=2)
    nodes = (FAILED, BROKEN, replace(GOOD, node="shop.w", status=Status.WARN, checks=(warned,)))
    command = {("shop.orders", "check_amount"): "runner query 'select 1'"}
    assert strip(sentences.findings(run(*nodes), command)).splitlines() == [
        "warn  shop.w",
        "  models/shop/orders.sql:12: amount >= 0: 7 rows violate it",
        "      ORDER_ID  AMOUNT",
        "      --------  ------",
        "             1      -2",
        "             2      -3",
        "",
        "FAIL  shop.orders",
        "  models/shop/orders.sql:12: amount >= 0: 7 rows violate it",
        "      ORDER_ID  AMOUNT",
        "      --------  ------",
        "             1      -2",
        "             2      -3",
        "    see all: runner query 'select 1'",
        "  not published; what was there stays",
        "",
        "ERROR shop.b",
        "  b.sql:3: Division by zero",
    ]


def test_the_summary_counts_by_status_and_the_next_step_names_files_and_nodes() -> None:
    result = run(GOOD, FAILED, BROKEN)
    assert strip(sentences.summary(result)) == (
        "build done in 1 m 05 s: 1 ok, 1 FAIL, 1 ERROR; 1 check"
    )
    assert sentences.next_step(result) == (
        "next: mend models/shop/orders.sql, b.sql, then: runner build -s 'shop.orders+ shop.b+'"
    )
    assert sentences.next_step(run(GOOD)) == ""


def test_the_next_step_mends_no_file_where_none_is_wrong() -> None:
    full = replace(BROKEN, message="The disk is full; the statement is undone", mend="")
    assert sentences.next_step(run(full)) == "next: runner build -s shop.b+"
    many = [replace(full, node=f"shop.b{number}") for number in range(6)]
    assert sentences.next_step(run(*many)) == "next: runner build"
    assert sentences.next_step(run(*many, BROKEN)) == "next: mend b.sql, then: runner build"


def test_an_interrupted_run_says_what_was_published() -> None:
    result = run(GOOD, replace(GOOD, status=Status.SKIPPED), interrupted=True)
    assert sentences.published(result) == "1 node done and published, 1 node not"
    assert "stopped after" in sentences.summary(result)
    assert sentences.next_step(result).startswith("next: runner build")


def test_deployed_scripts_and_loaded_files_are_listed() -> None:
    assert sentences.deployed([Deployed("migrations/V1__a.sql", 0.5)], dry_run=False) == (
        "deploy: 1 script deployed\n  migrations/V1__a.sql     0.50 s"
    )
    assert sentences.deployed([], dry_run=True) == "deploy: nothing to deploy"
    good = Loaded("raw.p", "raw.t", "t/1.csv", "Loaded", 10, 0)
    bad = Loaded("raw.p", "raw.t", "t/2.csv", "Load failed", 0, 1, "fewer than 4 columns", 3)
    assert sentences.loaded([good, bad]).splitlines() == [
        "ingest: 2 files, 10 rows",
        "  file     table  status       rows  errors",
        "  -------  -----  -----------  ----  ------",
        "  t/1.csv  raw.t  Loaded         10       0",
        "  t/2.csv  raw.t  Load failed     0       1",
        "  t/2.csv:3: fewer than 4 columns",
        "  next: mend the file and land it again under a new name; a name loads once",
    ]


def test_of_many_files_those_are_listed_that_could_not_be_loaded() -> None:
    good = [Loaded("raw.p", "raw.t", f"t/{n}.csv", "Loaded", 10, 0) for n in range(100)]
    bad = Loaded("raw.p", "raw.t", "u.csv", "Load failed", 0, 1, "fewer than 4 columns", 3)
    lines = sentences.loaded([*good, bad]).splitlines()
    assert lines[0] == "ingest: 101 files, 1,000 rows"
    assert lines[-4].split() == ["u.csv", "raw.t", "Load", "failed", "0", "1"]
    assert lines[-3] == "  and 76 more; COPY_HISTORY has all"
    assert lines[-2] == "  u.csv:3: fewer than 4 columns"
    assert sum("t/" in line for line in lines) == 24


def test_a_run_that_stops_says_why_and_how_to_leave_it_at_once() -> None:
    assert sentences.stopping(FAILED_FAST, ()) == FAILED_FAST
    assert sentences.stopping(FAILED_FAST, ("a", "b")) == f"{FAILED_FAST}: cancelling 2 nodes"
    assert sentences.stopping(INTERRUPTED, ("a",)) == (
        f"{INTERRUPTED}: cancelling 1 node; Ctrl-C again leaves at once"
    )


def test_a_short_query_is_a_command_and_a_long_one_goes_to_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sentences.query_command("select 1\nfrom t") == "runner query 'select 1 from t'"
    long = "select 1 -- why\nfrom t\nwhere name = 'x'"
    assert sentences.query_command(long) == ""
    monkeypatch.chdir(tmp_path)
    failed = replace(FAILED, checks=(replace(VIOLATED, query=long),))
    reporter = Text()
    reporter.finished(run(failed))
    told = capsys.readouterr().err
    assert "see all: runner query < target/violations/shop.orders.check_amount.sql" in told
    written = tmp_path / "target/violations/shop.orders.check_amount.sql"
    assert written.read_text() == long + "\n"


def strip(text: str) -> str:
    """Without the codes for colours."""
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text)
