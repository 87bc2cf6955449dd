"""What stands around the columns of a table or view: comment, clustering, retention, tags, …"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlglot import exp

from runner.engines.duckdb.statements.replies import compilation
from runner.errors import Unsupported

FLAGS: dict[type[exp.Expr], str] = {
    exp.TransientProperty: "transient",
    exp.TemporaryProperty: "temporary",
    exp.VolatileProperty: "temporary",
    exp.SecureProperty: "secure",
    exp.CopyGrantsProperty: "copy_grants",
    exp.DynamicProperty: "dynamic",
    exp.MaterializedProperty: "materialized",
    exp.ExternalProperty: "external",
    exp.IcebergProperty: "iceberg",
}
COMMON = frozenset({"comment", "change_tracking", "contact"})
# pages *CREATE TABLE*, *ALTER TABLE* and those of the other kinds
NAMES: dict[str, frozenset[str]] = {
    "TABLE": frozenset(
        {"data_retention_time_in_days", "max_data_extension_time_in_days", "default_ddl_collation"}
        | {"enable_schema_evolution", "row_timestamp", "stage_file_format", "stage_copy_options"}
        | {"error_logging", "enable_data_compaction", "data_metric_schedule"}
    ),
    "VIEW": frozenset({"data_metric_schedule"}),
    "MATERIALIZED VIEW": frozenset({"data_metric_schedule"}),
    "DYNAMIC TABLE": frozenset(
        {"target_lag", "warehouse", "initialization_warehouse", "log_level", "refresh_mode"}
        | {"data_retention_time_in_days", "max_data_extension_time_in_days", "initialize"}
        | {"default_ddl_collation", "scheduler"}
    ),
}
# properties that would change answers: the values with which they do not
HARMLESS = {
    "default_ddl_collation": ("", "utf8"),
    "row_timestamp": ("false",),
    "error_logging": ("false",),
}
# clauses of Snowflake that are not built: how they are named
NOT_BUILT: dict[type[exp.Expr], str] = {
    exp.UsingTemplateProperty: "CREATE TABLE … USING TEMPLATE",
}


def of(create: exp.Create, kind: str) -> dict[str, Any]:
    """The properties of a statement by their names in lower case, `comment` among them. Raises for
    one that the kind does not have, or that would change answers."""
    found: dict[str, Any] = {}
    properties = create.args.get("properties")
    for item in properties.expressions if properties else ():
        found.update(setting(item, kind))
    return found


def check(kind: str, name: str, value: Any) -> None:
    """Raise for a property that the kind does not have, or one that would change answers."""
    check_name(kind, name)
    harmless = HARMLESS.get(name)
    if harmless and str(value).lower() not in harmless:
        raise Unsupported(f"{name.upper()} = {value}")


def check_name(kind: str, name: str) -> None:
    if name not in NAMES[kind] | COMMON:
        raise compilation(f"invalid property '{name.upper()}' for '{kind}'", 1420, "22023")


def setting(item: exp.Expr, kind: str) -> dict[str, Any]:
    """One property as name and value."""
    if type(item) in FLAGS:
        return {FLAGS[type(item)]: True}
    read = CLAUSES.get(type(item))
    if read is not None:
        return read(item)
    if isinstance(item, exp.LikeProperty):
        return {}
    if type(item) is exp.Property:
        name, value = item.name.lower(), item.args["value"].name
        check(kind, name, value)
        return {name: value}
    raise refusal(item)


CLAUSES: dict[type[exp.Expr], Callable[[Any], dict[str, Any]]] = {
    exp.SchemaCommentProperty: lambda item: {"comment": item.name},
    exp.ClusterProperty: lambda item: {"cluster_by": cluster_key(item.expressions)},
    exp.Tags: lambda item: {"tags": tags(item)},
    exp.RowAccessProperty: lambda item: {"row_access_policy": row_access(item)},
}


def row_access(item: exp.Expr) -> str:
    """The name of a row access policy and its columns, as written."""
    return item.sql("snowflake").removeprefix("WITH ROW ACCESS POLICY ")


def refusal(item: exp.Expr) -> Exception:
    """The error for a clause that Snowflake does not have, or that is not built."""
    if type(item) in NOT_BUILT:
        return Unsupported(NOT_BUILT[type(item)])
    word = item.sql("snowflake").partition("=")[0].partition("(")[0].strip().upper()
    return compilation(f"syntax error: unexpected '{word}'.", 1003, "42000")


def tags(node: exp.Expr) -> dict[str, str]:
    return {item.name.upper(): item.args["value"].name for item in node.expressions}


def cluster_key(expressions: Iterable[exp.Expr]) -> str:
    """A clustering key as `show tables` prints it.

    >>> cluster_key([exp.column("a"), exp.column("b")])
    'LINEAR(a, b)'
    """
    return f"LINEAR({', '.join(item.sql('snowflake') for item in expressions)})"
