"""A translation that is kept is used again, and only as long as it would be made the same."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.engines.duckdb import connect, dialect, translation_file, translations
from runner.engines.duckdb.session import Session
from runner.errors import EngineError, Unsupported

# statements that change what a query means -> the query, what it gives before and behind them
CHANGES: dict[str, tuple[str, list[str], list[Any], list[Any]]] = {
    "another type": (
        "select a / 3 from t",
        ["create or replace table t as select 1.5::float as a"],
        ["0.333333"],
        ["0.5"],
    ),
    "another column": (
        "select * from t",
        ["alter table t add column b int default 7"],
        ["1"],
        ["1", "7"],
    ),
    "another view": (
        "select a from v",
        ["create or replace view v as select a * 2 as a from t"],
        ["1"],
        ["2"],
    ),
    "a view's table": (
        "select a from v",
        ["create or replace table t as select 'x' as a"],
        ["1"],
        ["x"],
    ),
    "another schema": (
        "select a from t",
        ["create schema other", "create table t as select 5 as a"],
        ["1"],
        ["5"],
    ),
    "a variable": ("select $x", ["set x = 'y'"], ["1"], ["y"]),
    "the table of a variable": (
        "select * from identifier($name)",
        ["create table u as select 9 as a", "set name = 'u'"],
        ["1"],
        ["9"],
    ),
    "a temporary table": (
        "select a from t",
        ["create temporary table t as select 4 as a"],
        ["1"],
        ["4"],
    ),
    "a temporary table like the other": (
        "select a from t",
        ["create temporary table t as select 8::int as a"],
        ["1"],
        ["8"],
    ),
    "another function": (
        "select f(1)",
        ["create or replace function f(a int) returns int as 'a + 10'"],
        ["2"],
        ["11"],
    ),
    "another role": ("select current_role()", ["use role reader"], ["SYSADMIN"], ["READER"]),
    "another warehouse": (
        "select current_warehouse() is null",
        ["use warehouse w"],
        ["False"],
        ["False"],
    ),
    "more values for a pivot": (
        "select * from (select a, 1 as n from t) pivot (sum(n) for a in (any order by a))",
        ["insert into t values (2)"],
        ["1"],
        ["1", "1"],
    ),
    "more objects": (
        "select count(*) from information_schema.tables where table_schema = 'SC'",
        ["create table more (a int)"],
        ["2"],
        ["3"],
    ),
    "a sequence made anew": (
        "select s.nextval",
        ["create or replace sequence s start = 100"],
        ["1"],
        ["100"],
    ),
}


@pytest.fixture
def session() -> Iterator[Session]:
    with connect() as session:
        prepare(session)
        yield session


def prepare(session: Session) -> None:
    for statement in (
        "create table t as select 1::int as a",
        "create view v as select a from t",
        "create sequence s",
        "create function f(a int) returns int as 'a + 1'",
        "set x = 1",
        "set name = 't'",
    ):
        session.execute(statement)


def answer(session: Session, query: str) -> list[str]:
    (row,) = session.execute(query).rows
    return [str(value) for value in row]


@pytest.mark.parametrize("what", CHANGES)
def test_a_query_answers_by_what_is_so_now(what: str, session: Session) -> None:
    query, changes, before, behind = CHANGES[what]
    assert answer(session, query) == before
    if "nextval" not in query:
        assert answer(session, query) == before
    for statement in changes:
        session.execute(statement)
    assert answer(session, query) == behind


@pytest.mark.parametrize("what", CHANGES)
def test_a_query_answers_by_what_is_so_after_a_restart(what: str, tmp_path: Path) -> None:
    query, changes, before, behind = CHANGES[what]
    with connect(tmp_path) as session:
        prepare(session)
        assert answer(session, query) == before
    with connect(tmp_path) as session:
        session.execute("set x = 1")
        session.execute("set name = 't'")
        for statement in changes:
            session.execute(statement)
        assert answer(session, query) == behind


def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no statement be read any more."""

    def refuse(sql: str) -> None:
        raise AssertionError(f"read again: {sql}")

    monkeypatch.setattr(dialect, "read", refuse)


KEPT = (
    "-- behind a comment\n/* or\ntwo */ (select a from t)",
    "select a + 1 as b from t where a in (select a from v) order by b",
    "with x as (select a from t) select count(*) from x qualify row_number() over (order by 1) = 1",
    "values (1)",
    "select $x + 1",
    "select f(a) from t",
    "select current_database(), current_schema()",
    "select current_date() = current_timestamp()::date",
)


