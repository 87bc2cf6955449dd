"""What can go wrong, as one small family of exceptions.

Every error says where it happened, what is wrong and what to do next. The command line prints
`str(error)` and exits with `error.exit_code`; nothing else decides how a failure looks.
"""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass
from pathlib import Path

DONE, FAILED, INVALID = 0, 1, 2
DOES_NOT_EXIST = 2003  # Snowflake's error number of an object that is not there, or not to be seen


@dataclass(frozen=True, order=True)
class Problem:
    """One finding in a user's file: `path:line: message`, then the hint on a line of its own.

    `line` counts from 1; 0 means the file as a whole.
    """

    path: str
    line: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        hint = f"\n  {self.hint}" if self.hint else ""
        return f"{where}: {self.message}{hint}" if where else f"{self.message}{hint}"


class RunnerError(Exception):
    """The root of the family. `hint` is the next step for the reader."""

    exit_code = FAILED

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


def bug_report(error: BaseException) -> str:
    """What to tell of an error that nobody expected; with RUNNER_DEBUG=1, where it comes from."""
    if os.environ.get("RUNNER_DEBUG", "") not in {"", "0"}:
        return "the runner has a bug:\n" + "".join(traceback.format_exception(error)).rstrip()
    return (
        f"the runner has a bug: {type(error).__name__}: {error}\n"
        "  RUNNER_DEBUG=1 shows where; please report it with that output"
    )


class UsageError(RunnerError):
    """A wrong flag, an unknown target, a selector that names nothing."""

    exit_code = INVALID


class ProjectError(RunnerError):
    """The project cannot be read; carries every problem found, in file order."""

    exit_code = INVALID

    def __init__(self, problems: list[Problem] | tuple[Problem, ...]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def at(cls, path: str | Path, line: int, message: str, hint: str = "") -> ProjectError:
        return cls([Problem(str(path), line, message, hint)])


class Located(RunnerError):
    """A failure whose message begins with the place that it comes from, in the file `path`."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


class NotThere(RunnerError):
    """A relation that a step needs does not exist, or not any more."""


class EngineError(RunnerError):
    """A statement failed in the database.

    `code` is Snowflake's error number where it is known (2003: object does not exist, 1003:
    syntax), `sqlstate` its SQL state, `sql` the statement as it was given to the engine.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        code: int | None = None,
        sqlstate: str | None = None,
        sql: str = "",
    ) -> None:
        super().__init__(message, hint)
        self.code = code
        self.sqlstate = sqlstate
        self.sql = sql


class Unsupported(EngineError):
    """The embedded engine refuses a construct rather than give a different answer.

    `construct` names it in Snowflake's words, for example `"MATCH_RECOGNIZE"`.
    """

    def __init__(self, construct: str, hint: str = "", *, sql: str = "") -> None:
        super().__init__(f"{construct} is not supported by the embedded engine", hint, sql=sql)
        self.construct = construct


class MachineFailed(EngineError):
    """The disk is full, the memory is, a file cannot be written: a statement that is as it should
    be cannot be executed."""


class ConnectionFailed(MachineFailed):
    """The database cannot be reached or opened: a dead server, a locked file, a read-only one."""


class Occupied(ConnectionFailed):
    """Another process has the database open, and it lets in one at a time."""


class Cancelled(EngineError):
    """The statement was interrupted by its user."""


class ScriptStopped(Cancelled):
    """A script of a deployment was interrupted by its user."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"stopped in {path}",
            "the scripts before it are deployed; deploy again, and it runs from its top",
        )
