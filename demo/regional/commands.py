"""`python -m demo.generate regional …`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from demo import options
from demo.regional import landing, sales


@click.group()
def regional() -> None:
    """Regional sales: a Parquet file per region and day."""


@regional.command()
@options.zone_options
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that is extracted.  [default: the one before --now]",
)
@click.option(
    "--region",
    "regions",
    type=click.Choice(list(sales.REGIONS)),
    multiple=True,
    help="Which regions answer.  [default: all]",
)
def batch(day: datetime | None, regions: tuple[str, ...], **zone: Any) -> None:
    """Land the sales of a day, with corrections and deletions of the day before.

    The same day again is a file that is delivered again; a region that was left out arrives late.
    """
    landed_in = options.zone(**zone)
    of_day = (day or landed_in.now - sales.DAY).date()
    options.show(landing.batch(landed_in, of_day, regions or tuple(sales.REGIONS)))
