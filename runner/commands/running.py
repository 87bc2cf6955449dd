"""The commands that change a target, or prove something about it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import closing
from datetime import datetime

import click

from runner import baseline, graph, retrying, state, wanted
from runner import ingest as ingestion
from runner import rollback as rolling_back
from runner.commands.common import (
    begun,
    changing,
    load,
    place,
    reporting,
    selected,
    threads,
    typed,
)
from runner.commands.looking import preview
from runner.deploying import migrations
from runner.engines import Engine, open_engine
from runner.environments import cloning
from runner.errors import DONE, FAILED, UsageError
from runner.executing import executor, interrupts
from runner.generating.work import Run
from runner.graph import Graph
from runner.options import Options
from runner.plan import Plan
from runner.project import Project
from runner.reporting import artifacts, tabular
from runner.reporting.artifacts import Place
from runner.reporting.report import Reporter
from runner.results import Deployed, Invocation, Loaded, RunResult
from runner.rollback import TakenOut
from runner.tracking import Tracker
from runner.wanted import Wanted


def build(options: Options, *, without: Collection[str] = ()) -> int:
    """Deploy and load first where the target says so and `without` does not; then build."""
    if options.preview:
        return preview(options)
    with reporting(options) as report:
        project = load(options)
        target = project.target(options.target)
        asked = selected(project, options, report)
        before = [step for step in target.options.get("before_build", ()) if step not in without]
        report.started("build", project.config.name, target, typed(options))
        files: tuple[Loaded, ...] = ()
        invocation = begun("build", target, options)
        with changing(target, invocation, options, report) as engine:
            if "deploy" in before:
                report.deployed(_deploy(project, engine, report), dry_run=False)
            if "ingest" in before:
                files = _ingest(asked.graph, engine, report)
            if options.state_reset:
                _forget(engine, asked.selection, invocation)
            run = _build(invocation, asked, engine, options, report)
        code = _ended(run, place(project, target), options, report)
        return FAILED if any(file.refused for file in files) else code


def check(options: Options) -> int:
    """Run the checks of what is selected on what is there."""
    with reporting(options) as report:
        project = load(options)
        target = project.target(options.target)
        plan = selected(project, options, report).checks()
        report.started("check", project.config.name, target, typed(options))
        with closing(open_engine(target)) as engine:
            run = _execute(begun("check", target, options), plan, engine, options, report)
        return _ended(run, place(project, target), options, report)


def retry(options: Options) -> int:
    """Do again what the last run did not bring to an end, with the options of that run."""
    with reporting(options) as report:
        project = load(options)
        target = project.target(options.target)
        report.started("retry", project.config.name, target, typed(options))
        invocation = begun("retry", target, options)
        with changing(target, invocation, options, report) as engine:
            with engine.session() as session:
                last = retrying.last(session)
            if last is None or not last.nodes:
                report.note(f"there is nothing to retry: {last or 'no run is recorded'}")
                return DONE
            again = last.again(options)
            asked = selected(project, again, report, last.nodes)
            asked = retrying.only(asked, last.nodes)
            for gone in sorted(last.nodes - asked.selection):
                report.note(f"{gone} is not selected any more")
            invocation = retrying.resumed(invocation, last, again)
            if last.is_check:
                run = _execute(invocation, asked.checks(), engine, again, report)
            else:
                if "deploy" in target.options.get("before_build", ()):
                    report.deployed(_deploy(project, engine, report), dry_run=False)
                run = _build(invocation, asked, engine, again, report)
        return _ended(run, place(project, target), again, report)


def deploy(options: Options, *, account: bool, dry_run: bool) -> int:
    """Apply what the target does not have yet, or say what that would be."""
    with reporting(options) as report:
        project = load(options)
        target = project.target(options.target)
        report.started("deploy", project.config.name, target, typed(options))
        changes = changing(target, begun("deploy", target, options), options, report)
        with closing(open_engine(target)) if dry_run or account else changes as engine:
            done = _deploy(project, engine, report, account=account, dry_run=dry_run)
            report.deployed(done, dry_run=dry_run)
    return DONE


def ingest(options: Options) -> int:
    """Load what has landed; a file that is refused is a failure."""
    with reporting(options) as report:
        project = load(options)
        target = project.target(options.target)
        read = graph.read(project, project.artifacts)
        report.started("ingest", project.config.name, target, typed(options))
        with closing(open_engine(target)) as engine:
            files = _ingest(read, engine, report)
    return FAILED if any(file.refused for file in files) else DONE


def rollback(options: Options, batch: datetime | None, invocation: str, *, dry_run: bool) -> int:
    """Show what the batches hold and, unless it is a dry run, take them out."""
    with reporting(options) as report:
        which = rolling_back.Which(batch, options.window, invocation)
        if not options.select:
            raise UsageError("say which models", "for example: -s fact_sales")
        project = load(options)
        target = project.target(options.target)
        asked = wanted.read(project, options, report.note)
        report.started("rollback", project.config.name, target, typed(options))
        began = begun("rollback", target, options)
        changes = changing(target, began, options, report)
        with (
            closing(open_engine(target)) if dry_run else changes as opened,
            interrupts.cancelling(opened) as engine,
        ):
            done = rolling_back.carry_out(engine, asked.batched, which, began, dry_run=dry_run)
        _show_rollback(done, options)
        if not dry_run:
            for text in rolling_back.advice(asked.graph, done):
                report.note(text)
    return DONE


def _deploy(
    project: Project,
    engine: Engine,
    report: Reporter,
    *,
    account: bool = False,
    dry_run: bool = False,
) -> tuple[Deployed, ...]:
    with interrupts.cancelling(engine) as opened:
        done = migrations.deploy(
            project, opened, opened.target, account=account, dry_run=dry_run, warn=report.note
        )
        if done and not dry_run and _is_clone(opened):
            cloning.pause_pipes(opened, graph.read(project, project.artifacts).catalog.pipes)
    return done


def _ingest(read: Graph, engine: Engine, report: Reporter) -> tuple[Loaded, ...]:
    with interrupts.cancelling(engine) as opened:
        if _is_clone(opened):
            report.note(f"{engine.target.database} is a clone: files are not loaded again")
            return ()
        files = ingestion.run(opened, read.catalog, report.note)
    report.loaded(files)
    return files


def _is_clone(engine: Engine) -> bool:
    with engine.session() as session:
        return baseline.is_clone(session)


def _forget(engine: Engine, ids: Collection[str], invocation: Invocation) -> None:
    with engine.session() as session:
        state.forget(session, ids, Run(invocation.id, invocation.started_at))


def _build(
    invocation: Invocation, asked: Wanted, engine: Engine, options: Options, report: Reporter
) -> RunResult:
    """Build what is out of date by now."""
    known = asked.known(engine)
    plan = asked.plan(engine, known)
    tracker = Tracker(asked.graph, known, invocation.id)
    return _execute(invocation, plan, engine, options, report, tracker)


def _execute(
    invocation: Invocation,
    plan: Plan,
    engine: Engine,
    options: Options,
    report: Reporter,
    tracker: Tracker | None = None,
) -> RunResult:
    many = threads(options, engine.target)
    limits = executor.Limits(many, options.fail_fast, options.store_failures)
    report.planned(plan, limits.threads)
    run = executor.run(plan, engine, invocation, limits, report.event, tracker)
    report.finished(run)
    return run


def _ended(run: RunResult, where: Place, options: Options, report: Reporter) -> int:
    """The exit code of a run, whose results are written to a file."""
    artifacts.write_run_results(where, run, options, report.note)
    return DONE if run.ok else FAILED


def _show_rollback(done: Sequence[TakenOut], options: Options) -> None:
    if options.log_format == "json":
        for one in done:
            row = {"node": one.model.id, "batch": one.batch, "rows": one.rows}
            click.echo(json.dumps(row))
    elif done:
        rows = [(one.model.id, one.batch, one.rows) for one in done]
        click.echo(tabular.table(["node", "batch", "rows"], rows))
