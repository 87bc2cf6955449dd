"""`python -m demo.generate sales …`."""

from __future__ import annotations

from typing import Any

import click

from demo import options
from demo.sales import landing


@click.group()
def sales() -> None:
    """Sales that are streamed and that come in batches; products and stores."""


@sales.command()
@options.zone_options
def versions(**zone: Any) -> None:
    """Land the versions of 60 products and 12 stores."""
    options.show(landing.versions(options.zone(**zone)))


@sales.command()
@options.zone_options
def changes(**zone: Any) -> None:
    """Land new versions of some products and stores."""
    options.show(landing.changes(options.zone(**zone)))


@sales.command()
@options.zone_options
@click.option("--days", type=click.IntRange(1), default=60, show_default=True, help="How far back.")
@click.option("--count", type=click.IntRange(60), default=landing.STREAMED, show_default=True)
def stream(days: int, count: int, **zone: Any) -> None:
    """Land streamed sales of the last days, in micro-batches."""
    options.show(landing.stream(options.zone(**zone), days, count))


@sales.command()
@options.zone_options
@click.option("--days", type=click.IntRange(2), default=60, show_default=True, help="How far back.")
@click.option("--count", type=click.IntRange(10), default=landing.REPORTED, show_default=True)
def batch(days: int, count: int, **zone: Any) -> None:
    """Land what shops report, some of it streamed as well; after a stream."""
    options.show(landing.batch(options.zone(**zone), days, count))
