"""What a table takes and what it sends to quarantine, after any history of increments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.engines import Session
from runner.engines.duckdb import connect
from runner.generating import check_results, checks
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
from tests.building import WHEN, Built, build, columns

SALES = Relation("CORE", "SALES")
KNOWN = CheckSpec(CheckKind.NOT_NULL, "not_null_id", ("ID",), quarantine=True)
NAMED = CheckSpec(
    CheckKind.ACCEPTED_VALUES, "accepted_said", ("SAID",), "'x', 'it''s'", quarantine=True
)
POSITIVE = CheckSpec(CheckKind.CONDITION, "check_amount", expression="amount > 0", quarantine=True)
FEW = CheckSpec(CheckKind.AGGREGATE, "check_few", expression="count(*) < 100")
Row = tuple[int | None, str | None, int | None]  # id, said, amount


def model(materialized: str, strategy: str = "append", *key: str, **chosen: Any) -> Model:
    return Model(
        relation=SALES,
        path="models/core/sales.sql",
        sql="select id, said, amount from raw.arrived",
        initial_sql="select id, said, amount from raw.everything",
        description="",
        settings=Settings(
            Materialized(materialized), incremental_strategy=strategy, unique_key=key, **chosen
        ),
        columns=columns("id said amount"),
        checks=(KNOWN, NAMED, POSITIVE, FEW),
        reads=(),
    )


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as session:
        session.execute("create schema raw")
        session.execute("create schema core")
        for table in ("arrived", "everything"):
            session.execute(
                f"create table raw.{table} (id number(4, 0), said varchar, amount number(4, 0))"
            )
        yield session


@pytest.fixture
def empty(session: Session) -> Session:
    start(session)
    return session


def start(session: Session) -> None:
    session.execute("drop table if exists core.sales")
    session.execute("drop table if exists core.sales__quarantine")


def fill(session: Session, table: str, rows: list[Row]) -> None:
    values = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
    source = f"values {values}" if rows else f"select * from raw.{table} limit 0"
    session.execute(f"insert overwrite into raw.{table} {source}")


def literal(value: object) -> str:
    if value is None:
        return "null"
    return f"'{value.replace(chr(39), chr(39) * 2)}'" if isinstance(value, str) else str(value)


def arrive(session: Session, node: Model, rows: list[Row], **chosen: Any) -> Built:
    """One run over these rows, whether the table is made anew or takes what has arrived."""
    fill(session, "arrived", rows)
    session.execute("insert overwrite into raw.everything select * from raw.arrived")
    return build(session, node, **chosen)


def taken(session: Session) -> Counter[tuple[Any, ...]]:
    return Counter(session.execute("select * from core.sales").rows)


def sent_away(session: Session) -> Counter[tuple[Any, ...]]:
    return Counter(
        session.execute(
            "select id, said, amount, quarantine_reason from core.sales__quarantine"
        ).rows
    )


# --- the oracle


def reason(row: Row) -> str:
    """The conditions that a row breaks; null breaks none but `@not_null`."""
    id_, said, amount = row
    broken = ["id is not null"] if id_ is None else []
    broken += ["said in ('x', 'it''s')"] if said not in ("x", "it's", None) else []
    broken += ["amount > 0"] if amount is not None and amount <= 0 else []
    return "; ".join(broken)


Pair = tuple[list[Row], list[Row]]


def split(rows: list[Row]) -> Pair:
    return [row for row in rows if not reason(row)], [row for row in rows if reason(row)]


def anew(_before: Pair, rows: list[Row]) -> Pair:
    return split(rows)


def by_key(before: Pair, rows: list[Row]) -> Pair:
    """A run decides anew on the rows of each key that arrives; without a key, on equal rows."""
    keys = {row[0] for row in rows} - {None}
    good, bad = split(rows)
    kept = [row for row in before[0] if row[0] not in keys]
    stays = [row for row in before[1] if row[0] not in keys and row not in rows]
    return kept + good, stays + bad


def added(before: Pair, rows: list[Row]) -> Pair:
    good, bad = split(rows)
    return before[0] + good, [row for row in before[1] if row not in rows] + bad


ORACLES: dict[str, tuple[Model, Callable[[Pair, list[Row]], Pair]]] = {
    "table": (model("table"), anew),
    "append": (model("incremental"), added),
    "merge": (model("incremental", "merge", "ID"), by_key),
    "delete+insert": (model("incremental", "delete+insert", "ID"), by_key),
    "insert_overwrite": (model("incremental", "insert_overwrite"), anew),
}

rows_ = st.lists(
    st.tuples(
        st.sampled_from([None, 1, 2, 3]),
        st.sampled_from([None, "x", "it's", "y"]),
        st.sampled_from([None, -1, 0, 5]),
    ),
    max_size=6,
)


def acceptable(node: Model, rows: list[Row]) -> list[Row]:
    """Keys have one good row in a run, where two would be refused."""
    if node.settings.incremental_strategy != "merge":
        return rows
    good, bad = split(rows)
    return list({row[0]: row for row in good}.values()) + bad


@pytest.mark.parametrize("name", ORACLES)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(runs=st.lists(rows_, min_size=2, max_size=3))
def test_every_row_is_in_the_table_or_in_quarantine_as_the_oracle_says(
    session: Session, name: str, runs: list[list[Row]]
) -> None:
    node, oracle = ORACLES[name]
    start(session)
    expected: Pair = ([], [])
    for run in runs:
        rows = acceptable(node, run)
        expected = oracle(expected, rows)
        built = arrive(session, node, rows)
        assert built.published
        assert taken(session) == Counter(expected[0])
        assert sent_away(session) == Counter((*row, reason(row)) for row in expected[1])
        counts = [check.failures for check in built.checks[:3]]
        _, bad = split(rows)
        assert counts == [
            sum(part in reason(row) for row in bad) for part in ("id is", "said in", "amount >")
        ]


@pytest.mark.parametrize("name", ["merge", "delete+insert"])
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(runs=st.lists(rows_, min_size=2, max_size=3))
def test_increments_over_whole_keys_equal_a_full_rebuild(
    session: Session, name: str, runs: list[list[Row]]
) -> None:
    """Each run brings all rows of its keys, as a model's query should; keys are complete."""
    node, _ = ORACLES[name]
    start(session)
    newest: dict[int, list[Row]] = {}
    for run in runs:
        rows = acceptable(node, [row for row in run if row[0] is not None])
        newest |= {id_: [row for row in rows if row[0] == id_] for id_, *_ in rows if id_}
        assert arrive(session, node, rows).published
    increments = taken(session), sent_away(session)
    fill(session, "everything", [row for rows in newest.values() for row in rows])
    assert build(session, node, full_refresh=True).published
    assert (taken(session), sent_away(session)) == increments


