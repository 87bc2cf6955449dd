"""Wrong statements: Snowflake's code and place, and nothing of the engine's inner life."""

from __future__ import annotations

import os
import random
import re
import threading
from collections.abc import Iterator

import pytest
from sqlglot.errors import TokenError

from runner.engines.duckdb import connect
from runner.engines.duckdb.dialect import SNOWFLAKE
from runner.engines.duckdb.session import Session
from runner.errors import EngineError, Unsupported
from tests.engines.duckdb.cases import DATA, read

SETUP = (
    "create table t (a int, b varchar(3))",
    "insert into t values (1, 'a')",
    "create table strict (a int not null)",
    "create view v as select 1 as a",
    "create sequence q",
    "create stage st",
)

# code -> statements that Snowflake refuses with it
WRONG = {
    900: ["", ";", "-- nothing"],
    8: ["select 1; select 2"],
    1003: [
        "selec 1",
        "select",
        "select 1 from",
        "select 1 +",
        "select (1",
        "select * form t",
        "create tabel x (a int)",
        "create table (a int)",
        "insert into t values (1,",
        "insert into t",
        "drop table",
        "drop tabel t",
        "alter table t",
        "alter table t frobnicate",
        "use",
        "set",
        "grant select on t to role r",
        "truncate",
        "comment on table t 'x'",
        "begin work work",
        "rollback to x",
        "select 'abc",
        "select * from t where",
        "select * from t group a",
        "select {'a': ",
        "select * from t limit -1",
    ],
    2003: [
        "select * from nope",
        "select * from nope.t",
        "select * from nope.sc.t",
        "insert into nope values (1)",
        "update nope set a = 1",
        "delete from nope",
        "merge into nope using t on nope.a = t.a when matched then delete",
        "truncate table nope",
        "drop table nope",
        "drop view nope",
        "drop schema nope",
        "drop database nope",
        "drop sequence nope",
        "drop stage nope",
        "drop file format nope",
        "drop pipe nope",
        "drop function nope()",
        "alter table nope add column a int",
        "alter view nope rename to x",
        "alter table t swap with nope",
        "describe table nope",
        "comment on table nope is 'x'",
        "create table nope.x (a int)",
        "create view w as select * from nope",
        "create table x clone nope",
        "create table x like nope",
        "copy into nope from @st",
        "copy into t from @nope",
        "list @nope",
        "grant select on table nope to role r",
        "with c as (select 1 as a) select * from d",
    ],
    2002: [
        "create table t (a int)",
        "create table v (a int)",
        "create schema sc",
        "create database db",
        "create view v as select 1 as a",
        "create sequence q",
        "create stage st",
    ],
    2203: ["drop view t", "drop table v"],
    904: [
        "select nope from t",
        "select t.nope from t",
        "select x.a from t",
        "insert into t (nope) values (1)",
        "update t set nope = 1",
        "select a from t order by nope",
        "select a from t group by nope",
        "delete from t where nope = 1",
        "alter table t drop column nope",
        "alter table t rename column nope to x",
    ],
    1430: ["alter table t add column a int"],
    2025: ["create table x (a int, a int)", "create table x as select 1 as a, 2 as a"],
    2020: ["insert into t values (1)", "insert into t values (1, 'a', 3)"],
    1065: ["select a from t, t as u"],
    1789: ["select a from t union select a, b from t"],
    979: ["select a, count(*) from t"],
    938: ["select round()"],
    939: ["select round(1, 2, 3, 4)"],
    1007: ["select $nope"],
    90150: ["select a from t where a = (select column1 from values (1), (2))"],
    100035: ["select 'x'::timestamp"],
    100037: ["select 'x'::boolean"],
    100038: ["select 'x'::int", "insert into t values ('x', 'a')", "select 'a' + 1"],
    100039: ["select 1000::number(3, 0)"],
    100040: ["select 'x'::date", "select to_date('2024-13-01')"],
    100048: [
        "select regexp_replace(b, '(') from t",
        "select b rlike '[' from t",
        "select regexp_like(b, '*a') from t",
        "select regexp_instr(b, 'a{2,1}') from t",
        "select regexp_count(b, '[z-a]') from t",
        "select regexp_substr(b, b || ')') from t",
    ],
    100051: ["select 1 / 0", "select mod(1, 0)"],
    100069: ["select parse_json('{')"],
    100072: ["insert into strict values (null)"],
    100078: ["insert into t (b) values ('toolong')"],
    100090: [
        "merge into t using (select 1 as k union all select 1) x on t.a = x.k "
        "when matched then update set b = 'z'"
    ],
}
# what no message may contain: macros, hidden schemas and catalogs, DuckDB's own words
INNER = re.compile(
    r"\bsf_|_macros|_runner|temp\.main|duckdb|HUGEINT|"
    r"(Binder|Parser|Catalog|Conversion|Invalid Input|Internal|IO|TransactionContext) Error",
    re.IGNORECASE,
)
FUZZED = int(os.environ.get("RUNNER_FUZZ", "1000"))


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as session:
        for statement in SETUP:
            session.execute(statement)
        yield session


