"""The command line: parse, call one function of `runner.commands`, exit with what it returns."""

from __future__ import annotations

import errno
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from functools import reduce
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, TypeVar

import click

from runner import __version__
from runner.errors import RunnerError, bug_report
from runner.leaving import at_once
from runner.options import Options

EXIT_CODES = (
    "Exit codes: 0 done; 1 a node, check, script or file failed, or the run was stopped; "
    "2 wrong usage or an invalid project."
)

_DISK_FAULTS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])

SHARED = {
    "project_dir": click.option(
        "--project-dir",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=".",
        envvar="RUNNER_PROJECT_DIR",
        help="The project's folder, or one inside it.  [default: here]",
    ),
    "target": click.option(
        "-t", "--target", envvar="RUNNER_TARGET", help="Where to build: a target of runner.toml."
    ),
    "database": click.option(
        "--database",
        envvar="RUNNER_DATABASE",
        metavar="NAME",
        help="Another database than the target's, with all else as the target says.",
    ),
    "threads": click.option(
        "--threads", type=click.IntRange(1), help="How many nodes run at the same time."
    ),
    "select": click.option(
        "-s",
        "--select",
        multiple=True,
        metavar="SELECTOR",
        help='What to take, for example "+fct_sales tag:daily path:models/retail". '
        "Space: or. Comma: and. +name: and all above. name+: and all below.",
    ),
    "exclude": click.option(
        "--exclude", multiple=True, metavar="SELECTOR", help="What to leave out of that."
    ),
    "full_refresh": click.option(
        "-f", "--full-refresh", is_flag=True, help="Build incremental models anew."
    ),
    "everything": click.option(
        "--all", "everything", is_flag=True, help="Build what is up to date as well."
    ),
    "batch_start": click.option(
        "--batch-start",
        type=MOMENT,
        help="With --batch-end: the batches of this time (UTC) and no others.",
    ),
    "batch_end": click.option(
        "--batch-end", type=MOMENT, help="Where that time ends; the end is not part of it."
    ),
    "force": click.option(
        "--force", is_flag=True, help="Let --full-refresh throw away the histories of snapshots."
    ),
    "fail_fast": click.option(
        "-x", "--fail-fast", is_flag=True, help="Stop everything at the first failure."
    ),
    "store_failures": click.option(
        "--store-failures",
        is_flag=True,
        help="Keep the rows that violate checks, a table for each check in the schema runner.",
    ),
    "wait": click.option(
        "--wait", is_flag=True, help="Wait while another run changes the database."
    ),
    "log_format": click.option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        default="text",
        envvar="RUNNER_LOG_FORMAT",
        help="text for people on stderr, or one JSON object per event on stdout.",
    ),
}
PROJECT = ("project_dir", "target", "database")
SELECTION = ("select", "exclude")
BATCHES = ("batch_start", "batch_end")
RUN = (*PROJECT, *SELECTION, "threads", "fail_fast", "store_failures", "log_format")

Function = TypeVar("Function", bound=Callable[..., Any])


def shared(*names: str) -> Callable[[Function], Function]:
    """Give a command some of the shared options."""

    def decorate(function: Function) -> Function:
        return reduce(lambda decorated, name: SHARED[name](decorated), reversed(names), function)

    return decorate


def _commands() -> ModuleType:
    """Imported when a command runs, so that `runner --help` waits for nothing."""
    with at_once():
        from runner import commands  # noqa: PLC0415

    return commands


