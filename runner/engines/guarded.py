"""An engine that asks for leave before each statement."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from runner.engines import Closing, Engine, Result, Session, Target

Ask = Callable[[], None]  # raises where the statement must not be sent


class Guarded:
    """The engine, each of whose sessions asks before it sends anything."""

    def __init__(self, engine: Engine, ask: Ask) -> None:
        self.target: Target = engine.target
        self._engine = engine
        self._ask = ask

    def session(self) -> Session:
        return GuardedSession(self._engine.session(), self._ask)

    def describe(self) -> list[tuple[str, str]]:
        return self._engine.describe()

    def close(self) -> None:
        self._engine.close()


class GuardedSession(Closing):
    """One of its sessions."""

    def __init__(self, session: Session, ask: Ask) -> None:
        self._session = session
        self._ask = ask

    def execute(self, sql: str, *, tag: str | None = None) -> Result:
        if sql != "rollback":  # what takes everything back needs no leave
            self._ask()
        return self._session.execute(sql, tag=tag)

    def together(self) -> AbstractContextManager[None]:
        self._ask()
        return self._session.together()

    def publish(self, aside: str, name: str) -> None:
        self._ask()
        self._session.publish(aside, name)

    def cancel(self) -> None:
        self._session.cancel()

    def close(self) -> None:
        self._session.close()
