"""What is sent to Snowflake, word for word, from the first statement of a step to its publication.

`RUNNER_GOLDEN=write python -m pytest tests/engines/test_snowflake_golden.py` writes
`tests/data/golden/sent/*.sql` anew; read the difference before it is committed.
"""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import SnowflakeServer
from tests.shop import Shop

FOLDER = Path(__file__).parent.parent / "data" / "golden" / "sent"
FIRST, SECOND = date(2024, 1, 1), date(2024, 1, 2)
NOON = "2024-01-02 12:00"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MODELS = {
    "checked": "-- @materialized table\n\nselect id, amount  -- @check amount > 0\nfrom raw.sales",
    "seen": "-- All sales.\n\nselect id, amount  -- @not_null\nfrom raw.sales",
    "changed": "-- @materialized incremental\n-- @incremental_strategy delete+insert\n"
    "-- @unique_key id\n\nselect id, amount  -- @check amount > 0\nfrom raw.sales",
    "sifted": "-- @materialized incremental\n-- @incremental_strategy delete+insert\n"
    "-- @unique_key id\n\nselect id, amount  -- @quarantine @check amount > 10\nfrom raw.sales",
    "sorted": "-- @materialized table\n\n"
    "select id, amount  -- @quarantine @check amount > 10\nfrom raw.sales",
}


@pytest.fixture
def shop(tmp_path: Path, snowflake: SnowflakeServer) -> Iterator[Shop]:
    database = f"SHOP_{uuid.uuid4().hex[:8]}".upper()
    shop = Shop.open(tmp_path, engine="snowflake", database=database)
    for name, sql in MODELS.items():
        shop.write(f"models/core/{name}.sql", f"{sql}\n")
    shop.model("batches", "select id, on_day, amount -- @check amount > 0")
    shop.model("sifted_batches", "select id, on_day, amount -- @quarantine @check amount > 10")
    shop.add((1, FIRST, 10), (2, SECOND, 20))
    yield shop
    shop.close()


def sent(snowflake: SnowflakeServer, start: int, name: str) -> str:
    """The statements of a step, in their order."""
    told = []
    for statement in snowflake.statements()[start:]:
        sql, tag = str(statement["sql"]), json.loads(statement["tag"] or "{}")
        is_publication = f"core.{name}__next" in sql
        if tag.get("node") == f"core.{name}" or (is_publication and not tag):
            told.append(f"{UUID.sub('<invocation>', sql)};\n")
    return "\n".join(told)


def test_what_is_sent_is_what_the_golden_files_say(shop: Shop, snowflake: SnowflakeServer) -> None:
    """A first build, the next one, and a full refresh."""
    for moment in ("first", "next", "full_refresh"):
        start = len(snowflake.statements())
        assert shop.build(NOON, full_refresh=moment == "full_refresh").ok
        for name in (*MODELS, "batches", "sifted_batches"):
            found, file = sent(snowflake, start, name), FOLDER / f"{name}_{moment}.sql"
            if os.environ.get("RUNNER_GOLDEN") == "write":
                FOLDER.mkdir(exist_ok=True)
                file.write_text(found, encoding="utf-8")
            assert found == file.read_text(encoding="utf-8"), "if meant, see the top of this file"
