from __future__ import annotations

import datetime
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.caching import values
from runner.intervals import Size
from runner.nodes import Reference, Relation, Settings

VALUE = Settings(
    unique_key=("A", "B"),
    move_from=Reference(Relation("RAW", "ORDERS"), 3),
    batch=Size.DAY,
    begin=datetime.datetime(2024, 1, 31),
)


class Calls:
    """Pickled, it is a call of any function."""

    def __init__(self, function: Callable[..., Any], *arguments: object) -> None:
        self.reduced = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        return self.reduced


def test_a_value_is_read_as_it_was_written() -> None:
    assert values.read(values.written((VALUE, frozenset({"a"}), {"b": [None, True, 1.5]}))) == (
        VALUE,
        frozenset({"a"}),
        {"b": [None, True, 1.5]},
    )


@pytest.mark.parametrize("function", [os.system, eval, values.written, pickle.loads, Path])
def test_bytes_that_call_a_function_are_refused_and_nothing_is_called(
    function: Callable[..., Any], tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    foreign = pickle.dumps(Calls(function, f"touch {trace}"))
    with pytest.raises(values.UnreadableError):
        values.read(foreign)
    assert not trace.exists()


def test_classes_that_are_no_values_are_refused() -> None:
    for name in ("caching.values UnreadableError", "errors RunnerError", "nodes StrEnum"):
        module, _, attribute = name.partition(" ")
        with pytest.raises(values.UnreadableError):
            values.read(f"crunner.{module}\n{attribute}\n.".encode())


def test_no_module_is_imported_for_the_sake_of_foreign_bytes() -> None:
    with pytest.raises(values.UnreadableError):
        values.read(b"crunner.engines.snowflake.session\nSnowflakeSession\n.")


def test_bytes_cut_off_anywhere_are_refused() -> None:
    whole = values.written(VALUE)
    for length in range(len(whole)):
        with pytest.raises(values.UnreadableError):
            values.read(whole[:length])
