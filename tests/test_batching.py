"""Which batches are due, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from runner import batching
from runner.batching import Entry, Ledger, Request, State, Why
from runner.errors import UsageError
from runner.intervals import Interval, Size, between
from runner.nodes import Materialized, Model, Relation, Settings

BEGIN = datetime(2024, 1, 1)
DAYS = between(BEGIN, datetime(2024, 1, 11), Size.DAY)
NOON = datetime(2024, 1, 10, 12)  # of the tenth day


def model(strategy: str = "insert_overwrite", **chosen: Any) -> Model:
    settings = Settings(
        materialized=Materialized.INCREMENTAL,
        incremental_strategy=strategy,
        batch=Size.DAY,
        batch_by="ON_DAY",
        begin=BEGIN,
        **chosen,
    )
    path = "models/core/sales.sql"
    return Model(Relation("CORE", "SALES"), path, "", "", "", settings, (), (), ())


def done(*days: int, at: int = 0, state: State = State.DONE) -> list[Entry]:
    """Entries of days, counted from 1; `at` is the hour in which they wrote their rows."""
    written = BEGIN + timedelta(days=30, hours=at)
    return [Entry(DAYS[day - 1], state, written) for day in days]


def ledger(*entries: list[Entry], generation: int = 1) -> Ledger:
    return Ledger(True, generation, tuple(entry for some in entries for entry in some))


def due(node: Model, known: Ledger, now: datetime = NOON, **asked: Any) -> dict[int, Why]:
    found = batching.due(node, known, Request(now, **asked))
    return {batch.interval.start.day: batch.why for batch in found.due}


def test_a_first_build_does_everything_from_the_beginning_to_now() -> None:
    found = batching.due(model(), Ledger(), Request(NOON))
    assert found.anew
    assert found.generation == 1
    assert [batch.interval for batch in found.due] == list(DAYS)
    assert found.reason == "not done yet: 2024-01-01 to 2024-01-10"


def test_what_is_done_is_not_run_again_but_for_the_lookback() -> None:
    known = ledger(done(*range(1, 10)))
    assert due(model(), known) == {9: Why.LOOKBACK, 10: Why.NEW}
    assert due(model(lookback=0), known) == {10: Why.NEW}
    assert due(model(lookback=3), known) == dict.fromkeys((7, 8, 9), Why.LOOKBACK) | {10: Why.NEW}


def test_a_batch_that_ran_before_it_was_over_runs_again_however_late() -> None:
    known = ledger(done(1, 2, 3), done(4, state=State.PARTIAL))
    assert due(model(lookback=0), known)[4] is Why.PARTIAL
    found = batching.due(model(), known, Request(NOON))
    assert (
        found.reason == "not done yet: 2024-01-05 to 2024-01-10; not over when it ran: 2024-01-04"
    )
    assert found.state(DAYS[8]) is State.DONE
    assert found.state(DAYS[9]) is State.PARTIAL


def test_a_batch_is_over_at_its_last_moment() -> None:
    midnight = datetime(2024, 1, 10)
    found = batching.due(model(), ledger(done(*range(1, 9))), Request(midnight))
    assert [batch.interval.start.day for batch in found.due] == [8, 9]
    assert found.state(DAYS[8]) is State.DONE


def test_gaps_are_seen_and_told() -> None:
    known = ledger(
        done(1, 2, 4, 8, 9), done(3, state=State.FAILED), done(6, state=State.ROLLED_BACK)
    )
    assert due(model(lookback=0), known) == {
        3: Why.FAILED,
        5: Why.NEW,
        6: Why.ROLLED_BACK,
        7: Why.NEW,
        10: Why.NEW,
    }
    found = batching.due(model(lookback=0), known, Request(NOON))
    assert found.reason == (
        "not done yet: 2024-01-05, 2024-01-07, 2024-01-10; "
        "failed last time: 2024-01-03; rolled back: 2024-01-06"
    )


def test_many_gaps_are_counted() -> None:
    found = batching.due(model(lookback=0), ledger(done(2, 4, 6, 8)), Request(NOON))
    assert found.reason == "not done yet: 2024-01-01, 2024-01-03, 2024-01-05 and 2 more"


def test_later_batches_of_keys_run_again_after_an_earlier_one() -> None:
    known = ledger(done(1, 2, 4, 5, 6, 7, 8, 9))
    assert due(model(lookback=0), known) == {3: Why.NEW, 10: Why.NEW}
    keyed = due(model("merge", unique_key=("ID",), lookback=0), known)
    assert keyed == {3: Why.NEW, **dict.fromkeys(range(4, 10), Why.AFTER), 10: Why.NEW}


def test_a_run_that_ended_in_between_is_taken_up_where_it_ended() -> None:
    """Day 3 was filled late and the run was killed after day 4."""
    known = ledger(done(1, 2, 5, 6, 7, 8, 9, at=1), done(3, 4, at=2))
    keyed = due(model("delete+insert", unique_key=("ID",), lookback=0), known)
    assert keyed == {**dict.fromkeys(range(5, 10), Why.OUTRUN), 10: Why.NEW}


def test_a_model_that_reads_itself_is_done_in_order() -> None:
    known = ledger(done(1, 2, 4, 5))
    node = replace(model(lookback=0), reads_itself=True)
    now = datetime(2024, 1, 5, 12)
    assert due(node, known, now) == {3: Why.NEW, 4: Why.AFTER, 5: Why.LOOKBACK}


def test_a_window_names_every_batch_that_it_touches_and_no_other() -> None:
    known = ledger(done(1, 2, 3, 5))
    window = Interval(datetime(2024, 1, 2, 15), datetime(2024, 1, 4))
    assert due(model(), known, window=window) == {2: Why.ASKED, 3: Why.ASKED}
    keyed = due(model("merge", unique_key=("ID",)), known, window=window)
    assert keyed == {2: Why.ASKED, 3: Why.ASKED, 5: Why.AFTER}


def test_a_window_ends_with_the_current_batch() -> None:
    window = Interval(datetime(2024, 1, 9), datetime(2024, 2, 1))
    assert list(due(model(), ledger(), window=window)) == [9, 10]


def test_a_window_before_the_beginning_is_refused() -> None:
    window = Interval(datetime(2023, 12, 31), datetime(2024, 1, 2))
    with pytest.raises(UsageError, match="2023-12-31 is before @begin 2024-01-01"):
        due(model(), ledger(), window=window)


def test_a_full_refresh_begins_a_generation() -> None:
    known = ledger(done(*range(1, 10)), generation=4)
    found = batching.due(model("merge", unique_key=("ID",)), known, Request(NOON, True))
    assert (found.anew, found.generation, len(found.due)) == (True, 5, 10)


def test_a_table_that_was_dropped_begins_a_generation() -> None:
    known = Ledger(False, 4, tuple(done(*range(1, 10))))
    found = batching.due(model(), known, Request(NOON))
    assert (found.anew, found.generation, len(found.due)) == (True, 5, 10)


def test_before_the_beginning_nothing_is_due() -> None:
    found = batching.due(model(), ledger(), Request(datetime(2023, 1, 1)))
    assert found.due == ()
    assert found.reason == "nothing is due"
