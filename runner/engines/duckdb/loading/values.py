"""What goes into each column of the table: an expression over one staged file's record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.objects import TableColumn
from runner.errors import EngineError

if TYPE_CHECKING:
    from runner.engines.duckdb.loading.jobs import Job
    from runner.engines.duckdb.session import Session


@dataclass(frozen=True)
class Item:
    """One column's value: DuckDB's SQL for it over the staged relation.

    `field` is the `$n` that it takes as it is, 0 for an expression; `length` is the longest text
    that fits; `sure` says that evaluating it cannot fail.
    """

    column: TableColumn
    sql: str
    field: int = 0
    length: int | None = None
    sure: bool = False


def by_query(job: Job, expressions: list[exp.Expr]) -> list[Item]:
    """The items of `COPY INTO t FROM (SELECT …)`."""
    targets = job.targets()
    if len(targets) != len(expressions):
        raise EngineError(
            "SQL compilation error:\nInsert value list does not match column list expecting "
            f"{len(targets)} but got {len(expressions)}",
            code=2020,
        )
    return [
        item(job, column, tree.unalias()) for column, tree in zip(targets, expressions, strict=True)
    ]


def by_position(job: Job) -> list[Item]:
    """The items of a plain COPY: the first field into the first column, and so on."""
    return [item(job, column, field(position)) for position, column in enumerate(job.targets(), 1)]


def by_name(job: Job, header: tuple[str, ...]) -> list[Item]:
    """The items of MATCH_BY_COLUMN_NAME: columns by the names of the header.

    A column without a namesake becomes NULL; INCLUDE_METADATA takes precedence over the file.
    """
    folded = job.copy.match_by == "CASE_INSENSITIVE"
    fold = str.upper if folded else str
    places = {fold(name): place for place, name in reversed(list(enumerate(header, 1)))}
    metadata = dict(included(job))
    items = []
    for column in job.targets():
        place = places.get(fold(column.name))
        if column.name in metadata:
            items.append(item(job, column, exp.column(metadata[column.name])))
        elif place is not None:
            items.append(item(job, column, field(place)))
        else:
            items.append(item(job, column, exp.null()))
    return items


def included(job: Job) -> list[tuple[str, str]]:
    """INCLUDE_METADATA: the column and the METADATA$ field of each pair."""
    value = job.copy.options.get("INCLUDE_METADATA") or []
    known = {column.name for column in job.table.columns}
    for name, _ in value:
        if name not in known:
            raise EngineError(
                f"SQL compilation error:\ninvalid identifier '{name}'", code=904, sqlstate="42000"
            )
    return [(name, str(field_name).upper()) for name, field_name in value]


def field(position: int) -> exp.Expr:
    return exp.Parameter(this=exp.Literal.number(position))


def item(job: Job, column: TableColumn, tree: exp.Expr) -> Item:
    """The item for a column and a Snowflake expression, cast to the column's type."""
    wanted = types.parse(column.type)
    place = position(tree)
    sql = bind(job.session, tree)
    if wanted.name == "VARCHAR":
        cut = job.copy.truncate and wanted.length is not None
        sql = f"left({sql}, {wanted.length})" if cut else sql
        return Item(column, sql, place, None if cut else wanted.length, sure=bool(place))
    return Item(column, f"cast({sql} as {wanted.duckdb})", place)


def position(tree: exp.Expr) -> int:
    """The n of a plain `$n` or `t.$n`; 0 for anything else.

    >>> from sqlglot import parse_one
    >>> [position(parse_one(sql, read="snowflake")) for sql in ("$3", "t.$4", "$1 || $2")]
    [3, 4, 0]
    """
    if isinstance(tree, exp.Column):
        tree = tree.this
    if isinstance(tree, exp.Parameter) and isinstance(tree.this, exp.Literal):
        return int(tree.this.name)
    return 0


def bind(session: Session, tree: exp.Expr) -> str:
    """DuckDB's SQL for a Snowflake expression over a staged relation."""

    def staged(node: exp.Expr) -> exp.Expr:
        if position(node):
            return exp.column(f"${position(node)}", quoted=True)
        if isinstance(node, exp.Column) and node.name.upper().startswith("METADATA$"):
            return exp.column(node.name.upper(), quoted=True)
        return node

    return session.translate(tree.copy().transform(staged))
