"""What tells this reader from another that would read otherwise."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from runner import __version__

_PACKAGE = Path(__file__).parent.parent
_LIBRARIES = ("sqlglot", "jinja2")


@cache
def version() -> str:
    """A digest of our own files, as Python tells whether its bytecode is of today (by size and
    time), of the libraries that read for us, and of Python."""
    parts = [__version__, sys.version, *_sources(_PACKAGE, ""), *_libraries()]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _sources(folder: Path, path: str) -> Iterator[str]:
    """The engines are left out: reading a project knows no database."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.endswith(".py"):
                stat = entry.stat()
                yield f"{path}{entry.name} {stat.st_size} {stat.st_mtime_ns}"
            elif entry.is_dir() and entry.name != "engines":
                yield from _sources(Path(entry.path), f"{path}{entry.name}/")


def _libraries() -> Iterator[str]:
    """Their versions, by the folders beside them that say so: importing them takes too long."""
    for name in _LIBRARIES:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            beside = Path(spec.origin).parent.parent.iterdir()
            yield from sorted(path.name for path in beside if path.name.lower().startswith(name))
