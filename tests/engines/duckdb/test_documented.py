"""More of Snowflake's documented answers, each with the page that it is from.

`data/documented/<topic>.jsonl` has the cases, `data/documented/refused.json` those that this
engine refuses by name, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.engines.duckdb.cases import DATA, Databases, case_id, check, read

pytestmark = pytest.mark.slow  # more than a thousand; `test_conformance` is always run

FOLDER = DATA / "documented"
CASES = [case for path in sorted(FOLDER.glob("*.jsonl")) for case in read(path)]
REFUSED: dict[str, str] = json.loads((FOLDER / "refused.json").read_text())


@pytest.fixture(scope="module")
def shared() -> Iterator[Databases]:
    databases = Databases()
    yield databases
    databases.close()


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_a_documented_statement_is_answered_or_refused_by_name(
    case: dict[str, Any], shared: Databases
) -> None:
    check(case, refused=case_id(case) in REFUSED, shared=shared)


def test_every_case_names_its_page_and_every_refusal_its_case() -> None:
    assert all(case["source"] for case in CASES)
    assert REFUSED.keys() <= {case_id(case) for case in CASES}
    assert len({case_id(case) for case in CASES}) == len(CASES)
