"""kill -9 at any moment leaves each statement wholly there or not at all, with what is recorded."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from runner.engines.duckdb import connect

# writes for ever, saying before and behind each turn which one it is
WRITER = """
import sys
from runner.engines.duckdb import connect

with connect(sys.argv[1]) as session:
    session.execute("create table if not exists ledger (n int, half varchar(1))")
    ((start,),) = session.execute("select coalesce(max(n), 0) from ledger").rows
    for n in range(start + 1, 100000):
        print("begin", n, flush=True)
        session.execute(f"insert into ledger values ({n}, 'a'), ({n}, 'b')")
        session.execute(f"create or replace table t__next comment = '{n}' as select {n}::int as a")
        session.publish("t__next", "t")
        session.execute(f"merge into ledger using (select {n} - 3 as n) x on ledger.n <= x.n "
                        "when matched then delete")
        print("end", n, flush=True)
"""


def turns(first: str, stream: IO[str]) -> tuple[int, int]:
    """The last turn that began and the last that ended."""
    seen = {"begin": 0, "end": 0}
    for line in (first, *stream):
        word, _, number = line.strip().partition(" ")
        if word in seen and number.isdigit():
            seen[word] = int(number)
    return seen["begin"], seen["end"]


def crash(folder: Path, seed: int) -> tuple[int, int]:
    """Let the writer run for a moment and kill it."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    first = writer.stdout.readline()
    time.sleep(random.Random(seed).uniform(0, 0.25))
    os.kill(writer.pid, signal.SIGKILL)
    began, ended = turns(first, writer.stdout)
    writer.wait()
    return began, ended


def check(folder: Path, began: int, ended: int) -> None:
    with connect(folder) as session:
        ledger = session.execute(
            "select n, count(*), min(half), max(half) from ledger group by n"
        ).rows
        assert all(tuple(row[1:]) == (2, "a", "b") for row in ledger)
        numbers = sorted(row[0] for row in ledger)
        last = numbers[-1] if numbers else 0
        assert max(ended, began - 1) <= last <= began
        assert numbers == list(range(last - len(numbers) + 1, last + 1))
        assert not numbers or numbers[0] > ended - 3
        tables = {row[1]: row[5] for row in session.execute("show tables").rows}
        for name in tables.keys() - {"LEDGER"}:
            ((value,),) = session.execute(f"select a from {name}").rows
            assert tables[name] == str(value)
        assert set(tables) <= {"LEDGER", "T", "T__NEXT"}
        session.execute("drop table if exists t__next")


def crash_often(folder: Path, seeds: list[int]) -> None:
    for seed in seeds:
        print("seed", seed)
        began, ended = crash(folder, seed)
        check(folder, began, ended)


def test_a_kill_leaves_whole_statements(tmp_path: Path) -> None:
    crash_often(tmp_path, [1, 2])


@pytest.mark.slow
def test_many_kills_leave_whole_statements(tmp_path: Path) -> None:
    first = random.randrange(10**6)
    crash_often(tmp_path, list(range(first, first + int(os.environ.get("RUNNER_KILLS", "30")))))
