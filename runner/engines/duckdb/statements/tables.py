"""CREATE TABLE in its forms, DROP, TRUNCATE, and the publication of a table built aside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines import Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.loading import history
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Object, TableColumn
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.scopes import Query
from runner.engines.duckdb.statements import (
    assignment,
    cloning,
    columns,
    counters,
    ddl,
    definitions,
    handles,
    replies,
    sources,
    unread,
)
from runner.engines.duckdb.statements.words import Words
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

REFUSED = ("iceberg", "external")
# clauses of the page *CREATE TABLE* for which sqlglot has no tree
CLAUSES = frozenset(
    {"AGGREGATION", "BACKUP", "CONTACT", "FROM", "JOIN", "POLICY", "STORAGE", "USING", "WITH"}
)


@handles("CREATE TABLE")
def create_table(session: Session, statement: Statement) -> Result:
    """`create table` with columns, `as`, `like` or `clone`."""
    statement, copies_grants = without_copy_grants(statement)
    statement, tree = sources.read(session, statement)
    if not isinstance(tree, exp.Create):
        raise unread.refusal(statement, "CREATE TABLE", CLAUSES)
    ddl.refuse_both(tree.args.get("replace"), tree.args.get("exists"))
    path = ddl.new_path(session, tree.this)
    definition = definitions.of_table(tree)
    refuse_special(definition)
    temporary = bool(definition.properties.pop("temporary", False))
    found = previous(session, path, temporary=temporary)
    if found and tree.args.get("exists"):
        return replies.status(f"{path[2]} already exists, statement succeeded.")
    if found and not tree.args.get("replace"):
        raise replies.already_exists(path[2])
    if found and found.kind != "TABLE":
        raise replies.wrong_kind(found.kind, "TABLE")
    with ddl.alone(session):
        record = build(session, tree, definition, path, temporary=temporary)
        if found:
            counters.drop_all(session, found)
        copies_grants = copies_grants or definition.copy_grants
        kept = found.grants if found and copies_grants else ()
        record = replace(record, grants=kept or ddl.granted(session, record))
        if not temporary:
            objects.put_permanent(session, record)
    if temporary:
        session.temporary[record.key] = record
    return replies.status(f"Table {path[2]} successfully created.")


def without_copy_grants(statement: Statement) -> tuple[Statement, bool]:
    """The statement without COPY GRANTS behind CLONE, which sqlglot does not read, and whether it
    was there."""
    last = [token.text.upper() for token in statement.tokens[-2:]]
    if last == ["COPY", "GRANTS"] and any(t.text.upper() == "CLONE" for t in statement.tokens):
        return Statement(statement.sql, statement.tokens[:-2]), True
    return statement, False


def refuse_special(definition: definitions.Definition) -> None:
    for kind in REFUSED:
        if kind in definition.properties:
            raise Unsupported(f"CREATE {kind.upper()} TABLE")


def previous(session: Session, path: ddl.Path, *, temporary: bool) -> Object | None:
    """What the new table would replace: a temporary table hides a permanent one of its name."""
    one = objects.key("TABLE", *path)
    if temporary:
        return session.temporary.get(one)
    return objects.permanent(session, one)


def build(
    session: Session,
    tree: exp.Create,
    definition: definitions.Definition,
    path: ddl.Path,
    *,
    temporary: bool,
) -> Object:
    """Make the table in DuckDB, in the open transaction, and give its record."""
    place = objects.temporary_name(path) if temporary else ddl.place(path)
    clone, like = tree.args.get("clone"), like_property(tree)
    if clone:
        return cloning.clone_table(session, source_table(session, clone), path, place)
    if like:
        return cloning.like_table(session, source_table(session, like), path, place)
    declared = (columns.resolved(session, column) for column in definition.columns)
    record = Object(
        "TABLE",
        *path,
        comment=definition.comment,
        columns=tuple(declared),
        properties=definition.properties,
    )
    if tree.expression:
        return create_as(session, tree.expression, record, place)
    if not record.columns:
        raise replies.compilation(f"missing column specification of table '{path[2]}'", 1003)
    record = counters.renewed(record)
    counters.create_all(session, record)
    session.raw(columns.create_table_sql(session, place, record, overwrite=True))
    return record


def like_property(tree: exp.Create) -> exp.LikeProperty | None:
    properties = tree.args.get("properties")
    listed = properties.expressions if properties else ()
    return next((one for one in listed if isinstance(one, exp.LikeProperty)), None)


def source_table(session: Session, node: exp.Expr) -> Object:
    """The table behind LIKE or CLONE."""
    table = node.this
    if table.args.get("when"):
        raise Unsupported("time travel", "clone the table as it is now")
    return ddl.require(session, "TABLE", session.resolve(table))


def create_as(session: Session, query: exp.Expr, record: Object, place: str) -> Object:
    """`create table … as`: the query's types, or those that the column list declares."""
    if not record.columns:
        columns.check_aliases(query)
    bound = session.bind(query)
    if record.columns and record.columns[0].type:
        return fill(session, bound, record, place)
    names = [column.name for column in record.columns] or [out.name for out in bound.columns]
    columns.check_names(names, len(bound.columns))
    declared = tuple(
        TableColumn(name, columns.column_type(out.type), comment=comment)
        for name, out, comment in zip(
            names, bound.columns, comments(record, len(names)), strict=True
        )
    )
    head = columns.create_head(place, overwrite=True)
    session.store.parallelism.fit()
    session.raw(f"{head} as {renamed(bound, names)}")
    return replace(record, columns=declared)


