"""The commands about several databases of one target."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import click

from runner import graph, wanted
from runner.commands.common import begun, changing, load, reporting, threads, typed
from runner.configuration import is_database
from runner.engines import open_engine
from runner.environments import cloning, orphans
from runner.environments import diff as comparing
from runner.environments.differences import Difference
from runner.environments.orphans import Orphan
from runner.errors import DONE, FAILED, UsageError
from runner.executing import interrupts
from runner.options import Options
from runner.reporting import differences, markdown, tabular
from runner.reporting.report import Reporter, as_json, colour, finite
from runner.reporting.sentences import counted


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
    with reporting(options) as report:
        project = load(options)
        target = project.target(options.target)
        read = graph.read(project, project.artifacts)
        is_part = options.select or options.exclude
        order = comparing.Order(
            read,
            _plain(asked.before),
            _plain(asked.after or target.database),
            wanted.selected(read, project, options, report.note) if is_part else None,
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


@dataclass(frozen=True)
class Clone:
    """What `runner clone` is asked for: a clone to make, and whether in the place of one that is
    there, or one to drop."""

    to: str | None = None
    replace: bool = False
    drop: str | None = None


def clone(options: Options, asked: Clone) -> int:
    """Clone the target's database, or drop a clone; one that is not there is no failure."""
    with reporting(options) as report:
        name = _database(asked)
        project = load(options if asked.to else replace(options, database=None))
        target = project.target(options.target)
        report.started("clone", project.config.name, target, typed(options))
        with closing(open_engine(target)) as opened, interrupts.cancelling(opened) as engine:
            if asked.drop:
                gone = cloning.drop(engine, name)
                report.note(f"dropped {name}" if gone else f"there is no database {name}")
            else:
                read = graph.read(project, project.artifacts)
                cloning.clone(engine, read, name, replace=asked.replace)
                rest = typed(replace(options, database=name))
                report.note(f"cloned {target.database} to {name}; next: runner build{rest}")
    return DONE


def _database(asked: Clone) -> str:
    """The database to make or to drop. Raises `UsageError` unless there is exactly one."""
    if bool(asked.to) == bool(asked.drop):
        raise UsageError("say what to do", "either --to NAME or --drop NAME")
    if asked.drop and asked.replace:
        raise UsageError("--replace goes with --to", "leave it out")
    return _plain(asked.to or asked.drop or "")


def _plain(name: str) -> str:
    if not is_database(name):
        raise UsageError(f"{name!r} is no database name", "use letters, digits and _")
    return name


@dataclass(frozen=True)
class Clean:
    """Whether `runner clean` drops without asking, and whether it drops histories too."""

    yes: bool = False
    force: bool = False


def clean(options: Options, asked: Clean) -> int:
    """Show what no file builds any more and drop it, once that is agreed to; a failure when it is
    not. Histories stay unless they are asked for."""
    with reporting(options) as report:
        project = load(options)
        target = project.target(options.target)
        read = graph.read(project, project.artifacts)
        report.started("clean", project.config.name, target, typed(options))
        with (
            changing(target, begun("clean", target, options), options, report) as opened,
            interrupts.cancelling(opened) as engine,
            engine.session() as session,
        ):
            found = orphans.find(session, read)
            _show_orphans(found, options)
            chosen = [one for one in found if asked.force or not one.is_history]
            if len(chosen) < len(found):
                kept = counted(len(found) - len(chosen), "relation")
                report.note(f"{kept} kept, with rows that may be nowhere else: --force drops all")
            if not chosen:
                report.note("there is nothing to drop")
                return DONE
            if not (asked.yes or _is_agreed(len(chosen), report)):
                return FAILED
            for one in chosen:
                orphans.drop(session, one)
                report.note(f"dropped {one.relation}")
    return DONE


def _show_orphans(found: Sequence[Orphan], options: Options) -> None:
    if options.log_format == "json":
        for one in found:
            row = {"relation": str(one.relation), "kind": one.kind, "built_at": one.built_at}
            click.echo(json.dumps({**row, "is_history": one.is_history}, default=as_json))
    elif found:
        rows = [
            (str(one.relation), one.kind, f"{one.built_at:%Y-%m-%d %H:%M}", one.is_history)
            for one in found
        ]
        click.echo(tabular.table(["relation", "kind", "last built (UTC)", "is history"], rows))


def _is_agreed(many: int, report: Reporter) -> bool:
    """What a person at a terminal says; elsewhere nobody can be asked."""
    if not sys.stdin.isatty():
        report.note(f"nothing was dropped: --yes drops {counted(many, 'relation')}")
        return False
    return click.confirm(f"drop {counted(many, 'relation')}?", err=True)
