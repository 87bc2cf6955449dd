"""Databases, schemas and `use`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.engines import Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.statements import cloning, counters, ddl, handles, replies
from runner.engines.duckdb.statements.words import Words
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

# DuckDB's own schemas, and the engine's: names that cannot be given away, whatever their case
TAKEN = frozenset({"main", "temp", "_runner", "pg_catalog", "information_schema"})


@handles("CREATE SCHEMA")
def create_schema(session: Session, statement: Statement) -> Result:
    """`create [or replace] [transient] schema [if not exists] … [clone …]`; the new schema becomes
    the session's (page *CREATE SCHEMA*)."""
    words = Words(statement.sql, session.variables, statement.tokens)
    head = ddl.creation(words, "SCHEMA")
    path = ddl.schema_of(session, words.name())
    source = cloning.schema_source(session, words)
    managed = words.take("WITH", "MANAGED", "ACCESS")
    properties = ddl.lowered(words.properties())
    words.end()
    ddl.require_database(session, path[0])
    found = objects.find(session, "SCHEMA", (path[0], "", path[1]))
    if found and head.if_not_exists:
        return replies.status(f"{path[1]} already exists, statement succeeded.")
    if found and not head.replace:
        raise replies.already_exists(path[1])
    flags = {"transient": head.transient or None, "managed_access": managed or None}
    with ddl.alone(session):
        if found and source != path:
            remove_schema(session, found)
        record = add_schema(session, *path)
        if source:
            cloning.clone_schema(session, source, path)
        comment = properties.pop("comment", None)
        objects.put(session, record.with_properties(**flags, **properties).changed(comment=comment))
    session.database, session.schema = path
    return replies.status(f"Schema {path[1]} successfully created.")


def add_schema(session: Session, database: str, name: str) -> Object:
    """Make an empty schema and record it, in the open transaction."""
    if name.casefold() in TAKEN:
        raise Unsupported(f"a schema named {name}")
    record = Object("SCHEMA", database, "", name)
    session.raw(f"create schema if not exists {quote(database)}.{quote(name)}")
    objects.put(session, record)
    return record


def remove_schema(session: Session, record: Object) -> None:
    """Drop a schema with all that is in it, in the open transaction."""
    session.raw(f"drop schema {quote(record.database)}.{quote(record.name)} cascade")
    for member in objects.members(session, record.database, record.name):
        objects.drop(session, member.key)
        counters.drop_all(session, member)
    objects.drop(session, record.key)


@handles("DROP SCHEMA")
def drop_schema(session: Session, statement: Statement) -> Result:
    """`drop schema [if exists] …`, with all that is in it."""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("DROP", "SCHEMA")
    quiet = words.take("IF", "EXISTS")
    database, name = ddl.schema_of(session, words.name())
    words.take_any("CASCADE", "RESTRICT")
    words.end()
    found = objects.find(session, "SCHEMA", (database, "", name))
    if found is None:
        if quiet:
            return replies.gone(name)
        raise replies.does_not_exist("Schema", f"{database}.{name}")
    with ddl.alone(session):
        remove_schema(session, found)
    if (session.database, session.schema) == (database, name):
        session.schema = None
    return replies.status(f"{name} successfully dropped.")


@handles("CREATE DATABASE")
def create_database(session: Session, statement: Statement) -> Result:
    """`create [or replace] [transient] database [if not exists] … [clone …]`; a new database has
    a schema PUBLIC and becomes the session's (page *CREATE DATABASE*)."""
    words = Words(statement.sql, session.variables, statement.tokens)
    head = ddl.creation(words, "DATABASE")
    (name,) = words.name()
    source = cloning.database_source(session, words)
    properties = ddl.lowered(words.properties())
    words.end()
    store = session.store
    if name in store.databases and head.if_not_exists:
        return replies.status(f"{name} already exists, statement succeeded.")
    if name in store.databases and not head.replace:
        raise replies.already_exists(name)
    if session.in_transaction:
        session.commit()
    flags = {"transient": head.transient or None}
    record = Object("DATABASE", name, "", name, comment=properties.pop("comment", None))
    record = record.with_properties(**flags, **properties)
    if name != source:
        build_database(session, record, source)
    session.database, session.schema = name, "PUBLIC"
    return replies.status(f"Database {name} successfully created.")


def build_database(session: Session, record: Object, source: str | None) -> None:
    """Make or make anew a database, empty or as a copy of another; one transaction."""
    name, store = record.database, session.store
    with store.settled():
        known = name in store.databases
        if not known:
            store.attach_new(name)
        try:
            with session.transaction():
                if known:
                    clear_database(session, name)
                if source:
                    cloning.clone_database(session, source, name)
                else:
                    add_schema(session, name, "PUBLIC")
                objects.put(session, record)
        except BaseException:
            if not known:
                store.drop_database(name)
            raise
        store.databases.add(name)


def clear_database(session: Session, name: str) -> None:
    """Drop all that is in a database, in the open transaction."""
    for member in objects.members(session, name):
        if member.kind == "SCHEMA":
            remove_schema(session, member)
    session.raw(f"delete from {quote(name)}._runner.loads")


@handles("DROP DATABASE")
def drop_database(session: Session, statement: Statement) -> Result:
    """`drop database [if exists] …`: its file is removed."""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("DROP", "DATABASE")
    quiet = words.take("IF", "EXISTS")
    (name,) = words.name()
    words.take_any("CASCADE", "RESTRICT")
    words.end()
    if name not in session.store.databases:
        if quiet:
            return replies.gone(name)
        raise replies.does_not_exist("Database", name)
    if session.in_transaction:
        session.commit()
    session.store.drop_database(name)
    if session.database == name:
        session.database = session.schema = None
    return replies.status(f"{name} successfully dropped.")


@handles("USE")
def use(session: Session, statement: Statement) -> Result:
    """`use [database | schema | role | warehouse | secondary roles] …`. Roles and warehouses
    belong to the account: any name is taken, and `current_role()` answers with it."""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("USE")
    if words.take("SECONDARY", "ROLES"):
        return replies.succeeded()
    kind = words.take_any("DATABASE", "SCHEMA", "ROLE", "WAREHOUSE")
    name = words.name()
    words.end()
    if kind in ("ROLE", "WAREHOUSE"):
        session.parameters[f"CURRENT_{kind}"] = name[-1]
    elif kind == "SCHEMA" or len(name) > 1:
        database, schema = ddl.schema_of(session, name)
        if schema != "INFORMATION_SCHEMA":
            ddl.require_schema(session, database, schema)
        session.database, session.schema = database, schema
    else:
        ddl.require_database(session, name[0])
        public = objects.find(session, "SCHEMA", (name[0], "", "PUBLIC"))
        session.database, session.schema = name[0], "PUBLIC" if public else None
    return replies.succeeded()
