"""Rows as a table, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from runner.engines import Column, Result
from runner.reporting.tabular import as_csv, as_json, as_table, table

RESULT = Result(
    columns=(
        Column("ID", "NUMBER(38,0)"),
        Column("AMOUNT", "NUMBER(12,2)"),
        Column("NAME", "VARCHAR"),
        Column("AT", "TIMESTAMP_NTZ(9)"),
        Column("TAGS", "ARRAY"),
    ),
    rows=[
        (1, Decimal("12.30"), "Zoë, the first", datetime(2026, 1, 5, 8, 0), '["a", 1]'),
        (2, None, "two\nlines", datetime(2026, 1, 5, 8, 0, 0, 5), None),
    ],
    row_count=2,
)


def test_json_keeps_numbers_exact_and_variants_as_they_are() -> None:
    text = as_json(RESULT)
    assert '"AMOUNT": 12.30' in text
    assert json.loads(text) == [
        {
            "ID": 1,
            "AMOUNT": 12.3,
            "NAME": "Zoë, the first",
            "AT": "2026-01-05 08:00:00",
            "TAGS": ["a", 1],
        },
        {
            "ID": 2,
            "AMOUNT": None,
            "NAME": "two\nlines",
            "AT": "2026-01-05 08:00:00.000005",
            "TAGS": None,
        },
    ]


def test_json_has_no_number_that_is_none() -> None:
    column = (Column("X", "FLOAT"),)
    assert (
        as_json(Result(column, [(float("nan"),), (float("inf"),)]))
        == '[{"X": "nan"},\n {"X": "inf"}]'
    )


def test_json_without_rows_is_an_empty_array() -> None:
    assert json.loads(as_json(Result(RESULT.columns))) == []


def test_csv_quotes_what_must_be_quoted() -> None:
    assert as_csv(RESULT).splitlines() == [
        "ID,AMOUNT,NAME,AT,TAGS",
        '1,12.30,"Zoë, the first",2026-01-05 08:00:00,"[""a"", 1]"',
        '2,,"two',
        'lines",2026-01-05 08:00:00.000005,',
    ]


def test_csv_tells_null_from_an_empty_text() -> None:
    column = (Column("A", "VARCHAR"), Column("B", "VARCHAR"))
    assert as_csv(Result(column, [(None, ""), ("x", None)])) == 'A,B\n,""\nx,'


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_csv_reads_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    text = as_csv(Result((Column("A", "VARCHAR"), Column("B", "VARCHAR")), list(rows)))
    assert [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))][1:] == rows


def test_a_table_shows_what_a_terminal_would_obey() -> None:
    assert table(["a\nb"], [("\x1b[31mred\r",)]).splitlines() == [
        "a⏎b",
        "---------------",
        r"\x1b[31mred\x0d",
    ]


def test_a_table_aligns_numbers_right_and_keeps_a_row_on_its_line() -> None:
    assert as_table(RESULT).splitlines() == [
        "ID  AMOUNT  NAME            AT                          TAGS",
        "--  ------  --------------  --------------------------  --------",
        ' 1   12.30  Zoë, the first  2026-01-05 08:00:00         ["a", 1]',
        " 2    NULL  two⏎lines       2026-01-05 08:00:00.000005  NULL",
    ]


def test_wide_characters_take_two_places() -> None:
    assert table(["a", "b"], [("日本", 1), ("x", 2)]).splitlines()[2:] == ["日本  1", "x     2"]


def test_long_text_is_cut_and_dates_and_truth_are_readable() -> None:
    assert table(["v"], [("x" * 99,)], 5).splitlines()[-1] == "xxxx…"
    assert table(["d", "t"], [(date(2026, 1, 5), True)]).splitlines()[-1] == "2026-01-05  true"
