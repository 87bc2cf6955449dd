"""An engine whose statements a test can see."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager

from runner.engines import Engine, Result, Session


class Watched:
    """An engine that notes each statement before it is executed, and which session `sender` is."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self._threads = threading.local()

    @property
    def sender(self) -> WatchedSession:
        """The session that sends the statement, for `before`."""
        sender: WatchedSession = self._threads.sender
        return sender

    def over(self, engine: Engine) -> Watched:
        self._engine = engine
        self.target = engine.target
        return self

    def session(self) -> Session:
        return WatchedSession(self._engine.session(), self)

    def describe(self) -> list[tuple[str, str]]:
        return self._engine.describe()

    def close(self) -> None:
        self._engine.close()

    def sent(self, sql: str, sender: WatchedSession) -> None:
        self._threads.sender = sender
        self.before(sql)

    def before(self, sql: str) -> None:
        self.statements.append(sql)

    def publishes(self, aside: str, name: str) -> None:
        """A table built beside is about to take another's place."""


class WatchedSession:
    """One session of a `Watched` engine."""

    def __init__(self, session: Session, engine: Watched) -> None:
        self._session = session
        self._engine = engine

    def execute(self, sql: str, *, tag: str | None = None) -> Result:
        self._engine.sent(sql, self)
        return self._session.execute(sql, tag=tag)

    def together(self) -> AbstractContextManager[None]:
        return self._session.together()

    def publish(self, aside: str, name: str) -> None:
        self._engine.publishes(aside, name)
        self._session.publish(aside, name)

    def cancel(self) -> None:
        self._session.cancel()

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> WatchedSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
