import os
from dataclasses import replace
from pathlib import Path

import pytest

from runner import graph, project
from runner.errors import ProjectError, UsageError
from tests.permissions import read_only

BROKEN = Path(__file__).parent / "data" / "broken_projects"

TOML = """\
name = "shop"
default_target = "local"

[targets.local]
engine = "duckdb"
database = "SHOP_LOCAL"
path = ".runner"
[targets.local.stages]
"s3://landing/" = "landing"

[targets.prod]
engine = "snowflake"
database = "SHOP_PROD"
connection = "shop_prod"
[targets.prod.variables]
warehouse = "LARGE"

[variables]
warehouse = "SMALL"
role = "READER"

[defaults."models"]
owner = "data"
[defaults."models/shop/staging"]
materialized = "view"
tags = ["daily", "raw"]
owner = "ingest"
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def shop(tmp_path: Path) -> project.Project:
    write(
        tmp_path,
        {
            "runner.toml": TOML,
            "models/shop/staging/orders.sql": "select 1 as id\r\n",
            "models/shop/core/README.md": "no model",
            "models/shop/core/.draft.sql": "no model",
            "migrations/database/V1__raw.sql": "create schema raw;",
            "migrations/database/R__views.sql.jinja": "select 1;",
            "checks/shop/all_is_well.sql": "select 1 as one where false",
        },
    )
    return project.load(tmp_path)


@pytest.mark.parametrize("name", sorted(path.name for path in BROKEN.iterdir()))
def test_everything_wrong_with_a_project_is_reported_with_file_and_line(name: str) -> None:
    folder = BROKEN / name
    with pytest.raises(ProjectError) as raised:
        graph.read(project.load(folder))
    shown = str(raised.value).replace(str(folder), "<project>") + "\n"
    assert shown == (folder / "expected.txt").read_text(encoding="utf-8")
    assert raised.value.exit_code == 2


def test_sql_files_of_the_four_folders_are_read_and_nothing_else(shop: project.Project) -> None:
    assert [file.path for file in shop.files] == [
        "models/shop/staging/orders.sql",
        "checks/shop/all_is_well.sql",
        "migrations/database/R__views.sql.jinja",
        "migrations/database/V1__raw.sql",
    ]


def test_line_ends_are_the_same_on_every_system(shop: project.Project) -> None:
    assert shop.files[0].text == "select 1 as id\n"


def test_a_target_carries_its_engines_options(shop: project.Project) -> None:
    target = shop.target("local")
    assert (target.engine, target.database) == ("duckdb", "SHOP_LOCAL")
    assert target.options == {"path": ".runner", "stages": {"s3://landing/": "landing"}}


def test_without_a_name_the_default_target_is_meant(shop: project.Project) -> None:
    assert shop.target().name == "local"


def test_an_unknown_target_names_the_nearest_one(shop: project.Project) -> None:
    with pytest.raises(UsageError, match="no target prd") as raised:
        shop.target("prd")
    assert "did you mean prod?" in str(raised.value)


def test_another_database_keeps_the_rest_of_its_target(shop: project.Project) -> None:
    changed = shop.on("PR_12", "local")
    assert changed.target("local") == replace(shop.target("local"), database="PR_12")
    assert changed.variables("local") == {**shop.variables("local"), "database": "PR_12"}
    assert changed.target("prod") == shop.target("prod")


@pytest.mark.parametrize("name", ["", "PR-12", "a.b", 'x"; drop table y'])
def test_a_database_needs_a_plain_name(shop: project.Project, name: str) -> None:
    with pytest.raises(UsageError, match="is no database name"):
        shop.on(name)


def test_a_targets_variables_go_before_those_of_all(shop: project.Project) -> None:
    assert shop.variables("prod") == {
        "database": "SHOP_PROD",
        "warehouse": "LARGE",
        "role": "READER",
    }
    assert shop.variables("local")["warehouse"] == "SMALL"


def test_the_longest_folder_decides_a_default_key_by_key(shop: project.Project) -> None:
    staging = shop.defaults("models/shop/staging/orders.sql")
    assert {key: default.text for key, default in staging.items()} == {
        "owner": "ingest",
        "materialized": "view",
        "tags": "daily, raw",
    }
    assert {key: d.text for key, d in shop.defaults("models/shop/core/x.sql").items()} == {
        "owner": "data"
    }


def test_the_only_target_is_the_default_one(tmp_path: Path) -> None:
    text = '[targets.dev]\nengine = "duckdb"\ndatabase = "DEV"\n'
    loaded = project.load(write(tmp_path, {"runner.toml": text}))
    assert loaded.target().name == "dev"
    assert loaded.config.name == tmp_path.name


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"runner.toml": TOML.split("[defaults", maxsplit=1)[0]})
    (tmp_path / "models/a").mkdir(parents=True)
    (tmp_path / "models/a/b.sql").write_bytes(b"\xef\xbb\xbfselect 1 as id\n")
    assert project.load(tmp_path).files[0].text == "select 1 as id\n"


def test_a_folder_that_cannot_be_read_as_a_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "runner.toml").mkdir()
    with pytest.raises(ProjectError, match="cannot be read"):
        project.load(tmp_path)


def test_what_is_no_text_is_a_problem_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, {"runner.toml": TOML.split("[defaults", maxsplit=1)[0]})
    write(tmp_path, {"models/a/b.sql": "select 1 as id\n\0\n"})
    with pytest.raises(ProjectError, match=r"models/a/b\.sql:2: is no text: it has a zero byte"):
        graph.read(project.load(tmp_path))


def test_a_pipe_among_the_files_is_a_problem_and_nobody_waits_for_it(tmp_path: Path) -> None:
    write(tmp_path, {"runner.toml": TOML.split("[defaults", maxsplit=1)[0]})
    (tmp_path / "models/a").mkdir(parents=True)
    os.mkfifo(tmp_path / "models/a/b.sql")
    with pytest.raises(ProjectError, match=r"models/a/b\.sql: cannot be read"):
        graph.read(project.load(tmp_path))


def test_linked_folders_are_read_and_one_that_leads_back_is_not_entered(tmp_path: Path) -> None:
    write(tmp_path, {"runner.toml": TOML.split("[defaults", maxsplit=1)[0]})
    write(tmp_path, {"shared/b.sql": "select 1 as id\n", "models/a/c.sql": "select 1 as id\n"})
    (tmp_path / "models/linked").symlink_to(tmp_path / "shared")
    (tmp_path / "models/a/loop").symlink_to(tmp_path / "models")
    files = project.load(tmp_path).files
    assert [file.path for file in files] == ["models/a/c.sql", "models/linked/b.sql"]


def test_a_folder_that_nobody_may_enter_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, {"runner.toml": TOML.split("[defaults", maxsplit=1)[0]})
    write(tmp_path, {"models/a/b.sql": "select 1 as id\n"})
    with read_only(tmp_path / "models/a", 0), pytest.raises(ProjectError, match="a: cannot be"):
        graph.read(project.load(tmp_path))


def test_a_configuration_that_is_no_utf8_is_a_problem_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "runner.toml").write_bytes(b"# a\n# caf\xe9\n")
    with pytest.raises(ProjectError, match=r"runner\.toml:2: is not UTF-8 \(byte 0xe9\)"):
        project.load(tmp_path)
