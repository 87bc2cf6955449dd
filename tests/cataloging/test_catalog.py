from __future__ import annotations

from pathlib import Path

import pytest

from runner import project
from runner.cataloging import catalog
from runner.cataloging.objects import Catalog
from runner.nodes import Relation

TOML = """\
name = "shop"
default_target = "local"
[targets.local]
engine = "duckdb"
database = "SHOP"
[targets.local.variables]
schema = "shop_raw"
[variables]
schema = "unused"
size = 12
"""


def read(tmp_path: Path, **scripts: str) -> tuple[Catalog, list[str]]:
    (tmp_path / "runner.toml").write_text(TOML)
    folder = tmp_path / "migrations"
    folder.mkdir()
    for name, text in scripts.items():
        (folder / f"{name}.sql").write_text(text)
    found, problems = catalog.read(project.load(tmp_path))
    return found, [f"{one.path}:{one.line}: {one.message}" for one in problems]


def columns(found: Catalog, name: str) -> list[str]:
    """`name type` of every column of a table."""
    schema, table = name.upper().split(".")
    return [
        f"{one.name} {one.type}".strip() for one in found.tables[Relation(schema, table)].columns
    ]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (
            "create table s.t (a number(12, 2) not null, b varchar);",
            ["A NUMBER(12,2)", "B VARCHAR"],
        ),
        ("create or replace transient table s.t (a int);", ["A INT"]),
        ('create table s.t ("Mixed" text, "a b" date);', ["Mixed TEXT", "a b DATE"]),
        (
            "create table if not exists s.t (a timestamp_ntz(9) default current_timestamp(), "
            "b number(38, 0) autoincrement start 1 increment 1, "
            "c double precision, d vector(float, 3), e array);",
            [
                "A TIMESTAMP_NTZ(9)",
                "B NUMBER(38,0)",
                "C DOUBLE PRECISION",
                "D VECTOR(FLOAT,3)",
                "E ARRAY",
            ],
        ),
        (
            "create table s.t (a int primary key, b varchar with masking policy p using (b), "
            "c int comment 'x, y', constraint k unique (a, b), primary key (a), "
            "foreign key (c) references s.u (c)) cluster by (a) comment = 'z';",
            ["A INT", "B VARCHAR", "C INT"],
        ),
        ("create table s.u (a int); create table s.t like s.u;", ["A INT"]),
        ("create table s.u (a int); create table s.t clone s.u;", ["A INT"]),
        ("create table s.t as select 1 as a, 'x' as b;", ["A", "B"]),
        ("create table s.t (a, b) as select 1, 2;", ["A", "B"]),
        (
            "create table s.u (a int, b int); "
            "create table s.t as select * exclude a, 1 as c from s.u;",
            ["B", "C"],
        ),
        ("create table s.t as with c as (select 1 as a) select * from c;", ["A"]),
        ("create view s.t as select 1 as a;", ["A"]),
        (
            "create or replace secure view s.t (a comment 'x', b) comment = 'y' as select 1, 2;",
            ["A", "B"],
        ),
        ("create or replace recursive view s.t (a) copy grants as select 1 as x;", ["A"]),
        ("create table s.u (a int); create materialized view s.t as (select a from s.u);", ["A"]),
        (
            "create table s.u (a int); create stream s.t on table s.u append_only = true;",
            [
                "A INT",
                "METADATA$ACTION VARCHAR",
                "METADATA$ISUPDATE BOOLEAN",
                "METADATA$ROW_ID VARCHAR",
            ],
        ),
        ("create table s.t (a int); alter table s.t add column b text;", ["A INT", "B TEXT"]),
        (
            "create table s.t (a int); alter table if exists s.t add b int, c int not null;",
            ["A INT", "B INT", "C INT"],
        ),
        ("create table s.t (a int); alter table s.t add column if not exists a int;", ["A INT"]),
        ("create table s.t (a int); alter table s.t add constraint k primary key (a);", ["A INT"]),
        ("create table s.t (a int, b int, c int); alter table s.t drop column a, c;", ["B INT"]),
        ("create table s.t (a int, b int); alter table s.t drop column if exists b;", ["A INT"]),
        ("create table s.t (a int, b int); alter table s.t drop primary key;", ["A INT", "B INT"]),
        ("create table s.t (a int); alter table s.t rename column a to b;", ["B INT"]),
        (
            "create table s.t (a int); alter table s.t alter column a set data type number(20, 0);",
            ["A NUMBER(20,0)"],
        ),
        (
            "create table s.t (a int, b int); alter table s.t modify (a type text, b not null);",
            ["A TEXT", "B INT"],
        ),
        (
            "create table s.t (a int); alter table s.t alter a type text, column b drop not null;",
            ["A TEXT"],
        ),
        ("create table s.u (a int); alter table s.u rename to s.t;", ["A INT"]),
        (
            "create table s.t (a int); create table s.u (b int); alter table s.t swap with s.u;",
            ["B INT"],
        ),
        ("create table s.t (a int); create or replace table s.t (b int);", ["B INT"]),
        ("create table s.t (a int); drop table s.t; create table s.t (b int);", ["B INT"]),
        ("create table s.t (a int); create table if not exists s.t (b int);", ["A INT"]),
        ("create schema s; create table t (a int);", ["A INT"]),
        ("use schema s; create table t (a int);", ["A INT"]),
        ("use database d; use d.s; create table t (a int);", ["A INT"]),
        ("create table d.s.t (a int);", ["A INT"]),
        ("create schema o; create table t (a int); create schema s clone o;", ["A INT"]),
        ("create schema o; create table t (a int); alter schema o rename to s;", ["A INT"]),
        ("create table s.t (a int, -- b int\n c int /* , d int */);", ["A INT", "C INT"]),
        ("select ';'; create table s.t (a varchar default ';');", ["A VARCHAR"]),
        (
            "execute immediate $$ begin; drop table s.t; end $$; create table s.t (a int);",
            ["A INT"],
        ),
        ("create dynamic table s.t target_lag = '1 hour' warehouse = w as select 1 as a;", ["A"]),
        (
            "create external table s.t (a int as (value:c1::int)) location = @s.x;",
            ["VALUE VARIANT", "A INT"],
        ),
        ("create table s.t (a int); create or alter table s.t (a int, b int);", ["A INT", "B INT"]),
    ],
)
def test_the_columns_that_migrations_leave_behind(
    tmp_path: Path, script: str, expected: list[str]
) -> None:
    found, problems = read(tmp_path, V1__x=script)
    assert problems == []
    assert columns(found, "s.t") == expected


