"""The session and its store: names, errors, threads, processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from runner.engines import Column
from runner.engines.duckdb import connect, faults
from runner.engines.duckdb.session import Session
from runner.engines.duckdb.store import Store
from runner.errors import Cancelled, ConnectionFailed, EngineError, Unsupported


@pytest.fixture
def session():
    with connect() as opened:
        yield opened


def code_of(session: Session, sql: str) -> int | None:
    with pytest.raises(EngineError) as caught:
        session.execute(sql)
    assert "duckdb" not in str(caught.value).lower()
    return caught.value.code


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("select * from nowhere", 2003),
        ("select * from no_schema.nowhere", 2003),
        ("select nothing from t", 904),
        ("select t.nothing from t", 904),
        ("select other.a from t", 904),
        ("select a from t as x join t as y on true", 1065),
        ("select (1", 1003),
        ("select 1 as one from t where a in", 1003),
        ("select 1 as one from t join t as u using", 1003),
        ("select sum(1) over (partition by) as n from t", 1003),
        ("select a from t as", 1003),
        ("select count(*) as n from t where a in group by a", 1003),
        ("select 1/0", 100051),
        ("select 'x'::int", 100038),
        ("select a + 'x' from t", 100038),
        ("select 'x'::date", 100040),
        ("select 'x'::timestamp", 100035),
        ("select 'x'::boolean", 100037),
        ("select 1000::number(3,0)", 100039),
        ("select parse_json('{')", 100069),
        ("select parse_json('\"x\"')::int", 100071),
        ("select b from t group by a", 979),
        ("select round()", 938),
        ("select round(1, 2, 'x', 4)", 939),
        ("select a from t union all select 1, 2", 1789),
        ("select rank() from t", 2303),
        ("select a from t where a = (select a from t)", 90150),
    ],
)
def test_an_error_has_snowflakes_code(session: Session, sql: str, code: int) -> None:
    session.execute(
        "create table t as select column1 as a, column2 as b from values (1, 2), (3, 4)"
    )
    assert code_of(session, sql) == code


def test_a_syntax_error_says_where(session: Session) -> None:
    with pytest.raises(EngineError, match=r"syntax error line 2 at position \d+ unexpected"):
        session.execute("select 1\nfrom t where )")


@pytest.mark.parametrize(
    ("sql", "construct"),
    [
        ("select parse_xml('<a/>')", "function PARSE_XML"),
        ("select * from t match_recognize (pattern (a) define a as true)", "MATCH_RECOGNIZE"),
        ("select a from t at (offset => -60)", "time travel"),
        ("select '2024-01-01 00:00:00.1234567'::timestamp", "microseconds"),
        ("select to_char(x, y) from values ('2024-01-01'::date, 'YYYY') as v(x, y)", "TO_CHAR"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(
    session: Session, sql: str, construct: str
) -> None:
    session.execute("create table t as select 1 as a")
    with pytest.raises(Unsupported) as caught:
        session.execute(sql)
    assert construct in caught.value.construct


def test_columns_are_named_as_snowflake_names_them(session: Session) -> None:
    result = session.execute(
        "select 1+ 1, 'a' || 'b' as x, count(*), sum( n )/2 as \"half\", n::varchar"
        " from (select 3 as n) group by n"
    )
    assert [column.name for column in result.columns] == [
        "1+ 1",
        "X",
        "COUNT(*)",
        "half",
        "N::VARCHAR",
    ]
    assert result.columns[1] == Column("X", "VARCHAR(16777216)")


def test_values_have_the_connectors_types(session: Session) -> None:
    (row,) = session.execute(
        "select 1, 1.50, 1.5::float, 'a', true, '2024-01-02'::date, '10:11:12'::time,"
        " '2024-01-02 03:04:05'::timestamp_ntz, '2024-01-02 03:04:05 +0200'::timestamp_tz,"
        " '2024-01-02 03:04:05 +0200'::timestamp_ltz, to_binary('ff'),"
        " object_construct('b', [1], 'a', null), null"
    ).rows
    assert " ".join(type(value).__name__ for value in row) == (
        "int Decimal float str bool date time datetime datetime datetime bytearray str NoneType"
    )
    assert row[1] == Decimal("1.50")
    assert row[8] == datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    assert row[9] == datetime(2024, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert row[11] == '{\n  "b": [\n    1\n  ]\n}'


def test_a_name_in_quotes_is_another_name(session: Session) -> None:
    session.execute('create table t ("a" int, "B c" int, d int)')
    session.execute("insert into t values (1, 2, 3)")
    assert session.execute('select "a", "B c", D, d, "D" from t').rows == [(1, 2, 3, 3, 3)]
    assert code_of(session, "select a from t") == 904
    assert code_of(session, 'select "d" from t') == 904


def test_a_column_wins_over_an_alias_of_its_name(session: Session) -> None:
    session.execute("create table t as select column1 as a from values (1), (2)")
    assert session.execute("select a * 10 as a, a + 1 as b from t where a = 1").rows == [(10, 2)]
    assert session.execute("select a + 1 as b, b * 2 as c from t where b = 2").rows == [(2, 4)]
    assert session.execute("select -a as a from t order by a").rows == [(-2,), (-1,)]


def test_nulls_are_the_largest_values(session: Session) -> None:
    rows = "from values (2), (null), (1) as t(a)"
    assert session.execute(f"select a {rows} order by a").rows == [(1,), (2,), (None,)]
    assert session.execute(f"select a {rows} order by a desc").rows == [(None,), (2,), (1,)]
    assert session.execute(f"select a {rows} order by a desc nulls last limit 1").rows == [(2,)]


def test_databases_outlive_the_process(tmp_path: Path) -> None:
    with connect(tmp_path, "shop") as first:
        first.execute("create table t (a number(12,2), v variant, z timestamp_tz)")
        first.execute(
            "insert into t select"
            " 1.25, parse_json('[1]'), '2024-01-01 00:00:00 +0100'::timestamp_tz"
        )
    script = (
        "import sys; from runner.engines.duckdb import connect\n"
        "with connect(sys.argv[1], 'shop') as session:\n"
        "    print(session.execute('select a, v[0]::int, z::varchar from shop.sc.t').rows)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[(Decimal('1.25'), 1, '2024-01-01 00:00:00.000 +0100')]"


def test_a_folder_in_use_by_another_process_names_it(tmp_path: Path) -> None:
    script = (
        "import sys; from runner.engines.duckdb import connect\n"
        "with connect(sys.argv[1]) as session:\n"
        "    print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(ConnectionFailed, match=f"process {other.pid}"), connect(tmp_path):
            pass
        other.communicate("")
    with connect(tmp_path) as session:
        assert session.execute("select 1").rows == [(1,)]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to the superuser")
def test_a_read_only_folder_says_what_to_do(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConnectionFailed, match="writ"), connect(tmp_path / "new"):
        pass


def test_a_file_in_the_way_of_the_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(ConnectionFailed, match="data"), connect(tmp_path / "data"):
        pass


def test_threads_read_and_write_with_sessions_of_their_own(session: Session) -> None:
    session.execute("create table counts (worker int, n int)")

    def work(worker: int) -> int:
        with Session(session.store, "DB", "SC") as own:
            for number in range(10):
                own.execute(f"create or replace table t{worker} as select {number} as n")
                own.execute(f"insert into counts select {worker}, n from t{worker}")
            ((total,),) = own.execute(f"select sum(n) from counts where worker = {worker}").rows
            return int(total)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [45] * 4
    assert session.execute("select count(*), sum(n) from counts").rows == [(40, 180)]


def test_another_thread_can_cancel_a_statement(session: Session) -> None:
    started = threading.Event()

    def interrupt() -> None:
        started.wait()
        while not done.is_set():
            session.cancel()
            done.wait(0.01)

    done = threading.Event()
    thread = threading.Thread(target=interrupt)
    thread.start()
    rows = "table(generator(rowcount => 100000))"
    try:
        with pytest.raises(Cancelled):
            started.set()
            session.execute(f"select sum(hash(random())) from {rows} a, {rows} b")
    finally:
        done.set()
        thread.join()
    assert session.execute("select 1").rows == [(1,)]


def test_ctrl_c_between_two_statements_of_duckdb_is_a_keyboard_interrupt() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    ctrl_c = threading.Timer(0.3, signal.raise_signal, (signal.SIGINT,))
    try:
        with pytest.raises(KeyboardInterrupt), faults.interruptible():
            ctrl_c.start()
            duckdb.connect().execute("create or replace temp table t as select 1;" * 20_000)
    finally:
        ctrl_c.join()
        signal.signal(signal.SIGINT, before)


def test_stores_in_memory_do_not_meet() -> None:
    with connect() as one, connect() as two:
        one.execute("create table t as select 1 as a")
        assert code_of(two, "select * from t") == 2003


def test_one_process_opens_a_folder_once(tmp_path: Path) -> None:
    with connect(tmp_path) as one, connect(tmp_path) as two:
        assert one.store is two.store
        one.execute("create table t as select 1 as a")
        assert two.execute("select a from t").rows == [(1,)]
    assert tmp_path.resolve() not in Store._open
