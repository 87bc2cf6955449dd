from __future__ import annotations

import pickle
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.intervals import Size
from runner.nodes import Check, CheckKind, Materialized, Model, Relation, Severity, Snapshot
from runner.parsing.lexer import LexError, Source
from runner.parsing.parsed import Parsed
from runner.parsing.parser import parse
from runner.project import Default, SourceFile

DATA = Path(__file__).parent.parent / "data" / "parser"
ORDERS = Relation("CORE", "ORDERS")


def parsed(sql: str, path: str = "models/core/orders.sql", **defaults: str) -> Parsed:
    entry = {name: Default(text, 1) for name, text in defaults.items()}
    return parse(SourceFile(path, path.split("/", maxsplit=1)[0], sql), entry)


def model(sql: str, path: str = "models/core/orders.sql", **defaults: str) -> Model:
    found = parsed(sql, path, **defaults)
    assert found.problems == ()
    assert isinstance(found.node, Model)
    return found.node


def complaints(sql: str, path: str = "models/core/orders.sql", **defaults: str) -> list[str]:
    found = parsed(sql, path, **defaults)
    return [f"{one.line}: {one.message}" for one in found.problems]


@pytest.mark.parametrize(
    ("path", "relation"),
    [
        ("models/retail/core/fact_orders.sql", Relation("RETAIL_CORE", "FACT_ORDERS")),
        ("models/staging/Orders.sql", Relation("STAGING", "ORDERS")),
        ("models/a/b/c/d.sql", Relation("A_B_C", "D")),
        ("models/_a/b$1.sql", Relation("_A", "B$1")),
    ],
)
def test_the_path_is_the_name(path: str, relation: Relation) -> None:
    assert model("select 1 as one", path).relation == relation


def test_a_check_is_named_after_its_sentence() -> None:
    node = parsed("select 1 as one", "checks/retail/money_is_never_negative.sql").node
    assert isinstance(node, Check)
    assert node.name == "retail/money_is_never_negative"


def test_the_example_of_the_design_is_read_whole() -> None:
    node = model((DATA / "fact_orders.sql").read_text(), "models/retail/core/fact_orders.sql")
    assert node.description == "Every order once, cleansed; one row per order."
    assert node.settings.materialized is Materialized.INCREMENTAL
    assert node.settings.incremental_strategy == "merge"
    assert node.settings.unique_key == ("ORDER_ID",)
    assert node.settings.cluster_by == ("created_at", "order_id")
    assert [(one.name, one.description, one.line) for one in node.columns] == [
        ("ORDER_ID", "The order.", 20),
        ("CUSTOMER_ID", "Who bought; a few customers are left out for want of a name.", 23),
        ("ORDER_STATUS", "", 24),
        ("TOTAL_AMOUNT", "US dollars; missing or negative money counts as none.", 26),
        ("CREATED_AT", "", 27),
        ("INGESTION_TS", "", 28),
    ]
    assert [(one.name, one.kind, one.severity, one.line) for one in node.checks] == [
        ("check_count_100", CheckKind.AGGREGATE, Severity.ERROR, 6),
        (
            "check_count_if_customer_id_is_null_nullif_count_0_0_05",
            CheckKind.AGGREGATE,
            Severity.WARN,
            7,
        ),
        ("not_null_order_id", CheckKind.NOT_NULL, Severity.ERROR, 20),
        ("unique_order_id", CheckKind.UNIQUE, Severity.ERROR, 20),
        ("references_customer_id", CheckKind.REFERENCES, Severity.WARN, 22),
        ("accepted_values_order_status", CheckKind.ACCEPTED_VALUES, Severity.ERROR, 24),
        ("check_total_amount", CheckKind.CONDITION, Severity.ERROR, 25),
    ]
    assert [(str(one.relation), one.line) for one in node.reads] == [
        ("retail_staging.stg_orders", 11)
    ]
    assert node.reads_itself
    assert "from retail_core.fact_orders" in node.sql
    assert "from retail_core.fact_orders" not in node.initial_sql


COLUMNS = """\
select
    -- Above a.
    -- @not_null
    a,  -- behind a @check a > 1
    -- Not right above b.

    b, c as d,  -- behind d @check d > 1
    /* Above e,
       in two lines. @unique */
    {expression}  -- behind e @check e > 1
    , f -- behind f
    -- Above g.
    , g  -- behind g
from s.t
"""


