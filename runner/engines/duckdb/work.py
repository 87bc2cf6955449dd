"""What an explicit transaction has done so far, so that it can be done again.

A statement that fails leaves a Snowflake transaction as it was before it; DuckDB gives the whole
transaction up. And each statement sees what others have committed before it (READ COMMITTED, page
*Transactions*); DuckDB's transaction sees the database as it was at its first write. In both cases
what was written is written again in a new transaction. That is only the same when nobody else has
changed a table on which it depends, and nothing written depends on chance or the clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runner.engines.duckdb.objects import Key

WRITES = ("insert", "update", "delete", "merge", "create", "drop", "alter")
VOLATILE = re.compile(r"\b(random|uuid\w*|gen_random_uuid|nextval|now|setseed)\s*\(", re.IGNORECASE)


def writes(sql: str) -> bool:
    """Whether DuckDB's statement changes something."""
    return sql[:12].lstrip().lower().startswith(WRITES)


@dataclass
class Work:
    """The statements of one explicit transaction. `commits` is how many the store had seen when it
    began; `read` are the tables on which what is `done` depends; `current` and `reading` belong to
    the statement that is running, which `is_current` when it sees what is committed by now."""

    commits: int
    done: list[tuple[str, Sequence[Any]]] = field(default_factory=list)
    current: list[tuple[str, Sequence[Any]]] = field(default_factory=list)
    read: set[Key] = field(default_factory=set)
    reading: set[Key] = field(default_factory=set)
    is_current: bool = False
    kept: list[Any] = field(default_factory=list)  # temporary files that `done` reads
    by_chance: bool = False
    broken: str = ""

    def wrote(self, sql: str, params: Sequence[Any]) -> None:
        self.current.append((sql, params))
        self.by_chance = self.by_chance or VOLATILE.search(sql) is not None

    def statement_begins(self) -> None:
        self.current, self.reading, self.is_current = [], set(), False

    def statement_succeeded(self) -> None:
        if self.current:
            self.done += self.current
            self.read |= self.reading
        self.statement_begins()

    def is_stale(self, changed: Mapping[Key, int]) -> bool:
        """Whether the statement reads a table that another session has changed since the first
        write; `changed` is the number of the commit that last changed each."""
        return not self.is_current and self.has_changed(self.reading, changed)

    def has_changed(self, keys: set[Key], changed: Mapping[Key, int]) -> bool:
        return bool(self.done) and any(changed.get(key, 0) > self.commits for key in keys)

    def obstacle(self, changed: Mapping[Key, int]) -> str:
        """Why what is done cannot be done again; empty when it can."""
        if not self.done:
            return ""
        if self.has_changed(self.read, changed):
            return "another session has changed a table by which it has written"
        return "what it wrote depends on the clock, chance or a sequence" if self.by_chance else ""
