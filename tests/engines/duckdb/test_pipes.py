"""Pipes: each file once, whatever happens to it, to the process or beside it."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.engines import Target
from runner.engines.duckdb import open_engine
from runner.errors import EngineError
from tests.engines.duckdb.landing import URL, Landing, opened

DATA = Path(__file__).parents[2] / "data" / "loading"
STATEMENTS = (DATA / "stores.sql").read_text().split(";\n")[:-1]
PIPE = STATEMENTS[-1]
HISTORY = (
    "table(information_schema.copy_history(table_name => 'stores', "
    "start_time => dateadd(hour, -1, current_timestamp())))"
)
HEADER = "store_id,name,city\n"


def prepare(landing: Landing) -> None:
    for statement in STATEMENTS:
        landing.run(statement)


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[Landing]:
    with opened(tmp_path) as landing:
        prepare(landing)
        yield landing


def refresh(landing: Landing, rest: str = "") -> list[str]:
    return [row[0] for row in landing.rows(f"alter pipe load_stores refresh {rest}")]


def stores(landing: Landing) -> list[str]:
    return [row[0] for row in landing.rows("select store_id from stores order by store_id")]


def test_refresh_loads_new_files_once_and_says_which(landing: Landing) -> None:
    landing.land("stores/a.csv", HEADER + '1,"x, y",Bonn\n2,,\n')
    result = landing.run("alter pipe load_stores refresh")
    assert [column.name for column in result.columns] == ["File", "Status"]
    assert result.rows == [("stores/a.csv", "SENT")]
    assert landing.rows(
        "select store_id, name, city, file_name, file_row_number from stores order by 1"
    ) == [("1", "x, y", "Bonn", "stores/a.csv", 1), ("2", "", "", "stores/a.csv", 2)]
    assert refresh(landing) == []
    landing.land("stores/b c.csv", HEADER + "3,z,Ulm\n")
    assert refresh(landing) == ["stores/b c.csv"]
    assert stores(landing) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("content", "rows", "errors", "message"),
    [
        ("store_id,name\n1,x\n2,y\n", 2, 2, "'fewer than 3 columns: stores/bad.csv' is not"),
        (HEADER[:-1] + ",zip\n1,x,y,9\n", 1, 1, "'more than 3 columns: stores/bad.csv' is not"),
        (HEADER + "1,x,y\n2,x\n3,x,y\n", 3, 1, "'fewer than 3 columns: stores/bad.csv' is not"),
        (HEADER + '1,x,y\n2,"half', 2, 1, "The enclosed field is not closed"),
        (HEADER + "1,x,y\n2,x", 2, 1, "'fewer than 3 columns: stores/bad.csv' is not"),
        (HEADER.encode() + b"1,\xe9,y\n", 1, 1, "Invalid UTF8 detected in string '\\xe9'"),
        (HEADER + '1,"x"y,z\n', 1, 1, "Found character 'y' instead of field delimiter ','"),
        (b"\x1f\x8bbroken", 0, 1, "The file is not valid GZIP"),
    ],
    ids=["lacks", "adds", "short", "open", "cut", "latin", "quote", "gzip"],
)
def test_a_bad_file_is_refused_as_a_whole_named_and_stops_no_other(
    landing: Landing, content: str | bytes, rows: int, errors: int, message: str
) -> None:
    landing.land("stores/bad.csv", content)
    landing.land("stores/good.csv", HEADER + "7,x,y\n")
    assert refresh(landing) == ["stores/bad.csv", "stores/good.csv"]
    assert stores(landing) == ["7"]
    bad, good = landing.rows(
        "select file_name, status, row_parsed, row_count, error_count, first_error_message "
        f"from {HISTORY} order by file_name"
    )
    assert bad[:5] == ("stores/bad.csv", "Load failed", rows, 0, errors)
    assert message in bad[5]
    assert good == ("stores/good.csv", "Loaded", 1, 1, 0, None)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_refused_alone(landing: Landing) -> None:
    path = landing.land("stores/bad.csv", HEADER)
    path.chmod(0)
    assert refresh(landing) == ["stores/bad.csv"]


def test_a_file_that_failed_or_changed_is_not_taken_up_again(landing: Landing) -> None:
    """Page *Troubleshooting Snowpipe*: by path and name, including files that failed to load."""
    landing.land("stores/a.csv", "store_id\n1\n")
    landing.land("stores/b.csv", HEADER + "2,x,y\n")
    refresh(landing)
    landing.land("stores/a.csv", HEADER + "1,mended,y\n")
    landing.land("stores/b.csv", HEADER + "2,changed,y\n")
    assert refresh(landing) == []
    landing.land("stores/a_mended.csv", HEADER + "1,mended,y\n")
    assert refresh(landing) == ["stores/a_mended.csv"]
    assert stores(landing) == ["1", "2"]


def test_a_corrected_file_can_be_loaded_by_copy(landing: Landing) -> None:
    landing.land("stores/a.csv", "store_id\n1\n")
    refresh(landing)
    landing.land("stores/a.csv", HEADER + "1,mended,y\n")
    landing.run(
        "copy into stores (store_id) from (select $1 from @landing/stores/) "
        "file_format = (format_name = csv_with_header)"
    )
    assert stores(landing) == ["1"]


def test_refresh_leaves_out_what_copy_loaded_into_the_table(landing: Landing) -> None:
    landing.land("stores/a.csv", HEADER + "1,x,y\n")
    landing.run(
        "copy into stores (store_id) from (select $1 from @landing/stores/) "
        "file_format = (format_name = csv_with_header)"
    )
    assert refresh(landing) == []


def test_refresh_looks_back_seven_days(landing: Landing) -> None:
    old = landing.land("stores/old.csv", HEADER + "1,x,y\n")
    young = landing.land("stores/young.csv", HEADER + "2,x,y\n")
    now = time.time()
    os.utime(old, (now - 8 * 86400,) * 2)
    os.utime(young, (now - 6 * 86400,) * 2)
    after = datetime.now(UTC) - timedelta(days=5)
    assert refresh(landing, f"modified_after = '{after.isoformat()}'") == []
    assert refresh(landing) == ["stores/young.csv"]


def test_a_prefix_narrows_what_is_refreshed(landing: Landing) -> None:
    landing.land("stores/d1/a.csv", HEADER + "1,x,y\n")
    landing.land("stores/d2/b.csv", HEADER + "2,x,y\n")
    landing.land("other/c.csv", HEADER + "3,x,y\n")
    assert refresh(landing, "prefix = 'd2/'") == ["stores/d2/b.csv"]
    assert refresh(landing) == ["stores/d1/a.csv"]


def test_the_pattern_of_a_pipe_begins_behind_its_path(landing: Landing) -> None:
    landing.run(
        "create pipe narrow as copy into stores (store_id) from (select $1 from @landing/stores/) "
        "pattern = 'full_.*[.]csv' file_format = (format_name = csv_with_header)"
    )
    landing.land("stores/full_1.csv", HEADER + "1,x,y\n")
    landing.land("stores/delta_1.csv", HEADER + "2,x,y\n")
    assert landing.rows("alter pipe narrow refresh") == [("stores/full_1.csv", "SENT")]


def test_a_paused_pipe_keeps_its_files_until_it_is_resumed(landing: Landing) -> None:
    landing.run("alter pipe load_stores set pipe_execution_paused = true")
    landing.land("stores/a.csv", HEADER + "1,x,y\n")
    assert refresh(landing) == ["stores/a.csv"]
    assert refresh(landing) == []
    assert stores(landing) == []
    ((status,),) = landing.rows("select system$pipe_status('load_stores')")
    assert json.loads(status) == {"executionState": "PAUSED", "pendingFileCount": 1}
    landing.run("alter pipe load_stores set pipe_execution_paused = false")
    assert stores(landing) == ["1"]
    ((status,),) = landing.rows("select system$pipe_status('load_stores')")
    shown = json.loads(status)
    assert (shown["executionState"], shown["pendingFileCount"]) == ("RUNNING", 0)
    assert shown["lastIngestedFilePath"] == "stores/a.csv"


def test_a_replaced_pipe_has_forgotten_its_files(landing: Landing) -> None:
    landing.land("stores/a.csv", HEADER + "1,x,y\n")
    refresh(landing)
    landing.run(PIPE.replace("create pipe", "create or replace pipe"))
    assert landing.rows(f"select * from {HISTORY}") == []
    assert refresh(landing) == ["stores/a.csv"]
    landing.run(PIPE.replace("create pipe", "create pipe if not exists"))
    assert refresh(landing) == []


def test_truncation_of_the_table_does_not_load_the_files_again(landing: Landing) -> None:
    landing.land("stores/a.csv", HEADER + "1,x,y\n")
    refresh(landing)
    landing.run("truncate table stores")
    assert refresh(landing) == []
    assert stores(landing) == []


@pytest.mark.parametrize(
    "option",
    [
        "files = ('a')",
        "size_limit = 1",
        "purge = true",
        "force = true",
        "on_error = abort_statement",
    ],
)
def test_options_that_a_pipe_cannot_have_are_refused(landing: Landing, option: str) -> None:
    with pytest.raises(EngineError, match="not allowed in the COPY statement of a pipe"):
        landing.run(f"create pipe p as copy into stores from @landing {option}")


def test_a_pipe_is_checked_when_it_is_made(landing: Landing) -> None:
    for definition, message in (
        ("copy into nope from @landing", "Table 'WH.PUBLIC.NOPE' does not exist"),
        ("copy into stores from @nope", "Stage 'WH.PUBLIC.NOPE' does not exist"),
        ("copy into stores from (select $1 from @landing)", "expecting 6 but got 1"),
        ("copy into stores (nope) from (select $1 from @landing)", "invalid identifier 'NOPE'"),
        ("copy into stores from @landing file_format = (format_name = nope)", "NOPE"),
    ):
        with pytest.raises(EngineError, match=message):
            landing.run(f"create pipe p as {definition}")


def test_a_pipe_can_be_made_before_its_url_is_mapped(landing: Landing) -> None:
    landing.run("create stage elsewhere url = 's3://elsewhere/'")
    landing.run("create pipe p as copy into stores (store_id) from (select $1 from @elsewhere)")
    with pytest.raises(EngineError, match="no local folder is mapped"):
        landing.run("alter pipe p refresh")


def test_names_in_a_pipe_are_those_of_its_schema(landing: Landing) -> None:
    landing.run("create schema elsewhere")
    landing.run("use schema elsewhere")
    landing.land("stores/a.csv", HEADER + "1,x,y\n")
    assert landing.rows("alter pipe public.load_stores refresh") == [("stores/a.csv", "SENT")]
    assert landing.session.schema == "ELSEWHERE"


def test_pipes_survive_a_restart(tmp_path: Path) -> None:
    with opened(tmp_path) as landing:
        prepare(landing)
        landing.land("stores/a.csv", HEADER + "1,x,y\n")
        refresh(landing)
    with opened(tmp_path) as landing:
        landing.land("stores/b.csv", HEADER + "2,x,y\n")
        assert refresh(landing) == ["stores/b.csv"]
        assert stores(landing) == ["1", "2"]


def test_two_sessions_that_refresh_at_once_load_each_file_once(tmp_path: Path) -> None:
    with opened(tmp_path) as landing:
        prepare(landing)
        for number in range(12):
            landing.land(f"stores/{number:02}.csv", HEADER + f"{number:02},x,y\n")
        target = Target("local", "duckdb", "WH", tmp_path, {"stages": {URL: "landing"}})
        engine = open_engine(target)
        faults: list[BaseException] = []

        def work() -> None:
            try:
                with engine.session() as session:
                    session.execute("alter pipe load_stores refresh")
            except BaseException as fault:
                faults.append(fault)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        engine.close()
        assert faults == []
        assert stores(landing) == [f"{number:02}" for number in range(12)]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("land"), st.integers(0, 9), st.booleans()),
        st.tuples(st.just("refresh"), st.just(0), st.booleans()),
        st.tuples(st.just("restart"), st.just(0), st.booleans()),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=8)
@given(STEPS)
def test_any_sequence_of_landings_and_refreshes_loads_each_good_file_once(
    steps: list[tuple[str, int, bool]],
) -> None:
    """The model: a name counts from its first refresh on, with what it was then."""
    root = Path(mkdtemp())
    landed: dict[int, bool] = {}
    seen: dict[int, bool] = {}
    try:
        with opened(root) as landing:
            prepare(landing)
        for step, number, good in [*steps, ("refresh", 0, True)]:
            with opened(root) as landing:
                if step == "land":
                    content = f"{number},x,y\n" if good else f"{number},x\n"
                    landing.land(f"stores/{number}.csv", HEADER + content)
                    landed[number] = good
                elif step == "refresh":
                    refresh(landing)
                    seen = {**landed, **seen}
                assert stores(landing) == sorted(str(n) for n, fine in seen.items() if fine)
    finally:
        shutil.rmtree(root)


@pytest.mark.slow
def test_a_kill_at_any_moment_neither_loses_nor_doubles_a_file(tmp_path: Path) -> None:
    """A process that refreshes is killed at random moments; what it leaves is taken up again."""
    seed = int(os.environ.get("KILL_SEED", "1"))
    print(f"KILL_SEED={seed}")
    dice = random.Random(seed)
    with opened(tmp_path) as landing:
        prepare(landing)
    files, killed = 0, 0
    for _ in range(int(os.environ.get("KILLS", "25"))):
        for _ in range(6):
            rows = "".join(f"{files:03}-{row:03},x,y\n" for row in range(50))
            (tmp_path / "landing" / "stores").mkdir(exist_ok=True)
            (tmp_path / "landing" / "stores" / f"{files:03}.csv").write_text(HEADER + rows)
            files += 1
        command = [sys.executable, "-c", REFRESHER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"open\n"
            time.sleep(dice.random() * 0.4)
            process.kill()
        killed += process.returncode == -signal.SIGKILL
        with opened(tmp_path) as landing:
            counts = landing.rows("select file_name, count(*) from stores group by file_name")
            assert {count for _, count in counts} <= {50}
            assert len(landing.history()) == len(counts)
    with opened(tmp_path) as landing:
        refresh(landing)
        assert landing.rows("select count(*), count(distinct store_id) from stores") == [
            (50 * files, 50 * files)
        ]
    assert killed > 0


REFRESHER = """
import sys
from pathlib import Path
from tests.engines.duckdb.landing import opened
with opened(Path(sys.argv[1])) as landing:
    print("open", flush=True)
    landing.run("alter pipe load_stores refresh")
"""
