"""FROM: tables, views, subqueries, joins, table functions, PIVOT, SAMPLE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlglot import exp

from runner.engines.duckdb import rules, types
from runner.engines.duckdb.binder import Binder, construct
from runner.engines.duckdb.names import quote, stored
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.rules.calls import unwrap
from runner.engines.duckdb.rules.comparisons import comparable, compare, key
from runner.engines.duckdb.scopes import (
    Column,
    Output,
    Query,
    Scope,
    Source,
    invalid_identifier,
    matches,
    outputs,
    readable,
)
from runner.errors import EngineError, Unsupported


class Item(NamedTuple):
    """An item of FROM: DuckDB's SQL with its alias, the names it brings, and the alias, quoted."""

    sql: str
    source: Source
    alias: str = ""


TableFunction = Callable[[Binder, Any], Query]

# table functions by their Snowflake name, "@" for a stage; `table_functions` and `loading` fill it
TABLE_FUNCTIONS: dict[str, TableFunction] = {}

# how table functions that users made are found: asked in turn, the first answer counts
USER_TABLE_FUNCTIONS: list[Callable[[Binder, exp.Anonymous], Query | None]] = []


def bind(binder: Binder, node: exp.Select) -> list[str]:
    """FROM and its joins; the sources become visible to the current scope."""
    from_ = node.args.get("from_")
    if not from_:
        return []
    first = item(binder, from_.this)
    binder.scope.sources.append(first.source)
    text = f" FROM {first.sql}"
    for join in node.args.get("joins") or ():
        text += bind_join(binder, join)
    return [text]


def star_columns(scope: Scope, parts: tuple[str, ...]) -> list[Column]:
    """What `*` or `t.*` stands for: columns of USING first and once."""
    if not parts:
        columns = list(scope.merged.values())
        for index, source in enumerate(scope.sources):
            columns += [c for c in source.columns if (index, c.name) not in scope.hidden]
    else:
        around: Scope | None = scope
        while around is not None and not around.has_source(parts):
            around = around.parent
        if around is None:
            raise invalid_identifier(".".join(parts) + ".*")
        columns = [
            column
            for source in around.sources
            if matches(source, parts)
            for column in source.columns
        ]
    columns = [readable(column) for column in columns if not column.name.startswith("#")]
    if not columns:
        raise EngineError(
            "SQL compilation error:\nSELECT with no columns", code=2001, sqlstate="42601"
        )
    return columns


def item(binder: Binder, node: exp.Expr) -> Item:
    """One item of FROM."""
    bound = bare_item(binder, node)
    for pivot in node.args.get("pivots") or ():
        turn = unpivot if pivot.args.get("unpivot") else pivot_item
        bound = turn(binder, bound, pivot)
    sample = node.args.get("sample")
    if sample is not None:
        bound = Item(bound.sql + sampled(binder, sample), bound.source)
    return bound


def bare_item(binder: Binder, node: exp.Expr) -> Item:
    if isinstance(node, exp.Table):
        return table(binder, node)
    if isinstance(node, exp.Lateral):
        return lateral(binder, node)
    if isinstance(node, exp.Subquery):
        if not is_query(node.this):
            raise Unsupported("a join in parentheses")
        return derived(binder, binder.query(node.this), node)
    if isinstance(node, exp.Values):
        return derived(binder, binder.query(node), node)
    raise Unsupported(f"{construct(node)} in FROM")


def is_query(node: exp.Expr) -> bool:
    return isinstance(node, (exp.Select, exp.SetOperation, exp.Values, exp.Subquery))


def alias_of(node: exp.Expr) -> tuple[str | None, list[str]]:
    """The alias of an item of FROM, and the names it gives the columns."""
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        return None, []
    name = stored(alias.this) if alias.this else None
    return name, [stored(column) for column in alias.args.get("columns") or ()]


def derived(binder: Binder, query: Query, node: exp.Expr, *, lateral_: bool = False) -> Item:
    """A subquery as an item of FROM."""
    alias, names = alias_of(node)
    columns = query.columns
    if names:
        if len(names) > len(columns):
            raise EngineError(
                "SQL compilation error:\nthe alias lists more columns than the query has", code=2057
            )
        kept = [column.name for column in columns[len(names) :]]
        columns = outputs([*names, *kept], [column.type for column in columns])
    physical = binder.scope.physical(alias or "subquery")
    listed = ", ".join(quote(column.physical) for column in columns)
    prefix = "LATERAL " if lateral_ else ""
    sql = f"{prefix}({query.sql}) AS {quote(physical)}({listed})"
    return Item(sql, Query("", columns).source(alias or "", physical), quote(physical))


