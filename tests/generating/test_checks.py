"""What checks count, in one statement, against single statements and an oracle in Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.engines import Session
from runner.engines.duckdb import connect
from runner.errors import ProjectError
from runner.generating import check_results, checks
from runner.generating.substitution import substituted
from runner.nodes import (
    Check,
    CheckKind,
    CheckSpec,
    Materialized,
    Model,
    Reference,
    Relation,
    Settings,
    Severity,
)
from runner.results import Status
from tests.building import WHEN, build, columns

THINGS = Relation("CORE", "THINGS")
Row = tuple[int | None, int | None, str | None, int | None]  # id, amount, state, parent

NOT_NULL = CheckSpec(CheckKind.NOT_NULL, "not_null_id", ("ID",))
UNIQUE = CheckSpec(CheckKind.UNIQUE, "unique_id", ("ID",))
UNIQUE_PAIR = CheckSpec(CheckKind.UNIQUE, "unique_id_state", ("ID", "STATE"))
ACCEPTED = CheckSpec(CheckKind.ACCEPTED_VALUES, "accepted_state", ("STATE",), "'new', 'done'")
PARENT = CheckSpec(
    CheckKind.REFERENCES,
    "references_parent",
    ("PARENT",),
    references=Relation("CORE", "PARENTS"),
    references_column="ID",
)
ITSELF = replace(PARENT, name="references_itself", references=THINGS)
POSITIVE = CheckSpec(CheckKind.CONDITION, "check_amount", expression="things.amount >= 0")
TOTAL = CheckSpec(CheckKind.AGGREGATE, "check_total", expression="sum(amount) < 10 or false")
ALL = (NOT_NULL, UNIQUE, UNIQUE_PAIR, ACCEPTED, PARENT, ITSELF, POSITIVE, TOTAL)
STRANGE = Check(
    "core/nothing_is_strange",
    "checks/core/nothing_is_strange.sql",
    "with strange as (select * from core.things where state = 'odd') -- odd ones\n"
    "select strange.id from strange join core.things as t on t.id = strange.id",
    "",
    (Reference(THINGS, 1),),
)


def model(materialized: str = "table", *specs: CheckSpec, **chosen: Any) -> Model:
    sql = "select id, amount, state, parent from raw.things -- all of them"
    return Model(
        relation=THINGS,
        path="models/core/things.sql",
        sql=sql,
        initial_sql=sql,
        description="",
        settings=Settings(Materialized(materialized), **chosen),
        columns=columns("id amount state parent"),
        checks=specs,
        reads=(),
    )


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as session:
        session.execute("create schema raw")
        session.execute("create schema core")
        session.execute(
            "create table raw.things "
            "(id number(38, 0), amount number(38, 0), state varchar, parent number(38, 0))"
        )
        session.execute("create table core.parents (id number(38, 0))")
        session.execute("insert into core.parents values (1), (2), (2), (null)")
        yield session


def hold(session: Session, rows: list[Row], *, table: str = "raw.things") -> None:
    """The table holds exactly these rows."""
    session.execute(f"delete from {table}")
    if rows:
        values = ", ".join(
            f"({', '.join('null' if value is None else repr(value) for value in row)})"
            for row in rows
        )
        session.execute(f"insert into {table} values {values}")


def fresh(session: Session, rows: list[Row]) -> None:
    """The source holds these rows, and `core.things` does not exist."""
    hold(session, rows)
    session.execute("drop table if exists core.things")


def counted(rows: list[Row]) -> list[int]:
    """What each of ALL and STRANGE must count."""
    ids = [row[0] for row in rows]
    pairs = [(row[0], row[2]) for row in rows if row[0] is not None and row[2] is not None]
    amounts = [row[1] for row in rows if row[1] is not None]
    parents = [row[3] for row in rows if row[3] is not None]
    times = Counter(id_ for id_ in ids if id_ is not None)
    return [
        ids.count(None),
        sum(count > 1 for count in times.values()),
        sum(count > 1 for count in Counter(pairs).values()),
        sum(row[2] not in ("new", "done", None) for row in rows),
        sum(parent not in (1, 2) for parent in parents),
        sum(parent not in ids for parent in parents),
        sum(amount < 0 for amount in amounts),
        int(bool(amounts) and sum(amounts) >= 10),
        sum(times[row[0]] for row in rows if row[2] == "odd" and row[0] is not None),
    ]


small = st.one_of(st.none(), st.integers(-2, 6))
states = st.one_of(st.none(), st.sampled_from(["new", "done", "odd"]))
things = st.lists(st.tuples(small, small, states, small), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=things, materialized=st.sampled_from(["view", "table"]))
def test_the_one_statement_counts_what_single_ones_and_the_oracle_count(
    session: Session, rows: list[Row], materialized: str
) -> None:
    fresh(session, rows)
    warned = [replace(spec, severity=Severity.WARN) for spec in ALL]
    odd = replace(STRANGE, severity=Severity.WARN)
    node = model(materialized, *warned)
    built = build(session, node, files=[odd])
    assert [result.failures for result in built.checks] == counted(rows)
    work = checks.as_it_stands(node)
    alone = [checks.statement(node, work, [], [spec]) for spec in warned]
    alone.append(checks.statement(node, work, [odd], []))
    found = [session.execute(statement.sql).rows[0][0] for statement in alone if statement]
    session.execute(f"drop {materialized} core.things")
    assert found == counted(rows)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=things)
def test_the_queries_of_a_failed_check_show_what_it_counted(
    session: Session, rows: list[Row]
) -> None:
    fresh(session, rows)
    node = model("table", *ALL, unique_key=("ID",))
    results = build(session, node, files=[STRANGE]).checks
    for result in results:
        if result.failures:
            assert len(session.execute(result.query).rows) == result.failures, result.name


BAD: list[Row] = [(1, -5, "new", 1), (2, 5, "lost", 9), (2, None, None, None), (None, 1, "new", 1)]


@pytest.mark.parametrize(
    ("spec", "message", "sample"),
    [
        (NOT_NULL, "id is null in 1 row", [(None,)]),
        (UNIQUE, "id: 1 value occurs more than once", [(2, 2)]),
        (ACCEPTED, "state: 1 row has a value other than 'new', 'done'", [(2, "lost")]),
        (PARENT, "parent: 1 row has no counterpart in core.parents(id)", [(2, 9)]),
        (POSITIVE, "things.amount >= 0: 1 row violates it", [(1, -5)]),
        (
            CheckSpec(CheckKind.AGGREGATE, "c", expression="count(*) >= 100"),
            "count(*) >= 100: does not hold",
            [(4,)],
        ),
    ],
    ids=lambda value: value.kind if isinstance(value, CheckSpec) else "",
)
def test_a_failed_check_says_how_many_rows_and_shows_some_with_their_keys(
    session: Session, spec: CheckSpec, message: str, sample: list[tuple[object, ...]]
) -> None:
    hold(session, BAD)
    session.execute("create or replace table core.things as select * from raw.things")
    node = model("table", spec, unique_key=("ID",))
    statement = checks.statement(node, checks.as_it_stands(node))
    assert statement is not None
    [result] = check_results.read(statement, session.execute(statement.sql).rows[0], WHEN)
    assert (result.status, result.message) == (Status.FAIL, message)
    assert session.execute(statement.items[0].sample).rows == sample


def test_the_query_of_a_warning_reads_what_was_published(session: Session) -> None:
    fresh(session, BAD)
    node = model("table", replace(POSITIVE, severity=Severity.WARN))
    [result] = build(session, node, files=[]).checks
    hold(session, [])
    assert session.execute(result.query).rows == [(1, -5, "new", 1)]


def test_a_null_among_the_accepted_values_does_not_blind_the_check(session: Session) -> None:
    fresh(session, BAD)
    spec = replace(ACCEPTED, expression="'new', null, 'Null, quoted'")
    [result] = build(session, model("table", spec)).checks
    assert result.failures == 1


def test_rows_that_fail_a_check_are_never_published(session: Session) -> None:
    fresh(session, [(1, 1, "new", 1)])
    assert build(session, model("table", POSITIVE)).published
    hold(session, [(2, -1, "new", 1)])
    assert not build(session, model("table", POSITIVE)).published
    assert session.execute("select id from core.things").rows == [(1,)]


def test_a_file_check_of_one_relation_sees_the_rows_before_they_are_published(
    session: Session,
) -> None:
    fresh(session, [(1, 1, "new", 1)])
    build(session, model("table"))
    hold(session, [(2, 1, "odd", 1)])
    built = build(session, model("table"), files=[STRANGE])
    assert built.checks[0].message == "core/nothing_is_strange: 1 row violates it"
    assert session.execute("select id from core.things").rows == [(1,)]


def test_in_an_increment_conditions_look_at_new_rows_and_keys_at_the_whole(
    session: Session,
) -> None:
    fresh(session, [(1, -1, "new", 1), (2, 1, "new", 1)])
    build(session, model("incremental", incremental_strategy="append"))
    hold(session, [(2, 1, "new", 1), (3, 1, "new", 1)])
    new = CheckSpec(CheckKind.AGGREGATE, "new", expression="count(*) = 2", new_rows=True)
    whole = CheckSpec(CheckKind.AGGREGATE, "whole", expression="count(*) = 4")
    node = model("incremental", POSITIVE, UNIQUE, new, whole, incremental_strategy="append")
    built = build(session, node)
    assert [result.failures for result in built.checks] == [0, 1, 0, 0]
    assert session.execute("select count(*) from core.things").rows == [(2,)]
    assert session.execute(built.checks[1].query).rows == [(2, 2)]


# --- thresholds


@pytest.mark.parametrize(
    ("severity", "warn_if", "error_if", "failures", "status"),
    [
        ("error", "", "", 0, Status.SUCCESS),
        ("error", "", "", 1, Status.FAIL),
        ("warn", "", "", 1, Status.WARN),
        ("error", "> 2", "> 5", 2, Status.SUCCESS),
        ("error", "> 2", "> 5", 5, Status.WARN),
        ("error", "> 2", "> 5", 6, Status.FAIL),
        ("error", "", ">= 3", 2, Status.WARN),
        ("warn", "> 2", "> 5", 9, Status.WARN),
        ("error", "", "!= 4", 4, Status.WARN),
        ("error", "", "= 4", 4, Status.FAIL),
        ("error", "< 1", "> 5", 0, Status.WARN),
    ],
)
def test_thresholds_decide_between_a_warning_and_a_failure(
    severity: str, warn_if: str, error_if: str, failures: int, status: Status
) -> None:
    check = replace(STRANGE, severity=Severity(severity), warn_if=warn_if, error_if=error_if)
    spec = replace(POSITIVE, severity=Severity(severity), warn_if=warn_if, error_if=error_if)
    node = model("table", spec)
    beside = checks.statement(node, checks.as_it_stands(node))
    assert beside is not None
    for statement in checks.standalone(check), beside:
        [result] = check_results.read(statement, [failures], WHEN)
        assert result.status is status
        assert bool(result.query) is (status is not Status.SUCCESS)
        assert bool(result.message) is (status is not Status.SUCCESS)


def test_a_threshold_that_is_no_comparison_is_named_with_its_file() -> None:
    check = replace(STRANGE, error_if="many")
    with pytest.raises(ProjectError, match=r"nothing_is_strange.sql: 'many' is not a condition"):
        check_results.read(checks.standalone(check), [1], WHEN)


# --- freshness

NEWEST = Check(
    "core/things_are_fresh",
    "checks/core/things_are_fresh.sql",
    "select max(loaded_at) as loaded_at from raw.loads",
    "",
    (Reference(Relation("RAW", "LOADS"), 1),),
    warn_after="6 hours",
    error_after="1 day",
)


@pytest.mark.parametrize(
    ("age", "status", "message"),
    [
        (timedelta(hours=6), Status.SUCCESS, ""),
        (timedelta(hours=7, minutes=5), Status.WARN, "7 hours 5 minutes ago; allowed are 6 hours"),
        (timedelta(days=1, hours=1), Status.FAIL, "1 day 1 hour ago; allowed are 1 day"),
        (timedelta(hours=-1), Status.SUCCESS, ""),
    ],
)
def test_a_load_grows_stale(age: timedelta, status: Status, message: str) -> None:
    loaded_at = (WHEN - age).replace(tzinfo=None)
    [result] = check_results.read(checks.standalone(NEWEST), [loaded_at], WHEN)
    assert result.status is status
    assert result.message.endswith(message)


def test_a_relation_that_was_never_loaded_is_stale() -> None:
    [result] = check_results.read(checks.standalone(NEWEST), [None], WHEN)
    assert (result.status, result.failures) == (Status.FAIL, 1)
    warning = replace(NEWEST, error_after="")
    assert check_results.read(checks.standalone(warning), [None], WHEN)[0].status is Status.WARN


def test_a_freshness_check_reads_the_newest_row(session: Session) -> None:
    session.execute("create or replace table raw.loads (loaded_at timestamp_ntz)")
    session.execute("insert into raw.loads values ('2024-05-31 20:00:00'), ('2024-05-01')")
    row = session.execute(checks.standalone(NEWEST).sql).rows[0]
    assert row == (datetime(2024, 5, 31, 20),)
    zoned = (datetime(2024, 5, 31, 20, tzinfo=UTC),)
    for found in row, zoned:
        [result] = check_results.read(checks.standalone(NEWEST), found, WHEN)
        assert result.status is Status.SUCCESS


# --- reading another relation in the place of one that is named


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select id from core.things", "select id from next as things"),
        ("select t.id from Core.THINGS t", "select t.id from next t"),
        ("select t.id from core.things as t", "select t.id from next as t"),
        (
            "select core.things.id from db.core.things -- core.things",
            "select things.id from next as things -- core.things",
        ),
        (
            "with a as (select 1 from core.things) select 'core.things' from a, core.others",
            "with a as (select 1 from next as things) select 'core.things' from a, core.others",
        ),
        ('select 1 from core."things"', 'select 1 from core."things"'),
        ('select 1 from "CORE"."THINGS"', "select 1 from next as things"),
        (
            "select 1 where exists (select 1 from core.things where core.things.id = 1)",
            "select 1 where exists (select 1 from next as things where things.id = 1)",
        ),
    ],
)
def test_a_query_reads_another_relation_in_the_place_of_one(sql: str, expected: str) -> None:
    assert substituted(sql, THINGS, "next") == expected
