"""What of a file can change what it builds, as digests: comments, layout and the letter case of
keywords do not count."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property


class Clock(StrEnum):
    """How often a query gives something else without any new input."""

    NEVER = "never"
    DAILY = "daily"  # it reads the date and nothing finer
    ALWAYS = "always"  # it reads the time, or draws at random


def oftenest(clocks: Iterable[Clock]) -> Clock:
    """The clock of what is made of several."""
    return max(clocks, key=[*Clock].index, default=Clock.NEVER)


_ENCODER = json.JSONEncoder(separators=(",", ":"))


@dataclass(frozen=True)
class Fingerprint:
    """The digests (hex) of one file; what is empty says nothing.

    frame      the query apart from the `columns`
    columns    each item of the final select list by its column (stored name), in their order; empty
               where an item counts for more than its own column, then the frame holds them all
    settings   the settings that shape the relation
    checks     what is asked of it, with thresholds and severities
    """

    frame: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    settings: str = ""
    checks: str = ""

    @cached_property
    def text(self) -> str:
        """The digests as the state keeps them: equal texts build the same."""
        digests = {one.name: getattr(self, one.name) for one in fields(self)}
        return _ENCODER.encode(digests)


def from_text(text: str) -> Fingerprint:
    """The fingerprint that `Fingerprint.text` wrote."""
    return Fingerprint(**json.loads(text))
