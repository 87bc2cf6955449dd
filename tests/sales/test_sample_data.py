"""The sample data of the sales: the same each time, with what makes a stream hard."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from demo.generate import generate
from demo.sales import landing
from demo.zone import Zone
from runner.errors import UsageError

NOW = "2026-03-31T18:00:00"


def landed(folder: Path, *commands: str) -> dict[str, bytes]:
    """The files that some commands land, by name."""
    for command in commands:
        arguments = ["sales", command, "--now", NOW, "--landing", str(folder)]
        done = CliRunner().invoke(generate, arguments)
        assert done.exit_code == 0, done.output
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_the_same_seed_and_time_give_the_same_files(tmp_path: Path) -> None:
    commands = ("versions", "stream", "batch", "changes", "stream", "batch")
    once, twice = (landed(tmp_path / name, *commands) for name in ("once", "twice"))
    assert once == twice
    assert len(once) == 22


def test_some_events_are_delivered_twice_and_most_are_in_the_brokers_order(
    tmp_path: Path,
) -> None:
    files = landed(tmp_path, "versions", "stream")
    records = [
        json.loads(line)["record_metadata"]
        for name, text in sorted(files.items())
        if name.endswith(".json")
        for line in text.splitlines()
    ]
    places = Counter((record["partition"], record["offset"]) for record in records)
    assert sum(count == 2 for count in places.values()) == 2 * landing.REDELIVERED
    assert max(places.values()) == 2
    for partition in range(landing.PARTITIONS):
        times = {r["offset"]: r["CreateTime"] for r in records if r["partition"] == partition}
        assert [times[offset] for offset in sorted(times)] == sorted(times.values())
        assert sorted(times) == list(range(len(times)))


def test_without_products_and_stores_nothing_can_be_sold(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there are no products and stores"):
        landing.stream(Zone(tmp_path, 360, datetime.fromisoformat(NOW)))
