"""Operators, literals, casts and conditions."""

from __future__ import annotations

import re
from decimal import Decimal

from sqlglot import exp

from runner.engines.duckdb import rules, types
from runner.engines.duckdb.binder import Binder, expression, text_number
from runner.engines.duckdb.names import literal, quote, stored
from runner.engines.duckdb.rules import Call, Value, arithmetic, casts
from runner.engines.duckdb.types import BOOLEAN, FLOAT, SEMI_STRUCTURED, TEXT
from runner.errors import EngineError, Unsupported


@expression(exp.Literal)
def bind_literal(_: Binder, node: exp.Literal) -> Value:
    """A text or a number. `5` is a NUMBER(1,0), `1.50` a NUMBER(3,2), `1e3` a FLOAT."""
    if node.is_string:
        return Value(literal(node.this), types.text(len(node.this)), node.this)
    return number_literal(node.this)


@expression(exp.RawString)
def bind_raw_string(_: Binder, node: exp.RawString) -> Value:
    """`$$…$$`."""
    return Value(literal(node.this), types.text(len(node.this)), node.this)


def number_literal(text: str) -> Value:
    """A number as DuckDB's decimal literal: `5.` is a DECIMAL(1,0).

    >>> number_literal("007.10")
    Value('7.10', NUMBER(3,2))
    """
    if re.fullmatch(r"[0-9.]+[eE][+-]?[0-9]+", text):
        return Value(f"CAST({text} AS DOUBLE)", FLOAT, float(text))
    if not re.fullmatch(r"[0-9.]+", text):
        raise Unsupported(f"the number {text}", "write a space around the operator")
    whole, _, fraction = text.partition(".")
    whole = whole.lstrip("0")
    if len(whole) + len(fraction) > types.MAX_PRECISION:
        return Value(f"CAST({text} AS DOUBLE)", FLOAT, float(text))
    type_ = types.number(max(1, len(whole) + len(fraction)), len(fraction))
    const: int | Decimal = Decimal(text) if fraction else int(whole or "0")
    return Value(f"{whole or '0'}.{fraction}", type_, const)


@expression(exp.Null)
def bind_null(_: Binder, __: exp.Null) -> Value:
    return Value("NULL", types.NULL)


@expression(exp.Boolean)
def bind_boolean(_: Binder, node: exp.Boolean) -> Value:
    return Value("true" if node.this else "false", BOOLEAN, bool(node.this))


@expression(exp.Paren)
def bind_paren(binder: Binder, node: exp.Paren) -> Value:
    return binder.value(node.this)


@expression(exp.Cast)
def bind_cast(binder: Binder, node: exp.Cast) -> Value:
    return casts.cast(binder.value(node.this), types.from_tree(node.args["to"]))


@expression(exp.TryCast)
def bind_try_cast(binder: Binder, node: exp.TryCast) -> Value:
    return casts.try_cast(binder.value(node.this), types.from_tree(node.args["to"]))


@expression(exp.Add)
def bind_add(binder: Binder, node: exp.Add) -> Value:
    return arithmetic.add(binder.value(node.this), binder.value(node.expression))


@expression(exp.Sub)
def bind_sub(binder: Binder, node: exp.Sub) -> Value:
    return arithmetic.subtract(binder.value(node.this), binder.value(node.expression))


@expression(exp.Mul)
def bind_mul(binder: Binder, node: exp.Mul) -> Value:
    return arithmetic.multiply(binder.value(node.this), binder.value(node.expression))


@expression(exp.Div)
def bind_div(binder: Binder, node: exp.Div) -> Value:
    return arithmetic.divide(binder.value(node.this), binder.value(node.expression))


@expression(exp.Mod)
def bind_mod(binder: Binder, node: exp.Mod) -> Value:
    return arithmetic.modulo(binder.value(node.this), binder.value(node.expression))


