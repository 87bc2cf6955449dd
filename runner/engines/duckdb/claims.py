"""Which process has a folder open, in words, for the one that finds it taken.

DuckDB tells the number of that process. The rest stands in the file `owner` of the folder, written
by whoever opens it and true as long as that process lives.
"""

from __future__ import annotations

import getpass
import json
import os
import platform
import shlex
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

FILE = "owner.json"


def sign(folder: Path) -> None:
    """Say that this process has opened the folder; where that cannot be written, nobody knows."""
    command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
    with suppress(OSError, KeyError):  # no right to write, a user without a name
        claim = {
            "process": os.getpid(),
            "who": f"{getpass.getuser()}@{platform.node()}",
            "command": command,
            "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
        }
        (folder / FILE).write_text(json.dumps(claim), encoding="utf-8")


def owner(folder: Path, process: int) -> str:
    """The process that has the folder open: what it runs, who has started it, since when."""
    with suppress(OSError, ValueError, KeyError, TypeError):  # no such file, or half of one
        claim = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if claim["process"] == process:
            return (
                f"process {process}: {claim['command']} by {claim['who']}, "
                f"since {claim['since']} UTC"
            )
    return f"process {process}"
