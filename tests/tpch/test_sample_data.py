"""The sample data of TPC-H: the same bytes each time, and what the second day brings."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from demo.generate import generate
from demo.tpch import landing
from demo.zone import Zone
from runner.errors import UsageError

pytestmark = pytest.mark.slow  # the largest domain; `make slow` builds it

NOW = datetime(2026, 3, 31, 18, 0)
SCALE_FACTOR = 0.002


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The landing folder of the domain after both days."""
    zone = Zone(tmp_path_factory.mktemp("landing"), 1, NOW)
    landing.first_extracts(zone, SCALE_FACTOR)
    landing.new_orders(zone, SCALE_FACTOR)
    landing.changes(zone)
    return zone.folder / "tpch"


def test_the_commands_land_the_same_bytes_whatever_the_seed(folder: Path, tmp_path: Path) -> None:
    zone = ["--landing", str(tmp_path), "--now", "2026-03-31T18:00:00", "--seed", "2"]
    scale = ["--scale-factor", str(SCALE_FACTOR)]
    for arguments in (["extracts", *scale], ["orders", *scale], ["changes"]):
        done = CliRunner().invoke(generate, ["tpch", *arguments, *zone])
        assert done.exit_code == 0, done.output
    assert hashes(tmp_path / "tpch") == hashes(folder)
    assert len(hashes(folder)) == 14


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_order_in_a_hundred_is_new_on_the_second_day_and_comes_with_its_lines(
    folder: Path,
) -> None:
    first, new = (
        set(duckdb.sql(f"select o_orderkey from '{folder}/orders/*_{kind}.parquet'").fetchall())
        for kind in ("extract", "new")
    )
    lines = duckdb.sql(f"select distinct l_orderkey from '{folder}/lineitem/*_new.parquet'")
    assert len(new) == 30
    assert len(first) == 2970
    assert not first & new
    assert set(lines.fetchall()) == new


def test_changes_are_whole_rows_of_keys_that_landed_before(folder: Path) -> None:
    for table in landing.CHANGES:
        key = {"partsupp": "ps_partkey", "customer": "c_custkey", **landing.KEYS}[table]
        (unknown,) = duckdb.sql(
            f"select count(*) from '{folder}/{table}/*_changed.parquet' where {key} not in"
            f" (select {key} from '{folder}/{table}/*_extract.parquet')"
        ).fetchall()
        assert unknown == (0,)


def test_changes_need_extracts(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there are no extracts"):
        landing.changes(Zone(tmp_path, 1, NOW))
