"""Views, dynamic tables, and the functions and sequences that users make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session
from runner.errors import EngineError, Unsupported


@pytest.fixture
def session() -> Iterator[Session]:
    with connect() as session:
        session.execute("create table t (a int, b varchar)")
        session.execute("insert into t values (1, 'x'), (2, 'y')")
        yield session


def rows(session: Session, query: str) -> list[tuple[Any, ...]]:
    return session.execute(query).rows


def test_a_view_reads_the_table_as_it_is_now(session: Session) -> None:
    session.execute("create view v (key, half) as select b, a / 2 from t")
    session.execute("create view w as select half from v where key = 'x'")
    assert [str(half) for (half,) in rows(session, "select half from w")] == ["0.500000"]
    session.execute("create or replace table t as select 3.5::float as a, 'x' as b")
    assert rows(session, "select half from w") == [(1.75,)]
    session.execute("drop table t")
    with pytest.raises(EngineError) as caught:
        rows(session, "select half from w")
    assert caught.value.code == 2003


def test_a_views_names_mean_its_own_schema(session: Session) -> None:
    session.execute("create view v as select count(*) as n from t")
    session.execute("create schema other")
    session.execute("create table t as select 1 as a")
    assert rows(session, "select n from sc.v") == [(2,)]


def test_a_with_of_a_views_own_name_is_not_the_view(session: Session) -> None:
    for _ in range(2):
        session.execute("create or replace view v as with v as (select b from t) select b from v")
    assert rows(session, "select b from v order by b") == [("x",), ("y",)]


def test_a_view_that_no_longer_fits_its_declaration_says_so(session: Session) -> None:
    session.execute("create view v as select * from t")
    session.execute("alter table t add column c int")
    with pytest.raises(EngineError, match="declared 2 column"):
        rows(session, "select * from v")


@pytest.mark.parametrize(
    "statement",
    [
        "create materialized view v cluster by (a) as select a from t",
        "create dynamic table v target_lag = '1 minute' warehouse = wh as select a from t",
        "create or replace secure view v copy grants comment = 'x' as select a from t",
    ],
)
def test_what_is_derived_is_never_stale(session: Session, statement: str) -> None:
    session.execute(statement)
    session.execute("delete from t where a = 1")
    assert rows(session, "select a from v") == [(2,)]
    with pytest.raises(EngineError, match="cannot be written to"):
        session.execute("insert into v values (3)")


def test_views_are_altered_and_dropped(session: Session) -> None:
    session.execute("create view v as select a from t")
    for statement in (
        "alter view v set secure",
        "alter view v set comment = 'what'",
        "alter view v alter column a comment 'which'",
        "alter view v rename to w",
    ):
        session.execute(statement)
    assert [(r[1], r[6], r[8]) for r in rows(session, "show views")] == [("W", "what", "true")]
    assert rows(session, "desc view w")[0][9] == "which"
    assert rows(session, "select a from w order by a") == [(1,), (2,)]
    session.execute("drop view w")
    with pytest.raises(EngineError):
        rows(session, "select * from w")


def test_a_function_is_bound_where_it_is_called(session: Session) -> None:
    session.execute(
        "create function tax(amount number(12, 2), rate float default 0.5) "
        "returns number(12, 2) as 'amount * rate'"
    )
    session.execute(
        "create function label(n int) returns varchar as $$ select max(b) from t where a = n $$"
    )
    session.execute("create schema other")
    found = rows(session, "select sc.tax(3), sc.tax(3, 0.25), sc.label(2), sc.label(9)")
    assert [str(value) for value in found[0]] == ["1.50", "0.75", "y", "None"]


def test_functions_are_told_apart_by_their_arguments(session: Session) -> None:
    session.execute("create function kind(a int) returns varchar as $$ 'number' $$")
    session.execute("create function kind(a varchar) returns varchar as $$ 'text' $$")
    assert rows(session, "select kind(1), kind('1')") == [("number", "text")]
    session.execute("drop function kind(int)")
    assert rows(session, "select kind('1')") == [("text",)]
    with pytest.raises(EngineError):
        session.execute("drop function kind(int)")


def test_a_strict_function_gives_null_for_null(session: Session) -> None:
    session.execute("create function one(a int) returns int strict as '1'")
    assert rows(session, "select one(5), one(null)") == [(1, None)]


def test_a_table_function_is_joined_to_rows(session: Session) -> None:
    session.execute(
        "create function upto(n int) returns table (y int) "
        "as $$ select 1 as y union all select n $$"
    )
    assert rows(session, "select t.a, f.y from t, table(upto(t.a * 10)) as f order by 1, 2") == [
        (1, 1),
        (1, 10),
        (2, 1),
        (2, 20),
    ]


def test_sequences_count_and_are_changed(session: Session) -> None:
    session.execute("create sequence s start = 5 increment = 2")
    assert rows(session, "select s.nextval, s.nextval") == [(5, 7)]
    session.execute("alter sequence s set increment 10")
    assert rows(session, "select s.nextval") == [(9,)]
    session.execute("create table n (id int default s.nextval, x int)")
    session.execute("insert into n (x) values (0)")
    assert rows(session, "select id from n") == [(19,)]
    with pytest.raises(Unsupported, match="default uses"):
        session.execute("drop sequence s")


@pytest.mark.parametrize(
    ("statement", "construct"),
    [
        ("execute immediate $$ begin return 1; end $$", "Snowflake Scripting"),
        ("create recursive view v as select 1 as a", "RECURSIVE VIEW"),
        ("alter dynamic table d suspend", "ALTER DYNAMIC TABLE"),
        ("create view v as select current_schema() as s", "CURRENT_SCHEMA"),
    ],
)
def test_what_has_no_meaning_here_is_refused(
    session: Session, statement: str, construct: str
) -> None:
    session.execute("create dynamic table d target_lag = '1 day' warehouse = w as select a from t")
    with pytest.raises(Unsupported) as caught:
        session.execute(statement)
    assert construct in caught.value.construct


def test_one_statement_can_be_executed_from_a_text(session: Session) -> None:
    session.execute("set q = 'select count(*) from t'")
    assert rows(session, "execute immediate $q") == [(2,)]
    assert rows(session, "call system$wait(0)") == [("waited 0 seconds",)]
