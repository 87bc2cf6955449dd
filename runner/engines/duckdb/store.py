"""Where the embedded databases live: one DuckDB instance, one file per database.

A database `NAME` is the file `<folder>/NAME.duckdb`, attached under its name. Each has a hidden
schema `_runner` for the engine's own tables, in the same file as the rows they speak of, because
one DuckDB transaction can write to one file only. What belongs to the account is in
`<folder>/account.duckdb`, attached as `_account`; opening it also claims the folder for this
process, since DuckDB lets one process at a time open a file.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

import duckdb

from runner.engines.duckdb import claims, leftovers, macros
from runner.engines.duckdb.leftovers import LOG, SUFFIX
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Key, Object, key
from runner.engines.duckdb.parallelism import Parallelism
from runner.engines.duckdb.registry import Objects
from runner.engines.duckdb.seen import Seen
from runner.engines.duckdb.translations import Translations
from runner.errors import ConnectionFailed, Occupied, Unsupported

# a build of many tables writes one checkpoint at its end: none can be written during transactions
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "checkpoint_threshold": "128MB",
}
SHORT_LOG = 100_000  # bytes, which are read in some five milliseconds

OWN_SCHEMA = "_runner"
ACCOUNT = "_account"
RESERVED = frozenset({"MEMORY", "SYSTEM", "TEMP", "ACCOUNT", "_ACCOUNT"})


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
        self.root = duckdb.connect(":memory:", config=CONFIG)
        self.root.execute("pragma disable_checkpoint_on_shutdown")
        self.parallelism = Parallelism(self.root)
        self.databases: set[str] = set()
        self.objects = Objects()
        self.translations = Translations(folder)
        self.commits = 0  # of transactions that wrote; counted under the lock
        self.changed: dict[Key, int] = {}  # the number of the commit that last changed a table
        self._committing: list[Key] = []  # of objects that DuckDB is just making last
        self._ended = threading.Condition(self.lock)
        try:
            self._attach_all()
        except BaseException:
            self.root.close()
            raise

    def _attach_all(self) -> None:
        """Attach the account's file, which claims the folder, then the macros and the databases."""
        self._attach(ACCOUNT, "account")
        self._attach_macros()
        if self.folder is None:
            return
        claims.sign(self.folder)
        leftovers.sweep(self.folder)
        for file in sorted(self.folder.glob(f"*{SUFFIX}")):
            if file.stem == "account":
                continue
            self._attach(file.stem, file.stem)
            if self.objects.get(database_key(file.stem)) is None:
                self.root.execute(f"detach {quote(file.stem)}")  # its making was interrupted
                leftovers.remove(self.folder, file.stem)
            else:
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
            self.translations.save()
            self._checkpoint()
            self.root.close()

    def _checkpoint(self) -> None:
        """Write long logs into their databases; a short one is read faster than it is written into
        a database of many tables. What is not written now is read from the log next time."""
        if self.folder is None:
            return
        for name, stem in ((ACCOUNT, "account"), *((one, one) for one in sorted(self.databases))):
            log = self.folder / f"{stem}{SUFFIX}{LOG}"
            with suppress(duckdb.Error, OSError):
                if log.stat().st_size > SHORT_LOG:
                    self.root.execute(f"checkpoint {quote(name)}")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own, for one session; timestamps are UTC."""
        cursor = self.root.cursor()
        cursor.execute(f"set timezone = 'UTC'; set search_path = '{macros.CATALOG}.main'")
        return cursor

    def create_database(self, name: str) -> None:
        """Make an empty database with its schema PUBLIC, unless it is there."""
        with self.settled():
            if name not in self.databases:
                self.attach_new(name)
                self.objects.begin_database(self.root, name)
                self.databases.add(name)

    def attach_new(self, name: str) -> None:
        """Attach the file of a database to be; it becomes one by its record in the journal, and is
        swept away at the next opening without it."""
        if name.upper() in RESERVED or set(name) & set("/\\\0") or not name.strip("."):
            raise Unsupported(f"a database named {name}")
        for other in self.databases:
            if other.casefold() == name.casefold():
                raise Unsupported("names that differ only in case", f"{other} exists")
        self._attach(name, name)

    def drop_database(self, name: str) -> None:
        """Detach a database, or what was to become one, and remove its file."""
        with self.settled():
            self.root.execute(f"detach {quote(name)}")
            self.databases.discard(name)
            self.objects.forget_database(name)
            if self.folder is not None:
                leftovers.remove(self.folder, name)

    def begin_commit(self, changes: Iterable[Key]) -> None:
        """DuckDB commits next what was recorded of these objects. The lock is not held meanwhile:
        forcing a file to the disk takes longer than most statements."""
        with self.lock:
            self._committing += changes

    def end_commit(
        self, changes: Mapping[Key, Object | None], written: Iterable[Key], *, done: bool
    ) -> None:
        """All see from now on what was recorded and `written` into tables, if it was `done`."""
        with self._ended:
            for one in changes:
                self._committing.remove(one)
            if done:
                self.commits += 1
                self.changed.update(dict.fromkeys([*changes, *written], self.commits))
                self.changed.update({catalog(one.database): self.commits for one in changes})
                self.objects.apply(changes)
            self._ended.notify_all()

    @contextmanager
    def settled(self, seen: Seen | None = None) -> Iterator[None]:
        """Hold the lock while no commit is under way, or none that concerns what was `seen`."""
        with self._ended:
            while self._committing and (seen is None or seen.concerned(self._committing)):
                self._ended.wait()
            yield

    def require_files(self) -> None:
        """Raise `ConnectionFailed` when a file was removed: what is written to it would be lost."""
        if self.folder is None:
            return
        for name in ("account", *self.databases):
            file = f"{self.folder}/{name}{SUFFIX}"
            if not os.path.exists(file):  # noqa: PTH110 - a path's own is slow, and this is often
                raise ConnectionFailed(
                    f"{file} was removed while it was open",
                    "put it back, or open the databases again and build them anew",
                )

    def _attach(self, name: str, stem: str) -> None:
        file = ":memory:" if self.folder is None else str(self.folder / f"{stem}{SUFFIX}")
        try:
            if self.folder is not None:
                leftovers.ensure(Path(file))
            self.root.execute(f"attach '{quoted(file)}' as {quote(name)}")
            self.root.execute(f"create schema if not exists {quote(name)}.{OWN_SCHEMA}")
            self.objects.load(self.root, name)
        except (duckdb.Error, OSError) as error:
            raise cannot_open(file, error) from error

    def _attach_macros(self) -> None:
        try:
            file = macros.file(self.folder)
            try:
                self._attach_read_only(file)
            except duckdb.Error:  # a damaged copy is made anew
                file.unlink()
                self._attach_read_only(macros.file(self.folder))
        except (duckdb.Error, OSError) as error:
            raise cannot_open(str(self.folder), error) from error

    def _attach_read_only(self, file: Path) -> None:
        self.root.execute(f"attach '{quoted(file)}' as {macros.CATALOG} (read_only)")


def catalog(database: str) -> Key:
    """Stands for all objects of a database, where what changes in `Store.changed` is meant."""
    return Key(database, "", "*", "*")


def database_key(name: str) -> Key:
    """The key of a database's own record."""
    return key("DATABASE", name, "", name)


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


def cannot_open(file: str, error: Exception) -> ConnectionFailed:
    """DuckDB's reason why a file cannot be opened, with the owner and the next step."""
    text = str(error)
    owner = re.search(r"\(PID (\d+)\)", text)
    if owner or "Conflicting lock" in text:
        who = claims.owner(Path(file).parent, int(owner.group(1))) if owner else "another process"
        return Occupied(
            f"{file} is in use by {who}",
            "wait for it or end it: a database file can be open in one process at a time",
        )
    return ConnectionFailed(
        f"{file} cannot be opened: {text.splitlines()[0]}",
        "check that the folder exists, is writable and that the file is a database of this engine",
    )