# --- what becomes of a row


def test_a_row_that_goes_bad_leaves_the_table_and_one_that_is_mended_the_quarantine(
    empty: Session,
) -> None:
    node = ORACLES["merge"][0]
    arrive(empty, node, [(1, "x", 5), (2, "x", -1)])
    arrive(empty, node, [(1, "x", 0), (2, "x", 1)])
    assert taken(empty) == Counter([(2, "x", 1)])
    assert sent_away(empty) == Counter([(1, "x", 0, "amount > 0")])


def test_a_row_in_quarantine_says_which_run_sent_it_there(empty: Session) -> None:
    node = ORACLES["append"][0]
    arrive(empty, node, [(1, "x", -1)], invocation="first")
    arrive(empty, node, [(2, "x", -1)], invocation="second")
    assert empty.execute(
        "select id, quarantined_by, quarantined_batch, "
        "abs(datediff(minute, quarantined_at, sysdate())) < 5 "
        "from core.sales__quarantine order by id"
    ).rows == [(1, "first", None, True), (2, "second", None, True)]


def test_rows_that_are_deleted_by_a_flag_are_judged_by_nothing(empty: Session) -> None:
    node = model("incremental", "merge", "ID", delete_when="said = 'gone'")
    arrive(empty, node, [(1, "x", 5), (2, "x", -1), (3, "gone", -1)])
    assert (taken(empty), sent_away(empty)) == (
        Counter([(1, "x", 5)]),
        Counter([(2, "x", -1, "amount > 0")]),
    )
    arrive(empty, node, [(1, "gone", -7), (2, "gone", None)])
    assert (taken(empty), sent_away(empty)) == (Counter(), Counter())


def test_a_key_without_a_null_is_demanded_of_the_rows_that_are_taken_alone(
    empty: Session,
) -> None:
    node = ORACLES["merge"][0]
    arrive(empty, node, [(1, "x", 5)])
    assert arrive(empty, node, [(None, "x", 5)]).published
    refusing = replace(node, checks=(POSITIVE,))
    assert "null in the key" in arrive(empty, refusing, [(None, "x", 5)]).refusals[0]


# --- thresholds, failures, other checks


@pytest.mark.parametrize(
    ("chosen", "status"),
    [
        ({}, Status.SUCCESS),
        ({"severity": Severity.WARN}, Status.WARN),
        ({"severity": Severity.WARN, "warn_if": "> 2"}, Status.SUCCESS),
        ({"warn_if": "> 1"}, Status.WARN),
        ({"error_if": "> 2"}, Status.SUCCESS),
        ({"error_if": "> 1"}, Status.FAIL),
    ],
)
def test_rows_in_quarantine_are_no_failure_unless_a_threshold_says_so(
    empty: Session, chosen: dict[str, Any], status: Status
) -> None:
    node = replace(model("table"), checks=(replace(POSITIVE, **chosen),))
    [result] = arrive(empty, node, [(1, "x", -1), (2, "x", -2), (3, "x", 3)]).checks
    assert (result.status, result.failures) == (status, 2)
    if result.query:
        assert len(empty.execute(result.query).rows) == 2


