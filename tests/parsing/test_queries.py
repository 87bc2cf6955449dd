from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.nodes import Relation
from runner.parsing import syntax
from runner.parsing.parsed import Facts, Output, Star, resolve
from runner.parsing.queries import facts


def read(sql: str) -> Facts:
    return facts(syntax.query(syntax.source(sql)))


def reads(sql: str) -> list[str]:
    return [str(one.relation) for one in read(sql).reads]


def columns(sql: str, tables: dict[str, tuple[str, ...]] | None = None) -> list[str] | None:
    known = {tuple(name.split(".")): names for name, names in (tables or {}).items()}
    found = resolve(read(sql).outputs, lambda r: known.get((r.schema.lower(), r.name.lower())))
    return None if found is None else [name.lower() for name in found]


def complaints(sql: str) -> list[str]:
    return [f"{one.line}: {one.message}" for one in read(sql).findings]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select a from s.t", ["s.t"]),
        (
            "select a from s.t join s.u on t.a = u.a left join x.t as v on true",
            ["s.t", "s.u", "x.t"],
        ),
        ("select a from s.t, s.u", ["s.t", "s.u"]),
        ("select a from (s.t join s.u using (a)) join s.v using (a)", ["s.t", "s.u", "s.v"]),
        ("select a from (select a from (select a from s.t))", ["s.t"]),
        ("select (select max(a) from s.t) as a", ["s.t"]),
        ("select a from s.t where a in (select b from s.u)", ["s.t", "s.u"]),
        ("select a from s.t where exists (select 1 from s.u)", ["s.t", "s.u"]),
        (
            "select a from s.t qualify row_number() over (order by (select 1 from s.u)) = 1",
            ["s.t", "s.u"],
        ),
        ("select a from s.t group by all having max(a) > (select 1 from s.u)", ["s.t", "s.u"]),
        ("select a from s.t order by (select b from s.u)", ["s.t", "s.u"]),
        ("select case when a > any (select b from s.u) then 1 end as x from s.t", ["s.u", "s.t"]),
        (
            "select a from s.t union all select a from s.u except select a from s.v",
            ["s.t", "s.u", "s.v"],
        ),
        (
            "(select a from s.t) union ((select a from s.u) intersect select a from s.v)",
            ["s.t", "s.u", "s.v"],
        ),
        (
            "select a from s.t union select a from s.u order by (select 1 from s.v)",
            ["s.t", "s.u", "s.v"],
        ),
        ("with c as (select a from s.t) select a from c", ["s.t"]),
        ("with c as (with d as (select a from s.t) select a from d) select a from c", ["s.t"]),
        ("with c as (select a from s.t) select a from c union select a from s.c", ["s.t", "s.c"]),
        ("with recursive c as (select 1 as a union all select a + 1 from c) select a from c", []),
        ("with c as (select 1 as a union all select a + 1 from c where a < 5) select a from c", []),
        ("select f.value from s.t, lateral flatten(input => t.v) as f", ["s.t"]),
        ("select f.value from s.t, table(flatten(t.v)) as f", ["s.t"]),
        ("select f.value from s.t, lateral flatten((select v from s.u)) as f", ["s.t", "s.u"]),
        ("select l.b from s.t, lateral (select b from s.u where u.a = t.a) as l", ["s.t", "s.u"]),
        ("select seq4() as n from table(generator(rowcount => 10))", []),
        ("select z.value from s.t, table(split_to_table(t.a, ',')) as z", ["s.t"]),
        ("select z.x from table(s.my_function(1)) as z", []),
        ("select $1 as a from @s.stage/path (file_format => 's.csv') as t", []),
        ("select a from values (1), (2) as t (a)", []),
        ("values (1), (2)", []),
        ("select 1 as one", []),
        ("select a from s.t pivot (sum(b) for c in ('x', 'y')) as p", ["s.t"]),
        ("select a from s.t pivot (sum(b) for c in (select d from s.u)) as p", ["s.t", "s.u"]),
        ("select a from s.t at (offset => -60) as old", ["s.t"]),
        ("select a from s.t sample (10)", ["s.t"]),
        (
            "select a from s.t asof join s.u match_condition (t.ts >= u.ts) on t.a = u.a",
            ["s.t", "s.u"],
        ),
        ("select a from s.t natural join s.u cross join s.v", ["s.t", "s.u", "s.v"]),
        (
            "select m.x from s.t match_recognize (order by a measures a as x pattern (p) "
            "define p as true) as m",
            ["s.t"],
        ),
        ("select t.a from s.t as t where 's.u' <> '-- from s.v'", ["s.t"]),
        ("select a from s.t -- from s.u\n/* join s.v */ // from s.w", ["s.t"]),
        ("select $$ from s.u $$ as a, 'it''s from s.v' as b from s.t", ["s.t"]),
        ("select s.u.a from s.t, s.u", ["s.t", "s.u"]),
        ("select s.numbers.nextval as id from s.t", ["s.t"]),
        ("select a from s.t start with a = 1 connect by prior a = b", ["s.t"]),
    ],
)
def test_the_relations_that_a_query_reads(sql: str, expected: list[str]) -> None:
    found = read(sql)
    assert [str(one.relation) for one in found.reads] == expected
    assert found.findings == ()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select a from S.Orders", Relation("S", "ORDERS")),
        ('select a from "s"."Orders"', Relation("s", "Orders")),
        ('select a from s."ORDERS"', Relation("S", "ORDERS")),
        ('select a from s."with "" quote"', Relation("S", 'with " quote')),
        ('select a from "a.b"."c.d"', Relation("a.b", "c.d")),
    ],
)
def test_names_are_kept_as_snowflake_stores_them(sql: str, expected: Relation) -> None:
    assert [one.relation for one in read(sql).reads] == [expected]


