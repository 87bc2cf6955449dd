"""What an explicit transaction has done so far, so that it can be done again.

A statement that fails leaves a Snowflake transaction as it was before it; DuckDB gives the whole
transaction up. So what was written is remembered and written again. That is only the same when
nobody else has committed meanwhile and nothing written depends on chance or the clock; otherwise
the transaction can only be rolled back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

WRITES = ("insert", "update", "delete", "merge", "create", "drop", "alter")
VOLATILE = re.compile(r"\b(random|uuid\w*|gen_random_uuid|nextval|now|setseed)\s*\(", re.IGNORECASE)


def writes(sql: str) -> bool:
    """Whether DuckDB's statement changes something."""
    return sql[:12].lstrip().lower().startswith(WRITES)


@dataclass
class Work:
    """The statements of one explicit transaction. `commits` is how many the store had seen when it
    began; `current` belongs to the statement that is running."""

    commits: int
    done: list[tuple[str, Sequence[Any]]] = field(default_factory=list)
    current: list[tuple[str, Sequence[Any]]] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)  # temporary files that `done` reads
    by_chance: bool = False
    broken: str = ""

    def wrote(self, sql: str, params: Sequence[Any]) -> None:
        self.current.append((sql, params))
        self.by_chance = self.by_chance or VOLATILE.search(sql) is not None

    def statement_succeeded(self) -> None:
        self.done += self.current
        self.current = []

    def obstacle(self, commits: int) -> str:
        """Why what is done cannot be done again; empty when it can."""
        if not self.done:
            return ""
        if commits != self.commits:
            return "another session has committed since the transaction began"
        return "what it wrote depends on the clock, chance or a sequence" if self.by_chance else ""
