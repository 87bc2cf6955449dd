"""`@on_schema_change`: what to do when the query's columns are not those of the table.

The modes are dbt's (docs: "Incremental models", "What if the columns of my incremental model
change?"):

ignore              new columns are left out, types stay; a column that the query no longer gives
                    is an error, since its new values would silently be null
fail                any difference is an error
append_new_columns  new columns are added, types widened; a column that is gone stays, null in new
                    rows
sync_all_columns    the same, and columns that are gone are dropped

A type is widened where Snowflake can do so in place (ALTER TABLE … ALTER COLUMN): a longer VARCHAR
or BINARY, more digits in front of a NUMBER's point. A type that holds whatever the query gives is
no difference. Any other change of type is an error, and so is a new column in the key: the rows
that are there would have nulls in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runner.engines import Column
from runner.errors import RunnerError
from runner.generating.work import Existing, names
from runner.nodes import Model, Relation, sql_name

_ADDING = ("append_new_columns", "sync_all_columns")
_LONGEST_NUMBER = 38
_TYPE = re.compile(r"(\w+)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\Z")


@dataclass(frozen=True)
class SchemaChange:
    """`columns` are written. DDL commits, so tables grow `before` the transaction that writes the
    rows, which leaves them right if that fails, and shrink `after` it."""

    columns: tuple[str, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Difference:
    """`new` and `widened` as they should be, `retyped` as (as it is, as it arrives)."""

    new: tuple[Column, ...]
    gone: tuple[str, ...]
    widened: tuple[Column, ...]
    retyped: tuple[tuple[Column, Column], ...]


def must_look(node: Model) -> bool:
    """Whether only the batch itself can tell what is needed of its columns."""
    expected = [column.name for column in node.columns]
    known = bool(expected) and "*" not in expected
    return not known or node.settings.on_schema_change != "ignore"


def change(node: Model, existing: Existing, arrived: Sequence[Column] = ()) -> SchemaChange:
    """What to write and to alter. Without the columns that `arrived`, the model's names are taken.

    Raises `RunnerError` for a difference that the mode does not allow.
    """
    got = tuple(arrived) or tuple(Column(column.name, "") for column in node.columns)
    found = _difference(existing, got)
    _refuse(node, found)
    if node.settings.on_schema_change not in _ADDING:
        new = {column.name for column in found.new}
        return SchemaChange(tuple(column.name for column in got if column.name not in new))
    before = [*added(node.relation, found.new)]
    before += [
        f"alter table {node.relation} alter column {sql_name(column.name)} "
        f"set data type {column.type}"
        for column in found.widened
    ]
    dropped = found.gone if node.settings.on_schema_change == "sync_all_columns" else ()
    after = (f"alter table {node.relation} drop column {names(dropped)}",) if dropped else ()
    return SchemaChange(tuple(column.name for column in got), tuple(before), after)


def same(existing: Existing, arrived: Sequence[Column]) -> bool:
    """Whether a table has just these columns, in their order and of their types."""
    if existing.names() != tuple(column.name for column in arrived):
        return False
    pairs = zip(existing.columns, arrived, strict=True)
    return all(
        _holding(have.type, got.type) == have.type and _holding(got.type, have.type) == got.type
        for have, got in pairs
    )


def added(relation: Relation, columns: Sequence[Column]) -> tuple[str, ...]:
    """One `alter table` that adds all the columns."""
    if not columns:
        return ()
    listed = ", ".join(f"{sql_name(column.name)} {column.type}" for column in columns)
    return (f"alter table {relation} add column {listed}",)


def _difference(existing: Existing, got: Sequence[Column]) -> _Difference:
    have: Mapping[str, Column] = {column.name: column for column in existing.columns}
    arrived = {column.name for column in got}
    widened, retyped = [], []
    for column in got:
        if column.name in have and column.type:
            wanted = _holding(have[column.name].type, column.type)
            if not wanted:
                retyped.append((have[column.name], column))
            elif wanted != have[column.name].type:
                widened.append(Column(column.name, wanted))
    return _Difference(
        new=tuple(column for column in got if column.name not in have),
        gone=tuple(name for name in have if name not in arrived),
        widened=tuple(widened),
        retyped=tuple(retyped),
    )


def _holding(have: str, got: str) -> str:
    """The type that a column of type `have` needs to hold values of type `got`; empty when only a
    new column could.

    >>> _holding("NUMBER(12,2)", "NUMBER(14,1)"), _holding("VARCHAR(9)", "VARCHAR(3)")
    ('NUMBER(15,2)', 'VARCHAR(9)')
    >>> _holding("NUMBER(12,2)", "NUMBER(12,3)"), _holding("DATE", "VARCHAR(9)")
    ('', '')
    """
    old, new = _TYPE.match(have), _TYPE.match(got)
    if old is None or new is None:
        return have if have == got else ""
    if old[1] != new[1]:
        return ""
    if old[2] is None or new[2] is None:  # INFORMATION_SCHEMA gives no precision of a time
        return have
    if old[1] == "NUMBER":
        return _holding_number(have, (int(old[2]), int(old[3])), (int(new[2]), int(new[3])))
    if int(new[2]) <= int(old[2]):
        return have
    return got if old[1] in ("VARCHAR", "BINARY") else ""


def _holding_number(have: str, old: tuple[int, int], new: tuple[int, int]) -> str:
    """The same for numbers of (precision, scale): Snowflake cannot change a scale."""
    (precision, scale), (wanted_precision, wanted_scale) = old, new
    digits = wanted_precision - wanted_scale
    if wanted_scale > scale or digits + scale > _LONGEST_NUMBER:
        return ""
    return have if digits <= precision - scale else f"NUMBER({digits + scale},{scale})"


def _refuse(node: Model, found: _Difference) -> None:
    """Raise when the mode does not allow a difference, or nobody can carry it out."""
    mode = node.settings.on_schema_change
    told = []
    needed = {*node.settings.unique_key, node.settings.batch_by}
    keys = [column.name for column in found.new if column.name in needed]
    if found.new and (mode == "fail" or keys):
        told.append(f"new: {names(keys or [column.name for column in found.new])}")
    if found.gone and mode in ("fail", "ignore"):
        told.append(f"gone: {names(found.gone)}")
    if found.widened and mode == "fail":
        told += [f"wider: {sql_name(column.name)} {column.type}" for column in found.widened]
    if mode != "ignore":
        told += [f"{sql_name(o.name)}: {o.type} became {n.type}" for o, n in found.retyped]
    if not told:
        return
    hint = "build it anew with --full-refresh"
    if mode not in _ADDING and not keys and not found.retyped:
        hint += ", or set @on_schema_change append_new_columns or sync_all_columns"
    what = f"the query's columns are not those of {node.relation}"
    raise RunnerError(f"{node.path}: {what} ({'; '.join(told)})", hint)
