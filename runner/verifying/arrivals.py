"""Raw rows as they came -> in how many batches, in which order and when they come again.

A scenario says which deliveries make up each batch, and the load time that each has there. Between
two batches lies a day, so that an increment has to choose what is new.

in order      as they came
late          the last first; and half of what comes has a load time from shortly before the build
              of the batch before, as a load that began before that build and ended after it
re-delivered  in order, and whatever came in a batch comes again in the next one
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zlib import crc32

from runner.engines import Column
from runner.nodes import Relation

BETWEEN = timedelta(days=1)  # two batches
OVERLAP = timedelta(minutes=10)  # how long before a build a load may begin that ends after it

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Source:
    """A raw table; `loaded_at` and `file_name` are columns (stored names), empty where there is
    none."""

    relation: Relation
    columns: tuple[Column, ...]
    loaded_at: str = ""
    file_name: str = ""

    def index(self, column: str) -> int:
        return [one.name for one in self.columns].index(column)


@dataclass(frozen=True)
class Delivery:
    """Rows of one table that came together: a file, or a part of one. `number` tells them apart."""

    source: Source
    number: int
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Load:
    """A delivery in a batch, and the load time that its rows have there (UTC)."""

    delivery: Delivery
    loaded_at: datetime

    @property
    def name(self) -> str:
        return f"{self.delivery.source.relation} {self.delivery.name}"


@dataclass(frozen=True)
class Batch:
    """What arrives before a build, and when that is (UTC)."""

    loads: tuple[Load, ...]
    built_at: datetime


@dataclass(frozen=True)
class Scenario:
    name: str
    batches: tuple[Batch, ...]


def deliveries(source: Source, rows: Sequence[Row], batches: int) -> tuple[Delivery, ...]:
    """The rows of a table (in the order in which they were loaded) as they came together.

    Where there are fewer than two files for a batch, each is cut into parts.
    """
    files = list(_files(source, rows))
    wanted = 2 * batches
    if files and len(files) < wanted:
        parts = -(-wanted // len(files))
        files = [piece for name, found in files for piece in _pieces(name, found, parts)]
    return tuple(
        Delivery(source, number, name, tuple(found)) for number, (name, found) in enumerate(files)
    )


def scenarios(
    delivered: Sequence[Sequence[Delivery]], count: int, now: datetime
) -> tuple[Scenario, ...]:
    """Every order in which the deliveries of the tables may come, in `count` batches until `now`.

    `delivered` has for each table its deliveries in order.
    """
    times = [now - BETWEEN * (count - 1 - number) for number in range(count)]
    in_order: list[list[Load]] = [[] for _ in times]
    late: list[list[Load]] = [[] for _ in times]
    again: list[list[Load]] = [[] for _ in times]
    for of_table in delivered:
        for place, delivery in enumerate(of_table):
            batch = place * count // len(of_table)
            last_first = count - 1 - batch
            in_order[batch].append(Load(delivery, times[batch]))
            late[last_first].append(Load(delivery, _late(times[last_first], place, last_first)))
            for repeated in range(batch, min(batch + 2, count)):
                again[repeated].append(Load(delivery, times[repeated]))
    return tuple(
        Scenario(name, tuple(map(_batch, loads, times)))
        for name, loads in (("in order", in_order), ("late", late), ("re-delivered", again))
    )


def _late(time: datetime, place: int, batch: int) -> datetime:
    return time - BETWEEN - OVERLAP if batch and place % 2 else time


def _batch(loads: Sequence[Load], time: datetime) -> Batch:
    return Batch(tuple(loads), time + timedelta(minutes=1))


def _files(source: Source, rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Rows that follow each other and have one load time and one file."""
    marks = [source.index(column) for column in (source.loaded_at, source.file_name) if column]
    for mark, found in groupby(rows, lambda row: [row[index] for index in marks]):
        named = str(mark[-1]) if source.file_name else ""
        yield named, list(found)


def _pieces(name: str, rows: list[Row], parts: int) -> Iterator[tuple[str, list[Row]]]:
    """A file in parts, none of them empty; rows of one key fall into any of them."""
    shuffled = sorted(rows, key=lambda row: crc32(repr(row).encode()))
    for part in range(parts):
        found = shuffled[part::parts]
        if found:
            yield f"{name or 'rows'} ({part + 1} of {parts})", found
