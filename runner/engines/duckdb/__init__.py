"""The embedded engine: Snowflake's SQL on DuckDB, in this process.

A statement gives what Snowflake gives or fails naming the construct that is not supported
(`runner.errors.Unsupported`); it never gives a different answer. `connect` is the way in for
anyone who wants the engine alone, `open_engine` the runner's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from runner.engines import Target
from runner.engines.duckdb import faults
from runner.engines.duckdb.session import Session
from runner.engines.duckdb.store import Store

DEFAULT_FOLDER = ".runner"


class DuckDBEngine:
    """The databases of one folder; every session of the process shares one DuckDB instance."""

    def __init__(self, target: Target) -> None:
        """Open the folder `path` of the target (default `.runner`, relative to the project) and
        create the target's database when it is not there. Raises `ConnectionFailed`."""
        folder = target.project_dir / target.options.get("path", DEFAULT_FOLDER)
        self.target = target
        with faults.interruptible():
            self.store = Store.open(folder)
            self.store.create_database(target.database.upper())

    def session(self) -> Session:
        session = Session(self.store, self.target.database.upper(), "PUBLIC")
        session.stage_folders = {
            prefix: self.target.project_dir / folder
            for prefix, folder in self.target.options.get("stages", {}).items()
        }
        return session

    def describe(self) -> list[tuple[str, str]]:
        return [
            ("engine", f"DuckDB {duckdb.__version__}, embedded"),
            ("folder", str(self.store.folder)),
            ("database", self.target.database.upper()),
        ]

    def close(self) -> None:
        self.store.close()


def open_engine(target: Target) -> DuckDBEngine:
    """The embedded engine of a target; see `DuckDBEngine`."""
    return DuckDBEngine(target)


@contextmanager
def connect(
    path: str | Path | None = None, database: str = "DB", schema: str = "SC"
) -> Iterator[Session]:
    """A session in `database`.`schema`, both made when they are not there.

    Without a `path` everything lives in memory and ends with the session; with one, each database
    is a file in that folder, which one process at a time has open. Names are taken as Snowflake
    takes unquoted ones: upper-cased. The session's time zone is UTC.

    `session.execute(sql)` runs one Snowflake statement and gives a `runner.engines.Result`: `rows`
    is a list of tuples of the types that snowflake-connector-python returns, `columns` have a
    `name` and a Snowflake `type`:

    >>> with connect() as session:
    ...     _ = session.execute("create table orders (id number, amount number(12, 2))")
    ...     _ = session.execute("insert into orders values (1, 10), (2, 20.5)")
    ...     result = session.execute("select sum(amount) / 3 as third, max(id) from orders")
    >>> result.rows
    [(Decimal('10.16666667'), 2)]
    >>> [(column.name, column.type) for column in result.columns]
    [('THIRD', 'NUMBER(30,8)'), ('MAX(ID)', 'NUMBER(38,0)')]

    Raises `runner.errors.EngineError` with Snowflake's `code` and text. `Unsupported`, which is
    one, names in `construct` what the engine does not do as Snowflake does; `ConnectionFailed` says
    why the folder cannot be opened:

    >>> from runner.errors import EngineError, Unsupported
    >>> with connect() as session:
    ...     try:
    ...         session.execute("select * from missing")
    ...     except EngineError as error:
    ...         error.code
    ...     try:
    ...         session.execute("undrop table orders")
    ...     except Unsupported as error:
    ...         error.construct
    2003
    'UNDROP'
    """
    store = Store.open(Path(path) if path is not None else None)
    try:
        store.create_database(database.upper())
        with Session(store, database.upper(), schema.upper()) as session:
            session.create_schema(database.upper(), schema.upper())
            yield session
    finally:
        store.close()