@pytest.mark.parametrize(
    "expression",
    [
        "e",
        "-x as e",
        "not x as e",
        "date '2024-01-01' as e",
        "coalesce(x, y)::number(12, 2) as e",
        "case when x then y end as e",
        "x is distinct from y as e",
        "extract(year from x) as e",
        "max(x) over (partition by y order by z) as e",
        "(select max(q.x) from s.u as q) as e",
        "x:y.z[0]::varchar as e",
        "[1, 2] as e",
        "{'k': x} as e",
        "'-- @not_null' as e",
        "interval '1 hour' as e",
        "$1:a as e",
        "(x, y) in ((1, 2), (3, 4)) as e",
        "x like any ('a', 'b') as e",
        "count(distinct x, y) as e",
    ],
)
def test_comments_behind_and_right_above_a_column_are_its_own(expression: str) -> None:
    node = model(COLUMNS.replace("{expression}", expression))
    assert {one.name: one.description for one in node.columns} == {
        "A": "Above a. behind a",
        "B": "",
        "D": "behind d",
        "E": "Above e, in two lines. behind e",
        "F": "behind f",
        "G": "Above g. behind g",
    }
    assert [(one.name, one.columns) for one in node.checks] == [
        ("not_null_a", ("A",)),
        ("check_a", ("A",)),
        ("check_d", ("D",)),
        ("unique_e", ("E",)),
        ("check_e", ("E",)),
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "select  -- {}\n  a\nfrom s.t",
        "select\n  a  {}\n  -- x\n  , /* {} */ b from s.t",
        "select a, /* {} */ b from s.t",
        "select\n  /* {} */ a\nfrom s.t",
        "select\n  -- {}\n\n  a\nfrom s.t",
        "select\n  a\n  -- {}\nfrom s.t",
        "select\n  coalesce(a, -- {}\n  0) as a\nfrom s.t",
        "select\n  a\n  -- {}\n  as b\nfrom s.t",
        "select a\nfrom s.t  -- {}",
        "select a\nfrom s.t\n-- {}\nwhere a > 1",
        "select a\nfrom s.t\n-- {}",
        "select a from s.t;\n-- {}",
        "with c as (\n  -- {}\n  select a from s.t\n)\nselect a\nfrom c",
        "with  -- {}\nc as (select a from s.t) select a\nfrom c",
        "with c as (select a from s.t)\n-- {}\nselect a\nfrom c",
        "select a\nfrom s.t\nunion all\nselect\n  a -- {}\nfrom s.t",
        "select a\nfrom s.t\n-- {}\nunion all\nselect a from s.t",
        "select a\nfrom (\n  select a  -- {}\n  from s.t)",
        "values\n  -- {}\n  (1)",
        "values (1)  -- {}",
    ],
)
def test_an_annotation_that_would_be_ignored_is_an_error(sql: str) -> None:
    line = sql[: sql.rindex("{}")].count("\n") + 1
    assert f"{line}: @not_null would be ignored here" in complaints(sql.replace("{}", "@not_null"))


@pytest.mark.parametrize(
    "sql",
    [
        "select\n  a  -- @not_null\nfrom s.t\nunion all\nselect a from s.t",
        "(\n  select\n    a  -- @not_null\n  from s.t\n)\nunion all\nselect a from s.t",
        "with c as (select 1 as a)\n((\n  select\n    a  -- @not_null\n  from c)) except select 1",
        "with c (x, y) as (select 1, 2), d as (select 3)\nselect\n  x as a  -- @not_null\nfrom c",
        "select distinct\n  a  -- @not_null\nfrom s.t",
        "select top 3\n  -- @not_null\n  a\nfrom s.t",
        "select all\n  a,  -- @not_null\nfrom s.t",
        "select 1 as a  -- @not_null",
        "select 1 as a  -- @not_null\n;",
        "select 1 as a, /* x */  -- @not_null\n  2 as b",
        "select a -- @not_null\n, b from s.t",
        "select a /* @not_null */, b from s.t",
    ],
)
def test_an_annotation_of_the_final_select_is_found(sql: str) -> None:
    assert [(one.name, one.columns) for one in model(sql).checks] == [("not_null_a", ("A",))]


@pytest.mark.parametrize(
    "sql",
    [
        "with c as (select 1 as a) select a from c",
        "select 1 as a union select 2",
        "values (1)",
        "(select 1 as a)",
    ],
)
def test_the_head_of_every_kind_of_query_is_read(sql: str) -> None:
    node = model(f"-- What it is.\n--\n-- @materialized table\n/* @tags a, b */\n{sql}")
    assert node.description == "What it is."
    assert node.settings.materialized is Materialized.TABLE
    assert node.settings.tags == ("a", "b")


