"""The sample data have a shop's habits and troubles, the same each time."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from demo.generate import generate
from demo.shopify import landing
from demo.zone import Zone
from runner.errors import UsageError
from tests.shopify.landed import Landed

NOW = datetime(2026, 3, 31, 18, 0)


def land(folder: Path) -> Landed:
    zone = Zone(folder, 7, NOW)
    landing.first_sync(zone)
    landing.next_sync(zone.at(NOW + timedelta(days=1)))
    return Landed(folder)


def test_the_same_seed_and_times_give_the_same_files(tmp_path: Path) -> None:
    one, two = land(tmp_path / "one"), land(tmp_path / "two")
    paths = sorted(one.folder.rglob("*.parquet"))
    assert len(paths) == 4
    for path in paths:
        twin = two.folder / path.relative_to(one.folder)
        assert path.read_bytes() == twin.read_bytes()


def test_records_are_delivered_again_changed_and_broken(tmp_path: Path) -> None:
    landed = land(tmp_path)
    deliveries = list(landed.deliveries("orders"))
    identifiers = {record["_airbyte_ab_id"] for record in deliveries}
    assert len(identifiers) == len(deliveries)
    assert len(landed.orders()) == landing.ORDERS + landing.ORDERS_A_DAY
    assert len(landed.broken()) == 8
    assert len(deliveries) - len(landed.orders()) > 80


def test_another_sync_needs_a_first(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="land the first sync before"):
        landing.next_sync(Zone(tmp_path, 7, NOW))


def test_the_commands_name_what_they_land(tmp_path: Path) -> None:
    options = ["--landing", str(tmp_path), "--now", "2026-03-31T18:00:00"]
    first = CliRunner().invoke(generate, ["shopify", "first", *options])
    again = CliRunner().invoke(generate, ["shopify", "sync", *options[:2]])
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert all(Path(line).is_file() for line in (first.output + again.output).split())