@expression(exp.Neg)
def bind_neg(binder: Binder, node: exp.Neg) -> Value:
    value = arithmetic.numeric(binder.value(node.this))
    const = -value.const if isinstance(value.const, (int, Decimal, float)) else None
    return Value(f"(-{value.sql})", value.type, const, volatile=value.volatile)


@expression(exp.DPipe)
def bind_concat(binder: Binder, node: exp.DPipe) -> Value:
    left, right = binder.value(node.this), binder.value(node.expression)
    if left.type.name == "BINARY" and right.type.name == "BINARY":
        return Value(f"({left.sql} || {right.sql})", types.BINARY)
    return Value(f"({casts.implicit(left, TEXT).sql} || {casts.implicit(right, TEXT).sql})", TEXT)


@expression(exp.And)
def bind_and(binder: Binder, node: exp.And) -> Value:
    return Value(
        f"({binder.condition(node.this)} AND {binder.condition(node.expression)})", BOOLEAN
    )


@expression(exp.Or)
def bind_or(binder: Binder, node: exp.Or) -> Value:
    return Value(f"({binder.condition(node.this)} OR {binder.condition(node.expression)})", BOOLEAN)


@expression(exp.Not)
def bind_not(binder: Binder, node: exp.Not) -> Value:
    return Value(f"(NOT {binder.condition(node.this)})", BOOLEAN)


COMPARISONS = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
}


@expression(*COMPARISONS)
def bind_comparison(binder: Binder, node: exp.Binary) -> Value:
    operator = COMPARISONS[type(node)]
    if isinstance(node.this, exp.Tuple) and isinstance(node.expression, exp.Tuple):
        return compare_tuples(binder, node, operator)
    if isinstance(node.expression, (exp.Any, exp.All)):
        return compare_all(binder, node, operator)
    return compare(binder.value(node.this), operator, binder.value(node.expression))


def compare_all(binder: Binder, node: exp.Binary, operator: str) -> Value:
    """`= ANY (query)` is IN, `<> ALL (query)` is NOT IN."""
    kind = type(node.expression)
    if (operator, kind) not in (("=", exp.Any), ("<>", exp.All)):
        raise Unsupported(f"{operator} {kind.__name__.upper()}")
    inside = in_query(binder, node.this, node.expression.this)
    return inside if kind is exp.Any else Value(f"(NOT {inside.sql})", BOOLEAN)


def compare_tuples(binder: Binder, node: exp.Binary, operator: str) -> Value:
    if operator not in ("=", "<>"):
        raise Unsupported(f"({operator}) between row values")
    pairs = zip(node.this.expressions, node.expression.expressions, strict=True)
    equal = [compare(binder.value(left), "=", binder.value(right)).sql for left, right in pairs]
    text = " AND ".join(equal)
    return Value(f"({text})" if operator == "=" else f"(NOT ({text}))", BOOLEAN)


def compare(left: Value, operator: str, right: Value) -> Value:
    """A comparison, both sides brought to one type."""
    left, right = comparable(left, right)
    if left.type.name in SEMI_STRUCTURED and operator in ("<", "<=", ">", ">="):
        return Value(f"(sf_sort_key({left.sql}) {operator} sf_sort_key({right.sql}))", BOOLEAN)
    return Value(f"({key(left)} {operator} {key(right)})", BOOLEAN)


def key(value: Value) -> str:
    """What of a value is compared, grouped and counted: a TIMESTAMP_TZ by its instant."""
    if value.type.name == "TIMESTAMP_TZ":
        return f"({value.sql}).utc"
    if value.type.name in SEMI_STRUCTURED:
        return f"CAST({value.sql} AS VARCHAR)"
    return value.sql


def comparable(left: Value, right: Value) -> tuple[Value, Value]:
    """Two values of one type: text yields to the other side, VARIANT too."""
    names = (left.type.name, right.type.name)
    if "VARIANT" in names and names[0] != names[1]:
        return variant_side(left, right)
    if set(names) == {"VARCHAR", "NUMBER"}:
        return compared_number(left), compared_number(right)
    if names[0] == names[1]:
        return left, right
    common = casts.common(left.type, right.type)
    return casts.implicit(left, common), casts.implicit(right, common)


