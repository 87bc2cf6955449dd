"""A folder on disk -> its source files and `runner.toml`.

name = "retail"
default_target = "local"

[targets.local]
engine = "duckdb"
database = "RETAIL_LOCAL"

[variables]
warehouse = "TRANSFORMING"

[defaults."models/retail/staging"]
materialized = "view"
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from runner.engines import ENGINES, Target
from runner.errors import Problem, ProjectError, UsageError

CONFIG = "runner.toml"
MODELS, SNAPSHOTS, CHECKS, MIGRATIONS = FOLDERS = ("models", "snapshots", "checks", "migrations")

# what schemachange takes for a script; those with commands in YAML are refused by name
SCRIPT_ENDINGS = (".sql", ".sql.jinja", ".cli.yml", ".cli.yml.jinja")

_TOP_KEYS = {
    "name": str,
    "default_target": str,
    "targets": dict,
    "variables": dict,
    "defaults": dict,
}
_TARGET_KEYS = {
    "engine": str,
    "database": str,
    "threads": int,
    "before_build": list,
    "path": str,
    "stages": dict,
    "connection": str,
    "warehouse": str,
    "role": str,
    "variables": dict,
}
_CREDENTIALS = frozenset(
    {"account", "user", "host", "authenticator", "password", "passcode", "token", "token_file_path"}
    | {"private_key", "private_key_file", "private_key_path", "private_key_raw"}
    | {"private_key_passphrase", "private_key_file_pwd", "oauth_client_id", "oauth_client_secret"}
)
_NOT_HERE = (
    "credentials never stand in the project: describe the connection in connections.toml and name "
    'it here (connection = "…"), or set the SNOWFLAKE_* variables'
)
_BEFORE_BUILD = ("deploy", "ingest")
_TYPE_NAMES = {str: "a text", int: "a whole number", list: "a list", dict: "a table"}
_DATABASE = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*\Z")


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


@dataclass(frozen=True)
class TargetConfig:
    """One `[targets.<name>]`: `options` is everything but engine, database and variables."""

    name: str
    engine: str
    database: str
    options: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Config:
    """`runner.toml`, checked. `defaults` maps a folder to its settings, each with its line."""

    name: str
    default_target: str
    targets: Mapping[str, TargetConfig]
    variables: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Mapping[str, Default]] = field(default_factory=dict)


@dataclass(frozen=True)
class Default:
    """A folder's default for one setting, as the text one would write behind the `@` word."""

    text: str
    line: int


@dataclass(frozen=True)
class Project:
    """A folder of SQL, read but not yet understood."""

    root: Path
    config: Config
    files: tuple[SourceFile, ...]

    def target(self, name: str | None = None) -> Target:
        """The named target, or the default one; `UsageError` for an unknown name."""
        wanted = self.config.targets.get(name or self.config.default_target)
        if wanted is None:
            known = ", ".join(self.config.targets) or "none"
            hint = nearest_hint(name or "", self.config.targets) or f"known targets: {known}"
            raise UsageError(f"{CONFIG} has no target {name or self.config.default_target}", hint)
        return Target(wanted.name, wanted.engine, wanted.database, self.root, dict(wanted.options))

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


