"""One object as a row of SHOW."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from runner.engines.duckdb import types
from runner.engines.duckdb.objects import Object, TableColumn
from runner.engines.duckdb.statements import counters

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

Row = dict[str, Any]


def yes(flag: object) -> str:
    return "Y" if flag else "N"


def base(record: Object) -> Row:
    """What SHOW says of every object."""
    return {
        "created_on": record.created,
        "name": record.name,
        "kind": record.kind,
        "database_name": record.database,
        "schema_name": record.schema,
        "owner": record.owner,
        "comment": record.comment or "",
        "owner_role_type": "ROLE",
    }


def recorded(session: Session, record: Object) -> list[Row]:  # noqa: ARG001
    """An object without meaning here, with the properties it was given."""
    given = {name: text(value) for name, value in record.properties.items()}
    return [{**given, **base(record)}]


def text(value: Any) -> Any:
    """A property's value as SHOW prints it."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, (list, dict)) else value


def database(session: Session, record: Object) -> list[Row]:
    current = yes(record.name == session.database)
    more = {"is_default": "N", "is_current": current, "origin": "", "options": options(record)}
    kind = {"kind": "STANDARD", "retention_time": retention(record)}
    return [{**base(record), **more, **kind, "database_name": None, "schema_name": None}]


def schema(session: Session, record: Object) -> list[Row]:
    current = yes((record.database, record.name) == (session.database, session.schema))
    more = {"is_default": "N", "is_current": current, "options": options(record)}
    return [{**base(record), **more, "retention_time": retention(record), "schema_name": None}]


def options(record: Object) -> str:
    words = []
    if record.properties.get("transient"):
        words.append("TRANSIENT")
    if record.properties.get("managed_access"):
        words.append("MANAGED ACCESS")
    return ", ".join(words)


def retention(record: Object) -> str:
    return str(record.properties.get("data_retention_time_in_days", 1))


def table_kind(session: Session, record: Object) -> str:
    if record.key in session.temporary:
        return "TEMPORARY"
    if record.kind == "DYNAMIC TABLE":
        return "TABLE"
    if record.kind != "TABLE":
        return record.kind
    return "TRANSIENT" if record.properties.get("transient") else "TABLE"


def table(session: Session, record: Object) -> list[Row]:
    key = record.properties.get("cluster_by", "")
    fixed = dict.fromkeys(
        ("is_external", "enable_schema_evolution", "is_event", "is_hybrid", "is_iceberg"), "N"
    )
    more = {
        "kind": table_kind(session, record),
        "cluster_by": key,
        "retention_time": retention(record),
        "automatic_clustering": "ON" if key else "OFF",
        "change_tracking": on_off(record.properties.get("change_tracking")),
        "is_dynamic": yes(record.kind == "DYNAMIC TABLE"),
        "is_immutable": "N",
        "~place": place(session, record) if record.kind == "TABLE" else None,
    }
    return [{**base(record), **fixed, **more}]


def place(session: Session, record: Object) -> str:
    return session.located((record.database, record.schema, record.name))


def on_off(value: Any) -> str:
    return "ON" if str(value).upper() in ("TRUE", "ON") else "OFF"


def count_rows(session: Session, listed: list[Row]) -> None:
    """Fill in `rows` of tables, in one query."""
    counted = [row for row in listed if row.get("~place")]
    if not counted:
        return
    queries = [f"select {n}, count(*) from {row['~place']}" for n, row in enumerate(counted)]
    for number, size in session.raw(" union all ".join(queries)):
        counted[number]["rows"] = size


def view(session: Session, record: Object) -> list[Row]:  # noqa: ARG001
    more = {
        "reserved": "",
        "text": record.properties.get("text", ""),
        "is_secure": str(bool(record.properties.get("secure"))).lower(),
        "is_materialized": str(record.kind == "MATERIALIZED VIEW").lower(),
        "change_tracking": "OFF",
    }
    return [{**base(record), **more}]


def columns(session: Session, record: Object) -> list[Row]:  # noqa: ARG001
    """SHOW COLUMNS: a row for each column, its type as JSON."""
    return [
        {
            "table_name": record.name,
            "schema_name": record.schema,
            "kind": "COLUMN",
            "database_name": record.database,
            "expression": "",
            "schema_evolution_record": None,
            "column_name": column.name,
            "data_type": json.dumps(type_json(column), separators=(",", ":")),
            "null?": str(column.nullable).lower(),
            "default": column.default or "",
            "comment": column.comment or "",
            "autoincrement": identity(column),
        }
        for column in record.columns
    ]


