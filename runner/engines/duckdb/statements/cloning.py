"""`clone`: copies of tables, schemas and databases, without history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from runner.engines.duckdb import objects
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.statements import columns, counters, ddl, rows, sequences, views
from runner.engines.duckdb.statements.words import Words
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

Place = tuple[str, str]  # database, schema


def refuse_time_travel(words: Words) -> None:
    if words.sees("AT", "(") or words.sees("BEFORE", "("):
        raise Unsupported("time travel", "clone the table as it is now")


def schema_source(session: Session, words: Words) -> tuple[str, str] | None:
    """The schema behind `clone`, if that word comes next."""
    if not words.take("CLONE"):
        return None
    source = ddl.schema_of(session, words.name())
    refuse_time_travel(words)
    ddl.require_schema(session, *source)
    return source


def database_source(session: Session, words: Words) -> str | None:
    """The database behind `clone`, if that word comes next."""
    if not words.take("CLONE"):
        return None
    (source,) = words.name()
    refuse_time_travel(words)
    ddl.require_database(session, source)
    return source


def clone_table(session: Session, source: Object, path: ddl.Path, place: str) -> Object:
    """A table with the columns, rows and properties of another, made at `place` in the open
    transaction; the caller records it. Grants are not copied."""
    copy = counters.renewed(moved(source, path))
    for before in source.columns:
        counters.continue_in(session, source.database, before, copy)
    session.raw(columns.create_table_sql(session, place, copy, overwrite=True))
    origin = session.located((source.database, source.schema, source.name))
    session.raw(f"insert into {place} select * from {origin}")
    return copy


def like_table(session: Session, source: Object, path: ddl.Path, place: str) -> Object:
    """An empty table with the columns and constraints of another."""
    kept = {k: v for k, v in source.properties.items() if k == "constraints"}
    copy = replace(moved(source, path), comment=None, properties=kept)
    copy = counters.renewed(copy)
    counters.create_all(session, copy)
    session.raw(columns.create_table_sql(session, place, copy, overwrite=True))
    return copy


def moved(source: Object, path: ddl.Path) -> Object:
    """The record of a copy: made now, under its own name, without grants."""
    moment = objects.now()
    return replace(
        source,
        database=path[0],
        schema=path[1],
        name=path[2],
        created=moment,
        altered=moment,
        grants=(),
    )


def clone_schema(session: Session, source: Place, target: Place) -> None:
    """Copy what a schema holds into another, in the open transaction. Views keep their text:
    names without a schema mean the new schema's tables."""
    clone_members(session, {source: target})


def clone_database(session: Session, source: str, target: str) -> None:
    """Copy every schema of a database into a new one, in the open transaction."""
    homes = {}
    for schema in [o for o in objects.members(session, source) if o.kind == "SCHEMA"]:
        session.raw(f"create schema {quote(target)}.{quote(schema.name)}")
        objects.put(session, replace(schema, database=target))
        homes[source, schema.name] = (target, schema.name)
    clone_members(session, homes)


def clone_members(session: Session, homes: Mapping[Place, Place]) -> None:
    """Copy what the schemas hold into others: first what is no table, since their columns may
    use sequences, at last the views, which may read anything."""
    found = [
        (member, (*target, member.name))
        for source, target in homes.items()
        for member in objects.members(session, *source)
        if is_cloned(session, member)
    ]
    for member, path in found:
        if member.kind == "SEQUENCE":
            sequences.make(session, path, counters.next_value(session, member), member)
        if member.kind not in ("TABLE", *views.VIEWS):
            objects.put(session, moved(member, path))
    for member, path in found:
        if member.kind == "TABLE":
            copied = clone_table(session, at_home(session, member, homes), path, ddl.place(path))
            objects.put(session, copied)
    clone_views(session, {path: one for one, path in found if one.kind in views.VIEWS})


def at_home(session: Session, table: Object, homes: Mapping[Place, Place]) -> Object:
    """The table with the copies of the sequences that are cloned along (page *CREATE … CLONE*:
    those of other schemas stay the ones of the original)."""

    def home(path: ddl.Path) -> ddl.Path:
        return (*homes.get(path[:2], path[:2]), path[2])

    with views.inside(session, table.database, table.schema):
        changed = tuple(columns.redirected(session, one, home) for one in table.columns)
    return replace(table, columns=changed)


def is_cloned(session: Session, member: Object) -> bool:
    """Temporary tables, pipes and internal stages stay behind (page *CREATE … CLONE*)."""
    internal = member.kind == "STAGE" and not rows.upper(member).get("URL")
    return not (internal or member.kind == "PIPE" or member.key in session.temporary)


def clone_views(session: Session, found: dict[ddl.Path, Object]) -> None:
    """Make copies of views, each behind those that its original reads."""
    homes = {(view.database, view.schema, view.name): path for path, view in found.items()}
    graph = {
        path: {homes[one] for one in views.read_paths(view) if one in homes}
        for path, view in found.items()
    }
    for path in TopologicalSorter(graph).static_order():
        objects.put(session, views.build(session, moved(found[path], path)))
