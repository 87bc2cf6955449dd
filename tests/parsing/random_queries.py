"""Random queries over three small tables, in words that Snowflake and DuckDB read alike.

Their results do not depend on the order of rows: windows rank or add up, and a `limit` stands
behind an `order by` of all columns. Tables and columns are `s.t(id, a, b, c)`, `s.u(id, a, d, e)`
and `s.v(id, d, f)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random

import duckdb

TABLES = {"t": ("id", "a", "b", "c"), "u": ("id", "a", "d", "e"), "v": ("id", "d", "f")}
ROWS = 6
Columns = tuple[str, ...]


@dataclass(frozen=True)
class Select:
    """A select: its items with their aliases, what stands behind them, and what they may name.

    `star` are the columns that its `*` gives.
    """

    kind: str
    items: tuple[tuple[str, str], ...]
    behind: str
    scope: tuple[str, ...]
    keys: tuple[str, ...] = ()
    star: Columns = ()

    @property
    def columns(self) -> Columns:
        """The names of its columns."""
        return (*self.star, *(alias for _, alias in self.items if alias))

    @property
    def sql(self) -> str:
        items = ", ".join(f"{text} as {alias}" if alias else text for text, alias in self.items)
        return f"select {'distinct ' * (self.kind == 'distinct')}{items} {self.behind}"


@dataclass
class Queries:
    """A source of queries. `ctes` are those that stand before the query in the making."""

    random: Random
    ctes: dict[str, Columns] = field(default_factory=dict)
    names: int = 0

    def query(self, depth: int = 2) -> str:
        """A query with CTEs."""
        head = []
        for _ in range(self.random.randrange(3)):
            sql, columns = self.nested(depth - 1)
            name, names = self._name("cte"), ""
            if self.random.random() < 0.2:
                columns = tuple(self._name("k") for _ in columns)
                names = f" ({', '.join(columns)})"
            self.ctes[name] = columns
            head.append(f"{name}{names} as ({sql})")
        body, _ = self.nested(depth)
        return (f"with {', '.join(head)} " if head else "") + body

    def nested(self, depth: int) -> tuple[str, Columns]:
        """A select or a set operation, and the names of its columns."""
        first = self.select(depth)
        if depth < 1 or self.random.random() < 0.7:
            return self._limited(first.sql, first.columns)
        second = self.select(depth - 1, len(first.columns))
        operator = self.random.choice(["union all", "union all", "union", "intersect", "except"])
        return f"{first.sql} {operator} {second.sql}", first.columns

    def select(self, depth: int, width: int = 0) -> Select:
        """One select of some columns."""
        behind, scope = self._sources(depth)
        names = tuple(column.split(".")[-1] for column in scope)
        if self.random.random() < 0.2 and len({*names}) == len(scope):
            text, star = self._star(scope, names)
            if width in (0, len(star)):
                behind += self._where(scope, depth)
                return Select("star", ((text, ""),), behind, scope, star=star)
        kind = self.random.choice(["plain", "plain", "plain", "grouped", "aggregate", "distinct"])
        keys = tuple(self.random.sample(scope, min(len(scope), 2))) if kind == "grouped" else ()
        select = Select(kind, (), behind, scope, keys)
        for _ in range(width or self.random.randrange(1, 5)):
            select = replace(select, items=(*select.items, self._item(select, depth)))
        return replace(select, behind=behind + self._clauses(select, depth))

    def _star(self, scope: Sequence[str], names: Columns) -> tuple[str, Columns]:
        """A `*`, and the names of its columns."""
        place = self.random.randrange(len(names))
        one, new = names[place], self._name("y")
        shapes = [
            ("*", names),
            (f"* replace ({self.expression(scope, 0)} as {one})", names),
            (f"* rename ({one} as {new})", (*names[:place], new, *names[place + 1 :])),
        ]
        if len(names) > 1:
            shapes.append((f"* exclude ({one})", names[:place] + names[place + 1 :]))
        return self.random.choice(shapes)

    def _clauses(self, select: Select, depth: int) -> str:
        """What stands behind the sources; it may name the items of the select."""
        plain = select.kind == "plain"
        scope = (*select.scope, *select.columns) if plain else select.scope
        found = self._where(scope, depth)
        if select.keys:
            found += f" group by {', '.join(select.keys)}"
            if self.random.random() < 0.3:
                found += f" having {self._condition([self._aggregate(scope)], 0)}"
        elif plain and self.random.random() < 0.25:
            found += f" qualify {self._window(scope)} <= {self.random.randrange(4)}"
        return found

    def changed(self, select: Select) -> Select:
        """The select with an item more, an item less or another one."""
        items = [*select.items]
        place = self.random.randrange(len(items))
        one_row = select.kind == "plain" and self.random.random() < 0.1
        new = self._item(replace(select, kind="aggregate") if one_row else select, 0)
        edit = self.random.choice(["less", "other", "more"])
        if edit == "more" or select.kind == "star":
            items.insert(place + (select.kind == "star"), new)
        elif edit == "other":
            items[place] = (new[0], items[place][1])
        elif len(items) > 1:
            del items[place]
        return replace(select, items=tuple(items))

    def _item(self, select: Select, depth: int) -> tuple[str, str]:
        """An item with an alias; some name another one."""
        named = [alias for _, alias in select.items if alias]
        if named and self.random.random() < 0.15:
            text = f"{self.random.choice(named)} + 1"
        elif select.kind == "aggregate":
            text = self._aggregate(select.scope)
        elif select.kind == "grouped":
            text = self.random.choice([*select.keys, self._aggregate(select.scope)])
        elif self.random.random() < 0.15:
            text = self._window(select.scope)
        else:
            text = self.expression(select.scope, depth)
        return text, self._name("x")

    def expression(self, scope: Sequence[str], depth: int) -> str:
        """A value made of columns."""
        column, other = self.random.choice(scope), self.random.choice(scope)
        shapes = [
            column,
            f"{column} + {other}",
            f"coalesce({column}, {other})",
            f"case when {column} > {self.random.randrange(5)} then {other} end",
            f"abs({column}) * 2",
            str(self.random.randrange(9)),
        ]
        if depth > 0:
            table = self.random.choice([*TABLES])
            name = self._name("q")
            inner = [f"{name}.{c}" for c in TABLES[table]]
            value, key = self.random.choice(inner), self.random.choice(inner)
            shapes.append(f"(select max({value}) from s.{table} as {name} where {key} = {column})")
        return self.random.choice(shapes)

    def _limited(self, sql: str, columns: Columns) -> tuple[str, Columns]:
        if self.random.random() < 0.9:
            return sql, columns
        name = self._name("n")
        order = ", ".join(f"{name}.{column}" for column in columns)
        return f"select * from ({sql}) as {name} order by {order} limit 3", columns

    def _sources(self, depth: int) -> tuple[str, tuple[str, ...]]:
        """The `from` of a select, and the columns that it offers, qualified where need be."""
        sql, alias, columns = self._source(depth)
        scope = [f"{alias}.{column}" for column in columns]
        joins = ""
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            other, name, others = self._source(depth)
            inner = [f"{name}.{column}" for column in others]
            kind = self.random.choice(["join", "left join", "full join", "right join"])
            on = f"on {self.random.choice(scope)} = {self.random.choice(inner)}"
            if not joins and "id" in columns and "id" in others and self.random.random() < 0.3:
                on = "using (id)"
                inner.remove(f"{name}.id")
            joins += f" {kind} {other} as {name} {on}"
            scope += inner
        scope = [self._short(column, scope) for column in scope]
        if not joins and self.random.random() < 0.5:
            scope = [column.split(".")[-1] for column in scope]
        return f"from {sql} as {alias}{joins}", tuple(scope)

    def _short(self, column: str, scope: Sequence[str]) -> str:
        """Now and then a name without its table, where no other table has it."""
        name = column.rsplit(".", maxsplit=1)[-1]
        alone = [other.split(".")[-1] for other in scope].count(name) == 1
        return name if alone and self.random.random() < 0.3 else column

    def _source(self, depth: int) -> tuple[str, str, Columns]:
        choice = self.random.random()
        if self.ctes and choice < 0.4:
            name = self.random.choice([*self.ctes])
            return name, self._name("c"), self.ctes[name]
        if depth > 0 and choice < 0.6:
            sql, columns = self.nested(depth - 1)
            return f"({sql})", self._name("n"), columns
        table = self.random.choice([*TABLES])
        return f"s.{table}", self._name("r"), TABLES[table]

    def _where(self, scope: Sequence[str], depth: int) -> str:
        if self.random.random() < 0.5:
            return ""
        return f" where {self._condition(scope, depth)}"

    def _condition(self, scope: Sequence[str], depth: int) -> str:
        column = self.random.choice(scope)
        shapes = [f"{column} > {self.random.randrange(4)}", f"{column} is not null"]
        if depth > 0:
            table, name = self.random.choice([*TABLES]), self._name("q")
            inner = self.random.choice(TABLES[table])
            shapes.append(f"{column} in (select {name}.{inner} from s.{table} as {name})")
            shapes.append(
                f"exists (select 1 from s.{table} as {name} where {name}.{inner} = {column})"
            )
        return self.random.choice(shapes)

    def _aggregate(self, scope: Sequence[str]) -> str:
        column = self.random.choice(scope)
        return self.random.choice([f"sum({column})", f"max({column})", "count(*)"])

    def _window(self, scope: Sequence[str]) -> str:
        one, other, third = (self.random.choice(scope) for _ in range(3))
        return self.random.choice(
            [
                f"rank() over (partition by {one} order by {other})",
                f"sum({third}) over (partition by {one})",
                f"count(*) over (order by {other})",
            ]
        )

    def _name(self, kind: str) -> str:
        self.names += 1
        return f"{kind}{self.names}"


def database(random: Random) -> duckdb.DuckDBPyConnection:
    """A database with the tables, filled at random."""
    connection = duckdb.connect()
    connection.execute("set threads = 1; create schema s")
    for table, columns in TABLES.items():
        names = ", ".join(f"{column} bigint" for column in columns)
        connection.execute(f"create table s.{table} ({names})")
        rows = [[number, *(_value(random) for _ in columns[1:])] for number in range(ROWS)]
        marks = ", ".join("?" for _ in columns)
        connection.executemany(f"insert into s.{table} values ({marks})", rows)
    return connection


def _value(random: Random) -> int | None:
    return random.choice([None, 0, 1, 2, 3, 4])


@contextmanager
def shuffled(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, random: Random
) -> Iterator[None]:
    """Other values in one column for as long as the context lasts."""
    old = connection.execute(f"select list({column} order by rowid) from s.{table}").fetchone()
    change = f"update s.{table} set {column} = list_extract(?, rowid + 1)"
    connection.execute(change, [[_value(random) for _ in range(ROWS)]])
    yield
    connection.execute(change, old)
