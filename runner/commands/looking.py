"""The commands that only look, or that write files."""

from __future__ import annotations

import json
import os
import platform
import shlex
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from runner import __version__, compilation, scripts, starter
from runner.commands.common import load, reporting, selected, typed
from runner.engines import Engine, Session, open_engine
from runner.environments import orphans
from runner.environments.orphans import Orphan
from runner.errors import DONE, FAILED, EngineError, RunnerError, UsageError
from runner.executing import interrupts, previewing
from runner.graph import Graph
from runner.options import Options
from runner.plan import Plan
from runner.reporting import plans, previews, tabular
from runner.reporting.report import as_json

PACKAGES = ("duckdb", "schemachange", "snowflake-connector-python", "sqlglot")


def plan(options: Options) -> int:
    """Print what a build would do about every selected node, and why; nothing is written."""
    with reporting(options) as report:
        project = load(options)
        target = project.target(options.target)
        asked = selected(project, options, report)
        with closing(open_engine(target)) as opened, interrupts.cancelling(opened) as engine:
            known = asked.known(engine)
            is_part = options.select or options.exclude
            gone = () if is_part else _orphans(engine, asked.graph, known.remembered)
            _print_plan(asked.plan(engine, known), options, gone)
    return DONE


def _orphans(engine: Engine, graph: Graph, remembered: Iterable[str]) -> tuple[Orphan, ...]:
    """What no file builds any more; only looked for where something is remembered of it."""
    if graph.nodes.keys() >= set(remembered):
        return ()
    with engine.session() as session:
        return orphans.find(session, graph)


def preview(options: Options) -> int:
    """Print the plan and what its snapshots would record; one that would stop is a failure."""
    with reporting(options) as report:
        project = load(options)
        target = project.target(options.target)
        asked = selected(project, options, report)
        report.started("preview", project.config.name, target, typed(options))
        with closing(open_engine(target)) as opened, interrupts.cancelling(opened) as engine:
            known = asked.known(engine)
            made = asked.plan(engine, known)
            found = previewing.run(made, engine, datetime.now(UTC))
        _print_plan(made, options)
        if options.log_format == "json":
            for one in found:
                click.echo(json.dumps(asdict(one), default=as_json))
        elif found:
            click.echo(f"\n{previews.text(found)}")
        report.note("nothing was deployed, loaded, built or written")
    return FAILED if any(one.message for one in found) else DONE


def _print_plan(made: Plan, options: Options, gone: Sequence[Orphan] = ()) -> None:
    if options.log_format == "json":
        for row in plans.objects(made, gone):
            click.echo(json.dumps(row))
    elif made.steps or made.idle or gone:
        click.echo(plans.table(made, gone))
        click.echo(plans.summary(made, gone), err=True)


def compile_(options: Options, output: Path | None) -> int:
    """Print what each step would execute, or write a file for each into a folder."""
    with reporting(options) as report:
        project = load(options)
        project.target(options.target)
        steps = selected(project, replace(options, force=True), report).everything().steps
        for step in steps:
            text = compilation.text(step)
            if output is None:
                click.echo(text)
            else:
                _write(output / step.node.path, text)
        if output is not None:
            click.echo(f"wrote {len(steps)} files into {output}", err=True)
    return DONE


def query(options: Options, sql: str | None, format_: str) -> int:
    """Run the statements one after the other and print what each returns."""
    with reporting(options):
        target = load(options).target(options.target)
        if sql is None and sys.stdin.isatty():
            raise UsageError("there is no SQL", "give it as an argument or on standard input")
        statements = scripts.split(_sql(sql))
        if not statements:
            raise UsageError("there is no SQL", "it is empty, or holds comments only")
        with (
            closing(open_engine(target)) as opened,
            interrupts.cancelling(opened) as engine,
            engine.session() as session,
        ):
            for statement in statements:
                _print_rows(session, statement, format_)
    return DONE


def debug(options: Options) -> int:
    """Print versions, the project, the target, and whether it can be reached."""
    with reporting(options):
        rows = [
            ("runner", __version__),
            ("python", f"{platform.python_version()} ({sys.executable})"),
        ]
        rows += [(package, version(package)) for package in PACKAGES]
        click.echo(_labelled(rows))
        project = load(options)
        target = project.target(options.target)
        rows = [("project", f"{project.config.name} ({project.root})")]
        rows += [("targets", ", ".join(project.config.targets)), ("target", target.name)]
        click.echo(_labelled(rows))
        with closing(open_engine(target)) as engine, engine.session() as session:
            click.echo(_labelled(engine.describe()))
            began = time.monotonic()
            session.execute("select 1")
            click.echo(_labelled([("connection", f"works ({time.monotonic() - began:.3f} s)")]))
    return DONE


def init(directory: Path) -> int:
    """Write the starter project."""
    with reporting(Options()):
        written = starter.write(directory)
        where = "" if directory == Path() else f"cd {shlex.quote(str(directory))} && "
        click.echo(f"wrote {len(written)} files; next: {where}runner build", err=True)
    return DONE


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RunnerError(f"{error.filename}: {error.strerror}") from None


def _sql(argument: str | None) -> str:
    """The SQL that was given, as an argument or else on standard input, whatever the locale."""
    if argument is None:
        return scripts.decoded(sys.stdin.buffer.read())
    return scripts.decoded(os.fsencode(argument))


def _print_rows(session: Session, statement: scripts.Statement, format_: str) -> None:
    began = time.monotonic()
    try:
        result = session.execute(statement.sql)
    except EngineError as error:
        if statement.line > 1:
            error.message = f"the statement in line {statement.line}: {error.message}"
        raise
    click.echo(tabular.FORMATS[format_](result))
    if format_ == "table":
        rows = f"{len(result.rows):,} row{'' if len(result.rows) == 1 else 's'}"
        click.echo(f"{rows} in {time.monotonic() - began:.2f} s", err=True)


def _labelled(rows: list[tuple[str, str]]) -> str:
    return "\n".join(f"{label:<26}  {value}" for label, value in rows)
