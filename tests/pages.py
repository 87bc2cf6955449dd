"""What a page under docs/warehouse/ shows: questions, each with its query and its result."""

from __future__ import annotations

import re

from runner.reporting import tabular
from tests.warehouse import ROOT, Warehouse

QUESTION = re.compile(r"### (.+?)\n\n```sql\n(.+?)\n```\n\n```text\n(.*?)```", re.DOTALL)


def text(domain: str) -> str:
    """The page of a domain."""
    return (ROOT / "docs" / "warehouse" / f"{domain}.md").read_text(encoding="utf-8")


def questions(domain: str) -> dict[str, tuple[str, str]]:
    """The query and the result that the page shows, by question."""
    return {question: (sql, shown) for question, sql, shown in QUESTION.findall(text(domain))}


def answer(warehouse: Warehouse, sql: str) -> str:
    """The result of a query as the page shows it."""
    with warehouse.session() as session:
        result = session.execute(sql)
    headers = [column.name for column in result.columns]
    return tabular.table(headers, result.rows) + "\n"


def relations(domain: str) -> set[str]:
    """The names of the domain's models, snapshots and checks, without their schemas."""
    folders = [ROOT / name / domain for name in ("models", "snapshots", "checks")]
    return {path.stem for folder in folders for path in folder.rglob("*.sql")}
