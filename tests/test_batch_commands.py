"""Batches on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from runner.cli import cli
from tests.shop import Shop

DAY = {number: date(2024, 1, number) for number in (1, 2, 3)}
WINDOW = ("--batch-start", "2024-01-01", "--batch-end", "2024-01-03")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop.open(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def shop(opened: Shop) -> Iterator[Shop]:
    opened.begin()
    opened.model("sales", "select id, on_day, amount -- @check amount > 0")
    opened.write("models/core/total.sql", "select sum(amount) as amount from core.sales")
    opened.add((1, DAY[1], 10), (2, DAY[2], 20), (3, DAY[2], 30))
    yield opened
    opened.close()


def run(shop: Shop, command: str, *arguments: str) -> Result:
    shop.close()
    return CliRunner().invoke(cli, [command, "--project-dir", str(shop.root), *arguments])


def test_a_window_is_built_planned_and_taken_out(shop: Shop) -> None:
    planned = run(shop, "plan", *WINDOW)
    assert "asked for: 2024-01-01 to 2024-01-02" in planned.stdout
    assert run(shop, "build", *WINDOW).exit_code == 0
    assert sorted(row[0] for row in shop.rows("core.sales")) == [1, 2, 3]
    again = run(shop, "plan", "-s", "sales").stdout
    assert "not done yet: 2024-01-03 to " in again
    dry = run(shop, "rollback", "-s", "sales", "--batch", "2024-01-02", "--dry-run")
    assert dry.stdout.splitlines()[-1].split() == ["core.sales", "2024-01-02", "2"]
    assert sorted(row[0] for row in shop.rows("core.sales")) == [1, 2, 3]
    done = run(shop, "rollback", "-s", "sales", "--batch", "2024-01-02", "--log-format", "json")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"node": "core.sales", "batch": "2024-01-02", "rows": 2} in told
    notes = [line["message"] for line in told if line.get("event") == "note"]
    assert notes[0] == "out of date until they are built again: core.total"
    assert sorted(row[0] for row in shop.rows("core.sales")) == [1]
    assert "rolled back: 2024-01-02" in run(shop, "plan", "-s", "sales").stdout
    found = shop.sql("select status from runner.invocations where command = 'rollback'")
    assert found == [("running",), ("success",)]


@pytest.mark.parametrize(
    ("command", "arguments", "told"),
    [
        ("build", ("--batch-start", "2024-01-01"), "--batch-start and --batch-end go together"),
        ("build", (*WINDOW, "-f"), "--full-refresh takes all batches"),
        ("build", (*WINDOW, "-s", "total"), "no selected model has batches"),
        ("build", ("--batch-start", "2023-01-01", "--batch-end", "2024-01-03"), "before @begin"),
        ("build", ("--batch-start", "soon", "--batch-end", "2024-01-03"), "'soon' does not match"),
        ("rollback", ("--batch", "2024-01-01"), "say which models"),
        ("rollback", ("-s", "sales"), "say which batches, in one way"),
        ("rollback", ("-s", "sales", "--batch", "2024-01-01", *WINDOW), "in one way"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(
    shop: Shop, command: str, arguments: tuple[str, ...], told: str
) -> None:
    result = run(shop, command, *arguments)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_query_runs_alone_when_its_variables_are_set(shop: Shop) -> None:
    text = (shop.root / "models/core/sales.sql").read_text()
    given = "set batch_start = '2024-01-02'::timestamp_ntz; set batch_end = '2024-01-03';\n"
    result = run(shop, "query", given + text, "--format", "csv")
    assert result.stdout.splitlines()[-2:] == ["2,2024-01-02,20", "3,2024-01-02,30"]


def test_what_compile_prints_runs_as_a_script(shop: Shop) -> None:
    assert run(shop, "build", *WINDOW).exit_code == 0
    script = run(shop, "compile", "-s", "sales").stdout
    shop.add((4, DAY[1], 40))
    assert run(shop, "query", script).exit_code == 0
    assert sorted(row[0] for row in shop.rows("core.sales")) == [1, 2, 3, 4]


def test_all_violations_of_a_batch_can_be_seen_later(shop: Shop) -> None:
    shop.add(*((number, DAY[2], -1) for number in range(10, 18)))
    result = run(shop, "build", *WINDOW)
    assert result.exit_code == 1
    file = next(word for word in result.stderr.split() if word.endswith("check_amount.sql"))
    query = (shop.root / file).read_text() if not Path(file).exists() else Path(file).read_text()
    rows = run(shop, "query", query, "--format", "csv").stdout.splitlines()
    assert sum(row.endswith(",-1") for row in rows) == 8
