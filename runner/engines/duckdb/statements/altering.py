"""ALTER TABLE: which action a statement asks for, and those on the table as a whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.engines import Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.statements import (
    altering_columns,
    altering_keys,
    columns,
    ddl,
    handles,
    properties,
    replies,
    settings,
)
from runner.engines.duckdb.statements.altering_columns import located
from runner.engines.duckdb.statements.altering_keys import Action
from runner.engines.duckdb.statements.words import Words
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


@handles("ALTER TABLE")
def alter_table(session: Session, statement: Statement) -> Result:
    """`alter table [if exists] … <action>`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("ALTER", "TABLE")
    quiet = words.take("IF", "EXISTS")
    path = ddl.path_of(session, words.name())
    if quiet and objects.find(session, "TABLE", path) is None:
        return replies.succeeded()
    record = ddl.require(session, "TABLE", path)
    act = action(words, ACTIONS)
    with ddl.alone(session):
        changed = act(session, words, record)
        words.end()
        if changed.key != record.key:
            objects.drop(session, record.key)
        objects.put(session, changed.changed())
    return replies.succeeded()


def rename(session: Session, words: Words, record: Object) -> Object:
    """RENAME TO a name in the same database."""
    path = ddl.path_of(session, words.name())
    if objects.find(session, "TABLE", path) is not None:
        raise replies.already_exists(path[2])
    if record.key in session.temporary:
        raise Unsupported("ALTER TABLE … RENAME of a temporary table")
    ddl.require_schema(session, path[0], path[1])
    session.known.refuse_near_name(objects.key("TABLE", *path))
    return move(session, record, path)


def move(session: Session, record: Object, path: ddl.Path) -> Object:
    """Give a table another name; into another schema its rows are copied, since DuckDB has no
    other way."""
    if path[0] != record.database:
        raise Unsupported("moving a table to another database")
    place = located(session, record)
    moved = replace(record, database=path[0], schema=path[1], name=path[2])
    if path[1] == record.schema:
        session.raw(f"alter table {place} rename to {quote(path[2])}")
        return moved
    session.raw(columns.create_table_sql(session, ddl.place(path), moved))
    session.raw(f"insert into {ddl.place(path)} from {place}")
    session.raw(f"drop table {place}")
    return moved


def swap(session: Session, words: Words, record: Object) -> Object:
    """SWAP WITH another table: both names at once; grants stay with the tables."""
    path = ddl.path_of(session, words.name())
    other = ddl.require(session, "TABLE", path)
    if other.key == record.key:
        raise Unsupported("ALTER TABLE … SWAP WITH the table itself")
    if {record.key, other.key} & session.temporary.keys():
        raise Unsupported("ALTER TABLE … SWAP WITH of a temporary table")
    mine = (record.database, record.schema, record.name)
    parked = move(session, record, (*mine[:2], f"{record.name}~swap"))
    theirs = move(session, other, mine)
    swapped = move(session, parked, path)
    objects.put(session, swapped.changed())
    return theirs


