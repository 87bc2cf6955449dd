"""The tokens of relations: all in one statement, and none where the database does not tell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runner import change_tokens
from runner.engines import Session, Target, open_engine
from runner.nodes import Relation
from tests.conftest import SnowflakeServer
from tests.watched import Watched

A, B = Relation("RAW", "A"), Relation("RAW", "Odd \"Name's")
MISSING = Relation("RAW", "MISSING")


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def session(watched: Watched, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    target = Target("dev", "duckdb", "DB", tmp_path_factory.mktemp("home"))
    engine = watched.over(open_engine(target))
    with engine.session() as session:
        session.execute("create schema raw")
        for relation in (A, B):
            session.execute(f"create table {relation} (id number)")
        watched.statements.clear()
        yield session
    engine.close()


def test_all_tokens_come_from_one_statement(session: Session, watched: Watched) -> None:
    first = change_tokens.read(session, [A, B, A])
    assert len(watched.statements) == 1
    assert first.keys() == {A, B}
    session.execute(f"insert into {B} values (1)")
    second = change_tokens.read(session, [A, B])
    assert second[A] == first[A]
    assert second[B] != first[B]


def test_nothing_is_asked_for_no_relation(session: Session, watched: Watched) -> None:
    assert change_tokens.read(session, []) == {}
    assert watched.statements == []


def test_a_missing_relation_is_left_out_and_hides_no_other(session: Session) -> None:
    whole = change_tokens.read(session, [A, B])
    for asked in ([A, MISSING, B], [MISSING, A, B], [MISSING], [Relation("NO", "SCHEMA"), B, A]):
        found = change_tokens.read(session, asked)
        assert found == {one: whole[one] for one in asked if one in whole}


def test_a_view_of_the_catalog_has_no_token(session: Session) -> None:
    session.execute("create view raw.v as select table_name from information_schema.tables")
    assert change_tokens.read(session, [Relation("RAW", "V"), A]).keys() == {A}


def test_a_database_without_the_function_tells_nothing_and_is_soon_left_alone(
    snowflake: SnowflakeServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """fakesnow does not know the function."""
    target = Target("dev", "snowflake", "TOKENS", tmp_path_factory.mktemp("home"))
    watched = Watched()
    engine = watched.over(open_engine(target))
    with engine.session() as session:
        session.execute("create schema if not exists raw")
        session.execute("create or replace table raw.t (id number)")
        watched.statements.clear()
        many = [Relation("RAW", "T"), *(Relation("RAW", f"T{n}") for n in range(100))]
        assert change_tokens.read(session, many) == {}
    assert len(watched.statements) == change_tokens.PATIENCE
    assert snowflake.statements()[-1]["sql"] == watched.statements[-1]
    engine.close()


def test_the_statement_names_each_relation_as_a_constant() -> None:
    assert change_tokens.statement([A, B]) == (
        "select\n"
        "    system$last_change_commit_time('raw.a'),\n"
        "    system$last_change_commit_time('raw.\"Odd \"\"Name''s\"')"
    )
