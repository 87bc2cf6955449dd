"""SELECT and its clauses, set operations, VALUES and WITH."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from runner.engines.duckdb import sources, types
from runner.engines.duckdb.binder import QUERIES, Binder
from runner.engines.duckdb.labels import label
from runner.engines.duckdb.names import quote, stored
from runner.engines.duckdb.rules import Value, casts
from runner.engines.duckdb.rules.comparisons import key
from runner.engines.duckdb.scopes import Output, Query, Scope, outputs
from runner.engines.duckdb.types import SEMI_STRUCTURED, Type
from runner.errors import EngineError, Unsupported

REFUSED = {
    "match": "MATCH_RECOGNIZE",
    "connect": "CONNECT BY",
    "into": "SELECT INTO",
    "windows": "WINDOW",
    "hint": "",
    "laterals": "LATERAL VIEW",
}


@dataclass
class Item:
    """One column of a select list."""

    name: str
    value: Value
    aliased: bool


def bind_select(binder: Binder, node: exp.Select) -> Query:
    """SELECT, clause by clause in the order in which Snowflake evaluates them."""
    for clause, name in REFUSED.items():
        if name and node.args.get(clause):
            raise Unsupported(name)
    with binder.inside(Scope(binder.scope)) as scope:
        with_ = bind_with(binder, node)
        parts = [*sources.bind(binder, node)]
        scope.aliases = {
            stored(item.args["alias"]): item.this
            for item in node.expressions
            if isinstance(item, exp.Alias)
        }
        where = node.args.get("where")
        if where:
            parts.append(f" WHERE {binder.condition(where.this)}")
        items = [item for one in node.expressions for item in select_items(binder, one)]
        scope.aliases = {item.name: scope.aliases[item.name] for item in items if item.aliased}
        parts.append(group_by(binder, node, items))
        for clause in ("having", "qualify"):
            if node.args.get(clause):
                condition = binder.condition(node.args[clause].this)
                parts.append(f" {clause.upper()} {condition}")
        parts.append(
            order_by(
                binder, node.args.get("order"), items, distinct=bool(node.args.get("distinct"))
            )
        )
        parts.append(limits(binder, node))
        if node.args.get("distinct"):
            distinct_order(binder, node.args.get("order"), items)
    columns = outputs([item.name for item in items], [item.value.type for item in items])
    listed = ", ".join(
        f"{item.value.sql} AS {quote(column.physical)}"
        for item, column in zip(items, columns, strict=True)
    )
    distinct = "DISTINCT " if is_distinct(node, items) else ""
    return Query(f"{with_}SELECT {distinct}{listed}{''.join(parts)}", columns)


def is_distinct(node: exp.Select, items: list[Item]) -> bool:
    distinct = node.args.get("distinct")
    if not distinct:
        return False
    if distinct.args.get("on"):
        raise Unsupported("DISTINCT ON")
    if any(item.value.type.name == "TIMESTAMP_TZ" for item in items):
        raise Unsupported("DISTINCT over a TIMESTAMP_TZ")
    return True


def bind_with(binder: Binder, node: exp.Expr) -> str:
    """WITH in front of a query; its names become visible to the current scope."""
    with_ = node.args.get("with_")
    if not with_:
        return ""
    texts = []
    recursive = False
    for cte in with_.expressions:
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
    return f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(texts)} "


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


def recast(query: Query, to: list[Type]) -> str:
    """The query with its columns cast to these types."""
    if len(query.columns) != len(to):
        raise EngineError(
            "SQL compilation error:\ninvalid number of result columns for set operator input "
            f"branches, expected {len(to)}, got {len(query.columns)}",
            code=1789,
            sqlstate="42601",
        )
    if all(column.type == type_ for column, type_ in zip(query.columns, to, strict=True)):
        return f"({query.sql})"
    casted = ", ".join(
        f"{casts.implicit(Value(f'q.{quote(column.physical)}', column.type), type_).sql}"
        f" AS {quote(column.physical)}"
        for column, type_ in zip(query.columns, to, strict=True)
    )
    return f"(SELECT {casted} FROM ({query.sql}) AS q)"


def select_items(binder: Binder, node: exp.Expr) -> list[Item]:
    """One item of a select list; a star gives several."""
    if isinstance(node, exp.Star):
        return star(binder, node, ())
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
        parts = tuple(
            stored(node.args[part]) for part in ("catalog", "db", "table") if node.args.get(part)
        )
        return star(binder, node.this, parts)
    if isinstance(node, exp.Alias):
        name = stored(node.args["alias"])
        binder.scope.resolving.add(name)
        try:
            return [Item(name, projected(binder.value(node.this)), aliased=True)]
        finally:
            binder.scope.resolving.discard(name)
    return [Item(label(node), projected(binder.value(node)), aliased=False)]


def projected(value: Value) -> Value:
    if value.type.name == "INTERVAL":
        raise Unsupported("an INTERVAL as a column")
    return value


def star(binder: Binder, node: exp.Star, parts: tuple[str, ...]) -> list[Item]:
    """`*` and `t.*` with EXCLUDE, REPLACE, RENAME and ILIKE."""
    if node.args.get("ilike"):
        raise Unsupported("SELECT * ILIKE")
    columns = [
        (column.name, Value(column.sql, column.type))
        for column in sources.star_columns(binder.scope, parts)
    ]
    excluded = {stored(one.this) for one in listed(node, "except_")}
    missing = excluded - {name for name, _ in columns}
    if missing:
        raise EngineError(
            f"SQL compilation error:\ncolumn '{min(missing)}' in EXCLUDE does not exist", code=904
        )
    replaced = {stored(one.args["alias"]): one.this for one in listed(node, "replace")}
    renamed = {stored(one.this.this): stored(one.args["alias"]) for one in listed(node, "rename")}
    items = []
    for name, value in columns:
        if name in excluded:
            continue
        kept = binder.value(replaced[name]) if name in replaced else value
        items.append(Item(renamed.get(name, name), kept, aliased=False))
    return items


def listed(node: exp.Star, key_: str) -> list[exp.Expr]:
    return list(node.args.get(key_) or ())


def group_by(binder: Binder, node: exp.Select, items: list[Item]) -> str:
    """GROUP BY names, positions, ALL, GROUPING SETS, CUBE and ROLLUP."""
    group = node.args.get("group")
    if not group:
        return ""
    if group.args.get("totals"):
        raise Unsupported("GROUP BY WITH TOTALS")
    if group.args.get("all") is True:
        return " GROUP BY ALL"
    return " GROUP BY " + ", ".join(
        group_element(binder, term, items) for term in group.expressions
    )


SETS_OF_GROUPS = {exp.GroupingSets: "GROUPING SETS", exp.Cube: "CUBE", exp.Rollup: "ROLLUP"}


def group_element(binder: Binder, node: exp.Expr, items: list[Item]) -> str:
    """A term of GROUP BY, or the sets of GROUPING SETS, CUBE and ROLLUP."""
    word = next((word for kind, word in SETS_OF_GROUPS.items() if isinstance(node, kind)), None)
    if word is None:
        return group_term(binder, node, items)
    return f"{word} ({', '.join(group_set(binder, one, items) for one in node.expressions)})"


def group_set(binder: Binder, node: exp.Expr, items: list[Item]) -> str:
    if isinstance(node, exp.Tuple):
        return f"({', '.join(group_term(binder, one, items) for one in node.expressions)})"
    if isinstance(node, tuple(SETS_OF_GROUPS)):
        raise Unsupported("nested grouping sets")
    return group_term(binder, node.unnest(), items)


def group_term(binder: Binder, node: exp.Expr, items: list[Item]) -> str:
    """One term: a position, a column (which wins over an alias), an alias, or an expression."""
    if isinstance(node, exp.Literal) and not node.is_string:
        value = at_position(node, items).value
        position: str | None = node.name
    else:
        position = alias_position(binder, node, items)
        value = items[int(position) - 1].value if position else binder.value(node)
    if value.type.name == "TIMESTAMP_TZ":
        raise Unsupported("GROUP BY a TIMESTAMP_TZ")
    return position or value.sql


def at_position(node: exp.Literal, items: list[Item]) -> Item:
    position = int(node.name)
    if not 1 <= position <= len(items):
        raise EngineError(
            f"SQL compilation error:\ninvalid GROUP BY or ORDER BY position {position}", code=2131
        )
    return items[position - 1]


def alias_position(binder: Binder, node: exp.Expr, items: list[Item]) -> str | None:
    """The position of the alias that a bare name means, where it is no column."""
    if not isinstance(node, exp.Column) or node.args.get("table"):
        return None
    name = stored(node.this)
    if binder.scope.column(name, ()) is not None:
        return None
    for position, item in enumerate(items, start=1):
        if item.aliased and item.name == name:
            return str(position)
    return None


def order_by(binder: Binder, order: exp.Order | None, items: list[Item], *, distinct: bool) -> str:
    """ORDER BY: names of the output first, then positions and expressions; NULL is the largest."""
    if not order:
        return ""
    if is_all(order):
        return " ORDER BY " + ", ".join(ordered(item.value, order.expressions[0]) for item in items)
    terms = [
        ordered(order_value(binder, term.this, items, distinct=distinct), term)
        for term in order.expressions
    ]
    return " ORDER BY " + ", ".join(terms)


def is_all(order: exp.Order) -> bool:
    """ORDER BY ALL: by every column of the output."""
    node = order.expressions[0].this
    return (
        len(order.expressions) == 1
        and isinstance(node, exp.Column)
        and not node.args.get("table")
        and not node.this.args.get("quoted")
        and node.name.upper() == "ALL"
    )


def order_value(binder: Binder, node: exp.Expr, items: list[Item], *, distinct: bool) -> Value:
    if isinstance(node, exp.Literal) and not node.is_string:
        return by_position(int(node.name), at_position(node, items), distinct=distinct)
    if isinstance(node, exp.Column) and not node.args.get("table"):
        name = stored(node.this)
        for position, item in enumerate(items, start=1):
            if item.name == name:
                return by_position(position, item, distinct=distinct)
    refuse_ambiguous(binder, node)
    return binder.value(node)


def distinct_order(binder: Binder, order: exp.Order | None, items: list[Item]) -> None:
    """With DISTINCT a row is ordered by what it shows only. Raises where it is not."""
    for term in order.expressions if order and not is_all(order) else ():
        value = order_value(binder, term.this, items, distinct=True)
        shown = {item.value.sql for item in items}
        if not value.sql.isdigit() and value.sql not in shown:
            raise EngineError(
                "SQL compilation error:\n"
                f"[{term.this.sql('snowflake')}] is not a valid order by expression",
                code=979,
                sqlstate="42601",
            )


def refuse_ambiguous(binder: Binder, node: exp.Expr) -> None:
    """A name inside an expression of ORDER BY that is both a column and another thing's alias."""
    for column in node.find_all(exp.Column):
        name = stored(column.this) if isinstance(column.this, exp.Identifier) else ""
        aliased = binder.scope.aliases.get(name)
        if aliased is None or column.args.get("table") or aliased.sql() == column.sql():
            continue
        if binder.scope.column(name, ()) is not None:
            raise Unsupported(f"an expression of ORDER BY over {name}, a column and an alias")


