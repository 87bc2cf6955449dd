"""`python -m demo.generate shopify …`."""

from __future__ import annotations

from typing import Any

import click

from demo import options
from demo.shopify import landing


@click.group()
def shopify() -> None:
    """Willow's Spoon: orders and customers of a Shopify shop."""


@shopify.command()
@options.zone_options
def first(**zone: Any) -> None:
    """Land the first sync: everything since the shop opened."""
    options.show(landing.first_sync(options.zone(**zone)))


@shopify.command()
@options.zone_options
def sync(**zone: Any) -> None:
    """Land another sync: new orders, some again, some refunded; customers who changed."""
    options.show(landing.next_sync(options.zone(**zone)))
