"""VALUES."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb.binder import QUERIES, Binder
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.scopes import Query, outputs
from runner.engines.duckdb.types import SEMI_STRUCTURED
from runner.errors import EngineError


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


QUERIES[exp.Values] = bind_values
