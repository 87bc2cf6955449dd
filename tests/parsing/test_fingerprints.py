from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from random import Random

import duckdb
import pytest
from sqlglot import exp

from runner import fingerprints
from runner.fingerprints import Fingerprint
from runner.parsing import syntax
from runner.parsing.lexer import Cut, Source
from runner.parsing.parser import parse
from runner.project import Default, SourceFile
from tests.parsing.random_queries import Queries, Select, database
from tests.warehouse import ROOT

FOLDERS = ("models", "snapshots", "checks")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.sql"))]
DATA = [
    path
    for folder in ("initial", "verified")
    for path in sorted((ROOT / "tests/data" / folder).rglob("*.sql"))
]
QUOTED = ("STRING", "IDENTIFIER", "NUMBER")


def fingerprint(sql: str, path: str = "models/a/b/c.sql") -> Fingerprint:
    return parse(SourceFile(path, path.split("/", 1)[0], sql)).fingerprint


def texts() -> Iterator[str]:
    """The files and, every fifth, the many short queries of this repository."""
    for path in (*FILES, *DATA):
        yield path.read_text(encoding="utf-8")
    for path in (ROOT / "tests/data").rglob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines()[::5]:
            yield json.loads(line).get("query", "")


def queries() -> Iterator[str]:
    """Those of the texts that are read as a query, without their comments.

    Without lambdas and pivots: of these sqlglot keeps the case in which names are written.
    """
    for sql in texts():
        if "->" not in sql and "pivot" not in sql and meaning(sql) is not None:
            source = Source(sql)
            yield source.sql(Cut(comment.start, comment.end) for comment in source.comments())


def meaning(sql: str) -> exp.Expr | None:
    """The query as sqlglot reads it, names in upper case; None if it does not."""
    try:
        found = syntax.query(syntax.source(sql)).copy()
    except (syntax.BrokenError, RecursionError):
        return None
    for node in found.walk():
        if isinstance(node, exp.Identifier | exp.Anonymous) and not node.args.get("quoted"):
            node.set("this", str(node.this).upper())
        elif isinstance(node, exp.Var):
            node.set("this", "".join(str(node.this).upper().split()))
    return found


# What counts and what does not

