"""The query behind CREATE TABLE … AS and INSERT INTO: its translation is kept as that of a SELECT
is, and then it is not even read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines.duckdb.binder import QUERIES, Binder
from runner.engines.duckdb.dialect import Statement, without_query
from runner.engines.duckdb.scopes import Query
from runner.engines.duckdb.statements import columns
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


def read(session: Session, statement: Statement) -> tuple[Statement, exp.Expr]:
    """The statement and its tree, whose query is bound when it is asked for. Where a translation is
    kept, the query is left out of both; that of a table is kept when all its columns have names."""
    parts = without_query(statement)
    role = statement.words[0]  # a query is not named behind CREATE as it is where it stands alone
    if parts is None:
        return statement, statement.tree
    head, text = parts
    kept = session.kept(text, role)
    if kept is not None:
        head.tree.set("expression", later(lambda: kept))
        return head, head.tree
    query = statement.tree.expression
    if isinstance(query, exp.Query) and (role == "INSERT" or columns.nameless(query) is None):
        query.pop()  # how wide a staged file is read is told by all `$n` below the root
        bound = later(lambda: session.bind_and_keep(text, lambda: query, role))
        statement.tree.set("expression", bound)
    return statement, statement.tree


def later(bind: Callable[[], Query]) -> exp.Placeholder:
    """Stands for a query in a tree; sqlglot's classes take no subclass of ours."""
    node = exp.Placeholder()
    node.meta["bind"] = bind
    return node


def bound(binder: Binder, node: exp.Placeholder) -> Query:  # noqa: ARG001
    """The query that a placeholder stands for; one that a user has written stands for none."""
    if "bind" not in node.meta:
        raise Unsupported("a placeholder as a query")
    query: Query = node.meta["bind"]()
    return query


QUERIES[exp.Placeholder] = bound
