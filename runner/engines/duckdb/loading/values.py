"""What goes into each column of the table: an expression over one staged file's record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.loading import staged
from runner.engines.duckdb.names import literal
from runner.engines.duckdb.objects import TableColumn
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.scopes import Scope, Source
from runner.engines.duckdb.statements.assignment import assign
from runner.engines.duckdb.types import SEMI_STRUCTURED, Type
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.loading.jobs import Job

_FORMATS = {
    "DATE": ("DATE_FORMAT", "TO_DATE"),
    "TIME": ("TIME_FORMAT", "TO_TIME"),
    "TIMESTAMP_NTZ": ("TIMESTAMP_FORMAT", "TO_TIMESTAMP_NTZ"),
    "TIMESTAMP_LTZ": ("TIMESTAMP_FORMAT", "TO_TIMESTAMP_LTZ"),
    "TIMESTAMP_TZ": ("TIMESTAMP_FORMAT", "TO_TIMESTAMP_TZ"),
}


@dataclass(frozen=True)
class Item:
    """One column's value: DuckDB's SQL for it over the staged relation.

    `length` is the longest text that fits; `sure` says that evaluating the SQL cannot fail.
    """

    column: TableColumn
    sql: str
    length: int | None = None
    sure: bool = False


def by_query(job: Job, select: exp.Select) -> list[Item]:
    """The items of `COPY INTO t FROM (SELECT …)`."""
    targets, expressions = job.targets(), select.expressions
    if len(targets) != len(expressions):
        raise EngineError(
            "SQL compilation error:\nInsert value list does not match column list expecting "
            f"{len(targets)} but got {len(expressions)}",
            code=2020,
            sqlstate="21S01",
        )
    alias = select.args["from_"].this.alias.upper()
    return [
        item(job, column, tree.unalias(), alias)
        for column, tree in zip(targets, expressions, strict=True)
    ]


def by_position(job: Job) -> list[Item]:
    """The items of a plain COPY: the first field into the first column, and so on."""
    targets = job.targets()
    if job.format.type != "CSV" and (
        len(targets) != 1 or types.parse(targets[0].type).name not in SEMI_STRUCTURED
    ):
        raise EngineError(
            f"SQL compilation error:\n{job.format.type} file format can produce one and only one "
            "column of variant, object, or array type. Load data into separate columns using the "
            "MATCH_BY_COLUMN_NAME copy option or copy with transformation.",
            code=2019,
        )
    return [item(job, column, field(place)) for place, column in enumerate(targets, 1)]


def by_name(job: Job, header: tuple[str, ...]) -> list[Item]:
    """The items of MATCH_BY_COLUMN_NAME: columns by the names of the header or the document.

    A column without a namesake becomes NULL; INCLUDE_METADATA takes precedence over the file.
    """
    fold = str.upper if job.copy.match_by == "CASE_INSENSITIVE" else str
    places = {fold(name): place for place, name in reversed(list(enumerate(header, 1)))}
    metadata = dict(included(job))
    items = []
    for column in job.targets():
        place = places.get(fold(column.name))
        tree = field(place) if place is not None else exp.null()
        if column.name in metadata:
            tree = exp.column(exp.to_identifier(metadata[column.name], quoted=True))
        elif job.format.type != "CSV":
            items.append(assigned(job, column, _attribute(column.name, folded=fold is str.upper)))
            continue
        items.append(item(job, column, tree, width=len(header)))
    return items


def _attribute(name: str, *, folded: bool) -> Value:
    """The attribute of a document that bears a column's name."""
    wanted, key = literal(name), "k"
    if folded:
        wanted, key = literal(name.upper()), "upper(k)"
    found = f'list_filter(json_keys("$1"), lambda k: {key} = {wanted})[1]'
    return Value(f'sf_field("$1", {found})', types.VARIANT)


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


def is_field(tree: exp.Expr) -> bool:
    """Whether an expression is a plain `$n` or `t.$n`.

    >>> from sqlglot import parse_one
    >>> [is_field(parse_one(sql, read="snowflake")) for sql in ("$3", "t.$4", "$1 || $2")]
    [True, True, False]
    """
    if isinstance(tree, exp.Column):
        tree = tree.this
    return isinstance(tree, exp.Parameter) and isinstance(tree.this, exp.Literal)


def item(job: Job, column: TableColumn, tree: exp.Expr, alias: str = "", *, width: int = 0) -> Item:
    """The item for a column and a Snowflake expression over `$1` … `$width`."""
    plain = is_field(tree)
    if plain and job.format.type == "CSV":
        tree = _converted(job, types.parse(column.type), tree)
    return assigned(job, column, bind(job, tree, alias, width), plain=plain)


def assigned(job: Job, column: TableColumn, value: Value, *, plain: bool = False) -> Item:
    """The item for a column and a value, which is a field as it is when it is `plain`."""
    wanted = types.parse(column.type)
    plain = plain and job.format.type == "CSV"
    if wanted.name != "VARCHAR":
        return Item(column, assign(value, column))
    sql = assign(value, replace(column, type="VARCHAR"))
    length = wanted.length or types.MAX_LENGTH
    if job.copy.truncate:
        return Item(column, f"left({sql}, {length})", sure=plain)
    return Item(column, sql, length, sure=plain)


def _converted(job: Job, wanted: Type, tree: exp.Expr) -> exp.Expr:
    """A field of a text file on its way into a column: by the file format's own formats."""
    if wanted.name in SEMI_STRUCTURED:
        return exp.Anonymous(this="PARSE_JSON", expressions=[tree])
    if wanted.name == "BINARY":
        given = "UTF-8" if job.format["BINARY_FORMAT"] == "UTF8" else job.format["BINARY_FORMAT"]
        return exp.Anonymous(this="TO_BINARY", expressions=[tree, exp.Literal.string(given)])
    option, function = _FORMATS.get(wanted.name, ("", ""))
    given = job.format[option] if option else "AUTO"
    if str(given).upper() == "AUTO":
        return tree
    return exp.Anonymous(this=function, expressions=[tree, exp.Literal.string(given)])


def bind(job: Job, tree: exp.Expr, alias: str, width: int) -> Value:
    """DuckDB's SQL and the type of a Snowflake expression over a staged record."""
    binder = Binder(job.session)
    columns = staged.columns(job.format, max(width, job.width()))
    with binder.inside(Scope(sources=[Source(alias, columns)])):
        bound = binder.value(tree)
    if bound.volatile:
        raise Unsupported("a random value in COPY INTO")
    return bound
