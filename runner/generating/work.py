"""What it takes to bring one relation up to date, as Snowflake statements in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import dropwhile

from runner import scripts
from runner.engines import Column
from runner.nodes import ColumnSpec, Model, Relation, sql_name

NEXT = "__next"  # a table built beside, published after its checks
ARRIVED = "__arrived"  # what a query with `@quarantine` conditions gives: a temporary table
BATCH = "__batch"  # the rows of one run of an incremental model or snapshot: a temporary table

_PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+)(?:=(\w+))?)?\}")


@dataclass(frozen=True)
class Run:
    """The invocation that does the work: its id, and when it began, aware of its time zone."""

    id: str
    at: datetime


@dataclass(frozen=True)
class Existing:
    """The relation as it stands in the database: `kind` is table, view or dynamic table;
    `quarantine` is that of the rows which it did not take, if there is one."""

    kind: str
    columns: tuple[Column, ...] = ()
    quarantine: Existing | None = None

    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class SentAway:
    """The rows of a run that go to quarantine.

    table     where they are once `Work.sift` is done: the quarantine, or what becomes it
    rows      those of this run, as SQL for a from clause
    balance   a query for three numbers, of the rows that came in, went out and were sent away
    """

    table: Relation
    rows: str
    balance: str = ""


@dataclass(frozen=True)
class Work:
    """The statements that bring one relation up to date; each field's are run in the order given.

    1. `variables`: what the session must know. `prepare`: DDL, which commits by itself.
    2. `describe`: when not empty, the columns of its result decide how to go on: ask
       `materializations.settle` for the work that replaces this one, and begin it at its 1;
       `transactional` and `undo` hold for both.
    3. `guards`: queries; each row that one returns is a reason (its first column, a text) to stop
       before anything is written.
    4. `sift`, which sends rows to quarantine, `write`, and `take`, which takes rows that were
       written out of the table they came from; when `transactional`, between `begin` and the
       `commit` that follows the checks, with a `rollback` when one fails.
    5. The checks, which read `checked`: SQL for a from clause, a relation's name or a query in
       brackets; where `new_rows` is given it holds the rows of this run, likewise.
    6. `publish`: statements that follow passed checks, then `aside`, if any, takes the relation's
       place by `session.publish`, and right before it what `sent_away` has made aside takes that
       of its quarantine. `record` notes in the schema `runner` what was done: in the
       transaction, or behind the publication.
    7. `finish`. After a failure anywhere: `undo` instead.

    `label` says what is done ("incremental merge"), `full` whether the relation is made anew.
    """

    label: str
    checked: str
    variables: tuple[str, ...] = ()
    prepare: tuple[str, ...] = ()
    describe: str = ""
    guards: tuple[str, ...] = ()
    sift: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    take: tuple[str, ...] = ()
    transactional: bool = False
    publish: tuple[str, ...] = ()
    aside: Relation | None = None
    record: tuple[str, ...] = ()
    finish: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    full: bool = True
    new_rows: str | None = None
    sent_away: SentAway | None = None

    @property
    def several(self) -> bool:
        """Whether it takes several statements that commit by themselves, which an engine that can
        should make one transaction (`Session.together`)."""
        alone = len(self.write) + len(self.publish) == 1 and not self.aside
        return not (self.transactional or alone)


def filled(name: str, **parts: str | Sequence[str]) -> str:
    """The statement in `runner/sql/<name>.sql`, without its first comment, with its parts put in.

    A part is SQL, put in as it is, or the stored names of columns: `{key}` lists them,
    `{key:batch}` qualifies them, `{key:batch=loaded}` joins on them. What is put in is not searched
    again, so a query may contain braces.
    """
    lines = scripts.own(name).splitlines()
    text = "\n".join(dropwhile(lambda line: line.startswith("--"), lines)).strip()
    return _PLACEHOLDER.sub(lambda match: _put_in(parts[match[1]], match[2], match[3]), text)


def _put_in(part: str | Sequence[str], prefix: str | None, other: str | None) -> str:
    if isinstance(part, str):
        return part
    return matches(part, prefix or "", other) if other else names(part, prefix or "")


def names(columns: Iterable[str], prefix: str = "") -> str:
    """Stored column names as a list in SQL: `a, b`, or `batch.a, batch.b` with a prefix."""
    return ", ".join(qualified(column, prefix) for column in columns)


def matches(columns: Iterable[str], left: str, right: str) -> str:
    """The join condition on a key: `left.a = right.a and left.b = right.b`."""
    return " and ".join(
        f"{qualified(column, left)} = {qualified(column, right)}" for column in columns
    )


def any_null(columns: Iterable[str]) -> str:
    return " or ".join(f"{sql_name(column)} is null" for column in columns)


def no_null(columns: Iterable[str]) -> str:
    return " and ".join(f"{sql_name(column)} is not null" for column in columns)


def as_text(columns: Iterable[str], prefix: str = "") -> str:
    """A key as one text, its values separated by commas."""
    return " || ', ' || ".join(
        f"coalesce({qualified(column, prefix)}::varchar, 'null')" for column in columns
    )


def is_deleted(node: Model) -> str:
    """The condition of a row that `@delete_when` names."""
    return f"coalesce({node.settings.delete_when}, false)"


def is_kept(node: Model) -> str:
    """The condition of a row that `@delete_when` does not name."""
    return f"not {is_deleted(node)}"


def of_batch(node: Model) -> str:
    """The condition of a row, as `loaded`, that belongs to the batch which the session's variables
    bound."""
    column = f"loaded.{sql_name(node.settings.batch_by)}"
    return f"{column} >= $batch_start and {column} < $batch_end"


def qualified(column: str, prefix: str) -> str:
    return f"{prefix}.{sql_name(column)}" if prefix else sql_name(column)


def drop(relation: Relation, kind: str = "table") -> str:
    return f"drop {kind} if exists {relation}"


def drop_other(relation: Relation, existing: Existing | None, wanted: str) -> tuple[str, ...]:
    """Making room for a relation of the other kind, which `create or replace` would refuse."""
    if existing is None or existing.kind == wanted:
        return ()
    return (drop(relation, existing.kind),)


def column_comments(relation: Relation, columns: Iterable[ColumnSpec]) -> tuple[str, ...]:
    """One `alter table` that describes all columns of a table (ALTER TABLE … ALTER COLUMN)."""
    described = [
        f"column {sql_name(column.name)} comment {scripts.literal(column.description)}"
        for column in columns
        if column.description
    ]
    if not described:
        return ()
    clauses = ",\n    ".join(described)
    return (f"alter table {relation} alter\n    {clauses}",)
