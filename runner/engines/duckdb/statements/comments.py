"""COMMENT ON."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.engines import Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.statements import (
    altering_columns,
    ddl,
    functions,
    handles,
    kinds,
    replies,
)
from runner.engines.duckdb.statements.words import Words

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


@handles("COMMENT")
def comment(session: Session, statement: Statement) -> Result:
    """`comment [if exists] on <kind> <name> is '…'`, columns and tables alike."""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("COMMENT")
    quiet = words.take("IF", "EXISTS")
    words.expect("ON")
    if words.take("COLUMN"):
        return comment_column(session, words, quiet=quiet)
    kind = kinds.read(words)
    if kind == "FUNCTION":
        path, _ = functions.named(session, words)
    else:
        path = kinds.path(session, kind, words.name())
    words.expect("IS")
    text = words.string()
    words.end()
    record = objects.find(session, kind, path)
    if record is None:
        if quiet or kinds.is_account(kind):
            return replies.succeeded()
        raise replies.does_not_exist(kind.capitalize(), path[2])
    with ddl.alone(session):
        objects.put(session, record.changed(comment=text or None))
    return replies.succeeded()


def comment_column(session: Session, words: Words, *, quiet: bool) -> Result:
    """`comment on column table.column is '…'`"""
    *table, name = words.name()
    words.expect("IS")
    text = words.string()
    words.end()
    path = ddl.path_of(session, tuple(table))
    if quiet and objects.find(session, "TABLE", path) is None:
        return replies.succeeded()
    record = ddl.require(session, "RELATION", path)
    column = altering_columns.need_column(record, name)
    with ddl.alone(session):
        objects.put(session, commented(record, column.name, text or None))
    return replies.succeeded()


def commented(record: Object, name: str, text: str | None) -> Object:
    changed = tuple(replace(c, comment=text) if c.name == name else c for c in record.columns)
    return record.changed(columns=changed)
