"""Columns of tables as DuckDB's DDL: types, defaults, identity."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines.duckdb import dialect, types
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.names import literal, quote, stored
from runner.engines.duckdb.objects import Object, TableColumn
from runner.engines.duckdb.statements import assignment, counters, replies
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

Path = tuple[str, str, str]  # database, schema, name


def create_table_sql(
    session: Session, place: str, table: Object, *, overwrite: bool = False
) -> str:
    """DuckDB's `create table` for a table's record; `place` is its DuckDB name."""
    body = ", ".join(column_sql(session, table.database, column) for column in table.columns)
    return f"{create_head(place, overwrite=overwrite)} ({body})"


def create_head(place: str, *, overwrite: bool) -> str:
    """`create [or replace] [temporary] table <name>`.

    >>> create_head('temp.main."DB.SC.T"', overwrite=True)
    'create or replace temporary table "DB.SC.T"'
    """
    verb = "create or replace" if overwrite else "create"
    if place.startswith("temp.main."):
        return f"{verb} temporary table {place.removeprefix('temp.main.')}"
    return f"{verb} table {place}"


def column_sql(session: Session, database: str, column: TableColumn) -> str:
    """One column of DuckDB's `create table`."""
    parts = [quote(column.name), types.parse(column.type).duckdb]
    if not column.nullable:
        parts.append("not null")
    default = default_sql(session, database, column)
    if default:
        parts.append(f"default ({default})")
    return " ".join(parts)


def default_sql(session: Session, database: str, column: TableColumn) -> str | None:
    """The DuckDB expression that fills a column for which no value is given."""
    if column.identity is not None:
        return f"nextval({literal(counters.name(database, column))})"
    if column.default is None:
        return None
    value = Binder(session).value(dialect.expression(column.default))
    if value.type.name == "NULL":
        return "NULL"
    return assignment.assign(value, column)


def nextval(path: Path) -> str:
    """A default that takes its values from a sequence, as DESCRIBE shows it.

    >>> nextval(("DB", "SC", "My seq"))
    'DB.SC."My seq".NEXTVAL'
    """
    parts = [part if PLAIN.fullmatch(part) else quote(part) for part in path]
    return ".".join((*parts, "NEXTVAL"))


PLAIN = re.compile(r"[A-Z_][A-Z0-9_$]*")


def resolved(session: Session, column: TableColumn) -> TableColumn:
    """A new column with the sequence of its default under its full name, which is the one that is
    meant wherever the table goes (page *ALTER TABLE … ALTER COLUMN*, DESC TABLE)."""
    return redirected(session, column, lambda path: path)


def redirected(session: Session, column: TableColumn, move: Callable[[Path], Path]) -> TableColumn:
    """The column with another sequence in its default: the one at the place that `move` gives."""
    if column.default is None or "NEXTVAL" not in column.default.upper():
        return column
    tree = dialect.expression(column.default)
    for node in list(tree.find_all(exp.Column)):
        if node.name.upper() == "NEXTVAL" and node.args.get("table"):
            full = dialect.expression(nextval(move(sequence_path(session, node))))
            tree = full if node is tree else tree
            node.replace(full)
    return replace(column, default=tree.sql("snowflake"))


def sequence_path(session: Session, node: exp.Column) -> Path:
    """The sequence that `name.nextval` means."""
    parts = [stored(node.args[key]) for key in ("catalog", "db", "table") if node.args.get(key)]
    names = ("this", "db", "catalog")
    given = [exp.to_identifier(part, quoted=True) for part in reversed(parts)]
    return session.resolve(exp.Table(**dict(zip(names, given, strict=False))))


# what Snowflake may name by its text, as far as its pages say
NAMED = (exp.Alias, exp.Cast, exp.Column, exp.Dot, exp.Bracket, exp.JSONExtract, exp.Star, exp.Var)


def check_aliases(query: exp.Expr) -> None:
    """Raise what Snowflake says of a table or view whose column would have no name."""
    item = nameless(query)
    if item is not None:
        raise replies.compilation(
            f"Missing column specification: '{item.sql('snowflake')}' needs an alias",
            2022,
            "42601",
        )


def nameless(query: exp.Expr) -> exp.Expr | None:
    """The first select item that gives a column no name."""
    while isinstance(query, (exp.SetOperation, exp.Subquery)):
        query = query.this
    items = query.expressions if isinstance(query, exp.Select) else ()
    named = (*NAMED, exp.Parameter, exp.Placeholder)
    return next((item for item in items if not isinstance(item, named)), None)


def check_names(names: list[str], size: int) -> None:
    """The names of a new table's columns: as many as the query gives, each once."""
    if len(names) != size:
        raise replies.compilation(
            f"Invalid column definition list: {len(names)} names for {size} columns", 2026, "42601"
        )
    for name in names:
        if names.count(name) > 1:
            raise replies.compilation(f"duplicate column name '{name}'", 2025, "42S21")
    folded = {name.casefold() for name in names}
    if len(folded) < len(names):
        raise Unsupported("columns that differ only in case")


def column_type(type_: types.Type) -> str:
    """The type that a query's column gets in a new table."""
    if type_.name == "INTERVAL":
        raise Unsupported("a column of type INTERVAL")
    return str(types.TEXT if type_.name == "NULL" else type_)