def renamed(bound: Query, names: list[str]) -> str:
    """A query whose columns have these names."""
    if names == [out.physical for out in bound.columns]:
        return bound.sql
    selected = ", ".join(
        f"{quote(out.physical)} as {quote(name)}"
        for name, out in zip(names, bound.columns, strict=True)
    )
    return f"select {selected} from ({bound.sql})"


def comments(record: Object, size: int) -> list[str | None]:
    found: list[str | None] = [column.comment for column in record.columns]
    return found or [None] * size


def fill(session: Session, bound: Query, record: Object, place: str) -> Object:
    """A table of declared columns filled from a query, which is converted as by INSERT."""
    if len(bound.columns) != len(record.columns):
        raise replies.compilation(
            "Insert value list does not match column list expecting "
            f"{len(record.columns)} but got {len(bound.columns)}",
            2020,
            "21S01",
        )
    record = counters.renewed(record)
    counters.create_all(session, record)
    session.raw(columns.create_table_sql(session, place, record, overwrite=True))
    values = ", ".join(
        assignment.assign(Value(quote(out.physical), out.type), column)
        for out, column in zip(bound.columns, record.columns, strict=True)
    )
    session.raw(f"insert into {place} select {values} from ({bound.sql})")
    return record


@handles("DROP TABLE", "DROP DYNAMIC TABLE")
def drop_table(session: Session, statement: Statement) -> Result:
    """`drop table [if exists] … [cascade | restrict]`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("DROP")
    kind = "DYNAMIC TABLE" if words.take("DYNAMIC") else "TABLE"
    words.expect("TABLE")
    quiet = words.take("IF", "EXISTS")
    path = ddl.path_of(session, words.name())
    words.take_any("CASCADE", "RESTRICT")
    words.end()
    return ddl.drop_relation(session, path, kind, quiet=quiet)


@handles("UNDROP")
def undrop(session: Session, statement: Statement) -> Result:  # noqa: ARG001
    raise Unsupported("UNDROP", "dropped data is gone here: create it anew")


@handles("TRUNCATE")
def truncate(session: Session, statement: Statement) -> Result:
    """`truncate [table] [if exists] …`; part of an open transaction, as other DML (page
    *Transactions*)."""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("TRUNCATE")
    words.take("MATERIALIZED", "VIEW") or words.take("TABLE")
    quiet = words.take("IF", "EXISTS")
    path = ddl.path_of(session, words.name())
    words.end()
    if objects.find(session, "TABLE", path) is None and quiet:
        return replies.succeeded()
    record = ddl.require(session, "TABLE", path)
    with session.transaction():
        with session.writing(record.key):
            session.reads(record.key)
            session.raw(f"delete from {session.located(path)}")
        history.truncated(session, record)
    return replies.succeeded()


def publish(session: Session, aside: ddl.Path, name: ddl.Path) -> None:
    """Put the table `aside` in the place of `name`: a reader sees the one or the other. What is
    recorded of `aside` goes along, the grants on the old table stay."""
    new = ddl.require(session, "TABLE", aside)
    old = objects.find(session, "TABLE", name)
    with ddl.alone(session):
        if old:
            session.raw(f"drop {'table' if old.kind == 'TABLE' else 'view'} {ddl.place(name)}")
        session.raw(f"alter table {ddl.place(aside)} rename to {quote(name[2])}")
        if old:
            counters.drop_all(session, old)
        objects.drop(session, new.key)
        grants = old.grants if old else new.grants
        objects.put(session, new.changed(name=name[2], grants=grants))
