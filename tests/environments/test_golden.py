"""The statements about several databases, word for word.

`RUNNER_GOLDEN=write python -m pytest tests/environments/test_golden.py` writes
`tests/data/golden/environments/*.sql` anew; read the difference before it is committed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.generating import differences
from runner.generating.differences import Compared, Comparison

FOLDER = Path(__file__).parent.parent / "data" / "golden" / "environments"
COLUMNS = (
    Compared("ORDER_ID", "NUMBER(38,0)", "NUMBER(38,0)"),
    Compared("Net x", "FLOAT", "NUMBER(12,2)"),
    Compared("ADDRESS", "VARIANT", "VARIANT"),
    Compared("ORDERED", "DATE", "TIMESTAMP_NTZ"),
    Compared("STATUS", "NUMBER(38,0)", "VARCHAR(16777216)"),
    Compared("PLACE", "GEOGRAPHY", "GEOGRAPHY"),
)


def cases() -> Iterator[tuple[str, list[str]]]:
    tables = ("RETAIL_PROD.retail_core.fact_orders", "RETAIL_PR_1.retail_core.fact_orders")
    keyed = Comparison(*tables, COLUMNS, ("ORDER_ID",))
    yield "diff_with_a_key", [differences.counts(keyed), differences.sample(keyed)]
    plain = Comparison(*tables, COLUMNS[:2])
    yield "diff_without_a_key", [differences.counts(plain), differences.sample(plain)]


@pytest.mark.parametrize(("name", "statements"), [*cases()], ids=lambda value: str(value)[:20])
def test_statements_are_what_the_golden_files_say(name: str, statements: list[str]) -> None:
    found, file = "\n\n".join(f"{sql};" for sql in statements) + "\n", FOLDER / f"{name}.sql"
    if os.environ.get("RUNNER_GOLDEN") == "write":
        file.write_text(found, encoding="utf-8")
    assert found == file.read_text(encoding="utf-8"), "if meant, see the top of this file"
