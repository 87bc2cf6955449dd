"""Threads over one store, with a session each: what they get is what one after another gets."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session
from runner.errors import Cancelled, EngineError

Rows = list[tuple[Any, ...]]


@pytest.fixture
def session() -> Iterator[Session]:
    with connect() as session:
        yield session


def side_by_side(session: Session, works: list[Callable[[Session], Any]]) -> list[Any]:
    """Run each in a thread and a session of its own; what they return."""

    def run(work: Callable[[Session], Any]) -> Any:
        with Session(session.store, "DB", "SC") as mine:
            return work(mine)

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def insist(session: Session, sql: str) -> None:
    """Run a statement again while it meets the writes of others, as a client would."""
    for _ in range(1000):
        try:
            session.execute(sql)
        except EngineError as error:
            assert "another session" in str(error), error
        else:
            return
    pytest.fail(f"never succeeded: {sql}")


def private_script(name: str, rng: random.Random) -> Iterator[str]:
    """Statements over the tables of one thread."""
    yield f"create table {name} (id int, a int, b varchar(20))"
    for turn in range(12):
        n = rng.randint(1, 9)
        yield rng.choice(
            (
                f"insert into {name} select seq4(), {n}, 'turn {turn}' "
                f"from table(generator(rowcount => {n}))",
                f"update {name} set a = a + {n} where id % 2 = 0",
                f"delete from {name} where id = {n}",
                f"merge into {name} using (select {n} as id) x on {name}.id = x.id and a = {n} "
                f"when matched then delete when not matched then insert values (x.id, {n}, 'new')",
                f"create or replace table {name}_copy clone {name}",
                f"create or replace table {name} as select id, a::int as a, b from {name}",
                f"insert overwrite into {name} select id, a * 2, b from {name}",
                f"comment on table {name} is 'turn {turn}'",
            )
        )


def contents(session: Session, names: list[str]) -> list[Rows]:
    return [session.execute(f"select * from {name} order by all").rows for name in names]


def test_scripts_on_their_own_tables_end_as_one_after_another(session: Session) -> None:
    names = [f"t{number}" for number in range(5)]

    def work(name: str) -> Callable[[Session], None]:
        return lambda mine: [
            mine.execute(sql) for sql in private_script(name, random.Random(name))
        ].clear()

    side_by_side(session, [work(name) for name in names])
    with connect() as serial:
        for name in names:
            work(name)(serial)
        assert contents(session, names) == contents(serial, names)
        shown = [[row[1:6] for row in s.execute("show tables").rows] for s in (session, serial)]
        assert shown[0] == shown[1]


def test_writes_of_one_table_are_all_there(session: Session) -> None:
    session.execute("create table t (k int, n int)")
    session.execute("insert into t values (0, 0)")

    def work(number: int) -> Callable[[Session], None]:
        def run(mine: Session) -> None:
            for turn in range(8):
                insist(mine, "update t set n = n + 1 where k = 0")
                insist(mine, f"insert into t values ({number * 100 + turn + 1}, 0)")
                insist(
                    mine,
                    f"merge into t using (select {number * 100 + turn + 1} as k) x on t.k = x.k "
                    "when matched then update set n = t.n + 1 "
                    "when not matched then insert values (x.k, -1)",
                )

        return run

    side_by_side(session, [work(number) for number in range(4)])
    assert session.execute("select n from t where k = 0").rows == [(32,)]
    rest = session.execute("select count(*), min(n), max(n) from t where k <> 0").rows
    assert rest == [(32, 1, 1)]


def test_a_reader_of_a_table_that_changes_shape_sees_one_shape(session: Session) -> None:
    shapes = {
        "select 1::int as a, 'x'::varchar as b": (
            ("NUMBER(38,0)", "VARCHAR(16777216)"),
            [(1, "x")],
        ),
        "select 'text'::varchar as a, 5::int as b, 7::int as c": (
            ("VARCHAR(16777216)", "NUMBER(38,0)", "NUMBER(38,0)"),
            [("text", 5, 7)],
        ),
    }
    first, second = shapes
    session.execute(f"create table t as {first}")
    session.execute("create view v as select a from t")
    stop = threading.Event()

    def change(mine: Session) -> None:
        for turn in range(60):
            insist(mine, f"create or replace table t as {first if turn % 2 else second}")
        stop.set()

    def read(mine: Session) -> int:
        count = 0
        while not stop.is_set():
            try:
                result = mine.execute("select * from t")
                one = mine.execute("select a from v").rows
            except EngineError as error:
                assert "another session" in str(error), error
                continue
            seen = tuple(column.type for column in result.columns), result.rows
            assert seen in shapes.values()
            assert one in ([(1,)], [("text",)], [("1",)])
            count += 1
        return count

    assert sum(side_by_side(session, [change, read, read])[1:]) > 0


def test_changes_of_one_record_are_all_kept(session: Session) -> None:
    session.execute("create table t (a int, b int)")
    works: list[Callable[[Session], Any]] = [
        *(
            lambda mine, n=n: [
                insist(mine, f"grant select on table t to role r{n}_{turn}") for turn in range(5)
            ]
            for n in range(3)
        ),
        lambda mine: [insist(mine, f"alter table t add column c{turn} int") for turn in range(5)],
        lambda mine: insist(mine, "comment on column t.a is 'first'"),
    ]
    side_by_side(session, works)
    granted = {row[5] for row in session.execute("show grants on table t").rows}
    assert {f"R{n}_{turn}" for n in range(3) for turn in range(5)} <= granted
    described = session.execute("desc table t").rows
    assert [row[0] for row in described] == ["A", "B", "C0", "C1", "C2", "C3", "C4"]
    assert described[0][9] == "first"


def test_a_session_sees_at_once_what_another_did(session: Session) -> None:
    with Session(session.store, "DB", "SC") as other:
        for turn in range(5):
            session.execute(f"create or replace table t as select {turn} as a")
            assert other.execute("select * from t").rows == [(turn,)]
            session.execute(f"alter table t add column c{turn} int default 7")
            assert other.execute("select * from t").rows == [(turn, 7)]
            session.execute("alter table t rename to u")
            with pytest.raises(EngineError, match="does not exist"):
                other.execute("select * from t")
            assert other.execute("select a from u").rows == [(turn,)]
            session.execute("drop table u")
            with pytest.raises(EngineError, match="does not exist"):
                other.execute("insert into u values (1)")


def test_each_statement_of_a_transaction_sees_what_is_committed_before_it(
    session: Session,
) -> None:
    session.execute("create table t as select 1::int as a")
    session.execute("create table mine (a int)")
    with Session(session.store, "DB", "SC") as other:
        session.execute("begin")
        other.execute("create or replace table t as select 'x' as a, 2 as b")
        assert session.execute("select * from t").rows == [("x", 2)]
        session.execute("insert into mine values (1)")
        other.execute("create or replace table t as select 3.5 as c")
        other.execute("create table later (a int)")
        assert [str(c) for (c,) in session.execute("select * from t").rows] == ["3.5"]
        assert session.execute("select * from later").rows == []
        other.execute("create or replace view seen as select c * 2 as d from t")
        assert [str(d) for (d,) in session.execute("select * from seen").rows] == ["7.0"]
        session.execute("insert into mine select c from t")
        session.execute("commit")
        assert session.execute("select * from mine order by a").rows == [(1,), (4,)]
        assert [str(c) for (c,) in session.execute("select * from t").rows] == ["3.5"]


def test_a_call_of_a_function_does_not_mind_what_else_its_schema_gets(session: Session) -> None:
    session.execute("create function twice(x number) returns number as $$ 2 * x $$")
    with Session(session.store, "DB", "SC") as other, session.together():
        session.execute("create table four as select twice(2) as n")
        other.execute("create table beside (n number)")
    assert session.execute("select n from four").rows == [(4,)]


def test_a_call_of_a_function_that_changed_meanwhile_is_a_conflict(session: Session) -> None:
    session.execute("create function twice(x number) returns number as $$ 2 * x $$")
    with (
        Session(session.store, "DB", "SC") as other,
        pytest.raises(EngineError, match="another session has changed"),
        session.together(),
    ):
        session.execute("create table four as select twice(2) as n")
        other.execute("create or replace function twice(x number) returns number as $$ x + x $$")


def test_a_schema_dropped_meanwhile_takes_no_table_along_unseen(session: Session) -> None:
    def drop(mine: Session) -> None:
        for _ in range(15):
            insist(mine, "create schema if not exists db.short")
            insist(mine, "drop schema if exists db.short")

    def fill(mine: Session) -> None:
        for turn in range(30):
            try:
                mine.execute(f"create or replace table db.short.t{turn % 3} as select 1 as a")
            except EngineError as error:
                assert "does not exist" in str(error) or "another session" in str(error), error

    side_by_side(session, [drop, fill, fill])
    recorded = {(row[4], row[1]) for row in session.execute("show tables in database db").rows}
    held = session.raw(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = 'DB' and schema_name <> '_runner'"
    )
    assert set(held) == {(schema, name) for schema, name in recorded}


def test_databases_are_made_and_dropped_beside_each_other(session: Session) -> None:
    session.execute("create table t as select 1 as a")

    def work(number: int) -> Callable[[Session], None]:
        def run(mine: Session) -> None:
            for turn in range(4):
                mine.execute(f"create or replace database d{number} clone db")
                assert mine.execute(f"select a from d{number}.sc.t").rows == [(1,)]
                if turn % 2:
                    mine.execute(f"drop database d{number}")
                mine.execute("use schema db.sc")

        return run

    side_by_side(session, [work(number) for number in range(3)])
    assert [row[1] for row in session.execute("show databases").rows] == ["DB"]


def test_a_cancelled_statement_is_done_or_undone(session: Session) -> None:
    """Cancelled at random moments; what went through, done alone, gives the same rows."""
    rng = random.Random(7)
    statements = ["create table t (id int, a int, b varchar(20))"]
    statements += [sql for n in range(4) for sql in list(private_script("t", random.Random(n)))[1:]]
    done = threading.Event()
    pauses = [rng.uniform(0, 0.01) for _ in range(4000)]

    def cancel(_: Session) -> None:
        for pause in pauses:
            if done.wait(pause):
                return
            session.cancel()

    def run(_: Session) -> list[str]:
        succeeded = []
        for sql in statements:
            try:
                session.execute(sql)
                succeeded.append(sql)
            except Cancelled:
                continue
            except EngineError as error:
                assert "does not exist" in str(error), error
        done.set()
        return succeeded

    succeeded = side_by_side(session, [run, cancel])[0]
    with connect() as serial:
        for sql in succeeded:
            serial.execute(sql)
        names = [row[1] for row in serial.execute("show tables").rows]
        assert [row[1] for row in session.execute("show tables").rows] == names
        assert contents(session, names) == contents(serial, names)