def test_a_cte_with_a_quoted_name_is_another_than_the_unquoted_one() -> None:
    assert reads('with "c" as (select 1 as a) select a from "c"') == []
    assert complaints('with "c" as (select 1 as a) select a from c') == [
        "1: c has no schema, and is no CTE that stands before"
    ]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            'select a, b as c, "Mixed", t.d, t.*, 1 as e from s.t',
            ["a", "c", "mixed", "d", "x", "y", "e"],
        ),
        ("select * from s.t", ["x", "y"]),
        ("select * exclude x from s.t", ["y"]),
        ("select * exclude (x, y), 1 as z from s.t", ["z"]),
        ("select * rename (x as z) from s.t", ["z", "y"]),
        ("select * replace (x + 1 as x) from s.t", ["x", "y"]),
        ("select * from s.t join s.u on true", ["x", "y", "x", "z"]),
        ("select * from s.t join s.u using (x)", ["x", "y", "z"]),
        ("select u.* from s.t join s.u using (x)", ["x", "z"]),
        ("select * from (select x as a, y from s.t)", ["a", "y"]),
        ("select * from (select * from s.t) as q (a)", ["a"]),
        ("with c as (select * from s.t) select * exclude y, c.y as b from c", ["x", "b"]),
        ("with c (a, b) as (select * from s.t) select * from c", ["a", "b"]),
        ("select * from values (1, 2) as v (a, b)", ["a", "b"]),
        ("select * from values (1, 2)", ["column1", "column2"]),
        (
            "select * from s.t, lateral flatten(input => t.x) as f",
            ["x", "y", "seq", "key", "path", "index", "value", "this"],
        ),
        ("select a from s.t union all select b from s.u", ["a"]),
        ("select a from s.t union all by name select b, a from s.u", ["a", "b"]),
        ("(select x as a from s.t) order by a", ["a"]),
        ("with c as (select x from s.t) (select * from c) union all select 1", ["x"]),
    ],
)
def test_the_columns_that_a_query_produces(sql: str, expected: list[str]) -> None:
    assert columns(sql, {"s.t": ("X", "Y"), "s.u": ("X", "Z")}) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "select * from s.unknown",
        "select * from table(s.f(1))",
        "select * from s.t pivot (sum(x) for y in ('a'))",
        "select * from s.t natural join s.u",
        "select * ilike '%x%' from s.t",
        "select * from @s.stage",
        "with c as (select * from s.unknown) select c.* from c",
    ],
)
def test_columns_that_only_the_database_knows(sql: str) -> None:
    assert columns(sql, {"s.t": ("X", "Y"), "s.u": ("X", "Z")}) is None


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select a from t", "1: t has no schema, and is no CTE that stands before"),
        ("select a from db.s.t as u", "1: db.s.t names a database"),
        (
            "with c as (select a from d), d as (select 1 as a) select a from c",
            "1: d has no schema, and is no CTE that stands before",
        ),
        (
            "with c as (select a from c) select a from c",
            "1: c has no schema, and is no CTE that stands before",
        ),
        (
            "select a from (with c as (select 1 as a) select a from c), c",
            "1: c has no schema, and is no CTE that stands before",
        ),
        ("select a from $table", "1: $table is no name that can be followed"),
        ("select\n  t.a,\n  u.b\nfrom s.t", "3: u is no table of this query"),
        ("with c as (select 1 as a)\nselect c.b from c", "2: c has no column b"),
        ("with c as (select 1 as a)\nselect b from c", "2: no table of this query has a column b"),
        ("select x.a from (select 1 as b) as x", "1: x has no column a"),
        ("select\n  f.vaule\nfrom s.t, lateral flatten(t.v) as f", "2: f has no column vaule"),
        ("select from s.t", "1: the select list is empty"),
        ("select a into b from s.t", "1: a query cannot select into a table"),
    ],
)
def test_what_is_wrong_with_a_query_itself(sql: str, message: str) -> None:
    assert message in complaints(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "with c as (select 1 as a) select a as b from c where b > 1 order by b",
        "with c as (select 1 as a) select a from c where a in (select 1 from c d where d.a = c.a)",
        "with c as (select 1 as a) select (select max(d.a + a) from c as d) as m from c",
        "with c as (select 1 as a) select a, level as b from c connect by level < 3",
        "with c as (select 1 as a) select date_trunc(month, a) as m, my_function(day, a) from c",
        "with c as (select 1 as a) select a from c group by all order by all",
        "with c as (select 1 as a) select metadata$filename as f from c",
        "with c as (select 1 as a) select filter(a, x -> x > 1) as b from c",
        "with c as (select 1 as a) select a from c as d (b), c where b = a",
        "with c as (select [1] as a) select f.value, f.value:x.y as z from c, lateral flatten(a) f",
        "with c as (select 1 as a) select * from c pivot (sum(a) for b in (1)) as p where p.x > 1",
        "with c as (select 1 as a) select s.f(a) as x, s.seq.nextval as y from c",
    ],
)
def test_columns_that_may_be_there_are_not_complained_about(sql: str) -> None:
    assert complaints(sql) == []


