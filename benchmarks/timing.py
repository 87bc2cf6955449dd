"""Processes or statements, timed side by side: A B A B …, and the ratio of each pair."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

# Python compiles a package once, as it does for those that were installed, ours among them.
ENVIRONMENT = {name: it for name, it in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Timed(Protocol):
    """Something that can be done again and again."""

    @property
    def name(self) -> str: ...

    def seconds(self) -> float:
        """Do it once; how long it took."""
        ...


@dataclass(frozen=True)
class Command:
    """A process to time; `before` puts its world into the state in which it starts."""

    name: str
    arguments: Sequence[str]
    folder: Path
    before: Callable[[], None] = lambda: None

    def seconds(self) -> float:
        """Wall seconds of one run. Raises when the command fails: a failed run has no time."""
        self.before()
        started = time.perf_counter()
        done = subprocess.run(
            self.arguments,
            cwd=self.folder,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        elapsed = time.perf_counter() - started
        if done.returncode:
            raise SystemExit(
                f"{self.name} failed ({done.returncode}): {' '.join(self.arguments)}\n"
                f"{done.stdout[-3000:]}{done.stderr[-3000:]}"
            )
        return elapsed


@dataclass(frozen=True)
class Comparison:
    """Seconds of two things that took turns; `ratio` is the median of the pairs' ratios."""

    ours: str
    theirs: str
    pairs: tuple[tuple[float, float], ...]

    @property
    def ratio(self) -> float:
        return statistics.median(mine / other for mine, other in self.pairs)

    def __str__(self) -> str:
        mine = statistics.median(pair[0] for pair in self.pairs)
        other = statistics.median(pair[1] for pair in self.pairs)
        return (
            f"{self.ours}: {mine:.3f} s   {self.theirs}: {other:.3f} s   "
            f"ratio {self.ratio:.3f} (median of {len(self.pairs)} pairs)"
        )


def compare(ours: Timed, theirs: Timed, runs: int = 3) -> Comparison:
    """Run both in turn, once to warm up (not counted) and `runs` times counted."""
    ours.seconds()
    theirs.seconds()
    return Comparison(
        ours.name, theirs.name, tuple((ours.seconds(), theirs.seconds()) for _ in range(runs))
    )


def show(comparison: Comparison, at_most: float) -> bool:
    """Print a comparison against its bound; True when the bound holds."""
    holds = comparison.ratio <= at_most
    print(f"{'ok  ' if holds else 'MISS'}  {comparison}, bound {at_most:.3f}", flush=True)
    return holds
