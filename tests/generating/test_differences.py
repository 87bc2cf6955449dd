"""What is counted and shown of two tables is what a comparison of their fetched rows finds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from math import isnan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.engines import Session
from runner.engines.duckdb import connect
from runner.generating import differences
from runner.generating.differences import Compared, Comparison
from runner.nodes import sql_name
from runner.verifying.comparison import Difference, compare

NUMBER, TEXT = "NUMBER(38,0)", "VARCHAR(16777216)"
COLUMNS = (
    Compared("K", NUMBER, NUMBER),
    Compared("Net x", TEXT, TEXT),
    Compared("C1", "FLOAT", "NUMBER(10,2)"),
    Compared("F", "FLOAT", "FLOAT"),
    Compared("V", "VARIANT", "VARIANT"),
    Compared("DAY", "DATE", "TIMESTAMP_NTZ"),
    Compared("SAID", "NUMBER(10,1)", "VARCHAR"),
    Compared("IS_OK", "BOOLEAN", "BOOLEAN"),
)
NAMES = tuple(column.name for column in COLUMNS)
NOISE = 1 + 1e-15  # a sum that was added up in another order

ROW = st.tuples(
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from([None, "", "a's"]),
    st.sampled_from([None, 0.5, 2.25]),
    st.sampled_from([None, 0.0, 1 / 3, NOISE / 3, 2e17, -1e-7, float("inf"), float("nan")]),
    st.sampled_from([None, "null", '{"b":1,"a":[null,"x"]}', '{"a":[null,"x"],"b":1}', '"1"']),
    st.sampled_from([None, "2024-02-29"]),
    st.sampled_from([None, 1.5]),
    st.sampled_from([None, True, False]),
)


def sorts(rows: Sequence[tuple[Any, ...]], places: Sequence[int]) -> list[tuple[Any, ...]]:
    """Rows of which each is one of the first two but for one column."""
    found = list(rows[:2])
    for row, place in zip(rows[2:], places, strict=False):
        base = rows[place % 2]
        found.append((*base[:place], row[place], *base[place + 1 :]))
    return found


# Few sorts of rows, so that both tables have the same ones, some of them twice.
TABLES = (
    st.tuples(
        st.lists(ROW, min_size=2, max_size=6),
        st.lists(st.integers(0, len(COLUMNS) - 1), min_size=4, max_size=4),
    )
    .map(lambda drawn: sorts(*drawn))
    .flatmap(lambda rows: st.tuples(*[st.lists(st.sampled_from(rows), max_size=5)] * 2))
)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect(database="OLD") as opened:
        opened.execute("create database new")
        for database in ("old", "new"):
            opened.execute(f"create schema if not exists {database}.core")
        yield opened


def fill(session: Session, table: str, rows: Sequence[tuple[Any, ...]], order: list[int]) -> None:
    """The table anew, its columns in that order; types are those before in `old`, else after."""
    types = [one.before if table.startswith("old") else one.after for one in COLUMNS]
    columns = ", ".join(f"{sql_name(NAMES[place])} {types[place]}" for place in order)
    session.execute(f"create or replace table {table} ({columns})")
    if rows:
        casts = ", ".join(cast(f"column{place}", type_) for place, type_ in enumerate(types, 1))
        names = ", ".join(map(sql_name, NAMES))
        lines = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
        session.execute(f"insert into {table} ({names}) select {casts} from values {lines}")


def cast(column: str, type_: str) -> str:
    return f"parse_json({column})" if type_ == "VARIANT" else f"{column}::{type_}"


def literal(value: object) -> str:
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def fetched(session: Session, table: str) -> list[tuple[Any, ...]]:
    listed = ", ".join(map(sql_name, NAMES))
    rows = session.execute(f"select {listed} from {table}").rows
    return [tuple(map(comparable, NAMES, row)) for row in rows]


def comparable(name: str, value: Any) -> Any:
    """A value as the documentation of `runner.generating.differences` says that it counts."""
    if value is None:
        return None
    if name in {"C1", "F"}:
        return "nan" if isnan(value) else float(value)  # nan is equal to itself there
    if name == "V":
        return json.dumps(json.loads(value), sort_keys=True, separators=(",", ":"))
    if name == "DAY" and not isinstance(value, datetime):
        return datetime.combine(value, datetime.min.time())
    return str(value) if name == "SAID" else value


def shown(row: Sequence[Any], names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(map(comparable, names, row))


@settings(max_examples=18, deadline=None)
@given(
    tables=TABLES,
    key=st.sampled_from([(), ("K",), ("Net x", "K"), ("V",), ("F",)]),
    order=st.permutations(range(len(COLUMNS))),
)
def test_rows_differ_as_a_comparison_of_all_rows_says(
    session: Session,
    tables: tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]],
    key: tuple[str, ...],
    order: list[int],
) -> None:
    before, after = tables
    fill(session, "old.core.t", before, list(range(len(COLUMNS))))
    fill(session, "new.core.t", after, order)
    found = compare(NAMES, key, fetched(session, "old.core.t"), fetched(session, "new.core.t"))
    asked = Comparison("old.core.t", "new.core.t", COLUMNS, key)
    (counts,) = session.execute(differences.counts(asked)).rows
    rows_before, rows_after, only_before, only_after, pairs, changed, *by_column = counts
    assert (rows_before, rows_after) == (len(before), len(after))
    assert changed == len(found.changed)
    assert (only_after - pairs, only_before - pairs) == (len(found.missing), len(found.extra))
    wanted = Counter(column for one in found.changed for column in one.columns)
    assert dict(zip(asked.beside, by_column, strict=True)) == {c: wanted[c] for c in asked.beside}
    check_sample(asked, found, session.execute(differences.sample(asked)).rows)


def check_sample(asked: Comparison, found: Difference, rows: list[tuple[Any, ...]]) -> None:
    """What is shown is among what differs: of each kind as much as there is room for."""
    keys, values = asked.telling, asked.beside
    place = [NAMES.index(name) for name in (*keys, *values)]
    removed = {tuple(row[p] for p in place) for row in found.extra}
    added = {tuple(row[p] for p in place) for row in found.missing}
    told = Counter(row[0] for row in rows)
    for kind, many in (
        ("changed", len(found.changed)),
        ("removed", len(removed)),
        ("added", len(added)),
    ):
        assert told[kind] == min(many, differences.SAMPLE_ROWS)
    changed = {one.key: one for one in found.changed}
    for kind, copies, *fields in rows:
        key = shown(fields[: len(keys)], keys)
        old = shown(fields[len(keys) : len(keys) + len(values)], values)
        new = shown(fields[len(keys) + len(values) :], values)
        if kind == "changed":
            one = changed[key]
            differing = [v for v, b, a in zip(values, old, new, strict=True) if b != a]
            assert set(differing) == set(one.columns)
        else:
            assert rounded((*key, *(old if kind == "removed" else new))) in (
                removed if kind == "removed" else added
            )
            assert copies >= 1


def rounded(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(float(f"{v:.12g}") if isinstance(v, float) else v for v in row)


def test_floats_on_both_sides_of_a_roundings_border_are_the_same(session: Session) -> None:
    """One rounds to 1.00000000000, the other to 1.00000000001."""
    for database, value in (("old", "1.0000000000049"), ("new", "1.0000000000051")):
        table = f"{database}.core.near"
        session.execute(f"create or replace table {table} as select 1 as k, {value}::float as f")
    columns = (Compared("K", NUMBER, NUMBER), Compared("F", "FLOAT", "FLOAT"))
    asked = Comparison("old.core.near", "new.core.near", columns, ("K",))
    assert session.execute(differences.counts(asked)).rows == [(1, 1, 1, 1, 1, 0, 0)]
    assert session.execute(differences.sample(asked)).rows == []


def test_a_key_is_of_one_row_that_changed_only_if_each_side_has_it_once(session: Session) -> None:
    rows = {"old": "(1, 'a'), (2, 'a'), (2, 'b'), (null, 'a')", "new": "(1, 'b'), (1, 'c')"}
    rows["new"] += ", (2, 'c'), (null, 'b')"
    for database, values in rows.items():
        session.execute(f"create or replace table {database}.core.few (k number, said varchar)")
        session.execute(f"insert into {database}.core.few values {values}")
    columns = (Compared("K", NUMBER, NUMBER), Compared("SAID", TEXT, TEXT))
    asked = Comparison("old.core.few", "new.core.few", columns, ("K",))
    assert session.execute(differences.counts(asked)).rows == [(4, 4, 4, 4, 1, 1, 1)]
    told = [row[0] for row in session.execute(differences.sample(asked)).rows]
    assert Counter(told) == {"changed": 1, "removed": 3, "added": 3}
