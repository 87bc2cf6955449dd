"""The journal of objects: the table `_runner.objects` of the database file that they belong to.

It is written in the same transaction as the effect that it describes. The last row for a key
counts, one without a body is a deletion.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.engines.duckdb import changes
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Grant, Key, Object, TableColumn, said

if TYPE_CHECKING:
    from runner.engines.duckdb.connection import Connection

TABLES = (Path(__file__).parent / "objects.sql").read_text(
    encoding="utf-8"
)  # the statements that make it


def row(one: Key, value: Object | None) -> tuple[str, str, str, str | None]:
    kind = value.kind if value is not None else one.space
    return kind, one.schema, one.name, None if value is None else encode(value)


def encode(value: Object) -> str:
    """An object as the journal keeps it. What says nothing is left out: a table is written at every
    build."""
    body: dict[str, Any] = {
        "kind": value.kind,
        "schema": value.schema,
        "name": value.name,
        "created": value.created.isoformat(),
        "altered": value.altered.isoformat(),
        "comment": value.comment,
        "owner": value.owner,
        "columns": [said(column) for column in value.columns],
        "grants": [vars(grant) for grant in value.grants],
        "properties": dict(value.properties),
    }
    return json.dumps(body, separators=(",", ":"))


def decode(database: str, body: str | None) -> Object | None:
    """The object of a journal's row.

    >>> one = Object("TABLE", "DB", "SC", "T", columns=(TableColumn("A", "DATE"),))
    >>> decode("DB", encode(one)) == one
    True
    """
    if body is None:
        return None
    fields = json.loads(body)
    for moment in ("created", "altered"):
        fields[moment] = datetime.fromisoformat(fields[moment])
    columns = (
        plain_column(**column) if len(column) == 2 else _column(column)
        for column in fields.pop("columns")
    )
    grants = tuple(Grant(**grant) for grant in fields.pop("grants"))
    return Object(database=database, columns=tuple(columns), grants=grants, **fields)


@lru_cache(10_000)
def plain_column(name: str, type: str) -> TableColumn:  # noqa: A002
    """A column of which nothing else is said; most are, and many tables have the same."""
    return TableColumn(name, type)


def _column(fields: dict[str, Any]) -> TableColumn:
    identity = fields.pop("identity", None)
    return TableColumn(**fields, identity=tuple(identity) if identity else None)


def write(session: Connection) -> None:
    """Write down what the open transaction has recorded and forgotten; right before its commit."""
    changes.write(session)
    rows: dict[str, list[str | None]] = {}
    for one, value in session.pending.items():
        if value is not None or session.known.get(one) is not None:
            rows.setdefault(one.database, []).extend(row(one, value))
    for database, values in rows.items():
        places = ", ".join(["(?, ?, ?, ?)"] * (len(values) // 4))
        session.raw(f"insert into {quote(database)}._runner.objects values {places}", values)