# what a text or a VARIANT is read as beside a NUMBER: wide enough for keys and for amounts
COMPARED = types.number(38, 12)


def compared_number(value: Value) -> Value:
    if value.type.name != "VARCHAR":
        return value
    constant = isinstance(value.const, str)
    return casts.implicit(value, text_number(value) if constant else COMPARED)


def variant_side(left: Value, right: Value) -> tuple[Value, Value]:
    """VARIANT beside another type is read as that type."""
    other = right if left.type.name == "VARIANT" else left
    if other.type.name in ("NULL", "OBJECT", "ARRAY"):
        return casts.implicit(left, types.VARIANT), casts.implicit(right, types.VARIANT)
    to = COMPARED if other.type.name == "NUMBER" else types.Type(other.type.name)
    if left.type.name == "VARIANT":
        return casts.implicit(left, to), right
    return left, casts.implicit(right, to)


@expression(exp.Between)
def bind_between(binder: Binder, node: exp.Between) -> Value:
    value = binder.value(node.this)
    low, high = binder.value(node.args["low"]), binder.value(node.args["high"])
    from_low, low = comparable(value, low)
    from_high, high = comparable(value, high)
    if from_low.sql == from_high.sql and value.type.name not in SEMI_STRUCTURED:
        return Value(f"({key(from_low)} BETWEEN {key(low)} AND {key(high)})", BOOLEAN)
    if value.volatile:
        raise Unsupported("BETWEEN of a random value")
    return Value(f"({compare(value, '>=', low).sql} AND {compare(value, '<=', high).sql})", BOOLEAN)


@expression(exp.In)
def bind_in(binder: Binder, node: exp.In) -> Value:
    subquery = node.args.get("query")
    if subquery is not None:
        return in_query(binder, node.this, subquery)
    if isinstance(node.this, exp.Tuple):
        rows = [exp.EQ(this=node.this, expression=row) for row in node.expressions]
        return Value("(" + " OR ".join(binder.value(row).sql for row in rows) + ")", BOOLEAN)
    value = binder.value(node.this)
    items = [binder.value(item) for item in node.expressions]
    name = value.type.name
    if name not in SEMI_STRUCTURED and all(item.type.name == name for item in items):
        return Value(f"({key(value)} IN ({', '.join(map(key, items))}))", BOOLEAN)
    tests = [compare(value, "=", item).sql for item in items]
    return Value("(" + " OR ".join(tests) + ")", BOOLEAN)


def in_query(binder: Binder, node: exp.Expr, subquery: exp.Expr) -> Value:
    """`node IN (query)`, also of several columns."""
    query = binder.query(subquery)
    left = node.expressions if isinstance(node, exp.Tuple) else [node]
    if len(left) != len(query.columns):
        raise EngineError("SQL compilation error:\nInvalid column count in subquery", code=1797)
    keys, columns = [], []
    for item, column in zip(left, query.columns, strict=True):
        inner = Value(f"q.{quote(column.physical)}", column.type)
        mine, theirs = comparable(binder.value(item), inner)
        keys.append(key(mine))
        columns.append(key(theirs))
    text = f"SELECT {', '.join(columns)} FROM ({query.sql}) AS q"
    return Value(f"(({', '.join(keys)}) IN ({text}))", BOOLEAN)


@expression(exp.Is)
def bind_is(binder: Binder, node: exp.Is) -> Value:
    negated = isinstance(node.expression, exp.Not)
    right = node.expression.this if negated else node.expression
    value = binder.value(node.this)
    word = "IS NOT" if negated else "IS"
    if isinstance(right, exp.Null):
        return Value(f"({value.sql} {word} NULL)", BOOLEAN)
    if isinstance(right, exp.Boolean):
        condition = casts.implicit(value, BOOLEAN).sql
        return Value(f"({condition} {word} {'TRUE' if right.this else 'FALSE'})", BOOLEAN)
    raise Unsupported(f"{word} {right.sql('snowflake')}")


