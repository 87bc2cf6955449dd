"""`create table` read from its tree: columns, constraints, properties. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.names import stored
from runner.engines.duckdb.objects import TableColumn
from runner.engines.duckdb.scopes import invalid_identifier
from runner.engines.duckdb.statements import properties
from runner.engines.duckdb.statements.replies import compilation
from runner.errors import Unsupported


@dataclass(frozen=True)
class Definition:
    """The columns and the recorded properties of a table or view."""

    columns: tuple[TableColumn, ...] = ()
    comment: str | None = None
    copy_grants: bool = False
    properties: dict[str, Any] = field(default_factory=dict)


def of_table(create: exp.Create, kind: str = "TABLE") -> Definition:
    """What a `create table` or `create dynamic table` declares."""
    settings = around(create, kind)
    schema = create.this
    if not isinstance(schema, exp.Schema):
        return settings
    columns: list[TableColumn] = []
    constraints: list[dict[str, Any]] = []
    for item in schema.expressions:
        if isinstance(item, exp.ColumnDef):
            one, own = column(item)
            if any(other.name == one.name for other in columns):
                raise compilation(f"duplicate column name '{one.name}'", 2025, "42S21")
            columns.append(one)
            constraints.extend(own)
        elif isinstance(item, exp.Identifier):
            if not create.expression:
                raise compilation(f"syntax error: {item.name} has no type.", 1003, "42000")
            columns.append(TableColumn(stored(item), ""))
        else:
            constraints.append(table_constraint(item))
    refuse_unknown(columns, constraints)
    keys = {n for c in constraints if c["type"] == "PRIMARY KEY" for n in c["columns"]}
    declared = tuple(replace(c, nullable=c.nullable and c.name not in keys) for c in columns)
    if constraints:
        settings.properties["constraints"] = constraints
    return replace(settings, columns=declared)


def refuse_unknown(columns: list[TableColumn], constraints: list[dict[str, Any]]) -> None:
    """Raise for a key of a column that the table does not have, and for a second primary key."""
    known = {column.name for column in columns}
    for name in (name for one in constraints for name in one["columns"]):
        if known and name not in known:
            raise invalid_identifier(name)
    if sum(one["type"] == "PRIMARY KEY" for one in constraints) > 1:
        raise compilation("a table has one primary key", 2260, "42601")


def around(create: exp.Create, kind: str) -> Definition:
    """What stands around the columns."""
    given = properties.of(create, kind)
    comment = given.pop("comment", None)
    return Definition((), comment, given.pop("copy_grants", False), given)


def column(item: exp.ColumnDef) -> tuple[TableColumn, list[dict[str, Any]]]:
    """A column's declaration, and the constraints that stand on it."""
    kind = item.args.get("kind")
    declared = TableColumn(stored(item.this), str(types.from_tree(kind)) if kind else "")
    constraints: list[dict[str, Any]] = []
    for constraint in item.args.get("constraints") or ():
        what = constraint.kind
        read = COLUMN_CLAUSES.get(type(what))
        if read is None:
            constraints.append(column_constraint(declared.name, what))
        else:
            declared = read(declared, what)
    return declared, constraints


def nullability(declared: TableColumn, what: exp.Expr) -> TableColumn:
    return replace(declared, nullable=bool(what.args.get("allow_null")))


def default(declared: TableColumn, what: exp.Expr) -> TableColumn:
    return replace(declared, default=what.this.sql("snowflake"))


def comment(declared: TableColumn, what: exp.Expr) -> TableColumn:
    return replace(declared, comment=what.name)


def identity(declared: TableColumn, what: exp.Expr) -> TableColumn:
    return replace(declared, identity=(number(what, "start"), number(what, "increment")))


def collation(declared: TableColumn, what: exp.Expr) -> TableColumn:
    if what.name.lower() not in ("", "utf8"):
        raise Unsupported("COLLATE")
    return declared


def policy(declared: TableColumn, what: exp.Expr) -> TableColumn:
    """A masking or projection policy: recorded, without effect here."""
    kind = "masking_policy" if isinstance(what, exp.MaskingPolicyColumnConstraint) else "policy"
    return replace(
        declared, properties={**declared.properties, kind: what.this.sql("snowflake").upper()}
    )


def tagged(declared: TableColumn, what: exp.Expr) -> TableColumn:
    return replace(declared, properties={**declared.properties, "tags": properties.tags(what)})


COLUMN_CLAUSES: dict[type[exp.Expr], Callable[[TableColumn, exp.Expr], TableColumn]] = {
    exp.NotNullColumnConstraint: nullability,
    exp.DefaultColumnConstraint: default,
    exp.CommentColumnConstraint: comment,
    exp.GeneratedAsIdentityColumnConstraint: identity,
    exp.AutoIncrementColumnConstraint: identity,
    exp.CollateColumnConstraint: collation,
    exp.MaskingPolicyColumnConstraint: policy,
    exp.ProjectionPolicyColumnConstraint: policy,
    exp.Tags: tagged,
}


def number(node: exp.Expr, argument: str) -> int:
    """A whole number given to identity or a sequence, 1 where none is given."""
    value = node.args.get(argument)
    return 1 if value is None else int(value.sql())


def column_constraint(name: str, what: exp.Expr) -> dict[str, Any]:
    """PRIMARY KEY, UNIQUE or REFERENCES written behind a column. None of them is enforced (page
    *Overview of Constraints*), so they are recorded."""
    if isinstance(what, exp.PrimaryKeyColumnConstraint):
        return constraint_record("PRIMARY KEY", [name])
    if isinstance(what, exp.UniqueColumnConstraint):
        return constraint_record("UNIQUE", [name])
    if isinstance(what, exp.Reference):
        return foreign_key([name], what)
    raise Unsupported(f"the column constraint {what.sql('snowflake').upper()}")


def table_constraint(item: exp.Expr, name: str | None = None) -> dict[str, Any]:
    """A constraint written behind the columns, or added by `alter table`."""
    if isinstance(item, exp.Constraint):
        return table_constraint(item.expressions[0], stored(item.this))
    if isinstance(item, exp.PrimaryKey):
        return constraint_record("PRIMARY KEY", names(item.expressions), name)
    if isinstance(item, exp.UniqueColumnConstraint):
        return constraint_record("UNIQUE", names(item.this.expressions), name)
    if isinstance(item, exp.ForeignKey):
        return foreign_key(names(item.expressions), item.args["reference"], name)
    raise Unsupported(f"the table constraint {item.sql('snowflake').upper()}")


def constraint_record(
    kind: str, columns: list[str], name: str | None = None, **more: Any
) -> dict[str, Any]:
    return {"type": kind, "columns": columns, "name": name, **more}


def foreign_key(
    columns: list[str], reference: exp.Reference, name: str | None = None
) -> dict[str, Any]:
    target = reference.this
    table = target.this if isinstance(target, exp.Schema) else target
    path = [stored(part) for part in table.parts]
    others = names(target.expressions) if isinstance(target, exp.Schema) else []
    return constraint_record("FOREIGN KEY", columns, name, table=path, references=others)


def names(items: Iterable[exp.Expr]) -> list[str]:
    """The stored names of identifiers, columns or ordered columns."""
    return [stored(item.find(exp.Identifier)) for item in items]  # type: ignore[arg-type]