def by_position(position: int, item: Item, *, distinct: bool) -> Value:
    """A column of the output as a term of ORDER BY."""
    if item.value.type.name in SEMI_STRUCTURED:
        if distinct:
            raise Unsupported("ORDER BY a VARIANT with DISTINCT")
        return item.value
    return Value(str(position), types.TEXT)


def ordered(value: Value, term: exp.Ordered) -> str:
    """A term with Snowflake's place for NULLs: last ascending, first descending."""
    text = sort_key(value)
    descending = bool(term.args.get("desc"))
    nulls_first = descending
    explicit = explicit_nulls(term)
    if explicit is not None:
        nulls_first = explicit
    return f"{text} {'DESC' if descending else 'ASC'} NULLS {'FIRST' if nulls_first else 'LAST'}"


def explicit_nulls(term: exp.Ordered) -> bool | None:
    """NULLS FIRST (True) or LAST (False) as written; sqlglot fills in Snowflake's default."""
    nulls_first = term.args.get("nulls_first")
    return None if nulls_first is None else bool(nulls_first)


def sort_key(value: Value) -> str:
    if value.type.name in SEMI_STRUCTURED:
        return f"sf_sort_key({value.sql})"
    return key(value)


def limits(binder: Binder, node: exp.Expr) -> str:
    """LIMIT, OFFSET, FETCH and TOP."""
    text = ""
    limit = node.args.get("limit")
    if isinstance(limit, exp.Fetch):
        options = limit.args.get("limit_options")
        if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
            raise Unsupported("FETCH with PERCENT or WITH TIES")
        text += f" LIMIT {count(binder, limit.args['count'])}"
    elif limit is not None and not isinstance(limit.expression, exp.Null):
        text += f" LIMIT {count(binder, limit.expression)}"
    offset = node.args.get("offset")
    if offset is not None:
        text += f" OFFSET {count(binder, offset.expression)}"
    return text