class _InOrder(click.Group):
    """Lists its commands as they stand in this file: in the order in which one needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)


@click.group(
    cls=_InOrder,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", prog_name="runner", message="%(prog)s %(version)s")
def cli() -> None:
    """Build a Snowflake warehouse from a folder of plain SQL."""


@cli.command(epilog=EXIT_CODES)
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), default=".")
def init(directory: Path) -> None:
    """Write a small project to DIRECTORY; it builds at once."""
    sys.exit(_commands().init(directory))


@cli.command(epilog=EXIT_CODES)
@shared(*PROJECT)
def debug(**options: Any) -> None:
    """Show what is configured, and whether the target can be reached."""
    sys.exit(_commands().debug(Options(**options)))


@cli.command(epilog=EXIT_CODES)
@shared(*PROJECT, *SELECTION, "log_format")
def ls(**options: Any) -> None:
    """List the selected models, snapshots and checks, one per line."""
    sys.exit(_commands().ls(Options(**options)))


@cli.command(name="compile", epilog=EXIT_CODES)
@shared(*PROJECT, *SELECTION, "full_refresh")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write one file for each node into this folder.",
)
def compile_(output: Path | None, **options: Any) -> None:
    """Print the Snowflake statements that build each node."""
    sys.exit(_commands().compile_(Options(**options), output))


@cli.command(epilog=EXIT_CODES)
@shared(*PROJECT, *SELECTION, "everything", "full_refresh", "force", *BATCHES, "log_format")
@click.option("--json", is_flag=True, help="The same as --log-format json.")
def plan(json: bool, **options: Any) -> None:
    """Show what a build would do, step by step, and why."""
    if json:
        options["log_format"] = "json"
    sys.exit(_commands().plan(Options(**options)))


@cli.command(epilog=EXIT_CODES)
@shared(*PROJECT, "wait", "log_format")
@click.option("--account", is_flag=True, help="Deploy migrations/account/, once per account.")
@click.option("--dry-run", is_flag=True, help="Only say which scripts would be applied.")
def deploy(account: bool, dry_run: bool, **options: Any) -> None:
    """Apply the migrations that the target does not have yet."""
    sys.exit(_commands().deploy(Options(**options), account=account, dry_run=dry_run))


@cli.command(epilog=EXIT_CODES)
@shared(*PROJECT, "log_format")
def ingest(**options: Any) -> None:
    """Load the files that have landed, and show what came in."""
    sys.exit(_commands().ingest(Options(**options)))


@cli.command(epilog=EXIT_CODES)
@shared(*RUN, "everything", "full_refresh", "force", *BATCHES, "wait")
@click.option(
    "--preview",
    is_flag=True,
    help="Show the plan and what snapshots would record, by what is there now; write nothing.",
)
@click.option(
    "--state-reset", is_flag=True, help="Forget first what is remembered of the selected nodes."
)
@click.option("--no-deploy", is_flag=True, help="Leave the migrations alone.")
@click.option("--no-ingest", is_flag=True, help="Load no files.")
def build(no_deploy: bool, no_ingest: bool, **options: Any) -> None:
    """Build, check and publish what is selected and out of date.

    Nodes are built in the order of the graph, as many at a time as there are threads. What fails
    its checks is not published, and what depends on it is skipped; the rest goes on.
    On targets that say so (`before_build` in runner.toml), migrations are deployed and files
    loaded first.
    """
    skipped = {"deploy": no_deploy, "ingest": no_ingest}
    without = frozenset(name for name, is_skipped in skipped.items() if is_skipped)
    sys.exit(_commands().build(Options(**options), without=without))


@cli.command(epilog=EXIT_CODES)
@shared(*PROJECT, "threads", "fail_fast", "store_failures", "wait", "log_format")
def retry(**options: Any) -> None:
    """Do again what the last run did not bring to an end.

    These are the nodes of the last build or check in the target that failed, were skipped or
    stopped, with the selection, --full-refresh and batches of that run. Migrations are deployed
    first where the target says so, since one of them may be the remedy; files are not loaded.
    """
    sys.exit(_commands().retry(Options(**options)))


@cli.command(epilog=EXIT_CODES)
@shared(*PROJECT, *SELECTION, *BATCHES, "wait", "log_format")
@click.option("--batch", type=MOMENT, help="Take out the batch that holds this day or time (UTC).")
@click.option("--invocation", default="", help="Take out what this run wrote (runner.batches).")
@click.option("--dry-run", is_flag=True, help="Only show what would be taken out.")
def rollback(batch: datetime | None, invocation: str, dry_run: bool, **options: Any) -> None:
    """Take batches out of models that have @batch; the next build does them again."""
    chosen = Options(**options)
    sys.exit(_commands().rollback(chosen, batch, invocation, dry_run=dry_run))


@cli.command(epilog=EXIT_CODES)
@shared(*RUN)
def check(**options: Any) -> None:
    """Run the checks on what is there; nothing is built."""
    sys.exit(_commands().check(Options(**options)))


@cli.command(epilog=EXIT_CODES)
@shared(*PROJECT, *SELECTION, "threads", "log_format")
@click.option(
    "--batches",
    type=click.IntRange(2),
    default=3,
    show_default=True,
    help="In how many batches the data arrive.",
)
def verify(batches: int, **options: Any) -> None:
    """Prove that increments equal full builds, and that histories are sound.

    The raw tables' rows are copied from the target into a scratch database of the embedded engine,
    where they arrive batch by batch: in order, late, and once more. The target is only read.
    """
    sys.exit(_commands().verify(Options(**options), batches))


@cli.command(epilog=EXIT_CODES)
@shared(*PROJECT, "log_format")
@click.option("--to", metavar="NAME", help="Make this database as a clone of the target's.")
@click.option("--replace", is_flag=True, help="Make it anew if it is a clone that is there.")
@click.option("--drop", metavar="NAME", help="Drop this clone, if it is there.")
def clone(to: str | None, replace: bool, drop: str | None, **options: Any) -> None:
    """Clone the target's database, with what the state remembers of it.

    A build in the clone builds what the project's files say otherwise than the origin, and loads
    nothing. Only what this command made is replaced or dropped.
    """
    commands = _commands()
    sys.exit(commands.clone(Options(**options), commands.Clone(to, replace, drop)))


@cli.command(epilog=EXIT_CODES)
@click.argument("before")
@click.argument("after", required=False)
@shared(*PROJECT, *SELECTION, "threads")
@click.option(
    "--all", "every_row", is_flag=True, help="Compare rows also where nothing should differ."
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 when something differs.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    show_default=True,
    help="How it is written to stdout; markdown is short enough for a comment on GitHub.",
)
def diff(
    before: str, after: str | None, every_row: bool, exit_code: bool, format_: str, **options: Any
) -> None:
    """Compare two databases of the target: relations, columns and rows.

    AFTER is the target's own database unless it is given. Rows are told apart by the project's
    keys (@unique_key, @unique); without a key they are only added or removed.
    """
    commands = _commands()
    asked = commands.Diff(before, after, every_row, exit_code, format_)
    sys.exit(commands.diff(Options(**options), asked))


@cli.command(epilog=EXIT_CODES)
@shared(*PROJECT, "wait", "log_format")
@click.option("--yes", is_flag=True, help="Drop without asking.")
@click.option("--force", is_flag=True, help="Drop the histories of snapshots and archives too.")
def clean(yes: bool, force: bool, **options: Any) -> None:
    """Drop relations that runs have built and no file builds any more.

    They are listed first; without --yes and without a terminal to ask at, that is all, and the exit
    code is 1 when there are any.
    """
    commands = _commands()
    sys.exit(commands.clean(Options(**options), commands.Clean(yes, force)))


class _WithSql(click.Command):
    """A command whose argument may begin with a comment, which is no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        sql = [arg for arg in args if arg.startswith("--") and len(arg.split()) > 1]
        rest = [arg for arg in args if arg not in sql]
        return super().parse_args(ctx, [*rest, "--", *sql] if sql else args)