SAME = [
    ("select a from s.t", "SELECT\n  A -- an a\nFROM /* the */ S.T ;"),
    ("select a from s.t group by a order by a", "select a from s.t group\n by a order  by a"),
    ("select v:Path.Of[0].x from s.t", "select V:Path.Of[0].x  FROM s.t"),
]
DIFFERENT = [
    ("select 'a' as a", "select 'A' as a"),
    ('select "a" from s.t', 'select "A" from s.t'),
    ('select a from s."T"', 'select a from s."t"'),
    ("select v:Path from s.t", "select v:path from s.t"),
    ("select v:Date from s.t", "select v:date from s.t"),
    ("select v:a.Select[0].B from s.t", "select v:a.select[0].B from s.t"),
    ("select v:a[i + 1].B as b from s.t", "select v:a[i + 1].b as b from s.t"),
    ("select v['a'].B as b from s.t", "select v['a'].b as b from s.t"),
    ("select {'a': 1} as a", "select {'A': 1} as a"),
    ("select $$a$$ as a", "select $$A$$ as a"),
    ("select $$a$$ as a", "select 'a' as a"),
    (r"select 'a\n' as a", r"select 'a\\n' as a"),
    ("select 'a' 'b' as a", "select 'a''b' as a"),
    ("select 1 as a", "select 1.0 as a"),
    ("select x'0a' as a", "select '0a' as a"),
    ("select a from @s.stage/Path/f.csv", "select a from @s.stage/path/f.csv"),
    ("select a, b from s.t", "select b, a from s.t"),
    ("select a as b from s.t", "select a from s.t"),
    ("select a as straße from s.t", "select a as strasse from s.t"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_layout_comments_and_the_case_of_names_do_not_count(one: str, other: str) -> None:
    assert fingerprint(one).text == fingerprint(other).text


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_can_change_a_result_counts(one: str, other: str) -> None:
    assert fingerprint(one).text != fingerprint(other).text


def test_a_fingerprint_is_read_back_from_its_text() -> None:
    found = fingerprint("-- @check a > 0\nselect a, b from s.t")
    assert fingerprints.from_text(found.text) == found


def written_anew(sql: str, random: Random) -> str:
    """The same query in another layout, with comments, and names in another case."""
    tokens = Source(sql).tokens
    written = ""
    file = False
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        kind, text = token.token_type, sql[token.start : token.end + 1]
        glued = after is not None and after.start == token.end + 1
        file = text == "@" or (file and before is not None and before.end + 1 == token.start)
        exact = file or (before is not None and before.text in (".", ":")) or not text.isascii()
        if not exact and not any(word in kind.name for word in QUOTED):
            text = random.choice([text, text.upper(), text.lower()])
        gaps = [" ", "\n  ", " -- a; comment\n", " /* 'one' */ "]
        written += text + ("" if glued and (file or random.random() < 0.5) else random.choice(gaps))
    return written


def edited(sql: str, random: Random) -> str:
    """The query with one token dropped, doubled, moved, or changed in a letter."""
    texts = [sql[token.start : token.end + 1] for token in Source(sql).tokens]
    place = random.randrange(len(texts))
    edit = random.choice(["drop", "double", "swap", "letter", "letter", "case", "case"])
    if edit == "drop":
        del texts[place]
    elif edit == "double":
        texts.insert(place, texts[place])
    elif edit == "swap":
        texts[place - 1], texts[place] = texts[place], texts[place - 1]
    else:
        letter = random.randrange(len(texts[place]))
        old = texts[place][letter]
        new = old.swapcase() if edit == "case" else random.choice("ab12.")
        texts[place] = texts[place][:letter] + new + texts[place][letter + 1 :]
    return " ".join(texts)


def test_a_query_written_anew_keeps_its_fingerprint() -> None:
    random = Random(1)
    for sql in queries():
        anew = written_anew(sql, random)
        assert meaning(anew) == meaning(sql), anew
        found, expected = fingerprint(anew), fingerprint(sql)
        assert (found.frame, found.columns) == (expected.frame, expected.columns), anew


@pytest.mark.parametrize("seed", range(1))
def test_a_query_with_another_tree_has_another_fingerprint(seed: int) -> None:
    random = Random(seed)
    others = 0
    for sql in chain(queries(), queries()):
        anew = edited(sql, random)
        if (other := meaning(anew)) is not None and other != meaning(sql):
            others += 1
            one, two = fingerprint(sql), fingerprint(anew)
            assert one.frame != two.frame or [*one.columns.items()] != [*two.columns.items()], anew
    assert others > 250


# Items of the final select

APART = "select a, b + 1 as b1, c as c1 from s.t where d > 0"


def test_an_item_counts_for_its_own_column() -> None:
    found = fingerprint(APART)
    assert list(found.columns) == ["A", "B1", "C1"]
    other = fingerprint(APART.replace("b + 1", "b + 2"))
    assert other.frame == found.frame
    assert {name for name in found.columns if found.columns[name] != other.columns[name]} == {"B1"}
    wider = fingerprint(APART.replace("a, b", "a, e, b"))
    assert wider.frame == found.frame
    assert wider.columns.items() > found.columns.items()


@pytest.mark.parametrize(
    ("sql", "counts"),
    [
        ("select a, b as x, x + 1 as y from s.t", ["X", "Y"]),
        ("select a, b as x, x + 1 as y, y * 2 as z from s.t", ["X", "Y", "Z"]),
        ('select a, b as "x", "x" + 1 as y from s.t', ["Y", "x"]),
        ("select a, b as x, {'k': x} as y from s.t", ["X", "Y"]),
        ("select a, b as x, t.x + 1 as y from s.t", ["X"]),
        ("select a, b as x from s.t where x > 1", ["", "X"]),
        ("select a, b as x from s.t qualify row_number() over (order by x) = 1", ["", "X"]),
        ("select a, b as x from s.t order by x limit 1", ["", "X"]),
        ("select b as x, count(*) as n from s.t group by x", ["", "X"]),
        ("select b as x, count(*) as n from s.t group by b having x > 1", ["", "X"]),
        ("select a, b as x, x as y from s.t where y > 1", ["", "X", "Y"]),
        ("with o as (select 1 as x) select a, b as x from o", ["X"]),
    ],
)
def test_an_item_counts_where_its_alias_is_named(sql: str, counts: list[str]) -> None:
    found = fingerprint(sql)
    other = fingerprint(sql.replace("b as", "b + 1 as"))
    parts = ["", *found.columns]
    one, two = ({"": each.frame, **each.columns} for each in (found, other))
    assert sorted(part for part in parts if one[part] != two[part]) == counts


@pytest.mark.parametrize(
    "sql",
    [
        "select distinct a, b from s.t",
        "select a, b from s.t union all select a, b from s.u",
        "values (1, 2)",
        "select a, b, count(*) as n from s.t group by all",
        "select a, b, count(*) as n from s.t group by 1, 2",
        "select a, b, count(*) as n from s.t group by rollup (1, 2)",
        "select a, b from s.t order by 2 limit 1",
        "select a, b from s.t order by all limit 1",
        "select count(*) as n, max(b) as b from s.t",
        "select 1 as one, s.mine(b) as b from s.t",
        "select sum(b) as n, n + 1 as m from s.t",
        "select sum(max(a)) over () as n from s.t",
        "select a, b + 1 from s.t",
        "select a, b as a from s.t",
        "select a, b as é from s.t",
    ],
)
def test_items_that_cannot_be_told_apart_are_part_of_the_frame(sql: str) -> None:
    assert fingerprint(sql).columns == {}


# docs.snowflake.com/en/sql-reference/functions-aggregation
AGGREGATES = """
    any_value(x) approx_count_distinct(x) approx_percentile(x, 0.5) approx_top_k(x) array_agg(x)
    array_union_agg(x) array_unique_agg(x) avg(x) bitand_agg(x) bitmap_construct_agg(x)
    bitor_agg(x) bitxor_agg(x) booland_agg(x) boolor_agg(x) boolxor_agg(x) corr(x, y) count(x)
    count_if(x) covar_pop(x, y) hash_agg(x) hll(x) hll_accumulate(x) hll_combine(x) kurtosis(x)
    listagg(x) max(x) max_by(x, y) median(x) min(x) minhash(4, x) mode(x) object_agg(x, y)
    regr_slope(x, y) skew(x) stddev(x) sum(x) var_pop(x) variance(x) vector_sum(x)
"""


@pytest.mark.parametrize("call", AGGREGATES.replace(", ", ",").split())
def test_every_aggregate_makes_one_row_of_all(call: str) -> None:
    assert fingerprint(f"select {call} as one, upper({call}) as two from s.t").columns == {}


@pytest.mark.parametrize(
    "sql",
    [
        "select v:a::number as a, upper(trim(b)) as b from s.t",
        "select b + 1 as b, sum(a) over () as a from s.t",
        "select t.* exclude (c), max(a) over () as a from s.t",
        "select 1 as a, 2 as b from s.t",
    ],
)
def test_items_without_an_aggregate_are_told_apart(sql: str) -> None:
    assert len(fingerprint(sql).columns) == 2


def test_a_star_goes_by_its_text() -> None:
    assert list(fingerprint("select *, a + 1 as b from s.t").columns) == ["*", "B"]
    assert list(fingerprint("select t.* exclude (a) from s.t").columns) == ["T . * EXCLUDE ( A )"]


# Settings and checks

HEAD = "-- Words.\n-- @materialized incremental\n-- @unique_key a\n"
ITEMS = "select a, b + 1 as b, c from s.t"


@pytest.mark.parametrize(
    ("head", "parts"),
    [
        ("-- @tags daily\n-- @owner me\n", set()),
        ("-- @cluster_by b\n", {"settings"}),
        ("-- @on_schema_change fail\n", {"settings"}),
        ("-- @check b > 0\n", {"checks"}),
        ("-- @quarantine @check c > 0\n", {"settings", "checks", "frame"}),
        ("-- @delete_when c > 0\n", {"settings", "frame"}),
    ],
)
def test_what_a_line_in_the_head_changes(head: str, parts: set[str]) -> None:
    one, other = fingerprint(HEAD + ITEMS), fingerprint(HEAD + head + ITEMS)
    assert {part for part in vars(one) if getattr(one, part) != getattr(other, part)} == parts


def test_an_item_that_decides_on_rows_by_a_setting_is_part_of_the_frame() -> None:
    quarantine = "-- @materialized table\n-- @quarantine @check b > 0\n"
    for head in (HEAD.replace("_key a", "_key b"), quarantine):
        one, other = fingerprint(head + ITEMS), fingerprint(head + ITEMS.replace("b + 1", "b + 2"))
        assert one.frame != other.frame
    compared = "-- @unique_key a\n-- @check_columns all\n"
    assert fingerprint(compared + ITEMS, "snapshots/a/b/c.sql").columns == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("@check a > 0", "@check  A > 0", True),
        ("@check a > 0", "@check a > 1", False),
        ("@check a > 0", "@warn @check a > 0", False),
        ("@check a > 0", "@warn_if > 3 @check a > 0", False),
        ("@check max(a) > 0", "@new_rows @check max(a) > 0", False),
    ],
)
def test_what_counts_of_a_check(one: str, other: str, same: bool) -> None:
    found = [fingerprint(f"{HEAD}-- {check}\n{ITEMS}") for check in (one, other)]
    assert (found[0].checks == found[1].checks) is same
    assert found[0].frame == found[1].frame


