"""What the commands have in common, as the command line gives it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """The shared options; each command uses those that it offers.

    project_dir   a folder with a runner.toml, or one below it
    target        a name in runner.toml; None for its default
    threads       how many nodes run at the same time; None for the target's number
    """

    project_dir: Path = Path()
    target: str | None = None
    threads: int | None = None
    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    full_refresh: bool = False
    fail_fast: bool = False
    log_format: str = "text"
