"""What the commands share: the project, the reporter, what was typed."""

from __future__ import annotations

import shlex
import sys
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from runner import __version__, locking, retrying, wanted
from runner import project as projects
from runner.engines import Engine, Target
from runner.errors import FAILED, Cancelled, RunnerError, ScriptStopped, UsageError
from runner.options import Options
from runner.project import Project
from runner.reporting import artifacts
from runner.reporting.artifacts import Place
from runner.reporting.report import Reporter, reporter
from runner.results import Invocation
from runner.wanted import Wanted


@contextmanager
def reporting(options: Options) -> Iterator[Reporter]:
    """The reporter, which is also told of the error that ends a command."""
    report = reporter(options.log_format)
    try:
        yield report
    except (KeyboardInterrupt, Cancelled) as stop:
        stopped = RunnerError("stopped", "what was done before stays done; run it again")
        report.error(stop if isinstance(stop, ScriptStopped) else stopped)
        sys.exit(FAILED)
    except RunnerError as error:
        report.error(error)
        sys.exit(error.exit_code)


def load(options: Options) -> Project:
    """The project in the folder or in the nearest one above it, its target on the database that
    was typed."""
    start = options.project_dir.resolve()
    for folder in (start, *start.parents):
        if (folder / projects.CONFIG).is_file():
            found = projects.load(folder)
            database = options.database
            return found if database is None else found.on(database, options.target)
    raise UsageError(
        f"there is no {projects.CONFIG} in {start} or above it",
        "`runner init` makes a project; --project-dir points to one",
    )


def place(project: Project, target: Target) -> Place:
    """Where the artifacts of a project go, and what they are about."""
    return Place(project.config.name, target.database, project.artifacts)


def selected(
    project: Project,
    options: Options,
    report: Reporter,
    before: Collection[str] | None = None,
) -> Wanted:
    """What the options ask for, as `wanted.read` has it; the project's manifest is written."""
    asked = wanted.read(project, options, report.note, before)
    where = place(project, project.target(options.target))
    artifacts.write_manifest(where, asked.graph, report.note)
    return asked


@contextmanager
def changing(
    target: Target, invocation: Invocation, options: Options, report: Reporter
) -> Iterator[Engine]:
    """The engine of a target whose database no other run changes meanwhile."""
    with (
        locking.opened(target, report.note, wait=options.wait) as opened,
        locking.held(opened, invocation, report.note, wait=options.wait) as engine,
    ):
        yield engine


def begun(command: str, target: Target, options: Options) -> Invocation:
    """A run of a command, which begins now."""
    return Invocation(
        id=str(uuid.uuid4()),
        command=command,
        target=target.name,
        database=target.database,
        started_at=datetime.now(UTC),
        version=__version__,
        selection=options.selection,
        full_refresh=options.full_refresh,
        options=retrying.remembered(options, is_check=command == "check"),
    )


def threads(options: Options, target: Target) -> int:
    """How many nodes run at the same time: as typed, or as the target says."""
    return options.threads or int(target.options.get("threads", 4))


def typed(options: Options) -> str:
    """The options that lead to the same project and target, for a command that we suggest."""
    words = [] if options.project_dir == Path() else ["--project-dir", str(options.project_dir)]
    words += ["-t", options.target] if options.target else []
    words += ["--database", options.database] if options.database else []
    return "".join(f" {shlex.quote(word)}" for word in words)
