"""In which batches the rows of a table arrive."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from runner.engines import Column
from runner.nodes import Relation
from runner.verifying.arrivals import OVERLAP, Scenario, Source, deliveries, scenarios

NOW = datetime(2024, 6, 1)
SOURCE = Source(
    Relation("RAW", "T"),
    (Column("ID", "NUMBER(38,0)"), Column("LOADED_AT", "TIMESTAMP_NTZ(9)"), Column("FILE", "TEXT")),
    "LOADED_AT",
    "FILE",
)


def rows(*sizes: int) -> list[tuple[int, datetime, str]]:
    """Files of so many rows."""
    return [
        (number, NOW + timedelta(days=file), f"{file}.csv")
        for file, size in enumerate(sizes)
        for number in range(size)
    ]


def arrived(scenario: Scenario) -> Counter[tuple[object, ...]]:
    return Counter(
        row for batch in scenario.batches for load in batch.loads for row in load.delivery.rows
    )


@given(sizes=st.lists(st.integers(1, 9), max_size=8), batches=st.integers(2, 5))
def test_every_row_arrives_once_or_again_and_none_is_lost(sizes: list[int], batches: int) -> None:
    found = rows(*sizes)
    delivered = deliveries(SOURCE, found, batches)
    in_order, late, again = scenarios([delivered], batches, NOW)
    assert arrived(in_order) == arrived(late) == Counter(found)
    assert set(arrived(again)) == set(found)
    last = {load.delivery.number for load in again.batches[-1].loads}
    fresh = {load.delivery.number for load in in_order.batches[-1].loads}
    assert arrived(again) == Counter(
        row
        for delivery in delivered
        for row in delivery.rows * (1 if delivery.number in last & fresh else 2)
    )


def test_a_file_is_whole_when_there_are_enough() -> None:
    found = deliveries(SOURCE, rows(3, 3, 3, 3), 2)
    assert [one.name for one in found] == ["0.csv", "1.csv", "2.csv", "3.csv"]


def test_a_single_file_is_cut_so_that_its_keys_are_scattered() -> None:
    found = deliveries(SOURCE, rows(40), 2)
    assert [one.name for one in found] == [f"0.csv ({part} of 4)" for part in range(1, 5)]
    assert [len(one.rows) for one in found] == [10, 10, 10, 10]
    assert [row[0] for row in found[0].rows] != list(range(10))


def test_load_times_grow_with_the_batches_and_late_ones_lie_behind_the_last_build() -> None:
    in_order, late, _ = scenarios([deliveries(SOURCE, rows(1, 1, 1, 1), 2)], 2, NOW)
    first, second = in_order.batches
    assert {load.loaded_at for load in first.loads} == {NOW - timedelta(days=1)}
    assert {load.loaded_at for load in second.loads} == {NOW}
    assert first.built_at < NOW < second.built_at
    assert [load.delivery.number for load in late.batches[0].loads] == [2, 3]
    behind = [load.loaded_at for load in late.batches[1].loads]
    assert behind == [NOW, NOW - timedelta(days=1) - OVERLAP]
    assert behind[1] < late.batches[0].built_at
