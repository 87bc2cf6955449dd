"""docs/warehouse/retail.md shows queries with their results; both are true."""

from __future__ import annotations

import re

import pytest

from runner.reporting import tabular
from tests.retail.warehouse import ROOT, Warehouse

PAGE = (ROOT / "docs" / "warehouse" / "retail.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"### (.+?)\n\n```sql\n(.+?)\n```\n\n```text\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(
    ("sql", "shown"), [(sql, shown) for _, sql, shown in QUESTIONS], ids=[q for q, *_ in QUESTIONS]
)
def test_a_question_has_the_answer_that_the_page_shows(
    warehouse: Warehouse, sql: str, shown: str
) -> None:
    with warehouse.session() as session:
        result = session.execute(sql)
    headers = [column.name for column in result.columns]
    assert tabular.table(headers, result.rows) + "\n" == shown


def test_every_relation_stands_on_the_page() -> None:
    models = [path.stem for path in (ROOT / "models" / "retail" / "core").glob("*.sql")]
    marts = [path.stem for path in (ROOT / "models" / "retail" / "marts").glob("*.sql")]
    snapshots = [path.stem for path in (ROOT / "snapshots" / "retail").rglob("*.sql")]
    checks = [path.stem for path in (ROOT / "checks" / "retail").glob("*.sql")]
    alike = re.compile("versions_of_a_(product|store)")
    for name in [*models, *marts, *snapshots, *(c for c in checks if not alike.match(c))]:
        assert name in PAGE, name
