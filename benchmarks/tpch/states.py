"""The databases that a build of TPC-H starts from, and the project that builds them.

Files are loaded here without pipes and are not part of what is measured: every side starts from a
copy of one database whose raw tables are full. They look as if they had been loaded before, and one
order in a thousand a day later: an increment takes the last hour of what is loaded once more, which
must not be everything.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from demo.tpch import landing
from demo.zone import Zone

ROOT = Path(__file__).parents[2]
FILES = Path(".benchmarks/tpch").absolute()
DATABASE = "BENCHMARK"
SCALE_FACTOR = 1
DAY = timedelta(days=1)
FIRST = datetime(2026, 3, 31, 18, 0)
SECOND = FIRST + DAY
LAST_OF_THE_FIRST = "{key} % 1000 = 1"
# It looks at the clock, and the files are as old as they are.
LEFT_OUT = "orders_are_fresh.sql"

CONFIGURATION = f"""\
name = "benchmark"
default_target = "local"
[targets.local]
engine = "duckdb"
database = "{DATABASE}"
path = "databases"
threads = 4
[variables]
warehouse = "TRANSFORMING"
landing_url = "s3://landing/"
[defaults."models/tpch/staging"]
materialized = "table"
[defaults."models/tpch/intermediate"]
materialized = "table"
[defaults."models/tpch/marts"]
materialized = "table"
"""


def runner(folder: Path, *arguments: str) -> list[str]:
    """The command line of the runner on the project in a folder."""
    return [sys.executable, "-m", "runner", *arguments, "--project-dir", str(folder)]


def project(folder: Path) -> None:
    """The domain of the reference warehouse, its schemas and raw tables made."""
    for kind in ("models", "checks"):
        shutil.copytree(
            ROOT / kind / "tpch", folder / kind / "tpch", ignore=shutil.ignore_patterns(LEFT_OUT)
        )
    (folder / "migrations/database").mkdir(parents=True)
    for name in ("schemas", "raw_tables"):
        (script,) = (ROOT / "migrations/database").glob(f"V*__tpch_{name}.sql")
        shutil.copy(script, folder / "migrations/database")
    (folder / "runner.toml").write_text(CONFIGURATION)
    subprocess.run(runner(folder, "deploy"), check=True, capture_output=True)


def load_all_but_new_orders(database: Path) -> None:
    """Fill the raw tables with the first day's files; makes these when they are not there."""
    zone = Zone(FILES / f"first-{SCALE_FACTOR}", 0, FIRST)
    if not zone.folder.exists():
        landing.first_extracts(zone, SCALE_FACTOR)
    for path in zone.folder.rglob("*.parquet"):
        key = landing.KEYS.get(path.parent.name)
        is_last = LAST_OF_THE_FIRST.format(key=key) if key else "false"
        _load(database, path, f"if({is_last}, {_moment(FIRST)}, {_moment(FIRST - DAY)})")


def load_new_orders(database: Path) -> None:
    """Add the 1% of the orders that are new on the second day, with their lines."""
    zone = Zone(FILES / f"second-{SCALE_FACTOR}", 0, SECOND)
    if not zone.folder.exists():
        landing.new_orders(zone, SCALE_FACTOR)
    for path in zone.folder.rglob("*.parquet"):
        _load(database, path, _moment(SECOND))


def _moment(moment: datetime) -> str:
    return f"timestamp '{moment}'"


def _load(database: Path, path: Path, loaded_at: str) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"insert into tpch_raw.{path.parent.name} by name"
            " select * replace (file_row_number + 1 as file_row_number),"
            f" {loaded_at} as ingestion_ts, 'tpch/{path.name}' as file_name"
            f" from read_parquet('{path}', file_row_number = true)"
        )
