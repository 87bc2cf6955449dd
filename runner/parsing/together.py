"""Many files parsed by several processes, since Python's threads share one core.

Others are forked from this one, which costs no time of its own; each parses a share and writes what
it found into a pipe. What does not come back whole is parsed here.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NoReturn

from runner.caching import values
from runner.parsing.parsed import Parsed
from runner.parsing.parser import parse
from runner.project import Default, SourceFile

AT_LEAST = 200  # files for which another process pays

Entry = tuple[SourceFile, Mapping[str, Default]]


def parse_all(entries: Sequence[Entry], processes: int | None = None) -> list[Parsed]:
    """What `parse` gives for each file, by so many processes; without a number, as many as pay."""
    count = processes or min(_cores(), len(entries) // AT_LEAST) or 1
    bounds = [len(entries) * number // count for number in range(count + 1)]
    first, *rest = [entries[start:end] for start, end in pairwise(bounds)]
    helpers = [Helper(share) for share in rest]
    found = _parsed(first)
    for helper in helpers:
        found += helper.result()
    return found


def _cores() -> int:
    """How many cores there are for us. A process with threads is not forked, nor is one elsewhere
    than on Linux, where system libraries do not expect it."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


def _parsed(entries: Sequence[Entry]) -> list[Parsed]:
    return [parse(file, defaults) for file, defaults in entries]


class Helper:
    """Another process that parses a share."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        reader, writer = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            _help(writer, entries)
        os.close(writer)
        self._reader = reader

    def result(self) -> list[Parsed]:
        """What it found, when it is done."""
        with os.fdopen(self._reader, "rb") as pipe:
            body = pipe.read()
        os.waitpid(self.process, 0)
        try:
            found: list[Parsed] = values.read(body)
        except values.UnreadableError:
            return _parsed(self._entries)
        return found


def _help(writer: int, entries: Sequence[Entry]) -> NoReturn:
    """What the other process does, and nothing after it, whatever happens."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(values.written(_parsed(entries)))
    finally:
        os._exit(0)
