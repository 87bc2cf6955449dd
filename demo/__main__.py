"""`make demo`: sample data lands, the warehouse is built, more lands, it is built again.

It ends with a page of results; `python -m demo retail` takes one domain alone and shows more of it.
Everything happens in folders of its own, which are made anew each time. The data are the same each
time too: seed and dates are fixed.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from demo import tour
from demo.domains import DOMAINS, NOW
from demo.enterprise.tour import CHANNELS
from demo.options import SEED
from demo.tour import Domain, View
from demo.zone import Zone
from runner import project
from runner.engines import open_engine
from runner.errors import RunnerError

ROOT = Path(__file__).parent.parent
SQL = Path(__file__).parent / "sql"
TARGET = "demo"
LANDING, DATABASES = ROOT / "landing" / TARGET, ROOT / ".runner" / TARGET
BY_NAME = {domain.name: domain for domain in DOMAINS}

WHAT_RAN = View(
    "What the second build did",
    "Results stand in the warehouse itself: runner.node_results. The sample data have faults on"
    " purpose: what breaks a condition is in quarantine, warnings stop nothing.",
    SQL / "what_ran.sql",
)
STEPS = View(
    "What the second build ran, and why",
    "Results stand in the warehouse itself: runner.node_results.",
    SQL / "steps.sql",
)
FINDINGS = View(
    "What its checks found",
    "The sample data have faults on purpose; warnings stop nothing.",
    SQL / "findings.sql",
)


@click.command()
@click.argument("name", metavar="[DOMAIN]", required=False, type=click.Choice(list(BY_NAME)))
def main(name: str | None) -> None:
    """Land sample data, build, land more, build again, and show what there is."""
    sys.exit(demonstrate(DOMAINS if name is None else [BY_NAME[name]]))


def demonstrate(domains: Sequence[Domain]) -> int:
    """The exit code of the first build that failed, else 0."""
    console = Console(highlight=False)
    started = time.monotonic()
    zone = Zone(LANDING, SEED, NOW)
    build = ["build", *(word for domain in domains for word in domain.build_options)]
    if len(domains) == 1:
        build += ["-s", _files(domains[0].name)]
    for folder in (LANDING, DATABASES):
        shutil.rmtree(folder, ignore_errors=True)

    tour.heading(console, "1. Files land", f"in {_shown(LANDING)}/, which stands for a bucket")
    for domain in domains:
        tour.land(console, zone, domain.before_first)
    tour.heading(console, "2. The first build", "migrations, pipes, models, snapshots, checks")
    if code := _runner(console, *build):
        return code

    tour.heading(console, "3. A day later", "more orders, changes, deletions")
    for domain in domains:
        tour.land(console, zone, domain.before_second)
    tour.heading(console, "4. The second build", "only new files load; facts take what arrived")
    if code := _runner(console, *build):
        return code

    _show(console, page(domains))
    tour.heading(console, f"Done in {time.monotonic() - started:.0f} seconds. Look around:")
    for line in (
        f"python -m demo {domains[0].name}",
        f"runner query -t {TARGET} 'select * from retail_marts.fct_sales limit 10'",
        f"runner plan -t {TARGET}",
        f"python -m demo.generate retail stream --landing {_shown(LANDING)}  # until Ctrl-C",
        f"runner {shlex.join(build)} -t {TARGET}",
    ):
        console.print(f"  {_shown(Path(sys.executable).parent)}/{line}", soft_wrap=True)
    return 0


def page(domains: Sequence[Domain]) -> list[View]:
    """What is shown in the end: everything of a single domain, the first view of several."""
    if len(domains) == 1:
        return [STEPS, FINDINGS, *domains[0].views]
    return [WHAT_RAN, CHANNELS, *(domain.views[0] for domain in domains)]


def _files(domain: str) -> str:
    """A selector of the domain's files."""
    folders = (f"{kind}/{domain}" for kind in ("models", "snapshots", "checks"))
    return " ".join(folder for folder in folders if (ROOT / folder).is_dir())


def _runner(console: Console, *arguments: str) -> int:
    """Run the console command in its own process, its output shown as it comes."""
    console.print(f"[bold green]$[/] runner {shlex.join(arguments)} -t {TARGET}")
    sys.stdout.flush()
    command = [sys.executable, "-m", "runner", *arguments, "-t", TARGET]
    return subprocess.run([*command, "--project-dir", str(ROOT)], check=False).returncode


def _show(console: Console, views: Sequence[View]) -> None:
    engine = open_engine(project.load(ROOT).target(TARGET))
    try:
        with engine.session() as session:
            for view in views:
                tour.show(console, session, view)
    finally:
        engine.close()


def _shown(path: Path) -> str:
    """A path as one types it in the project's folder."""
    return (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix()


if __name__ == "__main__":
    try:
        main()
    except RunnerError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
