"""FROM and its joins."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.names import stored
from runner.engines.duckdb.queries.sources import Item
from runner.engines.duckdb.queries.tables import is_query, item
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.rules.comparisons import alike, key
from runner.engines.duckdb.scopes import Column, Scope, invalid_identifier
from runner.engines.duckdb.unread import refuse_unread
from runner.errors import Unsupported


def bind(binder: Binder, node: exp.Select) -> list[str]:
    """FROM and its joins; the sources become visible to the current scope."""
    from_ = node.args.get("from_")
    if not from_:
        return []
    sample = node.args.get("sample")
    if sample is not None:  # sqlglot puts the sample of VALUES here
        if node.args.get("joins") or not isinstance(from_.this, exp.Values):
            raise Unsupported("SAMPLE of a join")
        from_.this.set("sample", sample)
    text = bind_first(binder, from_.this)
    for join in node.args.get("joins") or ():
        text += bind_join(binder, join)
    return [f" FROM {text}"]


def bind_first(binder: Binder, node: exp.Expr) -> str:
    """The first item of FROM, which may be a join in parentheses."""
    if is_join(node):
        return bind_parenthesised(binder, node)
    first = item(binder, node)
    binder.scope.sources.append(first.source)
    return first.sql


def is_join(node: exp.Expr) -> bool:
    """Whether this is `(a JOIN b …)`."""
    return (
        isinstance(node, exp.Subquery)
        and bool(node.this.args.get("joins"))
        and not is_query(node.this)
    )


def bind_parenthesised(binder: Binder, node: exp.Expr) -> str:
    """A join in parentheses; the names in it are seen outside."""
    if node.args.get("alias") or node.args.get("sample") or node.args.get("pivots"):
        raise Unsupported("an alias of a join in parentheses")
    first = node.this.copy()
    joins = first.args.get("joins") or []
    first.set("joins", None)
    if binder.scope.sources and any(join.args.get("using") or join.method for join in joins):
        raise Unsupported("USING in a join in parentheses")
    text = bind_first(binder, first)
    return f"({text}{''.join(bind_join(binder, join) for join in joins)})"


def bind_join(binder: Binder, node: exp.Join) -> str:
    """One join: comma, CROSS, INNER, LEFT, RIGHT, FULL, NATURAL, USING, LATERAL, ASOF."""
    method = (node.args.get("method") or "").upper()
    side, kind = node.side.upper(), node.kind.upper()
    refuse_unread(node)
    if kind not in ("", "INNER", "OUTER", "CROSS"):
        raise Unsupported(f"{kind} JOIN")
    if is_join(node.this):
        return join_parenthesised(binder, node, side, kind)
    right = item(binder, node.this)
    left_count = len(binder.scope.sources)
    binder.scope.sources.append(right.source)
    if method == "ASOF":
        return asof_join(binder, node, right)
    using = [stored(name) for name in node.args.get("using") or ()]
    if method == "NATURAL":
        using = shared_names(binder.scope, left_count)
    elif method:
        raise Unsupported(f"{method} JOIN")
    conditions = [merge(binder.scope, name, side, left_count) for name in using]
    on = node.args.get("on")
    if on is not None:
        conditions.append(binder.condition(on))
    return join_text(right.sql, side, kind, conditions)


def join_parenthesised(binder: Binder, node: exp.Join, side: str, kind: str) -> str:
    """A join with a join in parentheses on its right side."""
    if node.args.get("using") or node.args.get("method"):
        raise Unsupported("USING with a join in parentheses")
    right = bind_parenthesised(binder, node.this)
    on = node.args.get("on")
    return join_text(right, side, kind, [binder.condition(on)] if on is not None else [])


def join_text(right: str, side: str, kind: str, conditions: list[str]) -> str:
    if not conditions:
        if side:
            return f" {side} JOIN {right} ON true"
        return f" CROSS JOIN {right}" if kind else f", {right}"
    return f" {side or 'INNER'} JOIN {right} ON {' AND '.join(conditions)}"


def shared_names(scope: Scope, left_count: int) -> list[str]:
    """The columns that NATURAL joins by, in the left side's order."""
    right = {column.name for column in scope.sources[left_count].columns}
    names: list[str] = []
    for source in scope.sources[:left_count]:
        names += [c.name for c in source.columns if c.name in right and c.name not in names]
    return names


def merge(scope: Scope, name: str, side: str, left_count: int) -> str:
    """Join by a column of both sides, which become one column. The condition's SQL."""
    right_found = scope.sources[left_count].find(name)
    left_found = [scope.merged[name]] if name in scope.merged else []
    for index, source in enumerate(scope.sources[:left_count]):
        if (index, name) not in scope.hidden:
            left_found += source.find(name)
    if not left_found or not right_found:
        raise invalid_identifier(name)
    left, right = left_found[0], right_found[0]
    mine, theirs = alike(Value(left.sql, left.type), Value(right.sql, right.type))
    for index, source in enumerate(scope.sources[: left_count + 1]):
        if source.find(name):
            scope.hidden.add((index, name))
    if side == "FULL":
        sql = f"COALESCE({mine.sql}, {theirs.sql})"
        scope.merged[name] = Column(name, mine.type, sql)
    else:
        scope.merged[name] = right if side == "RIGHT" else left
    return f"{key(mine)} = {key(theirs)}"


def asof_join(binder: Binder, node: exp.Join, right: Item) -> str:
    """ASOF JOIN: the closest row of the right side, a left outer join by nature."""
    match = node.args["match_condition"]
    if not isinstance(match, (exp.GTE, exp.GT, exp.LTE, exp.LT)):
        raise Unsupported(f"MATCH_CONDITION({match.sql('snowflake')})")
    conditions = [binder.value(match).sql]
    left_count = len(binder.scope.sources) - 1
    conditions += [
        merge(binder.scope, stored(name), "LEFT", left_count)
        for name in node.args.get("using") or ()
    ]
    if node.args.get("on") is not None:
        conditions.append(binder.condition(node.args["on"]))
    return f" ASOF LEFT JOIN {right.sql} ON {' AND '.join(conditions)}"