@cli.command(cls=_WithSql, epilog=EXIT_CODES)
@click.argument("sql", required=False)
@shared(*PROJECT)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How rows are written to stdout.",
)
def query(sql: str | None, format_: str, **options: Any) -> None:
    """Run SQL and print its rows.

    The SQL is the argument or comes from standard input. Semicolons separate several statements.
    """
    sys.exit(_commands().query(Options(**options), sql, format_))


def main() -> None:
    """The console command. Whatever goes wrong, a reader gets a message and not a traceback."""
    sys.excepthook = _report_a_bug
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended as by Ctrl-C
    try:
        cli(prog_name="runner")
    except RunnerError as error:
        _fail(error)
    except OSError as error:
        if error.errno not in _DISK_FAULTS:
            raise
        where = error.filename or "what it has to say cannot be written"
        _fail(RunnerError(f"{where}: {error.strerror}", "make room and run it again"))
    except UnicodeEncodeError as error:
        character = error.object[error.start]
        message = f"the output's encoding, {error.encoding}, has no {character!r}"
        _fail(RunnerError(message, "set PYTHONUTF8=1 and run it again"))


def _fail(error: RunnerError) -> None:
    click.echo(f"{click.style('error:', fg='red')} {error}", err=True)
    sys.exit(error.exit_code)


def _report_a_bug(
    _kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
) -> None:
    is_stop = isinstance(error, KeyboardInterrupt)  # a second one, while the first is answered
    click.echo(f"error: {'stopped' if is_stop else bug_report(error)}", err=True)
