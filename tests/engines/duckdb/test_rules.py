"""The examples in the rules' docstrings (`ROUND(-2.5) is -3`) hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from runner.engines.duckdb import connect, rules
from runner.engines.duckdb.session import Session

EXAMPLE = re.compile(
    r"(?P<call>[A-Z][A-Z_0-9$]*\((?:[^()]|\([^()]*\))*\)) is (?:the [A-Z]+ )?"
    r"(?P<value>'[^']*'|true|false|NULL|\[[^]]*\]|\{[^}]*\}|-?\d+(?:[-.:]\d+)*)"
)


def examples() -> Iterator[tuple[str, str]]:
    documented = {function.rule for function in rules.FUNCTIONS.values()}
    for rule in sorted(documented, key=lambda rule: (rule.__module__, rule.__name__)):
        for found in EXAMPLE.finditer(" ".join((rule.__doc__ or "").split())):
            yield found["call"], found["value"]


# what the examples read
COLUMNS = """
    select
        '2024-01-07'::date as d,
        parse_json('{"n": 9, "o": {"k": 1}}') as j
"""

EXAMPLES = sorted(set(examples()))


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as opened:
        yield opened


def written(value: Any, wanted: str) -> Any:
    """The value of an answer in the form in which the example writes it."""
    if wanted[0] in "[{":
        return json.dumps(json.loads(value)), json.dumps(json.loads(wanted))
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return Decimal(str(value)), Decimal(wanted)
    spelled = {None: "NULL", True: "true", False: "false"}
    return (spelled[value] if value in (None, True, False) else str(value)), wanted.strip("'")


@pytest.mark.parametrize(("call", "value"), EXAMPLES, ids=lambda text: text[:40])
def test_a_rule_does_what_its_docstring_says(session: Session, call: str, value: str) -> None:
    ((answer,),) = session.execute(f"select {call} from ({COLUMNS})").rows
    got, wanted = written(answer, value)
    assert got == wanted


def test_the_rules_are_documented_by_many_examples() -> None:
    assert len(EXAMPLES) > 100
