"""The examples in the docstrings of the embedded engine's statements are true."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from runner.engines import duckdb

MODULES = [
    f"runner.engines.duckdb.{'.'.join(file.relative_to(folder).with_suffix('').parts)}"
    for folder in [Path(duckdb.__file__).parent]
    for file in sorted(folder.rglob("*.py"))
    if ">>>" in file.read_text()
]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_are_true(module: str) -> None:
    result = doctest.testmod(import_module(module))
    assert result.attempted > 0
    assert result.failed == 0
