"""docs/warehouse/tpch.md shows queries with their results; both are true."""

from __future__ import annotations

import pytest

from tests import pages
from tests.warehouse import Warehouse

QUESTIONS = pages.questions("tpch")

pytestmark = pytest.mark.slow  # a build on one more worker


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_has_the_answer_that_the_page_shows(warehouse: Warehouse, question: str) -> None:
    sql, shown = QUESTIONS[question]
    assert pages.answer(warehouse, sql) == shown


def test_every_relation_stands_on_the_page() -> None:
    page = pages.text("tpch")
    assert {name for name in pages.relations("tpch") if name not in page} == set()
