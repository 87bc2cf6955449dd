"""kill -9 during a random script: each statement is wholly there or not at all, in every record.

The child chooses statements by a seed; the parent makes the same choice, kills the child at a
random moment and expects the state before the statement that ran, or the state behind it.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from runner.engines.duckdb.session import Session
from tests.engines.duckdb.landing import Landing, opened

FIRST = int(os.environ.get("RUNNER_KILL_SEED", random.randrange(10**6)))
KILLS = int(os.environ.get("RUNNER_KILLS", "30"))
STATEMENTS = 60
FILES = 12

SETUP = (
    "create file format f type = csv",
    "create stage land url = 's3://landing/' file_format = f",
    "create table loaded (a int, b varchar(20))",
    "create table piped (a int, b varchar(20))",
    "create pipe p as copy into piped from @land/piped/",
    "create sequence s",
    "create table t0 (id int identity, a int, b varchar(20))",
    "create table t1 as select 1 as a, 'x' as b",
    "create table t2 (a int, b varchar(20))",
)


def choose(rng: random.Random, turn: int) -> str:
    """The next statement; `publish`, `together` and `land` are verbs of the script."""
    name, other = rng.sample(("t0", "t1", "t2"), 2)
    n = rng.randint(1, 40)
    return rng.choice(
        (
            f"create or replace table {name} (a int, b varchar(20)) comment = 'turn {turn}'",
            f"create or replace table {name} (id int identity, a int, b varchar(20))",
            f"create or replace table {name} as select seq4() as a, 'x' as b "
            f"from table(generator(rowcount => {n * 50}))",
            f"create or replace table {name} clone {other}",
            f"create or replace transient table {name} like {other}",
            f"insert into {name} (a, b) select seq4(), 'turn {turn}' "
            f"from table(generator(rowcount => {n}))",
            f"insert overwrite into {name} (a, b) select a + 1, b from {name}",
            f"update {name} set a = a + {n}",
            f"delete from {name} where a % 3 = {turn % 3}",
            f"merge into {name} using (select {n} as a, 'm' as b) x on {name}.a = x.a "
            "when matched then update set b = x.b when not matched then insert (a, b) "
            "values (x.a, x.b)",
            f"truncate table {name}",
            f"drop table if exists {name}",
            f"alter table {name} swap with {other}",
            f"alter table {name} add column c{turn} varchar(5) default 'd'",
            f"alter table {name} rename column b to bb",
            f"alter table {name} rename to renamed_{turn}",
            f"comment on table {name} is 'turn {turn}'",
            f"comment on column {name}.a is 'turn {turn}'",
            f"grant select on table {name} to role r{turn}",
            f"create or replace view v as select a, b from {name}",
            f"create or replace schema other clone {rng.choice(('public', 'other'))}",
            "drop schema if exists other",
            f"create or replace database copy{turn % 2} clone wh",
            f"create or replace database copy{turn % 2} comment = 'turn {turn}'",
            f"drop database if exists copy{turn % 2}",
            "copy into loaded from @land/copied/",
            "copy into loaded from @land/copied/ on_error = continue",
            "alter pipe p refresh",
            "select s.nextval",
            f"publish {other} {name}",
            f"together {name} {other}",
            f"land {rng.choice(('copied', 'piped'))} {turn % FILES}",
            f"land {rng.choice(('copied', 'piped'))} {turn % FILES}",
        )
    )


def perform(landing: Landing, statement: str) -> None:
    session, (verb, *words) = landing.session, statement.split()
    if verb == "land":
        rows = "".join(f"{n},{words[1]}\n" for n in range(300))
        path = landing.folder / words[0] / f"{words[1]}.csv"
        if not path.exists():
            landing.land(f"{words[0]}/{words[1]}.csv", rows)
    elif verb == "publish":
        session.publish(words[0], words[1])
    elif verb == "together":
        with session.together():
            session.execute(f"create or replace table {words[0]} as select 1 as a, 'g' as b")
            session.execute(f"insert into {words[0]} select a + 1, b from {words[0]}")
            session.execute(f"comment on table {words[0]} is 'together'")
            session.execute(f"create or replace table {words[1]} clone {words[0]}")
    else:
        session.execute("use schema wh.public")
        session.execute(statement)


def attempt(landing: Landing, statement: str) -> None:
    """A statement that fails says so as the engine's errors do, and changes nothing."""
    from runner.errors import EngineError

    try:
        perform(landing, statement)
    except EngineError:
        return


def script(seed: int) -> list[str]:
    rng = random.Random(seed)
    return [choose(rng, turn) for turn in range(STATEMENTS)]


def child(root: Path, seed: int) -> None:
    """What the process to be killed does: say which statement runs, and run it."""
    with opened(root) as landing:
        for turn, statement in enumerate(script(seed)):
            print(turn, flush=True)
            attempt(landing, statement)
        print("end", flush=True)
        sys.stdin.read()


