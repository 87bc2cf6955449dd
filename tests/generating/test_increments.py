"""What the strategies do to rows, as an oracle in Python says, and changes of the columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.engines import Column, Session
from runner.engines.duckdb import connect
from runner.errors import RunnerError
from runner.generating import schema_changes
from runner.generating.work import Existing
from runner.nodes import (
    CheckKind,
    CheckSpec,
    ColumnSpec,
    Materialized,
    Model,
    Relation,
    Settings,
)
from tests.building import Built, build, columns

SALES = Relation("CORE", "SALES")


def model(strategy: str, *key: str, select: str = "*", **chosen: Any) -> Model:
    """A model that takes what is in `raw.arrived`; made anew, what is in `raw.everything`."""
    return Model(
        relation=SALES,
        path="models/core/sales.sql",
        sql=f"select {select} from raw.arrived",
        initial_sql=f"select {select} from raw.everything",
        description="",
        settings=Settings(
            Materialized.INCREMENTAL, incremental_strategy=strategy, unique_key=key, **chosen
        ),
        columns=columns("store id said gone"),
        checks=(),
        reads=(),
    )


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as session:
        session.execute("create schema raw")
        session.execute("create schema core")
        yield session


@pytest.fixture
def empty(session: Session) -> Session:
    start(session)
    return session


def start(session: Session) -> None:
    for table in ("arrived", "everything"):
        session.execute(
            f"create or replace table raw.{table} "
            "(store varchar, id number(4, 0), said varchar, gone boolean)"
        )
    session.execute("drop table if exists core.sales")


def fill(session: Session, table: str, rows: list[tuple[Any, ...]]) -> None:
    session.execute(f"delete from raw.{table}")
    for row in rows:
        listed = ", ".join("null" if value is None else repr(value) for value in row)
        session.execute(f"insert into raw.{table} select {listed}")


def arrive(session: Session, node: Model, rows: list[tuple[Any, ...]]) -> Built:
    fill(session, "arrived", rows)
    return build(session, node)


def table(session: Session) -> Counter[tuple[Any, ...]]:
    return Counter(session.execute("select * from core.sales").rows)


# --- strategies

Rows = list[tuple[str, int, str, bool | None]]
row = st.tuples(
    st.sampled_from("ab"),
    st.integers(1, 3),
    st.sampled_from("xyz"),
    st.sampled_from([True, False, False, None]),
)


def merged(before: Rows, batch: Rows) -> Rows:
    found = {row[:2]: row for row in before}
    for one in batch:
        found.pop(one[:2], None)
        if not one[3]:
            found[one[:2]] = one
    return list(found.values())


def merged_but_for_what_was_said(before: Rows, batch: Rows) -> Rows:
    said = {row[:2]: row[2] for row in before}
    return [
        (store, id_, said.get((store, id_), new), gone)
        for store, id_, new, gone in merged(before, batch)
    ]


def replaced(before: Rows, batch: Rows) -> Rows:
    stores = {row[0] for row in batch}
    return [row for row in before if row[0] not in stores] + [row for row in batch if not row[3]]


def appended(before: Rows, batch: Rows) -> Rows:
    return before + batch


def overwritten(_before: Rows, batch: Rows) -> Rows:
    return batch


ORACLES: list[tuple[Model, Callable[[Rows, Rows], Rows]]] = [
    (model("merge", "STORE", "ID", delete_when="gone"), merged),
    (
        model("merge", "STORE", "ID", delete_when="gone", merge_exclude_columns=("SAID",)),
        merged_but_for_what_was_said,
    ),
    (model("delete+insert", "STORE", delete_when="gone = true"), replaced),
    (model("append"), appended),
    (model("insert_overwrite"), overwritten),
]
NAMES = ["merge", "merge_excluding", "delete+insert", "append", "insert_overwrite"]


@pytest.mark.parametrize(("node", "oracle"), ORACLES, ids=NAMES)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(batches=st.lists(st.lists(row, max_size=6), min_size=1, max_size=4))
def test_a_strategy_does_what_the_oracle_does(
    session: Session, node: Model, oracle: Callable[[Rows, Rows], Rows], batches: list[Rows]
) -> None:
    """Keys have one row in a batch, where two would be refused."""
    start(session)
    expected: Rows = []
    for number, batch in enumerate(batches):
        rows = list({row[:2]: row for row in batch}.values()) if node.settings.unique_key else batch
        if number == 0:
            fill(session, "everything", rows)
            expected = oracle([], rows)
            assert build(session, node).published
        else:
            expected = oracle(expected, rows)
            assert arrive(session, node, rows).published
        assert table(session) == Counter(expected)


EVENTS = """
select
    events.*,
    max(events.arrived) over (partition by events.store, events.id) as last_arrived
