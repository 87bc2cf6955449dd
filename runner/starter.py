"""The small project that `runner init` writes: it builds at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from runner.errors import RunnerError, UsageError

_FILES = Path(__file__).parent / "starter_files"
_RENAMED = {"gitignore": ".gitignore"}  # under its own name it would hide files of this package


def write(directory: Path) -> tuple[Path, ...]:
    """Copy the project into a folder, which is made when missing; the files that were written.

    Raises `UsageError` rather than overwrite a file.
    """
    planned = {directory / _target(source): source for source in _sources()}
    there = [path for path in planned if path.exists()]
    if there:
        raise UsageError(f"{there[0]} is there already", "give another folder: `runner init NAME`")
    try:
        for path, source in planned.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.read_bytes())
    except OSError as error:
        raise RunnerError(f"{error.filename}: {error.strerror}") from None
    return tuple(planned)


def _sources() -> Iterator[Path]:
    return (path for path in sorted(_FILES.rglob("*")) if path.is_file())


def _target(source: Path) -> Path:
    relative = source.relative_to(_FILES)
    return relative.with_name(_RENAMED.get(relative.name, relative.name))
