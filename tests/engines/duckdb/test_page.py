"""The page on the embedded engine says what the tests' data say, and its example runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.engines.duckdb.page import PAGE, page

ENGINES = Path(__file__).parents[3] / "docs" / "engines.md"
EXAMPLE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_page_on_the_embedded_engine_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: make pages"


def test_the_example_of_the_engine_alone_prints_what_it_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = EXAMPLE.findall(ENGINES.read_text(encoding="utf-8"))
    exec(compile(example, str(ENGINES), "exec"), {})
    said = re.findall(r"^ +print\(.*\)  # (.*)$", example, re.MULTILINE)
    assert said
    assert capsys.readouterr().out.splitlines() == said