def test_columns_of_tables_are_left_to_the_graph() -> None:
    found = read("select orders.id, amount from s.orders").uses
    assert [(use.alias, use.column) for use in found] == [("orders", "ID"), ("s.orders", "AMOUNT")]
    assert found[0].outputs == (Star(Relation("S", "ORDERS"), 1),)


def test_an_item_without_a_name_has_none() -> None:
    assert [item.name for item in read("select a, a + 1, v:x, a::int, t.b, $1 from s.t").items] == [
        "A",
        "",
        "",
        "",
        "B",
        "",
    ]


def test_a_union_of_a_thousand_branches_is_read() -> None:
    sql = "\nunion all\n".join(f"select {n} as n from s.t{n}" for n in range(1000))
    found = read(sql)
    assert len(found.reads) == 1000
    assert found.outputs == (Output("N", 1),)


@dataclass(frozen=True)
class Generated:
    """A query, the tables that it reads, and the unqualified names that mean nothing there."""

    sql: str
    tables: frozenset[str]
    unknown: frozenset[str]


NAMES = ("a", "b", "c")


@st.composite
def queries(draw: st.DrawFn, visible: frozenset[str] = frozenset(), depth: int = 0) -> Generated:
    """A query over tables, CTEs and subqueries whose names shadow one another."""
    ctes: list[Generated] = []
    names = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True)) if depth < 3 else []
    for name in names:
        ctes.append(draw(queries(visible, depth + 1)))
        visible |= {name}
    sources = [draw(_source(visible, depth)) for _ in range(draw(st.integers(1, 2)))]
    head = ", ".join(f"{name} as ({cte.sql})" for name, cte in zip(names, ctes, strict=True))
    body = ", ".join(f"{source.sql} as q{number}" for number, source in enumerate(sources))
    sql = f"{f'with {head} ' if head else ''}select 1 as x from {body}"
    parts = [*ctes, *sources]
    if draw(st.booleans()) and depth < 3:
        inner = draw(queries(visible, depth + 1))
        sql += f" where 1 in ({inner.sql})"
        parts.append(inner)
    return _together(sql, parts)


@st.composite
def _source(draw: st.DrawFn, visible: frozenset[str], depth: int) -> Generated:
    kind = draw(st.sampled_from(["table", "name", "query"]))
    if kind == "query" and depth < 3:
        inner = draw(queries(visible, depth + 1))
        return _together(f"({inner.sql})", [inner])
    name = draw(st.sampled_from(NAMES))
    if kind == "name":
        return Generated(name, frozenset(), frozenset() if name in visible else frozenset({name}))
    return Generated(f"s.{name}", frozenset({f"s.{name}"}), frozenset())


def _together(sql: str, parts: list[Generated]) -> Generated:
    tables = frozenset[str]().union(*(part.tables for part in parts))
    unknown = frozenset[str]().union(*(part.unknown for part in parts))
    return Generated(sql, tables, unknown)


@settings(max_examples=200)
@given(queries())
def test_ctes_shadow_names_but_never_tables(generated: Generated) -> None:
    found = read(generated.sql)
    assert {str(one.relation) for one in found.reads} == generated.tables
    assert {one.message.split()[0] for one in found.findings} == generated.unknown
