"""CREATE, ALTER, CLONE and DROP of tables, schemas and databases, over restarts too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session
from runner.errors import EngineError, Unsupported

Rows = list[tuple[Any, ...]]


@pytest.fixture
def session() -> Iterator[Session]:
    with connect() as session:
        yield session


def run(session: Session, *statements: str) -> Rows:
    """The rows of the last statement."""
    rows: Rows = []
    for statement in statements:
        rows = session.execute(statement).rows
    return rows


def types_of(session: Session, table: str) -> Rows:
    return [(row[0], row[1], row[3]) for row in run(session, f"desc table {table}")]


def test_a_table_keeps_the_types_it_was_declared_with(session: Session) -> None:
    run(session, "create table t (a int not null, b varchar(10), c number(12, 2), d timestamp_tz)")
    assert types_of(session, "t") == [
        ("A", "NUMBER(38,0)", "N"),
        ("B", "VARCHAR(10)", "Y"),
        ("C", "NUMBER(12,2)", "Y"),
        ("D", "TIMESTAMP_TZ(9)", "Y"),
    ]


def test_a_table_made_from_a_query_has_the_types_of_the_query(session: Session) -> None:
    run(
        session,
        "create table t as select 1.50 as price, 'abc' as code, count(*) as n from (select 1)",
    )
    assert [row[:2] for row in types_of(session, "t")] == [
        ("PRICE", "NUMBER(3,2)"),
        ("CODE", "VARCHAR(3)"),
        ("N", "NUMBER(18,0)"),
    ]


def test_a_column_list_of_create_as_converts_and_checks_as_insert_does(session: Session) -> None:
    run(session, "create table t (a number(5, 1), b varchar(2)) as select 1.25, 'xy'")
    assert [str(v) for v in run(session, "select a, b from t")[0]] == ["1.3", "xy"]
    with pytest.raises(EngineError) as caught:
        run(session, "create table u (b varchar(2)) as select 'xyz'")
    assert caught.value.code == 100078
    with pytest.raises(EngineError, match="does not exist"):
        run(session, "select * from u")


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("create table t (a int)", 2002),
        ("create table nowhere.t (a int)", 2003),
        ("create table nowhere.public.t (a int)", 2003),
        ("create table x (a int, A int)", 2025),
        ("create table x as select 1 as a, 2 as a", 2025),
        ("drop table missing", 2003),
        ("drop view t", 2203),
        ("alter table missing add column a int", 2003),
        ("alter table t add column a int", 1430),
        ("alter table t drop column missing", 904),
        ("alter table t alter column b set data type varchar(5)", 40052),
        ("alter table t alter column b set data type number", 40052),
        ("alter table t alter column a set default 5", 2),
        ("select * from missing", 2003),
    ],
)
def test_a_wrong_definition_has_snowflakes_code(
    session: Session, statement: str, code: int
) -> None:
    run(session, "create table t (a int, b varchar(10))")
    with pytest.raises(EngineError) as caught:
        run(session, statement)
    assert caught.value.code == code
    assert not isinstance(caught.value, Unsupported)


@pytest.mark.parametrize(
    ("statement", "construct"),
    [
        ("undrop table t", "UNDROP"),
        ("create table u clone t at (offset => -60)", "time travel"),
        (
            "create external table e (a int) with location = @s file_format = (type = csv)",
            "EXTERNAL",
        ),
        ("create stream s on table t", "CREATE STREAM"),
        ("create schema main", "a schema named MAIN"),
        ('create table "t" (a int)', "names that differ only in case"),
        ("create table x (a varchar collate 'en-ci')", "COLLATE"),
        ("execute task k", "EXECUTE TASK"),
        ("call p()", "CALL"),
        ("alter session set timezone = 'America/New_York'", "TIMEZONE"),
        ("create function f() returns int language python as $$ x $$", "PYTHON"),
        ("create procedure p() returns int language sql as $$ x $$", "CREATE PROCEDURE"),
    ],
)
def test_what_cannot_be_held_is_refused_by_name(
    session: Session, statement: str, construct: str
) -> None:
    run(session, "create table t (a int)")
    with pytest.raises(Unsupported) as caught:
        run(session, statement)
    assert construct in caught.value.construct


def test_columns_come_change_and_go(session: Session) -> None:
    run(
        session,
        "create table t (a int, b varchar(3))",
        "insert into t values (1, 'x')",
        "alter table t add column c int default 5, d varchar",
        "alter table t add column if not exists a int",
        "alter table t rename column c to n",
        "alter table t alter column b set data type varchar(20), column n set data type number(10)",
        "alter table t modify a set not null, column b comment 'what it is'",
        "insert into t (a, b) values (2, 'a longer text')",
        "alter table t drop column if exists zz, d",
    )
    assert run(session, "select * from t order by a") == [(1, "x", 5), (2, "a longer text", 5)]
    assert types_of(session, "t") == [
        ("A", "NUMBER(38,0)", "N"),
        ("B", "VARCHAR(20)", "Y"),
        ("N", "NUMBER(10,0)", "Y"),
    ]
    assert run(session, "desc table t")[1][9] == "what it is"
    with pytest.raises(EngineError, match="NULL result in a non-nullable column"):
        run(session, "insert into t (b) values ('x')")


def test_a_required_column_is_not_added_to_rows_without_a_value(session: Session) -> None:
    run(session, "create table t as select 1 as a")
    with pytest.raises(EngineError, match="Non-nullable column 'B' cannot be added"):
        run(session, "alter table t add column b int not null")
    run(session, "alter table t add column b int not null default 7")
    assert run(session, "select * from t") == [(1, 7)]


def test_two_tables_change_names_at_once(session: Session) -> None:
    run(
        session,
        "create table a as select 1 as x",
        "create schema other",
        "create table sc.b as select 2 as y, 3 as z",
        "use schema sc",
        "alter table a swap with b",
        "alter table a rename to other.c",
    )
    assert run(session, "select * from b") == [(1,)]
    assert run(session, "select y, z from other.c") == [(2, 3)]


def test_identity_columns_count_by_themselves_in_every_copy(session: Session) -> None:
    run(
        session,
        "create table t (id int autoincrement start 10 increment 5, x int)",
        "insert into t (x) values (1), (2)",
        "create table same clone t",
        "create table alike like t",
        *(f"insert into {name} (x) values (3)" for name in ("t", "same", "alike")),
    )
    assert run(session, "select id from t order by id") == [(10,), (15,), (20,)]
    assert run(session, "select id from same order by id") == [(10,), (15,), (20,)]
    assert run(session, "select id from alike") == [(10,)]
    run(
        session,
        "create or replace table t (id int identity, x int)",
        "insert into t (x) values (9)",
    )
    assert run(session, "select * from t") == [(1, 9)]


def test_a_schema_clone_reads_its_own_tables(session: Session) -> None:
    run(
        session,
        "create table t (a int) as select 1",
        "create view below as select a + 1 as b from t",
        "create view above as select b + 1 as c from below",
        "create schema copy clone sc",
        "update copy.t set a = 100",
    )
    assert run(session, "select c from copy.above") == [(102,)]
    assert run(session, "select c from sc.above") == [(3,)]


def test_a_database_clone_is_whole_and_apart(session: Session) -> None:
    run(
        session,
        "create table t as select 1 as a",
        "create schema s2",
        "create view v as select a from sc.t",
        "create database d2 clone db",
        "update d2.sc.t set a = 2",
    )
    assert run(session, "select t.a, o.a from d2.sc.t as t, db.sc.t as o") == [(2, 1)]
    assert run(session, "select a from d2.s2.v") == [(2,)]
    run(session, "drop database d2")
    assert [row[1] for row in run(session, "show databases")] == ["DB"]


def test_a_temporary_table_hides_a_permanent_one_in_its_session_alone(session: Session) -> None:
    run(
        session,
        "create table t as select 'stays' as a",
        "create temporary table t as select 1 as b",
    )
    assert run(session, "select b from t") == [(1,)]
    with Session(session.store, "DB", "SC") as other:
        assert run(other, "select a from t") == [("stays",)]
    run(session, "alter table t add column c int", "insert into t values (2, 3)")
    assert run(session, "select * from t order by b") == [(1, None), (2, 3)]
    assert [row[4] for row in run(session, "show tables")] == ["TEMPORARY"]
    run(session, "drop table t")
    assert run(session, "select a from t") == [("stays",)]


def test_a_published_table_takes_the_others_place_and_keeps_its_grants(session: Session) -> None:
    run(
        session,
        "create table t as select 'old' as a",
        "grant select on table t to role analyst",
        "create table t__next comment = 'as built' cluster by (a) as select 'new' as a, 1 as b",
    )
    session.publish("t__next", "t")
    assert run(session, "select * from t") == [("new", 1)]
    shown = run(session, "show tables")
    assert [(row[1], row[5], row[6]) for row in shown] == [("T", "as built", "LINEAR(a)")]
    grants = [row[1] for row in run(session, "show grants on table t")]
    assert grants == ["OWNERSHIP", "SELECT"]
    session.execute("create table first__next as select 1 as a")
    session.publish("first__next", "first")
    assert run(session, "select * from first") == [(1,)]


def test_copy_grants_keeps_and_replace_drops_them(session: Session) -> None:
    run(session, "create table t (a int)", "grant select on table t to role r")
    run(session, "create or replace table t copy grants as select 1 as a")
    assert len(run(session, "show grants on table t")) == 2
    run(session, "create or replace table t as select 1 as a")
    assert len(run(session, "show grants on table t")) == 1


def test_everything_recorded_survives_a_restart(tmp_path: Path) -> None:
    with connect(tmp_path) as session:
        run(
            session,
            "create table t (id int autoincrement, a varchar(3) comment 'c' default 'x')",
            "comment on table t is 'd'",
            "insert into t (a) values ('one')",
            "create view v as select a from t",
            "create sequence s start 7",
            "create role reporter comment = 'r'",
            "grant select on all tables in schema sc to role reporter",
            "create function twice(n int) returns int as 'n * 2'",
            "create schema gone",
            "drop schema gone",
            "use schema sc",
        )
        kept = [run(session, q) for q in ("desc table t", "show grants to role reporter")]
    with connect(tmp_path) as session:
        assert [run(session, q) for q in ("desc table t", "show grants to role reporter")] == kept
        run(session, "insert into t (a) values (default)")
        assert run(session, "select * from t order by id") == [(1, "one"), (2, "x")]
        assert run(session, "select a from v where a = 'one'") == [("one",)]
        assert run(session, "select s.nextval, twice(21)") == [(7, 42)]
        assert [row[1] for row in run(session, "show schemas")] == [
            "INFORMATION_SCHEMA",
            "PUBLIC",
            "SC",
        ]
        assert [row[1] for row in run(session, "show roles")] == ["REPORTER"]


def test_the_journal_of_objects_does_not_grow_forever(tmp_path: Path) -> None:
    with connect(tmp_path) as session:
        for _ in range(150):
            session.execute("create or replace table t (a int)")
    with connect(tmp_path) as session:
        ((size,),) = session.raw('select count(*) from "DB"._runner.objects')
        assert size < 10
        assert run(session, "select * from t") == []


def test_schemachange_finds_what_it_looks_for(session: Session) -> None:
    count = (
        "select count(1) from db.information_schema.schemata "
        "where schema_name = replace('{}', '\"', '')"
    )
    assert run(session, count.format("META")) == [(0,)]
    run(
        session,
        "create schema if not exists meta",
        "create table if not exists meta.change_history (version varchar, execution_time number, "
        "installed_on timestamp_ltz)",
        "insert into meta.change_history (version, execution_time, installed_on) "
        "values ('1.0', '0', current_timestamp)",
        "use role identifier('deployer')",
        "use schema identifier('sc')",
        "alter session set query_tag = 'schemachange 4.4;it''s'",
    )
    assert run(session, count.format("META")) == [(1,)]
    ((created, altered),) = run(
        session,
        "select created, last_altered from db.information_schema.tables "
        "where table_schema = 'META' and table_name = replace('CHANGE_HISTORY', '\"', '')",
    )
    assert created.tzinfo is not None
    assert created <= altered