def test_a_check_file_is_a_frame_and_its_thresholds() -> None:
    path = "checks/a/nothing_is_lost.sql"
    plain, warns = (fingerprint(head + ITEMS, path) for head in ("", "-- @severity warn\n"))
    assert not plain.columns
    assert plain.frame == warns.frame
    assert plain.checks != warns.checks


def test_a_default_of_the_folder_counts_like_a_setting_of_the_file() -> None:
    file = SourceFile("models/a/b/c.sql", "models", ITEMS)
    found = parse(file, {"materialized": Default("table", 1)}).fingerprint
    assert found == fingerprint(f"-- @materialized table\n{ITEMS}")


# Equal digests give equal results


def test_columns_of_one_digest_in_one_frame_hold_the_same() -> None:
    """The oracle: DuckDB runs two queries of one frame, and finds the same where digests agree."""
    connection = database(Random(0))
    compared = 0
    for seed in range(300):
        queries = Queries(Random(seed))
        one = queries.select(1)
        other = queries.changed(one)
        found, expected = fingerprint(one.sql), fingerprint(other.sql)
        if found.frame != expected.frame:
            continue
        names = sorted(dict(found.columns.items() & expected.columns.items()))
        try:
            rows = [held(connection, select, names) for select in (one, other)]
        except duckdb.Error:
            continue
        assert rows[0] == rows[1], (one.sql, other.sql)
        compared += bool(rows[0] and names)
    assert compared > 80


def held(
    connection: duckdb.DuckDBPyConnection, select: Select, names: list[str]
) -> Counter[object]:
    """The rows of a query's columns, with their number."""
    result = connection.execute(select.sql)
    columns = [column[0].upper() for column in result.description]
    star = [column.upper() for column in select.star]
    places = [columns.index(n) for name in names for n in (star if "*" in name else [name])]
    return Counter(tuple(row[place] for place in places) for row in result.fetchall())
