"""What the commands have in common, as the command line gives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from runner.errors import UsageError
from runner.intervals import Interval


@dataclass(frozen=True)
class Options:
    """The shared options; each command uses those that it offers.

    project_dir   a folder with a runner.toml, or one below it
    target        a name in runner.toml; None for its default
    database      the database instead of the target's
    threads       how many nodes run at the same time; None for the target's number
    batch_start   with batch_end: the time whose batches are asked for, UTC
    preview       only say what a build would do; write nothing
    store_failures   keep the rows that violate checks in tables
    everything   build what is up to date as well
    force         let a full refresh throw the histories of snapshots away
    wait          wait while another run changes the database
    state_reset   forget first what is remembered of the selected nodes
    """

    project_dir: Path = Path()
    target: str | None = None
    database: str | None = None
    threads: int | None = None
    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    full_refresh: bool = False
    batch_start: datetime | None = None
    batch_end: datetime | None = None
    everything: bool = False
    force: bool = False
    preview: bool = False
    fail_fast: bool = False
    store_failures: bool = False
    wait: bool = False
    state_reset: bool = False
    log_format: str = "text"

    @property
    def selectors(self) -> tuple[str, ...]:
        """All selectors that were typed."""
        return (*self.select, *self.exclude)

    @property
    def selection(self) -> str:
        """What is selected, as typed; empty for everything."""
        words = [f"--select {text}" for text in self.select]
        return " ".join(words + [f"--exclude {text}" for text in self.exclude])

    @property
    def window(self) -> Interval | None:
        """The time whose batches are asked for, if any. Raises `UsageError` for half of one."""
        if self.batch_start is None and self.batch_end is None:
            return None
        if self.batch_start is None or self.batch_end is None:
            raise UsageError("--batch-start and --batch-end go together", "give both")
        if self.batch_start >= self.batch_end:
            hint = "the end is not part of it: a day ends where the next one begins"
            raise UsageError("--batch-end must be later than --batch-start", hint)
        if self.full_refresh:
            hint = "leave out --full-refresh: the batches that are asked for are run again"
            raise UsageError("--full-refresh takes all batches", hint)
        return Interval(self.batch_start, self.batch_end)
