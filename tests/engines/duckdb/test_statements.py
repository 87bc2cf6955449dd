"""Statements answer as Snowflake's pages say, fail with its errors, or are refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.engines.duckdb import connect
from tests.engines.duckdb.scripts import read, run, scripts


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.stem)
def test_each_statement_of_a_script_does_as_its_page_says(path: Path, tmp_path: Path) -> None:
    (tmp_path / "stage").mkdir()
    with connect(database="DB1") as session:
        session.stage_folders = {"s3://bucket/": tmp_path / "stage"}
        for step in read(path):
            try:
                run(session, step)
            except Exception as error:
                error.add_note(f"{path}:{step.line}: {step.sql.strip()}")
                raise


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.stem)
def test_each_script_names_its_pages(path: Path) -> None:
    assert path.read_text().startswith("-- Page")
