"""SYSTEM$LAST_CHANGE_COMMIT_TIME gives a token that differs after every change, and only then."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session
from runner.errors import EngineError, Unsupported
from tests.engines.duckdb.landing import Landing, opened

RELATIONS = ("db.sc.a", "db.sc.b", "db.sc.v", "db.sc.w")
TABLES = ("create table db.sc.a (n int)", "create table db.sc.b as select 1 as n")
VIEWS = (
    "create or replace view db.sc.v as select n from db.sc.a",
    "create or replace view db.sc.w as select v.n from db.sc.v join db.sc.b using (n)",
)
CHANGES = (
    "insert into db.sc.{t} values ({n})",
    "insert into db.sc.{t} select n + 1 from db.sc.{o} where n > {n}",
    "insert overwrite into db.sc.{t} select {n}",
    "update db.sc.{t} set n = n + 1 where n > {n}",
    "delete from db.sc.{t} where n = {n}",
    "merge into db.sc.{t} as t using (select {n} as n) as s on t.n = s.n "
    "when matched then update set t.n = s.n + 5 when not matched then insert values (s.n)",
    "merge into db.sc.{t} as t using (select {n} as n) as s on t.n = s.n when matched then delete",
    "truncate table db.sc.{t}",
    "create or replace table db.sc.{t} (n int)",
    "create or replace table db.sc.{t} as select {n} as n",
    "create or replace table db.sc.{t} clone db.sc.{o}",
    "alter table db.sc.a swap with db.sc.b",
    "alter table db.sc.{t} rename to db.sc.gone",
    "alter table db.sc.gone rename to db.sc.{t}",
    "drop table if exists db.sc.{t}",
    "create table if not exists db.sc.{t} as select {n} as n",
)
NOTHING = (
    "select count(*) from db.sc.a",
    "insert into db.sc.{t} select 1 where false",
    "delete from db.sc.{t} where n = -1",
    "update db.sc.{t} set n = 0 where n = -1",
    "create table if not exists db.sc.a (n int)",
    "insert into db.sc.{t} values (1 / 0)",
    "create or replace temporary table db.sc.other as select 1 as n",
)
CONTROL = ("begin", "commit", "rollback")

steps = st.tuples(
    st.integers(0, 1),
    st.sampled_from([*CHANGES, *CHANGES, *NOTHING, *CONTROL]),
    st.sampled_from(["a", "b"]),
    st.integers(0, 3),
)
Content = tuple[object, ...] | None


def content(session: Session, relation: str) -> Content:
    """The rows of a relation; None when it cannot be read."""
    try:
        return tuple(session.execute(f"select n from {relation} order by n").rows)
    except EngineError:
        return None


def token(session: Session, relation: str) -> int | None:
    try:
        rows = session.execute(f"select system$last_change_commit_time('{relation}')").rows
    except EngineError:
        return None
    value: int = rows[0][0]
    return value


def attempt(session: Session, sql: str) -> None:
    with suppress(EngineError):  # a failure changes nothing
        session.execute(sql)


@given(st.lists(steps, max_size=25))
@settings(max_examples=15, deadline=None)
def test_a_token_stands_for_one_content(script: Sequence[tuple[int, str, str, int]]) -> None:
    """Two sessions change tables; a third one, which sees what is committed, compares."""
    with connect() as watch:
        writers = [Session(watch.store, "DB", "SC") for _ in range(2)]
        for sql in (*TABLES, *VIEWS):
            watch.execute(sql)
        known: dict[tuple[str, int], Content] = {}
        for who, text, table, n in script:
            before = [token(watch, relation) for relation in RELATIONS]
            other = "b" if table == "a" else "a"
            attempt(writers[who], text.format(t=table, o=other, n=n))
            after = [token(watch, relation) for relation in RELATIONS]
            if text in NOTHING and not writers[who].in_transaction:
                assert after == before
            for relation, now in zip(RELATIONS, after, strict=True):
                if now is not None:
                    rows = content(watch, relation)
                    assert known.setdefault((relation, now), rows) == rows
        for writer in writers:
            writer.execute("rollback")
        assert [token(watch, relation) for relation in RELATIONS] == [
            token(writers[0], relation) for relation in RELATIONS
        ]


def tokens(landing: Landing) -> list[int | None]:
    return [token(landing.session, name) for name in ("wh.public.t", "wh.public.v")]


def filled(landing: Landing) -> list[int | None]:
    landing.run("create table t (n int)")
    landing.run("create view v as select n from t")
    landing.run("insert into t values (1), (2)")
    landing.run("delete from t where n = 2")
    return tokens(landing)


def test_tokens_outlive_a_restart_and_a_copy_of_the_folder(tmp_path: Path) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy"
    home.mkdir()
    with opened(home) as landing:
        before = filled(landing)
    shutil.copytree(home, copy)
    for folder in (home, copy):
        with opened(folder) as landing:
            assert tokens(landing) == before
            landing.run("update t set n = 3")
            assert all(now > then for now, then in zip(tokens(landing), before, strict=True))


def test_many_changes_are_kept_as_one_row_and_their_token_stays(tmp_path: Path) -> None:
    with opened(tmp_path) as landing:
        filled(landing)
        for n in range(120):
            landing.run(f"insert into t values ({n})")
        before = tokens(landing)
    with opened(tmp_path) as landing:
        assert landing.session.raw('select count(*) from "WH"._runner.changes') == [(1,)]
        assert tokens(landing) == before
        landing.run("insert into t values (0)")
        assert tokens(landing) > before


def test_a_load_changes_the_token_and_a_load_of_nothing_does_not(tmp_path: Path) -> None:
    with opened(tmp_path) as landing:
        filled(landing)
        landing.run("create stage land url = 's3://landing/'")
        landing.run("create pipe p as copy into t from @land/p file_format = (type = csv)")
        landing.land("one.csv", "7\n")
        landing.land("p/two.csv", "8\n")
        landing.land("bad.csv", "x\n")
        copy = "copy into t from @land files = ('{}.csv') file_format = (type = csv) on_error = {}"
        for load, changes in (
            (copy.format("one", "abort_statement"), True),
            (copy.format("one", "abort_statement"), False),
            (copy.format("bad", "skip_file"), False),
            ("alter pipe p refresh", True),
            ("alter pipe p refresh", False),
        ):
            before = tokens(landing)
            landing.run(load)
            landing.run("alter pipe p set comment = ''")
            assert (tokens(landing) != before) == changes, load


def test_each_of_two_commits_changes_the_token_whatever_their_order(tmp_path: Path) -> None:
    with opened(tmp_path) as landing:
        filled(landing)
        one, two = (Session(landing.session.store, "WH", "PUBLIC") for _ in range(2))
        for session in (one, two):
            session.execute("begin")
            session.execute("insert into t values (9)")
        seen = [tokens(landing)]
        for session in (two, one):
            session.execute("commit")
            seen.append(tokens(landing))
        assert len({tuple(each) for each in seen}) == 3
        assert sorted(seen) == seen


def test_concurrent_inserts_each_count(tmp_path: Path) -> None:
    with opened(tmp_path) as landing:
        before = filled(landing)[0]

        def work() -> None:
            with Session(landing.session.store, "WH", "PUBLIC") as session:
                for _ in range(10):
                    session.execute("insert into t values (1)")

        threads = [Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        changes = landing.session.raw('select sum(changes) from "WH"._runner.changes')
        assert changes == [(32,)]
        assert tokens(landing)[0] > before


def test_what_cannot_be_told_is_null_or_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as landing:
        landing.run("create view v as select table_name as n from information_schema.tables")
        assert tokens(landing) == [None, None]
        landing.run("create temporary table t (n int)")
        with pytest.raises(Unsupported, match="of a temporary table"):
            landing.run("select system$last_change_commit_time('t')")
        with pytest.raises(Unsupported, match=r"SYSTEM\$LAST_CHANGE_COMMIT_TIME in a view"):
            landing.run("create view x as select system$last_change_commit_time('v') as n")
        with pytest.raises(EngineError, match="does not exist or not authorized"):
            landing.run("select system$last_change_commit_time('nowhere')")


def test_call_gives_the_token_too(tmp_path: Path) -> None:
    with opened(tmp_path) as landing:
        before = filled(landing)
        result = landing.run("call system$last_change_commit_time('t')")
        assert result.rows == [(before[0],)]
        assert [column.type for column in result.columns] == ["NUMBER(38,0)"]


@pytest.mark.parametrize(
    "change",
    [
        "alter table t add column m int",
        "alter table t rename column n to m",
        "create or replace table t like t2",
        "create or replace table t as select n from t",
        "insert all into t values (n) into t2 values (n) select 1 as n",
        "insert overwrite into t select n from t",
    ],
)
def test_a_change_of_any_kind_changes_the_token(tmp_path: Path, change: str) -> None:
    with opened(tmp_path) as landing:
        landing.run("create table t2 (n int)")
        before = filled(landing)
        landing.run(change)
        assert token(landing.session, "t") != before[0]


def test_a_publication_changes_the_token(tmp_path: Path) -> None:
    with opened(tmp_path) as landing:
        landing.run("create table t__next as select 1 as n")
        before = filled(landing)
        landing.session.publish("t__next", "t")
        published = tokens(landing)
        assert published[0] != before[0]
        assert published[1] != before[1]
        assert tokens(landing) == published


def test_what_happens_together_counts_and_what_is_undone_does_not(tmp_path: Path) -> None:
    with opened(tmp_path) as landing:
        before = filled(landing)
        with suppress(ZeroDivisionError), landing.session.together():
            landing.run("create or replace table t as select 1 as n")
            landing.run("insert into t values (2)")
            raise ZeroDivisionError
        assert tokens(landing) == before
        with landing.session.together():
            landing.run("create or replace table t as select 1 as n")
            landing.run("insert into t values (2)")
        assert tokens(landing) != before


def test_a_clone_of_a_database_has_tokens_of_its_own(tmp_path: Path) -> None:
    with opened(tmp_path) as landing:
        before = filled(landing)
        landing.run("create database copy clone wh")
        cloned = token(landing.session, "copy.public.t")
        assert cloned is not None
        landing.run("insert into copy.public.t values (5)")
        assert token(landing.session, "copy.public.t") != cloned
        assert tokens(landing) == before
