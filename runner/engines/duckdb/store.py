"""Where the embedded databases live: one DuckDB instance, one file per database.

A database `NAME` is the file `<folder>/NAME.duckdb`, attached under its name. Each has a hidden
schema `_runner` for the engine's own tables, in the same file as the rows they speak of, because
one DuckDB transaction can write to one file only. What belongs to the account is in
`<folder>/account.duckdb`, attached as `_account`; opening it also claims the folder for this
process, since DuckDB lets one process at a time open a file.
"""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import ClassVar

import duckdb

from runner.engines.duckdb import macros
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Objects
from runner.errors import ConnectionFailed, EngineError, Unsupported

OWN_SCHEMA = "_runner"
ACCOUNT = "_account"
RESERVED = frozenset({"MEMORY", "SYSTEM", "TEMP", "ACCOUNT", "_ACCOUNT"})
SUFFIX = ".duckdb"


class Store:
    """One DuckDB instance and the databases attached to it, shared by all sessions.

    `Store.open` gives the same store for the same folder within a process: two instances over one
    file would damage it. `close` counts down and ends with the last user.
    """

    _open: ClassVar[dict[Path, Store]] = {}
    _lock: ClassVar[threading.RLock] = threading.RLock()

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.users = 0
        self.lock = threading.RLock()
        self.root = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
        self.databases: set[str] = set()
        self.objects = Objects()
        self.commits = 0  # of transactions that wrote; counted under the lock
        self.root.execute(f"attach '{quoted(macros.file(folder))}' as {macros.CATALOG} (read_only)")
        self._attach(ACCOUNT, "account")
        if folder is not None:
            for file in sorted(folder.glob(f"*{SUFFIX}")):
                if file.stem != "account":
                    self._attach(file.stem, file.stem)
                    self.databases.add(file.stem)

    @classmethod
    def open(cls, folder: Path | None) -> Store:
        """The store of a folder, made when it is not there; None is a new one in memory."""
        if folder is None:
            store = cls(None)
            store.users = 1
            return store
        with cls._lock:
            key = make_folder(folder)
            if key not in cls._open:
                cls._open[key] = cls(key)
            cls._open[key].users += 1
            return cls._open[key]

    def close(self) -> None:
        with self._lock:
            self.users -= 1
            if self.users > 0:
                return
            if self.folder is not None:
                self._open.pop(self.folder, None)
            self.root.close()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own, for one session; timestamps are UTC."""
        cursor = self.root.cursor()
        cursor.execute(f"set timezone = 'UTC'; set search_path = '{macros.CATALOG}.main'")
        return cursor

    def create_database(self, name: str, *, if_not_exists: bool = False) -> None:
        with self.lock:
            if name in self.databases:
                if if_not_exists:
                    return
                raise EngineError(f"Object '{name}' already exists.", code=2002, sqlstate="42710")
            if name.upper() in RESERVED:
                raise Unsupported(f"a database named {name}")
            self._attach(name, name)
            self.databases.add(name)

    def drop_database(self, name: str) -> None:
        with self.lock:
            self.root.execute(f"detach {quote(name)}")
            self.databases.discard(name)
            self.objects.forget_database(name)
            if self.folder is not None:
                (self.folder / f"{name}{SUFFIX}").unlink(missing_ok=True)
                (self.folder / f"{name}{SUFFIX}.wal").unlink(missing_ok=True)

    def _attach(self, name: str, stem: str) -> None:
        file = ":memory:" if self.folder is None else str(self.folder / f"{stem}{SUFFIX}")
        try:
            self.root.execute(f"attach '{quoted(file)}' as {quote(name)}")
            self.root.execute(f"create schema if not exists {quote(name)}.{OWN_SCHEMA}")
            self.objects.load(self.root, name)
            if name != ACCOUNT:
                self.objects.begin_database(self.root, name)
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise cannot_open(file, error) from error


def quoted(file: Path | str) -> str:
    """A file's name inside a SQL text literal."""
    return str(file).replace("'", "''")


def make_folder(folder: Path) -> Path:
    """The folder's real path, made when it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConnectionFailed(
            f"{folder} cannot be made: {error.strerror}",
            "give the target a `path` in runner.toml that you may write to",
        ) from error
    return folder.resolve()


def cannot_open(file: str, error: duckdb.Error) -> ConnectionFailed:
    """DuckDB's reason why a file cannot be opened, with the owner and the next step."""
    text = str(error)
    owner = re.search(r"\(PID (\d+)\)", text)
    if owner or "Conflicting lock" in text:
        who = f" (process {owner.group(1)})" if owner else ""
        return ConnectionFailed(
            f"{file} is in use by another process{who}",
            "wait for it or end it: a database file can be open in one process at a time",
        )
    return ConnectionFailed(
        f"{file} cannot be opened: {text.splitlines()[0]}",
        "check that the folder exists, is writable and that the file is a database of this engine",
    )