@expression(exp.Case)
def bind_case(binder: Binder, node: exp.Case) -> Value:
    subject = binder.value(node.this) if node.this else None
    if subject is not None and subject.volatile:
        raise Unsupported("CASE of a random value")
    tests = []
    for branch in node.args["ifs"]:
        if subject is None:
            tests.append(binder.condition(branch.this))
        else:
            tests.append(compare(subject, "=", binder.value(branch.this)).sql)
    values = [binder.value(branch.args["true"]) for branch in node.args["ifs"]]
    default = node.args.get("default")
    values.append(binder.value(default) if default else Value("NULL", types.NULL))
    return choose(binder, tests, values)


def choose(binder: Binder, tests: list[str], values: list[Value]) -> Value:
    """CASE with one value more than tests: the one for ELSE."""
    unified, common = binder.unify(values)
    whens = " ".join(
        f"WHEN {test} THEN {value.sql}" for test, value in zip(tests, unified, strict=False)
    )
    volatile = any(value.volatile for value in unified)
    return Value(f"CASE {whens} ELSE {unified[-1].sql} END", common, volatile=volatile)


@expression(exp.Exists)
def bind_exists(binder: Binder, node: exp.Exists) -> Value:
    return Value(f"EXISTS ({binder.query(node.this).sql})", BOOLEAN)


@expression(exp.Subquery)
def bind_scalar_subquery(binder: Binder, node: exp.Subquery) -> Value:
    return scalar(binder, node.this)


@expression(exp.Select, exp.Union, exp.Intersect, exp.Except)
def bind_bare_query(binder: Binder, node: exp.Expr) -> Value:
    return scalar(binder, node)


def scalar(binder: Binder, node: exp.Expr) -> Value:
    query = binder.query(node)
    if len(query.columns) != 1:
        raise EngineError(
            "SQL compilation error:\nInvalid column count in a scalar subquery", code=1797
        )
    return Value(f"({query.sql})", query.columns[0].type)


@expression(exp.Anonymous)
def bind_call(binder: Binder, node: exp.Anonymous) -> Value:
    return rules.apply(make_call(binder, node))


@expression(exp.Dot)
def bind_qualified_call(binder: Binder, node: exp.Dot) -> Value:
    """`schema.function(…)`."""
    *before, last = node.flatten(unnest=False)
    path = [part for part in before if isinstance(part, exp.Identifier)]
    if not isinstance(last, exp.Anonymous) or len(path) != len(before):
        raise Unsupported(construct_of(node))
    call = make_call(binder, last)
    call.path = tuple(stored(part) for part in path)
    return rules.apply(call)


def make_call(binder: Binder, node: exp.Expr) -> Call:
    """The call behind a function's node, with the DISTINCT and IGNORE NULLS inside its brackets."""
    if not isinstance(node, exp.Anonymous):
        raise Unsupported(construct_of(node))
    nodes = list(node.expressions)
    call = Call(binder, node.name.upper(), nodes)
    if call.name == "POSITION" and len(nodes) == 1 and isinstance(nodes[0], exp.In):
        call.nodes = [nodes[0].this, nodes[0].args.get("field") or nodes[0].expressions[0]]
        return call
    if nodes and isinstance(nodes[0], exp.Distinct):
        call.distinct = True
        call.nodes = [*nodes[0].expressions, *nodes[1:]]
    for index, item in enumerate(call.nodes):
        if isinstance(item, (exp.IgnoreNulls, exp.RespectNulls)):
            call.ignore_nulls = isinstance(item, exp.IgnoreNulls)
            call.nodes[index] = item.this
        if isinstance(item, (exp.Order, exp.Alias)):
            raise Unsupported(f"{call.name} with {construct_of(item)} among its arguments")
    return call


