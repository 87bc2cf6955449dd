"""`python -m demo.generate retail …`."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from demo.retail import landing
from demo.zone import Zone

SEED = 360

Function = TypeVar("Function", bound=Callable[..., Any])


def _zone_options(function: Function) -> Function:
    for option in (
        click.option(
            "--now",
            type=click.DateTime(["%Y-%m-%dT%H:%M:%S"]),
            help="The time at which the files land, UTC.  [default: the clock's]",
        ),
        click.option("--seed", default=SEED, show_default=True, help="Another one, other data."),
        click.option(
            "--landing",
            "folder",
            type=click.Path(file_okay=False, path_type=Path),
            default="landing",
            show_default=True,
            help="The folder that stands for the bucket.",
        ),
    ):
        function = option(function)
    return function


def _zone(folder: Path, seed: int, now: datetime | None) -> Zone:
    return Zone(folder, seed, now or datetime.now(UTC).replace(tzinfo=None, microsecond=0))


def _show(paths: Sequence[Path]) -> None:
    for path in paths:
        click.echo(path.as_posix())


@click.group()
def retail() -> None:
    """Retail360: customers, products and stores; orders and their lines."""


@retail.command()
@_zone_options
def extracts(**zone: Any) -> None:
    """Land the first full extracts: 1,000 customers, 200 products, 50 stores."""
    _show(landing.first_extracts(_zone(**zone)))


@retail.command()
@_zone_options
@click.option("--orders", type=click.IntRange(1), help="How many.  [default: 400 to 1,000]")
def batch(orders: int | None, **zone: Any) -> None:
    """Land a batch of orders of the last 30 days, with their lines."""
    _show(landing.batch(_zone(**zone), orders))


@retail.command()
@_zone_options
def changes(**zone: Any) -> None:
    """Land changes of 5% of the customers, products and stores."""
    _show(landing.changes(_zone(**zone)))


@retail.command()
@_zone_options
@click.option(
    "--without",
    type=click.IntRange(0),
    default=3,
    show_default=True,
    help="How many customers, products and stores are absent from it: deleted.",
)
def deletions(without: int, **zone: Any) -> None:
    """Land new full extracts from which some keys are absent."""
    _show(landing.full_extracts(_zone(**zone), without))


@retail.command()
@_zone_options
@click.option(
    "--every", type=click.FloatRange(0), default=5.0, show_default=True, help="Seconds between."
)
@click.option("--batches", type=click.IntRange(1), help="How many.  [default: until Ctrl-C]")
def stream(every: float, batches: int | None, **zone: Any) -> None:
    """Land a batch of orders every few seconds until Ctrl-C; the first extracts if need be."""
    if not any((zone["folder"] / "customers").glob("*.csv")):
        _show(landing.first_extracts(_zone(**zone)))
    try:
        for number in itertools.count(1):
            _show(landing.batch(_zone(**zone)))
            if number == batches:
                return
            time.sleep(every)
    except KeyboardInterrupt:
        click.echo("stopped; every file that landed is whole", err=True)
