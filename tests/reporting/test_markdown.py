"""A difference as a comment on a pull request: short, foldable, and nothing in it is markup."""

from __future__ import annotations

import re

from runner.environments.differences import (
    ColumnChange,
    Difference,
    Finding,
    Outcome,
    Rows,
    SampleRow,
)
from runner.nodes import Relation
from runner.reporting import markdown

KINDS = ("table", "table")


def changed(name: str, said: str = "x") -> Finding:
    sample = SampleRow("changed", 1, (1,), (said,), (None,))
    rows = Rows(10, 12, 2, 0, 1, (("SAID", 1),), ("ID",), ("SAID",), True, (sample,))
    columns = (ColumnChange("TIER", "", "VARCHAR(10)"),)
    return Finding(Relation("CORE", name), Outcome.CHANGED, KINDS, columns, rows)


def test_a_table_comes_first_and_the_rest_can_be_unfolded() -> None:
    same = Finding(Relation("CORE", "B"), Outcome.SAME, KINDS)
    assert markdown.comment(Difference("ONE", "TWO", (changed("A"), same))) == (
        "### `ONE` → `TWO`: 1 relation differs\n"
        "\n"
        "| relation | what | rows before | rows after | added | removed | changed | columns |\n"
        "|---|---|---:|---:|---:|---:|---:|---|\n"
        "| `core.a` | `changed` | 10 | 12 | 2 | 0 | 1 | `+tier` |\n"
        "\n"
        "<details><summary><code>core.a</code></summary>\n"
        "\n"
        "Columns: `new tier VARCHAR(10)`\n"
        "\n"
        "Changed rows: `said in 1`\n"
        "\n"
        "| row | id | what |\n"
        "|---|---|---|\n"
        "| `changed` | 1 | `said x -> NULL` |\n"
        "\n"
        "</details>\n"
        "\n"
        "1 changed, 1 same\n"
    )


def test_no_difference_is_said_in_the_heading() -> None:
    same = Finding(Relation("CORE", "B"), Outcome.SAME, KINDS)
    assert markdown.comment(Difference("ONE", "TWO", (same,))).splitlines() == [
        "### `ONE` → `TWO`: no difference",
        "",
        "1 same",
    ]


def test_what_no_file_builds_any_more_is_named() -> None:
    orphans = tuple(Relation("CORE", f"T_{number}") for number in range(7))
    said = markdown.comment(Difference("ONE", "TWO", (), orphans))
    names = ", ".join(f"`core.t_{number}`" for number in range(5))
    assert f"no file builds any more, `runner clean` drops: {names} and 2 more\n" in said


def test_a_relation_that_cannot_be_compared_is_named() -> None:
    failed = Finding(Relation("CORE", "B"), Outcome.ERROR, KINDS, message="no <table>")
    said = markdown.comment(Difference("ONE", "TWO", (failed,)))
    assert "`core.b` cannot be compared: no &#60;table&#62;" in said


def test_no_value_is_read_as_markup() -> None:
    said = "a|b `c` \\| </code> <b>d</b> @everyone #1 *e* _f_ [g](h)\nnext"
    comment = markdown.comment(Difference("ONE", "TWO", (changed("A", said),)))
    (line,) = (line for line in comment.splitlines() if line.startswith("| `changed` | 1"))
    inner = re.fullmatch(r"\| `changed` \| 1 \| <code>(.*)</code> \|", line)
    assert inner
    assert not re.search(r"[|`<>@*_\[\]\\]", inner[1])
    assert "&#64;everyone" in inner[1]
    assert inner[1].endswith("next -&#62; NULL")


def test_a_comment_never_is_longer_than_github_takes() -> None:
    many = tuple(changed(f"TABLE_{number}", "é|" * 300) for number in range(2000))
    said = markdown.comment(Difference("ONE", "TWO", many))
    assert 50_000 < len(said) <= markdown.LONGEST
    assert "and 1,900 more" in said
    assert re.search(r"Details of 1,\d\d\d relations do not fit", said)
    assert said.count("<details>") == said.count("</details>") > 10
    assert said.endswith("2,000 changed\n")
