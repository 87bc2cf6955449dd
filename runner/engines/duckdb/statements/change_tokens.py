"""SYSTEM$LAST_CHANGE_COMMIT_TIME (the page of that name)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runner.engines.duckdb import changes, objects, types
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.rules import Call, Value, function
from runner.engines.duckdb.rules.constants import constant
from runner.engines.duckdb.statements import ddl, information_schema, replies, views
from runner.engines.duckdb.statements.words import Words

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


@function("SYSTEM$LAST_CHANGE_COMMIT_TIME", arguments=(1, 1))
def last_change_commit_time(call: Call) -> Value:
    """The token of a table; of a view the sum of its own and of those of all that it reads, which
    grows with each of them. NULL where a view reads INFORMATION_SCHEMA: that changes with
    everything."""
    session = call.binder.session
    path = ddl.path_of(session, Words(str(call.constant(0))).name())
    read = list(reached(session, path, set()))
    if None in read:
        return Value("CAST(NULL AS DECIMAL(38, 0))", types.INTEGER)
    return Value(constant(sum(token(session, one) for one in read if one)).sql, types.INTEGER)


def reached(session: Session, path: ddl.Path, seen: set[ddl.Path]) -> Iterator[Object | None]:
    """A relation and what it reads, directly and through views, each once; None stands for
    INFORMATION_SCHEMA. Raises 002003 when one of them is gone."""
    if path in seen:
        return
    seen.add(path)
    if path[1] == information_schema.NAME:
        yield None
        return
    found = objects.find(session, "TABLE", path)
    if found is None:
        raise replies.does_not_exist("Object", ".".join(path))
    yield found
    if found.kind in views.VIEWS:
        for below in views.read_paths(found):
            yield from reached(session, below, seen)


def token(session: Session, record: Object) -> int:
    changes.refuse_temporary(session, record)
    known = session.row_changes.get(record.database)
    if known is None:
        known = session.row_changes[record.database] = changes.read(session, record.database)
    return changes.token(record, known)
