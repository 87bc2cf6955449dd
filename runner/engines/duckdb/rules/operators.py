"""Arithmetic and logical operators, CASE, and queries that stand for a value."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.binder import Binder, expression
from runner.engines.duckdb.rules import Value, arithmetic, casts
from runner.engines.duckdb.rules.comparisons import compare
from runner.engines.duckdb.types import BOOLEAN, TEXT
from runner.errors import EngineError, Unsupported


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