def identity(column: TableColumn) -> str:
    """`IDENTITY START 1 INCREMENT 1 NOORDER`, empty for other columns."""
    if column.identity is None:
        return ""
    start, increment = column.identity
    return f"IDENTITY START {start} INCREMENT {increment} NOORDER"


def type_json(column: TableColumn) -> Row:
    """A column's type as SHOW COLUMNS prints it (page *SHOW COLUMNS*)."""
    kind = types.parse(column.type)
    nullable = {"nullable": column.nullable}
    if kind.name == "NUMBER":
        return {"type": "FIXED", "precision": kind.precision, "scale": kind.scale, **nullable}
    if kind.name == "VARCHAR":
        length = kind.length or types.MAX_LENGTH
        size = min(4 * length, types.MAX_LENGTH)
        return {"type": "TEXT", "length": length, "byteLength": size, **nullable, "fixed": False}
    if kind.name == "BINARY":
        length = kind.length or types.MAX_BINARY
        return {"type": "BINARY", "length": length, "byteLength": length, **nullable, "fixed": True}
    if kind.name in types.TIMES:
        return {"type": kind.name, "precision": 0, "scale": kind.digits, **nullable}
    return {"type": "REAL" if kind.name == "FLOAT" else kind.name, **nullable}


def sequence(session: Session, record: Object) -> list[Row]:
    return [
        {
            **base(record),
            "next_value": counters.next_value(session, record),
            "interval": record.properties["increment"],
            "ordered": yes(record.properties.get("ordered")),
        }
    ]


def upper(record: Object) -> Row:
    return {name.upper(): value for name, value in record.properties.items()}


def stage(session: Session, record: Object) -> list[Row]:  # noqa: ARG001
    given = upper(record)
    url = given.get("URL") or ""
    more = {
        "url": url,
        "has_credentials": yes(given.get("CREDENTIALS")),
        "has_encryption_key": yes(given.get("ENCRYPTION")),
        "type": "EXTERNAL" if url else "INTERNAL",
        "cloud": {"s3": "AWS", "gcs": "GCP", "azure": "AZURE"}.get(url.partition(":")[0]),
        "storage_integration": given.get("STORAGE_INTEGRATION"),
        "directory_enabled": yes(given.get("DIRECTORY")),
    }
    return [{**base(record), **more}]


def pipe(session: Session, record: Object) -> list[Row]:  # noqa: ARG001
    given = upper(record)
    more = {
        "definition": given.get("DEFINITION") or given.get("COPY") or "",
        "integration": given.get("INTEGRATION"),
        "pattern": given.get("PATTERN"),
        "error_integration": given.get("ERROR_INTEGRATION"),
    }
    return [{**base(record), **more}]


def file_format(session: Session, record: Object) -> list[Row]:  # noqa: ARG001
    given = upper(record)
    shown = json.dumps(given, separators=(",", ":"), default=str)
    return [{**base(record), "type": given.get("TYPE", "CSV"), "format_options": shown}]


def function(session: Session, record: Object) -> list[Row]:  # noqa: ARG001
    given = record.properties
    flags = dict.fromkeys(
        ("is_builtin", "is_aggregate", "is_ansi", "is_external_function", "is_data_metric"), "N"
    )
    count = len(given["arguments"])
    more = {
        "name": given["name"],
        "min_num_arguments": count
        - sum(argument["default"] is not None for argument in given["arguments"]),
        "max_num_arguments": count,
        "arguments": f"{record.name} RETURN {given['returns']}",
        "description": record.comment or "user-defined function",
        "catalog_name": record.database,
        "is_table_function": yes(given.get("table")),
        "valid_for_clustering": "N",
        "is_secure": yes(given.get("secure")),
        "language": "SQL",
        "is_memoizable": yes(given.get("memoizable")),
    }
    return [{**base(record), **flags, **more}]


def integration(session: Session, record: Object) -> list[Row]:  # noqa: ARG001
    words = str(record.properties.get("definition", "")).upper().split()
    category = words[words.index("INTEGRATION") - 1] if "INTEGRATION" in words else ""
    given = {name: text(value) for name, value in record.properties.items()}
    more = {"category": category, "type": given.get("type"), "enabled": given.get("enabled")}
    return [{**base(record), **more}]


def role(session: Session, record: Object) -> list[Row]:
    to = [grant.to for grant in record.grants]
    more = {
        "is_default": "N",
        "is_current": yes(session.parameters.get("CURRENT_ROLE") == record.name),
        "is_inherited": "N",
        "assigned_to_users": to.count("USER"),
        "granted_to_roles": to.count("ROLE"),
        "granted_roles": 0,
    }
    return [{**base(record), **more}]
