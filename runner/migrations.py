"""Migrations: which scripts are to be deployed, and deploying them.

schemachange deploys; whether it has anything to do is decided here by its own rules (its README,
"Change Scripts"), in one query and without importing it, since most runs deploy nothing:

- a versioned script (`V1.2.0__name.sql`) is deployed once, in the order of the versions
- a repeatable one (`R__name.sql`) whenever its rendered text has changed
- an always one (`A__name.sql`) every time, after the others

Scripts of `migrations/database/`, or of `migrations/` when there are no such folders, belong to one
environment; those of `migrations/account/` are deployed once per account.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from runner import scripts, templates
from runner.engines import Engine, Session, Target
from runner.errors import EngineError, Problem, ProjectError, UsageError
from runner.project import MIGRATIONS, Project, SourceFile
from runner.results import Deployed

ACCOUNT, DATABASE = f"{MIGRATIONS}/account/", f"{MIGRATIONS}/database/"
DOES_NOT_EXIST = 2003

_NAME = re.compile(
    r"(?:V(?P<version>(?:[^_]|_(?!_))+)|[RA])__.+?\.sql(?:\.jinja)?\Z", re.IGNORECASE
)
_ORDER = "VRA"

VersionKey = list[str | int]


@dataclass(frozen=True)
class Script:
    """One migration as schemachange sees it. `name` is the file's name without `.jinja`, `kind` V,
    R or A, `checksum` that of the rendered text."""

    name: str
    path: str
    kind: str
    version: str
    checksum: str


@dataclass(frozen=True)
class History:
    """What was deployed with success: name -> checksum, and the greatest version."""

    versioned: Mapping[str, str]
    repeatable: Mapping[str, str]
    newest: str


@dataclass(frozen=True)
class Pending:
    """What a deployment would do.

    scripts   to be deployed, in order
    drifted   versioned scripts that were changed after they were deployed; the change is not
    ignored   versioned scripts that came too late: a greater version is deployed already
    """

    scripts: tuple[Script, ...]
    drifted: tuple[Script, ...]
    ignored: tuple[Script, ...]


def deploy(
    project: Project,
    engine: Engine,
    target: Target,
    *,
    account: bool = False,
    dry_run: bool = False,
    warn: Callable[[str], None] | None = None,
) -> tuple[Deployed, ...]:
    """Deploy what is pending and return the scripts in the order in which they ran.

    `warn` is told of versioned scripts that changed after their deployment. A dry run deploys
    nothing and returns what it would. Raises `ProjectError` for a script that cannot be read or
    would never be deployed, and `RunnerError` for one that fails, with file and line; the scripts
    before it stay deployed.
    """
    with engine.session() as session:
        found = pending(project, session, target, account=account)
        for script in found.drifted:
            if warn:
                warn(f"{script.path}: changed since it was deployed, and will not be again")
        _refuse_ignored(found.ignored)
        if dry_run or not found.scripts:
            return tuple(Deployed(script.path, 0.0) for script in found.scripts)

        from runner import deployment  # noqa: PLC0415  (schemachange is slow to import)

        return deployment.run(
            session,
            deployment.Order(
                folder=project.root / _folder(project, account=account),
                variables=project.variables(target.name),
                database=target.database,
                history=_history_name(account=account),
                sources={script.path.rsplit("/", 1)[1]: script.path for script in found.scripts},
            ),
        )


def pending(
    project: Project, session: Session, target: Target, *, account: bool = False
) -> Pending:
    """What a deployment would do now, decided as schemachange decides it."""
    found = read(project, target, account=account)
    if not found:
        return Pending((), (), ())
    return decide(found, _history(session, target, account=account))


def decide(found: Iterable[Script], history: History) -> Pending:
    """The scripts (in order) that the history does not hold."""
    to_do, drifted, ignored = [], [], []
    newest = _version_key(history.newest)
    for script in found:
        if script.kind == "A":
            to_do.append(script)
        elif script.kind == "R":
            if history.repeatable.get(script.name) != script.checksum:
                to_do.append(script)
        elif script.name in history.versioned:
            if history.versioned[script.name] != script.checksum:
                drifted.append(script)
        elif newest and _version_key(script.version) <= newest:
            ignored.append(script)
        else:
            to_do.append(script)
    return Pending(tuple(to_do), tuple(drifted), tuple(ignored))


def read(project: Project, target: Target, *, account: bool = False) -> tuple[Script, ...]:
    """The project's scripts, rendered, in the order of their deployment.

    Raises `ProjectError` with every file that is not a migration and every one that cannot be
    rendered.
    """
    folder = _folder(project, account=account)
    found: list[Script] = []
    problems: list[Problem] = []
    for file in _files(project, folder):
        try:
            found.append(_script(project, file, folder, project.variables(target.name)))
        except ProjectError as error:
            problems.extend(error.problems)
    problems.extend(_doubles(found))
    if problems:
        raise ProjectError(problems)
    return tuple(sorted(found, key=lambda s: (_ORDER.index(s.kind), _version_key(s.name.lower()))))


def _folder(project: Project, *, account: bool) -> str:
    """The folder whose scripts are meant, with a slash at its end."""
    paths = [file.path for file in project.files if file.folder == MIGRATIONS]
    divided = any(path.startswith((ACCOUNT, DATABASE)) for path in paths)
    if account and not any(path.startswith(ACCOUNT) for path in paths):
        raise UsageError(f"there are no scripts in {ACCOUNT}", "deploy without --account")
    if not divided:
        return f"{MIGRATIONS}/"
    strays = [path for path in paths if not path.startswith((ACCOUNT, DATABASE))]
    if strays:
        message = "stands beside the folders of migrations"
        hint = f"move it to {DATABASE} (per environment) or to {ACCOUNT} (once per account)"
        raise ProjectError([Problem(path, 0, message, hint) for path in strays])
    return ACCOUNT if account else DATABASE


def _files(project: Project, folder: str) -> Iterator[SourceFile]:
    return (file for file in project.files if file.path.startswith(folder))


def _script(
    project: Project, file: SourceFile, folder: str, variables: Mapping[str, object]
) -> Script:
    if file.unreadable:
        raise ProjectError.at(file.path, 0, file.unreadable)
    file_name = file.path.rsplit("/", 1)[1]
    parts = _NAME.match(file_name)
    if parts is None:
        raise ProjectError.at(
            file.path,
            0,
            "is not named as a migration",
            "name it V1.2.0__what_it_does.sql, R__what_it_does.sql or A__what_it_does.sql",
        )
    text = templates.render(file.text, variables, file.path, project.root / folder)
    if not _has_statements(text):
        raise ProjectError.at(file.path, 0, "has no statement", "write one, or remove the file")
    name = re.sub(r"\.jinja\Z", "", file_name, flags=re.IGNORECASE)
    version = parts["version"] or ""
    return Script(name, file.path, name[0].upper(), version, checksum(text))


def _has_statements(rendered: str) -> bool:
    without_comments = re.sub(r"--[^\n]*|/\*.*?\*/", "", rendered, flags=re.DOTALL)
    return bool(without_comments.replace(";", "").strip())


def checksum(rendered: str) -> str:
    """As schemachange computes it: neither white space around a script nor its last semicolon
    counts."""
    return hashlib.sha224(rendered.strip().removesuffix(";").encode()).hexdigest()


def _doubles(found: Iterable[Script]) -> Iterator[Problem]:
    names: dict[str, str] = {}
    versions: dict[str, str] = {}
    for script in found:
        first = names.setdefault(script.name.lower(), script.path)
        if first != script.path:
            yield Problem(script.path, 0, f"has the name of {first}", "rename one of them")
        elif script.version:
            first = versions.setdefault(script.version, script.path)
            if first != script.path:
                yield Problem(script.path, 0, f"has the version of {first}", "renumber one of them")


def _refuse_ignored(ignored: Iterable[Script]) -> None:
    problems = [
        Problem(
            script.path,
            0,
            f"will never be deployed: a version above {script.version} is already",
            "give it a version above all that are deployed",
        )
        for script in ignored
    ]
    if problems:
        raise ProjectError(problems)


def _history(session: Session, target: Target, *, account: bool) -> History:
    table = f"{target.database}.runner.{_history_name(account=account).lower()}"
    try:
        rows = session.execute(scripts.own("change_history").format(table=table)).rows
    except EngineError as error:
        if error.code != DOES_NOT_EXIST:
            raise
        rows = []
    versioned: dict[str, str] = {}
    repeatable: dict[str, str] = {}
    for kind, name, _, deployed in rows:
        if kind == "V":
            versioned.setdefault(name, deployed)
        else:
            repeatable[name] = deployed
    versions = [version for kind, _, version, _ in rows if kind == "V" and version]
    return History(versioned, repeatable, max(versions, key=_version_key, default=""))


def _history_name(*, account: bool) -> str:
    return "ACCOUNT_CHANGE_HISTORY" if account else "CHANGE_HISTORY"


def _version_key(text: str) -> VersionKey:
    """Numbers compare as numbers: `V1.10` comes after `V1.9`."""
    if not text:
        return []
    return [int(part) if part.isdigit() else part.lower() for part in re.split("([0-9]+)", text)]
