"""The databases that a warehouse can live in.

The runner speaks Snowflake SQL and nothing else. An engine opens sessions, a session executes one
statement. Which engine it is, only the modules below this package know.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from runner.errors import UsageError


@dataclass(frozen=True)
class Column:
    """One column of a result: its name as Snowflake reports it (`TOTAL_AMOUNT`) and its Snowflake
    type as DESCRIBE TABLE writes it (`NUMBER(12,2)`, `VARCHAR(16777216)`, `TIMESTAMP_NTZ(9)`)."""

    name: str
    type: str


@dataclass(frozen=True)
class Result:
    """What a statement gave.

    `rows` hold Python values of the types that snowflake-connector-python returns (int, Decimal,
    float, str, bool, date, time, datetime, bytearray; VARIANT, OBJECT and ARRAY as JSON text).
    `row_count` is the number of rows returned, or affected by DML. DML and DDL also return the
    rows Snowflake returns for them (`number of rows inserted`, `status`).
    """

    columns: tuple[Column, ...] = ()
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    row_count: int = 0
    query_id: str | None = None


@dataclass(frozen=True)
class Target:
    """Where a warehouse is built: one entry of `runner.toml`, resolved.

    `options` are the engine's own settings as written there (`path`, `stages`, `connection`, …).
    """

    name: str
    engine: str
    database: str
    project_dir: Path
    options: Mapping[str, Any] = field(default_factory=dict)


class Closing:
    """What is closed where its `with` ends."""

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class Session(Protocol):
    """One conversation with the database, used by one thread at a time."""

    def execute(self, sql: str, *, tag: str | None = None) -> Result:
        """Run one Snowflake statement.

        `tag` marks it in the query history (node and invocation), without an extra round trip.
        Raises `EngineError`, or `Unsupported` where the embedded engine refuses by name.
        """
        ...

    def together(self) -> AbstractContextManager[None]:
        """The body's statements, DDL among them, as one transaction where the engine can do that:
        it is undone when the body raises. Elsewhere each statement stands by itself.
        """
        ...

    def publish(self, aside: str, name: str) -> None:
        """Put the table `aside` in the place of the table `name`, atomically.

        Both are SQL names (`schema.table`). A reader sees the old table or the new one; grants on
        the old one are kept; `aside` is gone afterwards.
        """
        ...

    def cancel(self) -> None:
        """Interrupt the statement that runs in another thread; without effect when none does."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class Engine(Protocol):
    """A database of one target. Opening it fails with `ConnectionFailed`, saying what to do."""

    target: Target

    def session(self) -> Session:
        """A new session in the target's database, `timezone` UTC; each thread has its own."""
        ...

    def describe(self) -> list[tuple[str, str]]:
        """What `runner debug` shows: (label, value) pairs, without secrets."""
        ...

    def close(self) -> None: ...


# name in runner.toml -> module with `open_engine(target: Target) -> Engine`
ENGINES = {
    "duckdb": "runner.engines.duckdb",
    "snowflake": "runner.engines.snowflake",
}


def open_engine(target: Target) -> Engine:
    """The engine of a target; imports only the one that is used."""
    if target.engine not in ENGINES:
        known = ", ".join(sorted(ENGINES))
        raise UsageError(
            f"runner.toml: target {target.name}: unknown engine {target.engine!r}",
            f"use one of: {known}",
        )
    engine: Engine = import_module(ENGINES[target.engine]).open_engine(target)
    return engine
