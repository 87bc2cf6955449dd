"""ALTER of views, materialized views and dynamic tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.engines import Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.statements import altering, altering_columns, ddl, handles, replies
from runner.engines.duckdb.statements.words import Words
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


@handles("ALTER VIEW")
def alter_view(session: Session, statement: Statement) -> Result:
    """`alter view [if exists] … rename to | set | unset | alter column | add row access policy`"""
    return alter(session, statement, "VIEW")


@handles("ALTER MATERIALIZED VIEW")
def alter_materialized_view(session: Session, statement: Statement) -> Result:
    """`alter materialized view …`; it is always current, so SUSPEND is refused."""
    return alter(session, statement, "MATERIALIZED VIEW")


@handles("ALTER DYNAMIC TABLE")
def alter_dynamic_table(session: Session, statement: Statement) -> Result:
    """`alter dynamic table …`; it is always fresh, so SUSPEND is refused and REFRESH is nothing."""
    return alter(session, statement, "DYNAMIC TABLE")


def alter(session: Session, statement: Statement, kind: str) -> Result:
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("ALTER", *kind.split())
    quiet = words.take("IF", "EXISTS")
    path = ddl.path_of(session, words.name())
    if quiet and objects.find(session, kind, path) is None:
        return replies.succeeded()
    record = ddl.require(session, kind, path)
    if words.sees("SUSPEND") and not words.sees("SUSPEND", "RECLUSTER"):
        raise Unsupported(f"ALTER {kind} … SUSPEND")
    with ddl.alone(session):
        changed = altering.action(words, CHANGES)(session, words, record)
        words.end()
        if changed.key != record.key:
            objects.drop(session, record.key)
        objects.put(session, changed.changed())
    return replies.succeeded()


def rename(session: Session, words: Words, record: Object) -> Object:
    """RENAME TO a name in the same schema."""
    path = ddl.path_of(session, words.name())
    if path[:2] != (record.database, record.schema):
        raise Unsupported(f"moving a {record.kind.lower()} to another schema")
    if objects.find(session, "VIEW", path) is not None:
        raise replies.already_exists(path[2])
    old = ddl.place((record.database, record.schema, record.name))
    session.raw(f"alter view {old} rename to {quote(path[2])}")
    return record.changed(name=path[2])


def column(session: Session, words: Words, record: Object) -> Object:
    """Comments, policies and tags of columns; nothing else of them can be altered."""
    words.take("COLUMN")
    found = altering_columns.need_column(record, words.identifier())
    for phrase, act in altering_columns.CHANGES:
        if phrase[-1] in ("COMMENT", "POLICY", "TAG") and words.take(*phrase):
            return altering_columns.with_column(record, found, act(session, words, "", found))
    raise words.unexpected()


def nothing(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    words.rest()
    return record


CHANGES: altering.Actions = (
    (("RENAME", "TO"), rename),
    (("ALTER",), column),
    (("MODIFY",), column),
    (("SET",), altering.set_),
    (("UNSET",), altering.unset),
    (("CLUSTER", "BY"), altering.cluster),
    *altering.ROW_ACCESS,
    (("REFRESH",), nothing),
    (("RESUME",), nothing),
    (("SUSPEND", "RECLUSTER"), nothing),
)
