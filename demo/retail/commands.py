"""`python -m demo.generate retail …`."""

from __future__ import annotations

import itertools
import time
from typing import Any

import click

from demo import options
from demo.retail import landing


@click.group()
def retail() -> None:
    """Retail360: customers, products and stores; orders and their lines."""


@retail.command()
@options.zone_options
def extracts(**zone: Any) -> None:
    """Land the first full extracts: 1,000 customers, 200 products, 50 stores."""
    options.show(landing.first_extracts(options.zone(**zone)))


@retail.command()
@options.zone_options
@click.option("--orders", type=click.IntRange(1), help="How many.  [default: 400 to 1,000]")
def batch(orders: int | None, **zone: Any) -> None:
    """Land a batch of orders of the last 30 days, with their lines."""
    options.show(landing.batch(options.zone(**zone), orders))


@retail.command()
@options.zone_options
def changes(**zone: Any) -> None:
    """Land changes of 5% of the customers, products and stores."""
    options.show(landing.changes(options.zone(**zone)))


@retail.command()
@options.zone_options
@click.option(
    "--without",
    type=click.IntRange(0),
    default=3,
    show_default=True,
    help="How many customers, products and stores are absent from it: deleted.",
)
def deletions(without: int, **zone: Any) -> None:
    """Land new full extracts from which some keys are absent."""
    options.show(landing.full_extracts(options.zone(**zone), without))


@retail.command()
@options.zone_options
@click.option(
    "--every", type=click.FloatRange(0), default=5.0, show_default=True, help="Seconds between."
)
@click.option("--batches", type=click.IntRange(1), help="How many.  [default: until Ctrl-C]")
def stream(every: float, batches: int | None, **zone: Any) -> None:
    """Land a batch of orders every few seconds until Ctrl-C; the first extracts if need be."""
    if not any((zone["folder"] / "customers").glob("*.csv")):
        options.show(landing.first_extracts(options.zone(**zone)))
    try:
        for number in itertools.count(1):
            options.show(landing.batch(options.zone(**zone)))
            if number == batches:
                return
            time.sleep(every)
    except KeyboardInterrupt:
        click.echo("stopped; every file that landed is whole", err=True)
