"""`docs/embedded_engine.md`: what the embedded engine answers and refuses, counted from test data.

`python -m tests.engines.duckdb.page` writes the page; a test holds it against the data.
"""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from runner.engines.duckdb.rules import FUNCTIONS, load
from tests.engines.duckdb import scripts
from tests.engines.duckdb.cases import DATA, case_id, read

PAGE = Path(__file__).parents[3] / "docs" / "embedded_engine.md"
HEAD = Path(__file__).parent / "page_head.md"
SEMANTICS = DATA / "snowflake_semantics.jsonl"
DOCUMENTED = DATA / "documented"
WIDTH = 140  # of a line
LONGEST = 110  # characters of a statement in a table
REFUSED = "~"  # the sign of a refusal in a script
GROUPS = {
    "acct": "account, without effect on one machine",
    "col": "functions over columns",
    "date": "dates and times",
    "ddl": "tables, views and schemas",
    "dml": "changing rows",
    "num": "numbers",
    "query": "queries",
    "show": "SHOW, DESCRIBE, INFORMATION_SCHEMA",
    "str": "strings",
    "tx": "transactions",
    "variant": "semi-structured data",
}


def texts(path: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def page() -> str:
    """The page as it should be."""
    parts = [
        HEAD.read_text(encoding="utf-8").rstrip(),
        *how_close(),
        *refusals(),
        *contested(),
        *functions(),
    ]
    return "\n\n".join(parts) + "\n"


# -- how close -------------------------------------------------------------------------------------


def how_close() -> list[str]:
    refused = texts(DATA / "snowflake_semantics_refused.json").keys()
    documented = texts(DOCUMENTED / "refused.json").keys()
    topics = sorted(DOCUMENTED.glob("*.jsonl"))
    return [
        "## How close it is",
        "Every statement below is run by the tests: it is answered as Snowflake documents, fails "
        "with Snowflake's error,\nor is refused by name. None may give another answer.",
        "### Snowflake's semantics, by group",
        counted(
            ((GROUPS[case["group"]], case_id(case) in refused) for case in read(SEMANTICS)),
            "group",
        ),
        "### Snowflake's pages on queries, functions and types, by topic",
        counted(
            ((path.stem, case_id(case) in documented) for path in topics for case in read(path)),
            "topic",
        ),
        "### Snowflake's pages on statements, by topic",
        counted(((topic, step.sign == REFUSED) for topic, step in steps()), "topic"),
    ]


def steps() -> Iterator[tuple[str, scripts.Step]]:
    """The statements of all scripts, each with its script's topic."""
    for path in scripts.scripts():
        for step in scripts.read(path):
            yield path.stem.replace("_", " "), step


def counted(found: Iterable[tuple[str, bool]], what: str) -> str:
    """A table of (group, refused) pairs, with a line for each group and one for all."""
    groups: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for group, is_refused in found:
        groups[group] += 1
        refused[group] += is_refused
    rows = [[name, groups[name], groups[name] - refused[name], refused[name]] for name in groups]
    total, lost = sum(groups.values()), sum(refused.values())
    rows = [*sorted(rows), ["**all**", total, total - lost, lost]]
    return table([what, "statements", "as Snowflake", "refused"], rows)


# -- what is refused -------------------------------------------------------------------------------


def refusals() -> list[str]:
    semantics = texts(DATA / "snowflake_semantics_refused.json")
    documented = texts(DOCUMENTED / "refused.json")
    queries = {
        case_id(case): case["query"]
        for path in sorted(DOCUMENTED.glob("*.jsonl"))
        for case in read(path)
    }
    constructs = [[plain(what), code(queries[name])] for name, what in documented.items()]
    return [
        "## What is refused",
        "By name, with `runner.errors.Unsupported`, before anything is done.",
        "### Of Snowflake's semantics, and why",
        table(["statement", "reason"], [[code(name), why] for name, why in semantics.items()]),
        "### In queries, functions and types",
        table(["refused", "for example"], first_of_each(constructs)),
        "### In statements",
        table(
            ["topic", "refused"],
            [[topic, code(step.sql)] for topic, step in steps() if step.sign == REFUSED],
        ),
    ]


def first_of_each(rows: Iterable[list[str]]) -> list[list[str]]:
    """The first row for each first cell, in their order."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row[0], row)
    return [found[name] for name in sorted(found, key=str.casefold)]


def contested() -> list[str]:
    found = texts(DATA / "snowflake_semantics_contested.json")
    return [
        "## Cases that contradict the documentation",
        "The engine follows the page.",
        table(["statement", "what the page says"], [[code(n), w] for n, w in found.items()]),
    ]


def functions() -> list[str]:
    load()
    names = ", ".join(sorted(FUNCTIONS))
    lines = textwrap.wrap(names, WIDTH, break_long_words=False, break_on_hyphens=False)
    return [
        "## Functions",
        "Known by name; some refuse an argument or a form of the call. CAST, TRY_CAST, EXTRACT and "
        "the SQL functions\nthat are made with CREATE FUNCTION are known too.",
        "\n".join(lines),
    ]


# -- Markdown --------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def code(sql: str) -> str:
    """A statement in one line, as code in a table."""
    text = " ".join(sql.split())
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 2]} …"
    mark = "``" if "`" in short else "`"
    return f"{mark}{plain(short)}{mark}"


def plain(text: str) -> str:
    """A text in a cell, where a bar would end it."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
