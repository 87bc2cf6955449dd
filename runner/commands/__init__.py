"""What each command does, as a list of steps one can read from top to bottom.

Every function returns the exit code. A `RunnerError` is reported in one place and ends the process
with its own code.
"""

from runner.commands.looking import compile_, debug, init, ls, plan, query
from runner.commands.running import build, check, deploy, ingest, rollback, verify

__all__ = [
    "build",
    "check",
    "compile_",
    "debug",
    "deploy",
    "ingest",
    "init",
    "ls",
    "plan",
    "query",
    "rollback",
    "verify",
]