@pytest.mark.parametrize(
    "script",
    [
        "create table s.t (a int); drop table s.t;",
        "create view s.t as select 1 as a; drop view if exists s.t;",
        "create schema s; create table t (a int); drop schema s cascade;",
        "create table s.t (a int); create or replace schema s;",
        "create table s.t (a int); alter table s.t rename to s.u;",
        "create temporary table s.t (a int);",
        "-- create table s.t (a int);\nselect 1;",
        "select 'create table s.t (a int)';",
        "grant select on table s.t to role r; comment on table s.t is 'x';",
        "alter table s.t add column a int; drop table if exists s.t;",
    ],
)
def test_what_is_gone_or_was_never_made_is_not_there(tmp_path: Path, script: str) -> None:
    found, problems = read(tmp_path, V1__x=script)
    assert problems == []
    assert Relation("S", "T") not in found.tables


def test_scripts_apply_in_the_order_of_their_deployment(tmp_path: Path) -> None:
    found, problems = read(
        tmp_path,
        A__always="alter table s.t add column from_always int;",
        R__repeatable="alter table s.t add column from_repeatable int;",
        **{
            "V1.10.0__tenth": "alter table s.t add column from_tenth int;",
            "V1.9.0__ninth": "create table s.t (from_ninth int);",
        },
    )
    assert problems == []
    assert columns(found, "s.t") == [
        "FROM_NINTH INT",
        "FROM_TENTH INT",
        "FROM_REPEATABLE INT",
        "FROM_ALWAYS INT",
    ]


