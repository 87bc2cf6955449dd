"""`make demo`: sample data lands, the warehouse is built, more lands, it is built again.

Everything happens in folders of its own, which are made anew each time. The data are the same each
time too: seed and dates are fixed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from rich.console import Console

from demo import tour
from demo.domains import DOMAINS
from demo.options import SEED
from demo.tour import View
from demo.zone import Zone
from runner import project
from runner.engines import open_engine
from runner.errors import RunnerError

ROOT = Path(__file__).parent.parent
SQL = Path(__file__).parent / "sql"
TARGET = "demo"
LANDING, DATABASES = ROOT / "landing" / TARGET, ROOT / ".runner" / TARGET
NOW = datetime(2026, 3, 31, 18, 0)
# A plain build would also run the daily batches since then, which are empty.
BATCHES = ("--batch-start", "2026-03-26", "--batch-end", "2026-04-01")

WHAT_RAN = View(
    "What the second build ran, and why",
    "Results stand in the warehouse itself: runner.node_results.",
    SQL / "what_ran.sql",
)
FINDINGS = View(
    "What its checks found",
    "The sample data have faults on purpose; warnings stop nothing.",
    SQL / "findings.sql",
)


def main() -> int:
    console = Console(highlight=False)
    started = time.monotonic()
    zone = Zone(LANDING, SEED, NOW)
    for folder in (LANDING, DATABASES):
        shutil.rmtree(folder, ignore_errors=True)

    tour.heading(console, "1. Files land", f"in {_shown(LANDING)}/, which stands for a bucket")
    for domain in DOMAINS:
        tour.land(console, zone, domain.before_first)
    tour.heading(console, "2. The first build", "migrations, pipes, models, snapshots, checks")
    if code := _runner(console, "build", *BATCHES):
        return code

    tour.heading(console, "3. A day later", "more orders, changes, deletions")
    for domain in DOMAINS:
        tour.land(console, zone, domain.before_second)
    tour.heading(console, "4. The second build", "only new files load; facts take what arrived")
    if code := _runner(console, "build", *BATCHES):
        return code

    _show(console)
    tour.heading(console, f"Done in {time.monotonic() - started:.0f} seconds. Look around:")
    for line in (
        f"runner query -t {TARGET} 'select * from retail_marts.fct_sales limit 10'",
        f"runner plan -t {TARGET}",
        f"python -m demo.generate retail stream --landing {_shown(LANDING)}  # until Ctrl-C",
        f"runner build -t {TARGET} {' '.join(BATCHES)}",
    ):
        console.print(f"  {_shown(Path(sys.executable).parent)}/{line}", soft_wrap=True)
    return 0


def _runner(console: Console, *arguments: str) -> int:
    """Run the console command in its own process, its output shown as it comes."""
    console.print(f"[bold green]$[/] runner {' '.join(arguments)} -t {TARGET}")
    sys.stdout.flush()
    command = [sys.executable, "-m", "runner", *arguments, "-t", TARGET]
    return subprocess.run([*command, "--project-dir", str(ROOT)], check=False).returncode


def _show(console: Console) -> None:
    engine = open_engine(project.load(ROOT).target(TARGET))
    try:
        with engine.session() as session:
            for view in (WHAT_RAN, FINDINGS, *(view for d in DOMAINS for view in d.views)):
                tour.show(console, session, view)
    finally:
        engine.close()


def _shown(path: Path) -> str:
    """A path as one types it in the project's folder."""
    return (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RunnerError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
