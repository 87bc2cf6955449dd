"""The names and the order of migrations, held against schemachange's own reading of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schemachange.session.Script import get_all_scripts_recursively
from schemachange.version import sorted_alphanumeric

from runner.cataloging import change_scripts
from runner.project import SCRIPT_ENDINGS, Config, Project, SourceFile

PARTS = st.text("12_.aA-", max_size=5)
FILES = st.sets(
    st.builds(
        "{}{}{}{}{}".format,
        st.sampled_from(["V", "v", "R", "r", "A", "X", "VR", ""]),
        PARTS,
        st.sampled_from(["__", "_", "___", ""]),
        PARTS,
        st.sampled_from([".sql", ".SQL", ".sql.jinja", ".sql.JINJA", ".cli.yml", ".txt"]),
    ),
    max_size=8,
)


def project(names: list[str]) -> Project:
    """A project with these migrations, as `project.load` gives it."""
    paths = [f"migrations/{name}" for name in names if name.lower().endswith(SCRIPT_ENDINGS)]
    files = tuple(SourceFile(path, "migrations", "select 1") for path in paths)
    return Project(Path(), Config("x", "dev", {}), files)


@given(FILES)
@settings(max_examples=300, deadline=None)
def test_what_is_read_is_what_schemachange_reads_and_in_its_order(
    tmp_path_factory: pytest.TempPathFactory, names: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("migrations")
    for name in names:
        (folder / name).write_text("select 1")
    found, problems = change_scripts.read(project(sorted(names)))
    if problems:
        return  # refused here; schemachange refuses it too or passes over it
    theirs = get_all_scripts_recursively(folder)
    theirs = {name: script for name, script in theirs.items() if script.format == "SQL"}
    ordered = [
        theirs[name]
        for kind in "vra"
        for name in sorted_alphanumeric([name for name in theirs if name[0] == kind])
    ]
    assert [(s.name, s.kind, s.version) for s in found] == [
        (s.name, s.type, getattr(s, "version", "")) for s in ordered
    ]


@given(FILES)
@settings(max_examples=300, deadline=None)
def test_what_schemachange_refuses_or_passes_over_is_a_problem(
    tmp_path_factory: pytest.TempPathFactory, names: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("migrations")
    for name in names:
        (folder / name).write_text("select 1")
    read = project(sorted(names))
    try:
        theirs = get_all_scripts_recursively(folder)
        refused = len([s for s in theirs.values() if s.format == "SQL"]) < len(read.files)
    except ValueError:
        refused = True
    assert not refused or change_scripts.read(read)[1]


def test_the_folders_of_a_divided_project_do_not_mix() -> None:
    read = project(["database/V1__a.sql", "account/V1__b.sql", "account/R__c.sql"])
    database, problems = change_scripts.read(read)
    account, more = change_scripts.read(read, account=True)
    assert [script.name for script in database] == ["V1__a.sql"]
    assert [script.name for script in account] == ["V1__b.sql", "R__c.sql"]
    assert problems == more == []
