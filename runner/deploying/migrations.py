"""Migrations: which scripts are to be deployed, and deploying them.

schemachange deploys; whether it has anything to do is decided here by its own rules (its README,
"Change Scripts"), in one query and without importing it, since most runs deploy nothing. A
versioned script is deployed once, a repeatable one whenever its rendered text has changed, an
always one every time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from runner import scripts
from runner.caching.cache import Cache
from runner.cataloging import change_scripts, templates
from runner.cataloging.change_scripts import ChangeScript
from runner.engines import Engine, Session, Target
from runner.errors import DOES_NOT_EXIST, EngineError, Problem, ProjectError, UsageError
from runner.project import Project
from runner.reading import FILE, Keys
from runner.results import Deployed


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

        from runner.deploying import deployment  # noqa: PLC0415  (schemachange is slow to import)

        return deployment.run(
            session,
            deployment.Order(
                root=project.root,
                folder=change_scripts.folder(project, account=account),
                variables=project.variables(target.name),
                database=target.database,
                history=_history_name(account=account),
            ),
        )


def pending(
    project: Project, session: Session, target: Target, *, account: bool = False
) -> Pending:
    """What a deployment would do now, decided as schemachange decides it."""
    found = read_again(project, target, account=account)
    if not found:
        return Pending((), (), ())
    return decide(found, _history(session, target, account=account))


def read_again(project: Project, target: Target, *, account: bool = False) -> tuple[Script, ...]:
    """What `read` gives, kept from the last time: importing Jinja takes longer than the rest."""
    name = Keys(project).scripts(f"scripts {account}", target.name)
    with Cache(project.artifacts / FILE) as cache:
        return cache.kept(name, lambda: read(project, target, account=account))


def decide(found: Iterable[Script], history: History) -> Pending:
    """The scripts (in order) that the history does not hold."""
    to_do, drifted, ignored = [], [], []
    newest = change_scripts.version_key(history.newest)
    for script in found:
        if script.kind == "A":
            to_do.append(script)
        elif script.kind == "R":
            if history.repeatable.get(script.name) != script.checksum:
                to_do.append(script)
        elif script.name in history.versioned:
            if history.versioned[script.name] != script.checksum:
                drifted.append(script)
        elif newest and change_scripts.version_key(script.version) <= newest:
            ignored.append(script)
        else:
            to_do.append(script)
    return Pending(tuple(to_do), tuple(drifted), tuple(ignored))


def read(project: Project, target: Target, *, account: bool = False) -> tuple[Script, ...]:
    """The project's scripts, rendered, in the order of their deployment.

    Raises `ProjectError` with every file that is no migration and every one that cannot be
    rendered.
    """
    changes, problems = change_scripts.read(project, account=account)
    if account and not changes and not problems:
        message = f"there are no scripts in {change_scripts.ACCOUNT}"
        raise UsageError(message, "deploy without --account")
    folder = project.root / change_scripts.folder(project, account=account)
    found: list[Script] = []
    for change in changes:
        try:
            found.append(_rendered(project, change, target, folder))
        except ProjectError as error:
            problems.extend(error.problems)
    if problems:
        raise ProjectError(problems)
    return tuple(found)


def _rendered(project: Project, change: ChangeScript, target: Target, folder: Path) -> Script:
    file = change.file
    if file.unreadable:
        raise ProjectError([file.problem()])
    text = templates.render(file.text, project.variables(target.name), file.path, folder)
    if not _has_statements(text):
        raise ProjectError.at(file.path, 0, "has no statement", "write one, or remove the file")
    return Script(change.name, file.path, change.kind, change.version, checksum(text))


def _has_statements(rendered: str) -> bool:
    without_comments = re.sub(r"--[^\n]*|/\*.*?\*/", "", rendered, flags=re.DOTALL)
    return bool(without_comments.replace(";", "").strip())


def checksum(rendered: str) -> str:
    """As schemachange computes it: neither white space around a script nor its last semicolon
    counts."""
    return hashlib.sha224(rendered.strip().removesuffix(";").encode()).hexdigest()


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
    return History(versioned, repeatable, max(versions, key=change_scripts.version_key, default=""))


def _history_name(*, account: bool) -> str:
    return "ACCOUNT_CHANGE_HISTORY" if account else "CHANGE_HISTORY"
