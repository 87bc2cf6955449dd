"""COPY INTO: which rows are loaded, and what is said of the others."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.engines.duckdb.loading.copy_statement import OnError
from runner.engines.duckdb.types import MAX_LENGTH
from runner.errors import EngineError, Unsupported
from tests.engines.duckdb.landing import Landing, opened

QUOTED = "file_format = (type = csv field_optionally_enclosed_by = '\"')"


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[Landing]:
    with opened(tmp_path) as landing:
        landing.run("create stage land url = 's3://landing/'")
        yield landing


def result(landing: Landing, sql: str) -> list[dict[str, Any]]:
    got = landing.run(sql)
    names = [column.name for column in got.columns]
    return [dict(zip(names, row, strict=True)) for row in got.rows]


def test_a_copy_reports_each_file_as_snowflake_does(landing: Landing) -> None:
    landing.land("a.csv", "1,x\n2,y\n")
    landing.run("create table t (id number, name varchar)")
    assert result(landing, "copy into t from @land") == [
        {
            "file": "s3://landing/a.csv",
            "status": "LOADED",
            "rows_parsed": 2,
            "rows_loaded": 2,
            "error_limit": 1,
            "errors_seen": 0,
            "first_error": None,
            "first_error_line": None,
            "first_error_character": None,
            "first_error_column_name": None,
        }
    ]
    assert landing.rows("select id, name from t order by id") == [(1, "x"), (2, "y")]
    assert landing.rows("copy into t from @land") == [("Copy executed with 0 files processed.",)]


def test_types_are_converted_as_snowflake_converts_text(landing: Landing) -> None:
    landing.land("a.csv", '1.005,2024-02-29,true,"{""a"": 1}",1e3\n')
    landing.run("create table t (n number(10, 2), d date, b boolean, v variant, f float)")
    landing.run(f"copy into t from @land {QUOTED}")
    assert landing.rows("select n::varchar, d::varchar, b, v:a::number, f from t") == [
        ("1.01", "2024-02-29", True, 1, 1000.0)
    ]


def test_the_formats_of_dates_and_timestamps_are_the_file_formats(landing: Landing) -> None:
    landing.land("a.csv", "31.12.2024,2024/12/31 23:59\n")
    landing.run("create table t (d date, ts timestamp_ntz)")
    landing.run(
        "copy into t from @land file_format = "
        "(date_format = 'DD.MM.YYYY' timestamp_format = 'YYYY/MM/DD HH24:MI')"
    )
    assert landing.rows("select d::varchar, to_char(ts, 'YYYY-MM-DD HH24:MI') from t") == [
        ("2024-12-31", "2024-12-31 23:59")
    ]


def test_abort_statement_names_file_line_row_and_column_and_loads_nothing(
    landing: Landing,
) -> None:
    landing.land("a.csv", "1,x\n")
    landing.land("b.csv", "2,x\ny,y\n")
    landing.run("create table t (id number, name varchar)")
    with pytest.raises(EngineError) as caught:
        landing.run("copy into t from @land")
    assert str(caught.value).startswith(
        "Numeric value 'y' is not recognized\n"
        "  File 'b.csv', line 2, character 1\n"
        '  Row 2, column "T"["ID":1]'
    )
    assert landing.table() == []
    assert landing.history() == []


def test_continue_loads_what_is_right_and_counts_the_rest(landing: Landing) -> None:
    landing.land("a.csv", "1,x\nbad,y\n3,z,too many\n4\n5,v\n")
    landing.run("create table t (id number, name varchar)")
    (row,) = result(landing, "copy into t from @land on_error = continue")
    assert row["status"] == "PARTIALLY_LOADED"
    assert (row["rows_parsed"], row["rows_loaded"], row["errors_seen"]) == (5, 2, 3)
    assert (row["error_limit"], row["first_error_line"]) == (5, 2)
    assert row["first_error"] == "Numeric value 'bad' is not recognized"
    assert row["first_error_column_name"] == '"T"["ID":1]'
    assert landing.rows("select id, name from t order by id") == [(1, "x"), (5, "v")]


def test_skip_file_leaves_a_file_with_errors_out_and_goes_on(landing: Landing) -> None:
    landing.land("a.csv", "1,x\n2\n")
    landing.land("b.csv", "3,z\n")
    landing.run("create table t (id number, name varchar)")
    first, second = result(landing, "copy into t from @land on_error = skip_file")
    assert (first["status"], first["rows_loaded"], first["errors_seen"]) == ("LOAD_FAILED", 0, 1)
    assert first["first_error"].startswith(
        "Number of columns in file (1) does not match that of the corresponding table (2)"
    )
    assert (second["status"], second["rows_loaded"]) == ("LOADED", 1)
    assert landing.rows("select id from t") == [(3,)]


@pytest.mark.parametrize(
    ("on_error", "status"),
    [
        ("skip_file_2", "LOAD_FAILED"),
        ("skip_file_3", "PARTIALLY_LOADED"),
        ("'skip_file_49%'", "LOAD_FAILED"),
        ("'skip_file_50%'", "PARTIALLY_LOADED"),
        ("skip_file_50%", "PARTIALLY_LOADED"),
    ],
)
def test_skip_file_with_a_number_or_a_percentage(
    landing: Landing, on_error: str, status: str
) -> None:
    landing.land("a.csv", "1\nx\n3\ny\n")
    landing.run("create table t (id number)")
    (row,) = result(landing, f"copy into t from @land on_error = {on_error}")
    assert (row["status"], row["errors_seen"]) == (status, 2)


def test_an_unknown_on_error_is_refused() -> None:
    with pytest.raises(EngineError, match="ON_ERROR"):
        OnError.parse("ignore")


def test_a_null_in_a_not_null_column_is_an_error_of_the_row(landing: Landing) -> None:
    landing.land("a.csv", "1,x\n,y\n")
    landing.run("create table t (id number not null, name varchar)")
    (row,) = result(landing, "copy into t from @land on_error = continue")
    assert row["first_error"] == "NULL result in a non-nullable column"
    assert (row["rows_loaded"], row["first_error_column_name"]) == (1, '"T"["ID":1]')


def test_a_text_that_is_too_long_is_an_error_or_cut(landing: Landing) -> None:
    landing.land("a.csv", "abcdef\nabc\n")
    landing.run("create table t (name varchar(3))")
    (row,) = result(landing, "copy into t from @land on_error = continue")
    assert row["first_error"] == "User character length limit (3) exceeded by string 'abcdef'"
    assert landing.table() == [("abc",)]
    landing.run("copy into t from @land force = true truncatecolumns = true")
    assert landing.table() == [("abc",), ("abc",), ("abc",)]
    landing.run("copy into t from @land force = true enforce_length = false")
    assert len(landing.table()) == 5


def test_a_column_without_a_length_takes_so_many_characters(landing: Landing) -> None:
    landing.land("a.csv", f"1,{'é' * (MAX_LENGTH // 2 + 1)}\n2,{'x' * (MAX_LENGTH + 1)}\n")
    landing.run("create table t (id number, name varchar)")
    (row,) = result(landing, "copy into t from @land on_error = continue")
    assert (row["rows_loaded"], row["first_error_line"]) == (1, 2)
    assert row["first_error"].startswith("User character length limit (16777216) exceeded")


def test_the_count_of_columns_may_be_left_unchecked(landing: Landing) -> None:
    landing.land("a.csv", "1,x,more\n")
    landing.land("b.csv", "2\n")
    landing.run("create table t (id number, name varchar)")
    landing.run("copy into t from @land file_format = (error_on_column_count_mismatch = false)")
    assert landing.rows("select id, name from t order by id") == [(1, "x"), (2, None)]


def test_a_list_of_columns_takes_the_fields_in_its_order_and_defaults_fill_the_rest(
    landing: Landing,
) -> None:
    landing.land("a.csv", "x,1\n")
    landing.run("create table t (id number, name varchar, origin varchar default 'file')")
    landing.run("copy into t (name, id) from @land")
    assert landing.rows("select id, name, origin from t") == [(1, "x", "file")]


def test_a_query_reorders_casts_and_adds_metadata(landing: Landing) -> None:
    landing.land("in/a.csv", "name,id\n x ,1\n")
    landing.run(
        "create table t (id number(5,1), name varchar, file varchar, n number, at timestamp_ntz)"
    )
    landing.run(
        "copy into t from (select s.$2, upper(trim($1)), metadata$filename, "
        "metadata$file_row_number, metadata$start_scan_time from @land/in/ s) "
        "file_format = (skip_header = 1)"
    )
    ((id_, name, file, number, at),) = landing.rows("select * from t")
    assert (str(id_), name, file, number) == ("1.0", "X", "in/a.csv", 1)
    assert at is not None


def test_a_failing_expression_of_a_query_is_an_error_of_its_row(landing: Landing) -> None:
    landing.land("a.csv", "4\n0\nx\n")
    landing.run("create table t (id number(10, 2))")
    (row,) = result(
        landing, "copy into t from (select 8 / $1::number from @land) on_error = continue"
    )
    assert (row["rows_loaded"], row["errors_seen"], row["first_error"]) == (
        1,
        2,
        "Division by zero",
    )


def test_a_query_with_other_clauses_is_refused(landing: Landing) -> None:
    landing.run("create table t (id number)")
    for clause in ("where $1 > 1", "order by 1", "limit 1", "group by 1"):
        with pytest.raises(EngineError, match="simple SELECT"):
            landing.run(f"copy into t from (select $1 from @land {clause})")
    with pytest.raises(EngineError, match="expecting 1 but got 2"):
        landing.run("copy into t from (select $1, $2 from @land)")


def test_columns_are_matched_by_name_and_metadata_is_included(landing: Landing) -> None:
    landing.land("a.csv", "NAME,other,Id\nx,y,1\n")
    landing.run("create table t (id number, name varchar, missing varchar, file varchar)")
    landing.run(
        "copy into t from @land file_format = "
        "(parse_header = true error_on_column_count_mismatch = false) "
        "match_by_column_name = case_insensitive include_metadata = (file = metadata$filename)"
    )
    assert landing.rows("select * from t") == [(1, "x", None, "a.csv")]
    landing.run("create table u (id number, name varchar)")
    landing.run(
        "copy into u from @land file_format = "
        "(parse_header = true error_on_column_count_mismatch = false) "
        "match_by_column_name = case_sensitive"
    )
    assert landing.rows("select * from u") == [(None, "x")]


def test_matching_by_name_cannot_be_combined_with_a_query(landing: Landing) -> None:
    landing.run("create table t (id number)")
    with pytest.raises(EngineError, match="match_by_column_name is not supported"):
        landing.run("copy into t from (select $1 from @land) match_by_column_name = case_sensitive")


def test_files_and_pattern_choose_the_files(landing: Landing) -> None:
    for name in ("in/a.csv", "in/b c.csv", "in/c.txt"):
        landing.land(name, name + "\n")
    landing.run("create table t (name varchar)")
    landing.run("copy into t from @land/in/ files = ('b c.csv')")
    assert landing.table() == [("in/b c.csv",)]
    landing.run("copy into t from @land/in pattern = '.*[.]csv'")
    assert landing.table() == [("in/a.csv",), ("in/b c.csv",)]
    with pytest.raises(EngineError, match=r"'s3://landing/in/nope.csv' was not found"):
        landing.run("copy into t from @land/in/ files = ('nope.csv')")
    landing.run("copy into t from @land/in/ files = ('nope.csv', 'c.txt') on_error = continue")
    assert len(landing.table()) == 3


def test_a_pattern_whose_meaning_depends_on_where_paths_begin_is_refused(
    landing: Landing,
) -> None:
    landing.land("in/a.csv", "1\n")
    landing.run("create table t (name varchar)")
    with pytest.raises(Unsupported, match=r"begin it with \.\*"):
        landing.run("copy into t from @land/in/ pattern = 'in/a[.]csv'")


def test_the_size_limit_stops_behind_the_file_that_exceeds_it(landing: Landing) -> None:
    for name in "abc":
        landing.land(f"{name}.csv", "12345\n")
    landing.run("create table t (name varchar)")
    assert len(landing.rows("copy into t from @land size_limit = 10")) == 2
    assert len(landing.rows("copy into t from @land size_limit = 1")) == 1


def test_purge_removes_loaded_files_only(landing: Landing) -> None:
    good = landing.land("a.csv", "1\n")
    bad = landing.land("b.csv", "x\n")
    landing.run("create table t (id number)")
    landing.run("copy into t from @land purge = true on_error = skip_file")
    assert (good.exists(), bad.exists()) == (False, True)


def test_return_failed_only_leaves_loaded_files_out_of_the_result(landing: Landing) -> None:
    landing.land("a.csv", "1\n")
    landing.land("b.csv", "x\n")
    landing.run("create table t (id number)")
    rows = result(landing, "copy into t from @land on_error = skip_file return_failed_only = true")
    assert [row["file"] for row in rows] == ["s3://landing/b.csv"]


def test_validation_returns_rows_or_errors_and_loads_nothing(landing: Landing) -> None:
    landing.land("a.csv", "1,x\n2,y\nbad,z\n")
    landing.run("create table t (id number, name varchar)")
    found = landing.rows("copy into t from @land validation_mode = return_2_rows")
    assert found == [(1, "x"), (2, "y")]
    assert isinstance(found[0][0], int)
    with pytest.raises(EngineError, match="Numeric value 'bad' is not recognized"):
        landing.run("copy into t from @land validation_mode = return_3_rows")
    (row,) = result(landing, "copy into t from @land validation_mode = 'return_errors'")
    assert row["ERROR"] == "Numeric value 'bad' is not recognized"
    assert (row["FILE"], row["LINE"], row["ROW_NUMBER"]) == ("s3://landing/a.csv", 3, 3)
    assert landing.table() == []


def test_compressed_files_are_read(landing: Landing) -> None:
    landing.land("a.csv.gz", gzip.compress(b"1,x\n"))
    landing.run("create table t (id number, name varchar)")
    landing.run("copy into t from @land")
    assert landing.rows("select * from t") == [(1, "x")]


def test_windows_line_ends_byte_order_marks_and_empty_files_are_understood(
    landing: Landing,
) -> None:
    landing.land("a.csv", b"\xef\xbb\xbfid,name\r\n1,x\r\n")
    landing.land("b.csv", b"")
    landing.land("c.csv", b"id,name\r\n")
    landing.run("create table t (id number, name varchar)")
    rows = result(landing, "copy into t from @land file_format = (skip_header = 1)")
    assert [(row["status"], row["rows_loaded"]) for row in rows] == [("LOADED", 1)] + [
        ("LOADED", 0)
    ] * 2
    assert landing.rows("select * from t") == [(1, "x")]


def test_the_format_comes_from_the_statement_then_the_stage(landing: Landing) -> None:
    landing.land("a.csv", "1|2;3\n")
    landing.run("create file format bars field_delimiter = '|'")
    landing.run("create stage barred url = 's3://landing/' file_format = (format_name = 'bars')")
    landing.run("create table t (a varchar, b varchar)")
    landing.run("copy into t from @barred")
    landing.run("copy into t from @barred file_format = (field_delimiter = ';') force = true")
    assert landing.table() == [("1", "2;3"), ("1|2", "3")]


def test_json_goes_into_a_variant_column_or_by_name_into_columns(landing: Landing) -> None:
    landing.land("a.json", '[{"id": 1, "Name": "x"},\n {"id": 2, "other": null}]')
    landing.run("create table v (doc variant)")
    landing.run("copy into v from @land file_format = (type = json strip_outer_array = true)")
    assert landing.rows("select doc:id::number, doc:Name::varchar from v order by 1") == [
        (1, "x"),
        (2, None),
    ]
    landing.run("create table t (id number, name varchar)")
    landing.run(
        "copy into t from @land file_format = (type = json strip_outer_array = true) "
        "match_by_column_name = case_insensitive"
    )
    assert landing.rows("select id, name from t order by 1") == [(1, "x"), (2, None)]
    with pytest.raises(EngineError, match="one and only one column of variant"):
        landing.run("copy into t from @land file_format = (type = json) force = true")


def test_parquet_is_read_by_query_and_by_name(landing: Landing) -> None:
    landing.session.raw(
        "copy (select 1 as id, 'x' as name, 1.50::decimal(10, 2) as price, date '2024-02-29' as d) "
        f"to '{landing.folder}/a.parquet' (format parquet)"
    )
    landing.run("create table t (id number, name varchar, price number(10, 2), d date)")
    landing.run(
        "copy into t from (select $1:id, $1:name, $1:price, $1:d from @land) "
        "file_format = (type = parquet use_logical_type = true)"
    )
    landing.run(
        "copy into t from @land file_format = (type = parquet use_logical_type = true) "
        "match_by_column_name = case_insensitive force = true"
    )
    rows = landing.rows("select id, name, price::varchar, d::varchar from t")
    assert rows == [(1, "x", "1.50", "2024-02-29")] * 2


def test_days_of_parquet_are_refused_where_snowflake_takes_them_for_numbers(
    landing: Landing,
) -> None:
    landing.session.raw(
        "copy (select {'at': timestamp '2024-02-29 12:00'} as doc) "
        f"to '{landing.folder}/a.parquet' (format parquet)"
    )
    landing.run("create table t (doc variant)")
    with pytest.raises(Unsupported, match=r"column doc of type .* without USE_LOGICAL_TYPE"):
        landing.run("copy into t from @land file_format = (type = parquet)")


def test_a_file_that_is_no_parquet_fails_alone(landing: Landing) -> None:
    landing.land("a.parquet", "no parquet")
    landing.run("create table t (doc variant)")
    (row,) = result(
        landing, "copy into t from @land file_format = (type = parquet) on_error = skip_file"
    )
    assert row["status"] == "LOAD_FAILED"
    assert "not valid PARQUET" in row["first_error"]


def test_what_cannot_be_read_is_refused_by_name(landing: Landing) -> None:
    landing.land("a.avro", "x")
    landing.run("create table t (doc variant)")
    with pytest.raises(Unsupported, match="TYPE = AVRO"):
        landing.run("copy into t from @land file_format = (type = avro)")
    with pytest.raises(Unsupported, match="COPY INTO <location> … PARTITION BY"):
        landing.run("copy into @land from t partition by (doc)")
    with pytest.raises(Unsupported, match="the option LOAD_MODE"):
        landing.run("copy into t from @land load_mode = full_ingest")
    with pytest.raises(EngineError, match=r"Table .WH\.PUBLIC\.NOPE. does not exist"):
        landing.run("copy into nope from @land")


def test_a_copy_in_a_transaction_is_rolled_back_with_its_history(landing: Landing) -> None:
    landing.land("a.csv", "1\n")
    landing.run("create table t (id number)")
    landing.run("begin")
    landing.run("copy into t from @land")
    landing.run("rollback")
    assert landing.table() == []
    assert len(landing.rows("copy into t from @land")[0]) == 10
    assert len(landing.table()) == 1


def test_a_transaction_goes_on_with_what_it_loaded_after_a_statement_that_failed(
    landing: Landing,
) -> None:
    path = landing.land("a.csv", "1\n2\n")
    landing.run("create table t (id number)")
    landing.run("begin")
    landing.run("copy into t from @land")
    path.unlink()
    with pytest.raises(EngineError):
        landing.run("select 1 / 0")
    landing.run("commit")
    assert landing.rows("select id from t order by id") == [(1,), (2,)]


def test_purging_in_a_transaction_is_refused(landing: Landing) -> None:
    path = landing.land("a.csv", "1\n")
    landing.run("create table t (id number)")
    landing.run("begin")
    with pytest.raises(Unsupported, match="PURGE = TRUE in a transaction"):
        landing.run("copy into t from @land purge = true")
    landing.run("rollback")
    assert path.exists()


def test_a_view_cannot_be_loaded(landing: Landing) -> None:
    landing.run("create view v as select 1 as id")
    with pytest.raises(EngineError, match="does not exist"):
        landing.run("copy into v from @land")


def test_table_stages_are_the_default_place(landing: Landing, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1\n")
    landing.run("create table t (id number)")
    landing.run(f"put file://{tmp_path}/a.csv @%t")
    landing.run("copy into t")
    assert landing.rows("select id from t") == [(1,)]


TEXTS = st.text(alphabet=st.sampled_from(list('ab,"\\ \t\n;é€')), max_size=6)
TABLES = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=8)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(TABLES, st.sampled_from(["\n", "\r\n"]))
def test_any_table_written_as_csv_is_loaded_as_it_was(
    landing: Landing, table: list[tuple[str, str, str]], line_end: str
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(table)
    landing.land("a.csv", out.getvalue())
    landing.run("create or replace table t (a varchar, b varchar, c varchar)")
    landing.run(
        "copy into t from @land file_format = (field_optionally_enclosed_by = '\"' null_if = ())"
    )
    assert landing.table() == sorted(table)