def test_the_closing_semicolon_is_left_out_and_comments_stay() -> None:
    node = model("-- Head.\nselect 1 as a  -- one\n;\n-- the end\n")
    assert node.sql == "-- Head.\nselect 1 as a  -- one\n\n-- the end"


def test_folder_defaults_hold_where_they_apply() -> None:
    node = model("select 1 as a", materialized="table", tags="x, y", on_schema_change="fail")
    assert node.settings.materialized is Materialized.TABLE
    assert node.settings.tags == ("x", "y")
    assert node.settings.on_schema_change == "ignore"
    own = model("-- @materialized view\n-- @tags z\nselect 1 as a", materialized="table", tags="x")
    assert own.settings.materialized is Materialized.VIEW
    assert own.settings.tags == ("z",)


def test_an_incremental_model_without_a_key_appends() -> None:
    node = model("-- @materialized incremental\nselect 1 as a")
    assert node.settings.incremental_strategy == "append"
    assert node.initial_sql == node.sql


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("@materialized", "1: @materialized: its argument is missing"),
        (
            "@materialized table view",
            "1: @materialized: table view is not one of view, table, incremental, dynamic_table",
        ),
        ("@materialized incremental @unique_key a,", "1: @unique_key: no list of columns: a,"),
        ("@materialized incremental @unique_key a b", "1: @unique_key: no list of columns: a b"),
        ("@materialized incremental @unique_key a, A", "1: @unique_key: the column a stands twice"),
        ("@materialized table @cluster_by a,,a", "1: @cluster_by: an empty part in the list: a,,a"),
        (
            "@materialized table @cluster_by count(*)",
            "1: @cluster_by: an aggregate cannot stand here: count(*)",
        ),
        ("@materialized table @cluster_by a +", "1: @cluster_by: not an expression: a +"),
        ("@materialized table @transient maybe", "1: @transient: maybe is not one of true, false"),
        ("@materialized table @secure", "1: @secure does not apply to @materialized table"),
        (
            "@materialized dynamic_table @target_lag 5 minutes",
            "1: a dynamic table needs @warehouse",
        ),
        (
            "@materialized dynamic_table @warehouse w @target_lag soon",
            "1: @target_lag: soon is no such value",
        ),
        ("@materialized incremental @lookback 3", "1: @lookback does not apply without @batch"),
        (
            "@materialized incremental @batch week",
            "1: @batch: week is not one of hour, day, month, year",
        ),
        (
            "@materialized incremental @delete_when a = 1",
            "1: @delete_when does not apply to the strategy append",
        ),
        (
            "@materialized incremental @unique_key a @delete_when count(*) > 1",
            "1: @delete_when: an aggregate cannot stand here: count(*) > 1",
        ),
        (
            "@materialized incremental @unique_key a @delete_when a >",
            "1: @delete_when: not an expression: a >",
        ),
        ("@materialized incremental @batch day", "1: @batch needs @begin"),
        ("@materialized incremental @batch day", "1: @batch needs @batch_by"),
        (
            "@materialized incremental @batch day @incremental_strategy append",
            "1: the strategy append would add the rows of a batch that runs again once more",
        ),
        (
            "@materialized incremental @batch day @begin 2024-02-30",
            "1: @begin: day is out of range for month",
        ),
        ("@materialized incremental @batch_by a", "1: @batch_by does not apply without @batch"),
        (
            "@materialized incremental @incremental_strategy delete+insert",
            "1: the strategy delete+insert needs @unique_key",
        ),
        (
            "@materialized incremental @merge_exclude_columns a",
            "1: @merge_exclude_columns does not apply to the strategy append",
        ),
        (
            "@materialized incremental @unique_key a @move_from events",
            "1: @move_from: no table: events",
        ),
        ("@materialized incremental @move_from r.events", "1: @move_from needs @unique_key"),
        (
            "@materialized incremental @unique_key a @move_from r.e @incremental_strategy merge",
            "1: @move_from does not go with the strategy merge",
        ),
        (
            "@materialized incremental @unique_key a @move_from r.e @on_schema_change ignore",
            "1: @move_from does not go with @on_schema_change ignore: new columns would be lost",
        ),
        (
            "@materialized incremental @unique_key a @move_from r.e @batch day",
            "1: @move_from does not go with @batch",
        ),
        (
            "@materialized table @move_from r.e",
            "1: @move_from does not apply to @materialized table",
        ),
        ("@unique", "1: @unique: its argument is missing"),
        ("@check a > 1 @check a > 1", "1: @check stands twice"),
        ("@warn_if > 3", "1: @warn_if has no meaning at the head of a model"),
        ("@nonsense_of_mine", "1: unknown annotation @nonsense_of_mine"),
    ],
)
def test_a_setting_that_cannot_hold_is_an_error(head: str, message: str) -> None:
    assert message in complaints(f"-- {head}\nselect 1 as a")


