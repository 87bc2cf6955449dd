"""SHOW, DESCRIBE, INFORMATION_SCHEMA, grants and the objects that are only recorded."""

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
        session.execute("create transient table orders (id int primary key, total number(12, 2))")
        session.execute("insert into orders values (1, 2.50), (2, 3)")
        session.execute("create secure view paid (id comment 'which') as select id from orders")
        session.execute("create schema archive comment = 'old rows'")
        session.execute("create table archive.orders_2020 (id int references sc.orders (id))")
        session.execute("use schema sc")
        yield session


def shown(session: Session, statement: str, *names: str) -> list[tuple[Any, ...]]:
    """These columns of the rows that a statement gives."""
    result = session.execute(statement)
    places = [[column.name for column in result.columns].index(name) for name in names]
    return [tuple(row[place] for place in places) for row in result.rows]


@pytest.mark.parametrize(
    ("clauses", "names"),
    [
        ("", ["ORDERS_2020", "ORDERS"]),
        ("in account", ["ORDERS_2020", "ORDERS"]),
        ("in schema sc", ["ORDERS"]),
        ("in schema db.archive", ["ORDERS_2020"]),
        ("in archive", ["ORDERS_2020"]),
        ("in database db", ["ORDERS_2020", "ORDERS"]),
        ("like 'orders'", ["ORDERS"]),
        ("like 'ORDERS\\\\_%'", ["ORDERS_2020"]),
        ("starts with 'orders'", []),
        ("starts with 'ORDERS' limit 1", ["ORDERS_2020"]),
        ("in account limit 5 from 'ORDERS_2020'", ["ORDERS"]),
        ("limit 5 from 'ORDERS'", None),
    ],
)
def test_show_tables_is_bounded_by_its_clauses(
    session: Session, clauses: str, names: list[str] | None
) -> None:
    if names is None:
        with pytest.raises(Unsupported, match="LIMIT … FROM"):
            session.execute(f"show tables {clauses}")
        return
    assert [name for (name,) in shown(session, f"show tables {clauses}", "name")] == names


def test_show_tables_says_what_is_known(session: Session) -> None:
    columns = ("name", "database_name", "schema_name", "kind", "rows", "owner")
    assert shown(session, "show tables in schema sc", *columns) == [
        ("ORDERS", "DB", "SC", "TRANSIENT", 2, "SYSADMIN")
    ]
    terse = session.execute("show terse tables in schema sc")
    assert [column.name for column in terse.columns] == [
        *("created_on", "name", "kind", "database_name", "schema_name")
    ]


def test_show_lists_the_other_kinds(session: Session) -> None:
    session.execute("create sequence counter start 3")
    session.execute("create tag cost_center comment = 'who pays'")
    assert shown(session, "show schemas", "name", "is_current", "comment") == [
        ("ARCHIVE", "N", "old rows"),
        ("INFORMATION_SCHEMA", "N", "Views describing the contents of schemas in this database"),
        ("PUBLIC", "N", ""),
        ("SC", "Y", ""),
    ]
    assert shown(session, "show views", "name", "is_secure") == [("PAID", "true")]
    assert shown(session, "show objects in schema sc", "name", "kind") == [
        ("ORDERS", "TRANSIENT"),
        ("PAID", "VIEW"),
    ]
    assert shown(session, "show columns in view paid", "column_name", "comment") == [
        ("ID", "which")
    ]
    assert shown(session, "show sequences", "name", "next_value") == [("COUNTER", 3)]
    assert shown(session, "show tags", "name", "comment") == [("COST_CENTER", "who pays")]
    assert shown(session, "show primary keys in table orders", "column_name") == [("ID",)]
    keys = shown(session, "show imported keys", "fk_table_name", "pk_table_name", "pk_column_name")
    assert keys == [("ORDERS_2020", "ORDERS", "ID")]


def test_show_of_something_missing_is_an_error(session: Session) -> None:
    for statement in ("show tables in schema nowhere", "show columns in table nowhere"):
        with pytest.raises(EngineError, match="does not exist"):
            session.execute(statement)


def test_describe_gives_columns_keys_and_comments(session: Session) -> None:
    names = ("name", "type", "null?", "primary key")
    assert shown(session, "describe table orders", *names) == [
        ("ID", "NUMBER(38,0)", "N", "Y"),
        ("TOTAL", "NUMBER(12,2)", "Y", "N"),
    ]
    assert shown(session, "desc view paid", "name", "comment") == [("ID", "which")]
    assert shown(session, "describe schema sc", "name") == [("ORDERS",), ("PAID",)]


