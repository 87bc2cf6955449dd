"""What each command does, as a list of steps one can read from top to bottom.

Every function returns the exit code. A `RunnerError` is reported in one place and ends the process
with its own code. A command's module is imported when the command runs, and no other: none waits
for what only another needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = {
    "build": "running",
    "Diff": "environments",
    "Clean": "environments",
    "check": "running",
    "clean": "environments",
    "Clone": "environments",
    "clone": "environments",
    "compile_": "looking",
    "debug": "looking",
    "deploy": "running",
    "diff": "environments",
    "ingest": "running",
    "init": "looking",
    "ls": "listing",
    "plan": "looking",
    "query": "looking",
    "retry": "running",
    "rollback": "running",
    "verify": "proving",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