def table(binder: Binder, node: exp.Table) -> Item:
    """A table, a view, a CTE, a stage or a table function."""
    if node.args.get("when") or node.args.get("changes"):
        raise Unsupported("time travel (AT, BEFORE, CHANGES)")
    this = node.this
    if isinstance(this, exp.Anonymous):
        return function_item(binder, this, node)
    if isinstance(this, (exp.Var, exp.Literal)) and this.name.startswith("@"):
        return derived(binder, TABLE_FUNCTIONS["@"](binder, node), node)
    if not isinstance(this, exp.Identifier):
        raise Unsupported(f"{construct(this)} in FROM")
    if not node.args.get("db"):
        cte = binder.scope.cte(stored(this))
        if cte is not None:
            return named(binder, node, quote(cte[0]), cte[1], None)
        if stored(this) == "DUAL":
            return derived(binder, Query("SELECT 'X'", outputs(["DUMMY"], [types.TEXT])), node)
    path = binder.session.resolve(node)
    relation = binder.session.relation(path)
    return named(binder, node, relation.sql, relation.columns, (path[0], path[1]))


def named(
    binder: Binder,
    node: exp.Table,
    sql: str,
    columns: list[Output],
    path: tuple[str, str] | None,
) -> Item:
    alias, names = alias_of(node)
    renamed = columns
    listed = ""
    if names:
        kept = [column.name for column in columns[len(names) :]]
        renamed = outputs([*names, *kept], [column.type for column in columns])
        listed = f"({', '.join(quote(column.physical) for column in renamed)})"
    name = alias or stored(node.this)
    physical = binder.scope.physical(name)
    source = Query("", renamed).source(name, physical, None if alias else path)
    return Item(f"{sql} AS {quote(physical)}{listed}", source, quote(physical))


def function_item(binder: Binder, call: exp.Anonymous, node: exp.Expr) -> Item:
    """TABLE(f(…)), f(…) or IDENTIFIER('t')."""
    name = call.name.upper()
    if name == "IDENTIFIER":
        return table(binder, identifier_table(binder, call, node))
    if name == "TABLE" and len(call.expressions) == 1:
        inner = call.expressions[0]
        if isinstance(inner, exp.Literal) and inner.is_string:
            return table(binder, identifier_table(binder, call, node))
        if isinstance(inner, exp.Dot) and inner.this.sql().upper().endswith("INFORMATION_SCHEMA"):
            inner = inner.expression
        if not isinstance(inner, exp.Anonymous):
            raise Unsupported(f"TABLE({construct(inner)})")
        call = inner
        name = call.name.upper()
    function = TABLE_FUNCTIONS.get(name)
    if function is not None:
        return derived(binder, function(binder, call), node, lateral_=True)
    for find in USER_TABLE_FUNCTIONS:
        query = find(binder, call)
        if query is not None:
            return derived(binder, query, node, lateral_=True)
    raise Unsupported(f"table function {name}")


def identifier_table(binder: Binder, call: exp.Anonymous, node: exp.Expr) -> exp.Table:
    """The table that IDENTIFIER('name') or IDENTIFIER($variable) names."""
    name = binder.value(call.expressions[0]).const
    if not isinstance(name, str):
        raise Unsupported("IDENTIFIER of something that is not a constant text")
    found = exp.to_table(name, dialect="snowflake")
    if node.args.get("alias"):
        found.set("alias", node.args["alias"])
    return found


def lateral(binder: Binder, node: exp.Lateral) -> Item:
    """LATERAL (query) and LATERAL f(…)."""
    this = node.this
    if isinstance(this, exp.Anonymous):
        return function_item(binder, this, node)
    if isinstance(this, exp.Subquery):
        return derived(binder, binder.query(this.this), node, lateral_=True)
    raise Unsupported(f"LATERAL {construct(this)}")


def sampled(binder: Binder, node: exp.TableSample) -> str:
    """SAMPLE by percent or by a number of rows; with a seed the rows would be others."""
    if node.args.get("seed"):
        raise Unsupported("SAMPLE with a seed")
    method = (node.args.get("method") or exp.Var(this="BERNOULLI")).name.upper()
    percent, size = node.args.get("percent"), node.args.get("size")
    if size is not None:
        return f" TABLESAMPLE reservoir({constant(binder, size)} ROWS)"
    word = "system" if method in ("SYSTEM", "BLOCK") else "bernoulli"
    return f" TABLESAMPLE {word}({constant(binder, percent)} PERCENT)"


def constant(binder: Binder, node: exp.Expr | None) -> str:
    value = binder.value(node).const if node is not None else None
    if value is None or isinstance(value, str):
        raise Unsupported("SAMPLE of something that is not a constant")
    return str(value)


def bind_join(binder: Binder, node: exp.Join) -> str:
    """One join: comma, CROSS, INNER, LEFT, RIGHT, FULL, NATURAL, USING, LATERAL, ASOF."""
    method = (node.args.get("method") or "").upper()
    side, kind = node.side.upper(), node.kind.upper()
    if kind not in ("", "INNER", "OUTER", "CROSS") or node.args.get("hint"):
        raise Unsupported(f"{kind} JOIN")
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
    return join_text(right, side, kind, conditions)


