"""Keys of tables as rows of SHOW: recorded, not enforced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.engines.duckdb import objects
from runner.engines.duckdb.objects import Object

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

Row = dict[str, Any]


def of(record: Object, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """The constraints of a kind, each with its name: the one it was given, or one of ours."""
    found = record.properties.get("constraints", [])
    return [
        (name_of(record, position, constraint), constraint)
        for position, constraint in enumerate(found, 1)
        if constraint["type"] == kind
    ]


def name_of(record: Object, position: int, constraint: dict[str, Any]) -> str:
    return constraint["name"] or f"SYS_CONSTRAINT_{record.name}_{position}"


def primary(session: Session, record: Object) -> list[Row]:  # noqa: ARG001
    return listed(record, "PRIMARY KEY")


def unique(session: Session, record: Object) -> list[Row]:  # noqa: ARG001
    return listed(record, "UNIQUE")


def listed(record: Object, kind: str) -> list[Row]:
    return [
        {
            "created_on": record.created,
            "database_name": record.database,
            "schema_name": record.schema,
            "table_name": record.name,
            "name": record.name,
            "column_name": column,
            "key_sequence": number,
            "constraint_name": name,
            "rely": "false",
            "comment": None,
        }
        for name, constraint in of(record, kind)
        for number, column in enumerate(constraint["columns"], 1)
    ]


def referred(record: Object, constraint: dict[str, Any]) -> tuple[str, str, str]:
    """The table that a foreign key points to."""
    given: list[str] = constraint["table"]
    database, schema, name = [record.database, record.schema][: 3 - len(given)] + given
    return database, schema, name


def exported(session: Session, record: Object) -> list[Row]:
    """The foreign keys that point to a table."""
    wanted = (record.database, record.schema, record.name)
    return [
        row
        for database in sorted(session.store.databases)
        for other in objects.members(session, database)
        if other.kind == "TABLE" and other.properties.get("constraints")
        for row in imported(session, other)
        if (row["pk_database_name"], row["pk_schema_name"], row["pk_table_name"]) == wanted
    ]


def imported(session: Session, record: Object) -> list[Row]:
    """The foreign keys of a table."""
    found = []
    for name, constraint in of(record, "FOREIGN KEY"):
        database, schema, table = referred(record, constraint)
        target = objects.find(session, "TABLE", (database, schema, table))
        keys = of(target, "PRIMARY KEY") if target else []
        others = constraint["references"] or (keys[0][1]["columns"] if keys else [])
        for number, column in enumerate(constraint["columns"], 1):
            found.append(
                {
                    "created_on": record.created,
                    "name": record.name,
                    "pk_database_name": database,
                    "pk_schema_name": schema,
                    "pk_table_name": table,
                    "pk_column_name": others[number - 1] if number <= len(others) else None,
                    "fk_database_name": record.database,
                    "fk_schema_name": record.schema,
                    "fk_table_name": record.name,
                    "fk_column_name": column,
                    "key_sequence": number,
                    "fk_name": name,
                    "pk_name": keys[0][0] if keys else None,
                    "update_rule": "NO ACTION",
                    "delete_rule": "NO ACTION",
                    "deferrability": "NOT DEFERRABLE",
                    "rely": "false",
                    "comment": None,
                }
            )
    return found
