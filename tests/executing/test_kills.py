"""kill -9 during a build: each relation is wholly old or wholly new, and one more build ends right.

A warehouse that is killed goes through the same rounds as one that is not. A child builds, and
kills itself at a statement that the seed chooses, a chosen moment after it was sent.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from runner.results import Status
from tests.rounds import BATCHED, RELATIONS, VIEWS, Contents, Rounds
from tests.watched import Watched

FIRST = int(os.environ.get("RUNNER_KILL_SEED", random.randrange(10**6)))
KILLS = int(os.environ.get("RUNNER_KILLS", "80"))
PARTS = 4  # tests over which the kills are spread
IN_A_ROUND = 3
LONGEST = 0.02  # seconds from a statement to the kill

children = multiprocessing.get_context("forkserver")
children.set_forkserver_preload(["tests.rounds", "runner.engines.duckdb"])


class Moments(Watched):
    """Counts publications as statements."""

    def publishes(self, aside: str, name: str) -> None:
        self.before(f"publish {aside} as {name}")


class Dying(Moments):
    """Ends the process a moment after the statement of a number was sent."""

    def __init__(self, at: int, after: float) -> None:
        super().__init__()
        self.at, self.after = at, after

    def before(self, sql: str) -> None:
        super().before(sql)
        if len(self.statements) == self.at:
            threading.Thread(target=self._die, daemon=True).start()

    def _die(self) -> None:
        threading.Event().wait(self.after)
        os.kill(os.getpid(), signal.SIGKILL)


def build_and_die(warehouse: Rounds, number: int, at: int, after: float) -> None:
    warehouse.build(number, Dying(at, after).over)


@dataclass(frozen=True)
class Twins:
    """Two warehouses to which the same happens, except that one is killed."""

    killed: Rounds
    whole: Rounds

    def land(self, number: int) -> None:
        self.killed.land(number)
        self.whole.land(number)

    def kill(self, number: int, at: int, after: float) -> bool:
        """Build in a child that dies on the way; whether it did."""
        child = children.Process(target=build_and_die, args=(self.killed, number, at, after))
        child.start()
        child.join()
        assert child.exitcode in (0, -signal.SIGKILL), "the child failed in another way"
        return child.exitcode != 0


def assert_old_or_new(found: Contents, old: Contents, new: Contents, what: str) -> None:
    for name in RELATIONS:
        if name not in VIEWS:
            either = [old.get(name), new.get(name)]
            either += [Counter()] if name in BATCHED and not old else []
            assert found.get(name) in either, f"{name} is neither old nor new {what}"


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_at_any_moment_leaves_every_relation_old_or_new(tmp_path: Path, part: int) -> None:
    seed = FIRST + part
    rng = random.Random(seed)
    print(f"RUNNER_KILL_SEED={FIRST}, part {part}")
    twins = Twins(Rounds.open(tmp_path / "killed", seed), Rounds.open(tmp_path / "whole", seed))
    old: Contents = {}
    statements, kills, number = 100, 0, 0
    while kills < KILLS / PARTS:
        number += 1
        twins.land(number)
        watched = Moments()
        twins.whole.build(number, watched.over)
        new = twins.whole.contents()
        statements = len(watched.statements)
        for _ in range(IN_A_ROUND):
            at, after = rng.randint(1, statements), rng.choice((0, rng.uniform(0, LONGEST)))
            kills += twins.kill(number, at, after)
            what = f"after round {number} died {after:.4f} s after statement {at}"
            assert_old_or_new(twins.killed.contents(), old, new, what)
        last = twins.killed.build(number)
        assert Status.ERROR not in {node.status for node in last.nodes}
        assert twins.killed.contents() == new
        old = new
