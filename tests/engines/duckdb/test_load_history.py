"""Load history: COPY's rule, COPY_HISTORY's columns, and what makes the engine forget."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runner.engines.duckdb.session import Session
from runner.errors import EngineError, Unsupported
from tests.engines.duckdb.landing import Landing, opened

HISTORY = (
    "table(information_schema.copy_history(table_name => 't', "
    "start_time => dateadd(hour, -1, current_timestamp())))"
)


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[Landing]:
    with opened(tmp_path) as landing:
        landing.run("create stage land url = 's3://landing/'")
        landing.run("create table t (id number)")
        yield landing


def count(landing: Landing) -> int:
    ((rows,),) = landing.rows("select count(*) from t")
    return int(rows)


def age(landing: Landing, days: int) -> None:
    """Let the recorded loads be some days older."""
    landing.session.raw(
        f'update "WH"._runner.loads set loaded_at = loaded_at - interval {days} day'
    )


def test_copy_history_has_snowflakes_columns(landing: Landing) -> None:
    landing.land("in/a.csv", "1\nx\n")
    landing.run("copy into t from @land/in on_error = continue")
    result = landing.run(f"select * from {HISTORY}")
    assert [column.name for column in result.columns] == [
        "FILE_NAME",
        "STAGE_LOCATION",
        "LAST_LOAD_TIME",
        "ROW_COUNT",
        "ROW_PARSED",
        "FILE_SIZE",
        "FIRST_ERROR_MESSAGE",
        "FIRST_ERROR_LINE_NUMBER",
        "FIRST_ERROR_CHARACTER_POS",
        "FIRST_ERROR_COLUMN_NAME",
        "ERROR_COUNT",
        "ERROR_LIMIT",
        "STATUS",
        "TABLE_CATALOG_NAME",
        "TABLE_SCHEMA_NAME",
        "TABLE_NAME",
        "PIPE_CATALOG_NAME",
        "PIPE_SCHEMA_NAME",
        "PIPE_NAME",
        "PIPE_RECEIVED_TIME",
        "BYTES_BILLED",
    ]
    row = dict(zip([column.name for column in result.columns], result.rows[0], strict=True))
    assert row["LAST_LOAD_TIME"].tzinfo is not None
    del row["LAST_LOAD_TIME"], row["BYTES_BILLED"]
    assert row == {
        "FILE_NAME": "in/a.csv",
        "STAGE_LOCATION": "s3://landing/",
        "ROW_COUNT": 1,
        "ROW_PARSED": 2,
        "FILE_SIZE": 4,
        "FIRST_ERROR_MESSAGE": "Numeric value 'x' is not recognized",
        "FIRST_ERROR_LINE_NUMBER": 2,
        "FIRST_ERROR_CHARACTER_POS": 1,
        "FIRST_ERROR_COLUMN_NAME": '"T"["ID":1]',
        "ERROR_COUNT": 1,
        "ERROR_LIMIT": 2,
        "STATUS": "Partially loaded",
        "TABLE_CATALOG_NAME": "WH",
        "TABLE_SCHEMA_NAME": "PUBLIC",
        "TABLE_NAME": "T",
        "PIPE_CATALOG_NAME": None,
        "PIPE_SCHEMA_NAME": None,
        "PIPE_NAME": None,
        "PIPE_RECEIVED_TIME": None,
    }


def test_a_file_is_loaded_again_when_its_content_changed(landing: Landing) -> None:
    path = landing.land("a.csv", "1\n")
    landing.run("copy into t from @land")
    os.utime(path, (time.time() + 60,) * 2)
    landing.run("copy into t from @land")
    assert count(landing) == 1
    landing.land("a.csv", "1\n2\n")
    landing.run("copy into t from @land")
    assert count(landing) == 3


def test_a_file_that_failed_is_tried_again_and_one_that_was_partly_loaded_is_not(
    landing: Landing,
) -> None:
    landing.land("a.csv", "1\nx\n")
    landing.run("copy into t from @land on_error = skip_file")
    landing.run("copy into t from @land on_error = continue")
    assert count(landing) == 1
    landing.run("copy into t from @land on_error = continue")
    assert count(landing) == 1


def test_two_sessions_that_copy_at_once_load_each_file_once(landing: Landing) -> None:
    for number in range(5):
        landing.land(f"{number}.csv", f"{number}\n")
    sessions = [Session(landing.session.store, "WH", "PUBLIC") for _ in range(3)]
    for session in sessions:
        session.stage_folders = landing.session.stage_folders
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda session: session.execute("copy into t from @land"), sessions))
    assert landing.rows("select id from t order by id") == [(number,) for number in range(5)]
    for session in sessions:
        session.close()


def test_force_loads_again(landing: Landing) -> None:
    landing.land("a.csv", "1\n")
    for _ in range(3):
        landing.run("copy into t from @land force = true")
    assert count(landing) == 3


def test_load_metadata_expires_after_64_days(landing: Landing) -> None:
    landing.land("a.csv", "1\n")
    landing.run("copy into t from @land")
    age(landing, 63)
    landing.run("copy into t from @land")
    assert count(landing) == 1
    age(landing, 2)
    landing.run("copy into t from @land")
    assert count(landing) == 2


def test_old_files_of_uncertain_status_are_left_out_unless_asked_for(landing: Landing) -> None:
    landing.land("first.csv", "1\n")
    landing.run("copy into t from @land")
    age(landing, 65)
    (landing.folder / "first.csv").unlink()
    old = landing.land("old.csv", "2\n")
    os.utime(old, (time.time() - 65 * 86400,) * 2)
    landing.run("copy into t from @land")
    assert count(landing) == 1
    landing.run("copy into t from @land load_uncertain_files = true")
    assert count(landing) == 2


def test_each_table_has_its_own_history(landing: Landing) -> None:
    landing.land("a.csv", "1\n")
    landing.run("create table u (id number)")
    landing.run("copy into t from @land")
    landing.run("copy into u from @land")
    assert landing.rows("select count(*) from u") == [(1,)]
    assert landing.rows(f"select table_name from {HISTORY}") == [("T",)]


@pytest.mark.parametrize("again", ["truncate table t", "create or replace table t (id number)"])
def test_an_emptied_or_replaced_table_loads_its_files_again(landing: Landing, again: str) -> None:
    landing.land("a.csv", "1\n")
    landing.run("copy into t from @land")
    landing.run(again)
    assert landing.rows(f"select * from {HISTORY}") == []
    landing.run("copy into t from @land")
    assert count(landing) == 1
    assert len(landing.rows(f"select * from {HISTORY}")) == 1


def test_a_deleted_table_does_not(landing: Landing) -> None:
    landing.land("a.csv", "1\n")
    landing.run("copy into t from @land")
    landing.run("delete from t")
    landing.run("copy into t from @land")
    assert count(landing) == 0


def test_a_renamed_table_keeps_its_history(landing: Landing) -> None:
    landing.land("a.csv", "1\n")
    landing.run("copy into t from @land")
    landing.run("alter table t rename to renamed")
    landing.run("copy into renamed from @land")
    assert landing.rows("select count(*) from renamed") == [(1,)]


def test_the_history_survives_a_restart(tmp_path: Path) -> None:
    with opened(tmp_path) as landing:
        landing.run("create stage land url = 's3://landing/'")
        landing.run("create table t (id number)")
        landing.land("a.csv", "1\n")
        landing.run("copy into t from @land")
    with opened(tmp_path) as landing:
        landing.run("copy into t from @land")
        assert count(landing) == 1
        assert landing.rows(f"select file_name from {HISTORY}") == [("a.csv",)]


def test_copy_history_is_bounded_by_its_times(landing: Landing) -> None:
    landing.land("a.csv", "1\n")
    landing.run("copy into t from @land")
    function = "table(information_schema.copy_history('t', {start}))"
    later = function.format(start="dateadd(minute, 1, current_timestamp())")
    assert landing.rows(f"select * from {later}") == []
    age(landing, 15)
    earlier = function.format(start="dateadd(day, -30, current_timestamp())")
    assert landing.rows(f"select * from {earlier}") == []


def test_copy_history_needs_an_existing_table_and_a_start(landing: Landing) -> None:
    with pytest.raises(EngineError, match="does not exist"):
        landing.run(f"select * from {HISTORY.replace(chr(39) + 't', chr(39) + 'nope')}")
    with pytest.raises(EngineError, match=r"missing argument \[START_TIME\]"):
        landing.run("select * from table(information_schema.copy_history(table_name => 't'))")


def test_validate_is_refused_by_name(landing: Landing) -> None:
    with pytest.raises(Unsupported, match="VALIDATE"):
        landing.run("select * from table(validate(t, job_id => '_last'))")
