"""The SQL of the reference warehouse is linted with the variables that the migrations get."""

from __future__ import annotations

import configparser
import subprocess
import sys

from runner import project
from tests.warehouse import ROOT, SQL_FOLDERS


def test_all_sql_is_clean() -> None:
    command = [
        sys.executable,
        "-m",
        "sqlfluff",
        "lint",
        "--disable-progress-bar",
        *SQL_FOLDERS,
        "demo",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_the_linter_knows_the_variables_of_the_migrations() -> None:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".sqlfluff")
    assert set(parser["sqlfluff:templater:jinja:context"]) == set(project.load(ROOT).variables())


def test_no_rule_is_switched_off_in_a_file() -> None:
    for folder in SQL_FOLDERS:
        for path in (ROOT / folder).rglob("*.sql"):
            assert "noqa" not in path.read_text(encoding="utf-8"), path
