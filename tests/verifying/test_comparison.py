"""Row by row, in both directions, and no more rows and columns than differ."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from runner.verifying.comparison import Changed, compare

ROWS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([None, "a", "b"])), max_size=6)


@given(increment=ROWS, full=ROWS)
def test_a_difference_takes_one_table_into_the_other(
    increment: list[tuple[object, ...]], full: list[tuple[object, ...]]
) -> None:
    found = compare(("ID", "SAID"), (), increment, full)
    assert Counter(increment) - Counter(found.extra) + Counter(found.missing) == Counter(full)
    assert not set(found.extra) & set(found.missing)
    assert bool(found) == (Counter(increment) != Counter(full))


@given(increment=ROWS, full=ROWS)
def test_with_a_key_the_same_rows_are_told_of(
    increment: list[tuple[object, ...]], full: list[tuple[object, ...]]
) -> None:
    found = compare(("ID", "SAID"), ("ID",), increment, full)
    told = [(one.key[0], one.increment[0]) for one in found.changed]
    wanted = [(one.key[0], one.full[0]) for one in found.changed]
    plain = compare(("ID", "SAID"), (), increment, full)
    assert Counter([*found.extra, *told]) == Counter(plain.extra)
    assert Counter([*found.missing, *wanted]) == Counter(plain.missing)


def test_a_changed_row_shows_its_key_and_what_differs() -> None:
    found = compare(("ID", "A", "B"), ("ID",), [(1, "x", 2), (3, "c", 0)], [(1, "x", 5)])
    assert found.changed == (Changed((1,), ("B",), (2,), (5,)),)
    assert (found.extra, found.missing) == (((3, "c", 0),), ())


def test_rows_count_as_often_as_they_are_there() -> None:
    found = compare(("A",), (), [(1,), (1,), (None,)], [(1,), (None,)])
    assert (found.extra, found.missing) == (((1,),), ())


def test_the_order_in_which_floats_were_added_up_does_not_matter() -> None:
    assert not compare(("A",), (), [(0.1 + 0.2 + 0.3,)], [(0.3 + 0.2 + 0.1,)])
