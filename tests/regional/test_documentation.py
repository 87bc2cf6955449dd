"""docs/warehouse/regional.md shows queries with their results; both are true."""

from __future__ import annotations

import pytest

from tests import pages
from tests.warehouse import Warehouse

QUESTIONS = pages.questions("regional")

pytestmark = pytest.mark.slow  # a build on one more worker


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_has_the_answer_that_the_page_shows(warehouse: Warehouse, question: str) -> None:
    sql, shown = QUESTIONS[question]
    assert pages.answer(warehouse, sql) == shown


def test_every_relation_stands_on_the_page() -> None:
    page = pages.text("regional")
    assert {name for name in pages.relations("regional") if name not in page} == set()
