"""What each command does, as a list of steps one can read from top to bottom.

Every function returns the exit code. A `RunnerError` is reported in one place and ends the process
with its own code.
"""

from __future__ import annotations

import json
import os
import platform
import shlex
import sys
import time
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from runner import __version__, compilation, graph, scripts, selectors, starter, wanted
from runner import ingest as ingestion
from runner import project as projects
from runner import rollback as rolling_back
from runner.deploying import migrations
from runner.engines import Engine, Session, Target, open_engine
from runner.errors import DONE, FAILED, Cancelled, EngineError, RunnerError, UsageError
from runner.executing import executor, interrupts, previewing
from runner.graph import Graph
from runner.options import Options
from runner.plan import Plan
from runner.project import Project
from runner.reporting import previews, tabular
from runner.reporting import verification as verdicts
from runner.reporting.report import Reporter, as_json, reporter
from runner.results import Deployed, Invocation, Loaded
from runner.rollback import TakenOut
from runner.verifying import verification

PACKAGES = ("duckdb", "schemachange", "snowflake-connector-python", "sqlglot")


def build(options: Options, *, without: Collection[str] = ()) -> int:
    """Deploy and load first where the target says so and `without` does not; then build."""
    if options.preview:
        return _preview(options)
    with _reporting(options) as report:
        project = _project(options)
        target = project.target(options.target)
        asked = wanted.read(project, options)
        before = [step for step in target.options.get("before_build", ()) if step not in without]
        report.started("build", project.config.name, target, _typed(options))
        files: tuple[Loaded, ...] = ()
        with closing(open_engine(target)) as engine:
            if "deploy" in before:
                report.deployed(_deploy(project, engine, report), dry_run=False)
            if "ingest" in before:
                files = _ingest(asked.graph, engine, report)
            code = _execute("build", asked.plan(engine), engine, options, report)
        return FAILED if any(file.refused for file in files) else code


def check(options: Options) -> int:
    """Run the checks of what is selected on what is there."""
    with _reporting(options) as report:
        project = _project(options)
        target = project.target(options.target)
        plan = wanted.read(project, options).checks()
        report.started("check", project.config.name, target, _typed(options))
        with closing(open_engine(target)) as engine:
            return _execute("check", plan, engine, options, report)


def deploy(options: Options, *, account: bool, dry_run: bool) -> int:
    """Apply what the target does not have yet, or say what that would be."""
    with _reporting(options) as report:
        project = _project(options)
        target = project.target(options.target)
        report.started("deploy", project.config.name, target, _typed(options))
        with closing(open_engine(target)) as engine:
            done = _deploy(project, engine, report, account=account, dry_run=dry_run)
            report.deployed(done, dry_run=dry_run)
    return DONE


def ingest(options: Options) -> int:
    """Load what has landed; a file that is refused is a failure."""
    with _reporting(options) as report:
        project = _project(options)
        target = project.target(options.target)
        read = graph.read(project)
        report.started("ingest", project.config.name, target, _typed(options))
        with closing(open_engine(target)) as engine:
            files = _ingest(read, engine, report)
    return FAILED if any(file.refused for file in files) else DONE


def plan(options: Options) -> int:
    """Print the steps of a build, each with its reason; the ledger tells which batches are due."""
    with _reporting(options):
        project = _project(options)
        target = project.target(options.target)
        asked = wanted.read(project, options)
        with closing(open_engine(target)) if asked.batched else nullcontext() as engine:
            _print_plan(asked.plan(engine), options)
    return DONE


def _print_plan(made: Plan, options: Options) -> None:
    if options.log_format == "json":
        for step in made.steps:
            waits_for = sorted(step.waits_for)
            row = {"node": step.id, "made_as": selectors.kind_name(step.node)}
            click.echo(json.dumps({**row, "reason": step.reason, "waits_for": waits_for}))
    elif made.steps:
        rows = [
            (number, step.id, selectors.kind_name(step.node), step.reason)
            for number, step in enumerate(made.steps, 1)
        ]
        click.echo(tabular.table(["step", "node", "made as", "why"], rows, widest=500))


def _preview(options: Options) -> int:
    """Print the plan and what its snapshots would record; one that would stop is a failure."""
    with _reporting(options) as report:
        project = _project(options)
        target = project.target(options.target)
        asked = wanted.read(project, options)
        report.started("preview", project.config.name, target, _typed(options))
        with closing(open_engine(target)) as opened, interrupts.cancelling(opened) as engine:
            made = asked.plan(engine)
            found = previewing.run(made, engine, datetime.now(UTC))
        _print_plan(made, options)
        if options.log_format == "json":
            for one in found:
                click.echo(json.dumps(asdict(one), default=as_json))
        elif found:
            click.echo(f"\n{previews.text(found)}")
        report.note("nothing was deployed, loaded, built or written")
    return FAILED if any(one.message for one in found) else DONE


def compile_(options: Options, output: Path | None) -> int:
    """Print what each step would execute, or write a file for each into a folder."""
    with _reporting(options):
        project = _project(options)
        project.target(options.target)
        steps = wanted.read(project, replace(options, force=True)).plan(None).steps
        for step in steps:
            text = compilation.text(step)
            if output is None:
                click.echo(text)
            else:
                _write(output / step.node.path, text)
        if output is not None:
            click.echo(f"wrote {len(steps)} files into {output}", err=True)
    return DONE


def ls(options: Options) -> int:
    """Print the selected nodes in the order of the graph."""
    with _reporting(options):
        project = _project(options)
        project.target(options.target)
        asked = wanted.read(project, options)
        every = asked.graph
        for node in (every.nodes[id_] for id_ in every.order if id_ in asked.selection):
            if options.log_format == "json":
                row = {"node": node.id, "made_as": selectors.kind_name(node), "path": node.path}
                tags = list(selectors.tags(node))
                click.echo(json.dumps({**row, "tags": tags, "description": node.description}))
            else:
                click.echo(node.id)
    return DONE


