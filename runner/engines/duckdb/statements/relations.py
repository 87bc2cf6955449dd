"""Tables and views as a query reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines.duckdb import objects, types
from runner.engines.duckdb.scopes import Query, outputs
from runner.engines.duckdb.statements import ddl, information_schema, replies, views
from runner.engines.duckdb.store import catalog

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


def read(session: Session, path: ddl.Path, node: exp.Table) -> Query:
    """A table or view by its stored name: `sql` is what stands in FROM, a name or a query in
    parentheses, `columns` are what it gives. Raises 002003 when there is none."""
    session.reads(objects.key("TABLE", *path))
    if path[1] == information_schema.NAME:
        session.reads(catalog(path[0]))
        return information_schema.read(session, path, information_schema.mentioned(node))
    found = objects.find(session, "TABLE", path)
    if found is None:
        ddl.require_schema(session, path[0], path[1])
        raise replies.does_not_exist("Object", ".".join(path))
    if found.kind in views.VIEWS:
        query = views.as_query(session, found)
        return Query(f"({query.sql})", query.columns)
    typed = [types.parse(column.type) for column in found.columns]
    names = [column.name for column in found.columns]
    return Query(session.located(path), outputs(names, typed))
