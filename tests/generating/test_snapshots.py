"""Histories: what a snapshot records, against an oracle in Python."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.engines import Session
from runner.engines.duckdb import connect
from runner.errors import RunnerError
from runner.generating import previews
from runner.generating.snapshots import HISTORY
from runner.nodes import Relation, Settings, Snapshot
from tests.building import Built, build, columns, standing

START = datetime(2024, 1, 1)
MOMENT = timedelta(microseconds=1)
MODES = ("ignore", "invalidate", "new_record")

Key = tuple[str, int]
Row = tuple[Key, int, str]  # key, updated_at in days after START, what it says
History = list[tuple[Key, str, datetime, datetime | None, bool]]

COLUMNS = columns("shop id said changed_at")


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def by_time(mode: str = "ignore", max_deletes: str = "100%") -> Snapshot:
    return snapshot(updated_at="CHANGED_AT", hard_deletes=mode, max_deletes=max_deletes)


def by_comparison(
    mode: str = "ignore", watched: tuple[str, ...] = ("*",), max_deletes: str = "100%"
) -> Snapshot:
    return snapshot(check_columns=watched, hard_deletes=mode, max_deletes=max_deletes)


def snapshot(**chosen: Any) -> Snapshot:
    return Snapshot(
        relation=Relation("CORE", "THINGS_SNAPSHOT"),
        path="snapshots/core/things_snapshot.sql",
        sql="select shop, id, said, changed_at from raw.things -- what is there now",
        description="Things as they were",
        settings=Settings(unique_key=("SHOP", "ID"), **chosen),
        columns=COLUMNS,
        checks=(),
        reads=(),
    )


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as session:
        session.execute("create schema raw")
        session.execute("create schema core")
        yield session


def start(session: Session) -> None:
    session.execute(
        "create or replace table raw.things "
        "(shop varchar, id number(38, 0), said varchar, changed_at timestamp_ntz)"
    )
    session.execute("drop table if exists core.things_snapshot")


def load(session: Session, node: Snapshot, rows: list[Row], when: datetime) -> Built:
    """The source now holds exactly `rows`; the snapshot runs at `when`."""
    fill(session, rows)
    return build(session, node, when.replace(tzinfo=UTC))


def fill(session: Session, rows: list[Row]) -> None:
    session.execute("delete from raw.things")
    if rows:
        values = ", ".join(
            f"('{shop}', {id_}, '{said}', '{day(at)}')" for (shop, id_), at, said in rows
        )
        session.execute(f"insert into raw.things values {values}")


def history(session: Session) -> History:
    rows = session.execute(
        "select shop, id, said, valid_from, valid_to, is_current, is_deleted "
        "from core.things_snapshot order by shop, id, valid_from"
    ).rows
    assert all(row[5] == (row[4] is None) for row in rows)
    return [((row[0], row[1]), row[2], row[3], row[4], row[6]) for row in rows]


# --- the oracles


@dataclass
class Timeline:
    """One key: marks in time. A version says what holds from then on, an opening repeats it."""

    versions: dict[datetime, str] = field(default_factory=dict)
    openings: set[datetime] = field(default_factory=set)
    removals: set[datetime] = field(default_factory=set)

    def marks(self) -> list[datetime]:
        return sorted({*self.versions, *self.openings, *self.removals})

    def removed_at(self) -> datetime | None:
        last = self.marks()[-1]
        return last if self._is_removal(last) else None

    def _is_removal(self, mark: datetime) -> bool:
        return mark in self.removals and mark not in self.versions and mark not in self.openings

    def arrive(self, found: dict[datetime, str], when: datetime) -> None:
        removed_at = self.removed_at() if self.versions else None
        self.versions = found | self.versions
        if removed_at is not None and max(found) < removed_at:
            self.openings.add(max(when, removed_at + MOMENT))

    def vanish(self, when: datetime) -> None:
        if self.removed_at() is None:
            self.removals.add(max(when, self.marks()[-1] + MOMENT))

    def rows(self, key: Key, *, with_removals: bool) -> History:
        marks = self.marks()
        ends: list[datetime | None] = [*marks[1:], None]
        return [
            (key, self.versions[max(v for v in self.versions if v <= mark)], mark, end, removal)
            for mark, end in zip(marks, ends, strict=True)
            if not (removal := self._is_removal(mark)) or with_removals
        ]


def expected_by_time(loads: list[list[Row]], whens: list[datetime], mode: str) -> History:
    keys: dict[Key, Timeline] = {}
    for rows, when in zip(loads, whens, strict=True):
        found: dict[Key, dict[datetime, str]] = {}
        for key, at, said in rows:
            found.setdefault(key, {})[day(at)] = said
        for key, versions in found.items():
            keys.setdefault(key, Timeline()).arrive(versions, when)
        for key in keys.keys() - found.keys() if mode != "ignore" else ():
            keys[key].vanish(when)
    with_removals = mode == "new_record"
    rows_of = (keys[key].rows(key, with_removals=with_removals) for key in sorted(keys))
    return [row for rows in rows_of for row in rows]


def expected_by_comparison(loads: list[list[Row]], whens: list[datetime], mode: str) -> History:
    done: History = []
    open_rows: dict[Key, tuple[str, datetime, bool]] = {}

    def close(key: Key, when: datetime) -> None:
        said, since, deleted = open_rows.pop(key)
        done.append((key, said, since, when, deleted))

    for rows, when in zip(loads, whens, strict=True):
        found = {key: f"{said}{at}" for key, at, said in rows}
        for key, said in found.items():
            held = open_rows.get(key)
            if held is not None and (held[0] != said or held[2]):
                close(key, when)
            open_rows.setdefault(key, (said, when, False))
        for key in sorted(open_rows.keys() - found.keys()) if mode != "ignore" else ():
            said, _, deleted = open_rows[key]
            if not deleted:
                close(key, when)
                if mode == "new_record":
                    open_rows[key] = (said, when, True)
    done += [(key, said, since, None, gone) for key, (said, since, gone) in open_rows.items()]
    return sorted(done, key=lambda row: (row[0], row[2]))


# --- properties

KEYS = st.tuples(st.sampled_from(["a", "b"]), st.integers(1, 2))
SAYS = ("x", "y")


@st.composite
def loads_of_versions(draw: st.DrawFn) -> list[list[Row]]:
    """What the source holds at each run: any versions of any keys, in no order."""
    times = st.integers(0, 12)
    said: dict[tuple[Key, int], str] = {}
    loads = draw(st.lists(st.lists(st.tuples(KEYS, times), max_size=6), min_size=1, max_size=5))
    for load_ in loads:
        for version in load_:
            said.setdefault(version, draw(st.sampled_from(SAYS)))
    return [[(key, at, said[key, at]) for key, at in load_] for load_ in loads]


@st.composite
def loads_of_rows(draw: st.DrawFn) -> list[list[Row]]:
    """What the source holds at each run: at most one row per key."""
    row = st.tuples(st.integers(0, 1), st.sampled_from(SAYS))
    loads = draw(st.lists(st.dictionaries(KEYS, row), min_size=1, max_size=6))
    return [[(key, at, said) for key, (at, said) in load_.items()] for load_ in loads]


whens = st.sampled_from([1.5, 3.0, 4.5, 20.0])
EXAMPLES = int(os.environ.get("RUNNER_EXAMPLES", "20"))
several = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@several
@given(loads=loads_of_versions(), mode=st.sampled_from(MODES), first=whens)
def test_every_version_of_every_key_has_its_place_in_time(
    session: Session, loads: list[list[Row]], mode: str, first: float
) -> None:
    start(session)
    moments = [day(first + 2 * number) for number in range(len(loads))]
    for rows, when in zip(loads, moments, strict=True):
        assert load(session, by_time(mode), rows, when).published
    found = history(session)
    assert found == expected_by_time(loads, moments, mode)
    load(session, by_time(mode), loads[-1], moments[-1] + timedelta(days=30))
    assert history(session) == found, "running again over the same rows changed something"


@several
@given(loads=loads_of_rows(), mode=st.sampled_from(MODES))
def test_a_row_that_differs_from_the_open_one_closes_it(
    session: Session, loads: list[list[Row]], mode: str
) -> None:
    start(session)
    moments = [day(20 + number) for number in range(len(loads))]
    for rows, when in zip(loads, moments, strict=True):
        assert load(session, by_comparison(mode), rows, when).published
    found = history(session)
    told = [
        (key, f"{said}{at}", since, to, gone)
        for (key, said, since, to, gone), at in zip(found, _days(session), strict=True)
    ]
    assert told == expected_by_comparison(loads, moments, mode)
    load(session, by_comparison(mode), loads[-1], moments[-1] + timedelta(days=30))
    assert history(session) == found, "running again over the same rows changed something"


def _days(session: Session) -> list[int]:
    rows = session.execute(
        "select changed_at from core.things_snapshot order by shop, id, valid_from"
    ).rows
    return [(row[0] - START).days for row in rows]


def previewed(session: Session, node: Snapshot, when: datetime) -> dict[str, int]:
    """How many keys the next run would touch, by the kind of change."""
    look = previews.look(node)
    session.execute(look.create)
    arrived = session.execute(look.describe).columns
    existing = standing(session, node.relation)
    asked = previews.questions(node, existing, arrived, when.replace(tzinfo=UTC))
    rows = session.execute(asked.changes).rows
    session.execute(look.drop)
    return {row[0]: row[1] for row in rows}


def difference(before: History, after: History) -> dict[str, int]:
    """The same, by what a run has done."""
    was, is_ = (
        {row[0] for row in rows if row[3] is None and not row[4]} for rows in (before, after)
    )
    touched = {row[0] for row in set(before) ^ set(after)}
    counts = {"new": is_ - was, "closed": was - is_, "changed": touched - (is_ ^ was)}
    return {change: len(keys) for change, keys in counts.items() if keys}


@settings(several, max_examples=max(EXAMPLES // 2, 1))
@given(data=st.data(), mode=st.sampled_from(MODES), timed=st.booleans())
def test_a_preview_says_what_the_run_then_does(
    session: Session, data: st.DataObject, mode: str, timed: bool
) -> None:
    start(session)
    node = by_time(mode) if timed else by_comparison(mode)
    before: History = []
    for number, rows in enumerate(data.draw(loads_of_versions() if timed else loads_of_rows())):
        fill(session, rows)
        foreseen = previewed(session, node, day(20 + number))
        assert (standing(session, node.relation) is None) == (number == 0)
        assert load(session, node, rows, day(20 + number)).published
        after = history(session)
        assert foreseen == difference(before, after)
        before = after


@several
@given(data=st.data())
def test_the_order_in_which_versions_arrive_does_not_matter(
    session: Session, data: st.DataObject
) -> None:
    versions = data.draw(st.lists(st.tuples(KEYS, st.integers(0, 9)), unique=True, min_size=1))
    rows = [(key, at, f"said {at}") for key, at in versions]
    arrival = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    start(session)
    for begin, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        load(session, by_time(), arrival[begin:end], day(30))
    in_parts = history(session)
    start(session)
    load(session, by_time(), rows, day(30))
    assert in_parts == history(session)


# --- single cases

A, B = ("a", 1), ("b", 1)


def test_several_versions_of_a_key_in_one_load_all_become_rows_in_order(session: Session) -> None:
    start(session)
    load(session, by_time(), [(A, 1, "one")], day(5))
    load(session, by_time(), [(A, 3, "three"), (A, 1, "one"), (A, 2, "two")], day(6))
    assert history(session) == [
        (A, "one", day(1), day(2), False),
        (A, "two", day(2), day(3), False),
        (A, "three", day(3), None, False),
    ]


def test_a_version_that_is_delivered_twice_is_one_row(session: Session) -> None:
    start(session)
    load(session, by_time(), [(A, 1, "one"), (A, 1, "one")], day(5))
    load(session, by_time(), [(A, 1, "one"), (A, 2, "two"), (A, 2, "two")], day(6))
    assert [row[1] for row in history(session)] == ["one", "two"]


def test_a_key_that_comes_back_unchanged_is_open_again_from_the_time_of_the_run(
    session: Session,
) -> None:
    start(session)
    for rows, at in ([(A, 1, "one"), (B, 1, "b")], 5), ([(B, 1, "b")], 6):
        load(session, by_time("invalidate"), rows, day(at))
    load(session, by_time("invalidate"), [(A, 1, "one"), (B, 1, "b")], day(7))
    assert history(session)[:2] == [
        (A, "one", day(1), day(6), False),
        (A, "one", day(7), None, False),
    ]


def test_a_late_version_corrects_what_was_opened_again_after_a_deletion(session: Session) -> None:
    start(session)
    b = (B, 1, "b")
    loads: list[list[Row]] = [[(A, 1, "one"), b], [b], [(A, 1, "one"), b], [(A, 3, "three"), b]]
    for rows, at in zip(loads, (5, 6, 8, 9), strict=True):
        load(session, by_time("invalidate"), rows, day(at))
    assert history(session)[:3] == [
        (A, "one", day(1), day(3), False),
        (A, "three", day(3), day(6), False),
        (A, "three", day(8), None, False),
    ]


def test_a_version_of_the_very_moment_of_its_deletion_takes_the_place_of_it(
    session: Session,
) -> None:
    start(session)
    for rows, at in ([(A, 1, "one")], 5), ([], 6), ([(A, 6, "six")], 7):
        load(session, by_time("new_record"), rows, day(at))
    assert history(session) == [
        (A, "one", day(1), day(6), False),
        (A, "six", day(6), None, False),
    ]


def test_rows_that_say_deleted_stay_when_the_mode_no_longer_writes_them(
    session: Session,
) -> None:
    start(session)
    runs = [("new_record", [(A, 1, "one")], 5), ("new_record", [], 6)]
    for mode, rows, at in [*runs, ("invalidate", [(A, 8, "eight")], 9)]:
        load(session, by_time(mode), rows, day(at))
    assert history(session) == [
        (A, "one", day(1), day(6), False),
        (A, "one", day(6), day(8), True),
        (A, "eight", day(8), None, False),
    ]


def test_a_key_deleted_before_its_own_time_is_closed_a_microsecond_after_it(
    session: Session,
) -> None:
    start(session)
    future, b = (A, 9, "future"), (B, 1, "b")
    load(session, by_time("invalidate"), [future, b], day(5))
    load(session, by_time("invalidate"), [b], day(6))
    assert history(session)[0] == (A, "future", day(9), day(9) + MOMENT, False)
    load(session, by_time("invalidate"), [future, b], day(7))
    assert history(session)[1] == (A, "future", day(9) + 2 * MOMENT, None, False)


def test_a_clock_that_goes_back_makes_no_overlap(session: Session) -> None:
    start(session)
    for said, at in ("one", 6), ("two", 5), ("three", 4):
        load(session, by_comparison(), [(A, 1, said)], day(at))
    assert [row[2:4] for row in history(session)] == [
        (day(6), day(6) + MOMENT),
        (day(6) + MOMENT, day(6) + 2 * MOMENT),
        (day(6) + 2 * MOMENT, None),
    ]


@pytest.mark.parametrize("node", [by_time(), by_comparison()], ids=["time", "comparison"])
def test_a_row_without_its_key_is_refused_and_nothing_is_written(
    session: Session, node: Snapshot
) -> None:
    start(session)
    load(session, node, [(A, 1, "one")], day(5))
    before = history(session)
    session.execute("insert into raw.things values (null, 7, 'x', '2024-01-02')")
    built = build(session, node)
    assert "1 row of this run has a null in the key (shop, id" in built.refusals[0]
    assert history(session) == before


def test_a_version_without_its_time_is_refused(session: Session) -> None:
    start(session)
    session.execute("insert into raw.things values ('a', 7, 'x', null)")
    assert "(shop, id, changed_at)" in build(session, by_time()).refusals[0]


def test_two_different_rows_with_one_key_and_one_time_are_refused(session: Session) -> None:
    start(session)
    built = load(session, by_time(), [(A, 1, "one"), (A, 1, "other")], day(5))
    assert built.refusals[0].startswith("1 value of (shop, id, changed_at) has several rows")
    assert "a, 1, 2024-01-02" in built.refusals[0]


def test_two_rows_of_one_key_are_refused_when_only_a_comparison_tells_versions(
    session: Session,
) -> None:
    start(session)
    built = load(session, by_comparison(), [(A, 1, "one"), (A, 2, "two")], day(5))
    assert built.refusals[0].startswith("1 value of (shop, id) has several rows in this run")


def test_only_the_watched_columns_make_a_version(session: Session) -> None:
    start(session)
    node = by_comparison(watched=("SAID",))
    load(session, node, [(A, 1, "same")], day(5))
    load(session, node, [(A, 2, "same")], day(6))
    assert len(history(session)) == 1
    load(session, node, [(A, 2, "other")], day(7))
    assert len(history(session)) == 2


@pytest.mark.parametrize(
    ("limit", "gone", "refused"),
    [("1", 1, False), ("1", 2, True), ("50%", 2, False), ("49%", 2, True)],
)
def test_more_deletions_than_allowed_stop_the_run_before_anything_is_closed(
    session: Session, limit: str, gone: int, refused: bool
) -> None:
    start(session)
    rows: list[Row] = [(("a", number), 1, "x") for number in range(4)]
    node = by_time("invalidate", limit)
    load(session, node, rows, day(5))
    built = load(session, node, rows[gone:], day(6))
    assert built.published is not refused
    if refused:
        assert built.refusals[0].startswith(f"{gone} of 4 open keys are absent from the query")
        assert all(row[3] is None for row in history(session))


@pytest.mark.parametrize(("gone", "refused"), [(2, False), (3, True)])
def test_without_a_limit_more_than_half_of_the_keys_stop_the_run(
    session: Session, gone: int, refused: bool
) -> None:
    start(session)
    node = by_comparison("invalidate", max_deletes="")
    rows: list[Row] = [(("a", number), 1, "x") for number in range(4)]
    load(session, node, rows, day(5))
    built = load(session, node, rows[gone:], day(6))
    assert built.published is not refused
    if refused:
        [reason] = built.refusals
        assert reason.startswith("3 of 4 open keys are absent from the query, more than half of th")
        assert reason.endswith("let this run close them with @max_deletes 100%")


@pytest.mark.parametrize("limit", ["", "10", "99%"])
@pytest.mark.parametrize("mode", ["invalidate", "new_record"])
def test_an_empty_source_closes_nothing_whatever_the_limit(
    session: Session, mode: str, limit: str
) -> None:
    start(session)
    node = by_time(mode, limit)
    load(session, node, [(A, 1, "one")], day(5))
    [reason] = load(session, node, [], day(6)).refusals
    assert reason.startswith("the query gives no rows, and 1 key is open: nothing was closed.")
    assert history(session) == [(A, "one", day(1), None, False)]


def test_a_full_refresh_begins_the_history_anew(session: Session) -> None:
    start(session)
    load(session, by_time(), [(A, 1, "one"), (B, 1, "b")], day(5))
    fill(session, [(A, 2, "two")])
    assert build(session, by_time(), full_refresh=True).published
    assert history(session) == [(A, "two", day(2), None, False)]


@settings(several, max_examples=max(EXAMPLES // 2, 1))
@given(loads=loads_of_rows(), data=st.data())
def test_columns_may_come_and_go(
    session: Session, loads: list[list[Row]], data: st.DataObject
) -> None:
    """A row has the values of the columns that the query gave when it was written."""
    start(session)
    expected: dict[tuple[Key, datetime], tuple[str | None, str | None]] = {}
    for number, rows in enumerate(loads):
        given_columns = data.draw(st.sets(st.sampled_from(["said", "size"])))
        chosen = "".join(f", {EXTRA[name]}" for name in sorted(given_columns))
        node = replace(
            by_time(),
            sql=f"select shop, id, changed_at{chosen} from raw.things",
            columns=columns(" ".join(["shop id changed_at", *sorted(given_columns)])),
        )
        dated = [(key, number, said) for key, _, said in rows]
        assert load(session, node, dated, day(20 + number)).published
        for key, at, said in dated:
            values = (said, f"{said}{said}")
            pair = zip(("said", "size"), values, strict=True)
            kept = [value if name in given_columns else None for name, value in pair]
            expected[key, day(at)] = (kept[0], kept[1])
    for name in EXTRA:
        session.execute(f"alter table core.things_snapshot add column if not exists {name} varchar")
    found = session.execute("select shop, id, valid_from, said, size from core.things_snapshot")
    assert {((row[0], row[1]), row[2]): (row[3], row[4]) for row in found.rows} == expected


EXTRA = {"said": "said", "size": "said || said as size"}


def test_a_column_that_the_query_gains_is_added_to_the_table(session: Session) -> None:
    start(session)
    load(session, by_time(), [(A, 1, "one")], day(5))
    wider = replace(
        by_time(),
        sql="select shop, id, said, changed_at, id * 1.5 as size from raw.things",
        columns=columns("shop id said changed_at size"),
    )
    load(session, wider, [(A, 1, "one"), (A, 2, "two")], day(6))
    rows = session.execute("select said, size from core.things_snapshot order by valid_from").rows
    assert [(said, size and float(size)) for said, size in rows] == [("one", None), ("two", 1.5)]


def test_a_time_with_an_offset_is_kept_in_utc(session: Session) -> None:
    start(session)
    moments = "'2024-01-02 00:30:00 +0100'::timestamp_ltz", "'2024-01-01 23:45:00'::timestamp_ntz"
    for moment in moments:
        node = replace(
            by_time(), sql=f"select 'a' as shop, 1 as id, 'x' as said, {moment} as changed_at"
        )
        session.execute("drop table if exists core.things_snapshot")
        build(session, node)
        [row] = history(session)
        assert row[2] == START + timedelta(hours=23, minutes=30 if "+0100" in moment else 45)


def test_a_table_that_is_no_snapshot_is_refused(session: Session) -> None:
    start(session)
    session.execute("create table core.things_snapshot (id number(38, 0))")
    with pytest.raises(RunnerError, match="exists and is no snapshot: it has no valid_from"):
        build(session, by_time())


@pytest.mark.parametrize("name", HISTORY)
def test_a_query_may_not_give_a_column_of_the_history(session: Session, name: str) -> None:
    start(session)
    node = replace(by_time(), columns=columns(f"shop id said changed_at {name}"))
    with pytest.raises(RunnerError, match=f"the query gives {name.lower()} too"):
        build(session, node)


def test_a_view_of_the_same_name_makes_room(session: Session) -> None:
    start(session)
    session.execute("create view core.things_snapshot as select 1 as shop")
    session.execute("insert into raw.things values ('a', 1, 'x', '2024-01-02')")
    assert build(session, by_time(), kind="view").published
    assert history(session) == [(A, "x", day(1), None, False)]
    session.execute("drop table core.things_snapshot")