@pytest.mark.parametrize(
    ("statement", "code"), [(sql, code) for code, found in WRONG.items() for sql in found]
)
def test_a_wrong_statement_has_snowflakes_code(session: Session, statement: str, code: int) -> None:
    with pytest.raises(EngineError) as caught:
        session.execute(statement)
    assert caught.value.code == code, caught.value
    assert caught.value.sql == statement
    assert not INNER.search(str(caught.value))


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("selec 1", "line 1 at position 0 unexpected 'selec'"),
        ("\n  selec 1", "line 2 at position 2 unexpected 'selec'"),
        ("select *\nfrom t wher )", "line 2 at position 12 unexpected ')'"),
        ("drop tabel t", "line 1 at position 5 unexpected 'tabel'"),
        ("drop table", "line 1 at position 10 unexpected '<EOF>'"),
        ("grant select on table t\n to role r s", "line 2 at position 11 unexpected 's'"),
    ],
)
def test_a_syntax_error_names_the_line_the_position_and_the_word(
    session: Session, statement: str, place: str
) -> None:
    with pytest.raises(EngineError, match="syntax error " + re.escape(place)):
        session.execute(statement)


def test_a_session_without_a_database_says_so() -> None:
    with connect() as session:
        session.execute("drop database db")
        with pytest.raises(EngineError) as caught:
            session.execute("select * from t")
        assert caught.value.code == 90105


def words(sql: str) -> list[str]:
    try:
        return [sql[token.start : token.end + 1] for token in SNOWFLAKE.tokenize(sql)]
    except TokenError:
        return sql.split()


def mutated(sql: str, pool: list[str], rng: random.Random) -> str:
    """The statement with one to three words left out, added, swapped, doubled or misspelt."""
    found = words(sql)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if not found:
            break
        at = rng.randrange(len(found))
        change = rng.randrange(6)
        if change == 0:
            del found[at]
        elif change == 1:
            found.insert(at, rng.choice(pool))
        elif change == 2:
            found[at] = rng.choice(pool)
        elif change == 3:
            found.insert(at, found[at])
        elif change == 4:
            found = found[:at]
        else:
            letter = rng.choice("abz01'\"(),.:*$@ %é\n;-")
            place = rng.randrange(len(found[at]))
            found[at] = found[at][:place] + letter + found[at][place + 1 :]
    return " ".join(found)


def fuzz(first: int, count: int) -> None:
    """Run mutations of the documented statements; each succeeds or fails as the engine fails."""
    cases = read(DATA / "snowflake_semantics.jsonl")
    pool = [word for case in cases for word in words(case["query"])]
    for start in range(first, first + count, 25):
        with connect(database="DB1") as session:
            for seed in range(start, min(start + 25, first + count)):
                rng = random.Random(seed)
                case = rng.choice(cases)
                for sql in (*case["setup"], mutated(case["query"], pool, rng)):
                    refused_as_documented(session, sql, seed)


def refused_as_documented(session: Session, sql: str, seed: int) -> None:
    endless = threading.Timer(20, session.cancel)  # a mutation may recurse without end
    endless.start()
    try:
        session.execute(sql)
    except EngineError as error:
        assert not INNER.search(error.message + error.hint), (seed, sql, str(error))
        assert not isinstance(error, Unsupported) or error.construct, (seed, sql)
    finally:
        endless.cancel()


def test_mutations_of_statements_fail_only_as_the_engine_fails() -> None:
    fuzz(1, 200)


@pytest.mark.slow
def test_many_mutations_of_statements_fail_only_as_the_engine_fails() -> None:
    fuzz(1000, FUZZED)
