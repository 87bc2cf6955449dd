"""Making a database that is a copy of another, and dropping it again.

Snowflake's pages *CREATE … CLONE* and *Cloning considerations*: a clone copies no rows. Its pipes
are off (paused, or `STOPPED_CLONED`), its tasks and dynamic tables suspended; its tables know
nothing of the files that were loaded, so whatever loads would load them all again. Grants on the
objects inside are cloned, those on the database are not.
"""

from __future__ import annotations

from collections.abc import Iterable

from runner import baseline, change_tokens, scripts, state
from runner.engines import Engine, Session
from runner.environments.databases import enter
from runner.errors import EngineError, UsageError
from runner.graph import Graph
from runner.inventory import inventory
from runner.naming import RESERVED_SCHEMAS
from runner.nodes import Relation, relations

ALREADY_EXISTS = 2002


def clone(engine: Engine, graph: Graph, to: str, *, replace: bool = False) -> None:
    """Clone the target's database, with what the state remembers of it.

    `to` must be free, or with `replace` a clone. Raises `UsageError` otherwise.
    """
    origin = engine.target.database
    if to.upper() == origin.upper():
        raise UsageError(f"{to} is what would be cloned", "give the clone a name of its own")
    with engine.session() as session:
        if replace and _exists(session, to):
            _refuse_other(session, to, "replace")
        enter(session, origin)
        there = _relations(session, graph)
        told = [relation for relation in there if relation.schema != state.SCHEMA]
        before = baseline.tokens(session, told, there)
        _create(session, origin, to, replace=replace)
        enter(session, origin)
        after = baseline.tokens(session, told, there)
        enter(session, to)
        unchanged = {one: version for one, version in before.items() if after.get(one) == version}
        baseline.record(session, change_tokens.read(session, unchanged), unchanged)
        if state.LOCKS in there:
            session.execute(scripts.own("lock_of_clone"))


def drop(engine: Engine, database: str) -> bool:
    """Drop a clone; whether there was one. Raises `UsageError` for a database that is none."""
    with engine.session() as session:
        if not _exists(session, database):
            return False
        _refuse_other(session, database, "drop")
        session.execute(f"drop database {database}")
    return True


def pause_pipes(engine: Engine, pipes: Iterable[Relation]) -> None:
    """Switch off the pipes that a deployment may have made or switched on in a clone."""
    with engine.session() as session:
        for pipe in sorted(pipes):
            session.execute(f"alter pipe if exists {pipe} set pipe_execution_paused = true")


def _relations(session: Session, graph: Graph) -> frozenset[Relation]:
    """What is there, in the schemas of the project and in the runner's own."""
    nodes = graph.nodes.values()
    read = (reference.relation for node in nodes for reference in node.reads)
    schemas = {one.schema for one in (*relations(nodes), *read, *graph.catalog.tables)}
    schemas = (schemas - RESERVED_SCHEMAS) | {state.SCHEMA}
    return frozenset(inventory(session, schemas).relations)


def _exists(session: Session, database: str) -> bool:
    try:
        enter(session, database)
    except UsageError:
        return False
    return True


def _refuse_other(session: Session, database: str, verb: str) -> None:
    """Only what `runner clone` made is thrown away; the session is in that database."""
    if not baseline.is_clone(session):
        raise UsageError(
            f"{database} was not made by `runner clone`",
            f"to {verb} it anyway, drop it first: `runner query 'drop database {database}'`",
        )


def _create(session: Session, origin: str, to: str, *, replace: bool) -> None:
    create = "create or replace database" if replace else "create database"
    try:
        session.execute(f"{create} {to} clone {origin}")
    except EngineError as error:
        if error.code != ALREADY_EXISTS:
            raise
        raise UsageError(f"{to} exists already", "--replace makes it anew") from None
