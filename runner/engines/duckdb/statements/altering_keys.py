"""ALTER TABLE … CONSTRAINT: keys are recorded and not enforced (page *Overview of Constraints*)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.engines.duckdb import dialect
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.statements import definitions, replies
from runner.engines.duckdb.statements.altering_columns import located, need_column, with_column
from runner.engines.duckdb.statements.words import Words

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

Action = Callable[["Session", Words, Object], Object]


def add(session: Session, words: Words, record: Object) -> Object:
    """ADD of a key; a primary key's columns become NOT NULL."""
    start, end = words.item()
    tree = dialect.part(words.sql, start, end, "create table added").tree
    added = definitions.of_table(tree).properties["constraints"]  # type: ignore[arg-type]
    known = list(record.properties.get("constraints", []))
    keys = [one for one in (*known, *added) if one["type"] == "PRIMARY KEY"]
    if len(keys) > 1:
        raise replies.compilation(
            f"primary key already exists for table '{record.name}'", 2260, "42601"
        )
    for constraint in added:
        for name in constraint["columns"]:
            column = need_column(record, name)
            if constraint["type"] == "PRIMARY KEY" and column.nullable:
                place = located(session, record)
                session.raw(f"alter table {place} alter {quote(name)} set not null")
                record = with_column(record, column, replace(column, nullable=False))
    return record.with_properties(constraints=[*known, *added])


def drop(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    name = words.identifier()
    words.take_any("CASCADE", "RESTRICT")
    known = record.properties.get("constraints", [])
    kept = [constraint for constraint in known if constraint["name"] != name]
    if len(kept) == len(known):
        raise replies.does_not_exist("Constraint", name)
    return record.with_properties(constraints=kept or None)


def rename(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    old = words.identifier()
    words.expect("TO")
    new = words.identifier()
    known = record.properties.get("constraints", [])
    if old not in [constraint["name"] for constraint in known]:
        raise replies.does_not_exist("Constraint", old)
    renamed = [{**one, "name": new} if one["name"] == old else one for one in known]
    return record.with_properties(constraints=renamed)


def drop_kind(kind: str) -> Action:
    """DROP PRIMARY KEY, UNIQUE (…) or FOREIGN KEY (…)."""

    def act(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
        listed = words.parenthesised() if words.sees("(") else ""
        names = [name.strip().strip('"').upper() for name in listed.split(",") if name.strip()]
        words.take_any("CASCADE", "RESTRICT")
        kept = [
            constraint
            for constraint in record.properties.get("constraints", [])
            if constraint["type"] != kind
            or (names and [name.upper() for name in constraint["columns"]] != names)
        ]
        return record.with_properties(constraints=kept or None)

    return act


def modify(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    """MODIFY of a key: RELY and the like are taken, and mean nothing to what is not enforced."""
    known = record.properties.get("constraints", [])
    if words.take("CONSTRAINT"):
        name = words.identifier()
        if name not in [constraint["name"] for constraint in known]:
            raise replies.does_not_exist("Constraint", name)
    else:
        kind = next(kind for kind in KINDS if words.take(*kind.split()))
        words.parenthesised() if words.sees("(") else None
        if kind not in [constraint["type"] for constraint in known]:
            raise replies.does_not_exist("Constraint", kind)
    while words.take_any("NOT", "ENFORCED", "VALIDATE", "NOVALIDATE", "RELY", "NORELY"):
        continue
    return record


KINDS = ("PRIMARY KEY", "UNIQUE", "FOREIGN KEY")
