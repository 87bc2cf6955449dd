"""Reading with the cache gives what reading without it gives, whatever happened to either."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner import graph, reading
from runner import project as projects
from runner.caching.cache import Cache
from runner.deploying import migrations
from runner.deploying.migrations import Script
from runner.errors import ProjectError
from runner.graph import Graph
from runner.reading import FILE, Keys
from tests.cafe import Cafe
from tests.permissions import read_only

MODELS = ("models/shop/core/a.sql", "models/shop/core/b.sql", "models/shop/marts/c.sql")
TEXTS = (
    "select 1 as id",
    "-- @materialized table\n-- @unique id\nselect id, n + 1 as n from shop_raw.orders",
    "select * from shop_core.a",
    "select id, missing from shop_core.b",
    "-- @tags daily\nselect n from shop_core.a join shop_raw.orders using (id)",
    "-- @materialised table\nselect 1 as id",
    "select 1 as",
    "-- @materialized incremental\n-- @unique_key id\nselect id from shop_marts.c",
)
SCRIPTS = (
    "create table shop_raw.orders (id number, n number);",
    "create table shop_raw.orders (id number{{ column }});",
    "create table shop_raw.{{ env_var('RUNNER_TEST_TABLE', 'orders') }} (id number, n number);",
    "{% include 'database/columns.txt' %}",
    "create table shop_raw.orders (id",
)
CONFIG = """\
name = "shop"
default_target = "local"
{variables}
[targets.local]
engine = "duckdb"
database = "SHOP"
{defaults}
"""
CONFIGS = tuple(
    CONFIG.format(variables=variables, defaults=defaults)
    for variables in ("", '[variables]\ncolumn = ", n number"\n', '[variables]\ncolumn = ""\n')
    for defaults in (
        "",
        '[defaults."models/shop/core"]\nmaterialized = "table"\n',
        '[defaults."models/shop"]\nmaterialized = "view"\ntags = ["a", "b"]\n',
        '[defaults."models/shop"]\nmaterialized = "vieww"\n',
    )
)
INCLUDED = ("create table shop_raw.orders (id number);", "create view shop_raw.orders as select 1;")

Change = tuple[str, str]  # a path and its new text
CHANGES = st.one_of(
    st.tuples(st.sampled_from(MODELS), st.sampled_from(TEXTS)),
    st.tuples(st.just("migrations/database/V1__raw.sql"), st.sampled_from(SCRIPTS)),
    st.tuples(st.just("migrations/database/columns.txt"), st.sampled_from(INCLUDED)),
    st.tuples(st.just("runner.toml"), st.sampled_from(CONFIGS)),
    st.tuples(st.just("RUNNER_TEST_TABLE"), st.sampled_from(("", "orders", "others"))),
)


def shop(folder: Path) -> Path:
    for path, text in (
        ("runner.toml", CONFIGS[0]),
        ("migrations/database/V1__raw.sql", SCRIPTS[0]),
        ("migrations/database/columns.txt", INCLUDED[0]),
        *zip(MODELS, TEXTS, strict=False),
    ):
        write(folder, path, text)
    return folder


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


def result(folder: Path, keep_in: Path | None) -> Graph | str:
    try:
        return graph.read(projects.load(folder), keep_in)
    except ProjectError as error:
        return str(error)


def scripts(folder: Path, read: Callable[..., tuple[Script, ...]]) -> tuple[Script, ...] | str:
    project = projects.load(folder)
    try:
        return read(project, project.target())
    except ProjectError as error:
        return str(error)


def missed(folder: Path) -> int:
    """How many of a project's files the cache does not know."""
    project = projects.load(folder)
    keys = Keys(project)
    with Cache(project.artifacts / FILE) as cache:
        return len(keys.files) - len(cache.get(keys.files))


