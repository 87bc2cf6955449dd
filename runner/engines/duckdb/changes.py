"""When a table was last changed: what SYSTEM$LAST_CHANGE_COMMIT_TIME tells (the page of that name).

A definition changes with the moment at which its object was made or altered, which the journal
keeps. Rows change with a row in `_runner.changes` of the table's database, written by the
transaction that changes them: so neither is ever there without the other, in a copy of the file
and after a crash too. A statement that touched no row writes none.

Two sessions may change a table in one order and commit in the other. The number of changes counts
as well as the latest moment, so that a token differs after each of the two commits.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import duckdb

from runner.engines.duckdb import objects
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Key, Object
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.connection import Connection

# (schema, name) -> the moment of the last change of rows in nanoseconds, the number of changes
Changes = dict[tuple[str, str], tuple[int, int]]


def load(root: duckdb.DuckDBPyConnection, database: str) -> int:
    """Keep one row for each table when there are many; the latest moment, in microseconds."""
    table = f"{quote(database)}._runner.changes"
    size = f"select count(*), count(distinct (schema_name, name)), max(changed_at) from {table}"
    rows, tables, latest = root.execute(size).fetchall()[0]
    if rows > 100 + 4 * tables:
        root.execute("begin")
        root.execute(f"create temporary table changes as from ({totals(database)})")
        root.execute(f"delete from {table}")
        root.execute(f"insert into {table} from temp.main.changes")
        root.execute("drop table temp.main.changes")
        root.execute("commit")
    return int(latest or 0)


def totals(database: str) -> str:
    return (
        "select schema_name, name, max(changed_at), sum(changes)::bigint "
        f"from {quote(database)}._runner.changes group by all"
    )


def write(session: Connection) -> None:
    """Note the tables whose rows the open transaction has changed; right before its commit."""
    tables: dict[str, list[Key]] = {}
    for one in session.touched:
        if one not in session.temporary and one not in session.pending:
            tables.setdefault(one.database, []).append(one)
    now = microseconds(objects.now())
    for database, keys in tables.items():
        places = ", ".join([f"(?, ?, {now}, 1)"] * len(keys))
        names = [part for one in keys for part in (one.schema, one.name)]
        session.raw(f"insert into {quote(database)}._runner.changes values {places}", names)


def read(session: Connection, database: str) -> Changes:
    """All changes of rows in a database, as the session sees them."""
    rows = session.raw(totals(database))
    return {(schema, name): (latest, count) for schema, name, latest, count in rows}


def microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def token(record: Object, changes: Changes) -> int:
    """A table's token: about the nanoseconds from 1970 to its last change, and always more than
    before that."""
    latest, count = changes.get((record.schema, record.name), (0, 0))
    return max(microseconds(record.altered), latest) * 1000 + count


def refuse_temporary(session: Connection, record: Object) -> None:
    if record.key in session.temporary:
        raise Unsupported("SYSTEM$LAST_CHANGE_COMMIT_TIME of a temporary table")