def construct_of(node: exp.Expr) -> str:
    return node.sql("snowflake")[:60]


@expression(exp.WithinGroup)
def bind_within_group(binder: Binder, node: exp.WithinGroup) -> Value:
    return rules.apply(unwrap(binder, node))


@expression(exp.IgnoreNulls, exp.RespectNulls)
def bind_nulls(binder: Binder, node: exp.Expr) -> Value:
    return rules.apply(unwrap(binder, node))


def unwrap(binder: Binder, node: exp.Expr) -> Call:
    """The call inside WITHIN GROUP and IGNORE NULLS."""
    if isinstance(node, exp.WithinGroup):
        call = unwrap(binder, node.this)
        call.order = node.expression
        return call
    if isinstance(node, (exp.IgnoreNulls, exp.RespectNulls)):
        call = unwrap(binder, node.this)
        call.ignore_nulls = isinstance(node, exp.IgnoreNulls)
        return call
    return make_call(binder, node)


@expression(exp.Like, exp.ILike)
def bind_like(binder: Binder, node: exp.Binary) -> Value:
    return like(binder, node, None)


@expression(exp.Escape)
def bind_escape(binder: Binder, node: exp.Escape) -> Value:
    return like(binder, node.this, binder.cast(node.expression, TEXT))


def like(binder: Binder, node: exp.Binary, escape: str | None) -> Value:
    """LIKE and ILIKE, also ANY and ALL of several patterns. Without ESCAPE nothing escapes."""
    word = "ILIKE" if isinstance(node, exp.ILike) else "LIKE"
    text = binder.cast(node.this, TEXT)
    suffix = f" ESCAPE {escape}" if escape else ""
    if not isinstance(node.expression, (exp.Any, exp.All)):
        return Value(f"({text} {word} {binder.cast(node.expression, TEXT)}{suffix})", BOOLEAN)
    joiner = " OR " if isinstance(node.expression, exp.Any) else " AND "
    patterns = node.expression.this
    items = patterns.expressions if isinstance(patterns, exp.Tuple) else [patterns.unnest()]
    if any(isinstance(item, exp.Query) for item in items):
        raise Unsupported(f"{word} ANY or ALL of a query")
    tests = [f"{text} {word} {binder.cast(item, TEXT)}{suffix}" for item in items]
    return Value("(" + joiner.join(tests) + ")", BOOLEAN)


@expression(exp.RegexpLike)
def bind_rlike(binder: Binder, node: exp.RegexpLike) -> Value:
    return binder.call("REGEXP_LIKE", [node.this, node.expression])


@expression(exp.Extract)
def bind_extract(binder: Binder, node: exp.Extract) -> Value:
    return binder.call("DATE_PART", [node.this, node.expression])


@expression(exp.Parameter)
def bind_variable(binder: Binder, node: exp.Parameter) -> Value:
    """A session variable `$x`, as the constant it is; `$1` is a column by position."""
    if isinstance(node.this, exp.Literal):
        return binder.column(f"${node.this.name}", ())
    return binder.session.variable(node.this.name.upper())


@expression(exp.CurrentDate)
def bind_current_date(binder: Binder, _: exp.Expr) -> Value:
    return binder.call("CURRENT_DATE", [])


@expression(exp.CurrentTimestamp, exp.Localtimestamp)
def bind_current_timestamp(binder: Binder, _: exp.Expr) -> Value:
    return binder.call("CURRENT_TIMESTAMP", [])


@expression(exp.Localtime, exp.CurrentTime)
def bind_current_time(binder: Binder, _: exp.Expr) -> Value:
    return binder.call("CURRENT_TIME", [])


@expression(exp.CurrentUser)
def bind_current_user(binder: Binder, _: exp.Expr) -> Value:
    return binder.call("CURRENT_USER", [])


@expression(exp.CurrentRole)
def bind_current_role(binder: Binder, _: exp.Expr) -> Value:
    return binder.call("CURRENT_ROLE", [])