def rollback(options: Options, batch: datetime | None, invocation: str, *, dry_run: bool) -> int:
    """Show what the batches hold and, unless it is a dry run, take them out."""
    with _reporting(options) as report:
        which = rolling_back.Which(batch, options.window, invocation)
        if not options.select:
            raise UsageError("say which models", "for example: -s fact_sales")
        project = _project(options)
        target = project.target(options.target)
        asked = wanted.read(project, options)
        report.started("rollback", project.config.name, target, _typed(options))
        began = _invocation("rollback", target, options)
        with closing(open_engine(target)) as opened, interrupts.cancelling(opened) as engine:
            done = rolling_back.carry_out(engine, asked.batched, which, began, dry_run=dry_run)
        _show_rollback(done, options)
        if not dry_run:
            for text in rolling_back.advice(asked.graph, done):
                report.note(text)
    return DONE


def verify(options: Options, batches: int) -> int:
    """Compare increments with full builds, in a scratch database, and print the verdicts."""
    with _reporting(options) as report:
        project = _project(options)
        target = project.target(options.target)
        asked = wanted.read(project, options)
        report.started("verify", project.config.name, target, _typed(options))
        threads = _threads(options, target)
        order = verification.Order(
            project, asked.graph, asked.selection, target.name, batches, threads
        )
        found = verification.run(order, report.note)
        if options.log_format == "json":
            for verdict in verdicts.objects(found):
                click.echo(json.dumps(verdict, default=as_json))
        else:
            click.echo(verdicts.text(found))
        for note in found.notes:
            report.note(note)
    return DONE if found.ok else FAILED


def query(options: Options, sql: str | None, format_: str) -> int:
    """Run the statements one after the other and print what each returns."""
    with _reporting(options):
        target = _project(options).target(options.target)
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
    with _reporting(options):
        rows = [
            ("runner", __version__),
            ("python", f"{platform.python_version()} ({sys.executable})"),
        ]
        rows += [(package, version(package)) for package in PACKAGES]
        click.echo(_labelled(rows))
        project = _project(options)
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
    with _reporting(Options()):
        written = starter.write(directory)
        where = "" if directory == Path() else f"cd {shlex.quote(str(directory))} && "
        click.echo(f"wrote {len(written)} files; next: {where}runner build", err=True)
    return DONE


# --- steps that commands share


@contextmanager
def _reporting(options: Options) -> Iterator[Reporter]:
    """The reporter, which is also told of the error that ends a command."""
    report = reporter(options.log_format)
    try:
        yield report
    except (KeyboardInterrupt, Cancelled):
        report.error(RunnerError("stopped", "what was done before stays done; run it again"))
        sys.exit(FAILED)
    except RunnerError as error:
        report.error(error)
        sys.exit(error.exit_code)


def _project(options: Options) -> Project:
    """The project in the folder or in the nearest one above it."""
    start = options.project_dir.resolve()
    for folder in (start, *start.parents):
        if (folder / projects.CONFIG).is_file():
            return projects.load(folder)
    raise UsageError(
        f"there is no {projects.CONFIG} in {start} or above it",
        "`runner init` makes a project; --project-dir points to one",
    )


def _deploy(
    project: Project,
    engine: Engine,
    report: Reporter,
    *,
    account: bool = False,
    dry_run: bool = False,
) -> tuple[Deployed, ...]:
    with interrupts.cancelling(engine) as opened:
        return migrations.deploy(
            project, opened, opened.target, account=account, dry_run=dry_run, warn=report.note
        )


def _ingest(read: Graph, engine: Engine, report: Reporter) -> tuple[Loaded, ...]:
    with interrupts.cancelling(engine) as opened:
        files = ingestion.run(opened, read.catalog, report.note)
    report.loaded(files)
    return files


def _execute(command: str, plan: Plan, engine: Engine, options: Options, report: Reporter) -> int:
    target = engine.target
    limits = executor.Limits(_threads(options, target), options.fail_fast, options.store_failures)
    report.planned(plan, limits.threads)
    invocation = _invocation(command, target, options)
    run = executor.run(plan, engine, invocation, limits, report.event)
    report.finished(run)
    return DONE if run.ok else FAILED


def _invocation(command: str, target: Target, options: Options) -> Invocation:
    return Invocation(
        id=str(uuid.uuid4()),
        command=command,
        target=target.name,
        database=target.database,
        started_at=datetime.now(UTC),
        version=__version__,
        selection=_selection(options),
        full_refresh=options.full_refresh,
    )


def _show_rollback(done: Sequence[TakenOut], options: Options) -> None:
    if options.log_format == "json":
        for one in done:
            row = {"node": one.model.id, "batch": one.batch, "rows": one.rows}
            click.echo(json.dumps(row))
    elif done:
        rows = [(one.model.id, one.batch, one.rows) for one in done]
        click.echo(tabular.table(["node", "batch", "rows"], rows))


def _threads(options: Options, target: Target) -> int:
    return options.threads or int(target.options.get("threads", 4))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RunnerError(f"{error.filename}: {error.strerror}") from None


def _typed(options: Options) -> str:
    """The options that lead to the same project and target, for a command that we suggest."""
    words = [] if options.project_dir == Path() else ["--project-dir", str(options.project_dir)]
    words += ["-t", options.target] if options.target else []
    return "".join(f" {shlex.quote(word)}" for word in words)


def _selection(options: Options) -> str:
    """What was selected, as typed."""
    words = [f"--select {text}" for text in options.select]
    return " ".join(words + [f"--exclude {text}" for text in options.exclude])


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
