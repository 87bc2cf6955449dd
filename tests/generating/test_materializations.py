"""The statements of models: exact text, and what they do to rows."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from runner.engines import Session
from runner.engines.duckdb import connect
from runner.errors import RunnerError
from runner.nodes import CheckKind, CheckSpec, ColumnSpec, Materialized, Model, Relation, Settings
from tests import golden
from tests.building import build, columns

CASES = list(golden.cases())


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_the_statements_are_those_of_the_golden_file(case: tuple[Any, ...]) -> None:
    expected = (golden.FOLDER / f"{case[0]}.sql").read_text(encoding="utf-8")
    assert golden.rendered(*case) == expected, "if meant, run python -m tests.golden"


def test_every_golden_file_has_a_case() -> None:
    assert {file.stem for file in golden.FOLDER.glob("*.sql")} == {case[0] for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_sqlglot_reads_every_statement_as_snowflakes(
    case: tuple[Any, ...], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="sqlglot")
    for statement in golden.statements(*case):
        for tree in sqlglot.parse(statement, read="snowflake"):
            opaque = isinstance(tree, exp.Command) and tree.this.upper() != "ALTER"
            opaque = opaque and "drop dynamic table" not in statement  # sqlglot has no tree for it
            assert tree is None or not opaque, statement


# --- what they do

EVENTS = Relation("CORE", "EVENTS")
QUERY = """
with arrived as (
    select shop, id
    from raw.events
    {where}
)

select
    events.shop,
    events.id,
    events.said,
    max(events.arrived_at) over (partition by events.shop, events.id) as arrived_at
from raw.events as events
inner join (select distinct shop, id from arrived) as keys
    on events.shop = keys.shop and events.id = keys.id
qualify
    row_number() over (
        partition by events.shop, events.id
        order by events.happened_at desc, events.arrived_at desc, events.said
    ) = 1
"""
NEW = (
    "where arrived_at > (select coalesce(max(loaded.arrived_at), 0) - 1 from core.events as loaded)"
)


def events(strategy: str = "merge", *key: str, **chosen: Any) -> Model:
    return Model(
        relation=EVENTS,
        path="models/core/events.sql",
        sql=QUERY.format(where=NEW),
        initial_sql=QUERY.format(where=""),
        description="The newest of each event",
        settings=Settings(
            Materialized.INCREMENTAL,
            incremental_strategy=strategy,
            unique_key=key or ("SHOP", "ID"),
            **chosen,
        ),
        columns=columns("shop id said arrived_at"),
        checks=(),
        reads=(),
        reads_itself=True,
    )


def simple(sql: str, names: str, **chosen: Any) -> Model:
    """An incremental model that is its query and nothing else."""
    return replace(
        events(),
        sql=sql,
        initial_sql=sql,
        columns=columns(names),
        settings=Settings(Materialized.INCREMENTAL, **chosen),
    )


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as session:
        session.execute("create schema raw")
        session.execute("create schema core")
        yield session


@pytest.fixture
def empty(session: Session) -> Session:
    """A session in which nothing is built and the source is empty."""
    start(session)
    return session


def start(session: Session) -> None:
    session.execute(
        "create or replace table raw.events (shop varchar, id number(38, 0), said varchar, "
        "happened_at number(38, 0), arrived_at number(38, 0))"
    )
    session.execute("drop table if exists core.events")


def add(session: Session, rows: list[tuple[object, ...]], table: str = "raw.events") -> None:
    if rows:
        values = ", ".join(
            f"({', '.join('null' if value is None else repr(value) for value in row)})"
            for row in rows
        )
        session.execute(f"insert into {table} values {values}")


def rows_of(session: Session, relation: str = "core.events") -> list[tuple[Any, ...]]:
    return sorted(session.execute(f"select * from {relation}").rows)


Event = tuple[str, int, str, int]
event = st.tuples(
    st.sampled_from(["a", "b"]), st.integers(1, 3), st.sampled_from("xyz"), st.integers(0, 5)
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    batches=st.lists(st.lists(event, max_size=5), min_size=2, max_size=5),
    again=st.integers(0, 4),
    strategy=st.sampled_from(["merge", "delete+insert"]),
)
def test_increments_equal_a_full_rebuild_with_late_and_redelivered_rows(
    session: Session, batches: list[list[Event]], again: int, strategy: str
) -> None:
    """An event's time is independent of its arrival, and one batch is delivered once more."""
    start(session)
    arrivals = [*batches, batches[again % len(batches)]]
    for number, batch in enumerate(arrivals):
        add(session, [(*row, number) for row in batch])
        assert build(session, events(strategy)).published
        step = rows_of(session)
        assert build(session, events(strategy)).published
        assert rows_of(session) == step, "running again changed something"
    grown = rows_of(session)
    assert build(session, events(strategy), full_refresh=True).published
    assert grown == rows_of(session)


