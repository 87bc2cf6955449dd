"""Random checks of random rows against an oracle in Python: numbers, samples and queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import ge, gt, le, lt, ne
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.engines import Session
from runner.engines.duckdb import connect
from runner.generating import checks
from runner.generating.violations import SAMPLE_ROWS
from runner.nodes import CheckKind, CheckSpec, Materialized, Model, Relation, Settings
from tests.building import columns

THINGS = Relation("CORE", "THINGS")
COLUMNS = ("id", "amount", "state")
Row = tuple[int | None, int | None, str | None]
Truth = bool | None


@dataclass(frozen=True)
class Condition:
    """A condition as SQL, and what it says of a row: None where that is unknown."""

    sql: str
    of: Callable[[Row], Truth]

    def __repr__(self) -> str:
        return self.sql


def negation(one: Condition) -> Condition:
    def of(row: Row) -> Truth:
        found = one.of(row)
        return None if found is None else not found

    return Condition(f"not ({one.sql})", of)


def both(one: Condition, other: Condition) -> Condition:
    def of(row: Row) -> Truth:
        found = {one.of(row), other.of(row)}
        return False if False in found else None if None in found else True

    return Condition(f"({one.sql} and {other.sql})", of)


def either(one: Condition, other: Condition) -> Condition:
    return Condition(
        f"({one.sql} or {other.sql})",
        negation(both(negation(one), negation(other))).of,
    )


OPERATORS = {">=": ge, ">": gt, "<=": le, "<": lt, "<>": ne}


def comparison(place: int, operator: str, bound: int) -> Condition:
    def of(row: Row) -> Truth:
        value = row[place]
        return None if value is None else bool(OPERATORS[operator](value, bound))

    return Condition(f"{COLUMNS[place]} {operator} {bound}", of)


def among(values: frozenset[str]) -> Condition:
    listed = ", ".join(f"'{value}'" for value in sorted(values))
    return Condition(
        f"state in ({listed})", lambda row: None if row[2] is None else row[2] in values
    )


def missing(place: int) -> Condition:
    return Condition(f"{COLUMNS[place]} is null", lambda row: row[place] is None)


states = st.frozensets(st.sampled_from(["new", "done", "odd"]), min_size=1)
conditions = st.recursive(
    st.one_of(
        st.builds(
            comparison,
            st.sampled_from([0, 1]),
            st.sampled_from(sorted(OPERATORS)),
            st.integers(-1, 4),
        ),
        st.builds(among, states),
        st.builds(missing, st.sampled_from([0, 1, 2])),
    ),
    lambda inner: st.one_of(
        st.builds(negation, inner), st.builds(both, inner, inner), st.builds(either, inner, inner)
    ),
    max_leaves=4,
)


@dataclass(frozen=True)
class Case:
    """A check, and the rows that violate it; of a key the values that recur."""

    spec: CheckSpec
    found: Callable[[list[Row]], list[tuple[Any, ...]]]

    def __repr__(self) -> str:
        return f"{self.spec.kind} {self.spec.columns} {self.spec.expression}"


def of_rows(kind: CheckKind, holds: Condition, place: int, expression: str = "") -> Case:
    spec = CheckSpec(kind, str(kind), (COLUMNS[place].upper(),), expression)
    return Case(spec, lambda rows: [row for row in rows if holds.of(row) is False])


def of_key(places: tuple[int, ...]) -> Case:
    def recurring(rows: list[Row]) -> list[tuple[Any, ...]]:
        keys = Counter(tuple(row[place] for place in places) for row in rows)
        return [(*key, many) for key, many in keys.items() if many > 1 and None not in key]

    names = tuple(COLUMNS[place].upper() for place in places)
    return Case(CheckSpec(CheckKind.UNIQUE, "unique", names), recurring)


def of_all(condition: Condition, most: int) -> Case:
    def measured(rows: list[Row]) -> list[tuple[Any, ...]]:
        many = sum(condition.of(row) is True for row in rows)
        return [(many,)] if many > most else []

    expression = f"count_if({condition.sql}) <= {most}"
    return Case(CheckSpec(CheckKind.AGGREGATE, "aggregate", expression=expression), measured)


cases = st.one_of(
    st.builds(
        lambda place: of_rows(CheckKind.NOT_NULL, negation(missing(place)), place),
        st.sampled_from([0, 1, 2]),
    ),
    st.builds(
        lambda values: of_rows(
            CheckKind.ACCEPTED_VALUES,
            among(values),
            2,
            ", ".join(f"'{value}'" for value in sorted(values)),
        ),
        states,
    ),
    st.builds(lambda one: of_rows(CheckKind.CONDITION, one, 0, one.sql), conditions),
    st.builds(of_key, st.sampled_from([(0,), (1,), (0, 2), (2, 1, 0)])),
    st.builds(of_all, conditions, st.integers(0, 3)),
)
rows_ = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 3)),
        st.one_of(st.none(), st.integers(-1, 4)),
        st.sampled_from([None, "new", "done", "odd"]),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as session:
        session.execute("create schema core")
        session.execute(
            "create table core.things (id number(38, 0), amount number(38, 0), state varchar)"
        )
        yield session


def hold(session: Session, rows: list[Row]) -> None:
    values = ", ".join(
        f"({', '.join('null' if value is None else repr(value) for value in row)})" for row in rows
    )
    source = f"values {values}" if rows else "select * from core.things limit 0"
    session.execute(f"insert overwrite into core.things {source}")


def model(chosen: list[Case]) -> Model:
    return Model(
        relation=THINGS,
        path="models/core/things.sql",
        sql="select 1",
        initial_sql="select 1",
        description="",
        settings=Settings(Materialized.TABLE),
        columns=columns("id amount state"),
        checks=tuple(case.spec for case in chosen),
        reads=(),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=rows_, chosen=st.lists(cases, min_size=1, max_size=5))
def test_one_statement_counts_and_shows_what_the_oracle_finds(
    session: Session, rows: list[Row], chosen: list[Case]
) -> None:
    hold(session, rows)
    node = model(chosen)
    statement = checks.statement(node, checks.as_it_stands(node))
    assert statement is not None
    expected = [case.found(rows) for case in chosen]
    counted = session.execute(statement.sql).rows[0]
    assert counted == tuple(map(len, expected))
    for item, found in zip(statement.items, expected, strict=True):
        if not found:
            continue
        shown = session.execute(item.sample)
        seen = Counter(shown.rows)
        assert sum(seen.values()) == min(SAMPLE_ROWS, len(found))
        assert seen <= Counter(projected(found, [column.name for column in shown.columns]))
        assert Counter(session.execute(item.query(published=True)).rows) == Counter(found)


def projected(found: list[tuple[Any, ...]], names: list[str]) -> list[tuple[Any, ...]]:
    """Of rows the columns that are shown; what else is found is shown as it is."""
    if not set(names) <= {name.upper() for name in COLUMNS}:
        return found
    places = [COLUMNS.index(name.lower()) for name in names]
    return [tuple(row[place] for place in places) for row in found]
