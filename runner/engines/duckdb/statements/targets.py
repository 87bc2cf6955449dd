"""The table that a DML statement writes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines.duckdb import objects, syntax, types
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.names import quote, stored
from runner.engines.duckdb.objects import Object, TableColumn
from runner.engines.duckdb.queries.sources import Item, named
from runner.engines.duckdb.scopes import invalid_identifier, outputs
from runner.engines.duckdb.statements import assignment, columns, ddl, replies
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


@dataclass(frozen=True)
class Target:
    """A table's record, its path, and its DuckDB name."""

    record: Object
    path: ddl.Path
    place: str

    def column(self, name: str) -> TableColumn:
        found = self.record.column(name)
        if found is None:
            raise invalid_identifier(name)
        return found

    def item(self, binder: Binder, node: exp.Table) -> Item:
        """The table as an item of FROM under the alias that the statement gives it."""
        binder.session.reads(self.record.key)
        names = [column.name for column in self.record.columns]
        typed = [types.parse(column.type) for column in self.record.columns]
        return named(binder, node, self.place, outputs(names, typed), self.path[:2])


def expect(statement: Statement, place: int, word: str) -> None:
    """Raise 1003 unless this word stands at this place; sqlglot does without some."""
    found = statement.tokens[place] if place < len(statement.tokens) else None
    if found is None:
        raise syntax.end(statement.sql)
    if found.text.upper() != word:
        raise syntax.unexpected(statement.sql, found.start, found.text)


def refuse_more(statement: Statement, *known: str) -> None:
    """A clause that other databases have and Snowflake has not is a syntax error there."""
    for name, value in statement.tree.args.items():
        if value and name not in known:
            word = name.strip("_").upper()
            behind = (token for token in statement.tokens if token.text.upper().startswith(word))
            found = next(behind, statement.tokens[-1])
            raise syntax.unexpected(statement.sql, found.start, found.text)


def target(session: Session, node: exp.Expr) -> Target:
    """The table of INSERT, UPDATE, DELETE or MERGE. Raises 002003, or says that it is a view."""
    table = node.this if isinstance(node, exp.Schema) else node
    if not isinstance(table, exp.Table):
        raise Unsupported(f"{table.sql('snowflake')} as a table's name")
    path = session.resolve(table)
    found = objects.find(session, "TABLE", path)
    if found is None:
        ddl.require_schema(session, path[0], path[1])
        raise replies.does_not_exist("Object", ".".join(path))
    if found.kind != "TABLE":
        raise replies.compilation(f"{found.kind.capitalize()} '{path[2]}' cannot be written to.")
    return Target(found, path, session.located(path))


def listed(into: Target, names: list[str]) -> list[TableColumn]:
    """The columns of a column list; all of them where there is no list."""
    for name in names:
        if names.count(name) > 1:
            raise replies.compilation(f"duplicate column name '{name}'", 2025, "42S21")
    return [into.column(name) for name in names] if names else list(into.record.columns)


def is_default(node: exp.Expr) -> bool:
    """Whether DEFAULT is written in the place of a value."""
    if isinstance(node, exp.Var):
        return node.name.upper() == "DEFAULT"
    return (
        isinstance(node, exp.Column)
        and len(node.parts) == 1
        and not node.this.args.get("quoted")
        and node.name.upper() == "DEFAULT"
    )


def assigned(binder: Binder, node: exp.Expr, column: TableColumn) -> str:
    """The SQL of a value as it goes into a column."""
    if is_default(node):
        return "default"
    return assignment.assign(binder.value(node), column)


def default(session: Session, into: Target, column: TableColumn) -> str:
    """The SQL of a column's default, where DuckDB does not take the word."""
    return columns.default_sql(session, into.record.database, column) or "NULL"


def settings(binder: Binder, into: Target, nodes: list[exp.Expr]) -> str:
    """The SET clause of UPDATE, in the scope that is open."""
    parts, seen = [], set()
    for node in nodes:
        if not isinstance(node.this, exp.Column):
            raise replies.compilation("syntax error: SET takes one column at a time.", 1003)
        column = into.column(stored(node.this.this))
        if column.name in seen:
            raise replies.compilation(f"duplicate column name '{column.name}'", 2025, "42S21")
        seen.add(column.name)
        parts.append(f"{quote(column.name)} = {assigned(binder, node.expression, column)}")
    return ", ".join(parts)


def column_list(listed: list[TableColumn]) -> str:
    return ", ".join(quote(column.name) for column in listed)
