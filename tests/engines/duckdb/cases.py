"""Statements with the answers that Snowflake documents: read from files, run, compared."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from runner.engines import Result
from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session
from runner.errors import EngineError, Unsupported

DATA = Path(__file__).parents[2] / "data"
Rows = list[tuple[Any, ...]]


def read(path: Path) -> list[dict[str, Any]]:
    """The cases of a file: `group`, `name`, `setup`, `query`, `expect`, one a line."""
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def case_id(case: dict[str, Any]) -> str:
    return f"{case['group']}: {case['name']}"


def fits(value: Any, wanted: Any) -> bool:
    """Whether a value is what the case expects; `{…}` describes a typed value."""
    if not isinstance(wanted, dict):
        return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)
    if "typed" in wanted:
        return type(value).__name__ == wanted["typed"] and fits(value, wanted["value"])
    if value is None:
        return False
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
    # with its offset
    "timestamp_tz": lambda value, text: (
        isinstance(value, datetime)
        and value.isoformat() == datetime.fromisoformat(text).isoformat()
    ),
    "time": lambda value, text: isinstance(value, time) and value == time.fromisoformat(text),
    "json": lambda value, text: isinstance(value, str) and json.loads(value) == text,
}


def meets(rows: Rows, wanted: list[list[Any]]) -> bool:
    return len(rows) == len(wanted) and all(
        len(row) == len(line) and all(map(fits, row, line))
        for row, line in zip(rows, wanted, strict=True)
    )


class Databases:
    """Sessions that cases share which only read: one without setup, one with the last setup."""

    def __init__(self) -> None:
        self.plain = self._open([])
        self.setup: list[str] = []
        self.prepared = self.plain

    def session(self, setup: list[str]) -> Session:
        """A session in which these statements have run and nothing else was written."""
        if not setup:
            return self.plain.session
        if setup != self.setup:
            self._close()
            self.setup, self.prepared = setup, self._open(setup)
        return self.prepared.session

    def close(self) -> None:
        self._close()
        self.plain.close()

    def _open(self, setup: list[str]) -> Opened:
        opened = Opened()
        for statement in setup:
            opened.session.execute(statement)
        return opened

    def _close(self) -> None:
        if self.prepared is not self.plain:
            self.prepared.close()


class Opened(ExitStack):
    """A database in memory, open until it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.session = self.enter_context(connect(database="DB1"))


def reads(case: dict[str, Any]) -> bool:
    """Whether the query leaves the database as it is."""
    return case["query"].lstrip(" (").lower().startswith(("select", "with"))


def run(case: dict[str, Any], shared: Databases | None = None) -> Result:
    """The query's result after its setup, in a new database or in one that readers share."""
    if shared is not None and reads(case):
        return shared.session(case["setup"]).execute(case["query"])
    with connect(database="DB1") as session:
        for statement in case["setup"]:
            session.execute(statement)
        return session.execute(case["query"])


def check(case: dict[str, Any], *, refused: bool, shared: Databases | None = None) -> None:
    """Assert that a case is answered as expected, or refused by name when it should be."""
    expect = case["expect"]
    if refused:
        with pytest.raises(Unsupported):
            run(case, shared)
    elif expect.get("error"):
        with pytest.raises(EngineError) as caught:
            run(case, shared)
        assert not isinstance(caught.value, Unsupported), caught.value
    elif expect.get("succeeds"):
        run(case, shared)
    else:
        result = run(case, shared)
        if "columns" in expect:
            assert [column.name for column in result.columns] == expect["columns"]
        if "rows" in expect:
            assert meets(result.rows, expect["rows"]), result.rows