def test_excluded_columns_keep_the_value_they_were_inserted_with(empty: Session) -> None:
    node = events(merge_exclude_columns=("SAID",))
    add(empty, [("a", 1, "first", 0, 0)])
    build(empty, node)
    add(empty, [("a", 1, "second", 1, 1), ("a", 2, "new", 1, 1)])
    build(empty, node)
    assert rows_of(empty) == [("a", 1, "first", 1), ("a", 2, "new", 1)]


def test_deleting_and_inserting_replaces_all_rows_of_a_key(empty: Session) -> None:
    sql = "select shop, said from raw.events"
    node = simple(sql, "shop said", incremental_strategy="delete+insert", unique_key=("SHOP",))
    add(empty, [("a", 1, "x", 0, 0), ("a", 1, "y", 0, 0), ("b", 1, "z", 0, 0)])
    build(empty, node)
    empty.execute("delete from raw.events")
    add(empty, [("a", 1, "u", 0, 0), ("a", 1, "v", 0, 0), ("a", 1, "w", 0, 0)])
    build(empty, node)
    assert rows_of(empty) == [("a", "u"), ("a", "v"), ("a", "w"), ("b", "z")]


def test_overwriting_leaves_only_the_rows_of_the_run(empty: Session) -> None:
    node = simple("select id from raw.events", "id", incremental_strategy="insert_overwrite")
    add(empty, [("a", 1, "x", 0, 0)])
    build(empty, node)
    empty.execute("update raw.events set id = 2")
    build(empty, node)
    assert rows_of(empty) == [(2,)]


def test_appending_adds_rows_and_refuses_keys_that_are_there(empty: Session) -> None:
    plain = simple("select id from raw.events", "id", incremental_strategy="append")
    add(empty, [("a", 1, "x", 0, 0)])
    build(empty, plain)
    build(empty, plain)
    assert rows_of(empty) == [(1,), (1,)]
    keyed = replace(plain, settings=replace(plain.settings, unique_key=("ID",)))
    refusals = build(empty, keyed).refusals
    assert refusals[0].startswith("1 value of (id) is in the table already, for example (1)")
    assert rows_of(empty) == [(1,), (1,)]


@pytest.mark.parametrize("strategy", ["merge", "append", "delete+insert"])
def test_a_null_in_the_key_is_refused_before_anything_is_written(
    empty: Session, strategy: str
) -> None:
    sql = "select shop, id from raw.events"
    key = ("SHOP", "ID")
    node = simple(sql, "shop id", incremental_strategy=strategy, unique_key=key)
    build(empty, node)
    add(empty, [("a", None, "x", 0, 0), (None, None, "x", 0, 0), ("a", 1, "x", 0, 0)])
    refusals = build(empty, node).refusals
    assert len(refusals) == 1
    assert refusals[0].startswith("2 rows of this run have a null in the key (shop, id), for")
    assert "for example (a, null), (null, null)" in refusals[0]
    assert rows_of(empty) == []


@pytest.mark.parametrize("strategy", ["merge", "append"])
def test_two_rows_with_one_key_in_a_batch_are_refused(empty: Session, strategy: str) -> None:
    sql = "select shop, id, said from raw.events"
    key = ("SHOP", "ID")
    node = simple(sql, "shop id said", incremental_strategy=strategy, unique_key=key)
    build(empty, node)
    add(empty, [("a", 1, "x", 0, 0), ("a", 1, "y", 0, 0), ("b", 1, "y", 0, 0)])
    refusals = build(empty, node).refusals
    assert refusals[0].startswith(
        "1 value of (shop, id) has several rows in this run, for example (a, 1); keep one row"
    )
    assert rows_of(empty) == []


