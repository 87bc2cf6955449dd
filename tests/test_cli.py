"""The command line: what it takes, what it prints where, and the codes it exits with."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from functools import partial
from io import FileIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from runner.cli import cli
from tests.cafe import Cafe

COMMANDS = list(cli.commands)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Cafe:
    """The starter project, built once; tests that use it change nothing."""
    cafe = Cafe.open(tmp_path_factory.mktemp("cafe"))
    result = cafe.run("build")
    assert result.exit_code == 0, result.stderr
    return cafe


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_a_command_does_and_how_it_exits(command: str) -> None:
    result = CliRunner().invoke(cli, [command, "--help"])
    assert result.exit_code == 0
    assert "Exit codes: 0 done; 1" in " ".join(result.output.split())
    assert cli.commands[command].get_short_help_str(80).endswith(".")


def test_help_waits_for_no_library() -> None:
    code = (
        "import sys, runner.cli\n"
        "heavy = {'sqlglot', 'duckdb', 'rich', 'schemachange', 'snowflake.connector', 'jinja2'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_printed() -> None:
    result = CliRunner().invoke(cli, ["--version"])
    assert result.output.startswith("runner 0.")


@pytest.mark.parametrize(
    "arguments", [["biuld"], ["build", "--select"], ["query", "--format", "x"]]
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(cli, arguments).exit_code == 2


def test_outside_of_a_project_init_is_suggested(tmp_path: Path) -> None:
    result = Cafe(tmp_path).run("build")
    assert result.exit_code == 2
    assert "there is no runner.toml in" in result.stderr
    assert "`runner init`" in result.stderr


def test_a_project_is_found_from_a_folder_inside_it(built: Cafe) -> None:
    result = Cafe(built.root / "models" / "cafe").run("ls", "-s", "tag:daily")
    assert result.stdout == "cafe_marts.sales_by_day\n"


def test_ls_prints_names_in_the_order_of_the_graph(built: Cafe) -> None:
    lines = built.run("ls").stdout.splitlines()
    assert lines.index("cafe_staging.stg_menu") < lines.index("cafe_core.menu_history")
    assert set(lines) == set(built.graph().nodes)


def test_ls_as_json_is_an_object_for_each_node(built: Cafe) -> None:
    result = built.run("ls", "-s", "sales_by_day", "--log-format", "json")
    assert json.loads(result.stdout) == {
        "node": "cafe_marts.sales_by_day",
        "made_as": "table",
        "path": "models/cafe/marts/sales_by_day.sql",
        "tags": ["daily"],
        "description": "What was taken each day; one row per day.",
    }


def test_a_plan_is_a_table_with_a_reason_for_each_step(built: Cafe) -> None:
    words = ("-s", "+fact_sales", "--exclude", "check:*")
    idle = [line.split() for line in built.run("plan", *words).stdout.splitlines()[2:]]
    assert [line[0] for line in idle] == ["-"] * 4
    assert idle[-1][:4] == ["-", "cafe_core.fact_sales", "incremental", "fresh"]
    result = built.run("plan", *words, "--all")
    due = [line.split(maxsplit=3) for line in result.stdout.splitlines()[2:]]
    assert [line[0] for line in due] == ["build"] * 4
    assert due[-1][3].startswith("all is asked for")
    assert result.stderr.startswith("plan: 4 to build; about ")


def test_a_plan_as_json_says_what_waits_for_what(built: Cafe) -> None:
    result = built.run("plan", "-s", "+fact_sales", "--all", "--log-format", "json")
    steps = {step["node"]: step for step in map(json.loads, result.stdout.splitlines())}
    assert steps["cafe_core.menu_history"]["waits_for"] == ["cafe_staging.stg_menu"]
    assert built.run("plan", "-s", "+fact_sales", "--all", "--json").stdout == result.stdout


def test_compiled_statements_are_what_a_build_executes(built: Cafe, tmp_path: Path) -> None:
    printed = built.run("compile", "-s", "fact_sales", "--exclude", "check:*").stdout
    assert "merge into cafe_core.fact_sales as loaded" in printed
    assert "-- checks: not_null_sale_id, unique_sale_id" in printed
    first = built.run("compile", "-s", "fact_sales", "--exclude", "check:*", "-f").stdout
    assert "create or replace table cafe_core.fact_sales__next" in first
    assert "-- cafe_core.fact_sales__next takes the place of cafe_core.fact_sales" in first
    built.run("compile", "-s", "fact_sales", "--exclude", "check:*", "-o", str(tmp_path))
    written = (tmp_path / "models/cafe/core/fact_sales.sql").read_text()
    assert written.strip() == printed.strip()


def test_every_command_that_takes_a_target_takes_a_database() -> None:
    for command in cli.commands.values():
        names = {parameter.name for parameter in command.params}
        assert ("target" in names) == ("database" in names), command.name


def test_another_database_is_used_and_named_in_what_is_to_be_typed_next(
    built: Cafe, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = "select current_database()"
    assert built.run("query", sql, "--database", "cafe_pr", "--format", "csv").stdout == (
        "CURRENT_DATABASE()\nCAFE_PR\n"
    )
    failed = built.run("build", "--no-deploy", "--no-ingest", "--database", "CAFE_PR")
    assert failed.exit_code == 1
    assert f"runner build --project-dir {built.root} --database CAFE_PR" in failed.stderr
    monkeypatch.setenv("RUNNER_DATABASE", "CAFE_PR")
    assert "CAFE_PR" in built.run("query", sql).stdout


def test_a_query_without_sql_is_wrong_usage(built: Cafe) -> None:
    for nothing in ("", " ; ;", "/* nothing */"):
        result = built.run("query", nothing)
        assert result.exit_code == 2
        assert "there is no SQL" in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_output_that_cannot_be_written_is_no_bug(built: Cafe) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "runner", "ls"],
            cwd=built.root,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "bug" not in done.stderr


def test_query_prints_rows_as_a_table_as_json_and_as_csv(built: Cafe) -> None:
    sql = "select item_id, price from cafe_core.menu_history where item_id = 'tea'"
    assert built.run("query", sql).stdout.splitlines() == [
        "ITEM_ID  PRICE",
        "-------  -----",
        "tea       2.90",
    ]
    as_json = built.run("query", sql, "--format", "json").stdout
    assert json.loads(as_json) == [{"ITEM_ID": "tea", "PRICE": 2.9}]
    assert built.run("query", sql, "--format", "csv").stdout == "ITEM_ID,PRICE\ntea,2.90\n"


def test_query_reads_several_statements_from_its_input(built: Cafe) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runner", "query", "--format", "csv"],
        input="select ';' as a; -- one;\nselect 2 as b;\n",
        cwd=built.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "A\n;\nB\n2\n"


def test_a_query_that_fails_says_in_which_line_and_exits_with_1(built: Cafe) -> None:
    result = built.run("query", "select 1;\n\nselect * from cafe_core.nothing")
    assert result.exit_code == 1
    assert "the statement in line 3" in result.stderr
    assert "CAFE_CORE.NOTHING" in result.stderr


def test_a_query_may_begin_with_a_comment_and_with_a_byte_order_mark(built: Cafe) -> None:
    for sql in ("-- one\nselect 1 as a", "\ufeffselect 1 as a"):
        assert built.run("query", sql, "--format", "csv").stdout == "A\n1\n"
    assert (
        "did you mean '--format'" in built.run("query", "--fromat=csv", "select 1").stderr.lower()
    )


@pytest.mark.parametrize("sql", [b"select\n'\xff'", None])
def test_sql_that_is_no_utf8_is_named_by_its_line(built: Cafe, sql: bytes | None) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runner", "query", *([sql] if sql else [])],
        input=b"select\n'\xff'",
        cwd=built.root,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert b"line 2 of the SQL is not UTF-8 (byte 0xff)" in done.stderr


def test_a_terminal_that_cannot_write_a_letter_is_no_bug(built: Cafe) -> None:
    sql = "select item_name from cafe_core.menu_history where item_id = 'tea'; select '中'"
    done = subprocess.run(
        [sys.executable, "-m", "runner", "query", sql],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        cwd=built.root,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.endswith(
        b"error: the output's encoding, latin-1, has no '\\u4e2d'\n"
        b"  set PYTHONUTF8=1 and run it again\n"
    )


def test_a_locale_without_umlauts_changes_no_query(built: Cafe) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runner", "query", "select length('ü')", "--format", "csv"],
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        cwd=built.root,
        capture_output=True,
        check=True,
    )
    assert done.stdout.endswith(b"\n1\n")


def test_a_reader_that_leaves_early_is_no_error(built: Cafe) -> None:
    process = built.start("query", "select repeat('n', 9999999) as n;" * 3, "--format", "csv")
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "N"
    process.stdout.close()
    assert process.wait(timeout=60) == 1
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_query_at_once_and_quietly(built: Cafe, number: signal.Signals) -> None:
    endless = "table(generator(rowcount => 9999999))"
    sql = f"select 1 as one; select count(*) from {endless} as l cross join {endless} as r"
    process = built.start("query", sql, "--format", "csv")
    assert process.stdout is not None
    assert process.stdout.readline() == "ONE\n"
    process.send_signal(number)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert told.startswith("error: stopped\n")


INTERRUPTED_IMPORT = """
import os, signal
from runner.leaving import at_once
with at_once():
    pass