def nearest(name: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """The known name that is most like `name`, letter case aside, or an empty text."""
    names = {other.lower(): other for other in known}
    matches = difflib.get_close_matches(name.lower(), names, n=1, cutoff=likeness)
    return names[matches[0]] if matches else ""


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """`did you mean …?`, or an empty text."""
    found = nearest(name, known)
    return f"did you mean {found}?" if found else ""


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
        raise ProjectError.at(CONFIG, 0, f"is not UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise ProjectError.at(CONFIG, 0, f"cannot be read: {error.strerror}") from None
    return Project(root, _Reader(text).config(root), tuple(_files(root)))


def _files(root: Path) -> Iterator[SourceFile]:
    for folder in FOLDERS:
        for directory, folders, names in os.walk(root / folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if _is_source(name, folder):
                    full = Path(directory, name)
                    yield _read(full, full.relative_to(root).as_posix(), folder)


def _is_source(name: str, folder: str) -> bool:
    endings = SCRIPT_ENDINGS if folder == MIGRATIONS else (".sql",)
    return name.lower().endswith(endings) and not name.startswith(".")


def _read(full: Path, path: str, folder: str) -> SourceFile:
    try:
        raw = full.read_bytes()
    except OSError as error:
        return SourceFile(path, folder, "", f"cannot be read: {error.strerror}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 (byte {raw[error.start]:#x})"
        return SourceFile(path, folder, "", message, raw.count(b"\n", 0, error.start) + 1)
    return SourceFile(path, folder, text.replace("\r\n", "\n").replace("\r", "\n"))


class _Reader:
    """Checks one `runner.toml` and collects what is wrong with it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []

    def config(self, root: Path) -> Config:
        try:
            data = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise _syntax_error(error, self.text) from None
        self._check(data, _TOP_KEYS, "")
        data = {key: value for key, value in data.items() if type(value) is _TOP_KEYS.get(key)}
        targets = self._targets(data.get("targets", {}))
        config = Config(
            name=data.get("name", root.name),
            default_target=self._default_target(data.get("default_target", ""), targets),
            targets=targets,
            variables=data.get("variables", {}),
            defaults=self._defaults(root, data.get("defaults", {})),
        )
        if self.problems:
            raise ProjectError(self.problems)
        return config

    def _problem(self, table: str, key: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(CONFIG, _key_line(self.text, table, key), message, hint))

    def _check(self, data: Mapping[str, Any], known: Mapping[str, type], table: str) -> None:
        place = f" in [{table}]" if table else ""
        for key, value in data.items():
            kind = known.get(key)
            if kind is None:
                hint = nearest_hint(key, known) or f"known keys: {', '.join(known)}"
                hint = _NOT_HERE if key in _CREDENTIALS else hint
                self._problem(table, key, f"unknown key {key}{place}", hint)
            elif type(value) is not kind:
                self._problem(table, key, f"{key}{place} must be {_TYPE_NAMES[kind]}")

    def _targets(self, data: Mapping[str, Any]) -> dict[str, TargetConfig]:
        if not data:
            self._problem("", "", "there is no [targets.<name>]", "name at least one target")
        return {name: self._target(name, entry) for name, entry in data.items()}

    def _target(self, name: str, entry: Any) -> TargetConfig:
        table = f"targets.{name}"
        if not isinstance(entry, dict):
            self._problem("targets", name, f"{table} must be a table", f"write it as [{table}]")
            return TargetConfig(name, "", "")
        self._check(entry, _TARGET_KEYS, table)
        engine, database = entry.get("engine"), entry.get("database")
        if engine is None or database is None:
            missing = "engine" if engine is None else "database"
            self._problem(table, "", f"[{table}] has no {missing}")
        elif engine not in ENGINES:
            known = f"known engines: {', '.join(sorted(ENGINES))}"
            hint = nearest_hint(str(engine), ENGINES) or known
            self._problem(table, "engine", f"[{table}]: unknown engine {engine}", hint)
        elif not _DATABASE.match(str(database)):
            hint = "use letters, digits and _"
            self._problem(table, "database", f"[{table}]: {database!r} is no database name", hint)
        self._check_options(entry, table)
        rest = {k: v for k, v in entry.items() if k not in ("engine", "database", "variables")}
        variables = entry.get("variables", {})
        return TargetConfig(name, str(engine), str(database), rest, variables)

    def _check_options(self, entry: Mapping[str, Any], table: str) -> None:
        threads = entry.get("threads", 1)
        if isinstance(threads, int) and threads < 1:
            self._problem(table, "threads", f"[{table}]: threads must be 1 or more")
        steps = entry.get("before_build", [])
        for step in steps if isinstance(steps, list) else []:
            if step not in _BEFORE_BUILD:
                hint = nearest_hint(str(step), _BEFORE_BUILD) or "known: deploy, ingest"
                self._problem(
                    table, "before_build", f"[{table}]: unknown step {step} in before_build", hint
                )
        stages = entry.get("stages", {})
        for url, folder in stages.items() if isinstance(stages, dict) else ():
            if not isinstance(folder, str):
                self._problem(f"{table}.stages", url, f"stage {url} must name a folder")

    def _default_target(self, name: str, targets: Mapping[str, TargetConfig]) -> str:
        if not name and len(targets) == 1:
            return next(iter(targets))
        if name not in targets and targets:
            hint = nearest_hint(name, targets) or f"known targets: {', '.join(targets)}"
            what = f"default_target {name} is no target" if name else "there is no default_target"
            self._problem("", "default_target", what, hint)
        return name

    def _defaults(self, root: Path, data: Mapping[str, Any]) -> dict[str, dict[str, Default]]:
        found: dict[str, dict[str, Default]] = {}
        for folder, entry in data.items():
            table = f'defaults."{folder}"'
            if not isinstance(entry, dict):
                self._problem("defaults", folder, f"[{table}] must be a table")
            elif not (root / folder).is_dir():
                self._problem(table, "", f"[{table}]: there is no folder {folder}")
            else:
                found[folder.strip("/")] = {
                    key: Default(_text(value), _key_line(self.text, table, key))
                    for key, value in entry.items()
                }
        return found


def _text(value: Any) -> str:
    """A TOML value as one writes it behind an `@` word: `true`, `a, b`, `5 minutes`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return str(value)


def _syntax_error(error: tomllib.TOMLDecodeError, text: str) -> ProjectError:
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", str(error))
    message = str(error)[: found.start()] if found else str(error)
    lines = text.splitlines() or [""]
    line = int(found.group(1)) if found and found.group(1) else len(lines)
    column = int(found.group(2)) if found and found.group(2) else len(lines[line - 1]) + 1
    return ProjectError.at(CONFIG, line, message, f"{lines[line - 1]}\n  {'^':>{column}}")


def _key_line(text: str, table: str, key: str) -> int:
    """The line of a key in a table, of the table's header, or 0: TOML values know no position."""
    current, header = "", 0
    wanted = table.replace('"', "")
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if words.startswith("["):
            current = words.split("#")[0].strip().strip("[]").replace('"', "").replace("'", "")
            if current in (wanted, f"{wanted}.{key}".strip(".")):
                header = header or number
            continue
        name = words.split("=")[0].strip().strip("\"'") if "=" in words else ""
        if current == wanted and key and name == key:
            return number
    return header
