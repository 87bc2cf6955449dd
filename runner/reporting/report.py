"""What a person or a program reads about a run, as it goes on.

Text goes to stderr: a line for each finished node, what failed at the end, and the next step. With
`--log-format json` the same events go to stdout, one JSON object on each line, each with `event`
and `at`: started, deployed, loaded, planned, node_started, node_finished, stopping, finished, note,
error.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from runner.engines import Target
from runner.errors import ProjectError, RunnerError
from runner.executing.events import Event, Finished, Started, Stopping
from runner.plan import Plan
from runner.reporting import plans, sentences
from runner.results import BAD, Deployed, Loaded, RunResult, Status

if TYPE_CHECKING:
    from runner.reporting.progress import Progress

# Characters of a node's line beside its name and the two numbers of its place: `/  ok     `,
# `      0.05 s  ` and a word or two about what was done.
BESIDE_NAMES = 42
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")


class Reporter(Protocol):
    """Is told what happens, in order."""

    def started(self, command: str, project: str, target: Target, typed: str) -> None:
        """`typed` are the options that lead to the same project and target: ` -t prod`."""
        ...

    def deployed(self, scripts: Sequence[Deployed], *, dry_run: bool) -> None: ...

    def loaded(self, files: Sequence[Loaded]) -> None: ...

    def planned(self, plan: Plan, threads: int) -> None: ...

    def event(self, event: Event) -> None: ...

    def finished(self, run: RunResult) -> None: ...

    def note(self, text: str) -> None:
        """Something that a reader should know and that fails nothing."""
        ...

    def error(self, error: RunnerError) -> None: ...


def reporter(log_format: str) -> Reporter:
    """The reporter for `--log-format`."""
    return Json() if log_format == "json" else Text()


class Text:
    """Lines for people on stderr; what runs now at the foot of a terminal."""

    def __init__(self) -> None:
        self._root = Path()
        self._typed = ""
        self._place = 0
        self._total = 0
        self._width = 0
        self._progress: Progress | None = None

    def started(self, command: str, project: str, target: Target, typed: str) -> None:
        self._root = target.project_dir
        self._typed = typed
        self._say(f"{command} {project} on {target.name} ({target.engine}, {target.database})")

    def deployed(self, scripts: Sequence[Deployed], *, dry_run: bool) -> None:
        self._say(sentences.deployed(scripts, dry_run=dry_run))

    def loaded(self, files: Sequence[Loaded]) -> None:
        self._say(sentences.loaded(files))

    def planned(self, plan: Plan, threads: int) -> None:
        self._total = len(plan.steps)
        self._width = _names_width(plan)
        many = f"; {sentences.counted(threads, 'thread')}" if plan.steps else ""
        self._say("\n".join(filter(None, (f"{plans.summary(plan)}{many}", plans.heads(plan)))))
        if self._total and sys.stderr.isatty():
            from runner.reporting.progress import Progress  # noqa: PLC0415  (rich is slow to import)

            self._progress = Progress(self._total)

    def event(self, event: Event) -> None:
        match event:
            case Started(step) if self._progress:
                self._progress.started(step.id)
            case Finished(result):
                self._place += 1
                line = sentences.node_line(result, self._place, self._total, self._width)
                if self._progress:
                    self._progress.finished(result.node, line)
                else:
                    self._say(line)
            case Stopping(reason, running):
                self._say(sentences.stopping(reason, running))

    def finished(self, run: RunResult) -> None:
        self._end_progress()
        found = sentences.findings(run, _queries(run, self._root, self._typed))
        lines = [f"\n{found}\n"] if found else []
        lines += [f"note: {text}" for text in run.notes]
        lines.append(sentences.summary(run))
        if run.interrupted:
            lines.append(sentences.published(run))
        lines.append(sentences.next_step(run, self._typed))
        self._say("\n".join(line for line in lines if line))

    def note(self, text: str) -> None:
        self._say(f"{click.style('note:', fg='yellow')} {text}")

    def error(self, error: RunnerError) -> None:
        self._end_progress()
        self._say(f"{click.style('error:', fg='red', bold=True)} {error}")

    def _say(self, text: str) -> None:
        if self._progress:
            self._progress.say(text)
        else:
            click.echo(text, err=True, color=colour())

    def _end_progress(self) -> None:
        if self._progress:
            self._progress.close()
            self._progress = None


class Json:
    """One JSON object for each event, on stdout."""

    def started(self, command: str, project: str, target: Target, typed: str) -> None:  # noqa: ARG002
        self._emit(
            "started",
            command=command,
            project=project,
            target=target.name,
            engine=target.engine,
            database=target.database,
        )

    def deployed(self, scripts: Sequence[Deployed], *, dry_run: bool) -> None:
        self._emit("deployed", dry_run=dry_run, scripts=[asdict(script) for script in scripts])

    def loaded(self, files: Sequence[Loaded]) -> None:
        self._emit("loaded", files=[asdict(file) for file in files])

    def planned(self, plan: Plan, threads: int) -> None:
        nodes = list(plans.objects(plan))
        self._emit(
            "planned", steps=len(plan.steps), idle=len(plan.idle), threads=threads, nodes=nodes
        )

    def event(self, event: Event) -> None:
        match event:
            case Started(step):
                self._emit("node_started", node=step.id, reason=step.reason)
            case Finished(result):
                self._emit("node_finished", **asdict(result))
            case Stopping(reason, running):
                self._emit("stopping", reason=reason, running=running)

    def finished(self, run: RunResult) -> None:
        counts = {status.value: 0 for status in Status}
        for node in run.nodes:
            counts[node.status.value] += 1
        self._emit(
            "finished",
            invocation=run.invocation.id,
            ok=run.ok,
            interrupted=run.interrupted,
            seconds=run.seconds,
            counts=counts,
            notes=run.notes,
        )

    def note(self, text: str) -> None:
        self._emit("note", message=text)

    def error(self, error: RunnerError) -> None:
        problems = error.problems if isinstance(error, ProjectError) else ()
        self._emit(
            "error",
            message=error.message,
            hint=error.hint,
            exit_code=error.exit_code,
            problems=[asdict(problem) for problem in problems],
        )

    def _emit(self, event: str, **values: Any) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        values = {name: finite(value) for name, value in values.items()}
        click.echo(json.dumps({"event": event, "at": at, **values}, default=as_json))


def as_json(value: object) -> str:
    """A value that JSON has no type for; a moment as in `at`, bytes as Snowflake shows them."""
    if isinstance(value, bytes | bytearray):
        return value.hex().upper()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def finite(value: Any) -> Any:
    """The value with `nan` and `inf` as texts, which JSON has no numbers for."""
    match value:
        case float():
            return value if isfinite(value) else str(value)
        case dict():
            return {key: finite(item) for key, item in value.items()}
        case list() | tuple():
            return [finite(item) for item in value]
    return value


def colour() -> bool | None:
    """What `click.echo` is to do about colours: none with NO_COLOR, else as the stream allows."""
    return False if os.environ.get("NO_COLOR") else None


def _names_width(plan: Plan) -> int:
    """The characters that names are padded to, so that most lines fit into a terminal's width."""
    longest = max((len(step.id) for step in plan.steps), default=0)
    if not sys.stderr.isatty():
        return min(longest, 60)
    columns = shutil.get_terminal_size().columns
    return min(longest, 60, max(columns - 2 * len(str(len(plan.steps))) - BESIDE_NAMES, 0))


def _queries(run: RunResult, root: Path, typed: str) -> dict[tuple[str, str], str]:
    """For each check that found something, the command that shows all of it.

    A query that is too long for a line is written to `target/violations/`.
    """
    commands = {}
    for node in run.nodes:
        for check in node.checks:
            if check.query and check.status in BAD | {Status.WARN}:
                command = sentences.query_command(check.query, typed)
                file = _UNSAFE.sub("_", f"{check.node}.{check.name}") + ".sql"
                if not command:
                    path = root / "target" / "violations" / file
                    command = f"runner query{typed} {_written(check.query, path)}"
                commands[check.node, check.name] = command
    return commands


def _written(query: str, path: Path) -> str:
    """Where a command finds the query: `< target/violations/….sql`, or its text if need be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(query + "\n", encoding="utf-8")
    except OSError:
        return shlex.quote(query)
    here = Path.cwd()
    return f"< {path.relative_to(here) if path.is_relative_to(here) else path}"
