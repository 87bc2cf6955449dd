"""One run at a time changes a database: the lock in `runner.locks`.

A lock is a lease. Who holds it says every 20 seconds that it goes on (`beaten_at`, by the clock of
the database), and counts as dead after two minutes of silence, or when its process on this machine
has ended: then another run takes over. So a run that was asleep for longer asks, before it sends
anything else, whether it still has the lock.

The embedded engine lets one process at a time open a database at all; there the lock is for runs
within one process, and `opened` waits for the other process.
"""

from __future__ import annotations

import getpass
import os
import platform
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from runner import state
from runner.engines import Engine, Result, Target, open_engine
from runner.engines.guarded import Guarded
from runner.errors import ConnectionFailed, EngineError, MachineFailed, Occupied, RunnerError
from runner.generating.ledger import timestamp
from runner.generating.work import filled
from runner.results import Invocation
from runner.scripts import literal

PATIENCE = 120  # seconds of silence after which a run counts as dead
SURE = 80.0  # seconds after a beat in which nobody can have taken over, with time for a statement
BEAT = 20.0  # seconds between two beats
PRECISION = timedelta(seconds=1)  # what a moment may lose on its way from the database and back
POLL = 2.0  # seconds between two looks at a lock that one waits for

NOT_THERE = frozenset({2003, 2043})  # Snowflake's errors: a table, or a schema, does not exist
NO_DATABASE = 90105

Note = Callable[[str], None]


class Locked(RunnerError):
    """Another run changes the database, or has taken the lock over."""


@dataclass(frozen=True)
class Holder:
    """What the lock says of the run that has it; `silence` is the seconds since it was heard of."""

    owner: str
    machine: str
    process: int
    invocation: str
    command: str
    since: datetime
    beaten: datetime
    silence: int

    def __str__(self) -> str:
        who = f"{self.owner}@{self.machine} (process {self.process})"
        return f"{self.command} by {who}, since {self.since:%Y-%m-%d %H:%M:%S} UTC"

    @property
    def is_dead(self) -> bool:
        """Whether it has been silent for too long, or has ended on this machine."""
        return self.silence > PATIENCE or (
            self.machine == platform.node() and not _is_running(self.process)
        )


@contextmanager
def opened(target: Target, note: Note, *, wait: bool = False) -> Iterator[Engine]:
    """The engine of a target, closed at the end. With `wait` a database that another process has
    open is waited for, where the engine lets one at a time in."""
    engine = _open(target, note, wait=wait)
    try:
        yield engine
    finally:
        engine.close()


def _open(target: Target, note: Note, *, wait: bool) -> Engine:
    told = False
    while True:
        try:
            return open_engine(target)
        except Occupied as error:
            if not wait:
                raise Occupied(error.message, f"{error.hint}; --wait waits for it") from None
            if not told:
                note(f"waiting: {error.message}")
            told = True
        time.sleep(POLL)


@contextmanager
def held(engine: Engine, invocation: Invocation, note: Note, *, wait: bool) -> Iterator[Engine]:
    """The engine while this run alone changes its database.

    Raises `Locked` when another run does, or with `wait` waits until that has ended. Sessions of
    the engine that is given raise `LockLost` once another run has taken over. A database that does
    not exist yet has no lock.
    """
    lock = Lock(engine, invocation)
    try:
        if _taken(lock, engine.target.database, note, wait=wait):
            lock.keep()
            yield Guarded(engine, lock.confirm)
        else:
            yield engine
    finally:
        lock.give_back()


def _taken(lock: Lock, database: str, note: Note, *, wait: bool) -> bool:
    """Take the lock; False where there is no database to have one."""
    try:
        _take(lock, database, note, wait=wait)
    except EngineError as error:
        if error.code != NO_DATABASE:
            raise
        return False
    return True


