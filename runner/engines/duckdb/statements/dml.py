"""INSERT, UPDATE and DELETE, with the counts that Snowflake answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines import Column, Result
from runner.engines.duckdb import objects, syntax
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import TableColumn
from runner.engines.duckdb.queries import tables
from runner.engines.duckdb.queries.joins import bind_join
from runner.engines.duckdb.queries.sources import Item
from runner.engines.duckdb.queries.values import cell
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.scopes import Query, Scope
from runner.engines.duckdb.statements import (
    assignment,
    definitions,
    handles,
    replies,
    sources,
    targets,
    transactions,
    unread,
    views,
)
from runner.engines.duckdb.statements.targets import Target

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


@handles("INSERT")
def insert(session: Session, statement: Statement) -> Result:
    """`insert [overwrite] into … values | select …`, and its form for several tables."""
    overwrite = len(statement.words) > 1 and statement.words[1] == "OVERWRITE"
    several = statement.words[1 + overwrite : 2 + overwrite] in (("ALL",), ("FIRST",))
    if not several:
        targets.expect(statement, 1 + overwrite, "INTO")
    statement, tree = sources.read(session, statement)
    if isinstance(tree, exp.MultitableInserts):
        return insert_all(session, tree, overwrite=overwrite)
    if not isinstance(tree, exp.Insert) or tree.args.get("by_name"):
        raise unread.refusal(statement, "INSERT", ("BY",))
    targets.refuse_more(statement, "this", "expression", "overwrite")
    if tree.expression is None:
        raise syntax.end(statement.sql)
    into = targets.target(session, tree.this)
    columns = targets.listed(into, column_names(tree.this))
    with transactions.dml(session, into.record):
        if overwrite and reads(session, tree.expression, into):
            rows = replace_rows(session, into, columns, tree.expression)
        else:
            text = source(session, tree.expression, columns)
            if overwrite:
                empty(session, into)
            rows = count(
                session, f"insert into {into.place} ({targets.column_list(columns)}) {text}"
            )
    return replies.counts(number_of_rows_inserted=rows)


def column_names(node: exp.Expr) -> list[str]:
    return definitions.names(node.expressions) if isinstance(node, exp.Schema) else []


def count(session: Session, sql: str) -> int:
    """Run a DML statement of DuckDB; the number of rows it touched."""
    return int(session.raw(sql)[0][0])


def source(session: Session, node: exp.Expr, columns: list[TableColumn]) -> str:
    """What is inserted, converted to the columns, as VALUES or as a query of DuckDB."""
    binder = Binder(session)
    if isinstance(node, exp.Values) and single(node):
        return "values " + ", ".join(row(binder, item, columns) for item in node.expressions)
    return converted(binder.query(node), columns)


def single(node: exp.Values) -> bool:
    """Whether each value goes into its column by itself: one row, or a DEFAULT among them. The
    values of several rows first come to a common type (page *INSERT*)."""
    items = [value for item in node.expressions for value in item.expressions]
    return len(node.expressions) == 1 or any(targets.is_default(value) for value in items)


def row(binder: Binder, item: exp.Expr, columns: list[TableColumn]) -> str:
    """One row of VALUES."""
    values = item.expressions if isinstance(item, exp.Tuple) else [item.unnest()]
    check_width(len(values), len(columns))
    for value in values:
        if isinstance(value, exp.Anonymous):
            cell(binder, value)
    parts = [targets.assigned(binder, v, c) for v, c in zip(values, columns, strict=True)]
    return f"({', '.join(parts)})"


def check_width(given: int, wanted: int) -> None:
    if given != wanted:
        raise replies.compilation(
            f"Insert value list does not match column list expecting {wanted} but got {given}",
            2020,
            "21S01",
        )


def converted(query: Query, columns: list[TableColumn]) -> str:
    """A query whose columns are converted to the table's."""
    check_width(len(query.columns), len(columns))
    values = [
        assignment.assign(Value(quote(out.physical), out.type), column)
        for out, column in zip(query.columns, columns, strict=True)
    ]
    if values == [quote(out.physical) for out in query.columns]:
        return query.sql
    return f"select {', '.join(values)} from ({query.sql}) as source"


def empty(session: Session, into: Target) -> None:
    """Delete the rows that are in a table by now."""
    session.reads(into.record.key)
    session.raw(f"delete from {into.place}")


def reads(session: Session, node: exp.Expr, into: Target) -> bool:
    """Whether a query may read the table it overwrites, itself or through a view."""
    for path in views.paths(session, node):
        found = objects.find(session, "TABLE", path)
        if path == into.path or (found is not None and found.kind != "TABLE"):
            return True
    return False


def replace_rows(session: Session, into: Target, columns: list[TableColumn], node: exp.Expr) -> int:
    """INSERT OVERWRITE of a table by a query that reads it."""
    text = source(session, node, columns)
    session.raw(f"create or replace temporary table overwriting as {text}")
    empty(session, into)
    rows = count(
        session,
        f"insert into {into.place} ({targets.column_list(columns)}) from temp.main.overwriting",
    )
    session.raw("drop table temp.main.overwriting")
    return rows


