"""WITH: common table expressions, recursive ones too."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.names import quote, stored
from runner.engines.duckdb.queries.rows import recast
from runner.engines.duckdb.scopes import Output, Query, Scope, outputs
from runner.engines.duckdb.types import Type
from runner.engines.duckdb.unread import refuse_unread
from runner.errors import EngineError, Unsupported


def bind_with(binder: Binder, node: exp.Expr) -> str:
    """WITH in front of a query; its names become visible to the current scope."""
    with_ = node.args.get("with_")
    if not with_:
        return ""
    refuse_unread(with_)
    texts = []
    recursive = False
    for cte in with_.expressions:
        refuse_unread(cte)
        name = stored(cte.args["alias"].this)
        columns = [stored(column) for column in cte.args["alias"].args.get("columns") or ()]
        if is_recursive(cte, name):
            recursive = True
            query = bind_recursive(binder, cte, name, columns)
        else:
            with binder.inside(Scope(binder.scope)):
                query = binder.query(cte.this)
        renamed = rename(query.columns, columns)
        binder.scope.ctes[name] = (name, renamed)
        listed = ", ".join(quote(column.physical) for column in renamed)
        texts.append(f"{quote(name)}({listed}) AS ({query.sql})")
        binder.scope.with_ = f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(texts)} "
    return binder.scope.with_


def rename(columns: list[Output], names: list[str]) -> list[Output]:
    """The columns under the names of a column list, if there is one."""
    if not names:
        return columns
    if len(names) != len(columns):
        raise EngineError(
            "SQL compilation error:\nnumber of columns in the column list does not match the query",
            code=2057,
        )
    return outputs(names, [column.type for column in columns])


def is_recursive(cte: exp.CTE, name: str) -> bool:
    body = cte.this
    if not isinstance(body, exp.Union):
        return False
    return any(
        isinstance(table.this, exp.Identifier)
        and not table.args.get("db")
        and stored(table.this) == name
        for table in body.expression.find_all(exp.Table)
    )


def bind_recursive(binder: Binder, cte: exp.CTE, name: str, names: list[str]) -> Query:
    """A recursive CTE: the anchor gives the names; numbers become as wide as they can grow."""
    union = cte.this
    if union.args.get("distinct"):
        raise Unsupported("a recursive CTE with UNION; use UNION ALL")
    anchor = binder.query(union.this)
    columns = rename(anchor.columns, names)
    wide = [Output(c.name, widest(c.type), c.physical) for c in columns]
    with binder.inside(Scope(binder.scope)) as scope:
        scope.ctes[name] = (name, wide)
        step = binder.query(union.expression)
    anchor_sql = recast(anchor, [column.type for column in wide])
    step_sql = recast(step, [column.type for column in wide])
    return Query(f"{anchor_sql} UNION ALL {step_sql}", wide)


def widest(type_: Type) -> Type:
    return types.number(38, type_.scale) if type_.name == "NUMBER" else type_