@pytest.mark.parametrize("name", ["table", "merge"])
def test_what_fails_leaves_table_and_quarantine_as_they_were(empty: Session, name: str) -> None:
    node = ORACLES[name][0]
    arrive(empty, node, [(1, "x", 5), (2, "x", -1)])
    before = taken(empty), sent_away(empty)
    failing = replace(node, checks=(POSITIVE, replace(FEW, expression="max(amount) < 9")))
    built = arrive(empty, failing, [(1, "x", -1), (2, "x", 9)])
    assert not built.published
    assert (taken(empty), sent_away(empty)) == before


def test_other_checks_look_at_the_rows_that_are_taken(empty: Session) -> None:
    small = CheckSpec(CheckKind.CONDITION, "check_small", expression="abs(amount) < 9")
    node = replace(
        model("table"), checks=(POSITIVE, small, replace(FEW, expression="count(*) = 1"))
    )
    built = arrive(empty, node, [(1, "x", 5), (2, "x", -99)])
    assert [check.failures for check in built.checks] == [1, 0, 0]


QUARANTINED = Check(
    "core/nothing_is_odd",
    "checks/core/nothing_is_odd.sql",
    "select odd.id, odd.quarantined_by from core.sales__quarantine as odd where said = 'odd'",
    "",
    (Reference(SALES.suffixed("__quarantine"), 1),),
)


@pytest.mark.parametrize("name", ["table", "merge"])
def test_a_file_over_the_quarantine_sees_its_rows_before_they_are_published(
    empty: Session, name: str
) -> None:
    node = ORACLES[name][0]
    arrive(empty, node, [(1, "x", 5)])
    built = arrive(empty, node, [(1, "odd", 5)], files=[QUARANTINED])
    assert (built.published, built.checks[-1].failures) == (False, 1)
    assert empty.execute(built.checks[-1].query).rows == [(1, "")]
    assert taken(empty) == Counter([(1, "x", 5)])


def test_a_table_that_is_only_checked_has_nothing_that_belongs_into_quarantine(
    empty: Session,
) -> None:
    node = model("table")
    arrive(empty, node, [(1, "x", 5), (2, "x", -1)])
    empty.execute("insert into core.sales values (3, 'x', -3)")
    statement = checks.statement(node, checks.as_it_stands(node))
    assert statement is not None
    row = empty.execute(statement.sql).rows[0]
    results = check_results.read(statement, row, WHEN)
    assert [result.status for result in results[:3]] == [
        Status.SUCCESS,
        Status.SUCCESS,
        Status.FAIL,
    ]
    assert empty.execute(results[2].query).rows == [(3, "x", -3)]


# --- changes


def test_a_quarantine_grows_with_the_columns_of_its_table(empty: Session) -> None:
    node = model("incremental", "merge", "ID", on_schema_change="append_new_columns")
    arrive(empty, node, [(1, "x", 5), (2, "x", -1)])
    wider = replace(
        node,
        sql="select id, said, amount, 'new, ' || said as note from raw.arrived",
        columns=columns("id said amount note"),
    )
    assert arrive(empty, wider, [(3, "x", -3), (4, "x", 4)]).published
    assert empty.execute("select id, note from core.sales order by id").rows == [
        (1, None),
        (4, "new, x"),
    ]
    assert empty.execute("select id, note from core.sales__quarantine order by id").rows == [
        (2, None),
        (3, "new, x"),
    ]


def test_a_table_whose_columns_change_is_made_anew_with_its_quarantine(empty: Session) -> None:
    arrive(empty, model("table"), [(1, "x", 5), (2, "x", -1)])
    node = model("table")
    for select in ("amount, id, said", "amount::number(9, 3) as amount, id, said"):
        changed = replace(
            node,
            initial_sql=f"select {select} from raw.everything",
            columns=columns("amount id said"),
        )
        built = arrive(empty, changed, [(1, "x", 7), (2, "x", -1)])
        assert built.work.aside is not None
        assert empty.execute("select * from core.sales").rows == [(7, 1, "x")]
        assert not arrive(empty, changed, [(1, "x", 7)]).work.aside


def test_increments_from_before_the_condition_get_a_quarantine(empty: Session) -> None:
    node = ORACLES["merge"][0]
    arrive(empty, replace(node, checks=()), [(1, "x", -5)])
    arrive(empty, node, [(2, "x", -1), (3, "x", 1)])
    assert taken(empty) == Counter([(1, "x", -5), (3, "x", 1)])
    assert sent_away(empty) == Counter([(2, "x", -1, "amount > 0")])


@pytest.mark.parametrize("materialized", ["table", "incremental", "view"])
def test_a_model_that_sends_nothing_away_any_more_has_no_quarantine_when_it_is_made_anew(
    empty: Session, materialized: str
) -> None:
    arrive(empty, model("table"), [(1, "x", 5), (2, "x", -1)])
    node = replace(model(materialized), checks=())
    assert arrive(empty, node, [(1, "x", 5)], full_refresh=True).published
    listed = empty.execute(
        "select table_name from information_schema.tables where table_schema = 'CORE'"
    )
    assert listed.rows == [("SALES",)]
    empty.execute(f"drop {'view' if materialized == 'view' else 'table'} core.sales")
