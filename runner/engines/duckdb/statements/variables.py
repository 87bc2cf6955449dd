"""Session variables: SET and UNSET."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines import Result
from runner.engines.duckdb import syntax, types
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.rules import Call, Value, function
from runner.engines.duckdb.rules.constants import constant
from runner.engines.duckdb.statements import handles, replies, unread
from runner.engines.duckdb.statements.words import Words

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

MAX_SIZE = 256
TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    ((int, Decimal), "fixed"),
    (float, "real"),
    (datetime, "timestamp_ntz"),
    (date, "date"),
    (time, "time"),
)


@handles("SET")
def set_variables(session: Session, statement: Statement) -> Result:
    """`set name = expression` or `set (a, b) = (…, …)`; an expression may be a subquery."""
    tree = statement.tree
    if not isinstance(tree, exp.Set):
        raise unread.refusal(statement, "SET")
    assignment = tree.expressions[0].this if tree.expressions else None
    if not isinstance(assignment, exp.EQ):
        raise syntax.end(statement.sql)
    names, value = assignment.this, assignment.expression
    several = isinstance(names, exp.Tuple)
    listed = [name.name.upper() for name in (names.expressions if several else [names])]
    if several and isinstance(value, exp.Tuple):
        query = exp.select(*value.expressions)
    elif several:
        query = value.unnest()
    else:
        query = exp.select(value)
    result = session.query(query)
    rows = result.rows
    if len(rows) > 1 or (rows and len(rows[0]) != len(listed)):
        raise replies.compilation("Single-row subquery returns more than one row.", 90150, "21000")
    for column in result.columns:
        if column.type in types.SEMI_STRUCTURED:
            raise replies.compilation(f"Unsupported feature 'assignment from {column.type}'.")
    given = rows[0] if rows else (None,) * len(listed)
    for one, text in zip(listed, given, strict=True):
        refuse_long(one, text)
    session.variables.update(zip(listed, given, strict=True))
    return replies.succeeded()


def refuse_long(name: str, value: object) -> None:
    """A text has at most 256 bytes (page *SET*)."""
    size = len(value.encode()) if isinstance(value, str) else 0
    if size > MAX_SIZE:
        raise replies.compilation(
            f"Assignment to '{name}' not done because value exceeds size limit for variables. "
            f"Its size is {size}; the limit is {MAX_SIZE} (internal storage size in bytes).",
            1048,
            "54000",
        )


def type_name(value: object) -> str:
    """A variable's type as SHOW VARIABLES prints it.

    >>> type_name(True), type_name(1), type_name("x")
    ('boolean', 'fixed', 'text')
    """
    return next((name for kind, name in TYPES if isinstance(value, kind)), "text")


@function("GETVARIABLE", arguments=(1, 1))
def getvariable(call: Call) -> Value:
    """`getvariable('NAME')`: the variable's value as a text, NULL when it is not set; the name is
    case-sensitive (page *GETVARIABLE*)."""
    value = call.binder.session.variables.get(str(call.constant(0)))
    return constant(None if value is None else str(value))


@handles("UNSET")
def unset_variables(session: Session, statement: Statement) -> Result:
    """`unset name` or `unset (a, b)`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("UNSET")
    bracket = words.take("(")
    session.variables.pop(words.identifier(), None)
    while bracket and words.take(","):
        session.variables.pop(words.identifier(), None)
    if bracket:
        words.expect(")")
    words.end()
    return replies.succeeded()
