"""A build touches what is out of date and nothing else, and what it leaves is what a full rebuild
would leave."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

from tests.bakery import (
    BEST,
    BY_CITY,
    CITIES,
    CUSTOMERS,
    FILES,
    GUARD,
    LABELS,
    NAMES,
    RELATIONS,
    SALES,
    SLOTS,
    STAGED_CUSTOMERS,
    STAGED_SALES,
    Bakery,
    Slot,
)

ROWS = (
    "insert into bakery_raw.customers values (1, ' Ada ', 'Ulm'), (2, 'Bo', 'Jena')",
    "insert into bakery_raw.sales values (1, 1, 10, 'x', 1), (2, 2, 20, null, 1)",
    "insert into bakery_raw.sales values (4, 2, 30, 'y', 1)",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Bakery:
    bakery = Bakery.open(tmp_path_factory.mktemp("bakery") / "built")
    assert bakery.run("deploy").exit_code == 0
    bakery.execute(*ROWS)
    assert set(bakery.build()) == {*RELATIONS, GUARD}
    return bakery


@pytest.fixture
def bakery(built: Bakery, tmp_path: Path) -> Bakery:
    return built.copied_to(tmp_path / "bakery")


def test_a_second_build_has_nothing_to_do(bakery: Bakery) -> None:
    assert bakery.build() == {}
    assert {row["action"] for row in bakery.plan().values()} == {"skip"}


def test_reading_the_plan_twice_gives_the_same(bakery: Bakery) -> None:
    bakery.fill(SLOTS[0], SLOTS[0].fillings[1])
    assert bakery.run("plan").stdout == bakery.run("plan").stdout
    assert bakery.plan() == bakery.plan()


@pytest.mark.parametrize("path", FILES)
def test_comments_and_layout_count_for_nothing(bakery: Bakery, path: str) -> None:
    text = (bakery.root / path).read_text()
    bakery.write(path, f"-- Another word.\n\n{text.replace(' as ', '  AS ')}\n")
    assert bakery.build() == {}


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: f"{Path(slot.path).stem}.{slot.name}")
def test_an_edit_touches_what_it_can_change_and_nothing_else(bakery: Bakery, slot: Slot) -> None:
    bakery.fill(slot, slot.fillings[1])
    planned = {node for node, row in bakery.plan().items() if row["action"] != "skip"}
    assert slot.touches <= planned
    assert set(bakery.build()) == slot.touches
    assert bakery.build() == {}


def test_new_rows_go_where_they_are_read(bakery: Bakery) -> None:
    bakery.execute("insert into bakery_raw.sales values (7, 1, 70, 'z', 2)")
    row = bakery.plan()[SALES]
    assert row["reason"] == "new data in bakery_staging.sales"
    assert set(bakery.build()) == {SALES, BY_CITY, LABELS, BEST, GUARD}


def test_an_increment_that_finds_nothing_stops_what_descends_from_it(bakery: Bakery) -> None:
    bakery.execute("insert into bakery_raw.sales values (1, 1, 10, 'x', 1)")
    plan = bakery.plan()
    assert plan[BY_CITY]["conditional"]
    assert plan[BY_CITY]["reason"] == "if bakery_core.sales changes"
    told = map(json.loads, bakery.run("build", "--log-format", "json").stdout.splitlines())
    ended = {one["node"]: one["status"] for one in told if one["event"] == "node_finished"}
    assert ended[BY_CITY] == "fresh"
    assert {node for node, status in ended.items() if status != "fresh"} == {SALES}
    assert bakery.build() == {}


@pytest.mark.parametrize("name", RELATIONS)
def test_a_relation_that_was_dropped_is_made_again(bakery: Bakery, name: str) -> None:
    before = bakery.contents()
    kind = "view" if name in (STAGED_SALES, STAGED_CUSTOMERS, CITIES) else "table"
    bakery.execute(f"drop {kind} {name}")
    assert bakery.plan()[name]["reason"] == "it was dropped"
    assert name in bakery.build()
    assert bakery.contents() == before


def test_a_relation_that_was_altered_is_made_again(bakery: Bakery) -> None:
    before = bakery.contents()
    bakery.execute("alter table bakery_core.customers drop column city")
    assert bakery.plan()[CUSTOMERS]["reason"] == "it lacks city"
    bakery.build()
    assert bakery.contents() == before


def test_a_function_counts_where_it_is_called(bakery: Bakery) -> None:
    migration = (bakery.root / "migrations/V1.0.0__bakery.sql").read_text()
    start = migration.index("create or replace function")
    changed = migration[start : migration.index("create view")].replace("lower(", "upper(")
    bakery.write("migrations/V1.1.0__tidy.sql", changed)
    assert bakery.plan()[CUSTOMERS]["reason"] == "function bakery_raw.tidy changed"
    assert set(bakery.build()) == {CUSTOMERS, NAMES, BY_CITY, CITIES, BEST, GUARD}


def test_a_migration_that_touches_a_source_counts(bakery: Bakery) -> None:
    bakery.write(
        "migrations/V1.1.0__more.sql", "alter table bakery_raw.sales add column shop varchar;\n"
    )
    assert SALES in bakery.build()
    assert bakery.build() == {}


def test_a_changed_check_runs_the_checks_alone(bakery: Bakery) -> None:
    path = "models/bakery/core/sales.sql"
    text = (bakery.root / path).read_text()
    bakery.write(path, text.replace("@check amount >= 0", "@check amount >= -1"))
    row = bakery.plan()[SALES]
    assert (row["action"], row["reason"]) == ("check", "check changed")
    assert set(bakery.build()) == {SALES}


def test_what_failed_is_tried_again_until_it_passes(bakery: Bakery) -> None:
    bakery.execute("insert into bakery_raw.sales values (9, 1, -5, 'bad', 3)")
    assert bakery.build()[SALES] == "fail"
    assert bakery.plan()[SALES]["reason"].startswith("failed last time")
    assert bakery.build()[SALES] == "fail"
    bakery.execute("update bakery_raw.sales set amount = 5 where sale_id = 9")
    assert bakery.build()[SALES] == "success"
    assert bakery.build() == {}


def test_what_was_not_selected_is_still_due(bakery: Bakery) -> None:
    bakery.execute("insert into bakery_raw.sales values (7, 1, 70, 'z', 2)")
    assert bakery.build("-s", BY_CITY) == {}
    assert set(bakery.build("-s", SALES)) == {SALES, GUARD}
    assert set(bakery.build("-s", BY_CITY)) == {BY_CITY}
    assert set(bakery.build()) == {LABELS, BEST}


def test_all_builds_everything(bakery: Bakery) -> None:
    assert set(bakery.build("--all")) == {*RELATIONS, GUARD}


# --- any sequence of events


class Story:
    """Random edits, rows, drops, failures and partial builds."""

    def __init__(self, bakery: Bakery, seed: int) -> None:
        self.bakery = bakery
        self.random = random.Random(seed)
        self.clock = 10

    def happens(self) -> None:
        often = [self.edit, self.sell, self.build]
        rarely = [self.comment, self.drop, self.move, self.spoil]
        self.random.choice([*often, *often, *rarely])()

    def edit(self) -> None:
        slot = self.random.choice(SLOTS)
        self.bakery.fill(slot, self.random.choice(slot.fillings))

    def comment(self) -> None:
        self.bakery.save(self.random.choice(list(FILES)), comment="-- Once more.\n\n")

    def sell(self) -> None:
        self.clock += 1
        row = f"{self.random.randint(1, 9)}, {self.random.randint(1, 4)}"
        amount = self.random.randint(1, 50)
        self.bakery.execute(
            f"insert into bakery_raw.sales values ({row}, {amount}, 'n', {self.clock})"
        )

    def move(self) -> None:
        city = self.random.choice(["Ulm", "Jena", "Hof"])
        self.bakery.execute(
            f"update bakery_raw.customers set city = '{city}' where customer_id = 1"
        )

    def drop(self) -> None:
        name = self.random.choice(RELATIONS)
        kind = "view" if name in (STAGED_SALES, STAGED_CUSTOMERS, CITIES) else "table"
        self.bakery.execute(f"drop {kind} if exists {name}")

    def spoil(self) -> None:
        """A row that fails its check, a build that meets it, and its correction."""
        self.clock += 1
        self.bakery.execute(f"insert into bakery_raw.sales values (99, 1, -1, 'bad', {self.clock})")
        self.build()
        self.clock += 1
        self.bakery.execute(
            f"update bakery_raw.sales set amount = 1, loaded_at = {self.clock} where sale_id = 99"
        )

    def build(self) -> None:
        chosen = self.random.sample([*RELATIONS, GUARD], k=2)
        words = [name.removeprefix("check:bakery/") + "+" for name in chosen]
        self.bakery.build(*(["-s", " ".join(words)] if self.random.random() < 0.6 else []))


def tell(story: Story, root: Path, events: int) -> None:
    """Let things happen; then a build leaves what a full rebuild would, and nothing to do."""
    bakery = story.bakery
    for _ in range(events):
        story.happens()
    done = bakery.build()
    assert set(done.values()) <= {"success", "warn"}, done
    assert {node: row for node, row in bakery.plan().items() if row["action"] != "skip"} == {}
    rebuilt = bakery.copied_to(root)
    assert set(rebuilt.build("--all", "--full-refresh")) == {*RELATIONS, GUARD}
    assert bakery.contents() == rebuilt.contents()
    shutil.rmtree(root)


@pytest.mark.parametrize("seed", [1, 2])
def test_any_sequence_leaves_what_a_full_rebuild_leaves(
    bakery: Bakery, tmp_path: Path, seed: int
) -> None:
    tell(Story(bakery, seed), tmp_path / "rebuilt", 12)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 108))
def test_any_long_sequence_leaves_what_a_full_rebuild_leaves(
    bakery: Bakery, tmp_path: Path, seed: int
) -> None:
    story = Story(bakery, seed)
    for _ in range(3):
        tell(story, tmp_path / "rebuilt", 12)
