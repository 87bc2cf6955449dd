"""Ctrl-C while modules are imported, when nothing has begun yet. Itself it imports next to nothing:
there is no answer before it is there."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

FAILED = 1  # as in runner.errors


@contextmanager
def at_once() -> Iterator[None]:
    """Ctrl-C ends the process with one line. An import that is interrupted by an exception may turn
    it into any other, and Python would end with its own traceback or exit code."""
    before = signal.getsignal(signal.SIGINT)
    try:
        if before is signal.default_int_handler:
            signal.signal(signal.SIGINT, _leave)
    except ValueError:
        pass  # not the main thread, to which no signal comes
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is _leave:
            signal.signal(signal.SIGINT, before)


def _leave(_number: int, _frame: FrameType | None) -> None:
    os.write(2, b"error: stopped\n")
    os._exit(FAILED)
