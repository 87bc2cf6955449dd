"""The rows that violate a check -> a table of its own in the schema `runner` (`--store-failures`).

As in dbt (docs: "store_failures") a run that keeps failures replaces those of the checks that it
asks; a check that holds leaves its table empty.
"""

from __future__ import annotations

import hashlib

from runner.generating.checks import Item
from runner.nodes import Check, Relation
from runner.results import Invocation
from runner.scripts import literal

SCHEMA = "RUNNER"
_LONGEST = 255  # characters of a Snowflake identifier


def table(item: Item) -> Relation:
    """Where the rows of a check are kept: `runner.failures__shop_core__orders__check_amount`, for a
    file `runner.file_failures__shop__orders_have_lines`."""
    if isinstance(item.check, Check):
        name = "__".join(("file_failures", *item.check.name.split("/")))
    else:
        assert not isinstance(item.of, Check)
        relation = item.of.relation
        name = "__".join(("failures", relation.schema, relation.name, item.check.name))
    if len(name) > _LONGEST:
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        name = f"{name[: _LONGEST - len(digest) - 1]}_{digest}"
    return Relation(SCHEMA, name.upper())


def replacement(item: Item, invocation: Invocation, *, published: bool) -> str:
    """The statement that makes the table anew with the rows that the check has found."""
    told = f"What violated {item.check.name} of {item.of.id} in the run {invocation.id}"
    return (
        f"create or replace table {table(item)}\n    comment = {literal(told)}\nas\n"
        f"{item.found(published=published)}"
    )


def addition(item: Item, *, published: bool) -> str:
    """The statement that adds rows which another batch of the same step has found."""
    return f"insert into {table(item)}\n{item.found(published=published)}"


def removal(item: Item) -> str:
    """The statement that empties the table."""
    return f"delete from {table(item)}"
