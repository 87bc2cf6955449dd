"""Which settings of an incremental model go together, and what it lacks.

A model with `@batch` is dbt's microbatch (docs: "About microbatch incremental models"): `@batch` is
its `batch_size`, `@batch_by` its `event_time`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlglot.tokenizer_core import Token, TokenType

from runner.parsing.findings import Finding

BATCH_VARIABLES = ("batch_start", "batch_end")

_KEYED = ("merge", "delete+insert")
_OF_BATCHES = ("batch_by", "begin", "lookback")


def default_strategy(found: Mapping[str, Any]) -> str:
    """With a key, rows are merged; without one they are added, or a batch's rows replaced. Rows
    that are moved are added."""
    if "unique_key" in found and "move_from" not in found:
        return "merge"
    return "insert_overwrite" if "batch" in found else "append"


def findings(found: Mapping[str, Any], own: Mapping[str, int]) -> Iterator[Finding]:
    """What is wrong with the settings `found`; `own` are the lines of those in the file itself.

    A folder default that does not apply is no finding.
    """
    strategy = found["incremental_strategy"]
    if strategy in _KEYED and not {"unique_key"} & {*found, *own}:
        line = own.get("incremental_strategy", 1)
        yield Finding(f"the strategy {strategy} needs @unique_key", line)
    for name, strategies in (("merge_exclude_columns", ("merge",)), ("delete_when", _KEYED)):
        if name in own and strategy not in strategies:
            message = f"@{name} does not apply to the strategy {strategy}"
            yield Finding(message, own[name], f"it applies to: {', '.join(strategies)}")
    if "move_from" in found:
        yield from _move(found, own)
    if "batch" in found:
        yield from _batch(found, own)
    elif "batch" not in own:
        for name in _OF_BATCHES:
            if name in own:
                hint = "add @batch hour, day, month or year"
                yield Finding(f"@{name} does not apply without @batch", own[name], hint)


def _move(found: Mapping[str, Any], own: Mapping[str, int]) -> Iterator[Finding]:
    """What would lose rows that another table does not have any more."""
    line = found["move_from"].line
    if "unique_key" not in found and "unique_key" not in own:
        hint = "the columns that tell which row of the other table is meant"
        yield Finding("@move_from needs @unique_key", line, hint)
    if found["incremental_strategy"] != "append":
        message = f"@move_from does not go with the strategy {found['incremental_strategy']}"
        hint = "append, its default, never replaces a row"
        yield Finding(message, own.get("incremental_strategy", line), hint)
    if found["on_schema_change"] == "ignore":
        message = "@move_from does not go with @on_schema_change ignore: new columns would be lost"
        yield Finding(
            message, own.get("on_schema_change", line), "append_new_columns is its default"
        )
    if "batch" in found:
        yield Finding("@move_from does not go with @batch", own.get("batch", line))


def _batch(found: Mapping[str, Any], own: Mapping[str, int]) -> Iterator[Finding]:
    line = own.get("batch", 1)
    if "begin" not in found and "begin" not in own:
        yield Finding("@batch needs @begin", line, "the first day there is: @begin 2024-01-31")
    if "batch_by" not in found and "batch_by" not in own:
        hint = "the date or time of a row that tells to which batch it belongs"
        yield Finding("@batch needs @batch_by", line, hint)
    if found["incremental_strategy"] == "append":
        hint = "insert_overwrite replaces the rows of a batch that runs again"
        message = "the strategy append would add the rows of a batch that runs again once more"
        yield Finding(message, own.get("incremental_strategy", line), hint)


def variables(tokens: Sequence[Token], line: int | None) -> Iterator[Finding]:
    """The session variables of a batch and `@batch`, which stands in `line`, belong together."""
    lines: dict[str, int] = {}
    for mark, variable in pairwise(tokens):
        if mark.token_type == TokenType.PARAMETER and variable.text.lower() in BATCH_VARIABLES:
            lines.setdefault(variable.text.lower(), variable.line)
    if lines and line is None:
        hint = "add @materialized incremental and @batch hour, day, month or year"
        first = min(lines.values())
        yield Finding("a batch variable has no value without @batch", first, hint)
    missing = [f"${name}" for name in BATCH_VARIABLES if name not in lines]
    if missing and line is not None:
        hint = "read the rows of one batch: … >= $batch_start and … < $batch_end"
        message = f"@batch does not apply: the query does not read {' and '.join(missing)}"
        yield Finding(message, line, hint)
