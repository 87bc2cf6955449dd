"""The rows of a snapshot -> the rules that they break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

MOMENT = timedelta(microseconds=1)

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Version:
    """One row of a history; the other columns do not matter here."""

    key: Key
    valid_from: datetime
    valid_to: datetime | None
    is_current: bool
    is_deleted: bool


@dataclass(frozen=True)
class Finding:
    """A key that breaks a rule, and how."""

    key: Key
    message: str


def findings(
    versions: Iterable[Version], runs: Collection[datetime], present: Collection[Key]
) -> Iterator[Finding]:
    """What is wrong with a history.

    runs      the times at which the snapshot ran: a key may be gone from one of them on
    present   the keys that its query gives now
    """
    timelines: defaultdict[Key, list[Version]] = defaultdict(list)
    for version in versions:
        timelines[version.key].append(version)
    for key, found in timelines.items():
        ordered = sorted(found, key=lambda version: version.valid_from)
        for message in _broken(ordered, runs, key in present):
            yield Finding(key, message)
    for key in present:
        if key not in timelines:
            yield Finding(key, "the query gives it, and the history has no row of it")


def _broken(versions: list[Version], runs: Collection[datetime], is_present: bool) -> Iterator[str]:
    """What is wrong with the versions of one key, which are in order."""
    for one, following in pairwise(versions):
        if one.valid_to is None or one.valid_to > following.valid_from:
            yield f"the versions of {one.valid_from} and {following.valid_from} overlap"
        elif one.valid_to < following.valid_from and not _is_deletion(one, runs):
            yield f"a gap from {one.valid_to} to {following.valid_from}"
    if any(version.is_current != (version.valid_to is None) for version in versions):
        yield "is_current and valid_to contradict each other"
    current = [version for version in versions if version.valid_to is None]
    if len(current) > 1:
        yield f"{len(current)} rows are current"
    elif is_present and not (current and not current[0].is_deleted):
        yield "the query gives it, and no row of it is current"
    elif not current and not _is_deletion(versions[-1], runs):
        yield f"no row is current, and it was not deleted at {versions[-1].valid_to}"


def _is_deletion(version: Version, runs: Collection[datetime]) -> bool:
    """Whether a version ends because its key was gone: at a run, or right behind its own time."""
    end = version.valid_to
    return end in runs or end == version.valid_from + MOMENT
