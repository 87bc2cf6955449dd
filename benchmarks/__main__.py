"""`python -m benchmarks`: every ratio, measured side by side in one run."""

from __future__ import annotations

import sys

import click

from benchmarks import again, building, checking, reading, rebuilding, rereading, translating
from benchmarks.tpch import comparing

BENCHMARKS = {
    "reading": reading.run,
    "rereading": rereading.run,
    "building": building.run,
    "again": again.run,
    "rebuilding": rebuilding.run,
    "checking": checking.run,
    "translating": translating.run,
    "tpch": comparing.run,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(sorted(BENCHMARKS)))
@click.option("-n", "--count", default=1_000, show_default=True, help="Models in the project.")
@click.option("--runs", default=3, show_default=True, help="Counted runs of each command.")
def main(names: tuple[str, ...], count: int, runs: int) -> None:
    """Print the ratios of NAMES (all by default); exit with 1 when a bound is missed."""
    chosen = names or tuple(BENCHMARKS)
    held = [BENCHMARKS[name](count, runs) for name in chosen]
    sys.exit(0 if all(held) else 1)


if __name__ == "__main__":
    main()
