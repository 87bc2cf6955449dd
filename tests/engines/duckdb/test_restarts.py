"""What outlives a restart, and what is said when a folder cannot be opened or written to."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runner.engines.duckdb import connect, macros
from runner.engines.duckdb.session import Session
from runner.errors import Cancelled, ConnectionFailed, EngineError, Unsupported
from tests.engines.duckdb.landing import opened

OBJECTS = (
    "create schema shop comment = 'the shop'",
    "create table shop.t (id int identity(10, 5), a number(12, 2) default 1.5, b varchar(7)) "
    "comment = 'a table'",
    "comment on column shop.t.a is 'euros'",
    "insert into shop.t (b) values ('x'), ('y')",
    "grant select on table shop.t to role reader",
    "create sequence shop.s start 7 increment 3",
    "create file format shop.f type = csv skip_header = 1 comment = 'with a header'",
    "create stage shop.land url = 's3://landing/' file_format = shop.f comment = 'landing'",
    "create stage shop.inside comment = 'internal'",
    "create pipe shop.p comment = 'a pipe' as copy into shop.t (b) from @shop.land",
    "create view shop.v comment = 'a view' as select id, round(a / 3, 2) as third, "
    "split_part(b, '-', 1) as b from shop.t",
    "create view shop.w as select b, listagg(third, '|') as thirds from shop.v group by b",
    "create function shop.twice(x int) returns int as 'x * 2'",
    "create database copy clone wh",
    "use schema wh.public",
)
SHOWN = (
    "show databases",
    "show schemas like 'SHOP' in database wh",
    "show tables in database wh",
    "desc table shop.t",
    "show grants on table shop.t",
    "show stages in schema shop",
    "show file formats in schema shop",
    "show pipes in schema shop",
    "show views in schema shop",
    "select * from shop.v order by id",
    "select * from shop.w order by b",
    "select shop.twice(21)",
    "select * from copy.shop.w order by b",
    "desc file format shop.f",
    "select file_name, status, row_count from table(information_schema.copy_history("
    "table_name => 'shop.t', start_time => dateadd(hour, -1, current_timestamp())))",
)


def test_everything_outlives_restarts(tmp_path: Path) -> None:
    with opened(tmp_path) as landing:
        for statement in OBJECTS:
            landing.run(statement)
        landing.land("one.csv", "b\nloaded\n")
        landing.run("alter pipe shop.p refresh")
        before = [landing.rows(sql) for sql in SHOWN]
    for _ in range(2):
        with opened(tmp_path) as landing:
            assert [landing.rows(sql) for sql in SHOWN] == before
            assert landing.rows("alter pipe shop.p refresh") == []


def test_a_table_that_was_renamed_to_another_case_and_back_outlives_a_restart(
    tmp_path: Path,
) -> None:
    with connect(tmp_path) as session:
        for statement in (
            "create table t (a int)",
            "drop table t",
            'create table "t" (b int)',
            'drop table "t"',
            "create table t (c int)",
        ):
            session.execute(statement)
    with connect(tmp_path) as session:
        assert [column.name for column in session.execute("select * from t").columns] == ["C"]


def test_a_sequence_gives_no_value_twice_over_restarts(tmp_path: Path) -> None:
    seen: list[int] = []
    for turn in range(4):
        with connect(tmp_path) as session:
            if not turn:
                session.execute("create sequence s")
                session.execute("create table t (id int identity, a int)")
            for _ in range(3):
                seen += [n for (n,) in session.execute("select s.nextval").rows]
                session.execute("insert into t (a) values (1)")
    assert len(set(seen)) == len(seen)
    with connect(tmp_path) as session:
        assert session.execute("select count(*), count(distinct id) from t").rows == [(12, 12)]


def test_views_over_views_outlive_an_upgrade_of_the_macros(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(tmp_path) as session:
        session.execute("create view v as select 1 / 3 as a, to_char(date '2024-01-02') as b")
        session.execute("create view w as select a * 3 as a, split_part(b, '-', 1) as y from v")
        before = session.execute("select * from w").rows
    files = list(tmp_path.glob("macros-*.cache"))
    source = macros.source()
    monkeypatch.setattr(macros, "source", lambda: source + "\n-- newer")
    with connect(tmp_path) as session:
        assert session.execute("select * from w").rows == before
        session.execute("create view x as select y from w")
        assert session.execute("select * from x").rows == [("2024",)]
    assert files
    assert list(tmp_path.glob("macros-*.cache")) != files


def test_a_damaged_copy_of_the_macros_is_made_anew(tmp_path: Path) -> None:
    with connect(tmp_path):
        pass
    for file in tmp_path.glob("macros-*.cache"):
        file.write_bytes(b"damaged")
    with connect(tmp_path) as session:
        assert str(session.execute("select 1 / 3").rows[0][0]) == "0.333333"


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "no database": lambda data: b"hello world" * 1000,
    "cut off": lambda data: data[: len(data) // 2],
    "overwritten": lambda data: data[:12288] + bytes(255 - byte for byte in data[12288:]),
}


@pytest.mark.parametrize("name", ["DB", "account"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_named_with_the_next_step(tmp_path: Path, name: str, damage: str) -> None:
    with connect(tmp_path) as session:
        session.execute("create table t as select 1 as a")
        for written in ("DB", "_account"):
            session.store.root.execute(f"checkpoint {written}")
    file = tmp_path / f"{name}.duckdb"
    file.write_bytes(DAMAGE[damage](file.read_bytes()))
    with pytest.raises(ConnectionFailed, match=f"{name}.duckdb") as caught, connect(tmp_path):
        pass
    assert caught.value.hint


def test_a_database_whose_making_was_interrupted_is_gone(tmp_path: Path) -> None:
    with connect(tmp_path) as session:
        session.store.attach_new("HALF")
        session.execute("create table t as select 1 as a")
    assert (tmp_path / "HALF.duckdb").exists()
    (tmp_path / "GONE.duckdb.wal").write_bytes(b"of a database that was dropped")
    (tmp_path / "GONE.duckdb.dropped").write_bytes(b"its file")
    with connect(tmp_path) as session:
        assert [row[1] for row in session.execute("show databases").rows] == ["DB"]
        session.execute("create database half")
        session.execute("create database gone")
    assert not list(tmp_path.glob("*.dropped"))


def test_a_folder_that_vanished_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with connect(folder) as session:
        session.execute("create table t as select 1 as a")
        shutil.rmtree(folder)
        for statement in ("create stage st", "create database other", "insert into t values (2)"):
            with pytest.raises(EngineError) as caught:
                session.execute(statement)
            assert str(folder) in caught.value.message
            assert caught.value.hint
    with connect(folder) as session, pytest.raises(EngineError, match="does not exist"):
        session.execute("select * from t")


@pytest.mark.parametrize("name", ["../out", "a/b", "..", "memory"])
def test_a_database_whose_name_can_be_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with connect(tmp_path) as session, pytest.raises(Unsupported, match="a database named"):
        session.execute(f'create database "{name}"')


def test_databases_that_differ_only_in_case_are_refused() -> None:
    with connect() as session, pytest.raises(Unsupported, match="differ only in case"):
        session.execute('create database "db"')


def test_a_closed_session_says_so_and_can_be_cancelled() -> None:
    with connect() as session:
        pass
    session.cancel()
    with pytest.raises(EngineError, match="session is closed") as caught:
        session.execute("select 1")
    assert not isinstance(caught.value, Cancelled)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB, where one can be mounted."""
    if os.geteuid() or not shutil.which("mount"):
        pytest.skip("only the superuser mounts")
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(tmp_path)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def fill(session: Session) -> None:
    session.execute(
        "create table big as select seq8() as a, random() as b, random() as c "
        "from table(generator(rowcount => 500000))"
    )


def test_a_full_disk_undoes_the_statement_and_nothing_else(small_disk: Path) -> None:
    with connect(small_disk) as session:
        session.execute("create table t as select 1 as a")
        with pytest.raises(EngineError, match="disk is full") as caught:
            fill(session)
        assert "make room" in caught.value.hint
        assert session.execute("select * from t").rows == [(1,)]
        session.execute("insert into t values (2)")
    with connect(small_disk) as session:
        assert session.execute("select * from t order by a").rows == [(1,), (2,)]
        assert [row[1] for row in session.execute("show tables").rows] == ["T"]


def test_a_read_only_disk_is_said_with_the_next_step(small_disk: Path) -> None:
    with connect(small_disk) as session:
        session.execute("create table t as select 1 as a")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(ConnectionFailed, match="Read-only") as caught, connect(small_disk):
        pass
    assert "writable" in caught.value.hint
