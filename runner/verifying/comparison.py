"""Two tables' rows -> the fewest rows and columns in which they differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Row = tuple[Any, ...]

DIGITS = 12  # of a FLOAT: the order in which numbers are added up shows in the ones behind


@dataclass(frozen=True)
class Changed:
    """One key with one row on each side: `columns` differ, from `increment` to `full`."""

    key: Row
    columns: tuple[str, ...]
    increment: Row
    full: Row


@dataclass(frozen=True)
class Difference:
    """What is not the same: `missing` rows are in the full build alone, `extra` ones in the
    increments alone. Rows count as often as they are there."""

    columns: tuple[str, ...]
    key: tuple[str, ...]
    missing: tuple[Row, ...] = ()
    extra: tuple[Row, ...] = ()
    changed: tuple[Changed, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.changed)

    @property
    def changed_columns(self) -> frozenset[str]:
        return frozenset(column for one in self.changed for column in one.columns)


@dataclass(frozen=True)
class State:
    """A relation's rows at one time."""

    columns: tuple[str, ...]
    rows: Sequence[Row]

    def against(self, full: State, key: Sequence[str]) -> Difference:
        return compare(self.columns, key, self.rows, full.rows)

    def distinct(self) -> set[Row]:
        """The rows as a difference shows them."""
        return set(map(_comparable, self.rows))

    def doubled(self, key: Sequence[str]) -> int:
        """How many keys have several rows."""
        places = [self.columns.index(column) for column in key]
        counts = Counter(tuple(row[place] for place in places) for row in self.rows)
        return sum(count > 1 for count in counts.values()) if places else 0


def compare(
    columns: Sequence[str], key: Sequence[str], increment: Iterable[Row], full: Iterable[Row]
) -> Difference:
    """Row by row in both directions. Without a key no row is a changed one."""
    built = Counter(map(_comparable, increment))
    wanted = Counter(map(_comparable, full))
    extra, missing = list((built - wanted).elements()), list((wanted - built).elements())
    changed: list[Changed] = []
    if key:
        places = [list(columns).index(column) for column in key]
        extra, missing, changed = _paired(columns, places, extra, missing)
    return Difference(tuple(columns), tuple(key), _sorted(missing), _sorted(extra), tuple(changed))


def _paired(
    columns: Sequence[str], places: Sequence[int], extra: list[Row], missing: list[Row]
) -> tuple[list[Row], list[Row], list[Changed]]:
    """Rows of a key that each side has once are one that changed."""
    sides: defaultdict[Row, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((extra, missing)):
        for row in rows:
            sides[tuple(row[place] for place in places)][side].append(row)
    left: list[Row] = []
    right: list[Row] = []
    changed = []
    for key in _sorted(sides):
        built, wanted = sides[key]
        if len(built) == len(wanted) == 1:
            changed.append(_changed(columns, key, built[0], wanted[0]))
        else:
            left += built
            right += wanted
    return left, right, changed


def _changed(columns: Sequence[str], key: Row, built: Row, wanted: Row) -> Changed:
    places = [place for place in range(len(columns)) if built[place] != wanted[place]]
    return Changed(
        key,
        tuple(columns[place] for place in places),
        tuple(built[place] for place in places),
        tuple(wanted[place] for place in places),
    )


def _comparable(row: Row) -> Row:
    return tuple(
        float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value for value in row
    )


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    """In an order that is always the same; nulls and types may mix."""
    return tuple(sorted(rows, key=lambda row: [(value is not None, str(value)) for value in row]))
