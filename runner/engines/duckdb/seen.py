"""What a statement takes to be true of objects, proven again before its answer counts.

A statement is translated by what is known of objects in memory and then run by DuckDB, which sees
the tables of that later moment. Between the two another session may have replaced, altered or
dropped one of them. So every object that is looked up is noted, and when DuckDB has run the
statement the notes are compared with what is known by then: where they differ, the statement is
tried again. An explicit transaction keeps instead what was known when it began, as DuckDB does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from runner.engines.duckdb.objects import Key, Object
    from runner.engines.duckdb.registry import Objects


class Listing(NamedTuple):
    """Objects that were listed: of a database, or of one of its schemas, or of one kind there."""

    database: str
    schema: str | None = None
    kind: str | None = None


@dataclass
class Seen:
    """The notes of one statement: objects by their keys (None: there was none) with the turn in
    which they were looked up, and what listings gave. `relied` are the keys whose objects must stay
    the very same."""

    objects: dict[Key, tuple[Object | None, int]] = field(default_factory=dict)
    members: dict[Listing, tuple[Object, ...]] = field(default_factory=dict)
    relied: set[Key] = field(default_factory=set)

    def look(self, known: Objects, key: Key) -> Object | None:
        """The object under a key, noted."""
        turn = known.turn  # before the look: what comes between is taken for a change
        found = known.get(key)
        self.objects.setdefault(key, (found, turn))
        return found

    def list(self, known: Objects, listing: Listing) -> tuple[Object, ...]:
        """The objects of a listing, noted."""
        found = tuple(known.of(*listing))
        self.members.setdefault(listing, found)
        return found

    def forget(self, changes: Iterable[Key]) -> None:
        """Leave out what the statement itself has changed."""
        for key in changes:
            self.objects.pop(key, None)
        self.members.clear()

    def concerned(self, changing: Iterable[Key]) -> bool:
        """Whether a change of these objects may be one of what was noted."""
        return bool(self.members) or any(key in self.objects for key in changing)

    def holds(self, known: Objects, written: Iterable[Key]) -> bool:
        """Whether all of it has been so ever since. What is written anew must not have changed at
        all, or the other session's change would be lost; the rest must have kept its shape."""
        strict = self.relied.union(written)
        for key, (before, turn) in self.objects.items():
            if known.reshaped_since(key, turn) or (key in strict and known.get(key) is not before):
                return False
        return not strict or all(
            tuple(known.of(*listing)) == found for listing, found in self.members.items()
        )
