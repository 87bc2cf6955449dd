"""A landing zone: a folder that stands for a bucket, and the moment at which something lands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from demo import files

STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Zone:
    """A landing folder, the seed of what lands there, and the time (UTC) at which it lands."""

    folder: Path
    seed: int
    now: datetime

    def at(self, now: datetime) -> Zone:
        return replace(self, now=now)

    def at_free_moment(self, folders: Iterable[str]) -> Zone:
        """The zone at the first second from its time on that no file in the folders carries."""
        taken = {
            files.stamp(path) for name in folders for path in files.in_order(self.folder / name)
        }
        now = self.now
        while now.strftime(STAMP) in taken:
            now += timedelta(seconds=1)
        return self.at(now)

    def land(self, folder: str, kind: str, rows: Sequence[Any]) -> Path:
        """Write `<folder>/<kind>_<time>.csv`."""
        return files.write(self.folder / folder / f"{kind}_{self.now.strftime(STAMP)}.csv", rows)

    def random(self, purpose: str) -> Random:
        """A generator that depends on the seed, the purpose and the time alone."""
        return Random(f"{self.seed} {purpose} {self.now.isoformat()}")
