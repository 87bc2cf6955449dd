"""Snowflake's documented answers, statement by statement: right, or refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engines.duckdb.cases import DATA, case_id, check, read

CASES = read(DATA / "snowflake_semantics.jsonl")
REFUSED: dict[str, str] = json.loads((DATA / "snowflake_semantics_refused.json").read_text())
# cases that contradict Snowflake's documentation: the page that says so
CONTESTED: dict[str, str] = json.loads((DATA / "snowflake_semantics_contested.json").read_text())
MOST_REFUSED = 0.15


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_a_statement_answers_as_snowflake_does_or_is_refused_by_name(case: dict[str, Any]) -> None:
    if case_id(case) in CONTESTED:
        case = {**case, "expect": {"error": True}}
    check(case, refused=case_id(case) in REFUSED)


def test_few_cases_are_refused_and_each_of_them_exists() -> None:
    assert REFUSED.keys() | CONTESTED.keys() <= {case_id(case) for case in CASES}
    assert len(REFUSED) <= MOST_REFUSED * len(CASES)
