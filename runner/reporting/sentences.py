"""Results as text for people: pure functions, no terminal.

Words that carry a colour on a terminal go through `paint`, which `click.echo` takes away again
where there is none.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from textwrap import indent

import click

from runner.executing.events import INTERRUPTED
from runner.reporting import tabular
from runner.results import BAD, CheckResult, Deployed, Loaded, NodeResult, RunResult, Status

WORDS = {
    Status.SUCCESS: "ok",
    Status.WARN: "warn",
    Status.FAIL: "FAIL",
    Status.ERROR: "ERROR",
    Status.SKIPPED: "skip",
    Status.FRESH: "fresh",
}
COLOURS = {
    Status.SUCCESS: "green",
    Status.WARN: "yellow",
    Status.FAIL: "red",
    Status.ERROR: "red",
    Status.SKIPPED: "cyan",
    Status.FRESH: "cyan",
}
MOST_NAMED = 5  # nodes, or files, of a command that we suggest
MOST_FILES = 25  # that are listed one by one
LONGEST_INLINE = 100  # characters of a query that fit into a line


def paint(status: Status, width: int = 0) -> str:
    return click.style(WORDS[status].ljust(width), fg=COLOURS[status], bold=status in BAD)


def duration(seconds: float) -> str:
    """`0.12 s`, `2 m 05 s`, `1 h 02 m`."""
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} m" if hours else f"{minutes} m {rest:02} s"


def counted(number: int, word: str) -> str:
    """`1 row`, `1,020 rows`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def node_line(result: NodeResult, place: int, total: int, width: int) -> str:
    """One line for a finished node: place, status, name, seconds, what was done, findings."""
    number = f"{place:>{len(str(total))}}/{total}"
    line = f"{number}  {paint(result.status, 5)}  {result.node:<{width}}"
    if result.status is Status.SKIPPED:
        return f"{line}  {result.message}"
    told = [result.materialized] if result.materialized else []
    told += [counted(result.rows, "row")] if result.rows is not None else []
    told += [f"{result.quarantined:,} quarantined"] if result.quarantined else []
    told += [check.name for check in result.checks if check.status in BAD | {Status.WARN}]
    return f"{line}  {duration(result.seconds):>9}  {', '.join(told)}".rstrip()


def summary(run: RunResult) -> str:
    """The last line: `done in 12.3 s: 20 ok, 1 warn, 1 FAIL, 3 skip`."""
    counts = Counter(node.status for node in run.nodes)
    parts = [f"{counts[status]:,} {paint(status)}" for status in WORDS if counts[status]]
    checks = sum(len(node.checks) for node in run.nodes)
    verb = "stopped after" if run.interrupted else "done in"
    text = f"{run.invocation.command} {verb} {duration(run.seconds)}: "
    text += ", ".join(parts) or "nothing to do"
    text += f"; {counted(checks, 'check')}" if checks else ""
    quarantined = sum(node.quarantined or 0 for node in run.nodes)
    return f"{text}; {counted(quarantined, 'row')} quarantined" if quarantined else text


def findings(run: RunResult, queries: dict[tuple[str, str], str]) -> str:
    """What to look at, the warnings first and the failures last.

    `queries` says for a (node, check) how to see all violations.
    """
    warned = [node for node in run.nodes if node.status is Status.WARN]
    failed = [node for node in run.nodes if node.status in BAD]
    return "\n\n".join(_finding(node, queries) for node in (*warned, *failed))


def _finding(node: NodeResult, queries: dict[tuple[str, str], str]) -> str:
    lines = [f"{paint(node.status, 5)} {click.style(node.node, bold=True)}"]
    lines += [
        indent(_violation(check, node.status, queries.get((check.node, check.name), "")), "  ")
        for check in node.checks
        if check.status in BAD | {Status.WARN}
    ]
    if node.message:
        lines.append(indent(node.message, "  "))
    return "\n".join(lines)


