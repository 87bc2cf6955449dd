"""The commands about several databases of one target."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass

import click

from runner import graph, selectors
from runner.commands.common import load, reporting, threads
from runner.configuration import is_database
from runner.engines import open_engine
from runner.environments import diff as comparing
from runner.environments.differences import Difference
from runner.errors import DONE, FAILED, UsageError
from runner.executing import interrupts
from runner.options import Options
from runner.reporting import differences, markdown
from runner.reporting.report import as_json, colour, finite


@dataclass(frozen=True)
class Diff:
    """What `runner diff` is asked for: two databases, the second by default the target's own."""

    before: str
    after: str | None = None
    every_row: bool = False
    exit_code: bool = False
    format: str = "table"


def diff(options: Options, asked: Diff) -> int:
    """Print what differs; a relation that cannot be read is a failure, a difference only if the
    exit code is asked to say so."""
    with reporting(options):
        for name in filter(None, (asked.before, asked.after)):
            if not is_database(name):
                raise UsageError(f"{name!r} is no database name", "use letters, digits and _")
        project = load(options)
        target = project.target(options.target)
        read = graph.read(project)
        is_part = options.select or options.exclude
        order = comparing.Order(
            read,
            asked.before,
            asked.after or target.database,
            selectors.select(read, options.select, options.exclude) if is_part else None,
            asked.every_row,
            threads(options, target),
        )
        with closing(open_engine(target)) as opened, interrupts.cancelling(opened) as engine:
            found = comparing.run(engine, order)
        click.echo(_formatted(found, asked.format), color=colour())
    return FAILED if found.failed or (asked.exit_code and found.different) else DONE


def _formatted(found: Difference, format_: str) -> str:
    if format_ == "json":
        return json.dumps(finite(differences.document(found)), default=as_json, indent=1)
    return markdown.comment(found) if format_ == "markdown" else differences.text(found)
