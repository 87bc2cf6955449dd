from __future__ import annotations

import os
from collections import Counter
from random import Random

import duckdb
import pytest

from runner.lineage import Lineage, Pair
from runner.nodes import Relation
from runner.parsing.parser import parse
from runner.project import SourceFile
from tests.parsing.random_queries import TABLES, Queries, database, shuffled

SEEDS = int(os.environ.get("RUNNER_LINEAGE_SEEDS", "120"))


def lineage(sql: str, path: str = "models/a/b/c.sql") -> Lineage:
    parsed = parse(SourceFile(path, path.split("/", 1)[0], sql))
    assert not parsed.problems
    return parsed.lineage


def shown(found: Lineage) -> dict[str, str]:
    """A lineage in words: `t.a` for a column, `t` for a whole relation."""
    said = {"rows": pairs(found.rows)} | {
        name.lower(): pairs(made) for name, made in found.columns.items()
    }
    said |= {"passing": relations(found.passing), "whole": relations(found.whole)}
    return {part: words for part, words in said.items() if words or part in found.columns}


def pairs(found: frozenset[Pair]) -> str:
    return " ".join(sorted(f"{relation.name}.{column}".lower() for relation, column in found))


def relations(found: frozenset[Relation]) -> str:
    return " ".join(sorted(relation.name.lower() for relation in found))


CASES = [
    (
        "select a, b + c as x, 1 as one from s.t where d > 1",
        {"rows": "t.d", "a": "t.a", "x": "t.b t.c"},
    ),
    (
        "select t.a, u.b from s.t left join s.u on t.id = u.id and u.kind = 'x'",
        {"rows": "t.id u.id u.kind", "a": "t.a", "b": "u.b"},
    ),
    (
        "select a, x from s.t join s.u using (id) join s.v using (id)",
        {"rows": "t.id u.id v.id", "a": "t.a u.a v.a", "x": "t.x u.x v.x"},
    ),
    (
        "select k, count(*) as n, sum(v) as v from s.t group by k having max(w) > 1",
        {"rows": "t.k t.w", "k": "t.k", "v": "t.v"},
    ),
    ("select k, sum(v) as v from s.t group by all", {"rows": "t.k t.v", "k": "t.k", "v": "t.v"}),
    ("select k, sum(v) as v from s.t group by 1", {"rows": "t.k t.v", "k": "t.k", "v": "t.v"}),
    ("select a, b from s.t order by c limit 1", {"rows": "t.c", "a": "t.a", "b": "t.b"}),
    ("select a, b from s.t order by 2 limit 1", {"rows": "t.a t.b", "a": "t.a", "b": "t.b"}),
    ("select distinct a, b from s.t", {"rows": "t.a t.b", "a": "t.a", "b": "t.b"}),
    ("select distinct * from s.t", {"passing": "t", "whole": "t"}),
    (
        "select a, row_number() over (partition by b order by c) as n from s.t",
        {"a": "t.a", "n": "t.b t.c"},
    ),
    (
        "select a from s.t qualify row_number() over (partition by b order by c) = 1",
        {"rows": "t.b t.c", "a": "t.a"},
    ),
    (
        "with o as (select id, v from s.t where w > 1) select u.a, o.v from s.u join o on true",
        {"rows": "t.w", "a": "u.a", "v": "t.v"},
    ),
    ("with o as (select a from s.u) select a from s.t", {"a": "t.a"}),
    (
        "select a, (select max(u.x) from s.u where u.k = t.k) as x from s.t",
        {"a": "t.a", "x": "t.k u.k u.x"},
    ),
    (
        "select a from s.t where exists (select u.x from s.u where u.k = t.k)",
        {"rows": "t.k u.k", "a": "t.a"},
    ),
    ("select a from s.t where b in (select u.x from s.u)", {"rows": "t.b u.x", "a": "t.a"}),
    ("select a from s.t where b in (select x from s.u)", {"rows": "t.b t.x u.x", "a": "t.a"}),
    (
        "select a as x, x + 1 as y from s.t where y > 1",
        {"rows": "t.a t.x t.y", "x": "t.a", "y": "t.a t.x"},
    ),
    ("select a, b from s.t union all select c, d from s.u", {"a": "t.a u.c", "b": "t.b u.d"}),
    ("select a from s.t union select c from s.u", {"rows": "t.a u.c", "a": "t.a u.c"}),
    ("select a from s.t except select c from s.u", {"rows": "t.a u.c", "a": "t.a u.c"}),
    (
        "(select a, b from s.t union all select c, d from s.u) order by a limit 1",
        {"rows": "t.a t.b u.c u.d", "a": "t.a u.c", "b": "t.b u.d"},
    ),
    ("select * from s.t where a > 1", {"rows": "t.a", "passing": "t"}),
    (
        "select t.*, u.x from s.t join s.u on t.id = u.id",
        {"rows": "t.id u.id", "passing": "t", "x": "u.x"},
    ),
    (
        "select * exclude (a) replace (b + c as b) rename (d as e) from s.t",
        {"passing": "t", "b": "t.b t.c", "e": "t.d"},
    ),
    (
        "select * rename (a as b) from s.t join s.u using (id)",
        {"rows": "t.id u.id", "passing": "t u", "b": "t.a u.a"},
    ),
    (
        "select o.b, o.e, o.f from (select * replace (c as b) rename (d as e) from s.t) as o",
        {"b": "t.b t.c", "e": "t.d t.e", "f": "t.f"},
    ),
    ("select x from (select a from s.t) as o (x)", {"x": "t.a"}),
    (
        "select f.value:Name as name, t.a from s.t, lateral flatten(input => t.v:Items) as f",
        {"rows": "t.v", "a": "t.a"},
    ),
    (
        "select o.x, t.a from s.t, lateral (select max(u.x) as x from s.u where u.k = t.k) as o",
        {"rows": "t.k u.k", "x": "u.x", "a": "t.a"},
    ),
    ("select f.x from s.t, table(s.lines(t.v)) as f", {"rows": "t.v"}),
    ("select hash(*) as h, count(*) over () as n from s.t", {"whole": "t"}),
    ("select {*} as o from s.t join s.u on true", {"whole": "t u"}),
    ("select $1 as one from s.t", {"whole": "t"}),
    ("select s.f(a) as x, g(b) as y from s.t", {"x": "t.a", "y": "t.b"}),
    ("select v:Path.Of::int as p from s.t", {"p": "t.v"}),
    (
        "select (select 1 from s.u start with u.k = t.k connect by prior x = y) as m from s.t",
        {"m": "t.k t.x t.y u.k u.x u.y"},
    ),
    ("select column1 as a from values (1), (2)", {}),
    (
        "select t.a from s.t asof join s.u match_condition (t.at >= u.at)",
        {"rows": "t.at u.at", "a": "t.a"},
    ),
]


