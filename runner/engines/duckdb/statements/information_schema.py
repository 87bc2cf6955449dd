"""INFORMATION_SCHEMA: what is recorded, as tables that any query can read.

A view is bound as a constant: each of its columns as a JSON text that DuckDB reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from runner.engines.duckdb import objects, types
from runner.engines.duckdb.loading import formats
from runner.engines.duckdb.names import literal, quote
from runner.engines.duckdb.objects import Object, TableColumn
from runner.engines.duckdb.scopes import Query, outputs
from runner.engines.duckdb.statements import (
    columns_view,
    counters,
    ddl,
    grants,
    keys,
    kinds,
    layouts,
    replies,
    rows,
)
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

Row = dict[str, Any]
NAME, COLUMNS = "INFORMATION_SCHEMA", "COLUMNS"
# views of the page *Snowflake Information Schema* that have nothing to answer from here
OTHERS = frozenset(
    {"APPLICABLE_ROLES", "CLASSES", "CLASS_INSTANCES", "CORTEX_SEARCH_SERVICES", "ELEMENT_TYPES"}
    | {"CURRENT_PACKAGES_POLICY", "ENABLED_ROLES", "EVENT_TABLES", "FIELDS", "HYBRID_TABLES"}
    | {"INDEXES", "INDEX_COLUMNS", "LOAD_HISTORY"}
    | {"MODEL_VERSIONS", "PACKAGES", "REPLICATION_DATABASES", "REPLICATION_GROUPS", "SERVICES"}
    | {"SEMANTIC_VIEWS", "STREAMLITS", "TABLE_STORAGE_METRICS", "USAGE_PRIVILEGES", "BACKUP_SETS"}
)


def mentioned(node: exp.Table) -> frozenset[str] | None:
    """The names, in capitals, of which the query around a table speaks; None where its columns may
    be meant without their names."""
    query = node.find_ancestor(exp.Select)
    if query is None or query.find(exp.Pivot):
        return None
    if any(join.args.get("method") for join in query.find_all(exp.Join)):  # NATURAL, ASOF
        return None
    if any(
        star.parent is None or star.parent.name.upper() != "COUNT"
        for star in query.find_all(exp.Star)
    ):
        return None
    return frozenset(one.name.upper() for one in query.find_all(exp.Identifier))


def read(session: Session, path: ddl.Path, wanted: frozenset[str] | None) -> Query:
    """The view of a database's INFORMATION_SCHEMA for FROM, with the columns that are `wanted`,
    None for all, or with one. Raises 002003 for an unknown view."""
    database, _, name = path
    ddl.require_database(session, database)
    if name in OTHERS:
        raise Unsupported(f"INFORMATION_SCHEMA.{name}")
    if name != COLUMNS and name not in VIEWS:
        raise replies.does_not_exist("Object", ".".join(path))
    columns = layouts.layouts("information_schema.sql")[name.lower()]
    if wanted is not None:
        columns = tuple(one for one in columns if one.name in wanted) or columns[:1]
    structure = {column.name: types.parse(column.type).duckdb for column in columns}
    if name == COLUMNS:
        data = columns_view.values(of(session, database, *kinds.TABLE_KINDS), structure)
    else:
        listed = VIEWS[name](session, database)
        if "ROW_COUNT" in structure:
            count(session, listed)
        data = [[row.get(name) for row in listed] for name in structure]
    return Query(table_sql(structure, data), outputs(*named(columns)))


def named(columns: tuple[TableColumn, ...]) -> tuple[list[str], list[types.Type]]:
    return [column.name for column in columns], [types.parse(column.type) for column in columns]


def table_sql(structure: dict[str, str], data: Sequence[Sequence[Any]]) -> str:
    """A relation of DuckDB from the values of each column, which are equally many.

    A text that is the same in all rows is written once, if any other column tells how many rows
    there are.

    >>> print(table_sql({"A": "DATE"}, [["2024-01-31", None]]))
    (select CAST(unnest(from_json('["2024-01-31",null]', '["VARCHAR"]')) AS DATE) as "A")
    """
    constant = [_is_constant(values) for values in data]
    if all(constant):
        constant[0] = False
    picked = ", ".join(
        f"CAST({_once(values) if once else _each(values)} AS {type_}) as {quote(name)}"
        for (name, type_), values, once in zip(structure.items(), data, constant, strict=True)
    )
    return f"(select {picked})"


def _is_constant(values: Sequence[Any]) -> bool:
    if not values or not isinstance(values[0], str | None):
        return False
    return values.count(values[0]) == len(values)


def _once(values: Sequence[Any]) -> str:
    return "NULL" if values[0] is None else literal(values[0])


def _each(values: Sequence[Any]) -> str:
    data = json.dumps(values, default=moment, separators=(",", ":"))
    return f"""unnest(from_json({literal(data)}, '["VARCHAR"]'))"""


def moment(value: datetime) -> str:
    return value.isoformat()


def of(session: Session, database: str, *wanted: str) -> list[Object]:
    return [record for record in objects.members(session, database) if record.kind in wanted]


def dated(record: Object) -> Row:
    return {"CREATED": record.created, "LAST_ALTERED": record.altered, "COMMENT": record.comment}


def prefixed(record: Object, prefix: str) -> Row:
    """Catalog, schema, name and owner under the names that begin with `prefix`."""
    return {
        f"{prefix}_CATALOG": record.database,
        f"{prefix}_SCHEMA": record.schema,
        f"{prefix}_NAME": record.name,
        f"{prefix}_OWNER": record.owner,
        **dated(record),
    }


def yes(flag: object) -> str:
    return "YES" if flag else "NO"


def databases(session: Session, database: str) -> list[Row]:  # noqa: ARG001
    found = [r for name in sorted(session.store.databases) for r in of(session, name, "DATABASE")]
    return [
        {
            **dated(record),
            "DATABASE_NAME": record.name,
            "DATABASE_OWNER": record.owner,
            "IS_TRANSIENT": yes(record.properties.get("transient")),
            "RETENTION_TIME": rows.retention(record),
            "TYPE": "STANDARD",
            "OWNER_ROLE_TYPE": "ROLE",
        }
        for record in found
    ]


def schemata(session: Session, database: str) -> list[Row]:
    found = [
        {
            **dated(record),
            "CATALOG_NAME": database,
            "SCHEMA_NAME": record.name,
            "SCHEMA_OWNER": record.owner,
            "IS_TRANSIENT": yes(record.properties.get("transient")),
            "IS_MANAGED_ACCESS": yes(record.properties.get("managed_access")),
            "RETENTION_TIME": rows.retention(record),
            "OWNER_ROLE_TYPE": "ROLE",
        }
        for record in of(session, database, "SCHEMA")
    ]
    own = {"CATALOG_NAME": database, "SCHEMA_NAME": NAME, "IS_TRANSIENT": "NO"}
    return sorted([*found, {**own, "RETENTION_TIME": 1}], key=lambda row: row["SCHEMA_NAME"])


def tables(session: Session, database: str) -> list[Row]:
    return [table(session, record) for record in of(session, database, *kinds.TABLE_KINDS)]


def count(session: Session, listed: list[Row]) -> None:
    """Fill in the rows of the tables of TABLES."""
    places = [{"~place": row["~place"], "row": row} for row in listed]
    rows.count_rows(session, places)
    for place in places:
        place["row"]["ROW_COUNT"] = place.get("rows")


def table(session: Session, record: Object) -> Row:
    kind = rows.table_kind(session, record)
    stored = record.kind == "TABLE"
    return {
        **prefixed(record, "TABLE"),
        "TABLE_TYPE": TABLE_TYPES.get(record.kind, record.kind),
        "IS_TRANSIENT": yes(kind == "TRANSIENT") if stored else None,
        "CLUSTERING_KEY": record.properties.get("cluster_by"),
        "RETENTION_TIME": rows.retention(record) if stored else None,
        **dict.fromkeys(("IS_INSERTABLE_INTO", "IS_TYPED"), "YES"),
        "LAST_DDL": record.altered,
        "LAST_DDL_BY": record.owner,
        "AUTO_CLUSTERING_ON": yes("cluster_by" in record.properties) if stored else None,
        "IS_TEMPORARY": yes(kind == "TEMPORARY"),
        "IS_DYNAMIC": yes(record.kind == "DYNAMIC TABLE"),
        **dict.fromkeys(("IS_ICEBERG", "IS_IMMUTABLE", "IS_HYBRID"), "NO"),
        "~place": rows.place(session, record) if stored else None,
    }


TABLE_TYPES = {"TABLE": "BASE TABLE", "DYNAMIC TABLE": "BASE TABLE"}


def views(session: Session, database: str) -> list[Row]:
    return [
        {
            **prefixed(record, "TABLE"),
            "VIEW_DEFINITION": record.properties["text"],
            "CHECK_OPTION": "NONE",
            "IS_UPDATABLE": "NO",
            "INSERTABLE_INTO": "NO",
            "IS_SECURE": yes(record.properties.get("secure")),
            "LAST_DDL": record.altered,
            "LAST_DDL_BY": record.owner,
        }
        for record in of(session, database, "VIEW", "MATERIALIZED VIEW")
    ]


def sequences(session: Session, database: str) -> list[Row]:
    return [
        {
            **prefixed(record, "SEQUENCE"),
            "DATA_TYPE": "NUMBER",
            "NUMERIC_PRECISION": 38,
            "NUMERIC_PRECISION_RADIX": 10,
            "NUMERIC_SCALE": 0,
            "START_VALUE": record.properties["start"],
            "NEXT_VALUE": counters.next_value(session, record),
            "INCREMENT": record.properties["increment"],
            "MINIMUM_VALUE": -(2**63),
            "MAXIMUM_VALUE": 2**63 - 1,
            "CYCLE_OPTION": "NO",
            "ORDERED": yes(record.properties.get("ordered")),
        }
        for record in of(session, database, "SEQUENCE")
    ]


def functions(session: Session, database: str) -> list[Row]:
    return [
        {
            **prefixed(record, "FUNCTION"),
            "FUNCTION_NAME": record.properties["name"],
            "ARGUMENT_SIGNATURE": "("
            + ", ".join(f"{one['name']} {one['type']}" for one in record.properties["arguments"])
            + ")",
            "DATA_TYPE": record.properties["returns"],
            "FUNCTION_LANGUAGE": "SQL",
            "FUNCTION_DEFINITION": record.properties["body"],
            "IS_SECURE": yes(record.properties.get("secure")),
        }
        for record in of(session, database, "FUNCTION")
    ]


def stages(session: Session, database: str) -> list[Row]:
    return [
        {
            **prefixed(record, "STAGE"),
            "STAGE_URL": (url := rows.upper(record).get("URL")),
            "STAGE_TYPE": "External Named" if url else "Internal Named",
        }
        for record in of(session, database, "STAGE")
    ]


def pipes(session: Session, database: str) -> list[Row]:
    return [
        {
            **prefixed(record, "PIPE"),
            "DEFINITION": rows.pipe(session, record)[0]["definition"],
            "IS_AUTOINGEST_ENABLED": yes(rows.upper(record).get("AUTO_INGEST")),
            "PATTERN": rows.upper(record).get("PATTERN"),
        }
        for record in of(session, database, "PIPE")
    ]


def file_formats(session: Session, database: str) -> list[Row]:
    listed = []
    for record in of(session, database, "FILE FORMAT"):
        given = rows.upper(record)
        kind = {"FILE_FORMAT_TYPE": given.get("TYPE", "CSV")}
        shown = formats.shown_properties(given)
        listed.append({**shown, **prefixed(record, "FILE_FORMAT"), **kind})
    return listed


def constraint(record: Object, name: str) -> Row:
    return {
        **dated(record),
        "CONSTRAINT_CATALOG": record.database,
        "CONSTRAINT_SCHEMA": record.schema,
        "CONSTRAINT_NAME": name,
        "COMMENT": None,
    }


def table_constraints(session: Session, database: str) -> list[Row]:
    return [
        {
            **prefixed(record, "TABLE"),
            **constraint(record, name),
            "CONSTRAINT_TYPE": one["type"],
            "IS_DEFERRABLE": "NO",
            "INITIALLY_DEFERRED": "YES",
            "ENFORCED": "NO",
            "RELY": "NO",
        }
        for record in of(session, database, "TABLE")
        for kind in ("PRIMARY KEY", "UNIQUE", "FOREIGN KEY")
        for name, one in keys.of(record, kind)
    ]


def referential_constraints(session: Session, database: str) -> list[Row]:
    listed = []
    for record in of(session, database, "TABLE"):
        first = [row for row in keys.imported(session, record) if row["key_sequence"] == 1]
        listed += [
            {
                **constraint(record, row["fk_name"]),
                "UNIQUE_CONSTRAINT_CATALOG": row["pk_database_name"],
                "UNIQUE_CONSTRAINT_SCHEMA": row["pk_schema_name"],
                "UNIQUE_CONSTRAINT_NAME": row["pk_name"],
                "MATCH_OPTION": "FULL",
                "UPDATE_RULE": "NO ACTION",
                "DELETE_RULE": "NO ACTION",
            }
            for row in first
        ]
    return listed


def catalog_name(session: Session, database: str) -> list[Row]:  # noqa: ARG001
    return [{"CATALOG_NAME": database}]


def privileges(session: Session, database: str) -> list[Row]:
    """OBJECT_PRIVILEGES: every grant on the database's objects."""
    return [
        {
            "GRANTOR": row["granted_by"],
            "GRANTEE": row["grantee_name"],
            "GRANTED_TO": row["granted_to"],
            "OBJECT_CATALOG": database,
            "OBJECT_SCHEMA": record.schema or None,
            "OBJECT_NAME": record.name,
            "OBJECT_TYPE": row["granted_on"],
            "PRIVILEGE_TYPE": row["privilege"],
            "IS_GRANTABLE": yes(row["grant_option"] == "true"),
            "CREATED": row["created_on"],
        }
        for record in objects.members(session, database)
        for row in grants.held(record)
    ]


def table_privileges(session: Session, database: str) -> list[Row]:
    wanted = {"TABLE", "VIEW", "MATERIALIZED_VIEW", "DYNAMIC_TABLE"}
    return [
        {
            **row,
            "TABLE_CATALOG": database,
            "TABLE_SCHEMA": row["OBJECT_SCHEMA"],
            "TABLE_NAME": row["OBJECT_NAME"],
            "WITH_HIERARCHY": "NO",
        }
        for row in privileges(session, database)
        if row["OBJECT_TYPE"] in wanted
    ]


VIEWS: dict[str, Callable[[Session, str], list[Row]]] = {
    "DATABASES": databases,
    "SCHEMATA": schemata,
    "TABLES": tables,
    "VIEWS": views,
    "SEQUENCES": sequences,
    "FUNCTIONS": functions,
    "STAGES": stages,
    "PIPES": pipes,
    "FILE_FORMATS": file_formats,
    "TABLE_CONSTRAINTS": table_constraints,
    "REFERENTIAL_CONSTRAINTS": referential_constraints,
    "INFORMATION_SCHEMA_CATALOG_NAME": catalog_name,
    "OBJECT_PRIVILEGES": privileges,
    "TABLE_PRIVILEGES": table_privileges,
}