def join_text(right: Item, side: str, kind: str, conditions: list[str]) -> str:
    if not conditions:
        if side:
            return f" {side} JOIN {right.sql} ON true"
        return f" CROSS JOIN {right.sql}" if kind else f", {right.sql}"
    return f" {side or 'INNER'} JOIN {right.sql} ON {' AND '.join(conditions)}"


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
    mine, theirs = comparable(Value(left.sql, left.type), Value(right.sql, right.type))
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


def pivot_item(binder: Binder, bound: Item, node: exp.Pivot) -> Item:
    """PIVOT as conditional aggregates, grouped by the columns that are not named in it."""
    if len(node.expressions) != 1 or len(node.args["fields"]) != 1:
        raise Unsupported("PIVOT with several aggregates")
    field = node.args["fields"][0]
    wanted = field.expressions
    if field.args.get("query") or not wanted or isinstance(wanted[0], (exp.Any, exp.Query)):
        raise Unsupported("PIVOT with ANY or a subquery")
    if node.args.get("default_on_null"):
        raise Unsupported("PIVOT with DEFAULT ON NULL")
    aggregate = node.expressions[0]
    used = {stored(column.this) for column in aggregate.find_all(exp.Column)}
    name = stored(field.this.this)
    with binder.inside(Scope(binder.scope.parent)) as scope:
        scope.sources.append(bound.source)
        keys = [c for c in bound.source.columns if c.name not in used and c.name != name]
        texts, names, column_types = [], [], []
        for column in keys:
            texts.append(column.sql)
            names.append(column.name)
            column_types.append(column.type)
        subject = binder.value(field.this)
        for one in field.expressions:
            literal_ = one.this if isinstance(one, (exp.Alias, exp.PivotAlias)) else one
            test = compare(subject, "=", binder.value(literal_)).sql
            call = unwrap(binder, aggregate)
            if call.name in ("ARRAY_AGG", "OBJECT_AGG", "MEDIAN"):
                raise Unsupported(f"PIVOT with {call.name}")
            call.over = f" FILTER (WHERE {test})"
            value = rules.apply(call)
            texts.append(value.sql)
            names.append(pivot_name(one))
            column_types.append(value.type)
    columns = outputs(names, column_types)
    listed = ", ".join(
        f"{text} AS {quote(column.physical)}" for text, column in zip(texts, columns, strict=True)
    )
    grouped = f" GROUP BY {', '.join(c.sql for c in keys)}" if keys else ""
    query = Query(f"SELECT {listed} FROM {bound.sql}{grouped}", columns)
    return derived(binder, query, node)


def pivot_name(node: exp.Expr) -> str:
    """The column of a pivoted value: its alias, or the value as it is written (`'a'`)."""
    if isinstance(node, (exp.Alias, exp.PivotAlias)):
        alias = node.args["alias"]
        return stored(alias) if isinstance(alias, exp.Identifier) else alias.name.upper()
    return node.sql("snowflake")


def unpivot(binder: Binder, bound: Item, node: exp.Pivot) -> Item:
    """UNPIVOT: one row for each listed column that is not NULL."""
    field = node.args["fields"][0]
    value_name, label_name = stored(node.expressions[0]), stored(field.this)
    chosen = []
    for one in field.expressions:
        column = one.this if isinstance(one, (exp.Alias, exp.PivotAlias)) else one
        label = one.args["alias"].name if column is not one else stored(column.this)
        chosen.append((stored(column.this), label))
    by_name = {column.name: column for column in bound.source.columns}
    missing = [name for name, _ in chosen if name not in by_name]
    if missing:
        raise invalid_identifier(missing[0])
    if len({by_name[name].type for name, _ in chosen}) != 1:
        raise Unsupported("UNPIVOT of columns of different types")
    kept = [c for c in bound.source.columns if c.name not in {name for name, _ in chosen}]
    pairs = ", ".join(
        f"{{'n': '{label.replace(chr(39), chr(39) * 2)}', 'v': {by_name[name].sql}}}"
        for name, label in chosen
    )
    columns = outputs(
        [*(c.name for c in kept), label_name, value_name],
        [*(c.type for c in kept), types.TEXT, by_name[chosen[0][0]].type],
    )
    inner_names = [f"c{index}" for index in range(len(kept))]
    inner = ", ".join(f"{c.sql} AS {alias}" for c, alias in zip(kept, inner_names, strict=True))
    listed = ", ".join([*inner_names, "u.n", "u.v"])
    nulls = "" if node.args.get("include_nulls") else " WHERE u.v IS NOT NULL"
    text = f"SELECT {inner}{', ' if inner else ''}unnest([{pairs}]) AS u FROM {bound.sql}"
    query = Query(f"SELECT {listed} FROM ({text}) AS p{nulls}", columns)
    return derived(binder, query, node)