def _violation(check: CheckResult, of_node: Status, query: str) -> str:
    where = f"{check.path}:{check.line}" if check.line else check.path
    status = "" if check.status is of_node else f"{WORDS[check.status]}: "
    lines = [f"{where}: {status}{check.message or check.name}"]
    if check.sample:
        lines.append(indent(tabular.table(check.columns, check.sample, 40), "    "))
    if query and (check.stored or check.failures > len(check.sample)):
        lines.append(f"  see all: {query}")
    return "\n".join(lines)


def query_command(sql: str, typed: str = "") -> str:
    """A query as a shell command; empty when it is too long for a line.

    `typed` are the options that lead to the same target: ` -t prod`.
    """
    line = " ".join(sql.split()) if "--" not in sql and "'" not in sql else sql
    if "\n" in line or len(line) > LONGEST_INLINE:
        return ""
    return f"runner query{typed} {shlex.quote(line)}"


def next_step(run: RunResult, typed: str = "") -> str:
    """What to type after a run that did not go well; empty after one that did."""
    failed = [node for node in run.nodes if node.status in BAD]
    command = f"runner {run.invocation.command}{typed}"
    if run.interrupted:
        return f"next: {command}"
    if not failed:
        return ""
    files = list(dict.fromkeys(node.mend for node in failed if node.mend))
    listed = ", ".join(files) if len(files) <= MOST_NAMED else f"these {len(files)}"
    mend = f"mend {listed}, then: " if files else ""
    if len(failed) > MOST_NAMED:
        return f"next: {mend}{command}"
    names = shlex.quote(" ".join(f"{node.node}+" for node in failed))
    return f"next: {mend}{command} -s {names}"


def stopping(reason: str, running: Sequence[str]) -> str:
    """Why nothing more starts, and what becomes of what runs."""
    text = f"{reason}: cancelling {counted(len(running), 'node')}" if running else reason
    return f"{text}; Ctrl-C again leaves at once" if reason == INTERRUPTED else text


def published(run: RunResult) -> str:
    """After an interruption: what has been published and what has not."""
    done = [node.node for node in run.nodes if node.status in {Status.SUCCESS, Status.WARN}]
    rest = len(run.nodes) - len(done)
    return f"{counted(len(done), 'node')} done and published, {counted(rest, 'node')} not"


def deployed(scripts: Sequence[Deployed], *, dry_run: bool) -> str:
    """One line for each script and a count."""
    if not scripts:
        return "deploy: nothing to deploy"
    verb = "would be deployed" if dry_run else "deployed"
    width = max(len(script.path) for script in scripts)
    lines = [f"deploy: {counted(len(scripts), 'script')} {verb}"]
    for script in scripts:
        seconds = "" if dry_run else f"  {duration(script.seconds):>9}"
        lines.append(f"  {script.path:<{width}}{seconds}".rstrip())
    return "\n".join(lines)


def loaded(files: Sequence[Loaded]) -> str:
    """A table of the files that came in; what could not be loaded stands out."""
    if not files:
        return "ingest: no new files"
    rows = sum(file.rows for file in files)
    text = f"ingest: {counted(len(files), 'file')}, {counted(rows, 'row')}"
    shown = _most_telling(files)
    listed = tabular.table(
        ["file", "table", "status", "rows", "errors"],
        [(file.file, file.table, file.status, file.rows, file.errors) for file in shown],
    )
    lines = [text, indent(listed, "  ")]
    if len(files) > len(shown):
        lines.append(f"  and {len(files) - len(shown):,} more; COPY_HISTORY has all")
    for file in filter(_is_bad, shown):
        place = f"{file.file}:{file.first_error_line}" if file.first_error_line else file.file
        lines.append(f"  {place}: {file.first_error}")
    if any(file.refused for file in files):
        lines.append("  next: mend the file and land it again under a new name; a name loads once")
    return "\n".join(lines)


def _most_telling(files: Sequence[Loaded]) -> list[Loaded]:
    """As many files as are listed, in their order; what could not be loaded comes before what
    was."""
    chosen = sorted(range(len(files)), key=lambda place: not _is_bad(files[place]))[:MOST_FILES]
    return [files[place] for place in sorted(chosen)]


def _is_bad(file: Loaded) -> bool:
    return bool(file.errors) or file.refused