def test_checks_get_names_of_their_own() -> None:
    node = model(
        "-- @unique a, b\n-- @check count(*) > 1\n-- @check count(*) >= 1\n"
        "select\n  1 as a,  -- @check a > 0 @check a < 9\n  2 as b"
    )
    assert [one.name for one in node.checks] == [
        "unique_a_b",
        "check_count_1",
        "check_count_1_2",
        "check_a",
        "check_a_2",
    ]


def test_a_reference_names_relation_and_column() -> None:
    node = model(
        'select\n  1 as a,  -- @references core.dim(id)\n  2 as b  -- @references "x"."Y" ( "z" )'
    )
    first, second = node.checks
    assert (first.references, first.references_column) == (Relation("CORE", "DIM"), "ID")
    assert (second.references, second.references_column) == (Relation("x", "Y"), "z")


@pytest.mark.parametrize(
    "text", ["dim(id)", "a.b.c(id)", "a.b", "a.b(c, d)", "a.b()", "a.b(c) x", "'a'.b(c)"]
)
def test_a_reference_is_written_in_full(text: str) -> None:
    assert complaints(f"select\n  1 as a  -- @references {text}") == [
        f"2: @references: not a reference: {text}"
    ]


@pytest.mark.parametrize(
    "values", ["'a'", "'a', 'it''s, ok'", "1, -2, 3.5", "true, false", "'a @b'"]
)
def test_accepted_values_are_kept_as_written(values: str) -> None:
    node = model(f"select\n  1 as a  -- @accepted_values {values}")
    assert node.checks[0].expression == values


def test_new_rows_is_for_aggregates_of_incremental_models() -> None:
    node = model(
        "-- @materialized incremental\n-- @warn @new_rows @check count(*) > 0\nselect 1 as a"
    )
    assert (node.checks[0].new_rows, node.checks[0].severity) == (True, Severity.WARN)
    for head in (
        "@new_rows @check count(*) > 0",
        "@materialized incremental @new_rows @check a > 0",
    ):
        assert complaints(f"-- {head}\nselect 1 as a") == ["1: @check: @new_rows does not apply"]


def test_every_check_may_say_how_many_violations_it_forgives() -> None:
    node = model(
        "select\n  1 as a,  -- @error_if > 10 @not_null @warn @warn_if >= 2 @unique\n"
        "  2 as b  -- @warn_if > 1 @error_if > 2 @check b > 0"
    )
    assert [(one.severity.value, one.warn_if, one.error_if) for one in node.checks] == [
        ("error", "", "> 10"),
        ("warn", ">= 2", ""),
        ("error", "> 1", "> 2"),
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("@warn @error_if > 10 @check a > 0", "@error_if has no effect: a warning never fails"),
        ("@warn_if > 10 @check a > 0", "@warn_if has no effect: the first violation fails already"),
        ("@error_if > 10 @check count(*) > 0", "@error_if does not apply to an aggregate"),
        ("@error_if many @check a > 0", "many is no such value"),
    ],
)
def test_a_threshold_that_decides_nothing_is_an_error(words: str, message: str) -> None:
    assert complaints(f"-- {words}\nselect 1 as a") == [f"1: @check: {message}"]


def test_a_threshold_that_decides_nothing_is_an_error_in_a_file_too() -> None:
    for words, message in (
        ("@severity warn @error_if > 10", "@error_if has no effect: a warning never fails"),
        ("@warn_if > 10", "@warn_if has no effect: the first violation fails already"),
    ):
        found = complaints(f"-- {words}\nselect 1 as a", "checks/core/x.sql")
        assert found == [f"1: {message}"]


