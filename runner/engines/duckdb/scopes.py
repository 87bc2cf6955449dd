"""What a name means at one place of a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from sqlglot import exp

from runner.engines.duckdb.names import quote
from runner.engines.duckdb.types import Type
from runner.errors import EngineError, Unsupported

# stands for the DuckDB name of a column that must not be read
REFUSED = "~refused"


class Column(NamedTuple):
    """A column that can be read: its name as Snowflake knows it, its type, and DuckDB's SQL."""

    name: str
    type: Type
    sql: str


@dataclass
class Source:
    """One item of FROM. `path` is the (database, schema) of a table, `only_named` are columns that
    a star does not show."""

    alias: str
    columns: list[Column]
    path: tuple[str, str] | None = None

    def find(self, name: str) -> list[Column]:
        return [column for column in self.columns if column.name == name]


class Output(NamedTuple):
    """A column that a query gives: its name, type, and its name inside DuckDB."""

    name: str
    type: Type
    physical: str


@dataclass
class Query:
    """A query bound: DuckDB's SQL and what it gives."""

    sql: str
    columns: list[Output]

    def source(
        self, alias: str, physical_alias: str, path: tuple[str, str] | None = None
    ) -> Source:
        """The query as an item of FROM under an alias."""
        prefix = quote(physical_alias)
        columns = [
            Column(name, type_, f"{prefix}.{quote(physical)}")
            for name, type_, physical in self.columns
        ]
        return Source(alias, columns, path)


def outputs(names: list[str], types: list[Type]) -> list[Output]:
    """Columns with the names DuckDB can tell apart: it ignores case and wants them once.

    >>> from runner.engines.duckdb.types import TEXT
    >>> [column.physical for column in outputs(["a", "A", "B"], [TEXT] * 3)]
    ['a', 'A~2', 'B']
    """
    seen: dict[str, int] = {}
    columns = []
    for name, type_ in zip(names, types, strict=True):
        folded = name.casefold()
        seen[folded] = seen.get(folded, 0) + 1
        physical = name if seen[folded] == 1 else f"{name}~{seen[folded]}"
        columns.append(Output(name, type_, physical))
    return columns


@dataclass
class Scope:
    """The names one SELECT can read: its sources, its select list's aliases, and what is around."""

    parent: Scope | None = None
    sources: list[Source] = field(default_factory=list)
    merged: dict[str, Column] = field(default_factory=dict)  # columns of USING
    hidden: set[tuple[int, str]] = field(default_factory=set)  # (source, column) that USING merged
    aliases: dict[str, exp.Expr] = field(default_factory=dict)
    ctes: dict[str, tuple[str, list[Output]]] = field(default_factory=dict)
    resolving: set[str] = field(default_factory=set)
    reads: int = 0  # how often a name was found here
    taken: set[str] = field(default_factory=set)
    instants: set[str] = field(default_factory=set)  # TIMESTAMP_TZ values that it groups by
    with_: str = ""  # the WITH in front of it so far, in DuckDB's SQL

    def cte(self, name: str) -> tuple[str, list[Output]] | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.ctes:
                return scope.ctes[name]
            scope = scope.parent
        return None

    def read_so_far(self) -> int:
        """How often names were found here and around."""
        return self.reads + (self.parent.read_so_far() if self.parent else 0)

    def complete(self, sql: str) -> str:
        """A query of this scope with the WITHs around it, so that it can run by itself."""
        scope: Scope | None = self
        while scope is not None:
            if scope.with_:
                sql = f"{scope.with_}SELECT * FROM ({sql})"
            scope = scope.parent
        return sql

    def physical(self, alias: str) -> str:
        """A name for a source that no other source of this FROM has, and none around it: what is
        written out here of an outer source must still mean that one."""
        name, count = alias, 1
        taken = self.taken_names()
        while name.casefold() in taken:
            count += 1
            name = f"{alias}~{count}"
        self.taken.add(name.casefold())
        return name

    def taken_names(self) -> set[str]:
        """The names of the sources here and around, without regard to case."""
        around = self.parent.taken_names() if self.parent is not None else set()
        return self.taken | around

    def column(self, name: str, parts: tuple[str, ...]) -> Column | None:
        """The column `parts.name` of this scope's sources; None when there is none here."""
        if not parts and name in self.merged:
            return self.merged[name]
        if name.startswith("$") and name[1:].isdigit():
            return self.at_position(int(name[1:]), parts)
        found = []
        for index, source in enumerate(self.sources):
            if matches(source, parts):
                found += [
                    column
                    for column in source.find(name)
                    if parts or (index, name) not in self.hidden
                ]
        if len(found) > 1:
            raise EngineError(
                f"SQL compilation error:\nambiguous column name '{name}'",
                code=1065,
                sqlstate="42702",
            )
        return readable(found[0]) if found else None

    def at_position(self, position: int, parts: tuple[str, ...]) -> Column | None:
        """The column `$1`, `t.$1` of the one source meant; columns may bear that very name."""
        named = [source for source in self.sources if matches(source, parts)]
        if len(named) != 1:
            return None
        found = named[0].find(f"${position}")
        if found or not 1 <= position <= len(named[0].columns):
            return found[0] if found else None
        return named[0].columns[position - 1]

    def has_source(self, parts: tuple[str, ...]) -> bool:
        return any(matches(source, parts) for source in self.sources)


def star_columns(scope: Scope, parts: tuple[str, ...]) -> list[Column]:
    """What `*` or `t.*` stands for: columns of USING first and once."""
    if not parts:
        columns = list(scope.merged.values())
        for index, source in enumerate(scope.sources):
            columns += [c for c in source.columns if (index, c.name) not in scope.hidden]
    else:
        around: Scope | None = scope
        while around is not None and not around.has_source(parts):
            around = around.parent
        if around is None:
            raise invalid_identifier(".".join(parts) + ".*")
        columns = [
            column
            for source in around.sources
            if matches(source, parts)
            for column in source.columns
        ]
    columns = [readable(column) for column in columns if not column.name.startswith("#")]
    if not columns:
        raise EngineError(
            "SQL compilation error:\nSELECT with no columns", code=2001, sqlstate="42601"
        )
    return columns


def readable(column: Column) -> Column:
    if column.sql.endswith(f'"{REFUSED}"'):
        raise Unsupported(f"the column {column.name} of a table function beside other sources")
    return column


def matches(source: Source, parts: tuple[str, ...]) -> bool:
    """Whether the qualifier of a column (`t`, `schema.t`, `db.schema.t`) names this source."""
    if not parts:
        return True
    if parts[-1] != source.alias:
        return False
    if len(parts) == 1:
        return True
    return source.path is not None and source.path[-(len(parts) - 1) :] == parts[:-1]


def invalid_identifier(name: str) -> EngineError:
    """Snowflake's 000904."""
    return EngineError(
        f"SQL compilation error:\ninvalid identifier '{name}'", code=904, sqlstate="42000"
    )
