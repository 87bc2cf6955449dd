"""The rules of a history: no overlap, no gap, one current row, every key that is there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from runner.verifying.timelines import MOMENT, Version, findings


def day(number: float) -> datetime:
    return datetime(2024, 1, 1) + timedelta(days=number)


def version(since: float, until: float | None, **flags: bool) -> Version:
    to = None if until is None else day(until)
    return Version(
        ("a",), day(since), to, flags.get("current", to is None), flags.get("gone", False)
    )


def wrong(*versions: Version, runs: tuple[float, ...] = (), present: bool = True) -> list[str]:
    keys = [("a",)] if present else []
    return [one.message for one in findings(versions, {day(run) for run in runs}, keys)]


def test_versions_that_follow_each_other_are_sound_in_any_order() -> None:
    assert wrong(version(2, None), version(1, 2)) == []


def test_a_deletion_ends_at_a_run_and_may_be_followed_by_another_version() -> None:
    assert wrong(version(1, 5), version(7, None), runs=(5,)) == []
    assert wrong(version(1, 5), runs=(5,), present=False) == []
    a_moment = Version(("a",), day(9), day(9) + MOMENT, is_current=False, is_deleted=False)
    assert wrong(a_moment, present=False) == []
    assert wrong(version(1, 5), version(5, None, gone=True), present=False) == []


@pytest.mark.parametrize(
    ("versions", "message"),
    [
        ((version(1, 3), version(2, None)), "overlap"),
        ((version(1, None, current=True), version(2, None)), "overlap"),
        ((version(1, 3), version(4, None)), "a gap from 2024-01-04"),
        ((version(1, None, current=False),), "contradict"),
        ((version(1, 2),), "no row of it is current"),
        ((version(1, 2), version(2, None, gone=True)), "no row of it is current"),
        ((), "the history has no row of it"),
    ],
)
def test_what_breaks_a_rule_is_found(versions: tuple[Version, ...], message: str) -> None:
    found = wrong(*versions)
    assert any(message in one for one in found), found


def test_a_key_that_is_closed_without_a_reason_is_found() -> None:
    assert "it was not deleted at 2024-01-03" in wrong(version(1, 2), present=False)[0]