def count(binder: Binder, node: exp.Expr) -> str:
    constant = binder.value(node).const
    if not isinstance(constant, int):
        raise Unsupported("LIMIT or OFFSET that is not a constant")
    return str(constant)


SETS = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}


def bind_set(binder: Binder, node: exp.SetOperation) -> Query:
    """UNION, INTERSECT, EXCEPT and MINUS; the first branch names the columns."""
    word = SETS[type(node)]
    if word == "INTERSECT" and type(node.this) in (exp.Union, exp.Except):
        raise Unsupported(
            "INTERSECT behind another set operator", "put brackets around the branches"
        )
    if node.args.get("by_name"):
        raise Unsupported(f"{word} BY NAME")
    distinct = node.args.get("distinct") is not False
    if not distinct and word != "UNION":
        raise Unsupported(f"{word} ALL")
    with binder.inside(Scope(binder.scope)):
        with_ = bind_with(binder, node)
        left, right = binder.query(node.this), binder.query(node.expression)
        if len(left.columns) != len(right.columns):
            recast(right, [column.type for column in left.columns])
        common = [
            casts.common(a.type, b.type) for a, b in zip(left.columns, right.columns, strict=True)
        ]
        if distinct and any(type_.name == "TIMESTAMP_TZ" for type_ in common):
            raise Unsupported(f"{word} over a TIMESTAMP_TZ")
        items = [
            Item(column.name, Value(quote(column.physical), type_), aliased=True)
            for column, type_ in zip(left.columns, common, strict=True)
        ]
        scope = binder.scope
        scope.sources = [Query("", left.columns).source("", "")]
        tail = order_by(binder, node.args.get("order"), items, distinct=True) + limits(binder, node)
    operator = word if distinct else f"{word} ALL"
    sql = f"{with_}{recast(left, common)} {operator} {recast(right, common)}{tail}"
    columns = [
        Output(column.name, type_, column.physical)
        for column, type_ in zip(left.columns, common, strict=True)
    ]
    return Query(sql, columns)


