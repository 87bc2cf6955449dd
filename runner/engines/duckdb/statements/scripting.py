"""EXECUTE IMMEDIATE of one statement, CALL of a system function, and RESULT_SCAN."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from runner.engines import Result
from runner.engines.duckdb import dialect, syntax, types
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.queries.tables import TABLE_FUNCTIONS
from runner.engines.duckdb.scopes import Query, outputs
from runner.engines.duckdb.statements import handles
from runner.engines.duckdb.statements.information_schema import table_sql
from runner.engines.duckdb.statements.words import Words
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

# types whose values come back from text as they were
READABLE = frozenset({"NUMBER", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ"})


def unwrapped(session: Session, statement: Statement) -> Statement:
    """The statement that `execute immediate '…' | $variable` runs; any other as it is."""
    while statement.words[0] == "EXECUTE":
        words = Words(tail(statement), session.variables)
        if not words.take("IMMEDIATE"):
            break
        if words.sees("FROM"):
            raise Unsupported("EXECUTE IMMEDIATE FROM")
        text = words.variable() if words.take("$") else words.string()
        if words.sees("USING"):
            raise Unsupported("EXECUTE IMMEDIATE … USING")
        words.end()
        refuse_block(text)
        statement = session.read(text)
    return statement


def refuse_block(text: str) -> None:
    """Blocks of Snowflake Scripting are not run."""
    words = [token.text.upper() for token in dialect.read(text).tokens]
    if words[0] == "DECLARE" or (words[0] == "BEGIN" and words[-1] == "END"):
        raise Unsupported("Snowflake Scripting")


@handles("EXECUTE")
def execute(session: Session, statement: Statement) -> Result:
    """Tasks and alerts are only recorded: running one would be pretending."""
    words = Words(tail(statement), session.variables)
    raise Unsupported(f"EXECUTE {words.word()}", "run the statements themselves")


@handles("DECLARE")
def declare(session: Session, statement: Statement) -> Result:  # noqa: ARG001
    raise Unsupported("Snowflake Scripting")


@handles("EXPLAIN")
def explain(session: Session, statement: Statement) -> Result:  # noqa: ARG001
    raise Unsupported("EXPLAIN", "a plan of Snowflake's says nothing of this engine")


@handles("CALL")
def call(session: Session, statement: Statement) -> Result:
    """`call system$…(…)`: the value of the function. There are no procedures."""
    text = tail(statement).strip()
    name = Words(text).word()
    if not name.startswith("SYSTEM$"):
        raise Unsupported("CALL", "procedures are not kept: run the statements themselves")
    return session.query(dialect.read(f"select {text} as {name}").tree)


def tail(statement: Statement) -> str:
    """The text behind the first word, which sqlglot gives as one token, at its place in the
    statement. Raises 1003 when there is none."""
    end = statement.tokens[0].end + 1
    text = statement.sql[end:].rstrip().removesuffix(";")
    if not text.strip():
        raise syntax.end(statement.sql)
    return re.sub(r"\S", " ", statement.sql[:end]) + text


def result_scan(binder: Binder, node: exp.Anonymous) -> Query:
    """RESULT_SCAN(LAST_QUERY_ID()): what the statement before gave."""
    session = binder.session
    last = session.last_result
    wanted = binder.value(node.expressions[0]).const if node.expressions else None
    asked = node.expressions[0].sql().upper() if node.expressions else ""
    if last is None or not (asked == "LAST_QUERY_ID()" or wanted == last.query_id):
        raise Unsupported("RESULT_SCAN of anything but the statement before")
    kinds = [types.parse(column.type) for column in last.columns]
    for kind in kinds:
        if kind.name not in READABLE:
            raise Unsupported(f"RESULT_SCAN of a column of type {kind.name}")
    columns = outputs([column.name for column in last.columns], kinds)
    structure = {c.physical: c.type.duckdb for c in columns}
    rows = [[text(value) for value in row] for row in last.rows]
    data = list(zip(*rows, strict=True)) or [()] * len(columns)
    return Query(table_sql(structure, data)[1:-1], columns)


def text(value: Any) -> str | None:
    """A value as text that DuckDB reads back as it was."""
    return None if value is None else str(value)


TABLE_FUNCTIONS["RESULT_SCAN"] = result_scan
