"""What an incremental model's query tells: how it finds what is new, and what it computes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from runner.nodes import Model, Relation
from runner.parsing.identifiers import stored

_COMPARISONS = (exp.GT, exp.GTE, exp.LT, exp.LTE)
_OVERLAPS = (exp.Interval, exp.Sub, exp.DateAdd, exp.DateSub, exp.TimestampAdd)
_CLOCKS = (
    exp.CurrentDate,
    exp.CurrentTime,
    exp.CurrentTimestamp,
    exp.Localtimestamp,
    exp.Rand,
    exp.Uuid,
)
_CLOCK_NAMES = frozenset(
    {"GETDATE", "SYSDATE", "SYSTIMESTAMP", "RANDOM", "RANDSTR", "UNIFORM", "UUID_STRING"}
)


@dataclass(frozen=True)
class Watermark:
    """A comparison of a column with what is loaded already.

    `line` is the column's in the file, `watched` are the relations in whose rows it looks for what
    is new.
    """

    column: str
    line: int
    has_overlap: bool
    watched: frozenset[Relation]


def watermarks(model: Model) -> tuple[Watermark, ...]:
    """Every comparison of a column with something that reads the model itself."""
    return tuple(mark for _, mark in _marks(_tree(model.sql), model.relation))


def computed_of_new_rows(model: Model) -> dict[str, int]:
    """The columns (stored names) that are aggregates or window functions over new rows alone, each
    with its line: such as a sum in a select that a watermark filters."""
    tree = _tree(model.sql)
    filtered = _filtered(tree, model.relation)
    return {
        item.alias_or_name.upper(): _line(item)
        for select in tree.find_all(exp.Select)
        if id(select) in filtered
        for item in select.expressions
        if item.find(exp.Window, exp.AggFunc)
    }


def clock(sql: str) -> str:
    """The first function of a query that reads the clock or chance, as it is written; or empty."""
    for node in _tree(sql).find_all(*_CLOCKS, exp.Anonymous):
        if not isinstance(node, exp.Anonymous):
            return node.sql("snowflake").lower()
        if node.name.upper() in _CLOCK_NAMES:
            return f"{node.name.lower()}()"
    return ""


def _tree(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, read="snowflake")


def _marks(tree: exp.Expr, relation: Relation) -> Iterator[tuple[exp.Select | None, Watermark]]:
    """Each watermark with the select that it filters."""
    readers = _ctes_that_read(tree, relation)
    for comparison in tree.find_all(*_COMPARISONS):
        sides = (comparison.this, comparison.expression)
        for side, other in (sides, sides[::-1]):
            column = side.find(exp.Column)
            if column is None or not _reads(other, relation, readers):
                continue
            if not _reads(side, relation, readers):
                select = comparison.find_ancestor(exp.Select)
                overlap = any(one.find(*_OVERLAPS) for one in sides)
                line = int(column.this.meta.get("line", 0))
                watched = frozenset(_relations(select)) if select else frozenset[Relation]()
                yield select, Watermark(stored(column.this), line, overlap, watched)


def _filtered(tree: exp.Expr, relation: Relation) -> set[int]:
    """The selects (by id) that a watermark filters, themselves or in what they select from."""
    filtered = {id(select) for select, _ in _marks(tree, relation) if select is not None}
    names = {cte.alias.upper() for cte in tree.find_all(exp.CTE) if id(cte.this) in filtered}
    for select in tree.find_all(exp.Select):
        for source in _sources(select):
            is_named = isinstance(source, exp.Table) and source.name.upper() in names
            if is_named or (isinstance(source, exp.Subquery) and id(source.this) in filtered):
                filtered.add(id(select))
    return filtered


def _sources(select: exp.Select) -> Iterator[exp.Expr]:
    """What a select selects from."""
    for clause in (select.args.get("from_"), *(select.args.get("joins") or ())):
        if clause is not None:
            yield clause.this


def _relations(select: exp.Select) -> Iterator[Relation]:
    for source in _sources(select):
        if isinstance(source, exp.Table) and source.args.get("db"):
            yield Relation(stored(source.args["db"]), stored(source.this))


def _ctes_that_read(tree: exp.Expr, relation: Relation) -> frozenset[str]:
    """Names of the CTEs that read the model, directly or through another."""
    found: frozenset[str] = frozenset()
    for cte in tree.find_all(exp.CTE):
        if _reads(cte.this, relation, found):
            found |= {cte.alias.upper()}
    return found


def _reads(tree: exp.Expr, relation: Relation, ctes: frozenset[str]) -> bool:
    for table in tree.find_all(exp.Table):
        schema = table.args.get("db")
        if schema is None and table.name.upper() in ctes:
            return True
        if schema is not None and Relation(stored(schema), stored(table.this)) == relation:
            return True
    return False


def _line(item: exp.Expr) -> int:
    found = item.find_all(exp.Identifier)
    return min((int(one.meta["line"]) for one in found if "line" in one.meta), default=0)
