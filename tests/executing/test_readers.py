"""Whoever queries while a build goes on sees each relation as it was or as it will be."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from runner.engines import Session
from runner.errors import EngineError
from tests.rounds import RELATIONS, VIEWS, Contents, Rounds, rows

ROUNDS = 6
READERS = 3
DOES_NOT_EXIST = 2003


@dataclass
class Readers:
    """Threads that query one relation after the other, each in a session of its own.

    `states` are the contents after each round, the empty warehouse first; `number` is the round
    that is being built.
    """

    warehouse: Rounds
    states: list[Contents]
    number: int = 1
    seen: int = 0
    done: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def reading(self) -> Iterator[None]:
        with ThreadPoolExecutor(READERS) as pool:
            found: list[Future[None]] = [pool.submit(self._read, n) for n in range(READERS)]
            try:
                yield
            finally:
                self.done.set()
        for future in found:
            future.result()

    def _read(self, reader: int) -> None:
        rng = random.Random(reader)
        newest = dict.fromkeys(RELATIONS, 0)
        with closing(self.warehouse.engine()) as engine, engine.session() as session:
            while not self.done.is_set():
                name = rng.choice([name for name in RELATIONS if name not in VIEWS])
                newest[name] = self._look(session, name, newest[name])
                self.seen += 1

    def _look(self, session: Session, name: str, newest: int) -> int:
        """Read a relation; which round's state it is, the last one that it may be."""
        first = self.number - 1
        try:
            found = rows(session, name)
        except EngineError as error:
            assert error.code == DOES_NOT_EXIST, f"{name}: {error}"
            found = None
        last = self.number
        fitting = [n for n in range(first, last + 1) if self.states[n].get(name) == found]
        assert fitting, f"{name} is as after no round from {first} to {last}: {found}"
        assert fitting[-1] >= newest, f"{name} went back"
        return max(newest, fitting[0])


@pytest.mark.slow
def test_readers_see_the_old_relation_or_the_new_one_all_the_while(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    built, read = Rounds.open(tmp_path / "built", seed), Rounds.open(tmp_path / "read", seed)
    states: list[Contents] = [{}]
    for number in range(1, ROUNDS + 1):
        built.land(number)
        built.build(number)
        states.append(built.contents())
    read.land(1)
    read.build(1)
    readers = Readers(read, states, number=2)
    with readers.reading():
        for number in range(2, ROUNDS + 1):
            readers.number = number
            read.land(number)
            read.build(number)
    assert readers.seen > 10 * READERS
    assert read.contents() == states[-1]
