from __future__ import annotations

import os
import signal

import pytest

from runner.parsing.parser import parse
from runner.parsing.together import Entry, Helper, parse_all
from runner.project import Default, SourceFile

TEXTS = (
    "select 1 as id",
    "-- @materialized table\nselect * from shop_raw.orders",
    "select 1 as",
    "select a.id from shop_raw.orders as b",
)
ENTRIES: list[Entry] = [
    (
        SourceFile(f"models/shop/core/m{number}.sql", "models", TEXTS[number % len(TEXTS)]),
        {"tags": Default("daily", 1)},
    )
    for number in range(11)
]
EXPECTED = [parse(file, defaults) for file, defaults in ENTRIES]


@pytest.mark.parametrize("processes", [None, 1, 2, 3, 11, 13])
def test_any_number_of_processes_finds_the_same_in_the_same_order(processes: int | None) -> None:
    assert parse_all(ENTRIES, processes) == EXPECTED


def test_no_files_are_parsed_by_no_process() -> None:
    assert parse_all([]) == []


def test_the_share_of_a_process_that_dies_is_parsed_here() -> None:
    helper = Helper(ENTRIES * 100)
    os.kill(helper.process, signal.SIGKILL)
    assert helper.result() == EXPECTED * 100