def _take(lock: Lock, database: str, note: Note, *, wait: bool) -> None:
    told = False
    while not lock.take():
        holder = lock.holder()
        if holder is None:  # it has just been given back, or somebody has deleted its row
            lock.mend()
            continue
        if holder.is_dead:
            if lock.take(instead_of=holder):
                note(f"taken over from {holder}; it was last heard of {holder.silence} s ago")
                return
            continue
        if not wait:
            hint = "wait for it with --wait; if it is dead, it is taken over after two minutes"
            raise Locked(f"{database} is being changed: {holder}", hint)
        if not told:
            note(f"waiting: {database} is being changed: {holder}")
        told = True
        time.sleep(POLL)


class LockLost(MachineFailed):
    """Another run has taken over the lock of this one, which must not change anything any more."""


class Lock:
    """The lock for one run, over a session that nothing else uses. When that is lost another takes
    its place: each statement may be sent twice."""

    def __init__(self, engine: Engine, invocation: Invocation) -> None:
        self._engine = engine
        self._session = engine.session()
        self._invocation = invocation
        self._turn = threading.Lock()  # of the session, between this thread, the keeper and others
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._beat_now_and_then, name="lock", daemon=True)
        self._has_it = False
        self._beaten = 0.0  # when the last beat began, by this machine's clock

    def take(self, instead_of: Holder | None = None) -> bool:
        """Take the lock if it is free, or held by that run, which is dead; whether it worked."""
        began = time.monotonic()
        statement = self._taking(instead_of)
        self._has_it = True  # as far as one knows when an interrupt comes in between
        try:
            rows = self._send(statement).row_count
        except EngineError as error:
            if error.code not in NOT_THERE:
                raise
            self.mend()
            rows = self._send(statement).row_count
        self._has_it, self._beaten = rows > 0, began
        return self._has_it

    def mend(self) -> None:
        """Make what is missing of the table, or of its one row."""
        state.prepare(self._session)

    def holder(self) -> Holder | None:
        """Who has the lock; None when nobody has it."""
        rows = self._send(filled("lock_read")).rows
        return Holder(*rows[0]) if rows else None

    def keep(self) -> None:
        """Beat from now on, in a thread, until the lock is given back."""
        self._keeper.start()

    def confirm(self) -> None:
        """Raise `LockLost` when another run may have taken over. Asks only when that could be."""
        if self._has_it and time.monotonic() - self._beaten < SURE:
            return
        with self._turn:
            if self._has_it and time.monotonic() - self._beaten >= SURE:
                self._beat()
            if self._has_it:
                return
            holder = self.holder()
        raise LockLost(
            f"another run has taken over: {holder or 'it has ended by now'}",
            "this one did not answer for two minutes; build again",
        )

    def give_back(self) -> None:
        """Let others have the lock. Where that cannot be said, they get it by the silence."""
        self._over.set()
        if self._keeper.ident is not None:
            self._keeper.join()
        with suppress(EngineError):
            if self._has_it:
                self._send(self._of_mine("lock_give_back"))
            self._session.close()

    def _beat_now_and_then(self) -> None:
        while self._has_it and not self._over.wait(BEAT):
            with self._turn, suppress(EngineError):  # heard of again next time, or taken for dead
                self._beat()

    def _beat(self) -> None:
        began = time.monotonic()
        if self._send(self._of_mine("lock_beat")).row_count:
            self._beaten = began
        else:
            self._has_it = False

    def _send(self, statement: str) -> Result:
        try:
            return self._session.execute(statement)
        except ConnectionFailed:
            with suppress(EngineError):
                self._session.close()
            self._session = self._engine.session()
            return self._session.execute(statement)

    def _taking(self, instead_of: Holder | None) -> str:
        run = self._invocation
        beaten = instead_of.beaten if instead_of else datetime(1970, 1, 1)
        return filled(
            "lock_take",
            owner=literal(_user()),
            machine=literal(platform.node()),
            process=str(os.getpid()),
            invocation=literal(run.id),
            command=literal(f"runner {run.command} {run.selection}".strip()),
            dead=literal(instead_of.invocation if instead_of else ""),
            beaten=timestamp(beaten + PRECISION),
        )

    def _of_mine(self, name: str) -> str:
        return filled(name, invocation=literal(self._invocation.id))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in a container
        return "somebody"


def _is_running(process: int) -> bool:
    """Whether there is such a process on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