@pytest.mark.parametrize(("sql", "expected"), CASES)
def test_what_a_query_depends_on(sql: str, expected: dict[str, str]) -> None:
    found = lineage(sql)
    assert shown(found) == expected
    assert not found.undecided


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select * from s.t pivot (sum(v) for k in ('a', 'b'))", "a pivot"),
        ("select a from s.t natural join s.u", "a natural join"),
        ("select * from s.t union all select * from s.u", "a set operation of `*`"),
        ("select * ilike 'a%' from s.t", "a `*` with ilike"),
        ("select a from s.t as o (a, b)", "names by position for the columns of a `*`"),
        (
            "with r as (select a from s.t union all select a from r) select a from r",
            "a CTE that reads itself",
        ),
    ],
)
def test_what_cannot_be_decided_is_said(sql: str, why: str) -> None:
    assert lineage(sql).undecided.startswith(why)


def test_a_model_does_not_depend_on_itself() -> None:
    sql = """-- @materialized incremental
        -- @unique_key id
        select id, a, b from s.t where at > (select max(c.at) from a_b.c as c)"""
    found = lineage(sql)
    assert shown(found) == {"rows": "t.at t.id", "id": "t.id", "a": "t.a", "b": "t.b"}


def test_what_decides_on_rows_by_a_setting_counts_for_them() -> None:
    quarantine = "-- @materialized table\n-- @quarantine @check x > 0\nselect a, b as x from s.t"
    assert lineage(quarantine).rows == {(Relation("S", "T"), "B")}
    passed = "-- @materialized table\n-- @quarantine @check x > 0\nselect * from s.t"
    assert lineage(passed).rows == {(Relation("S", "T"), "X")}
    compared = "-- @unique_key a\n-- @check_columns all\nselect a, b as x from s.t"
    assert shown(lineage(compared, "snapshots/a/b/c.sql"))["rows"] == "t.a t.b"
    whole = "-- @unique_key a\n-- @check_columns all\nselect * from s.t"
    assert shown(lineage(whole, "snapshots/a/b/c.sql"))["whole"] == "t"


# The oracle


def test_a_column_depends_on_nothing_but_what_its_lineage_says() -> None:
    """DuckDB runs a query, then again with other values in one column of one table: what is not
    made of that column is as before, and so are the rows unless they depend on it."""
    connection = database(Random(0))
    compared = 0
    for seed in range(SEEDS):
        random = Random(seed)
        sql = Queries(random).query()
        found = lineage(sql)
        try:
            before = Result(connection, sql)
        except duckdb.Error:
            continue
        for table, columns in TABLES.items():
            for column in columns:
                pair = (Relation("S", table.upper()), column.upper())
                changed = found.made_of([pair])
                if changed is None:
                    continue
                with shuffled(connection, table, column, random):
                    after = Result(connection, sql)
                assert before.without(changed) == after.without(changed), (sql, pair)
                compared += bool(before.rows) and bool({*before.names} - changed)
    assert compared > 2 * SEEDS


class Result:
    def __init__(self, connection: duckdb.DuckDBPyConnection, sql: str) -> None:
        result = connection.execute(sql)
        self.names = [column[0].upper() for column in result.description]
        self.rows = result.fetchall()

    def without(self, columns: frozenset[str]) -> Counter[object]:
        """The rows and their number, some columns left out."""
        places = [place for place, name in enumerate(self.names) if name not in columns]
        return Counter(tuple(row[place] for place in places) for row in self.rows)
