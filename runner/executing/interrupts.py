"""Ctrl-C (and SIGTERM): what runs in the database is cancelled, not only this process.

A signal is handled in the main thread and between two of Python's instructions. While that thread
waits for the database inside a library, nothing would happen for as long as the statement takes.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from runner.engines import Engine, Session, Target
from runner.errors import FAILED

REPEAT = 0.5  # seconds until a cancellation is repeated: one may come between two statements


@contextmanager
def handled(interrupt: Callable[[], None]) -> Iterator[None]:
    """Call `interrupt` at the first signal; leave the process at once at the second.

    The call may come between any two instructions of the main thread, where an exception could lose
    a result: `interrupt` should only pass a message on.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    seen: list[int] = []

    def handle(number: int, _frame: FrameType | None) -> None:
        if seen:
            os._exit(FAILED)
        seen.append(number)
        interrupt()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def cancelling(engine: Engine) -> Iterator[Engine]:
    """The engine, for use in the main thread: Ctrl-C cancels what its sessions are executing.

    The statement then fails with `Cancelled`, or the `KeyboardInterrupt` comes first.
    """
    if threading.current_thread() is not threading.main_thread():
        yield engine
        return
    watched = _Watched(engine)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer)
    done = threading.Event()
    watcher = threading.Thread(target=_cancel_on_signal, args=(reader, done, watched.cancel))
    watcher.start()
    try:
        yield watched
    finally:
        signal.set_wakeup_fd(before)
        done.set()
        os.close(writer)
        watcher.join()
        os.close(reader)


def _cancel_on_signal(reader: int, done: threading.Event, cancel: Callable[[], None]) -> None:
    """Wait until the pipe says that a signal came, or is closed."""
    if os.read(reader, 1):
        while not done.is_set():
            cancel()
            done.wait(REPEAT)


class _Watched:
    """An engine that remembers its sessions."""

    def __init__(self, engine: Engine) -> None:
        self.target: Target = engine.target
        self._engine = engine
        self._sessions: list[Session] = []

    def session(self) -> Session:
        session = self._engine.session()
        self._sessions.append(session)
        return session

    def cancel(self) -> None:
        for session in self._sessions:
            session.cancel()

    def describe(self) -> list[tuple[str, str]]:
        return self._engine.describe()

    def close(self) -> None:
        self._engine.close()