OWN = (
    "create schema own",
    "create table t as select 1 as a union all select 2 union all select 3",
    "create view v as select table_name as n, row_count as c from information_schema.tables",
)
IN_OWN = "where table_schema = 'OWN'"


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        (f"select count(*) from information_schema.tables {IN_OWN}", [(2,)]),
        ("select n, c from v where n in ('T', 'V') order by n", [("T", 3), ("V", None)]),
        (
            "with found as (from information_schema.tables) "
            "select table_name from found where row_count > 2",
            [("T",)],
        ),
        (
            "select table_name from information_schema.tables as t where exists (select 1 from "
            "information_schema.columns as c where c.table_name = t.table_name and row_count = 3)",
            [("T",)],
        ),
        (
            "select t.table_name, ordinal_position from information_schema.tables as t "
            "inner join information_schema.columns using (table_catalog, table_schema, table_name)"
            f"{IN_OWN} order by all limit 1",
            [("T", 1)],
        ),
        (
            "select schema_name from (select * from information_schema.schemata) "
            "natural join (select 'SC' as schema_name)",
            [("SC",)],
        ),
        ("select 1 from information_schema.databases", [(1,)]),
    ],
)
def test_information_schema_has_the_columns_of_which_a_query_speaks(
    session: Session, query: str, rows: list[tuple[object, ...]]
) -> None:
    for statement in OWN:
        session.execute(statement)
    assert session.execute(query).rows == rows


def test_information_schema_answers_ordinary_queries(session: Session) -> None:
    query = """
        select
            t.table_schema,
            t.table_name,
            t.table_type,
            t.is_transient,
            t.row_count,
            count(c.column_name)
        from information_schema.tables as t
        inner join db.information_schema.columns as c
            on t.table_schema = c.table_schema and t.table_name = c.table_name
        where t.table_schema <> 'INFORMATION_SCHEMA'
        group by all
        order by 1, 2
    """
    assert session.execute(query).rows == [
        ("ARCHIVE", "ORDERS_2020", "BASE TABLE", "NO", 0, 1),
        ("SC", "ORDERS", "BASE TABLE", "YES", 2, 2),
        ("SC", "PAID", "VIEW", None, None, 1),
    ]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        (
            "select schema_name from information_schema.schemata where comment = 'old rows'",
            ["ARCHIVE"],
        ),
        (
            "select constraint_type from information_schema.table_constraints",
            ["FOREIGN KEY", "PRIMARY KEY"],
        ),
        ("select table_name from information_schema.views where is_secure = 'YES'", ["PAID"]),
        ("select database_name from information_schema.databases", ["DB"]),
        ("select numeric_scale from information_schema.columns where column_name = 'TOTAL'", [2]),
        ("select count(*) from information_schema.tables", [3]),
        ("select count(*) from information_schema.databases", [1]),
        ("select count(*) from information_schema.sequences", [0]),
        ("select count(*) from information_schema.functions", [0]),
        ("select count(*) from information_schema.stages", [0]),
        ("select count(*) from information_schema.pipes", [0]),
        ("select count(*) from information_schema.file_formats", [0]),
        ("select count(*) from information_schema.referential_constraints", [1]),
    ],
)
def test_each_view_of_information_schema_can_be_read(
    session: Session, query: str, rows: list[Any]
) -> None:
    assert sorted(value for (value,) in session.execute(query).rows) == rows


def test_a_view_over_information_schema_is_never_stale(session: Session) -> None:
    session.execute("create view names as select table_name from information_schema.tables")
    session.execute("create table later (a int)")
    assert ("LATER",) in session.execute("select * from names").rows


