"""Tasks and alerts as rows of SHOW. They are recorded with the statement that made them, and do not
run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlglot.tokenizer_core import Token

from runner.engines.duckdb import dialect
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.statements import rows
from runner.engines.duckdb.statements.words import Words

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

KINDS = frozenset({"TASK", "ALERT"})
STATES = {"RESUME": "started", "SUSPEND": "suspended"}  # what ALTER makes of it


def task(session: Session, record: Object) -> list[rows.Row]:
    """A task (page *SHOW TASKS*): what it runs, when, and behind which others."""
    texts = phrases(record.properties["definition"], ("AFTER", "WHEN", "AS"))
    before = [".".join(path(record, name)) for name in names(texts.get("AFTER", ""))]
    more = {
        "predecessors": json.dumps(before),
        "definition": texts.get("AS"),
        "condition": texts.get("WHEN"),
    }
    return [{**STOPPED, "allow_overlapping_execution": "false", **shown(session, record), **more}]


def alert(session: Session, record: Object) -> list[rows.Row]:
    """An alert (page *SHOW ALERTS*): its condition is the query within EXISTS."""
    texts = phrases(record.properties["definition"], ("IF", "THEN"))
    condition = texts.get("IF", "").removeprefix("(").removesuffix(")").strip()
    query = condition[len("EXISTS") :].strip().removeprefix("(").removesuffix(")").strip()
    return [{**STOPPED, **shown(session, record), "condition": query, "action": texts.get("THEN")}]


STOPPED = {"state": "suspended"}  # as it is made


def shown(session: Session, record: Object) -> rows.Row:
    (row,) = rows.recorded(session, record)
    return row


def phrases(sql: str, words: Sequence[str]) -> dict[str, str]:
    """What stands behind each of some words that follow one another outside of brackets.

    >>> phrases("create task t after a when f(1 as b) as select 1 as c;", ("AFTER", "WHEN", "AS"))
    {'AFTER': 'a', 'WHEN': 'f(1 as b)', 'AS': 'select 1 as c'}
    """
    found: list[tuple[str, Token]] = []
    depth, left = 0, list(words)
    for token in dialect.read(sql).tokens:
        depth += (token.text == "(") - (token.text == ")")
        word = token.text.upper()
        if depth == 0 and word in left:
            found.append((word, token))
            left = left[left.index(word) + 1 :]
    ends = [token.start for _, token in found[1:]] + [len(sql.rstrip().rstrip(";"))]
    return {
        word: sql[token.end + 1 : end].strip()
        for (word, token), end in zip(found, ends, strict=True)
    }


def names(text: str) -> list[tuple[str, ...]]:
    """The names of a list, up to what is none: `a, db.sc.b`."""
    words = Words(text) if text else None
    if words is None:
        return []
    found = [words.name()]
    while words.take(","):
        found.append(words.name())
    return found


def path(record: Object, name: tuple[str, ...]) -> tuple[str, ...]:
    """A name in full, seen from another task."""
    around: tuple[Any, ...] = (record.database, record.schema)
    return (*around[: 3 - len(name)], *name)
