"""What every engine must do alike: the same statements, rows, types, counts and errors.

The Snowflake engine talks to fakesnow's server here, so only what fakesnow does as Snowflake does
is asked: no NULL in a timestamp column (it comes back as 1970), no types of expressions (a sum of
NUMBER is a float), no names that differ in case alone, no error numbers but the commonest two, no
text of error messages, no grants.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from runner.engines import Engine, Session, Target
from runner.errors import EngineError
from runner.generating import differences
from runner.generating.differences import Compared, Comparison

TABLES = (
    "create schema if not exists core",
    "create table core.customers (id number(38, 0), name varchar, is_active boolean)",
    "create table core.orders (id number(38, 0), customer_id number(38, 0), amount number(12, 2), "
    "ordered_on date, ordered_at timestamp_ntz(9), share float, note varchar)",
    "insert into core.customers values (1, 'Ada', true), (2, 'Grace', false), (3, null, null)",
    "insert into core.orders values "
    "(10, 1, 12.50, '2026-01-02', '2026-01-02 03:04:05.678', 0.5, 'first'), "
    "(11, 1, 7.25, '2026-01-03', '2026-01-03 00:00:00', 0.25, 'it''s'), "
    "(12, 2, 100, '2026-02-01', '2026-02-01 23:59:59', 1.5, null)",
)


@pytest.fixture
def filled(session: Session) -> Session:
    for statement in TABLES:
        session.execute(statement)
    return session


QUERIES: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("select id, name, is_active from core.customers order by id",
     [(1, "Ada", True), (2, "Grace", False), (3, None, None)]),
    ("select amount, ordered_on, ordered_at, share from core.orders where id = 10",
     [(Decimal("12.50"), datetime.date(2026, 1, 2),
       datetime.datetime(2026, 1, 2, 3, 4, 5, 678000), 0.5)]),
    ("select count(*), count(name), count_if(is_active) from core.customers", [(3, 2, 1)]),
    ("select customer_id, sum(amount)::number(12, 2) from core.orders group by 1 order by 1",
     [(1, Decimal("19.75")), (2, Decimal("100.00"))]),
    ("select customers.name, orders.id from core.customers "
     "left join core.orders on orders.customer_id = customers.id order by customers.id, orders.id",
     [("Ada", 10), ("Ada", 11), ("Grace", 12), (None, None)]),
    ("with big as (select id from core.orders where amount > 10) select id from big order by id",
     [(10,), (12,)]),
    ("select id from core.orders "
     "qualify row_number() over (partition by customer_id order by id desc) = 1 order by id",
     [(11,), (12,)]),
    ("select id from core.customers union all select id from core.orders order by 1 limit 4",
     [(1,), (2,), (3,), (10,)]),
    ("select iff(amount > 10, 'big', 'small') from core.orders order by id",
     [("big",), ("small",), ("big",)]),
    ("select note || '!' from core.orders order by id", [("first!",), ("it's!",), (None,)]),
    ("select 'café ☕', 'tab\\there'", [("café ☕", "tab\there")]),
]  # fmt: skip


def test_what_differs_between_two_tables_is_counted_alike(filled: Session) -> None:
    for statement in (
        "create table core.orders_before as select id, note, amount from core.orders",
        "update core.orders set amount = 8 where id = 11",
        "delete from core.orders where id = 12",
    ):
        filled.execute(statement)
    types = {"ID": "NUMBER(38,0)", "NOTE": "VARCHAR", "AMOUNT": "NUMBER(12,2)"}
    columns = tuple(Compared(name, type_, type_) for name, type_ in types.items())
    asked = Comparison("core.orders_before", "core.orders", columns, ("ID",))
    assert filled.execute(differences.counts(asked)).rows == [(3, 2, 2, 1, 1, 1, 0, 1)]
    rows = filled.execute(differences.sample(asked)).rows
    assert [row[:4] for row in rows] == [("changed", 1, 11, "it's"), ("removed", 1, 12, None)]


@pytest.mark.parametrize(("query", "rows"), QUERIES, ids=[query for query, _ in QUERIES])
def test_a_query_gives_these_rows(filled: Session, query: str, rows: list[tuple[Any, ...]]) -> None:
    result = filled.execute(query)
    assert result.rows == rows
    assert result.row_count == len(rows)
    assert [[type(value) for value in row] for row in result.rows] == [
        [type(value) for value in row] for row in rows
    ]


def test_columns_have_the_names_and_types_of_snowflake(filled: Session) -> None:
    result = filled.execute('select *, id as "mixed Case" from core.orders')
    assert [(column.name, column.type) for column in result.columns] == [
        ("ID", "NUMBER(38,0)"),
        ("CUSTOMER_ID", "NUMBER(38,0)"),
        ("AMOUNT", "NUMBER(12,2)"),
        ("ORDERED_ON", "DATE"),
        ("ORDERED_AT", "TIMESTAMP_NTZ(9)"),
        ("SHARE", "FLOAT"),
        ("NOTE", "VARCHAR(16777216)"),
        ("mixed Case", "NUMBER(38,0)"),
    ]


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ("insert into core.customers select id, note, true from core.orders", 3),
        ("update core.orders set amount = amount + 1 where customer_id = 1", 2),
        ("delete from core.orders where id >= 11", 2),
        ("delete from core.orders where id = 99", 0),
        ("merge into core.customers as target using core.orders as source "
         "on target.id = source.id when matched then update set name = source.note "
         "when not matched then insert (id, name) values (source.id, source.note)", 3),
    ],
)  # fmt: skip
def test_dml_counts_the_rows_it_wrote(filled: Session, statement: str, count: int) -> None:
    assert filled.execute(statement).row_count == count


def test_a_session_works_in_the_targets_database(session: Session, target: Target) -> None:
    assert session.execute("select current_database()").rows == [(target.database,)]


def test_sessions_see_each_others_work(engine: Engine, filled: Session) -> None:
    with engine.session() as other:
        assert other.execute("select count(*) from core.orders").rows == [(3,)]
        other.execute("insert into core.customers (id) values (4)")
    assert filled.execute("select count(*) from core.customers").rows == [(4,)]


def test_a_transaction_is_seen_when_it_is_committed(engine: Engine, filled: Session) -> None:
    count = "select count(*) from core.orders"
    filled.execute("begin transaction")
    filled.execute("delete from core.orders")
    with engine.session() as other:
        assert other.execute(count).rows == [(3,)]
        filled.execute("commit")
        assert other.execute(count).rows == [(0,)]


def test_a_rollback_undoes_what_was_written(filled: Session) -> None:
    filled.execute("begin")
    filled.execute("insert into core.customers (id) values (4)")
    filled.execute("delete from core.orders")
    filled.execute("rollback")
    counts = "select (select count(*) from core.customers), (select count(*) from core.orders)"
    assert filled.execute(counts).rows == [(3, 3)]


@pytest.mark.parametrize("statement", ["commit", "rollback"])
def test_ending_a_transaction_that_never_began_is_no_error(
    session: Session, statement: str
) -> None:
    session.execute(statement)


def test_ddl_makes_changes_and_drops_objects(filled: Session) -> None:
    for statement in (
        "create or replace table core.totals as select customer_id, sum(amount) as total "
        "from core.orders group by customer_id",
        "create or replace view core.large as select customer_id from core.totals where total > 50",
        "alter table core.totals add column note varchar",
        "create table if not exists core.totals (x number)",
        "create schema if not exists core",
    ):
        filled.execute(statement)
    assert filled.execute("select customer_id from core.large").rows == [(2,)]
    assert filled.execute("select note from core.totals").rows == [(None,), (None,)]
    filled.execute("drop view core.large")
    filled.execute("drop table if exists core.nothing")
    with pytest.raises(EngineError) as failed:
        filled.execute("select * from core.large")
    assert failed.value.code == 2003


def test_publishing_replaces_a_table_and_takes_the_other_away(filled: Session) -> None:
    filled.execute("create table core.orders__next as select 1 as id")
    filled.publish("core.orders__next", "core.orders")
    assert filled.execute("select * from core.orders").rows == [(1,)]
    with pytest.raises(EngineError) as failed:
        filled.execute("select * from core.orders__next")
    assert failed.value.code == 2003


def test_publishing_where_there_was_nothing_makes_the_table(filled: Session) -> None:
    filled.execute("create table core.fresh__next as select 1 as id")
    filled.publish("core.fresh__next", "core.fresh")
    assert filled.execute("select id from core.fresh").rows == [(1,)]


@pytest.mark.parametrize(
    ("statement", "code", "sqlstate"),
    [
        ("select * from core.nothing", 2003, "42S02"),
        ("select from where", 1003, "42000"),
    ],
)
def test_an_error_carries_snowflakes_number_and_the_statement(
    filled: Session, statement: str, code: int, sqlstate: str
) -> None:
    with pytest.raises(EngineError) as failed:
        filled.execute(statement)
    assert (failed.value.code, failed.value.sqlstate) == (code, sqlstate)
    assert failed.value.sql == statement


def test_a_failed_statement_leaves_the_session_usable(filled: Session) -> None:
    with pytest.raises(EngineError):
        filled.execute("select * from core.nothing")
    assert filled.execute("select 1").rows == [(1,)]


def test_times_are_utc(session: Session) -> None:
    rows: Sequence[tuple[Any, ...]] = session.execute("select current_timestamp()").rows
    assert rows[0][0].utcoffset() == datetime.timedelta()


def test_describing_an_engine_names_the_database_and_no_secret(
    engine: Engine, target: Target
) -> None:
    shown = dict(engine.describe())
    assert shown["database"] == target.database
    assert "sesame" not in str(shown)


def test_cancelling_an_idle_session_does_not_hurt_the_next_statement(filled: Session) -> None:
    filled.cancel()
    assert filled.execute("select count(*) from core.orders").rows == [(3,)]


def test_closing_a_session_undoes_what_it_did_not_commit(engine: Engine, filled: Session) -> None:
    with engine.session() as other:
        other.execute("begin")
        other.execute("delete from core.orders")
    assert filled.execute("select count(*) from core.orders").rows == [(3,)]


def test_a_session_may_be_closed_twice(engine: Engine) -> None:
    session = engine.session()
    session.close()
    session.close()


@pytest.mark.parametrize(
    "query",
    [
        "select id from core.orders where id = 10;",
        "-- a comment\n/* another */ select id from core.orders where id = 10 -- and one more",
        'SELECT "ID" FROM CORE.ORDERS WHERE Id = 10',
        'select id from "CORE"."ORDERS" where id = 10',
        "(select id from core.orders where id = 10)",
    ],
)
def test_a_query_may_be_written_in_these_ways(filled: Session, query: str) -> None:
    assert filled.execute(query).rows == [(10,)]


def test_a_quoted_name_keeps_its_case(filled: Session) -> None:
    filled.execute('create table core."Mixed" ("Id" number)')
    assert filled.execute('select "Id" from core."Mixed"').columns[0].name == "Id"


def test_the_same_engine_serves_threads_with_sessions_of_their_own(
    engine: Engine, filled: Session
) -> None:
    def count(number: int) -> int:
        with engine.session() as own:
            own.execute(f"create table core.t{number} as select {number} as n from core.orders")
            return int(own.execute(f"select sum(n) from core.t{number}").rows[0][0])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(count, range(1, 9))) == [number * 3 for number in range(1, 9)]
