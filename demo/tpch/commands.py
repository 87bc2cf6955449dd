"""`python -m demo.generate tpch …`."""

from __future__ import annotations

from typing import Any

import click

from demo import options
from demo.tpch import landing

scale_factor = click.option(
    "--scale-factor",
    type=click.FloatRange(0, min_open=True),
    default=landing.SCALE_FACTOR,
    show_default=True,
    help="1 is a gigabyte; the same for extracts and orders.",
)


@click.group()
def tpch() -> None:
    """TPC-H: customers order parts, which suppliers offer."""


@tpch.command()
@options.zone_options
@scale_factor
def extracts(scale_factor: float, **zone: Any) -> None:
    """Land the first extracts of the eight tables, with 99% of the orders."""
    options.show(landing.first_extracts(options.zone(**zone), scale_factor))


@tpch.command()
@options.zone_options
@scale_factor
def orders(scale_factor: float, **zone: Any) -> None:
    """Land the other 1% of the orders, with their lines."""
    options.show(landing.new_orders(options.zone(**zone), scale_factor))


@tpch.command()
@options.zone_options
def changes(**zone: Any) -> None:
    """Land orders, lines, offers and customers that have changed."""
    options.show(landing.changes(options.zone(**zone)))
