"""`runner clean`: what runs have built and no file builds any more."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cafe import Cafe

SIFTED = "-- @materialized table\n\nselect 1 as id  -- @quarantine @check id > 1\n"


@pytest.fixture
def cafe(prepared: Cafe, tmp_path: Path) -> Cafe:
    return Cafe(Path(shutil.copytree(prepared.root, tmp_path / "cafe")))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Cafe:
    """A built project that lost files; one table is a migration's by now, two are a person's."""
    cafe = Cafe.open(tmp_path_factory.mktemp("cafe"))
    lost = {
        "extra/seen": "select 1 as id\n",
        "extra/sifted": SIFTED,
        "marts/gone": "select 1 as id\n",
        "marts/taken_over": "select 1 as id\n",
        "marts/replaced": "-- @materialized view\n\nselect 1 as id\n",
    }
    for name, sql in lost.items():
        cafe.write(f"models/cafe/{name}.sql", sql)
    assert cafe.run("build").exit_code == 0
    for name in lost:
        (cafe.root / f"models/cafe/{name}.sql").unlink()
    make = "create table if not exists cafe_marts.taken_over (id number);\n"
    cafe.write("migrations/database/V9.0.0__taken_over.sql", make)
    sql = "create table cafe_marts.mine (id number); drop view cafe_marts.replaced;"
    assert cafe.run("query", f"{sql} create table cafe_marts.replaced (id number)").exit_code == 0
    return cafe


def relations(cafe: Cafe) -> set[str]:
    return set(
        cafe.rows(
            "select lower(table_schema || '.' || table_name) from information_schema.tables "
            "where table_schema like 'CAFE%'"
        )
    )


ORPHANS = {"cafe_extra.seen", "cafe_extra.sifted", "cafe_extra.sifted__quarantine"} | {
    "cafe_marts.gone"
}


def test_only_what_runs_have_built_and_nobody_else_makes_is_listed(cafe: Cafe) -> None:
    before = relations(cafe)
    done = cafe.run("clean", "--log-format", "json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["relation"]: row["kind"] for row in rows if "relation" in row} == {
        "cafe_extra.seen": "view",
        "cafe_extra.sifted": "table",
        "cafe_extra.sifted__quarantine": "table",
        "cafe_marts.gone": "table",
    }
    assert done.exit_code == 1
    assert relations(cafe) == before


def test_a_plan_lists_them_behind_all_nodes(cafe: Cafe) -> None:
    done = cafe.run("plan")
    last = [line.split() for line in done.stdout.splitlines()[-4:]]
    assert {line[1] for line in last if line[0] == "clean"} == ORPHANS
    assert "no file builds it; last built 2" in done.stdout
    assert "4 that no file builds any more (`runner clean` drops them)" in done.stderr
    rows = [
        json.loads(line) for line in cafe.run("plan", "--log-format", "json").stdout.splitlines()
    ]
    assert {row["node"] for row in rows if row["action"] == "clean"} == ORPHANS
    assert "any more" not in cafe.run("plan", "-s", "fact_sales").output


def test_they_are_dropped_when_that_is_agreed_to_beforehand(cafe: Cafe) -> None:
    before = relations(cafe)
    done = cafe.run("clean", "--yes")
    assert done.exit_code == 0
    assert relations(cafe) == before - ORPHANS
    assert "dropped cafe_marts.gone" in done.stderr
    again = cafe.run("clean")
    assert (again.exit_code, again.stdout) == (0, "")
    assert "there is nothing to drop" in again.stderr


def test_a_history_is_dropped_only_by_force(cafe: Cafe) -> None:
    for folder in ("snapshots", "models/cafe/core", "models/cafe/marts", "checks"):
        for path in (cafe.root / folder).rglob("*.sql"):
            path.unlink()
    done = cafe.run("clean", "--yes")
    assert done.exit_code == 0
    assert "1 relation kept, with rows that may be nowhere else: --force drops all" in done.stderr
    assert "cafe_core.menu_history" in relations(cafe)
    assert "cafe_core.fact_sales" not in relations(cafe)
    assert cafe.run("clean", "--yes", "--force").exit_code == 0
    assert "cafe_core.menu_history" not in relations(cafe)


def test_before_any_run_there_is_nothing(tmp_path: Path) -> None:
    assert Cafe.open(tmp_path).run("clean").exit_code == 0


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1)])
def test_a_person_at_a_terminal_is_asked(cafe: Cafe, answer: str, code: int) -> None:
    before = relations(cafe)
    keyboard, terminal = pty.openpty()
    command = [sys.executable, "-m", "runner", "clean", "--project-dir", str(cafe.root)]
    with subprocess.Popen(command, stdin=terminal, stderr=subprocess.PIPE, text=True) as process:
        os.write(keyboard, f"{answer}\n".encode())
        _, said = process.communicate(timeout=60)
    assert "drop 4 relations? [y/N]" in said
    assert process.returncode == code
    assert relations(cafe) == (before - ORPHANS if answer == "y" else before)
