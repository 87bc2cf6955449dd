"""`runner clone`: a database that carries the state along and knows what its sources stood for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runner import baseline, change_tokens
from runner.engines import Engine, Session, open_engine
from runner.environments import cloning
from runner.nodes import Relation
from tests.cafe import Cafe
from tests.shop import Shop
from tests.watched import Watched

SALES = Relation("RAW", "SALES")
STILL = Relation("RAW", "STILL")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop.open(tmp_path)
    shop.write("models/core/all_sales.sql", "select id, on_day, amount from raw.sales\n")
    shop.sql("create table raw.still (id number)", "insert into raw.still values (1)")
    shop.add((1, "2024-01-01", 10))
    assert shop.build("2024-01-02").ok
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Cafe:
    cafe = Cafe.open(tmp_path_factory.mktemp("cafe"))
    assert cafe.run("build").exit_code == 0
    return cafe


@pytest.fixture
def cafe(built: Cafe, tmp_path: Path) -> Cafe:
    """The starter project, built, in a folder of its own."""
    return Cafe(Path(shutil.copytree(built.root, tmp_path / "cafe")))


def tokens(session: Session, database: str) -> dict[Relation, str]:
    """What a build in that database takes for the versions of its sources."""
    session.execute(f"use database {database}")
    there = {SALES, STILL} | ({baseline.BASELINE} if baseline.is_clone(session) else set())
    return dict(baseline.tokens(session, [SALES, STILL], there))


def clone(shop: Shop, to: str = "PR", engine: Engine | None = None) -> None:
    cloning.clone(engine or shop.engine, shop.wanted().graph, to)


def test_sources_have_the_versions_that_they_have_in_the_origin(shop: Shop) -> None:
    clone(shop)
    with shop.engine.session() as session:
        session.execute("use database pr")
        own = change_tokens.read(session, [SALES, STILL])
        assert tokens(session, "pr") == tokens(session, "db")
        assert tokens(session, "pr") != own


def test_a_source_that_changes_in_the_clone_has_another_version(shop: Shop) -> None:
    clone(shop)
    with shop.engine.session() as session:
        origin = tokens(session, "db")
        session.execute("insert into pr.raw.sales (id) values (2)")
        found = tokens(session, "pr")
        assert found[SALES] not in {origin[SALES], ""}
        assert found[STILL] == origin[STILL]
        assert tokens(session, "db") == origin


def test_a_source_that_changes_in_the_origin_later_has_another_version_there(shop: Shop) -> None:
    clone(shop)
    shop.add((2, "2024-01-01", 10))
    with shop.engine.session() as session:
        assert tokens(session, "pr")[SALES] != tokens(session, "db")[SALES]
        assert tokens(session, "pr")[STILL] == tokens(session, "db")[STILL]


def test_a_clone_of_a_clone_knows_what_the_first_origin_knew(shop: Shop) -> None:
    clone(shop)
    shop.sql("insert into pr.raw.sales (id) values (2)")
    of_clone = open_engine(replace(shop.target, database="PR"))
    cloning.clone(of_clone, shop.wanted().graph, "PR_OF_PR")
    of_clone.close()
    with shop.engine.session() as session:
        assert tokens(session, "pr_of_pr") == tokens(session, "pr")
        assert tokens(session, "pr_of_pr")[STILL] == tokens(session, "db")[STILL]


class Meanwhile(Watched):
    """Somebody writes to a source while the database is cloned."""

    def before(self, sql: str) -> None:
        super().before(sql)
        if sql.startswith("create database"):
            with self._engine.session() as session:
                session.execute("insert into db.raw.sales (id) values (3)")


def test_a_source_that_changes_while_it_is_cloned_is_not_taken_for_what_it_was(shop: Shop) -> None:
    with shop.engine.session() as session:
        before = tokens(session, "db")
        clone(shop, engine=Meanwhile().over(shop.engine))
        found = tokens(session, "pr")
        assert found[SALES] not in {before[SALES], tokens(session, "db")[SALES]}
        assert found[STILL] == before[STILL]


def test_a_clone_is_not_held_by_the_run_that_holds_its_origin(shop: Shop) -> None:
    shop.sql("update runner.locks set owner = 'me', invocation_id = 'x', beaten_at = sysdate()")
    clone(shop)
    owners = "select owner, invocation_id, beaten_at from {}.runner.locks"
    assert shop.sql(owners.format("pr")) == [(None, None, None)]
    assert shop.sql(owners.format("db"))[0][:2] == ("me", "x")


def test_what_nobody_has_touched_since_it_was_cloned_is_not_compared(cafe: Cafe) -> None:
    def compared(*arguments: str) -> set[str]:
        done = cafe.run("diff", "CAFE_LOCAL", "CAFE_PR", "--format", "json", *arguments)
        rows = json.loads(done.stdout)["relations"]
        assert {row["outcome"] for row in rows} <= {"same", "changed", "not compared"}
        return {row["relation"] for row in rows if row["outcome"] != "not compared"}

    assert cafe.run("clone", "--to", "CAFE_PR").exit_code == 0
    tables = {"cafe_core.fact_sales", "cafe_core.menu_history", "cafe_marts.sales_by_day"}
    raw = {"cafe_raw.menu", "cafe_raw.sales"}
    assert not compared() & (tables | raw)
    assert compared("--all") >= tables | raw
    cafe.run("query", "update cafe_pr.cafe_core.fact_sales set quantity = 0 where sale_id = 1")
    cafe.run("query", "delete from cafe_local.cafe_marts.sales_by_day where false")
    cafe.run("query", "delete from cafe_local.cafe_core.menu_history where item_id = 'tea'")
    assert compared() & tables == {"cafe_core.fact_sales", "cafe_core.menu_history"}


def test_only_what_was_cloned_is_made_anew_or_dropped(cafe: Cafe) -> None:
    def failing(*arguments: str) -> str:
        done = cafe.run("clone", *arguments)
        assert done.exit_code == 2
        return done.stderr

    assert cafe.run("clone", "--to", "CAFE_PR").exit_code == 0
    assert "CAFE_PR exists already\n  --replace makes it anew" in failing("--to", "CAFE_PR")
    assert (
        cafe.run("query", "drop table cafe_pr.cafe_raw.sales; create database mine").exit_code == 0
    )
    assert cafe.run("clone", "--to", "CAFE_PR", "--replace").exit_code == 0
    assert cafe.run("diff", "CAFE_LOCAL", "CAFE_PR", "--exit-code", "--all").exit_code == 0
    for arguments in (("--to", "MINE", "--replace"), ("--drop", "MINE"), ("--drop", "CAFE_LOCAL")):
        assert "was not made by `runner clone`" in failing(*arguments)
    assert "is what would be cloned" in failing("--to", "cafe_local", "--replace")
    assert "is no database name" in failing("--to", "a-b")
    for arguments in ((), ("--to", "A", "--drop", "B"), ("--drop", "B", "--replace")):
        assert failing(*arguments)
    for said in ("dropped CAFE_PR", "there is no database CAFE_PR"):
        done = cafe.run("clone", "--drop", "CAFE_PR", "--database", "CAFE_PR")
        assert (done.exit_code, said in done.stderr) == (0, True)
    assert not list(cafe.root.rglob("CAFE_PR*"))


def test_a_build_in_a_clone_builds_what_the_files_say_otherwise(cafe: Cafe) -> None:
    assert cafe.run("clone", "--to", "CAFE_PR").exit_code == 0
    assert "nothing to do" in cafe.run("build", "--database", "CAFE_PR").stderr
    cafe.change("models/cafe/marts/sales_by_day.sql", "count(*) as", "1 + count(*) as")
    (cafe.root / "checks/cafe/every_sale_is_in_fact_sales.sql").unlink()
    cafe.write("models/cafe/marts/lost.sql", "select 1 as id\n")
    built = cafe.run("build", "--database", "CAFE_PR").stderr
    assert "plan: 2 to build, 4 up to date" in built
    (cafe.root / "models/cafe/marts/lost.sql").unlink()
    found = json.loads(cafe.run("diff", "CAFE_LOCAL", "CAFE_PR", "--format", "json").stdout)
    assert {one["relation"]: one["outcome"] for one in found["relations"] if one["different"]} == {
        "cafe_marts.lost": "new",
        "cafe_marts.sales_by_day": "changed",
    }
    assert {one["outcome"] for one in found["relations"]} == {"new", "changed", "not compared"}
    assert found["orphans"] == ["cafe_marts.lost"]
    said = cafe.run("diff", "CAFE_LOCAL", "CAFE_PR").stdout
    assert "no file builds any more, runner clean drops: cafe_marts.lost\n" in said


def test_nothing_is_loaded_into_a_clone(cafe: Cafe) -> None:
    assert cafe.run("clone", "--to", "CAFE_PR").exit_code == 0
    landed = cafe.root / "inbox" / "sales"
    first = sorted(landed.iterdir())[0]
    (landed / "late.csv").write_bytes(first.read_bytes())
    count = "select count(*) from cafe_pr.cafe_raw.sales"
    before = cafe.rows(count)
    for command in ("build", "ingest"):
        done = cafe.run(command, "--database", "CAFE_PR")
        assert done.exit_code == 0, done.stderr
        assert done.stderr.count("CAFE_PR is a clone: files are not loaded again") == 1
    assert cafe.rows(count) == before
    assert "is a clone" not in cafe.run("build").stderr
    assert cafe.rows("select count(*) from cafe_raw.sales") != before


def test_a_deployment_leaves_the_pipes_of_a_clone_off(cafe: Cafe) -> None:
    made = (cafe.root / "migrations/database/V1.0.0__cafe_raw.sql").read_text()
    pipe = made[made.index("create pipe if not exists cafe_raw.load_sales") :]
    cafe.write("migrations/database/V2.0.0__more.sql", pipe.replace("load_sales", "load_more"))
    state = "select parse_json(system$pipe_status('cafe_raw.load_more')):executionState::varchar"
    assert cafe.run("clone", "--to", "CAFE_PR").exit_code == 0
    for database, expected in (("CAFE_PR", "PAUSED"), ("CAFE_LOCAL", "RUNNING")):
        assert cafe.run("deploy", "--database", database).exit_code == 0
        said = cafe.run("query", state, "--database", database, "--format", "csv").stdout
        assert said.splitlines()[1] == expected
