"""The SQL of the reference warehouse is linted, by `make lint`, as its migrations are deployed."""

from __future__ import annotations

import configparser

from runner import project
from tests.warehouse import ROOT, SQL_FOLDERS


def test_the_linter_knows_the_variables_of_the_migrations() -> None:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".sqlfluff")
    assert set(parser["sqlfluff:templater:jinja:context"]) == set(project.load(ROOT).variables())


def test_no_rule_is_switched_off_in_a_file() -> None:
    for folder in SQL_FOLDERS:
        for path in (ROOT / folder).rglob("*.sql"):
            assert "noqa" not in path.read_text(encoding="utf-8"), path
