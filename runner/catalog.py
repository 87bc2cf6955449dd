"""Migrations, in the order of their deployment -> the objects that they leave behind.

Scripts run as schemachange runs them: versioned ones by version, then repeatable, then always
ones, each rendered with the project's Jinja variables
(github.com/Snowflake-Labs/schemachange#script-naming). Account scripts make no relations and are
not read here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from runner import syntax, templates
from runner.ddl import Column, DdlError, Made, Pipe, Place, State, Table, apply
from runner.errors import Problem, ProjectError
from runner.lexer import statements
from runner.nodes import Relation
from runner.project import MIGRATIONS, Project, SourceFile
from runner.queries import Finding

__all__ = ["Catalog", "Column", "Made", "Pipe", "Table", "read", "scripts"]

ACCOUNT, DATABASE = f"{MIGRATIONS}/account/", f"{MIGRATIONS}/database/"

_SCRIPT = re.compile(r"(?:V(?P<version>[^_]+(?:_[^_]+)*)|(?P<kind>[RA]))__.+?\.", re.IGNORECASE)
_NUMBERS = re.compile(r"([0-9]+)")
_NAME_HINT = "name it V<version>__<what>.sql, R__<what>.sql or A__<what>.sql"


@dataclass(frozen=True)
class Catalog:
    """What the migrations leave behind."""

    tables: Mapping[Relation, Table] = field(default_factory=dict)
    schemas: Mapping[str, Made] = field(default_factory=dict)
    stages: Mapping[Relation, Made] = field(default_factory=dict)
    file_formats: Mapping[Relation, Made] = field(default_factory=dict)
    pipes: Mapping[Relation, Pipe] = field(default_factory=dict)
    functions: Mapping[Relation, Made] = field(default_factory=dict)


def read(project: Project) -> tuple[Catalog, list[Problem]]:
    """The catalog of a project and everything that is wrong with its migrations."""
    state = State()
    files, problems = scripts(project)
    variables = project.variables()
    for file in files:
        problems += _apply_script(state, file, variables, project)
    for table in state.tables.values():
        if table.relation.schema == "RUNNER":
            message = f"{table.relation}: the schema runner is reserved"
            problems.append(Problem(table.path, table.line, message, "use another schema"))
    catalog = Catalog(
        state.tables,
        state.schemas,
        state.stages,
        state.file_formats,
        state.pipes,
        state.functions,
    )
    return catalog, problems


def scripts(project: Project) -> tuple[list[SourceFile], list[Problem]]:
    """The database scripts in the order of their deployment."""
    files = [file for file in project.files if file.folder == MIGRATIONS]
    problems: list[Problem] = []
    names: dict[str, str] = {}
    found: list[tuple[tuple[Any, ...], SourceFile]] = []
    split = any(file.path.startswith((ACCOUNT, DATABASE)) for file in files)
    for file in files:
        if split and not file.path.startswith((ACCOUNT, DATABASE)):
            hint = f"move it into {DATABASE} or {ACCOUNT}"
            problems.append(Problem(file.path, 0, "this script is in neither folder", hint))
        script = _SCRIPT.match(PurePosixPath(file.path).name)
        if script is None:
            problems.append(Problem(file.path, 0, "this is no name of a migration", _NAME_HINT))
        elif not file.path.startswith(ACCOUNT):
            key = script.group("version") or PurePosixPath(file.path).name.lower()
            if other := names.get(key):
                hint = "give each script its own version or name"
                problems.append(Problem(file.path, 0, f"{other} has the same version", hint))
            names[key] = file.path
            found.append((_order(script, file.path), file))
    return [file for _, file in sorted(found, key=lambda pair: pair[0])], problems


def _order(script: re.Match[str], path: str) -> tuple[Any, ...]:
    kind = (script.group("kind") or "V").upper()
    parts = _NUMBERS.split(PurePosixPath(path).name.lower())
    return "VRA".index(kind), [
        (part.isdigit(), int(part) if part.isdigit() else part) for part in parts
    ]


def _apply_script(
    state: State, file: SourceFile, variables: Mapping[str, Any], project: Project
) -> list[Problem]:
    if file.unreadable:
        return [Problem(file.path, 0, file.unreadable, "save it as UTF-8 text")]
    folder = DATABASE if file.path.startswith(DATABASE) else MIGRATIONS
    try:
        text = templates.render(file.text, variables, file.path, project.root / folder)
        source = syntax.source(text)
    except ProjectError as error:
        return list(error.problems)
    except syntax.BrokenError as broken:
        return [_problem(file.path, broken.finding)]
    found = statements(source)
    problems = [] if found else [Problem(file.path, 1, "the file has no statement")]
    state.schema = "PUBLIC"
    for tokens in found:
        place = Place(source, file.path, source.line(tokens[0].start))
        try:
            apply(state, tokens, place)
        except DdlError as error:
            problems.append(Problem(file.path, place.line, error.message, error.hint))
        except syntax.BrokenError as broken:
            problems.append(_problem(file.path, broken.finding))
    return problems


def _problem(path: str, finding: Finding) -> Problem:
    return Problem(path, finding.line, finding.message, finding.hint)