def test_conditions_on_single_rows_may_send_rows_to_quarantine() -> None:
    node = model(
        "-- @materialized table\n-- @quarantine @check a <> b\nselect\n"
        "  1 as a,  -- @quarantine @not_null @unique\n"
        "  2 as b  -- @quarantine @warn_if > 5 @accepted_values 1, 2 @check b > 0"
    )
    assert [one.name for one in node.sifting] == ["check_a_b", "not_null_a", "accepted_values_b"]
    assert node.quarantine == Relation("CORE", "ORDERS__QUARANTINE")


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("@materialized table @quarantine @unique a", "@unique: {} to @unique"),
        ("@materialized table @quarantine @check count(*) > 0", "@check: {} to an aggregate"),
        ("@quarantine @check a > 0", "@check: {}: a view keeps no rows"),
        ("@materialized table @quarantine", "@quarantine stands before nothing"),
        ("@materialized table @quarantine all @check a > 0", "@quarantine takes no argument: all"),
        ("@quarantine @materialized table", "@quarantine does not apply to @materialized"),
    ],
)
def test_quarantine_stands_where_rows_can_be_sent_away(head: str, message: str) -> None:
    expected = message.format("@quarantine does not apply")
    assert complaints(f"-- {head}\nselect 1 as a") == [f"1: {expected}"]


def test_a_snapshot_sends_nothing_to_quarantine() -> None:
    sql = "-- @unique_key a\n-- @check_columns all\nselect 1 as a  -- @quarantine @not_null"
    assert complaints(sql, "snapshots/core/history.sql") == [
        "3: @not_null: @quarantine does not apply to a snapshot"
    ]


def test_a_snapshot_has_a_key_and_a_clock() -> None:
    head = ("@unique_key a", "@check_columns all", "@hard_deletes invalidate", "@max_deletes 10%")
    sql = "".join(f"-- {line}\n" for line in head) + "select 1 as a"
    node = parsed(sql, "snapshots/core/history.sql").node
    assert isinstance(node, Snapshot)
    assert node.settings.check_columns == ("*",)
    assert (node.settings.hard_deletes, node.settings.max_deletes) == ("invalidate", "10%")
    both = "-- @unique_key a\n-- @check_columns a\n-- @updated_at a\nselect 1 as a"
    assert complaints(both, "snapshots/core/history.sql") == [
        "3: there is both @updated_at and @check_columns"
    ]


def test_a_freshness_check_is_one_loaded_at() -> None:
    sql = "-- @warn_after 6 hours\n-- @error_after 12 hours\nselect max(ts) as loaded_at from s.t"
    node = parsed(sql, "checks/core/fresh.sql").node
    assert isinstance(node, Check)
    assert (node.freshness, node.warn_after, node.error_after) == (True, "6 hours", "12 hours")
    wrong = "-- @warn_after 6 hours\n-- @severity warn\nselect max(ts) as ts from s.t"
    assert complaints(wrong, "checks/core/fresh.sql") == [
        "2: @severity does not apply to a freshness check",
        "1: @warn_after wants a query with one column, loaded_at",
    ]


def test_a_column_of_a_check_file_carries_no_annotation() -> None:
    found = complaints("select\n  1 as a  -- @not_null", "checks/core/x.sql")
    assert found == ["2: @not_null has no meaning on a column of a check file"]


def test_relations_are_read_once_in_the_order_of_the_text() -> None:
    node = model("select 1 as a\nfrom s.b\njoin s.a on exists (select 1 as one from s.b)\njoin s.c")
    assert [(str(one.relation), one.line) for one in node.reads] == [
        ("s.b", 2),
        ("s.a", 3),
        ("s.c", 4),
    ]


def test_only_the_first_block_of_comments_describes_the_relation() -> None:
    node = model("-- What it is.\n\n-- A note.\n-- @tags a\nselect 1 as a")
    assert (node.description, node.settings.tags) == ("What it is.", ("a",))


def test_no_semicolon_is_left() -> None:
    assert model("select 1 as a ; ; -- end").sql == "select 1 as a   -- end"


def test_batch_variables_and_the_batch_setting_belong_together() -> None:
    head = "-- @materialized incremental\n-- @batch day @begin 2024-01-01 @batch_by ts\n"
    where = "select ts\nfrom s.t\nwhere ts >= $batch_start and ts < $BATCH_END"
    assert model(head + where).settings.batch is Size.DAY
    assert complaints(where) == ["3: a batch variable has no value without @batch"]
    assert complaints(head + "select ts from s.t") == [
        "2: @batch does not apply: the query does not read $batch_start and $batch_end"
    ]
    assert complaints(head + "select ts from s.t where ts >= $batch_start") == [
        "2: @batch does not apply: the query does not read $batch_end"
    ]