def bind_values(binder: Binder, node: exp.Values) -> Query:
    """VALUES rows: columns COLUMN1, COLUMN2, … of the rows' common types."""
    rows = [
        [cell(binder, one) for one in (row.expressions if isinstance(row, exp.Tuple) else [row])]
        for row in node.expressions
    ]
    if len({len(row) for row in rows}) != 1:
        raise EngineError(
            "SQL compilation error:\nVALUES rows have different numbers of columns", code=2057
        )
    columns = [binder.unify(column) for column in zip(*rows, strict=True)]
    lines = zip(*(values for values, _ in columns), strict=True)
    text = ", ".join(f"({', '.join(value.sql for value in line)})" for line in lines)
    names = [f"COLUMN{index}" for index in range(1, len(columns) + 1)]
    listed_names = ", ".join(quote(name) for name in names)
    return Query(
        f"SELECT * FROM (VALUES {text}) AS v({listed_names})",
        outputs(names, [type_ for _, type_ in columns]),
    )


def cell(binder: Binder, node: exp.Expr) -> Value:
    """A cell of VALUES. Functions that make semi-structured data are not allowed in it."""
    value = binder.value(node)
    if isinstance(node, exp.Anonymous) and value.type.name in SEMI_STRUCTURED:
        raise EngineError(
            "SQL compilation error:\n"
            f"Invalid expression [{node.sql('snowflake')}] in VALUES clause",
            code=2014,
            sqlstate="22000",
        )
    return value


def bind_subquery(binder: Binder, node: exp.Subquery) -> Query:
    """A query in parentheses, with clauses behind it."""
    with binder.inside(Scope(binder.scope)):
        with_ = bind_with(binder, node)
        query = binder.query(node.this)
        items = [
            Item(column.name, Value(quote(column.physical), column.type), aliased=True)
            for column in query.columns
        ]
        tail = order_by(binder, node.args.get("order"), items, distinct=True) + limits(binder, node)
    return Query(f"{with_}({query.sql}){tail}", query.columns)


QUERIES[exp.Select] = bind_select
QUERIES[exp.Union] = bind_set
QUERIES[exp.Intersect] = bind_set
QUERIES[exp.Except] = bind_set
QUERIES[exp.Values] = bind_values
QUERIES[exp.Subquery] = bind_subquery
QUERIES[exp.Paren] = bind_subquery
