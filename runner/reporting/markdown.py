"""What differs between two databases, as a comment on a pull request (GitHub's Markdown)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from runner.environments.differences import Difference, Finding
from runner.reporting import differences, tabular
from runner.reporting.differences import HEADERS
from runner.reporting.sentences import counted

LONGEST = 60_000  # characters: GitHub takes 65,536
MOST_RELATIONS = 100  # rows of the table
WIDEST = 200  # characters of a cell

_UNQUOTABLE = re.compile(r"[`|\\]|\A\Z")  # what ends a piece of code, or a cell

# Punctuation that Markdown, HTML or GitHub (@, #) may read as something else.
_MARKUP = re.compile(r"[!#&*<>@\[\\\]^_`|~]")


def comment(found: Difference) -> str:
    """A heading, a table, and behind it what can be unfolded, as much as a comment can hold."""
    different = found.different
    many = counted(len(different), "relation")
    title = f"{many} differ{'s' if len(different) == 1 else ''}" if different else "no difference"
    lines = [f"### {_code(found.before)} → {_code(found.after)}: {title}", ""]
    if different:
        lines += [*_table(HEADERS, map(differences.row, different[:MOST_RELATIONS]), numbers=5), ""]
    if len(different) > MOST_RELATIONS:
        lines += [f"and {len(different) - MOST_RELATIONS:,} more", ""]
    foot = [_plain(differences.summary(found))]
    if found.orphans:
        foot = [differences.orphaned(found, _code), "", *foot]
    room = LONGEST - sum(map(len, [*lines, *foot])) - 2 * len(lines) - 100
    kept, left_out = _fitting([*map(_failure, found.failed), *map(_details, different)], room)
    lines += kept
    if left_out:
        lines += [f"Details of {counted(left_out, 'relation')} do not fit into a comment.", ""]
    return "\n".join([*lines, *foot]) + "\n"


def _fitting(blocks: Sequence[str], room: int) -> tuple[list[str], int]:
    """The first blocks that fit, and how many do not."""
    kept: list[str] = []
    for block in filter(None, blocks):
        room -= len(block) + 1
        if room < 0:
            break
        kept.append(block)
    return kept, sum(map(bool, blocks)) - len(kept)


def _failure(finding: Finding) -> str:
    return f"{_code(str(finding.relation))} cannot be compared: {_plain(finding.message)}\n"


def _details(finding: Finding) -> str:
    """What can be unfolded of a relation; empty when the table says all."""
    lines = list(_said(finding))
    if not lines:
        return ""
    head = f"<details><summary><code>{_plain(str(finding.relation))}</code></summary>"
    return "\n".join([head, "", *lines, "", "</details>", ""])


def _said(finding: Finding) -> Iterator[str]:
    rows = finding.rows
    if finding.columns:
        yield f"Columns: {'; '.join(_code(differences.long(one)) for one in finding.columns)}\n"
    if rows and rows.by_column:
        yield f"Changed rows: {_code(differences.by_column(rows))}\n"
    if rows and rows.sample:
        yield from _table(*differences.sample(rows), numbers=0)
    if finding.message:
        yield f"Rows were not compared: {_plain(finding.message)}\n"


def _table(
    headers: Sequence[str],
    rows: Iterator[Sequence[object]] | Sequence[Sequence[object]],
    numbers: int,
) -> Iterator[str]:
    """A table whose cells are code; as many
    `numbers` stand behind the first two columns."""
    yield f"| {' | '.join(map(_plain, headers))} |"
    rules = ["---:" if 2 <= place < 2 + numbers else "---" for place in range(len(headers))]
    yield f"|{'|'.join(rules)}|"
    for row in rows:
        yield f"| {' | '.join(_cell(value) for value in row)} |"


def _cell(value: object) -> str:
    text = "NULL" if value is None else tabular.value_text(value)
    if not text or text.replace(",", "").isdigit():
        return text
    return _code(text)


def _code(text: str) -> str:
    cut = text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
    line = " ".join(cut.split())
    return f"<code>{_plain(line)}</code>" if _UNQUOTABLE.search(line) else f"`{line}`"


def _plain(text: str) -> str:
    """Text that is shown as it is."""
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", " ".join(text.split()))