def test_a_model_with_batches_replaces_them_or_merges_by_its_key() -> None:
    head = "-- @materialized incremental\n-- @batch month @begin 2024-01-15 06:00 @batch_by ts\n"
    where = "select ts\nfrom s.t\nwhere ts >= $batch_start and ts < $batch_end"
    settings = model(head + where).settings
    assert settings.incremental_strategy == "insert_overwrite"
    assert settings.begin == datetime(2024, 1, 15, 6)
    assert settings.lookback == 1
    merged = model(head + "-- @unique_key ts @lookback 0\n" + where).settings
    assert (merged.incremental_strategy, merged.lookback) == ("merge", 0)


def test_a_batch_is_read_in_the_first_build_too() -> None:
    node = model(
        "-- @materialized incremental\n-- @batch day @begin 2024-01-01 @batch_by ts\n"
        "select ts from s.t where ts >= $batch_start and ts < $batch_end\n"
        "and ts > (select max(own.ts) from core.orders as own)"
    )
    assert node.reads_itself
    assert "ts >= $batch_start and ts < $batch_end" in node.initial_sql
    assert "own" not in node.initial_sql


def test_a_query_that_is_nested_too_deeply_is_refused() -> None:
    sql = "select " + "(" * 3000 + "1" + ")" * 3000 + " as a"
    assert complaints(sql) == ["1: the query is nested too deeply to be read"]


def test_a_long_chain_of_operators_is_read() -> None:
    assert model("select " + " + ".join(["1"] * 2000) + " as a").columns[0].name == "A"


def test_what_was_parsed_can_be_kept() -> None:
    found = parsed((DATA / "fact_orders.sql").read_text(), "models/retail/core/fact_orders.sql")
    assert pickle.loads(pickle.dumps(found)) == found


SENTENCES = sorted((DATA.parent / "initial").glob("*.sql"))


@settings(max_examples=150)
@given(st.sampled_from(SENTENCES), st.randoms(use_true_random=False))
def test_a_garbled_file_is_a_problem_or_a_model_and_never_a_traceback(
    path: Path, random: Random
) -> None:
    sql = path.read_text(encoding="utf-8")
    for _ in range(random.randint(1, 3)):
        tokens = Source(sql).tokens
        token, other = random.choice(tokens), random.choice(tokens)
        word = random.choice(["", sql[other.start : other.end + 1]])
        end = random.choice([token.start, token.end + 1])
        sql = f"{sql[: token.start]}{word} {sql[end:]}"
        try:
            Source(sql)
        except LexError:
            break
    found = parsed(f"-- @materialized incremental\n{sql}", "models/core/facts.sql")
    assert found.node is not None or found.problems
    assert all(one.line <= sql.count("\n") + 2 for one in found.problems)


QUERY = """\
-- Head.
with c as (
    select t.id, max(t.x) over (partition by t.y) as m from s.t as t where t.x between 1 and 2
)

select
    c.id,
    case when c.m > 1 then 'a' else 'b' end as kind,
    coalesce(c.m, 0)::number(12, 2) as amount
from c left join s.u as u on c.id = u.id
where c.id in (select v.id from s.v as v)
union all
select u.id, 'c', -1 from s.u
"""


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(Source(QUERY).tokens)),
            st.sampled_from(["\n-- {}\n", " -- {}\n", "/* {} */", "\n/* {}\n */\n", "\n// {}\n\n"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_comments_change_nothing_and_every_annotation_is_claimed_or_reported(
    places: list[tuple[int, str]],
) -> None:
    tokens = Source(QUERY).tokens
    sql = QUERY
    for number, (index, comment) in sorted(enumerate(places), key=lambda p: -p[1][0]):
        offset = tokens[index].start if index < len(tokens) else len(QUERY)
        sql = sql[:offset] + comment.format(f"@check id > {number}") + sql[offset:]
    found = parsed(sql)
    assert isinstance(found.node, Model)
    assert [str(one.relation) for one in found.node.reads] == ["s.t", "s.u", "s.v"]
    assert [one.name for one in found.node.columns] == ["ID", "KIND", "AMOUNT"]
    lines = sql.splitlines()
    claimed = [one.line for one in found.node.checks]
    reported = [one.line for one in found.problems]
    written = [n for n, line in enumerate(lines, 1) for _ in range(line.count("@check"))]
    assert sorted(claimed + reported) == written