def cluster(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    """CLUSTER BY: recorded, without effect here."""
    words.take("LINEAR")
    return record.with_properties(cluster_by=f"LINEAR({words.parenthesised()})")


def recluster(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    """RECLUSTER, and SUSPEND or RESUME of it: without effect here."""
    words.rest()
    return record


def keep(name: str) -> Action:
    """Record what a policy or the like is given, without effect here."""

    def act(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
        return record.with_properties(**{name: words.rest() or True})

    return act


def lose(name: str) -> Action:
    """Take a recorded property away."""

    def act(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
        words.rest()
        return record.with_properties(**{name: None})

    return act


def drop_row_access(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    """DROP ROW ACCESS POLICY name [, ADD ROW ACCESS POLICY name ON (…)]"""
    words.name()
    added = words.take(",", "ADD", "ROW", "ACCESS", "POLICY")
    return record.with_properties(row_access_policy=words.rest() if added else None)


def set_(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    changed = settings.set_properties(words, record)
    for name, value in changed.properties.items():
        if record.properties.get(name) != value and name not in SET_ELSEWHERE:
            properties.check(record.kind, name, value)
    return changed


# recorded by `settings` under their own words
SET_ELSEWHERE = frozenset({"tags", "secure", "contact"})


def unset(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    changed, names = settings.unset_properties(words, record)
    for name in names:
        properties.check_name(record.kind, name)
    return changed


def add(session: Session, words: Words, record: Object) -> Object:
    """ADD of columns or constraints."""
    if words.word() in ("CONSTRAINT", "PRIMARY", "FOREIGN", "UNIQUE", "CHECK"):
        return altering_keys.add(session, words, record)
    return altering_columns.add(session, words, record)


def modify(session: Session, words: Words, record: Object) -> Object:
    """ALTER or MODIFY of columns or constraints."""
    if words.word() in ("CONSTRAINT", "PRIMARY", "FOREIGN", "UNIQUE"):
        return altering_keys.modify(session, words, record)
    return altering_columns.alter(session, words, record)


Actions = tuple[tuple[tuple[str, ...], Action], ...]


def action(words: Words, actions: Actions) -> Action:
    """The action that comes next; the words that name it are taken."""
    for phrase, act in actions:
        if words.take(*phrase):
            return act
    raise words.unexpected()


ROW_ACCESS: Actions = (
    (("ADD", "ROW", "ACCESS", "POLICY"), keep("row_access_policy")),
    (("DROP", "ROW", "ACCESS", "POLICY"), drop_row_access),
    (("DROP", "ALL", "ROW", "ACCESS", "POLICIES"), lose("row_access_policy")),
)
ACTIONS: Actions = (
    *ROW_ACCESS,
    (("RENAME", "TO"), rename),
    (("RENAME", "COLUMN"), altering_columns.rename),
    (("RENAME", "CONSTRAINT"), altering_keys.rename),
    (("SWAP", "WITH"), swap),
    (("ADD", "SEARCH", "OPTIMIZATION"), keep("search_optimization")),
    (("ADD", "STORAGE", "LIFECYCLE", "POLICY"), keep("storage_lifecycle_policy")),
    (("ADD", "DATA", "METRIC", "FUNCTION"), keep("data_metric_functions")),
    (("ADD",), add),
    (("DROP", "CONSTRAINT"), altering_keys.drop),
    (("DROP", "PRIMARY", "KEY"), altering_keys.drop_kind("PRIMARY KEY")),
    (("DROP", "UNIQUE"), altering_keys.drop_kind("UNIQUE")),
    (("DROP", "FOREIGN", "KEY"), altering_keys.drop_kind("FOREIGN KEY")),
    (("DROP", "CLUSTERING", "KEY"), lose("cluster_by")),
    (("DROP", "SEARCH", "OPTIMIZATION"), lose("search_optimization")),
    (("DROP", "STORAGE", "LIFECYCLE", "POLICY"), lose("storage_lifecycle_policy")),
    (("DROP", "DATA", "METRIC", "FUNCTION"), lose("data_metric_functions")),
    (("DROP",), altering_columns.drop),
    (("MODIFY", "DATA", "METRIC", "FUNCTION"), keep("data_metric_functions")),
    (("ALTER",), modify),
    (("MODIFY",), modify),
    (("CLUSTER", "BY"), cluster),
    (("RECLUSTER",), recluster),
    (("SUSPEND", "RECLUSTER"), recluster),
    (("RESUME", "RECLUSTER"), recluster),
    (("SET", "AGGREGATION", "POLICY"), keep("aggregation_policy")),
    (("UNSET", "AGGREGATION", "POLICY"), lose("aggregation_policy")),
    (("SET", "JOIN", "POLICY"), keep("join_policy")),
    (("UNSET", "JOIN", "POLICY"), lose("join_policy")),
    (("SET",), set_),
    (("UNSET",), unset),
)
