"""Outer joins written as `a.x = b.x(+)` in WHERE. Page *JOIN*."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb.names import stored
from runner.errors import EngineError, Unsupported


def with_outer_joins(node: exp.Select) -> exp.Select:
    """The query with LEFT JOINs in the place of conditions with `(+)`.

    >>> from runner.engines.duckdb.dialect import read
    >>> text = "select * from a, b where a.x = b.x(+) and b.y(+) > 3 and a.z = 1"
    >>> with_outer_joins(read(text).tree).sql()
    'SELECT * FROM a LEFT JOIN b ON a.x = b.x AND b.y > 3 WHERE a.z = 1'
    """
    where = node.args.get("where")
    if where is None or not any(marked_columns(where)):
        return node
    joins = node.args.get("joins") or []
    if any(set(filter(join.args.get, join.args)) != {"this"} for join in joins):
        raise Unsupported("the operator (+) beside JOIN")
    node = node.copy()
    kept, conditions = parted(node.args["where"].this)
    items = {one.alias_or_name.upper(): one for one in [node.args["from_"].this, *tables(node)]}
    outer = {name: items.pop(name) for name in ordered(conditions) if name in items}
    if len(outer) < len(conditions) or not items:
        raise Unsupported("the operator (+) of a table that is not found in FROM")
    first, *rest = items.values()
    node.args["from_"].set("this", first)
    inner = [exp.Join(this=one, kind="CROSS") for one in rest]
    left = [
        exp.Join(this=one, side="LEFT", on=exp.and_(*conditions[name], copy=False))
        for name, one in outer.items()
    ]
    node.set("joins", inner + left)
    node.set("where", exp.Where(this=exp.and_(*kept, copy=False)) if kept else None)
    return node


def tables(node: exp.Select) -> list[exp.Expr]:
    return [join.this for join in node.args.get("joins") or ()]


def marked_columns(node: exp.Expr) -> list[exp.Column]:
    return [column for column in node.find_all(exp.Column) if column.args.get("join_mark")]


def parted(condition: exp.Expr) -> tuple[list[exp.Expr], dict[str, list[exp.Expr]]]:
    """The conditions that stay, and those of each table with `(+)`, the mark taken off."""
    kept: list[exp.Expr] = []
    conditions: dict[str, list[exp.Expr]] = {}
    for one in condition.flatten() if isinstance(condition, exp.And) else [condition]:
        marked = marked_columns(one)
        if not marked:
            kept.append(one)
            continue
        names = {stored(column.args["table"]) if column.table else "" for column in marked}
        if len(names) > 1:
            raise EngineError(
                "SQL compilation error:\na condition can have (+) at one table only", code=1003
            )
        if "" in names:
            raise Unsupported("the operator (+) of a column without its table")
        for column in marked:
            column.set("join_mark", None)
        conditions.setdefault(names.pop(), []).append(one)
    return kept, conditions


def ordered(conditions: dict[str, list[exp.Expr]]) -> list[str]:
    """The outer tables, each behind those that its conditions read."""
    done: list[str] = []
    waiting = dict(conditions)
    while waiting:
        ready = [
            name
            for name, ons in waiting.items()
            if not {column.table.upper() for on in ons for column in on.find_all(exp.Column)}
            & (waiting.keys() - {name})
        ]
        if not ready:
            raise Unsupported("outer joins (+) in a circle")
        for name in ready:
            done.append(name)
            del waiting[name]
    return done
