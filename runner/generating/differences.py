"""Two relations -> the queries that count and show in what their rows differ.

Rows that are equal in all compared columns cancel each other out, one for one. Of what is left, the
rows of a key that is there once before and once after are one row that changed; all others were
removed or added. Without a key no row is a changed one.

Values are compared as their types allow: numbers as numbers, times as times, FLOAT to 12
significant digits (the order in which numbers are added up shows in the ones behind), VARIANT,
OBJECT and ARRAY as their JSON, GEOGRAPHY and GEOMETRY as their text, and what has become of another
kind as text. Nulls are equal to each other, in keys too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runner.generating.work import filled
from runner.nodes import sql_name

SAMPLE_ROWS = 5  # rows of each kind of change

_JSON = frozenset({"VARIANT", "OBJECT", "ARRAY", "MAP"})
_SHAPES = frozenset({"GEOGRAPHY", "GEOMETRY"})
_NUMBERS = frozenset({"NUMBER", "FLOAT"})
_TIMES = frozenset({"DATE", "TIMESTAMP_NTZ"})

# Two numbers that are rounded to 12 digits may lie to the left and to the right of a rounding's
# border and be one unit of the last digit apart.
_ONE_UNIT = "1.5e-11"


@dataclass(frozen=True)
class Compared:
    """A column (stored name) that both relations have, and its types as DDL writes them."""

    name: str
    before: str
    after: str

    @property
    def is_float(self) -> bool:
        """Whether it is compared as a number without exact digits."""
        return "FLOAT" in {_kind(self.before), _kind(self.after)} and self._is_number

    @property
    def _is_number(self) -> bool:
        return {_kind(self.before), _kind(self.after)} <= _NUMBERS

    def value(self, type_: str) -> str:
        """The column as it is compared, on the side where it has that type."""
        kinds = {_kind(self.before), _kind(self.after)}
        column = f"compared.{sql_name(self.name)}"
        if self.is_float:
            return _rounded(f"{column}::float")
        if _kind(type_) in _JSON:
            return f"to_json({column})"
        if _kind(type_) in _SHAPES:
            return f"st_aswkt({column})"
        if len(kinds) == 1 or self._is_number:
            return column
        return f"{column}::timestamp_ntz" if kinds <= _TIMES else f"{column}::varchar"


@dataclass(frozen=True)
class Comparison:
    """Two relations, named with their databases, the columns that both have, and the key (stored
    names) that tells rows apart; without one, rows are only added or removed."""

    before: str
    after: str
    columns: tuple[Compared, ...]
    key: tuple[str, ...] = ()

    @property
    def telling(self) -> tuple[str, ...]:
        """The columns that tell rows apart: those of the key, or all."""
        return self.key or tuple(column.name for column in self.columns)

    @property
    def beside(self) -> tuple[str, ...]:
        """The columns beside these."""
        telling = self.telling
        return tuple(column.name for column in self.columns if column.name not in telling)


def counts(comparison: Comparison) -> str:
    """The query for one row: rows before, rows after, rows that are only before, those that are
    only after, pairs of these that have the same key, pairs that differ, and the pairs that differ
    in each column of `Comparison.beside`."""
    return filled(
        "diff_counts",
        surplus=_surplus(comparison),
        before=comparison.before,
        after=comparison.after,
        changed=",\n    ".join(
            [
                f"count_if({_differs(comparison)}) as changed",
                *(f"count_if(differs_{name}) as changed_{name}" for name in _beside(comparison)),
            ]
        ),
    )


def sample(comparison: Comparison) -> str:
    """The query for some rows of each kind: (changed, removed or added; copies; values of
    `Comparison.telling`; values of `Comparison.beside` before; the same after)."""
    key, values = _key(comparison), _beside(comparison)
    return filled(
        "diff_sample",
        surplus=_surplus(comparison),
        pair_columns=_lines([*key, *(f"old_{v}" for v in values), *(f"new_{v}" for v in values)]),
        single_columns=_lines(
            [
                *key,
                *(f"iff(is_before, {value}, null) as old_{value}" for value in values),
                *(f"iff(is_before, null, {value}) as new_{value}" for value in values),
            ]
        ),
        differs=_differs(comparison),
        key=", ".join(key),
        sample_rows=str(SAMPLE_ROWS),
    )


def _surplus(comparison: Comparison) -> str:
    """Columns are named by their place, so that no name of theirs meets one of ours."""
    key, values = _key(comparison), _beside(comparison)
    columns = {column.name: column for column in comparison.columns}
    ordered = [columns[name] for name in (*comparison.telling, *comparison.beside)]
    named = list(zip(ordered, [*key, *values], strict=True))
    floats = {name for column, name in named if column.is_float}
    return filled(
        "diff_surplus",
        before=comparison.before,
        after=comparison.after,
        before_values=_lines([f"{one.value(one.before)} as {name}" for one, name in named]),
        after_values=_lines([f"{one.value(one.after)} as {name}" for one, name in named]),
        columns=", ".join([*key, *values]),
        key=", ".join(key),
        pairs=_lines([*(f"old.{name}" for name in key), *_pairs(values, floats)]),
        same_key="\n        and ".join(f"equal_null(old.{name}, new.{name})" for name in key),
    )


def _pairs(values: Sequence[str], floats: set[str]) -> list[str]:
    """Each value before and after, and whether it differs."""
    found = []
    for name in values:
        old, new = f"old.{name}", f"new.{name}"
        differs = f"{old} is distinct from {new}"
        if name in floats:
            near = f"abs({old} - {new}) < {_ONE_UNIT} * least(abs({old}), abs({new}))"
            differs += f" and not coalesce({near}, false)"
        found += [f"{old} as old_{name}", f"{new} as new_{name}", f"{differs} as differs_{name}"]
    return found


def _differs(comparison: Comparison) -> str:
    """The condition of a pair that is not the same."""
    return " or ".join(f"differs_{name}" for name in _beside(comparison)) or "false"


def _key(comparison: Comparison) -> list[str]:
    """The names, by place, of the columns that tell rows apart."""
    return [f"c{place}" for place, _ in enumerate(comparison.telling, 1)]


def _beside(comparison: Comparison) -> list[str]:
    return [f"c{place}" for place, _ in enumerate(comparison.beside, len(comparison.telling) + 1)]


def _rounded(value: str) -> str:
    """A FLOAT with 12 significant digits; what has no logarithm stays as it is. Snowflake's page
    ROUND takes a scale of -38 to 38."""
    scale = f"11 - floor(log(10, abs({value})))"
    rounded = f"round({value}, greatest(-38, least(38, {scale}))::integer)"
    return f"iff(abs({value}) between 1e-300 and 1e300, {rounded}, {value})"


def _kind(type_: str) -> str:
    """`NUMBER(12,2)` -> `NUMBER`."""
    return type_.split("(", maxsplit=1)[0].strip().upper()


def _lines(parts: Sequence[str]) -> str:
    return ",\n        ".join(parts)
