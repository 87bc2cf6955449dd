"""DESCRIBE of tables, views, schemas, databases and what is only recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from runner.engines import Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.statements import (
    ddl,
    handles,
    keys,
    kinds,
    layouts,
    programs,
    replies,
    rows,
)
from runner.engines.duckdb.statements.words import Words
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

Row = dict[str, Any]
# described as they are shown
SHOWN: dict[str, tuple[str, Callable[[Session, Object], list[Row]]]] = {
    "PIPE": ("pipes", rows.pipe),
    "TASK": ("tasks", programs.task),
    "ALERT": ("alerts", programs.alert),
}
WORDS = {"RELATION": "Object"}  # what a message calls a kind
# the kinds that are described; DESCRIBE STAGE and FILE FORMAT have handlers of their own
TOLD = kinds.TABLE_KINDS | {"RELATION", "SCHEMA", "DATABASE", "WAREHOUSE"} | {*SHOWN}


@handles("DESC", "DESCRIBE")
def describe(session: Session, statement: Statement) -> Result:
    """`desc[ribe] [<kind>] <name>`; without a kind it is a table or view."""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.take_any("DESC", "DESCRIBE")
    kind = "RELATION"
    if words.sees("RESULT") and words.word(1):
        raise Unsupported("DESCRIBE RESULT")
    if words.word(1) not in ("", ".", "TYPE"):
        kind = kinds.read(words)
    if kind not in TOLD:
        raise Unsupported(f"DESCRIBE {kind}")
    path = kinds.path(session, kind, words.name())
    if words.take("TYPE", "="):
        words.expect("COLUMNS")
    words.rest()
    if kind in ("RELATION", *kinds.TABLE_KINDS):
        if objects.find(session, "TABLE", path) is None:
            ddl.require_schema(session, path[0], path[1])
            raise replies.does_not_exist(WORDS.get(kind, kind.capitalize()), ".".join(path))
        return relation(session, ddl.require(session, "RELATION", path))
    record = objects.find(session, kind, path)
    if record is None:
        raise replies.does_not_exist(kind.capitalize(), path[2])
    if kind in SHOWN:
        layout, build = SHOWN[kind]
        return layouts.result(layout, build(session, record))
    if kind == "WAREHOUSE":
        return contents([record])
    return container(session, record)


def relation(session: Session, record: Object) -> Result:  # noqa: ARG001
    """The columns of a table or view (page *DESCRIBE TABLE*)."""
    primary = {row["column_name"] for row in keys.listed(record, "PRIMARY KEY")}
    unique = {row["column_name"] for row in keys.listed(record, "UNIQUE")}
    return layouts.result(
        "described",
        [
            {
                "name": column.name,
                "type": column.type,
                "kind": "COLUMN",
                "null?": rows.yes(column.nullable),
                "default": column.default or rows.identity(column) or None,
                "primary key": rows.yes(column.name in primary),
                "unique key": rows.yes(column.name in unique),
                "comment": column.comment,
                "policy name": column.properties.get("masking_policy"),
            }
            for column in record.columns
        ],
    )


def container(session: Session, record: Object) -> Result:
    """What a schema holds, or the schemas of a database."""
    if record.kind == "DATABASE":
        inside = [o for o in objects.members(session, record.database) if o.kind == "SCHEMA"]
    else:
        inside = objects.members(session, record.database, record.name)
    return contents(inside)


def contents(inside: Iterable[Object]) -> Result:
    return layouts.result(
        "described_container",
        [{"created_on": o.created, "name": o.name, "kind": o.kind} for o in inside],
    )
