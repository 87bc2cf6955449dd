"""A folder on disk -> its source files and its configuration."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from runner import configuration
from runner.configuration import CONFIG, Config, Default, TargetConfig
from runner.engines import Target
from runner.errors import Problem, ProjectError, UsageError
from runner.nearest import nearest_hint

__all__ = ["CONFIG", "Config", "Default", "Project", "SourceFile", "TargetConfig", "load"]

MODELS, SNAPSHOTS, CHECKS, MIGRATIONS = FOLDERS = ("models", "snapshots", "checks", "migrations")

# what schemachange takes for a script; those with commands in YAML are refused by name
SCRIPT_ENDINGS = (".sql", ".sql.jinja", ".cli.yml", ".cli.yml.jinja")


@dataclass(frozen=True)
class SourceFile:
    """One SQL file. `path` is relative to the project, with slashes; `folder` one of `FOLDERS`.

    `unreadable` says why there is no text, and the line where it ends; then `text` is empty.
    """

    path: str
    folder: str
    text: str
    unreadable: str = ""
    unreadable_line: int = 0

    def problem(self) -> Problem:
        """What to say of a file that is unreadable."""
        hint = "save it as UTF-8 text" if self.unreadable_line else "look at it and its permissions"
        return Problem(self.path, self.unreadable_line, self.unreadable, hint)


@dataclass(frozen=True)
class Project:
    """A folder of SQL, read but not yet understood."""

    root: Path
    config: Config
    files: tuple[SourceFile, ...]

    @property
    def artifacts(self) -> Path:
        """Where the runner keeps what it can make again."""
        return self.root / "target"

    def target(self, name: str | None = None) -> Target:
        """The named target, or the default one; `UsageError` for an unknown name."""
        wanted = self.config.targets.get(name or self.config.default_target)
        if wanted is None:
            known = ", ".join(self.config.targets) or "none"
            hint = nearest_hint(name or "", self.config.targets) or f"known targets: {known}"
            raise UsageError(f"{CONFIG} has no target {name or self.config.default_target}", hint)
        return Target(wanted.name, wanted.engine, wanted.database, self.root, dict(wanted.options))

    def on(self, database: str, target: str | None = None) -> Project:
        """The project with that database for the target, or for the default one.

        Raises `UsageError` for an unknown target and for what is no name of a database.
        """
        if not configuration.is_database(database):
            raise UsageError(f"{database!r} is no database name", "use letters, digits and _")
        chosen = self.config.targets[self.target(target).name]
        targets = {**self.config.targets, chosen.name: replace(chosen, database=database)}
        return replace(self, config=replace(self.config, targets=targets))

    def variables(self, target: str | None = None) -> dict[str, Any]:
        """The Jinja variables of the migrations on a target.

        `database` is always there; `[targets.<name>.variables]` goes before `[variables]`.
        """
        chosen = self.target(target)
        own = self.config.targets[chosen.name].variables
        return {"database": chosen.database, **self.config.variables, **own}

    def defaults(self, path: str) -> dict[str, Default]:
        """The folder defaults that hold for a file; the longest folder wins, key by key."""
        found: dict[str, Default] = {}
        parents = [str(parent) for parent in PurePosixPath(path).parents]
        for folder in reversed(parents):
            found |= self.config.defaults.get(folder, {})
        return found


def load(project_dir: Path) -> Project:
    """Read the folder. Raises `ProjectError` when `runner.toml` is missing or wrong."""
    root = project_dir.resolve()
    path = root / CONFIG
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ProjectError.at(
            CONFIG, 0, f"there is none in {root}", "run `runner init` there, or give --project-dir"
        ) from None
    except UnicodeDecodeError as error:
        message, line = _not_utf8(error)
        raise ProjectError.at(CONFIG, line, message, "save it as UTF-8 text") from None
    except OSError as error:
        hint = "look at it and its permissions"
        raise ProjectError.at(CONFIG, 0, f"cannot be read: {error.strerror}", hint) from None
    return Project(root, configuration.read(text, root), tuple(_files(root)))


def _files(root: Path) -> Iterator[SourceFile]:
    """Everything in the four folders, through links too; a folder that cannot be read is a file
    that cannot be read."""
    for folder in FOLDERS:
        errors: list[OSError] = []
        for directory, folders, names in os.walk(
            root / folder, followlinks=True, onerror=errors.append
        ):
            folders[:] = sorted(name for name in folders if _is_entered(Path(directory, name)))
            path = Path(directory).relative_to(root).as_posix()
            for name in sorted(names):
                if _is_source(name, folder):
                    yield _read(f"{directory}/{name}", f"{path}/{name}", folder)
        for error in errors:
            if not isinstance(error, FileNotFoundError):  # no project needs all four
                path = Path(error.filename).relative_to(root).as_posix()
                yield SourceFile(path, folder, "", f"cannot be read: {error.strerror}")


def _is_entered(folder: Path) -> bool:
    """Hidden folders are left out, and links that lead back to where they stand."""
    is_loop = folder.is_symlink() and folder.parent.resolve().is_relative_to(folder.resolve())
    return not folder.name.startswith(".") and not is_loop


def _is_source(name: str, folder: str) -> bool:
    endings = SCRIPT_ENDINGS if folder == MIGRATIONS else (".sql",)
    return name.lower().endswith(endings) and not name.startswith(".")


def _read(full: str, path: str, folder: str) -> SourceFile:
    try:
        raw = _content(full)
    except OSError as error:
        return SourceFile(path, folder, "", f"cannot be read: {error.strerror}")
    if raw is None:
        return SourceFile(path, folder, "", "cannot be read: it is no regular file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return SourceFile(path, folder, "", *_not_utf8(error))
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return SourceFile(path, folder, "", "is no text: it has a zero byte", line)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SourceFile(path, folder, text)


def _content(file: str) -> bytes | None:
    """What is in a regular file; None for anything else, such as a pipe, which would let its reader
    wait for a writer. One of thousands: a `Path` for each would take longer than the reading."""
    opened = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    try:
        state = os.fstat(opened)
        if not stat.S_ISREG(state.st_mode):
            return None
        return b"".join(iter(lambda: os.read(opened, state.st_size + 1), b""))
    finally:
        os.close(opened)


def _not_utf8(error: UnicodeDecodeError) -> tuple[str, int]:
    """What to say of bytes that are no UTF-8, and the line where the first of them stands."""
    line = error.object.count(b"\n", 0, error.start) + 1
    return f"is not UTF-8 (byte {error.object[error.start]:#x})", line
