"""The scripts in `migrations/`: which are meant, what their names say, their order.

The rules are schemachange's (github.com/Snowflake-Labs/schemachange#script-naming): versioned
scripts (`V1.2.0__name.sql`) by version, then repeatable (`R__name.sql`), then always ones
(`A__name.sql`). What schemachange passes over in silence, a file with another name, is a problem
here.

Scripts of `migrations/database/`, or of `migrations/` when it has no such folders, belong to one
environment; those of `migrations/account/` are deployed once per account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runner.errors import Problem
from runner.project import MIGRATIONS, Project, SourceFile

ACCOUNT, DATABASE = f"{MIGRATIONS}/account/", f"{MIGRATIONS}/database/"

_NAME = re.compile(
    r"(?:V(?P<version>(?:[^_]|_(?!_))+)|[RA])__.+?\.sql(?:\.jinja)?\Z", re.IGNORECASE
)
_JINJA = re.compile(r"\.jinja\Z", re.IGNORECASE)
_COMMANDS = re.compile(r"\.cli\.yml(?:\.jinja)?\Z", re.IGNORECASE)
_NAME_HINT = "name it V<version>__<what>.sql, R__<what>.sql or A__<what>.sql"
_ORDER = "VRA"

VersionKey = list[str | int]


@dataclass(frozen=True)
class ChangeScript:
    """One script. `name` is the file's name without `.jinja`, `kind` V, R or A."""

    file: SourceFile
    name: str
    kind: str
    version: str


def read(
    project: Project, *, account: bool = False
) -> tuple[tuple[ChangeScript, ...], list[Problem]]:
    """The scripts of the database, or of the account, in the order of their deployment."""
    wanted = folder(project, account=account)
    files = [file for file in project.files if file.path.startswith(wanted)]
    problems = list(_strays(project))
    found = []
    for file in files:
        script = _script(file)
        if _COMMANDS.search(file.path):
            message = "runner deploys SQL and runs no commands"
            problems.append(Problem(file.path, 0, message, "remove it, or write it as SQL"))
        elif script is None:
            problems.append(Problem(file.path, 0, "this is no name of a migration", _NAME_HINT))
        else:
            found.append(script)
    problems.extend(_doubles(found))
    found.sort(key=lambda script: (_ORDER.index(script.kind), version_key(script.name)))
    return tuple(found), problems


def folder(project: Project, *, account: bool = False) -> str:
    """Where the scripts stand, with a slash at the end."""
    if account:
        return ACCOUNT
    return DATABASE if _is_divided(project) else f"{MIGRATIONS}/"


def version_key(text: str) -> VersionKey:
    """Numbers compare as numbers.

    >>> sorted(["1.10", "1.9"], key=version_key)
    ['1.9', '1.10']
    """
    if not text:
        return []
    return [int(part) if part.isdigit() else part for part in re.split("([0-9]+)", text.lower())]


def _is_divided(project: Project) -> bool:
    return any(file.path.startswith((ACCOUNT, DATABASE)) for file in project.files)


def _script(file: SourceFile) -> ChangeScript | None:
    file_name = file.path.rsplit("/", 1)[1]
    parts = _NAME.match(file_name)
    if parts is None:
        return None
    name = _JINJA.sub("", file_name)
    return ChangeScript(file, name, name[0].upper(), parts["version"] or "")


def _strays(project: Project) -> Iterator[Problem]:
    if _is_divided(project):
        hint = f"move it to {DATABASE} (per environment) or to {ACCOUNT} (once per account)"
        for file in project.files:
            if file.folder == MIGRATIONS and not file.path.startswith((ACCOUNT, DATABASE)):
                yield Problem(file.path, 0, "this script is in neither folder", hint)


def _doubles(found: Iterable[ChangeScript]) -> Iterator[Problem]:
    names: dict[str, str] = {}
    versions: dict[str, str] = {}
    for script in found:
        path = script.file.path
        same_name = names.setdefault(script.name.lower(), path)
        same_version = versions.setdefault(script.version, path) if script.version else path
        if same_name != path:
            yield Problem(path, 0, f"{same_name} has the same name", "rename one of them")
        elif same_version != path:
            yield Problem(path, 0, f"{same_version} has the same version", "renumber one of them")
