"""Session variables: SET and UNSET."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines import Result
from runner.engines.duckdb import dialect
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.statements import handles, replies
from runner.engines.duckdb.statements.words import Words
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


@handles("SET")
def set_variables(session: Session, statement: Statement) -> Result:
    """`set name = expression` or `set (a, b) = (…, …)`; an expression may be a subquery."""
    tree = statement.tree
    if not isinstance(tree, exp.Set):
        raise Unsupported("this form of SET")
    assignment = tree.expressions[0].this if tree.expressions else None
    if not isinstance(assignment, exp.EQ):
        raise dialect.unexpected(statement.sql, len(statement.sql), "")
    names, value = assignment.this, assignment.expression
    several = isinstance(names, exp.Tuple)
    listed = [name.name.upper() for name in (names.expressions if several else [names])]
    if several and isinstance(value, exp.Tuple):
        query = exp.select(*value.expressions)
    elif several:
        query = value.unnest()
    else:
        query = exp.select(value)
    rows = session.query(query).rows
    if len(rows) > 1 or (rows and len(rows[0]) != len(listed)):
        raise replies.compilation("Single-row subquery returns more than one row.", 90150, "21000")
    given = rows[0] if rows else (None,) * len(listed)
    session.variables.update(zip(listed, given, strict=True))
    return replies.succeeded()


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
