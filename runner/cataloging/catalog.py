"""Migrations, in the order of their deployment -> the objects that they leave behind.

Scripts run as schemachange runs them: versioned ones by version, then repeatable, then always
ones, each rendered with the project's Jinja variables
(github.com/Snowflake-Labs/schemachange#script-naming). Account scripts make no relations and are
not read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.cataloging import change_scripts, templates
from runner.cataloging.ddl import DdlError, Place, apply
from runner.cataloging.objects import Catalog, State
from runner.errors import Problem, ProjectError
from runner.parsing import syntax
from runner.parsing.findings import as_problems
from runner.parsing.lexer import statements
from runner.project import Project, SourceFile


def read(project: Project) -> tuple[Catalog, list[Problem]]:
    """The catalog of a project and everything that is wrong with its migrations."""
    state = State()
    scripts, problems = change_scripts.read(project)
    variables = project.variables()
    for script in scripts:
        problems += _apply_script(state, script.file, variables, project)
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


def _apply_script(
    state: State, file: SourceFile, variables: Mapping[str, Any], project: Project
) -> list[Problem]:
    if file.unreadable:
        return [file.problem()]
    folder = project.root / change_scripts.folder(project)
    try:
        text = templates.render(file.text, variables, file.path, folder)
        source = syntax.source(text)
    except ProjectError as error:
        return list(error.problems)
    except syntax.BrokenError as broken:
        return [*as_problems(file.path, [broken.finding])]
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
            problems += as_problems(file.path, [broken.finding])
    return problems
