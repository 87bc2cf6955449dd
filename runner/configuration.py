"""`runner.toml`: targets, variables and folder defaults, checked.

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

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runner.engines import ENGINES
from runner.errors import Problem, ProjectError
from runner.nearest import nearest_hint

CONFIG = "runner.toml"

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


def is_database(name: str) -> bool:
    """Whether a database can have this name without quotes."""
    return bool(_DATABASE.match(name))


def read(text: str, root: Path) -> Config:
    """The text of a project's `runner.toml`. Raises `ProjectError` with everything wrong in it."""
    return _Reader(text).config(root)


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
        self._check_variables(data.get("variables", {}), "variables")
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
            hint = f"known engines: {', '.join(sorted(ENGINES))}"
            hint = hint if engine is None else "name the database that it builds"
            self._problem(table, "", f"[{table}] has no {missing}", hint)
        elif engine not in ENGINES:
            known = f"known engines: {', '.join(sorted(ENGINES))}"
            hint = nearest_hint(str(engine), ENGINES) or known
            self._problem(table, "engine", f"[{table}]: unknown engine {engine}", hint)
        elif not is_database(str(database)):
            hint = "use letters, digits and _"
            self._problem(table, "database", f"[{table}]: {database!r} is no database name", hint)
        self._check_options(entry, table)
        rest = {k: v for k, v in entry.items() if k not in ("engine", "database", "variables")}
        variables = entry.get("variables", {})
        self._check_variables(variables, f"{table}.variables")
        return TargetConfig(name, str(engine), str(database), rest, variables)

    def _check_options(self, entry: Mapping[str, Any], table: str) -> None:
        if entry.get("path") == "":
            self._problem(table, "path", f"[{table}]: path is empty", 'write it like ".runner"')
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

    def _check_variables(self, variables: Any, table: str) -> None:
        if isinstance(variables, dict) and "database" in variables:
            hint = "name it otherwise: {{ database }} is the target's"
            self._problem(table, "database", f"[{table}] must not set database", hint)

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
                hint = "mend its name, or remove the entry"
                self._problem(table, "", f"[{table}]: there is no folder {folder}", hint)
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
            whole = f"{wanted}.{key}".strip(".")
            if current in (wanted, whole) or current.startswith(f"{whole}."):
                header = header or number
            continue
        name = words.split("=")[0].strip().strip("\"'") if "=" in words else ""
        if current == wanted and key and name == key:
            return number
    return header
