"""One run at a time changes a database; a dead one does not keep the others out for ever."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner import locking, wanted
from runner import project as projects
from runner.engines import Engine, Session, Target, open_engine
from runner.errors import ConnectionFailed, EngineError
from runner.executing import executor
from runner.executing.events import Event, Started
from runner.executing.executor import Limits
from runner.locking import Locked, LockLost, held
from runner.options import Options
from runner.results import Invocation, Status
from tests.cafe import Cafe
from tests.conftest import SnowflakeServer

GOLDEN = Path(__file__).parent / "data" / "golden" / "sent" / "lock.sql"
FIRST = Invocation("one", "build", "dev", "DB", datetime.now(UTC), "0.1", "--select a")
SECOND = replace(FIRST, id="two", command="rollback")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "POLL", 0.01)


@pytest.fixture
def rival(target: Target, engine: Engine) -> Iterator[Engine]:
    """Another engine on the same database."""
    opened = open_engine(target)
    yield opened
    opened.close()


def taken(engine: Engine, notes: list[str], invocation: Invocation, *, wait: bool = False) -> None:
    with held(engine, invocation, notes.append, wait=wait):
        pass


def owners(session: Session) -> list[object]:
    return [row[0] for row in session.execute("select invocation_id from runner.locks").rows]


def fall_silent(session: Session, seconds: int) -> None:
    session.execute(f"update runner.locks set beaten_at = dateadd(second, -{seconds}, sysdate())")


def test_the_lock_is_held_while_a_run_goes_on_and_given_back(
    engine: Engine, session: Session
) -> None:
    with held(engine, FIRST, pytest.fail, wait=False) as own:
        assert owners(session) == ["one"]
        with own.session() as mine:
            assert mine.execute("select 1").rows == [(1,)]
    assert owners(session) == [None]


def test_a_failure_gives_the_lock_back(engine: Engine, session: Session) -> None:
    with pytest.raises(KeyboardInterrupt), held(engine, FIRST, pytest.fail, wait=False):
        raise KeyboardInterrupt
    assert owners(session) == [None]


def test_a_second_run_is_told_who_has_the_lock_and_what_to_do(
    engine: Engine, rival: Engine
) -> None:
    with held(engine, FIRST, pytest.fail, wait=False):
        with pytest.raises(Locked) as refused:
            taken(rival, [], SECOND)
        told = str(refused.value)
        assert "is being changed: runner build --select a by " in told
        assert f"@{platform.node()} (process {os.getpid()}), since 20" in told
        assert "--wait" in told
    taken(rival, [], SECOND)


def test_a_run_that_waits_says_so_once_and_goes_on_when_it_can(
    engine: Engine, rival: Engine
) -> None:
    notes: list[str] = []
    waits = threading.Event()

    def note(text: str) -> None:
        notes.append(text)
        waits.set()

    def second() -> None:
        with held(rival, SECOND, note, wait=True):
            notes.append("done")

    thread = threading.Thread(target=second)
    with held(engine, FIRST, pytest.fail, wait=False):
        thread.start()
        assert waits.wait(30)
    thread.join(30)
    assert len(notes) == 2
    assert notes[0].startswith("waiting: ")
    assert notes[1] == "done"


def test_a_silent_run_is_taken_over_and_stops_before_it_sends_anything(
    engine: Engine, rival: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "SURE", 0.0)  # as after a sleep
    notes: list[str] = []
    with held(engine, FIRST, pytest.fail, wait=False) as own, own.session() as mine:
        mine.execute("create table runner.t (id number)")
        fall_silent(session, 300)
        with held(rival, SECOND, notes.append, wait=False):
            assert owners(session) == ["two"]
            for send in (
                lambda: mine.execute("insert into runner.t values (1)"),
                lambda: mine.publish("runner.t", "runner.u"),
            ):
                with pytest.raises(LockLost, match="another run has taken over: runner rollback"):
                    send()
        with pytest.raises(LockLost, match="it has ended by now"):
            mine.execute("insert into runner.t values (1)")
    assert owners(session) == [None]
    assert session.execute("select count(*) from runner.t").rows == [(0,)]
    (note,) = notes
    assert note.startswith("taken over from runner build --select a by ")


def test_a_build_whose_lock_is_taken_over_publishes_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "SURE", 0.0)
    cafe = Cafe.open(tmp_path)
    assert cafe.run("build", "-s", "path:models/cafe/staging").exit_code == 0
    project = projects.load(tmp_path)
    asked = wanted.read(project, Options(), pytest.fail)
    engine = open_engine(project.target(None))
    took_over = []

    def take_over(event: Event) -> None:
        """Right before the first step sends anything."""
        if isinstance(event, Started) and not took_over:
            with engine.session() as session:
                session.execute("update runner.locks set invocation_id = 'rival'")
            took_over.append(event.step.id)

    with held(engine, FIRST, pytest.fail, wait=False) as own:
        plan = asked.plan(own, asked.known(own))
        result = executor.run(plan, own, FIRST, Limits(threads=1), take_over)
    engine.close()
    assert took_over
    assert {node.status for node in result.nodes} <= {Status.ERROR, Status.SKIPPED}
    assert "another run has taken over" in next(node.message for node in result.nodes)
    assert "could not be recorded" in result.notes[0]
    tables = "select count(*) from information_schema.tables where table_schema = 'CAFE_MARTS'"
    assert cafe.rows(tables) == ["0"]
    assert cafe.rows("select invocation_id from runner.locks") == ["rival"]


def test_what_a_transaction_has_done_is_taken_back_without_the_lock(
    engine: Engine, rival: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "SURE", 0.0)
    notes: list[str] = []
    with held(engine, FIRST, pytest.fail, wait=False) as own, own.session() as mine:
        mine.execute("create table runner.t (id number)")
        mine.execute("begin")
        mine.execute("insert into runner.t values (1)")
        fall_silent(session, 300)
        with held(rival, SECOND, notes.append, wait=False):
            with pytest.raises(LockLost):
                mine.execute("commit")
            mine.execute("rollback")
            assert session.execute("select count(*) from runner.t").rows == [(0,)]


def test_a_run_whose_process_has_ended_is_taken_over_at_once(
    engine: Engine, rival: Engine, session: Session
) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    notes: list[str] = []
    with held(engine, FIRST, pytest.fail, wait=False):
        session.execute(f"update runner.locks set machine = 'elsewhere', process = {process.pid}")
        with pytest.raises(Locked):
            taken(rival, notes, SECOND)
        session.execute(f"update runner.locks set machine = '{platform.node()}'")
        taken(rival, notes, SECOND)
    (note,) = notes
    assert f"(process {process.pid})" in note


def test_a_run_that_was_only_slow_keeps_its_lock(
    engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "SURE", 0.0)
    with held(engine, FIRST, pytest.fail, wait=False) as own, own.session() as mine:
        fall_silent(session, 300)
        mine.execute("select 1")
        silent = "select datediff(second, beaten_at, sysdate()) < 100 from runner.locks"
        assert session.execute(silent).rows == [(True,)]


def test_the_keeper_beats(
    engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "BEAT", 0.01)
    with held(engine, FIRST, pytest.fail, wait=False):
        fall_silent(session, 300)
        recent = "select beaten_at >= dateadd(second, -100, sysdate()) from runner.locks"
        until(lambda: session.execute(recent).rows == [(True,)])


def until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        threading.Event().wait(0.01)
    pytest.fail("it never came about")


def test_one_of_many_that_begin_together_gets_the_lock(tmp_path: Path) -> None:
    """Nothing of the state is there yet: they make it together, too. (fakesnow reports a conflict
    where Snowflake lets one UPDATE wait for the other.)"""
    engine = open_engine(Target("dev", "duckdb", "DB", tmp_path))
    begin, end = threading.Barrier(4), threading.Barrier(4)
    got: list[str] = []
    problems: list[Exception] = []

    def begin_one(number: int) -> None:
        begin.wait(30)
        try:
            with held(engine, replace(FIRST, id=str(number)), got.append, wait=False):
                got.append(f"got by {number}")
                end.wait(30)
        except Locked:
            end.wait(30)
        except (EngineError, threading.BrokenBarrierError) as error:
            problems.append(error)
            end.abort()

    threads = [threading.Thread(target=begin_one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert len(got) == 1
    engine.close()


def test_a_row_that_somebody_has_deleted_is_made_again(engine: Engine, session: Session) -> None:
    taken(engine, [], FIRST)
    session.execute("delete from runner.locks")
    taken(engine, [], SECOND)
    assert owners(session) == [None]


def test_a_database_that_is_not_there_yet_has_no_lock(tmp_path: Path) -> None:
    class Nowhere:
        """As Snowflake answers in a session whose database does not exist."""

        def session(self) -> Nowhere:
            return self

        def execute(self, sql: str, *, tag: str | None = None) -> None:
            raise EngineError("this session does not have a current database", code=90105)

    lock = locking.Lock(Nowhere(), FIRST)  # type: ignore[arg-type]
    assert not locking._taken(lock, "DB", pytest.fail, wait=False)


@pytest.mark.parametrize("executed", [True, False])
def test_a_lock_whose_session_is_lost_is_held_and_given_back_by_another(
    tmp_path: Path, snowflake: SnowflakeServer, *, executed: bool
) -> None:
    """The statement that loses it may have been executed or not."""
    engine = open_engine(Target("dev", "snowflake", f"DB_{uuid.uuid4().hex[:8]}".upper(), tmp_path))
    taken(engine, [], FIRST)
    with engine.session() as session:
        lock = locking.Lock(engine, SECOND)
        snowflake.drop_a_session(1, executed=executed)
        assert lock.take()
        assert owners(session) == ["two"]
        snowflake.drop_a_session(1, executed=executed)
        lock.give_back()
        assert owners(session) == [None]
    engine.close()


HOLD = """
import sys, time
from pathlib import Path
from runner.engines import Target, open_engine
engine = open_engine(Target("dev", "duckdb", "DB", Path(sys.argv[1])))
print("open", flush=True)
sys.stdin.read()
engine.close()
"""


@contextmanager
def other_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the database open until its input ends."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)


def test_an_embedded_database_names_the_process_that_has_it_open(tmp_path: Path) -> None:
    target = Target("dev", "duckdb", "DB", tmp_path)
    with (
        other_process(tmp_path) as process,
        pytest.raises(ConnectionFailed) as refused,
        locking.opened(target, pytest.fail, wait=False),
    ):
        pass
    told = str(refused.value)
    assert f"is in use by process {process.pid}: -c {tmp_path} by " in told
    assert "--wait waits for it" in told


def test_an_embedded_database_is_waited_for(tmp_path: Path) -> None:
    target = Target("dev", "duckdb", "DB", tmp_path)
    notes: list[str] = []
    with other_process(tmp_path) as process:

        def note(text: str) -> None:
            notes.append(text)
            assert process.stdin is not None
            process.stdin.close()

        with locking.opened(target, note, wait=True) as engine, engine.session() as session:
            assert session.execute("select 1").rows == [(1,)]
    (told,) = notes
    assert told.startswith("waiting: ")
    assert str(process.pid) in told


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from runner.engines import Target, open_engine
from runner.locking import held
from runner.results import Invocation
engine = open_engine(Target("dev", sys.argv[1], sys.argv[2], Path(sys.argv[3])))
run = Invocation("killed", "build", "dev", sys.argv[2], datetime.now(UTC), "0.1")
with held(engine, run, print, wait=False):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_what_is_sent_for_the_lock_is_what_the_golden_file_says(
    tmp_path: Path, snowflake: SnowflakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken, beaten, looked at, and given back."""
    monkeypatch.setattr(locking, "SURE", 0.0)
    monkeypatch.setattr(locking, "_user", lambda: "ada")
    monkeypatch.setattr(locking.platform, "node", lambda: "laptop")
    monkeypatch.setattr(locking.os, "getpid", lambda: 1)
    engine = open_engine(Target("dev", "snowflake", f"DB_{uuid.uuid4().hex[:8]}".upper(), tmp_path))
    taken(engine, [], SECOND)
    start = len(snowflake.statements())
    with held(engine, FIRST, pytest.fail, wait=False) as own, own.session() as mine:
        mine.execute("select 1")
        with pytest.raises(Locked):
            taken(engine, [], SECOND)
    engine.close()
    sent = [str(statement["sql"]) for statement in snowflake.statements()[start:]]
    told = "\n".join(f"{sql};\n" for sql in sent if "runner.locks" in sql)
    if os.environ.get("RUNNER_GOLDEN") == "write":
        GOLDEN.write_text(told, encoding="utf-8")
    assert told == GOLDEN.read_text(encoding="utf-8"), "if meant, run with RUNNER_GOLDEN=write"


@pytest.mark.slow
def test_the_lock_of_a_run_that_was_killed_is_taken_over(target: Target) -> None:
    """Two processes; the first one ends by kill -9."""
    command = [sys.executable, "-c", KILLED, target.engine, target.database]
    with subprocess.Popen(
        [*command, str(target.project_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        if target.engine == "snowflake":  # the embedded engine does not even open
            engine = open_engine(target)
            with pytest.raises(Locked, match=rf"process {process.pid}\)"):
                taken(engine, [], SECOND)
            engine.close()
        process.kill()
    notes: list[str] = []
    engine = open_engine(target)
    taken(engine, notes, SECOND)
    engine.close()
    assert [f"(process {process.pid})" in note for note in notes] == [True]