@pytest.mark.parametrize("query", KEPT)
def test_the_same_query_is_not_read_again(
    query: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = session.execute(query)
    unread(monkeypatch)
    second = session.execute(query)
    assert (second.rows, second.columns) == (first.rows, first.columns)
    assert second.query_id != first.query_id


@pytest.mark.parametrize("query", KEPT)
def test_a_later_process_does_not_read_it_either(
    query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(tmp_path) as session:
        prepare(session)
        first = session.execute(query)
    with connect(tmp_path) as session:
        session.execute("set x = 1")
        unread(monkeypatch)
        second = session.execute(query)
        assert (second.rows, second.columns) == (first.rows, first.columns)


STATEMENTS = (
    "create or replace table w as with x as (select a from t) select a + 1 as b, $x as c from x",
    "create or replace transient table db.sc.w (b, c comment 'x') as select a, f(a) from v;",
    "insert into u (b) select a from identifier($name) where a in (select a from v)",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_query_of_a_statement_is_not_bound_again(
    statement: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.execute("create table u (b int, c int)")
    made = "select * from w" if "table w" in statement else "select * from u"
    first = session.execute(statement)
    rows = session.execute(made).rows
    monkeypatch.setattr(Session, "bind_and_keep", lambda *_: pytest.fail("bound again"))
    assert session.execute(statement).rows == first.rows
    monkeypatch.undo()
    assert session.execute(made).rows == (rows if "table w" in statement else rows * 2)


def test_another_session_uses_it_too_but_for_what_is_its_own(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = ("select a from t", "select current_session()", "select last_query_id() is null")
    mine = [answer(session, query) for query in queries]
    with Session(session.store, "DB", "SC") as other:
        theirs = [answer(other, query) for query in queries]
        assert theirs[0] == mine[0]
        assert theirs[1] != mine[1]
        unread(monkeypatch)
        assert answer(other, queries[0]) == ["1"]


def test_a_result_scan_is_of_the_statement_before(session: Session) -> None:
    for number in (1, 2):
        session.execute(f"select {number} as n")
        assert session.execute("select n from table(result_scan(last_query_id()))").rows == [
            (number,)
        ]


def test_a_staged_file_is_read_again(session: Session, tmp_path: Path) -> None:
    session.stage_folders = {"s3://in/": tmp_path}
    session.execute("create stage land url = 's3://in/'")
    for text in ("1", "2"):
        (tmp_path / "a.csv").write_text(text)
        assert session.execute("select $1 from @land").rows == [(text,)]


def kept_file(folder: Path) -> Path:
    (file,) = folder.glob("translations-*.cache")
    return file


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda _: b"",
    "cut off": lambda content: content[: len(content) // 2],
    "no database": lambda _: b"x" * 5000,
    "other answers": lambda content: content.replace(b"'right'", b"'wrong'"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_as_good_as_none(damage: str, tmp_path: Path) -> None:
    with connect(tmp_path) as session:
        assert session.execute("select 'right'").rows == [("right",)]
    file = kept_file(tmp_path)
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    for _ in range(2):
        with connect(tmp_path) as session:
            assert session.execute("select 'right'").rows == [("right",)]
            assert session.execute("select 1 as a").rows == [(1,)]
    assert b"'right'" in kept_file(tmp_path).read_bytes()


def test_another_version_of_the_engine_translates_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(tmp_path) as session:
        session.execute("select 1 as a")
    before = kept_file(tmp_path)
    monkeypatch.setattr(translation_file, "version", lambda: "other")
    with connect(tmp_path) as session:
        unread(monkeypatch)
        with pytest.raises(AssertionError, match="read again"):
            session.execute("select 1 as a")
    monkeypatch.undo()
    monkeypatch.setattr(translation_file, "version", lambda: "other")
    with connect(tmp_path) as session:
        session.execute("select 1 as a")
    assert kept_file(tmp_path) != before


def test_what_has_not_been_used_for_longest_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "AT_MOST", 2_000)
    queries = [f"select '{number}' || '{'x' * 100}'" for number in range(100)]
    with connect(tmp_path) as session:
        for query in queries:
            session.execute(query)
    with connect(tmp_path) as session:
        unread(monkeypatch)
        for query in queries[-2:]:
            session.execute(query)
        with pytest.raises(AssertionError, match="read again"):
            session.execute(queries[0])
    assert kept_file(tmp_path).stat().st_size < 30_000


def test_a_query_within_a_transaction_sees_the_transactions_own_moment(session: Session) -> None:
    query = "select a from t"
    session.execute(query)
    session.execute("begin")
    session.execute("update t set a = 2")
    assert session.execute(query).rows == [(2,)]
    session.execute("rollback")
    assert session.execute(query).rows == [(1,)]


def test_a_text_that_carries_rows_does_not_displace_what_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "AT_MOST", 5_000)
    rows = "1\n" * 2_000
    with connect(tmp_path) as session:
        prepare(session)
        session.execute("create table lines (line varchar)")
        session.execute(KEPT[0])
        assert len(session.execute(f"select '{rows}'").rows[0][0]) == len(rows)
        session.execute(f"insert into lines select value from table(split_to_table('{rows}', ' '))")
    with connect(tmp_path) as session:
        unread(monkeypatch)
        session.execute(KEPT[0])


def test_the_moment_of_a_statement_in_a_transaction_is_not_kept(session: Session) -> None:
    moments = []
    for statement in ("begin", "commit"):
        session.execute(statement)
        moments += [session.execute("select current_timestamp()").rows[0][0] for _ in range(2)]
    assert moments == sorted(set(moments))


def test_a_view_that_is_made_the_same_again_is_a_new_one(session: Session) -> None:
    query = "select created from information_schema.views where table_name = 'V'"
    before = answer(session, query)
    session.execute("create or replace view v as select a from t")
    assert answer(session, query) != before


def test_threads_answer_by_the_type_that_a_table_has_at_that_moment(tmp_path: Path) -> None:
    wrong: list[object] = []
    done = threading.Event()

    def read(session: Session) -> None:
        while not done.is_set():
            result = session.execute("select a, typeof(to_variant(a)) from t")
            ((value, kind),) = result.rows
            told = result.columns[0].type
            if (kind, told, value) not in TOLD:
                wrong.append((kind, told, value))

    with ExitStack() as stack:
        main = stack.enter_context(connect(tmp_path))
        main.execute("create table t as select 'x' as a")
        others = [stack.enter_context(Session(main.store, "DB", "SC")) for _ in range(3)]
        with ThreadPoolExecutor(3) as pool:
            reading = [pool.submit(read, other) for other in others]
            try:
                for value in ("1.5::number(3, 1)", "'x'") * 30:
                    main.execute(f"create or replace table t as select {value} as a")
            finally:
                done.set()
            for one in reading:
                one.result()
    assert not wrong


TOLD = {("VARCHAR", "VARCHAR(1)", "x"), ("DECIMAL", "NUMBER(3,1)", Decimal("1.5"))}

STEPS = (
    "create or replace table t as select 1::int as a",
    "create or replace table t as select 1.5::float as a",
    "create or replace table t as select 'x' as a, 2 as b",
    "create or replace table other.t as select 4.25 as a",
    "create temporary table t as select 7::number(5, 2) as a",
    "alter table t add column b int default 3",
    "alter table t rename column a to c",
    "alter table t rename to u",
    "comment on table t is 'more'",
    "insert into t select * from t",
    "drop table t",
    "create or replace view v as select * from t",
    "create or replace view v as select a as x from other.t",
    "drop view v",
    "create or replace function f(x int) returns int as 'x + 1'",
    "create or replace function f(x int) returns int as 'select count(*) from t'",
    "create or replace function f(x varchar) returns varchar as 'x || x'",
    "drop function f(int)",
    "create or replace sequence s start = 100",
    "set x = 1",
    "set x = 'y'",
    "unset x",
    "set name = 't'",
    "set name = 'v'",
    "use schema sc",
    "use schema other",
    "use role reader",
    "begin",
    "commit",
    "rollback",
    "reopen",
)
QUERIES = (
    "select * from t",
    "create or replace table w as select * from t",
    "insert into w select * from t",
    "select * from w order by all",
    "select system$typeof(a) from t limit 1",
    "select count(*) from t where a = '1'",
    "select * from v",
    "select * from other.t union all select * from t",
    "select f(1)",
    "select f('1')",
    "select s.nextval",
    "select $x, system$typeof($x)",
    "select * from identifier($name)",
    "select current_schema(), current_role()",
    "select table_name, comment from information_schema.tables order by 1, 2",
)


class World:
    """A session that can be closed and opened again, with or without translations that are kept."""

    def __init__(self, stack: ExitStack, folder: Path, *, keeps: bool) -> None:
        self.stack, self.folder, self.keeps = stack, folder, keeps
        self.open()

    def open(self) -> None:
        self.session = self.stack.enter_context(connect(self.folder))
        if not self.keeps:
            self.session.keep = lambda made: None  # type: ignore[method-assign]

    def answer(self, statement: str) -> object:
        """The rows and columns of an answer, or the words of an error."""
        if statement == "reopen":
            self.stack.close()
            return self.open()
        try:
            result = self.session.execute(statement)
        except (EngineError, Unsupported) as error:
            return str(error)
        return result.columns, sorted(result.rows, key=str)


@given(steps=st.lists(st.sampled_from(STEPS), min_size=3, max_size=10))
@settings(max_examples=int(os.environ.get("TRANSLATION_HISTORIES", "4")), deadline=None)
def test_what_is_kept_never_changes_an_answer(steps: list[str]) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        stacks = [stack.enter_context(ExitStack()) for _ in range(2)]
        keeping = World(stacks[0], folder / "keeping", keeps=True)
        plain = World(stacks[1], folder / "plain", keeps=False)
        for step in ("create schema other", "use schema sc", STEPS[0], *steps):
            for statement in (step, *QUERIES, *QUERIES):
                assert keeping.answer(statement) == plain.answer(statement), statement
