"""INSERT, UPDATE, DELETE and MERGE: rows, conversions, counts; MERGE against an oracle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session
from runner.errors import EngineError, Unsupported

Row = tuple[Any, ...]


@pytest.fixture
def session() -> Iterator[Session]:
    with connect() as session:
        session.execute("create table t (id int, v int default 7, w varchar(3))")
        session.execute("insert into t values (1, 10, 'a'), (2, 20, 'b'), (3, 30, 'c')")
        session.execute("create table s (id int, v int, w varchar)")
        session.execute("insert into s values (2, 200, 'B'), (4, 400, 'D')")
        yield session


def rows(session: Session, table: str = "t") -> list[Row]:
    return session.execute(f"select * from {table} order by 1, 2, 3").rows


@pytest.mark.parametrize(
    ("statement", "counts"),
    [
        ("insert into t (id) select id from s", {"number of rows inserted": 2}),
        ("insert into t values (4, default, null), (5, 50, 'e')", {"number of rows inserted": 2}),
        ("insert overwrite into t select id + 1, v, w from t", {"number of rows inserted": 3}),
        ("delete from t using s where t.id = s.id", {"number of rows deleted": 1}),
        ("delete from t", {"number of rows deleted": 3}),
        (
            "update t set v = s.v from s where t.id = s.id",
            {"number of rows updated": 1, "number of multi-joined rows updated": 0},
        ),
        (
            "update t set v = s.v from s where t.id <= s.id",
            {"number of rows updated": 3, "number of multi-joined rows updated": 2},
        ),
        (
            "merge into t using s on t.id = s.id when matched then delete "
            "when not matched then insert (id) values (s.id)",
            {"number of rows inserted": 1, "number of rows deleted": 1},
        ),
        (
            "insert all when id > 2 then into t (id) values (id) into s else into s "
            "select id, v, w from s",
            {
                "number of rows inserted into T": 1,
                "number of rows inserted into S": 1,
            },
        ),
    ],
)
def test_a_statement_answers_its_counts(
    session: Session, statement: str, counts: dict[str, int]
) -> None:
    result = session.execute(statement)
    names = [column.name for column in result.columns]
    assert dict(zip(names, result.rows[0], strict=True)) == counts


def test_a_value_left_out_is_the_columns_default(session: Session) -> None:
    session.execute("insert into t (id) values (4)")
    session.execute("insert into t values (5, default, default)")
    session.execute("update t set v = default where id = 1")
    merging = (
        "merge into t using s on t.id = s.id and s.id < 4 "
        "when not matched then insert values (9, default, 'x')"
    )
    session.execute(merging)
    assert rows(session) == [
        (1, 7, "a"),
        (2, 20, "b"),
        (3, 30, "c"),
        (4, 7, None),
        (5, 7, None),
        (9, 7, "x"),
    ]


def test_a_value_is_converted_to_its_column(session: Session) -> None:
    session.execute(
        "create table k (n number(5, 1), f float, t varchar, b boolean, d date, ts timestamp_ntz)"
    )
    session.execute(
        "insert into k select '2.25', 1, 1.50, 'yes', '2024-02-29'::timestamp_ntz, '2024-01-02'"
    )
    session.execute("insert into k (n) values (-0.05), (0.05)")
    listed = session.execute("select n::varchar, f, t, b, d::varchar, ts::varchar from k").rows
    assert listed[0] == ("2.3", 1.0, "1.50", True, "2024-02-29", "2024-01-02 00:00:00.000")
    assert [row[0] for row in listed[1:]] == ["-0.1", "0.1"]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("insert into t values (1, 2, 'long')", 100078),
        ("update t set w = w || 'xyz'", 100078),
        ("merge into t using s on t.id = s.id when matched then update set w = 'long'", 100078),
        ("insert into t values ('x', 1, 'a')", 100038),
        ("insert into t values (1, 2)", 2020),
        ("insert into t (id, id) values (1, 2)", 2025),
        ("insert into t (nope) values (1)", 904),
        ("update t set nope = 1", 904),
        ("insert into t (id) select true::boolean::variant::object", 2023),
        ("insert into t (id) select current_date", 2023),
        ("update t set v = 1 / 0", 100051),
        (
            "merge into t using (select 2 as id from s) x on t.id = x.id "
            "when matched then update set v = 1",
            100090,
        ),
        ("delete from nowhere", 2003),
    ],
)
def test_a_wrong_value_changes_nothing_and_has_snowflakes_code(
    session: Session, statement: str, code: int
) -> None:
    before = rows(session)
    with pytest.raises(EngineError) as caught:
        session.execute(statement)
    assert not isinstance(caught.value, Unsupported), caught.value
    assert caught.value.code == code
    assert rows(session) == before


def test_insert_first_gives_each_row_to_one_branch(session: Session) -> None:
    session.execute("create table big (id int)")
    session.execute("create table small (id int)")
    session.execute("create table rest (id int)")
    session.execute(
        "insert first when v >= 400 then into big values (id) "
        "when v >= 20 then into small values (id) "
        "else into rest values (id) select id, v from s union all select 9, null"
    )
    found = [session.execute(f"select id from {name}").rows for name in ("big", "small", "rest")]
    assert found == [[(4,)], [(2,)], [(9,)]]


def test_several_source_rows_may_delete_one_target_row_but_not_also_update_it(
    session: Session,
) -> None:
    doubled = "(select 2 as id, 1 as v union all select 2, 2 union all select 3, 3)"
    session.execute(f"merge into t using {doubled} x on t.id = x.id when matched then delete")
    assert [row[0] for row in rows(session)] == [1]
    session.execute("insert into t values (2, 0, null)")
    with pytest.raises(EngineError) as caught:
        session.execute(
            f"merge into t using {doubled} x on t.id = x.id when matched and x.v = 1 then delete "
            "when matched then update set v = x.v"
        )
    assert caught.value.code == 100090


KEYS = st.one_of(st.none(), st.integers(0, 4))
TARGET = st.lists(st.tuples(KEYS, st.integers(0, 9)), max_size=6)
BRANCHES = st.lists(
    st.tuples(
        st.sampled_from(["update", "delete", "insert"]),
        st.sampled_from(["", "s.v > 4", "s.v <= 4"]),
    ),
    min_size=1,
    max_size=4,
)


def holds(condition: str, value: int) -> bool:
    return {"": True, "s.v > 4": value > 4, "s.v <= 4": value <= 4}[condition]


def expected(
    target: list[Row], source: list[Row], branches: list[tuple[str, str]]
) -> list[Row] | None:
    """The page *MERGE* in Python; None where it is nondeterministic."""
    kept: list[Row] = []
    for key, value in target:
        acts = []
        for other, new in source:
            if key is not None and key == other:
                fitting = [k for k, c in branches if k != "insert" and holds(c, new)]
                acts += [(fitting[0], new)] if fitting else []
        kinds = {kind for kind, _ in acts}
        if "update" in kinds and len(acts) > 1:
            return None
        if not acts:
            kept.append((key, value))
        elif "update" in kinds:
            kept.append((key, value * 100 + acts[0][1]))
    keys = {key for key, _ in target if key is not None}
    for other, new in source:
        if other is None or other not in keys:
            fitting = [k for k, c in branches if k == "insert" and holds(c, new)]
            kept += [(other, new)] if fitting else []
    return kept


def unreachable(branches: list[tuple[str, str]]) -> bool:
    """Whether a branch stands behind one of its type that takes every row."""
    types = [(kind == "insert", condition) for kind, condition in branches]
    return any(
        not condition and any(other == mine for other, _ in types[place + 1 :])
        for place, (mine, condition) in enumerate(types)
    )


def branch(kind: str, condition: str) -> str:
    test = f" and {condition}" if condition else ""
    if kind == "insert":
        return f"when not matched{test} then insert (k, v) values (s.k, s.v)"
    act = "update set v = t.v * 100 + s.v" if kind == "update" else "delete"
    return f"when matched{test} then {act}"


def values(listed: list[Row]) -> str:
    picked = [f"({'null' if k is None else k}, {v})" for k, v in listed]
    return ", ".join(picked)


@settings(max_examples=40, deadline=None)
@given(target=TARGET, source=TARGET, branches=BRANCHES)
def test_merge_does_what_its_page_says(
    target: list[Row], source: list[Row], branches: list[tuple[str, str]]
) -> None:
    with connect() as session:
        for name, listed in (("t", target), ("s", source)):
            session.execute(f"create table {name} (k int, v int)")
            if listed:
                session.execute(f"insert into {name} values {values(listed)}")
        merging = f"merge into t using s on t.k = s.k {' '.join(branch(*one) for one in branches)}"
        wanted = expected(target, source, branches)
        if wanted is None or unreachable(branches):
            with pytest.raises(EngineError) as caught:
                session.execute(merging)
            assert not isinstance(caught.value, Unsupported)
            assert caught.value.code == (None if unreachable(branches) else 100090)
            wanted = target
        else:
            session.execute(merging)
        assert Counter(session.execute("select k, v from t").rows) == Counter(wanted)
