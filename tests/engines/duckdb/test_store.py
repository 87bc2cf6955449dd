"""What a store does beside statements: threads that fit the tables, logs that are left short."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from runner.engines.duckdb import connect, parallelism, store
from runner.engines.duckdb.session import Session


def threads(session: Session) -> int:
    ((number,),) = session.raw("select current_setting('threads')")
    return int(number)


@pytest.fixture
def cores() -> int:
    """The threads that DuckDB has of itself, of which a machine with one core has one."""
    with duckdb.connect() as alone:
        alone.execute("reset threads")
        row = alone.execute("select current_setting('threads')").fetchone()
    assert row is not None
    return int(row[0])


def test_small_tables_are_not_divided_among_threads(session: Session, cores: int) -> None:
    assert threads(session) == cores
    session.execute("create table small as select 1 as a")
    assert threads(session) == 1


def test_a_large_table_is_divided_from_its_first_statement_on(
    session: Session, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallelism, "FEW", 100)
    session.execute("create table small as select 1 as a")
    session.execute("create table large as select 1 as a from table(generator(rowcount => 101))")
    assert threads(session) == cores
    session.execute("create table small_too as select 1 as a")
    assert threads(session) == cores


def test_a_large_table_is_found_when_its_database_is_opened(
    tmp_path: Path, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallelism, "FEW", 100)
    with connect(tmp_path) as session:
        session.execute("create table t as select 1 as a from table(generator(rowcount => 101))")
    with connect(tmp_path) as session:
        session.execute("create table small as select 1 as a")
        assert threads(session) == cores


def test_a_file_is_read_by_all_threads(session: Session, cores: int, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1\n2\n")
    session.stage_folders = {"@": tmp_path}
    session.execute("create table small as select 1 as a")
    session.execute("create stage landed")
    session.execute(f"put file://{tmp_path}/a.csv @landed")
    session.execute("copy into small from @landed")
    assert threads(session) == cores


def log(folder: Path) -> int:
    """The bytes of a database's log."""
    file = folder / "DB.duckdb.wal"
    return file.stat().st_size if file.exists() else 0


def test_a_short_log_is_left_and_read_at_the_next_opening(tmp_path: Path) -> None:
    with connect(tmp_path) as session:
        session.execute("create table t as select 1 as a")
    assert 0 < log(tmp_path) <= store.SHORT_LOG
    with connect(tmp_path) as session:
        assert session.execute("select a from t").rows == [(1,)]


def test_a_long_log_is_written_into_the_database(tmp_path: Path) -> None:
    with connect(tmp_path) as session:
        rows = "table(generator(rowcount => 20000))"
        session.execute(f"create table t as select uuid_string() as a from {rows}")
        assert log(tmp_path) > store.SHORT_LOG
    assert log(tmp_path) == 0
    with connect(tmp_path) as session:
        assert session.execute("select count(distinct a) from t").rows == [(20_000,)]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with connect(tmp_path / "databases") as opened:
        yield opened