try:
    os.kill(os.getpid(), signal.SIGINT)
except KeyboardInterrupt:
    print("as ever", flush=True)
with at_once():
    os.kill(os.getpid(), signal.SIGINT)
    print("not reached", flush=True)
"""


def test_ctrl_c_while_modules_are_imported_is_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_IMPORT], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "as ever\n", "error: stopped\n")


def test_debug_shows_what_is_installed_and_that_the_target_answers(built: Cafe) -> None:
    result = built.run("debug")
    assert result.exit_code == 0
    labels = {line.split(maxsplit=1)[0] for line in result.stdout.splitlines()}
    assert {"runner", "python", "duckdb", "project", "target", "database", "connection"} <= labels


def test_results_are_told_on_stderr_and_nothing_else_is_printed(built: Cafe) -> None:
    result = built.run("check", "-s", "sales_by_day")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "cafe_marts.sales_by_day" in result.stderr
    assert "\x1b" not in result.stderr


def test_on_a_terminal_the_lines_of_nodes_keep_to_its_width(built: Cafe) -> None:
    outer, inner = pty.openpty()
    with os.fdopen(outer, "rb", buffering=0) as terminal:
        process = subprocess.Popen(
            [sys.executable, "-m", "runner", "build", "--all", "-s", "path:models/cafe/staging"],
            env={**os.environ, "COLUMNS": "60", "NO_COLOR": "1", "TERM": "xterm"},
            cwd=built.root,
            stderr=inner,
        )
        os.close(inner)
        told = b"".join(iter(partial(_read, terminal), b"")).decode()
    assert process.wait(timeout=60) == 0
    line = re.search(r"\d/3  ok     cafe_staging\.stg_menu +[^\r\n\x1b]*", told)
    assert line
    assert len(line[0]) <= 60


def _read(terminal: FileIO) -> bytes:
    """What has come; nothing at the end, which Linux reports as an error."""
    try:
        return terminal.read(4096) or b""
    except OSError:
        return b""


def test_events_as_json_are_objects_on_stdout(built: Cafe) -> None:
    result = built.run("check", "-s", "sales_by_day", "--log-format", "json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [event["event"] for event in events] == [
        "started",
        "planned",
        "node_started",
        "node_finished",
        "finished",
    ]
    assert events[3]["node"] == "cafe_marts.sales_by_day"
    assert {check["status"] for check in events[3]["checks"]} == {"success"}
    assert datetime.fromisoformat(events[3]["started_at"]).utcoffset() == timedelta()
    assert "T" in events[3]["started_at"]
    assert events[4]["ok"] is True
    assert result.stderr == ""


def test_a_plan_as_an_event_says_of_every_node_what_is_done_and_why(built: Cafe) -> None:
    result = built.run("build", "--log-format", "json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    (planned,) = [event for event in events if event["event"] == "planned"]
    assert (planned["steps"], planned["idle"]) == (0, 6)
    assert {node["node"] for node in planned["nodes"]} == set(built.run("ls").stdout.split())
    assert {(node["action"], node["reason"]) for node in planned["nodes"]} == {("skip", "fresh")}
    assert planned["nodes"] == [
        json.loads(line) for line in built.run("plan", "--log-format", "json").stdout.splitlines()
    ]


def test_samples_as_json_are_read_by_every_parser(tmp_path: Path) -> None:
    cafe = Cafe(tmp_path)
    cafe.write("runner.toml", '[targets.local]\nengine = "duckdb"\ndatabase = "DB"\n')
    query = "select 'nan'::float as f, to_binary('ff') as b, 1.50 as n, '2026-01-05'::date as d"
    cafe.write("models/shop/core/odd.sql", f"-- @check f > 9\n-- @check d is null\n\n{query}\n")
    told = cafe.run("build", "--log-format", "json").stdout.splitlines()
    events = [json.loads(line, parse_constant=pytest.fail) for line in told]
    finished = next(event for event in events if event["event"] == "node_finished")
    samples = [check["sample"] for check in finished["checks"] if check["sample"]]
    assert samples == [[["nan", "FF", "1.50", "2026-01-05"]]] * len(samples)
    assert samples


def test_an_error_as_json_is_an_event_with_its_code(built: Cafe) -> None:
    result = built.run("check", "-t", "nowhere", "--log-format", "json")
    assert result.exit_code == 2
    event = json.loads(result.stdout)
    assert (event["event"], event["exit_code"]) == ("error", 2)


def test_a_broken_project_as_json_is_a_list_of_problems(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path)
    cafe.write("models/cafe/marts/one.sql", "select 1 as a\nfrom cafe_core.fact_sale\n")
    cafe.write("models/cafe/marts/two.sql", "")
    event = json.loads(cafe.run("build", "--log-format", "json").stdout)
    assert [(one["path"], one["line"], one["hint"]) for one in event["problems"]] == [
        ("models/cafe/marts/one.sql", 2, "did you mean cafe_core.fact_sales?"),
        ("models/cafe/marts/two.sql", 1, "a file holds one query: select, with, union or values"),
    ]


def test_deploying_again_has_nothing_to_do(built: Cafe) -> None:
    assert "nothing to deploy" in built.run("deploy").stderr
    assert "nothing to deploy" in built.run("deploy", "--dry-run").stderr
    assert "no new files" in built.run("ingest").stderr
