"""Snowflake's documented answers, statement by statement: right, or refused by name."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from runner.engines.duckdb import connect
from runner.errors import EngineError, Unsupported

DATA = Path(__file__).parents[2] / "data"
CASES = [
    json.loads(line)
    for line in (DATA / "snowflake_semantics.jsonl").read_text().splitlines()
    if line.strip()
]
REFUSED: dict[str, str] = json.loads((DATA / "snowflake_semantics_refused.json").read_text())
# cases that contradict Snowflake's documentation: the page that says so
CONTESTED: dict[str, str] = json.loads((DATA / "snowflake_semantics_contested.json").read_text())
MOST_REFUSED = 0.15


def case_id(case: dict[str, Any]) -> str:
    return f"{case['group']}: {case['name']}"


def fits(value: Any, wanted: Any) -> bool:
    """Whether a value is what the case expects; `{…}` describes a typed value."""
    if not isinstance(wanted, dict):
        return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)
    if "typed" in wanted:
        return type(value).__name__ == wanted["typed"] and fits(value, wanted["value"])
    if "approx" in wanted:
        return abs(float(value) - wanted["approx"]) <= wanted["tolerance"]
    kind, text = next(iter(wanted.items()))
    return READ[kind](value, text)


READ = {
    "decimal": lambda value, text: Decimal(str(value)) == Decimal(text),
    "date": lambda value, text: type(value) is date and value == date.fromisoformat(text),
    "timestamp": lambda value, text: (
        isinstance(value, datetime) and value.replace(tzinfo=None) == datetime.fromisoformat(text)
    ),
    "time": lambda value, text: isinstance(value, time) and value == time.fromisoformat(text),
    "json": lambda value, text: isinstance(value, str) and json.loads(value) == text,
}


def meets(rows: list[tuple[Any, ...]], wanted: list[list[Any]]) -> bool:
    return len(rows) == len(wanted) and all(
        len(row) == len(line) and all(map(fits, row, line))
        for row, line in zip(rows, wanted, strict=True)
    )


def run(case: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connect(database="DB1") as session:
        for statement in case["setup"]:
            session.execute(statement)
        return session.execute(case["query"]).rows


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_a_statement_answers_as_snowflake_does_or_is_refused_by_name(case: dict[str, Any]) -> None:
    expect = case["expect"]
    if case_id(case) in REFUSED:
        with pytest.raises(Unsupported):
            run(case)
    elif expect.get("error") or case_id(case) in CONTESTED:
        with pytest.raises(EngineError) as caught:
            run(case)
        assert not isinstance(caught.value, Unsupported), caught.value
    elif expect.get("succeeds"):
        run(case)
    else:
        rows = run(case)
        assert meets(rows, expect["rows"]), rows


def test_few_cases_are_refused_and_each_of_them_exists() -> None:
    assert REFUSED.keys() | CONTESTED.keys() <= {case_id(case) for case in CASES}
    assert len(REFUSED) <= MOST_REFUSED * len(CASES)