@given(st.lists(CHANGES, max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reading_with_the_cache_is_reading_without_it_after_any_edits(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    changes: list[Change],
) -> None:
    folder = shop(tmp_path_factory.mktemp("shop"))
    keep_in = folder / "target"
    for path, text in [("runner.toml", CONFIGS[0]), *changes]:
        if path.isupper():
            monkeypatch.setenv(path, text) if text else monkeypatch.delenv(path, raising=False)
        else:
            write(folder, path, text)
        expected = result(folder, None)
        assert result(folder, keep_in) == expected
        assert result(folder, keep_in) == expected
        project = projects.load(folder)
        keys = Keys(project)
        with Cache(keep_in / FILE) as kept, Cache(None) as nothing:
            assert reading.read(project, keys, kept) == reading.read(project, keys, nothing)
        rendered = scripts(folder, migrations.read)
        assert scripts(folder, migrations.read_again) == rendered
        assert scripts(folder, migrations.read_again) == rendered


def test_one_edited_file_costs_one_file(tmp_path: Path) -> None:
    folder = shop(tmp_path)
    assert missed(folder) == 3
    result(folder, folder / "target")
    assert missed(folder) == 0
    write(folder, MODELS[0], "select 2 as id")
    assert missed(folder) == 1


def test_a_default_costs_the_files_below_its_folder_and_a_comment_in_the_config_none(
    tmp_path: Path,
) -> None:
    folder = shop(tmp_path)
    result(folder, folder / "target")
    write(folder, "runner.toml", CONFIGS[1])
    assert missed(folder) == 2
    result(folder, folder / "target")
    write(folder, "runner.toml", "# ours\n" + CONFIGS[1])
    assert missed(folder) == 0


def test_a_wrong_project_is_kept_as_well(tmp_path: Path) -> None:
    folder = shop(tmp_path)
    write(folder, MODELS[2], "select 1 as")
    first = result(folder, folder / "target")
    assert isinstance(first, str)
    assert missed(folder) == 0
    assert result(folder, folder / "target") == first


def test_another_version_reads_everything_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shop(tmp_path)
    result(folder, folder / "target")
    monkeypatch.setattr(reading, "version", lambda: "another")
    assert missed(folder) == 3


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:-700]),
    "empty": lambda file: file.write_bytes(b""),
    "of another program": lambda file: file.write_bytes(b"GIF89a" * 1000),
    "of another database": lambda file: [
        file.unlink(),
        sqlite3.connect(file).execute("create table kept (name text)"),
    ],
    "a folder": lambda file: [file.unlink(), file.mkdir()],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_cache_that_cannot_be_read_is_as_good_as_none(
    damage: Callable[[Path], object], tmp_path: Path
) -> None:
    folder = shop(tmp_path)
    expected = result(folder, folder / "target")
    damage(folder / "target" / FILE)
    assert result(folder, folder / "target") == expected
    assert result(folder, folder / "target") == expected


def test_a_cache_with_any_byte_changed_gives_nothing_wrong(tmp_path: Path) -> None:
    folder = shop(tmp_path)
    expected = result(folder, folder / "target")
    file = folder / "target" / FILE
    whole = file.read_bytes()
    chance = random.Random(7)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.choice([1, 1, 8])):
            damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        assert result(folder, folder / "target") == expected


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    folder = shop(tmp_path)
    expected = result(folder, None)
    with read_only(folder):
        assert result(folder, folder / "target") == expected
    (folder / "target").write_text("a file where the folder would be")
    assert result(folder, folder / "target") == expected


def test_several_processes_read_and_write_at_once(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path / "cafe")
    expected = [*cafe.graph().order]

    def listed(number: int) -> list[str]:
        if number % 3 == 0:
            (cafe.root / "target" / FILE).unlink(missing_ok=True)
        out, err = cafe.start("ls").communicate()
        assert not err
        return out.splitlines()

    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(listed, range(8)):
            assert found == expected
    assert missed(cafe.root) == 0


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_a_cache_that_can_be_used(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path / "cafe")
    expected = cafe.graph()
    chance = random.Random(3)
    for _ in range(20):
        (cafe.root / "target" / FILE).unlink(missing_ok=True)
        process = cafe.start("ls")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=chance.uniform(0.1, 0.5))
        process.kill()
        process.communicate()
        assert result(cafe.root, cafe.root / "target") == expected


def test_the_cache_does_not_grow_without_bound(tmp_path: Path) -> None:
    folder = shop(tmp_path)
    sizes = []
    for number in range(60):
        write(folder, MODELS[0], f"select {number} as id")
        result(folder, folder / "target")
        sizes.append((folder / "target" / FILE).stat().st_size)
    assert max(sizes[30:]) <= max(sizes[:30])


def test_going_back_to_another_branch_costs_nothing(tmp_path: Path) -> None:
    folder = shop(tmp_path)
    for text in ("select 1 as id", "select 2 as id", "select 1 as id", "select 2 as id"):
        write(folder, MODELS[0], text)
        result(folder, folder / "target")
    write(folder, MODELS[0], "select 1 as id")
    assert missed(folder) == 0


HEAVY = {"duckdb", "jinja2", "rich", "schemachange", "snowflake", "sqlglot"}


def imported(folder: Path, *arguments: str) -> set[str]:
    """The packages that a command imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "runner", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "80"},
    )
    lines = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines()]
    return {line.partition(".")[0] for line in lines}


def test_help_imports_nothing_that_is_slow(tmp_path: Path) -> None:
    found = imported(tmp_path, "--help")
    assert "click" in found
    assert not found & {*HEAVY, "sqlite3", "tomllib"}


def test_a_project_that_was_read_before_is_listed_without_a_parser(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path / "cafe")
    assert "sqlglot" in imported(cafe.root, "ls")
    assert not imported(cafe.root, "ls") & HEAVY


def test_a_build_with_nothing_to_do_imports_what_it_needs_and_no_more(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path / "cafe")
    assert "schemachange" in imported(cafe.root, "build")
    needed = {"duckdb", "sqlglot"}  # the embedded engine's own
    assert imported(cafe.root, "build") & HEAVY == needed
    assert imported(cafe.root, "plan") & HEAVY == needed