def test_grants_are_recorded_shown_and_revoked(session: Session) -> None:
    for statement in (
        "grant usage on database db to role reader",
        "grant usage on all schemas in database db to role reader",
        "grant select, insert on table orders to reader with grant option",
        "grant all privileges on view paid to role reader",
        "grant usage on warehouse wh to role reader",
        "grant role reader to user ann",
        "grant select on future tables in schema sc to role reader",
        "revoke insert on table orders from role reader",
    ):
        session.execute(statement)
    columns = ("privilege", "granted_on", "name", "grant_option")
    assert set(shown(session, "show grants to role reader", *columns)) == {
        ("USAGE", "DATABASE", "DB", "false"),
        ("USAGE", "SCHEMA", "DB.SC", "false"),
        ("USAGE", "SCHEMA", "DB.PUBLIC", "false"),
        ("USAGE", "SCHEMA", "DB.ARCHIVE", "false"),
        ("SELECT", "TABLE", "DB.SC.ORDERS", "true"),
        ("REFERENCES", "VIEW", "DB.SC.PAID", "false"),
        ("SELECT", "VIEW", "DB.SC.PAID", "false"),
        ("USAGE", "WAREHOUSE", "WH", "false"),
    }
    assert shown(session, "show grants of role reader", "granted_to", "grantee_name") == [
        ("USER", "ANN")
    ]
    assert shown(session, "show future grants in schema sc", "privilege", "name") == [
        ("SELECT", "DB.SC.<TABLE>")
    ]
    session.execute("create table fresh (a int)")
    assert shown(session, "show grants on table fresh", "privilege") == [
        ("OWNERSHIP",),
        ("SELECT",),
    ]
    assert session.execute("show warehouses").rows == []
    with pytest.raises(EngineError) as caught:
        session.execute("grant select on table nowhere to role reader")
    assert caught.value.code == 2003


def test_account_objects_are_recorded_without_effect(session: Session) -> None:
    for statement in (
        "create warehouse if not exists wh warehouse_size = 'SMALL' auto_suspend = 60",
        "alter warehouse wh set auto_suspend = 30",
        "alter warehouse somebody_elses suspend",
        "create or replace storage integration lake type = external_stage storage_provider = 'S3' "
        "enabled = true storage_allowed_locations = ('s3://a/', 's3://b/')",
        "create masking policy hidden as (val string) returns string -> '***'",
        "create row access policy mine as (a int) returns boolean -> true",
        "create resource monitor rm with credit_quota = 10 triggers on 90 percent do suspend",
        "create or replace task nightly warehouse = wh schedule = 'USING CRON 0 6 * * * UTC' "
        "as select 1",
        "create user ann password = 'secret' default_role = reader",
        "alter table orders modify column total set masking policy hidden",
        "alter table orders set tag cost = 'x', team.owner = 'y'",
    ):
        session.execute(statement)
    assert shown(session, "show warehouses", "name", "size", "auto_suspend") == [
        ("WH", "Small", 30)
    ]
    assert shown(session, "show integrations", "name", "category", "enabled") == [
        ("LAKE", "STORAGE", "true")
    ]
    assert shown(session, "show masking policies", "name") == [("HIDDEN",)]
    assert shown(session, "show tasks", "name", "warehouse") == [("NIGHTLY", "WH")]
    assert shown(session, "desc table orders", "policy name") == [(None,), ("HIDDEN",)]
    assert session.execute("select total from orders where id = 1").rows[0][0] is not None
    ((bodies,),) = session.raw("select string_agg(body, '') from _account._runner.objects")
    assert "secret" not in bodies
    session.execute("drop warehouse wh")
    with pytest.raises(EngineError):
        session.execute("drop warehouse wh")
    session.execute("drop warehouse if exists wh")


def test_the_last_result_can_be_queried(session: Session) -> None:
    session.execute("show tables in schema sc")
    query = (
        'select "name", "rows" + 1 as n from table(result_scan(last_query_id())) where "rows" > 0'
    )
    assert session.execute(query).rows == [("ORDERS", 3)]
    with pytest.raises(Unsupported, match="RESULT_SCAN"):
        session.execute("select * from table(result_scan('01-another'))")


def test_parameters_that_would_change_answers_are_refused(session: Session) -> None:
    session.execute(
        "alter session set timezone = 'UTC', query_tag = 'x', statement_timeout_in_seconds = 5"
    )
    assert shown(session, "show parameters like 'query_tag'", "value", "level") == [
        ("x", "SESSION")
    ]
    with pytest.raises(Unsupported, match="WEEK_START"):
        session.execute("alter session set week_start = 1")
    with pytest.raises(EngineError) as caught:
        session.execute("alter session set no_such_thing = 1")
    assert caught.value.code == 1008


def test_variables_hold_values_and_name_objects(session: Session) -> None:
    session.execute("set (name, least) = ('sc.orders', (select max(id) from orders))")
    assert session.execute("select id from identifier($name) where id >= $least").rows == [(2,)]
    session.execute("drop table identifier($name)")
    session.execute("unset (name, least)")
    with pytest.raises(EngineError, match="does not exist"):
        session.execute("select $name")
