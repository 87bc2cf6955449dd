"""One check of a relation -> the queries that count and show what violates it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.generating.conditions import violated
from runner.generating.sources import OF_ROWS, Sources, during
from runner.generating.work import Work, names, no_null
from runner.nodes import CheckKind, CheckSpec, Model, Snapshot, sql_name

if TYPE_CHECKING:
    from sqlglot import exp

SAMPLE_ROWS = 5

SCANNED = frozenset(
    {CheckKind.NOT_NULL, CheckKind.ACCEPTED_VALUES, CheckKind.CONDITION, CheckKind.AGGREGATE}
)


def counted(check: CheckSpec) -> str:
    """The aggregate that counts violations in a scan.

    Nulls are the rows that COUNT leaves out, which a column's statistics tell without reading it.
    """
    if check.kind is CheckKind.AGGREGATE:
        return f"iff(not ({check.expression}), 1, 0)"
    if check.kind is CheckKind.NOT_NULL:
        return f"count(*) - count({sql_name(check.columns[0])})"
    return f"count_if({violated(check)})"


def violations(check: CheckSpec, sources: Sources, columns: str) -> str:
    """A query for what violates the check: rows, or for `unique` the values that recur."""
    match check.kind:
        case CheckKind.UNIQUE:
            return (
                f"select {columns}\nfrom {sources.read_by(check)}\n"
                f"where {no_null(check.columns)}\n"
                f"group by {names(check.columns)}\nhaving count(*) > 1"
            )
        case CheckKind.REFERENCES:
            return _orphans(check, sources, columns)
        case CheckKind.AGGREGATE:
            return f"select {columns}\nfrom {sources.read_by(check)}"
        case _:
            return f"select {columns}\nfrom {sources.read_by(check)}\nwhere {violated(check)}"


def some_violations(node: Model | Snapshot, check: CheckSpec, work: Work) -> str:
    """A handful of violations during the run, with the key of each row."""
    sources = during(node, work)
    found = violations(check, sources, _telling_columns(node, check))
    return f"{sources.given}{found}\nlimit {SAMPLE_ROWS}"


def all_violations(node: Model | Snapshot, check: CheckSpec, sources: Sources) -> str:
    """All violations, with everything that there is to see.

    What is wrong with a snapshot's history is looked for in its table in any case.
    """
    if _is_about_history(node, check):
        sources = replace(sources, new_rows=sources.all_rows)
    columns = "*" if check.kind in OF_ROWS else _telling_columns(node, check)
    return sources.given + violations(check, sources, columns)


def _is_about_history(node: Model | Snapshot, check: CheckSpec) -> bool:
    if isinstance(node, Model):
        return False
    return not {column.name for column in node.columns}.issuperset(_columns_in(check))


def _orphans(check: CheckSpec, sources: Sources, columns: str) -> str:
    column, other = sql_name(check.columns[0]), sql_name(check.references_column)
    child = sql_name(sources.relation.name)
    itself = check.references == sources.relation
    parent = sources.all_rows if itself else str(check.references)
    return (
        f"select {columns}\nfrom {sources.read_by(check)}\n"
        f"where\n    {child}.{column} is not null\n    and not exists (\n"
        f"        select 1 from {parent} as referenced__\n"
        f"        where referenced__.{other} = {child}.{column}\n    )"
    )


def _telling_columns(node: Model | Snapshot, check: CheckSpec) -> str:
    """What identifies a violation and shows it: the row's key and the columns of the check."""
    if check.kind is CheckKind.UNIQUE:
        return f"{names(check.columns)}, count(*) as occurrences"
    if check.kind is CheckKind.AGGREGATE:
        return f"{_measured(check.expression)} as found"
    key = node.settings.unique_key or _declared_key(node)
    if not key:
        return "*"
    known = {column.name for column in node.columns}
    used = [name for name in _columns_in(check) if name in known and name not in key]
    return names((*key, *used))


def _declared_key(node: Model | Snapshot) -> tuple[str, ...]:
    unique = (check.columns for check in node.checks if check.kind is CheckKind.UNIQUE)
    return next(unique, ())


def _columns_in(check: CheckSpec) -> list[str]:
    if check.columns:
        return list(check.columns)
    from sqlglot import exp, parse_one  # noqa: PLC0415  (sqlglot is slow to import)

    tree = parse_one(check.expression, read="snowflake")
    found = (column.this for column in tree.find_all(exp.Column))
    return list(dict.fromkeys(_stored(name) for name in found if isinstance(name, exp.Identifier)))


def _stored(name: exp.Identifier) -> str:
    text: str = name.name
    return text if name.quoted else text.upper()


def _measured(expression: str) -> str:
    """The side of a comparison that was measured: `count(*) >= 100` -> `count(*)`."""
    from sqlglot import exp, parse_one  # noqa: PLC0415  (sqlglot is slow to import)

    tree = parse_one(expression, read="snowflake")
    if isinstance(tree, exp.GT | exp.GTE | exp.LT | exp.LTE | exp.EQ | exp.NEQ):
        measured: str = tree.this.sql("snowflake")
        return measured
    return expression