def test_variables_are_filled_in_as_on_the_default_target(tmp_path: Path) -> None:
    script = (
        "{# note #}create table {{ schema }}.t (\n"
        "{% for n in [1, 2] %}a{{ n }} varchar({{ size }}),{% endfor %}\nb int);"
    )
    found, problems = read(tmp_path, V1__x=script)
    assert problems == []
    assert columns(found, "shop_raw.t") == ["A1 VARCHAR(12)", "A2 VARCHAR(12)", "B INT"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("(name, at, extra, number)", ("AT", "NAME")),
        ("", ("B", "A")),
    ],
    ids=["listed", "in the table's order"],
)
def test_a_pipe_knows_which_columns_tell_of_the_load(
    tmp_path: Path, columns: str, expected: tuple[str, str]
) -> None:
    script = f"""\
create table s.t (a varchar, b timestamp_ntz, c varchar, d number);
create stage s.landing url = 's3://x/';
create pipe s.load_t as
copy into s.t {columns}
from (
    select
        metadata$filename,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz as load_time,
        $1,
        iff($2 is null, ('short: ' || metadata$filename)::number, metadata$file_row_number)
    from @s.landing/orders/
);
"""
    found, problems = read(tmp_path, V1__x=script)
    assert problems == []
    pipe = found.pipes[Relation("S", "LOAD_T")]
    assert (pipe.loaded_at, pipe.file_name) == expected


def test_a_pipe_that_notes_nothing_of_the_load_has_no_such_columns(tmp_path: Path) -> None:
    script = """\
create table s.t (a varchar);
create stage s.landing url = 's3://x/';
create pipe s.plain as copy into s.t from @s.landing;
create pipe s.chosen as copy into s.t from (select $1 from @s.landing);
"""
    found, _ = read(tmp_path, V1__x=script)
    assert {(pipe.loaded_at, pipe.file_name) for pipe in found.pipes.values()} == {("", "")}


def test_a_pipe_knows_its_table_and_its_place(tmp_path: Path) -> None:
    script = """\
create stage s.landing url = 's3://x/' directory = (enable = true);
create file format if not exists s.csv type = csv;
create function s.double(a int) returns int as $$ a * 2 $$;
create pipe if not exists s.load_t
    auto_ingest = true
    comment = 'not @this'
as
copy into s.t
from (select $1, metadata$filename from @s.landing/orders/2024/ (file_format => 's.csv'))
on_error = skip_file;
"""
    found, problems = read(tmp_path, V1__x=script)
    assert problems == []
    pipe = found.pipes[Relation("S", "LOAD_T")]
    assert (pipe.table, pipe.stage, pipe.location) == (
        Relation("S", "T"),
        Relation("S", "LANDING"),
        "orders/2024/",
    )
    assert (pipe.path, pipe.line) == ("migrations/V1__x.sql", 4)
    assert list(found.stages) == [Relation("S", "LANDING")]
    assert list(found.file_formats) == [Relation("S", "CSV")]
    assert list(found.functions) == [Relation("S", "DOUBLE")]


def test_a_table_knows_where_it_was_made(tmp_path: Path) -> None:
    found, _ = read(tmp_path, V1__x="\n-- Here.\ncreate table s.t (a int);")
    table = found.tables[Relation("S", "T")]
    assert (table.path, table.line, table.kind) == ("migrations/V1__x.sql", 3, "table")


def test_columns_that_only_the_database_knows_are_left_out(tmp_path: Path) -> None:
    found, problems = read(
        tmp_path,
        V1__x="create table s.t using template (select 1);\n"
        "create view s.v as select * from table(s.f(1));",
    )
    assert problems == []
    assert columns(found, "s.t") == columns(found, "s.v") == []


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "create table s.t (a int);\ncreate table s.t (a int);",
            "2: s.t was already made at migrations/V1__x.sql:1",
        ),
        ("create view s.v as\nselect a form s.t x y;", "2: unexpected s"),
        ("select 'x;", "1: this string is not closed"),
        ("-- Nothing.", "1: the file has no statement"),
        ("create table runner.t (a int);", "1: runner.t: the schema runner is reserved"),
        ("create table s.t (a int);\nalter table s.t swap with s.u;", "2: s.u does not exist"),
        ("create table;", "1: a name is missing"),
        ("select 1;\n{{ schma }}", "2: 'schma' is undefined"),
        ("select 1;\n{% if %}", "2: Expected an expression, got 'end of statement block'"),
    ],
)
def test_a_script_that_cannot_work_is_a_problem(tmp_path: Path, script: str, message: str) -> None:
    _, problems = read(tmp_path, V1__x=script)
    assert f"migrations/V1__x.sql:{message}" in problems