@handles("UPDATE")
def update(session: Session, statement: Statement) -> Result:
    """`update … set … [from …] [where …]`. Of several rows that join one target row any may win,
    as on Snowflake (page *UPDATE*); they are counted."""
    tree = statement.tree
    if not isinstance(tree, exp.Update):
        raise unread.refusal(statement, "UPDATE")
    targets.refuse_more(statement, "this", "expressions", "from_", "where")
    if not tree.expressions:
        raise syntax.end(statement.sql)
    into = targets.target(session, tree.this)
    binder = Binder(session)
    with binder.inside(Scope()) as scope:
        item = into.item(binder, tree.this)
        scope.sources.append(item.source)
        joined = from_items(binder, tree.args["from_"].this) if tree.args.get("from_") else ""
        condition = where(binder, tree)
        assignments = targets.settings(binder, into, tree.expressions)
    from_ = f" from {joined}" if joined else ""
    with transactions.dml(session, into.record):
        several = multi_joined(session, item, joined, condition) if joined else 0
        rows = count(session, f"update {item.sql} set {assignments}{from_}{condition}")
    return Result(
        (
            Column("number of rows updated", "NUMBER(38,0)"),
            Column("number of multi-joined rows updated", "NUMBER(38,0)"),
        ),
        [(rows, several)],
        rows,
    )


def from_items(binder: Binder, node: exp.Expr) -> str:
    """FROM of an UPDATE or USING of a DELETE: a table with the joins behind it."""
    first = node.copy()
    joins = first.args.get("joins") or []
    first.set("joins", None)
    item = tables.item(binder, first)
    binder.scope.sources.append(item.source)
    return item.sql + "".join(bind_join(binder, join) for join in joins)


def where(binder: Binder, tree: exp.Expr) -> str:
    node = tree.args.get("where")
    return f" where {binder.condition(node.this)}" if node else ""


def multi_joined(session: Session, item: Item, joined: str, condition: str) -> int:
    """How many rows of the target join more than one row."""
    groups = f"select 1 from {item.sql}, {joined}{condition} group by {item.alias}.rowid"
    return count(session, f"select count(*) from ({groups} having count(*) > 1)")


@handles("DELETE")
def delete(session: Session, statement: Statement) -> Result:
    """`delete from … [using …] [where …]`"""
    targets.expect(statement, 1, "FROM")
    tree = statement.tree
    if not isinstance(tree, exp.Delete):
        raise unread.refusal(statement, "DELETE")
    targets.refuse_more(statement, "this", "using", "where")
    into = targets.target(session, tree.this)
    binder = Binder(session)
    with binder.inside(Scope()) as scope:
        item = into.item(binder, tree.this)
        scope.sources.append(item.source)
        joined = [from_items(binder, node) for node in tree.args.get("using") or ()]
        condition = where(binder, tree)
    if joined:
        matching = f"select {item.alias}.rowid from {', '.join([item.sql, *joined])}{condition}"
        condition = f" where rowid in ({matching})"
    with transactions.dml(session, into.record):
        rows = count(session, f"delete from {item.sql}{condition}")
    return replies.counts(number_of_rows_deleted=rows)


def insert_all(session: Session, tree: exp.MultitableInserts, *, overwrite: bool) -> Result:
    """`insert [first | all] [when … then] into … [else into …] <query>` (page *INSERT
    (multi-table)*): the query runs once."""
    query = Binder(session).query(tree.args["source"])
    branches = conditions(tree)
    into = [targets.target(session, branch.this.this) for branch in tree.expressions]
    counted: list[tuple[str, int]] = []
    with transactions.dml(session, *(one.record for one in into)):
        session.raw(f"create or replace temporary table inserting as {query.sql}")
        for one in into if overwrite else ():
            empty(session, one)
        for one, branch, chosen in zip(into, tree.expressions, branches, strict=True):
            rows = insert_branch(session, one, branch.this, query, chosen)
            counted.append((f"number of rows inserted into {one.record.name}", rows))
        session.raw("drop table temp.main.inserting")
    columns = tuple(Column(name, "NUMBER(38,0)") for name, _ in counted)
    return Result(columns, [tuple(n for _, n in counted)], sum(n for _, n in counted))


def conditions(tree: exp.MultitableInserts) -> list[exp.Expr | None]:
    """The condition of each INTO: an INTO without WHEN shares the one before it, ELSE takes what no
    WHEN took, and with FIRST a WHEN takes what none before it took."""
    found: list[exp.Expr | None] = []
    earlier: list[exp.Expr] = []
    current: exp.Expr | None = None
    for branch in tree.expressions:
        given = branch.args.get("expression")
        if branch.args.get("else_"):
            current = none_of(earlier)
        elif given is not None:
            first = tree.args["kind"] == "FIRST" and earlier
            current = exp.and_(none_of(earlier), given) if first else given
            earlier.append(given)
        found.append(current)
    return found


def none_of(nodes: list[exp.Expr]) -> exp.Expr:
    """True where none of the conditions is true, NULL counting as false."""
    taken = [
        exp.Anonymous(this="COALESCE", expressions=[node.copy(), exp.false()]) for node in nodes
    ]
    return exp.and_(*(exp.Not(this=node) for node in taken))


def insert_branch(
    session: Session, into: Target, node: exp.Insert, query: Query, chosen: exp.Expr | None
) -> int:
    """One INTO of a multi-table insert, from the rows that the query gave."""
    columns = targets.listed(into, column_names(node.this))
    binder = Binder(session)
    with binder.inside(Scope()) as scope:
        scope.sources.append(query.source("", "inserting"))
        condition = f" where {binder.condition(chosen)}" if chosen is not None else ""
        if node.args.get("expression") is None:
            check_width(len(query.columns), len(columns))
            values = [
                assignment.assign(Value(quote(out.physical), out.type), column)
                for out, column in zip(query.columns, columns, strict=True)
            ]
        else:
            given = node.expression.expressions[0].expressions
            check_width(len(given), len(columns))
            values = [
                targets.default(session, into, column)
                if targets.is_default(value)
                else targets.assigned(binder, value, column)
                for value, column in zip(given, columns, strict=True)
            ]
    return count(
        session,
        f"insert into {into.place} ({targets.column_list(columns)}) "
        f"select {', '.join(values)} from temp.main.inserting as inserting{condition}",
    )
