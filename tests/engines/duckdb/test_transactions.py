"""Transactions as Snowflake has them: against a model, between sessions, between threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session
from runner.errors import EngineError, Unsupported


@pytest.fixture
def session() -> Iterator[Session]:
    with connect() as session:
        session.execute("create table t (a int)")
        yield session


def rows(session: Session, table: str = "t") -> list[Any]:
    return [a for (a,) in session.execute(f"select a from {table} order by a").rows]


STEPS = st.lists(
    st.one_of(
        st.sampled_from(["begin", "commit", "rollback", "fail", "fail late", "ddl", "missing"]),
        st.integers(0, 5),
        st.integers(-5, -1),
    ),
    max_size=14,
)
FAILURES = {
    "fail": "insert into t values (1 / 0)",
    "fail late": "insert all into t values (a) into t values (1 / (a - a)) select 1 as a",
    "missing": "select * from nowhere",
}


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_a_script_leaves_what_snowflakes_rules_say(steps: list[str | int]) -> None:
    """Numbers from 0 are inserted, negative ones deleted; the model is two lists."""
    with connect() as session:
        session.execute("create table t (a int)")
        committed: list[int] = []
        current: list[int] = []
        is_open = False
        for step in steps:
            if isinstance(step, int):
                statement = (
                    f"insert into t values ({step})"
                    if step >= 0
                    else f"delete from t where a = {-step}"
                )
                session.execute(statement)
                current = [*current, step] if step >= 0 else [a for a in current if a != -step]
            elif step in FAILURES:
                with pytest.raises(EngineError):
                    session.execute(FAILURES[step])
            elif step == "ddl":
                session.execute("create or replace table z (a int)")
                is_open = False
            else:
                session.execute(step)
                current = committed if step == "rollback" and is_open else current
                is_open = step == "begin"
            committed = committed if is_open else current
            assert rows(session) == sorted(current)
        with Session(session.store, "DB", "SC") as other:
            assert rows(other) == sorted(committed)


def test_a_commit_never_pretends_after_a_failure_that_cannot_be_undone(session: Session) -> None:
    session.execute("begin")
    session.execute("insert into t select count(*) from t")
    with Session(session.store, "DB", "SC") as other:
        other.execute("insert into t values (5)")
    with pytest.raises(EngineError, match="Division by zero"):
        session.execute("insert into t values (1 / 0)")
    with pytest.raises(Unsupported, match="after a failed statement"):
        session.execute("insert into t values (2)")
    with pytest.raises(Unsupported, match="COMMIT after a failed statement"):
        session.execute("commit")
    assert rows(session) == [5]
    session.execute("insert into t values (3)")
    assert rows(session) == [3, 5]


def test_what_others_do_elsewhere_does_not_hinder_a_transaction_from_going_on(
    session: Session,
) -> None:
    session.execute("begin")
    session.execute("insert into t values (1)")
    with Session(session.store, "DB", "SC") as other:
        other.execute("create table elsewhere as select 7 as a")
    with pytest.raises(EngineError, match="Division by zero"):
        session.execute("insert into t values (1 / 0)")
    session.execute("insert into t select a from elsewhere")
    session.execute("commit")
    assert rows(session) == [1, 7]


def test_a_statement_that_would_see_less_than_is_committed_is_refused(session: Session) -> None:
    """READ COMMITTED would show the other session's row beside the transaction's own, which was
    written when there was none."""
    with Session(session.store, "DB", "SC") as other:
        session.execute("begin")
        session.execute("insert into t select count(*) + 1 from t")
        other.execute("insert into t values (2)")
        for statement in ("select a from t", "update t set a = 5", "insert into t select a from t"):
            with pytest.raises(Unsupported, match="has committed since") as caught:
                session.execute(statement)
            assert "has changed a table" in caught.value.hint
        session.execute("insert into t values (3)")
        session.execute("commit")
    assert rows(session) == [1, 2, 3]


def test_a_transaction_sees_the_rows_of_others_beside_its_own(session: Session) -> None:
    with Session(session.store, "DB", "SC") as other:
        session.execute("begin")
        session.execute("insert into t values (1)")
        other.execute("insert into t values (2)")
        assert rows(session) == [1, 2]
        session.execute("update t set a = a + 10")
        session.execute("commit")
    assert rows(session) == [11, 12]


def test_what_depends_on_chance_cannot_be_brought_up_to_date(session: Session) -> None:
    session.execute("create table read (a int)")
    with Session(session.store, "DB", "SC") as other:
        session.execute("begin")
        session.execute("insert into t select uniform(1, 9, random())")
        other.execute("insert into read values (2)")
        with pytest.raises(Unsupported, match="has committed since"):
            session.execute("select a from read")
        session.execute("commit")
    assert len(rows(session)) == 1


def test_a_transaction_loads_no_file_that_another_session_has_loaded(
    session: Session, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("1\n2\n")
    session.stage_folders = {"s3://in/": tmp_path}
    session.execute("create stage land url = 's3://in/' file_format = (type = csv)")
    session.execute("create table elsewhere (a int)")
    with Session(session.store, "DB", "SC") as other:
        other.stage_folders = session.stage_folders
        session.execute("begin")
        session.execute("insert into elsewhere values (1)")
        other.execute("copy into t from @land")
        answer = session.execute("copy into t from @land").rows
        assert answer == [("Copy executed with 0 files processed.",)]
        session.execute("commit")
    assert rows(session) == [1, 2]


def test_the_catalog_is_as_current_as_the_tables(session: Session) -> None:
    with Session(session.store, "DB", "SC") as other:
        session.execute("begin")
        session.execute("insert into t values (1)")
        other.execute("create table later (a int)")
        names = "select table_name from information_schema.tables where table_name = 'LATER'"
        assert session.execute(names).rows == [("LATER",)]
        other.execute("drop table later")
        assert session.execute("show tables like 'later'").rows == []
        session.execute("commit")
    assert rows(session) == [1]


def test_what_depends_on_a_sequence_is_not_done_again(session: Session) -> None:
    session.execute("create table n (id int autoincrement, a int)")
    session.execute("begin")
    session.execute("insert into n (a) values (1)")
    with pytest.raises(EngineError, match="Division"):
        session.execute("insert into n (a) values (1 / 0)")
    with pytest.raises(Unsupported):
        session.execute("commit")
    assert session.execute("select count(*) from n").rows == [(0,)]


def test_a_transaction_over_two_databases_is_refused_and_goes_on(session: Session) -> None:
    session.execute("create database other")
    session.execute("create table other.public.o (a int)")
    session.execute("begin")
    session.execute("insert into db.sc.t values (1)")
    with pytest.raises(Unsupported) as caught:
        session.execute("insert into other.public.o values (1)")
    assert caught.value.construct == "a transaction over two databases"
    session.execute("commit")
    assert rows(session, "db.sc.t") == [1]
    assert rows(session, "other.public.o") == []


def test_a_closed_session_rolls_back(session: Session) -> None:
    with Session(session.store, "DB", "SC") as other:
        other.execute("begin")
        other.execute("insert into t values (1)")
    assert rows(session) == []


def test_threads_define_and_fill_their_tables_at_once(session: Session) -> None:
    def work(number: int) -> int:
        with Session(session.store, "DB", "SC") as mine:
            for turn in range(12):
                mine.execute(f"create or replace table t{number}__next as select {turn}::int as a")
                mine.publish(f"t{number}__next", f"t{number}")
                mine.execute(f"insert into t{number} select a + 100 from t{number}")
                mine.execute(f"comment on table t{number} is 'turn {turn}'")
            (total,) = mine.execute(f"select sum(a) from t{number}").rows[0]
            return int(total)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(work, range(6))) == [122] * 6
    shown = session.execute("show tables like 't_'").rows
    assert [(row[1], row[5], row[7]) for row in shown] == [
        (f"T{number}", "turn 11", 2) for number in range(6)
    ]


def test_writers_of_one_table_wait_for_each_other(session: Session) -> None:
    session.execute("insert into t values (0)")

    def work(_: int) -> None:
        with Session(session.store, "DB", "SC") as mine:
            for _ in range(10):
                mine.execute("update t set a = a + 1")

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert rows(session) == [30]


def test_a_reader_sees_the_old_table_or_the_new_one(session: Session) -> None:
    session.execute(
        "create or replace table t as select 1 as a from table(generator(rowcount => 100))"
    )
    stop = threading.Event()
    seen: set[tuple[int, int, int]] = set()

    def read() -> None:
        with Session(session.store, "DB", "SC") as mine:
            while not stop.is_set():
                seen.add(mine.execute("select count(*), min(a), max(a) from t").rows[0])

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for turn in range(2, 22):
            session.execute(
                f"create table t__next as select {turn} as a from table(generator(rowcount => 100))"
            )
            session.publish("t__next", "t")
        stop.set()
        for reader in readers:
            reader.result()
    assert seen <= {(100, turn, turn) for turn in range(1, 22)}