def test_columns_with_reserved_and_mixed_case_names_are_quoted(empty: Session) -> None:
    sql = 'select shop as "ORDER", said as "Net Said" from raw.events'
    node = replace(
        simple(sql, "", unique_key=("ORDER",)),
        columns=(ColumnSpec("ORDER", "It's \\ quoted"), ColumnSpec("Net Said", "So too")),
    )
    add(empty, [("a", 1, "x", 0, 0)])
    build(empty, node)
    empty.execute("update raw.events set said = 'y'")
    assert build(empty, node).published
    assert rows_of(empty) == [("a", "y")]


def test_a_failed_check_rolls_the_increment_back(empty: Session) -> None:
    positive = CheckSpec(CheckKind.CONDITION, "check_id", expression="id > 0")
    node = replace(events(), checks=(positive,))
    add(empty, [("a", 1, "x", 0, 0)])
    build(empty, node)
    before = rows_of(empty)
    add(empty, [("a", -1, "x", 0, 1), ("a", 1, "y", 1, 1)])
    assert not build(empty, node).published
    assert rows_of(empty) == before


# --- schema changes

CHANGES = [
    ("ignore", "id", ["ID"], [(1,), (2,)]),
    ("append_new_columns", "id, said", ["ID", "SAID"], [(1, None), (2, "x")]),
    ("append_new_columns", "said", ["ID", "SAID"], [(1, None), (None, "x")]),
    ("sync_all_columns", "id, said", ["ID", "SAID"], [(1, None), (2, "x")]),
    ("sync_all_columns", "said", ["SAID"], [(None,), ("x",)]),
]


@pytest.mark.parametrize(("mode", "selected", "names", "rows"), CHANGES)
def test_a_changed_query_changes_the_table_as_it_is_told_to(
    empty: Session, mode: str, selected: str, names: list[str], rows: list[tuple[object, ...]]
) -> None:
    add(empty, [("a", 1, "x", 0, 0)])
    old = simple("select id from raw.events", "id", incremental_strategy="append")
    build(empty, old)
    empty.execute("update raw.events set id = 2")
    chosen = {"incremental_strategy": "append", "on_schema_change": mode}
    named = selected.replace(",", "")
    build(empty, simple(f"select {selected} from raw.events", named, **chosen))
    result = empty.execute("select * from core.events order by 1 nulls last")
    assert [column.name for column in result.columns] == names
    assert sorted(result.rows, key=str) == sorted(rows, key=str)


@pytest.mark.parametrize(
    ("mode", "selected", "told"),
    [
        ("fail", "id, said", "new: said"),
        ("fail", "said", "gone: id"),
        ("ignore", "said", "gone: id"),
    ],
)
def test_a_changed_query_is_refused_when_the_mode_does_not_allow_it(
    empty: Session, mode: str, selected: str, told: str
) -> None:
    build(empty, simple("select id from raw.events", "id", incremental_strategy="append"))
    chosen = {"incremental_strategy": "append", "on_schema_change": mode}
    node = simple(f"select {selected} from raw.events", selected.replace(",", ""), **chosen)
    with pytest.raises(RunnerError, match=told):
        build(empty, node)


def test_a_query_with_a_star_is_looked_at_before_it_is_merged(empty: Session) -> None:
    add(empty, [("a", 1, "x", 0, 0)])
    node = simple("select * exclude (happened_at) from raw.events", "", unique_key=("ID",))
    build(empty, node)
    empty.execute("update raw.events set said = 'y'")
    build(empty, node)
    assert rows_of(empty) == [("a", 1, "y", 0)]


# --- kinds


def test_a_view_becomes_a_table_and_a_view_again(empty: Session) -> None:
    add(empty, [("a", 1, "x", 0, 0)])
    view = replace(simple("select id from raw.events", "id"), settings=Settings())
    table = replace(view, settings=Settings(Materialized.TABLE))
    build(empty, view)
    build(empty, table, kind="view")
    empty.execute("update raw.events set id = 2")
    assert rows_of(empty) == [(1,)]
    build(empty, view, kind="table")
    assert rows_of(empty) == [(2,)]
    empty.execute("drop view core.events")
