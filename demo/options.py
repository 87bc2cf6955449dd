"""What the commands of `python -m demo.generate` have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from demo.zone import Zone

SEED = 360

Function = TypeVar("Function", bound=Callable[..., Any])


def zone_options(function: Function) -> Function:
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


def zone(folder: Path, seed: int, now: datetime | None) -> Zone:
    return Zone(folder, seed, now or datetime.now(UTC).replace(tzinfo=None, microsecond=0))


def show(paths: Sequence[Path]) -> None:
    for path in paths:
        click.echo(path.as_posix())
