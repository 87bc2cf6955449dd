"""Scripts of statements with what Snowflake's documentation says of each, read from SQL files.

A comment behind a statement's semicolon says what it gives:

    select 1, 'a';  --> [[1, "a"]]      the rows, in JSON as in `cases.py`
    selct 1;        --! 1003            an error, with its code or a part of its text, or both
    undrop table t; --~ UNDROP          refused by name; the text is a part of the construct's name

A statement without such a comment succeeds. The first lines of a file name the pages.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runner.engines.duckdb.session import Session
from runner.errors import EngineError, Unsupported
from tests.engines.duckdb.cases import DATA, meets

FOLDER = DATA / "statements"
END = re.compile(r";[ ]*(?:--(?P<sign>[>!~])[ ]*(?P<text>.*))?$")


@dataclass(frozen=True)
class Step:
    """A statement of a script, the line on which it ends, and what it gives."""

    sql: str
    line: int
    sign: str = ""
    text: str = ""


def scripts() -> list[Path]:
    return sorted(FOLDER.glob("*.sql"))


def read(path: Path) -> list[Step]:
    """The statements of a script."""
    steps, lines = [], []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = END.search(line)
        lines.append(line[: found.start()] if found else line)
        if found:
            sql = "\n".join(text for text in lines if not text.startswith("--")).strip()
            steps.append(Step(sql, number, found["sign"] or "", found["text"] or ""))
            lines = []
    return steps


def run(session: Session, step: Step) -> None:
    """Execute a statement and compare."""
    if step.sign == "!":
        with pytest.raises(EngineError) as caught:
            session.execute(step.sql)
        check_error(caught.value, step.text)
    elif step.sign == "~":
        with pytest.raises(Unsupported) as refused:
            session.execute(step.sql)
        assert step.text.strip() in refused.value.construct
    else:
        rows = session.execute(step.sql).rows
        if step.sign == ">":
            wanted: list[list[Any]] = json.loads(step.text)
            assert meets(rows, wanted), rows


def check_error(error: EngineError, text: str) -> None:
    """`text` is the error's code, a part of its message, or both."""
    assert not isinstance(error, Unsupported), error
    code, _, part = text.strip().partition(" ")
    if not code.isdigit():
        code, part = "", text.strip()
    assert not code or error.code == int(code), (error.code, error.message)
    assert part in error.message, error.message
