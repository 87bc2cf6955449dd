"""Translations of queries that are kept, in memory and beside the databases, for when the same text
comes again.

What a translation depends on is part of its name (the text, the current database and schema, the
session's parameters; the engine and its libraries are part of the file's name) or is kept with it
and compared before it is used (session variables, the objects that were looked up, the functions
that were chosen from). A query whose translation has read anything else of its session is not kept
(see `connection.Noted`), nor is any in an explicit transaction. That the objects are still the same
when DuckDB has run the query is proven as for any other (see `seen`).
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.engines.duckdb import objects
from runner.engines.duckdb.objects import Key, Object
from runner.engines.duckdb.scopes import Output, Query
from runner.engines.duckdb.seen import Listing
from runner.engines.duckdb.translation_file import TranslationFile
from runner.engines.duckdb.types import Type

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

AT_MOST = 32_000_000  # characters of translations in memory, and as many in the file
LONGEST = 1_000_000  # characters of one
DATA = re.compile(r"'[^']{2000}")


@dataclass
class Dependencies:
    """What the translation that is being made has looked up: objects, each with whether it is a
    temporary one, and listings. It depends on `more` when it has read something else, or when the
    same look gave something else the second time."""

    objects: dict[Key, tuple[Object | None, bool]] = field(default_factory=dict)
    listings: dict[Listing, list[Object]] = field(default_factory=dict)
    more: bool = False

    def looked(self, key: Key, found: Object | None, *, temporary: bool) -> None:
        first, _ = self.objects.setdefault(key, (found, temporary))
        self.more = self.more or first is not found

    def listed(self, listing: Listing, found: list[Object]) -> None:
        self.more = self.listings.setdefault(listing, found) != found or self.more

    def too_much(self, *kinds: str) -> bool:
        """Whether it depends on anything else than single objects and listings of these kinds."""
        return self.more or any(listing.kind not in kinds for listing in self.listings)


@dataclass(frozen=True)
class Translation:
    """A query under its name and what it depends on: objects and listings by their digests,
    variables by their values as `repr` writes them."""

    name: str
    query: Query
    objects: Mapping[Key, str]
    listings: Mapping[Listing, str]
    variables: Mapping[str, str]

    @classmethod
    def of(
        cls, name: str, query: Query, read: Dependencies, variables: Mapping[str, str]
    ) -> Translation:
        objects = {key: digest(*looked) for key, looked in read.objects.items()}
        listings = {one: digests(found) for one, found in read.listings.items()}
        return cls(name, query, objects, listings, variables)

    def holds(self, session: Session, variables: Mapping[str, Any]) -> bool:
        """Whether everything is as it was; the objects then count as looked up."""
        now = session.dependencies = Dependencies()
        for key in self.objects:
            objects.under(session, key)
        for listing in self.listings:
            objects.members(session, *listing)
        return (
            all(digest(*now.objects[key]) == was for key, was in self.objects.items())
            and all(digests(now.listings[one]) == was for one, was in self.listings.items())
            and all(
                name in variables and repr(variables[name]) == was
                for name, was in self.variables.items()
            )
        )


def digest(found: Object | None, temporary: bool) -> str:
    """What tells an object, or its absence, from others over which a query means something else."""
    return ("temporary " if temporary else "") + ("none" if found is None else found.digest)


def digests(found: Iterable[Object]) -> str:
    return " ".join(one.digest for one in found)


class Translations:
    """Those of one store; `folder` is where its databases are, None for one in memory."""

    def __init__(self, folder: Path | None) -> None:
        self._file = TranslationFile(folder) if folder is not None else None
        self._kept: OrderedDict[str, Translation] = OrderedDict()
        self._unsaved: set[str] = set()
        self._size = 0
        self._lock = threading.Lock()

    def find(self, name: str) -> Translation | None:
        """The translation of this name; whether it `holds` is still to be asked."""
        with self._lock:
            found = self._kept.get(name)
            if found is not None:
                self._kept.move_to_end(name)
                return found
            body = self._file.read(name) if self._file is not None else None
            if body is None:
                return None
            found = decode(name, body)
            self._put(found)
            return found

    def keep(self, made: Translation) -> None:
        """Keep a translation, for this process and, once it is saved, for later ones."""
        if len(made.query.sql) > LONGEST:
            return
        with self._lock:
            self._put(made)
            self._unsaved.add(made.name)

    def save(self) -> None:
        """Write what is new into the file, all at once."""
        with self._lock:
            if self._file is not None:
                new = [one for name, one in self._kept.items() if name in self._unsaved]
                self._file.write([(one.name, encode(one)) for one in new], AT_MOST)
                self._unsaved.clear()

    def _put(self, one: Translation) -> None:
        """Put one in memory, and forget those that have not been used for longest."""
        self._forget(one.name)
        self._kept[one.name] = one
        self._size += len(one.query.sql)
        while self._size > AT_MOST:
            self._forget(next(iter(self._kept)))

    def _forget(self, name: str) -> None:
        before = self._kept.pop(name, None)
        self._size -= len(before.query.sql) if before is not None else 0
        self._unsaved.discard(name)


def holds_data(text: str) -> bool:
    """Whether so long a literal is in a text that it carries rows, and will not come again."""
    return DATA.search(text) is not None


def name_of(sql: str, *context: object) -> str:
    """The name of a text's translation in a context that `repr` tells from others."""
    text = repr((sql, *context))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def encode(one: Translation) -> str:
    """A translation as the file keeps it.

    >>> query = Query("select 1", [Output("A", Type("NUMBER", 1), "A")])
    >>> made = Translation("n", query, {Key("DB", "SC", "RELATION", "T"): "x"}, {}, {"V": "1"})
    >>> decode("n", encode(made)) == made
    True
    """
    body: dict[str, Any] = {
        "sql": one.query.sql,
        "columns": [[c.name, astuple(c.type), c.physical] for c in one.query.columns],
        "objects": [[*key, was] for key, was in one.objects.items()],
        "listings": [[*listing, was] for listing, was in one.listings.items()],
        "variables": dict(one.variables),
    }
    return json.dumps(body, separators=(",", ":"))


def decode(name: str, text: str) -> Translation:
    body = json.loads(text)
    columns = [Output(name, Type(*kind), physical) for name, kind, physical in body["columns"]]
    return Translation(
        name,
        Query(body["sql"], columns),
        {Key(*parts): was for *parts, was in body["objects"]},
        {Listing(*parts): was for *parts, was in body["listings"]},
        body["variables"],
    )