def state(landing: Landing) -> dict[str, Any]:
    """Rows, columns, comments, grants and load history, as the engine shows them."""
    session = landing.session
    found: dict[str, Any] = {"databases": databases(session)}
    for database in found["databases"]:
        shown = session.execute(f"show tables in database {database}").rows
        for _, name, _, schema, _, comment, *_ in shown:
            place = f"{database}.{schema}.{name}"
            columns = [row[:4] for row in session.execute(f"desc table {place}").rows]
            comments = [row[9] for row in session.execute(f"desc table {place}").rows]
            rows = session.execute(f"select * from {place} order by all").rows
            grants = sorted(
                row[1:6:2] for row in session.execute(f"show grants on table {place}").rows
            )
            found[place] = (comment, columns, comments, rows, grants)
        for row in session.execute(f"show views in database {database}").rows:
            found[f"view {database}.{row[4]}.{row[1]}"] = row[6]
    found["history"] = sorted(landing.history())
    return found


def databases(session: Session) -> list[tuple[str, str]]:
    return sorted(row[1] for row in session.execute("show databases").rows)


def agree(landing: Landing) -> None:
    """DuckDB's own catalog has the tables, views, schemas and columns that are recorded."""
    session = landing.session
    for database in databases(session):
        recorded, named = set(), set()
        shown = session.execute(f"show schemas in database {database}").rows
        schemas = {row[1] for row in shown} - {"INFORMATION_SCHEMA"}
        wanted = 0
        for row in session.execute(f"show tables in database {database}").rows:
            named.add((row[3], row[1]))
            for column in session.execute(f"desc table {database}.{row[3]}.{row[1]}").rows:
                recorded.add((row[3], row[1], column[0]))
                wanted += "IDENTITY" in str(column[4] or "").upper()
        kept = session.raw(
            "select schema_name, table_name, column_name "
            "from duckdb_columns() join duckdb_tables() "
            "using (database_name, schema_name, table_name) "
            "where database_name = ? and schema_name <> '_runner'",
            [database],
        )
        assert set(kept) == recorded
        assert {(schema, table) for schema, table, _ in kept} == named
        found = session.raw(
            "select schema_name from duckdb_schemas() where database_name = ? and not internal "
            "and schema_name not in ('main', '_runner')",
            [database],
        )
        assert {name for (name,) in found} == schemas
        identities = session.raw(
            "select count(*) from duckdb_sequences() "
            "where database_name = ? and schema_name = '_runner'",
            [database],
        )
        assert identities == [(wanted,)]


def whole_files(landing: Landing) -> None:
    """A file is in its table once and whole, and recorded; or it is neither."""
    for table, folder in (("LOADED", "copied"), ("PIPED", "piped")):
        counted = landing.rows(f"select b, count(*) from wh.public.{table} group by b")
        assert {n for _, n in counted} <= {300}, counted
        recorded = [
            name
            for name, status, *_ in landing.history()
            if name.startswith(folder) and status == "LOADED"
        ]
        assert sorted(recorded) == sorted(f"{folder}/{name}.csv" for name, _ in counted)


def kill(root: Path, seed: int) -> int:
    """Run the script in a process of its own, kill it at a random moment; the turn it was in."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.engines.duckdb.test_kills", str(root), str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdin is not None
    rng = random.Random(seed + 1)
    said = [process.stdout.readline().strip() for _ in range(rng.randint(1, STATEMENTS))]
    time.sleep(rng.expovariate(100))
    os.kill(process.pid, signal.SIGKILL)
    said += process.stdout.read().split()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    return STATEMENTS if "end" in said else int(said[-1])


def prepared(root: Path) -> None:
    root.mkdir()
    with opened(root) as landing:
        for statement in SETUP:
            landing.run(statement)


def survives(tmp_path: Path, seed: int) -> None:
    """Kill one script and compare what is left with the same script run in peace."""
    killed, peaceful = tmp_path / f"killed{seed}", tmp_path / f"peaceful{seed}"
    prepared(killed)
    prepared(peaceful)
    turn = kill(killed, seed)
    statements = script(seed)
    with opened(killed) as landing:
        agree(landing)
        whole_files(landing)
        left = state(landing)
    with opened(peaceful) as landing:
        for statement in statements[:turn]:
            attempt(landing, statement)
        possible = [state(landing)]
        if turn < STATEMENTS:
            attempt(landing, statements[turn])
            possible.append(state(landing))
        agree(landing)
    running = statements[turn] if turn < STATEMENTS else "nothing"
    assert left in possible or partly_refreshed(left, possible, running), (seed, turn, running)


def partly_refreshed(left: dict[str, Any], possible: list[dict[str, Any]], running: str) -> bool:
    """A pipe loads file by file, each in a transaction of its own."""
    if "refresh" not in running:
        return False
    own = {"history", "WH.PUBLIC.PIPED"}
    return all(left[key] == possible[0][key] for key in possible[0].keys() - own)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_kill_leaves_each_statement_whole(tmp_path: Path, seed: int) -> None:
    survives(tmp_path, seed)


@pytest.mark.slow
def test_many_kills_leave_each_statement_whole(tmp_path: Path) -> None:
    for seed in range(FIRST, FIRST + KILLS):
        print("seed", seed)
        survives(tmp_path, seed)


if __name__ == "__main__":
    child(Path(sys.argv[1]), int(sys.argv[2]))