from raw.events as events
where (events.store, events.id) in (
    select arrived.store, arrived.id from raw.events as arrived {where}
)
qualify
    row_number() over (
        partition by events.store, events.id order by events.happened desc, events.arrived desc
    ) = 1
"""
SINCE = "where arrived.arrived > (select coalesce(max(last_arrived), 0) - 2 from core.sales)"
event = st.tuples(st.sampled_from("ab"), st.integers(1, 3), st.integers(0, 4), st.booleans())


@pytest.mark.parametrize("strategy", ["merge", "delete+insert"])
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rounds=st.lists(st.lists(event, max_size=4), min_size=2, max_size=5),
    again=st.integers(0, 4),
    bad=st.integers(0, 4),
)
def test_increments_with_deletions_and_failures_equal_a_full_rebuild(
    session: Session,
    strategy: str,
    rounds: list[list[tuple[str, int, int, bool]]],
    again: int,
    bad: int,
) -> None:
    """Events come late, as deletions and, one round of them, again; a round has a bad row first."""
    start(session)
    session.execute(
        "create or replace table raw.events (store varchar, id number(4, 0), "
        "happened number(4, 0), gone boolean, arrived number(4, 0))"
    )
    node = replace(
        model(strategy, "STORE", "ID", delete_when="gone"),
        sql=EVENTS.format(where=SINCE),
        initial_sql=EVENTS.format(where=""),
        columns=columns("store id happened gone arrived last_arrived"),
        checks=(CheckSpec(CheckKind.CONDITION, "check_happened", expression="happened >= 0"),),
        reads_itself=True,
    )
    newest: dict[tuple[str, int], tuple[Any, ...]] = {}
    last: dict[tuple[str, int], int] = {}
    for number, batch in enumerate([*rounds, rounds[again % len(rounds)]]):
        rows = [(*row, number * 10 + place) for place, row in enumerate(batch)]
        for row in rows:
            session.execute(f"insert into raw.events select {', '.join(map(repr, row))}")
            key = row[:2]
            newest[key] = max(newest.get(key, row), row, key=lambda one: (one[2], one[4]))
            last[key] = row[4]
        if number == bad and number > 0:
            session.execute("insert into raw.events select 'c', 1, -1, false, 1000")
            assert not build(session, node).published
            session.execute("delete from raw.events where happened < 0")
        assert build(session, node).published
        expected = Counter((*row, last[key]) for key, row in newest.items() if not row[3])
        assert table(session) == expected
    assert build(session, node, full_refresh=True).published
    assert table(session) == expected


@pytest.mark.parametrize("strategy", ["merge", "delete+insert"])
def test_flagged_rows_are_missing_from_a_table_that_is_made_anew(
    empty: Session, strategy: str
) -> None:
    node = model(strategy, "STORE", "ID", delete_when="gone or said = 'void'")
    rows = [("a", 1, "x", False), ("a", 2, "x", True), ("a", 3, "void", None), ("b", 1, "x", None)]
    fill(empty, "everything", rows)
    assert build(empty, node).published
    assert table(empty) == Counter([rows[0], rows[3]])


def test_checks_of_rows_do_not_look_at_those_that_are_deleted(empty: Session) -> None:
    spoken = CheckSpec(CheckKind.NOT_NULL, "not_null_said", ("SAID",))
    node = replace(model("merge", "STORE", "ID", delete_when="gone"), checks=(spoken,))
    fill(empty, "everything", [("a", 1, "x", False), ("a", 2, None, True)])
    assert build(empty, node).published
    assert arrive(empty, node, [("a", 1, None, True)]).published
    assert table(empty) == Counter()


def test_all_violations_are_found_again_among_the_rows_that_were_to_be_written(
    empty: Session,
) -> None:
    once = CheckSpec(CheckKind.UNIQUE, "unique_said", ("SAID",))
    short = CheckSpec(CheckKind.CONDITION, "check_id", expression="id < 3")
    node = replace(model("merge", "STORE", "ID", delete_when="gone"), checks=(once, short))
    fill(empty, "everything", [("a", 1, "x", False), ("a", 2, "y", False)])
    build(empty, node)
    built = arrive(empty, node, [("b", 1, "x", False), ("a", 2, "x", True), ("b", 3, "z", False)])
    found = {check.name: empty.execute(check.query).rows for check in built.checks}
    assert found == {"unique_said": [("x", 2)], "check_id": [("b", 3, "z", False)]}


# --- keys

KEYED = ("merge", "append", "insert_overwrite")


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("strategy", [*KEYED, "delete+insert"])
def test_a_null_in_the_key_is_refused_in_a_first_build_too(
    empty: Session, strategy: str, is_first: bool
) -> None:
    node = model(strategy, "STORE", "ID")
    if not is_first:
        build(empty, node)
    rows = [("a", None, "x", False), (None, 1, "x", False), ("a", 1, "x", False)]
    fill(empty, "everything", rows)
    built = arrive(empty, node, rows)
    assert built.refusals == (
        "2 rows of this run have a null in the key (store, id), for example (a, null), (null, 1); "
        "leave such rows out of the query",
    )


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("strategy", KEYED)
def test_two_rows_with_one_key_are_refused_in_a_first_build_too(
    empty: Session, strategy: str, is_first: bool
) -> None:
    node = model(strategy, "STORE", "ID")
    if not is_first:
        build(empty, node)
    rows = [(store, id_, said, False) for store in "ab" for id_ in (1, 2) for said in "xy"]
    fill(empty, "everything", rows)
    built = arrive(empty, node, [*rows, ("c", 1, "x", False)])
    assert built.refusals[0].startswith(
        "4 values of (store, id) have several rows in this run, for example (a, 1), (a, 2), (b, 1);"
    )


def test_a_flagged_row_beside_one_that_is_not_is_refused_whenever_it_comes(empty: Session) -> None:
    node = model("merge", "STORE", "ID", delete_when="gone")
    rows = [("a", 1, "x", False), ("a", 1, "x", True)]
    fill(empty, "everything", rows)
    assert build(empty, node).refusals
    fill(empty, "everything", [])
    build(empty, node)
    assert arrive(empty, node, rows).refusals


# --- columns


@pytest.mark.parametrize(
    ("have", "got", "needed"),
    [
        ("VARCHAR(3)", "VARCHAR(9)", "VARCHAR(9)"),
        ("VARCHAR(9)", "VARCHAR(3)", "VARCHAR(9)"),
        ("BINARY(3)", "BINARY(4)", "BINARY(4)"),
        ("NUMBER(5,0)", "NUMBER(38,0)", "NUMBER(38,0)"),
        ("NUMBER(12,2)", "NUMBER(5,0)", "NUMBER(12,2)"),
        ("NUMBER(12,2)", "NUMBER(12,0)", "NUMBER(14,2)"),
        ("NUMBER(38,2)", "NUMBER(38,0)", None),
        ("NUMBER(12,2)", "NUMBER(12,4)", None),
        ("NUMBER(12,2)", "FLOAT", None),
        ("VARCHAR(3)", "NUMBER(1,0)", None),
        ("DATE", "TIMESTAMP_NTZ(9)", None),
        ("TIMESTAMP_NTZ", "TIMESTAMP_NTZ(9)", "TIMESTAMP_NTZ"),
        ("TIMESTAMP_NTZ(3)", "TIMESTAMP_NTZ(9)", None),
        ("VECTOR(FLOAT, 3)", "VECTOR(FLOAT, 3)", "VECTOR(FLOAT, 3)"),
        ("VECTOR(FLOAT, 3)", "VECTOR(FLOAT, 4)", None),
    ],
)
def test_a_type_is_widened_where_snowflake_can(have: str, got: str, needed: str | None) -> None:
    node = replace(
        model("append", on_schema_change="append_new_columns"), columns=(ColumnSpec("A"),)
    )
    existing = Existing("table", (Column("A", have),))
    if needed is None:
        with pytest.raises(RunnerError, match=r"a: .* became .*\n.*--full-refresh"):
            schema_changes.change(node, existing, (Column("A", got),))
        return
    change = schema_changes.change(node, existing, (Column("A", got),))
    altered = (f"alter table core.sales alter column a set data type {needed}",)
    assert change.before == (() if needed == have else altered)


@pytest.mark.parametrize(
    ("mode", "names"),
    [
        ("append_new_columns", ["STORE", "ID", "SAID", "GONE"]),
        ("sync_all_columns", ["STORE", "ID", "SAID"]),
    ],
)
def test_an_increment_with_longer_texts_widens_the_column(
    empty: Session, mode: str, names: list[str]
) -> None:
    short = "store, id, said::varchar(2) as said, gone"
    node = model("merge", "ID", select=short, on_schema_change=mode)
    fill(empty, "everything", [("a", 1, "x", False)])
    build(empty, node)
    longer = f"{', '.join(names[:2])}, said::varchar(20) as said" + (", gone" if names[3:] else "")
    assert arrive(
        empty, replace(node, sql=f"select {longer} from raw.arrived"), [("a", 2, "xxxx", False)]
    ).published
    found = empty.execute("select * from core.sales order by id")
    assert [column.name for column in found.columns] == names
    assert found.columns[2].type == "VARCHAR(20)"
    assert [row[2] for row in found.rows] == ["x", "xxxx"]


@pytest.mark.parametrize("mode", ["append_new_columns", "sync_all_columns"])
def test_a_failure_after_the_table_grew_leaves_its_rows_as_they_were(
    empty: Session, mode: str
) -> None:
    positive = CheckSpec(CheckKind.CONDITION, "check_id", expression="id > 0")
    node = replace(
        model("merge", "ID", select="id, said", on_schema_change=mode), columns=columns("id said")
    )
    fill(empty, "everything", [("a", 1, "x", False)])
    build(empty, node)
    wider = replace(
        node,
        sql="select id, store, 'more'::varchar(40) as more from raw.arrived",
        columns=columns("id store more"),
        checks=(positive,),
    )
    assert not arrive(empty, wider, [("a", 1, "y", False), ("a", -1, "y", False)]).published
    assert table(empty) == Counter([(1, "x", None, None)])
    assert arrive(empty, wider, [("b", 2, "y", False)]).published
    kept = [(1, "x", None, None), (2, None, "b", "more")]
    gone = [(1, None, None), (2, "b", "more")]
    assert table(empty) == Counter(kept if mode == "append_new_columns" else gone)


@pytest.mark.parametrize("mode", ["ignore", "fail", "append_new_columns", "sync_all_columns"])
def test_a_new_column_in_the_key_is_refused_in_every_mode(empty: Session, mode: str) -> None:
    node = replace(
        model("merge", "ID", select="id, said", on_schema_change=mode), columns=columns("id said")
    )
    build(empty, node)
    keyed = replace(
        node,
        sql="select store, id, said from raw.arrived",
        columns=columns("store id said"),
        settings=replace(node.settings, unique_key=("STORE", "ID")),
    )
    with pytest.raises(RunnerError, match=r"\(new: store\)\n  build it anew with --full-refresh"):
        build(empty, keyed)
