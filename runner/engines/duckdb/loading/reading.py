"""The words of loading statements that `Words` does not know: stage locations, copy options."""

from __future__ import annotations

import re
from typing import Any

from runner.engines.duckdb.statements.words import Words

_LOCATION = re.compile(r'@(?:"(?:[^"]|"")*"|[^\s(),;"])+')
_BARE = re.compile(r"[^\s]+")


class LoadWords(Words):
    """`Words` that also reads `@stage/path` and the values that copy options take."""

    @property
    def at_location(self) -> bool:
        """Whether a stage location comes next, bare or as a string."""
        return self.sees("@") or (
            self.at_string
            and self._tokens[self._at].text.startswith(("@", "s3:", "gcs:", "azure:"))
        )

    def location(self) -> str:
        """`@db.schema.stage/path`, or the text of a quoted location.

        >>> words = LoadWords('@db."My stage"/a-1/b.csv files')
        >>> words.location(), words.word()
        ('@db."My stage"/a-1/b.csv', 'FILES')
        """
        if self.at_string:
            return self.string()
        if not self.sees("@"):
            raise self.unexpected()
        return self._raw(_LOCATION)

    def path(self) -> str:
        """A `file://…` path of PUT or GET, bare or as a string."""
        return self.string() if self.at_string else self._raw(_BARE)

    def _raw(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.sql, self._tokens[self._at].start)
        if found is None:
            raise self.unexpected()
        while not self.done and self._tokens[self._at].start < found.end():
            self._at += 1
        return found.group()

    def options(self) -> dict[str, Any]:
        """`key = value` pairs up to something else; upper-case keys, `SKIP_FILE_10%` included."""
        found: dict[str, Any] = {}
        while self.word(1) == "=":
            key = self.identifier()
            self.expect("=")
            value = self.value()
            found[key] = f"{value}%" if self.take("%") else value
            self.take(",")
        return found


def pairs(value: Any) -> dict[str, Any]:
    """The `(key = value …)` of an option as a mapping.

    >>> pairs([("TYPE", "CSV"), ("SKIP_HEADER", 1)])
    {'TYPE': 'CSV', 'SKIP_HEADER': 1}
    """
    if not isinstance(value, list):
        return {}
    return {item[0]: item[1] for item in value if isinstance(item, tuple)}
