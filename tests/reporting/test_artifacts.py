"""`target/manifest.json` and `target/run_results.json`, as readers of dbt's artifacts see them."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from dbt_artifacts_parser.parser import parse_manifest, parse_run_results

from runner import graph
from runner import project as projects
from runner.graph import Graph
from runner.nodes import Check, Model, Snapshot
from runner.reporting import artifacts
from runner.reporting.artifacts import Place
from runner.selectors import select
from tests.cafe import Cafe

ROOT = Path(__file__).parents[2]
SALES = "models/cafe/core/fact_sales.sql"
FACT, BY_DAY = "model.cafe.cafe_core.fact_sales", "model.cafe.cafe_marts.sales_by_day"
NOT_NULL = "test.cafe.cafe_core.fact_sales.not_null_sale_id"
GUARD = "test.cafe.cafe/every_sale_is_in_fact_sales"
HISTORY = "snapshot.cafe.cafe_core.menu_history"


def read(cafe: Cafe, name: str) -> Any:
    return json.loads((cafe.root / "target" / name).read_text())


@pytest.fixture(scope="module")
def cafe(tmp_path_factory: pytest.TempPathFactory) -> Cafe:
    cafe = Cafe.open(tmp_path_factory.mktemp("cafe"))
    assert cafe.run("build").exit_code == 0
    return cafe


@pytest.fixture(scope="module")
def manifest(cafe: Cafe) -> Any:
    return read(cafe, "manifest.json")


@pytest.fixture(scope="module")
def nodes() -> Graph:
    """The reference warehouse."""
    return graph.read(projects.load(ROOT))


@pytest.fixture(scope="module")
def warehouse(nodes: Graph, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Its manifest."""
    folder = tmp_path_factory.mktemp("warehouse")
    place = Place("retail360", "RETAIL_LOCAL", folder)
    artifacts.write_manifest(place, nodes, pytest.fail)
    return json.loads((folder / "manifest.json").read_text())


def test_a_reader_of_dbts_manifests_reads_the_warehouse(nodes: Graph, warehouse: Any) -> None:
    parsed = parse_manifest(warehouse)
    assert type(parsed).__name__ == "ManifestV12"
    files = nodes.nodes.values()
    relations = [node for node in files if not isinstance(node, Check)]
    assert Counter(node.resource_type for node in parsed.nodes.values()) == {
        "model": sum(isinstance(node, Model) for node in files),
        "snapshot": sum(isinstance(node, Snapshot) for node in files),
        "test": sum(len(node.checks) for node in relations) + len(files) - len(relations),
    }
    assert len(parsed.sources) >= len(nodes.catalog.tables)


def test_everything_that_is_depended_on_is_there_and_the_maps_are_each_others_mirror(
    warehouse: Any,
) -> None:
    known = {*warehouse["nodes"], *warehouse["sources"]}
    pairs = {(id_, other) for id_, above in warehouse["parent_map"].items() for other in above}
    assert {other for pair in pairs for other in pair} <= known
    below = {(id_, other) for other, ids in warehouse["child_map"].items() for id_ in ids}
    assert below == pairs
    assert warehouse["parent_map"].keys() == warehouse["child_map"].keys() == known


def test_a_name_behind_kind_and_project_selects_the_node(nodes: Graph, warehouse: Any) -> None:
    for unique_id, node in warehouse["nodes"].items():
        kind, project, name = unique_id.split(".", 2)
        assert (kind, project) == (node["resource_type"], "retail360")
        if kind != "test":
            assert name in select(nodes, [name])
        elif not node.get("attached_node"):
            assert f"check:{name}" in select(nodes, [f"check:{name}"])


def test_models_of_one_name_in_two_schemas_are_two(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path)
    cafe.write("models/cafe/other/fact_sales.sql", "select sale_id\nfrom cafe_core.fact_sales\n")
    assert cafe.run("ls").exit_code == 0
    assert {FACT, "model.cafe.cafe_other.fact_sales"} <= read(cafe, "manifest.json")["nodes"].keys()


def test_a_model_says_what_its_file_says(cafe: Cafe, manifest: Any) -> None:
    fact = manifest["nodes"][FACT]
    sql = (cafe.root / SALES).read_text()
    assert fact["raw_code"] == fact["compiled_code"] == sql.rstrip()
    assert fact["original_file_path"] == SALES
    assert fact["fqn"] == ["cafe", "cafe", "core", "fact_sales"]
    assert fact["relation_name"] == "cafe_local.cafe_core.fact_sales"
    assert fact["config"]["materialized"] == "incremental"
    assert fact["config"]["unique_key"] == "sale_id"
    assert fact["columns"]["quantity"] == {"name": "quantity", "description": "How many."}
    assert fact["depends_on"]["nodes"] == [
        HISTORY,
        "model.cafe.cafe_staging.stg_menu",
        "model.cafe.cafe_staging.stg_sales",
    ]
    assert manifest["nodes"][BY_DAY]["tags"] == ["daily"]
    staged = manifest["nodes"]["model.cafe.cafe_staging.stg_sales"]
    assert staged["depends_on"]["nodes"] == ["source.cafe.cafe_raw.sales"]
    assert manifest["sources"]["source.cafe.cafe_raw.sales"]["columns"]["sale_id"]["data_type"]


def test_snapshots_and_checks_are_those_of_dbt(manifest: Any) -> None:
    history = manifest["nodes"][HISTORY]
    assert history["config"]["strategy"] in {"timestamp", "check"}
    assert {"valid_from", "valid_to", "is_current"} <= history["columns"].keys()
    test = manifest["nodes"][NOT_NULL]
    assert test["attached_node"] == FACT
    assert test["column_name"] == "sale_id"
    assert test["test_metadata"] == {"name": "not_null", "kwargs": {"column_name": "sale_id"}}
    looked_up = manifest["nodes"]["test.cafe.cafe_core.fact_sales.references_item_id"]
    assert looked_up["config"]["severity"] == "WARN"
    assert looked_up["depends_on"]["nodes"] == [FACT, HISTORY]
    assert looked_up["test_metadata"]["name"] == "relationships"
    guard = manifest["nodes"][GUARD]
    assert "attached_node" not in guard
    assert FACT in guard["depends_on"]["nodes"]


def test_it_is_written_again_only_when_something_in_it_changes(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path)
    file = tmp_path / "target" / "manifest.json"

    def written_by(*command: str) -> bool:
        os.utime(file, (0, 0)) if file.exists() else None
        assert cafe.run(*command).exit_code == 0
        return file.exists() and file.stat().st_mtime > 0

    assert written_by("ls")
    assert not written_by("ls")
    assert not written_by("compile")
    cafe.change("models/cafe/marts/sales_by_day.sql", "-- ", "-- Again: ")
    assert written_by("plan")
    assert written_by("ls", "--database", "ANOTHER")
    file.write_text('{"metadata"')
    assert written_by("ls")


def test_what_a_run_did_is_read_as_a_run_of_dbt(cafe: Cafe, manifest: Any) -> None:
    assert cafe.run("build", "--all", "--threads", "2").exit_code == 0
    written = read(cafe, "run_results.json")
    parsed = parse_run_results(written)
    assert type(parsed).__name__ == "RunResultsV6"
    statuses = {one.unique_id: one.status.value for one in parsed.results}
    assert statuses.keys() == manifest["nodes"].keys()
    assert {statuses[id_] for id_ in statuses if id_.startswith("test.")} == {"pass"}
    assert statuses[FACT] == statuses[HISTORY] == "success"
    fact = next(one for one in written["results"] if one["unique_id"] == FACT)
    assert fact["adapter_response"]["query_id"]
    assert fact["timing"][0]["name"] == "execute"
    assert fact["execution_time"] > 0
    assert written["args"]["which"] == "build"
    assert written["args"]["threads"] == 2
    assert cafe.run("build").exit_code == 0
    assert read(cafe, "run_results.json")["results"] == []


def test_failures_have_the_words_of_dbt(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path)
    cafe.change(SALES, "amount >= 0", "amount >= 1000")
    cafe.write("models/cafe/marts/broken.sql", "-- @materialized table\nselect 1 / 0 as n\n")
    assert cafe.run("build").exit_code == 1
    results = {one["unique_id"]: one for one in read(cafe, "run_results.json")["results"]}
    parse_run_results(read(cafe, "run_results.json"))
    check = results["test.cafe.cafe_core.fact_sales.check_amount"]
    assert check["status"] == "fail"
    assert check["failures"] > 0
    assert check["compiled_code"]
    assert results[FACT]["status"] == "error"
    assert results[FACT]["message"] == check["message"]
    assert results[BY_DAY]["status"] == results[GUARD]["status"] == "skipped"
    assert results["model.cafe.cafe_marts.broken"]["status"] == "error"
    assert "division by zero" in results["model.cafe.cafe_marts.broken"]["message"].lower()


def test_a_folder_that_cannot_be_written_is_a_note(tmp_path: Path) -> None:
    cafe = Cafe.open(tmp_path)
    cafe.write("target", "a file where the folder should be")
    result = cafe.run("build")
    assert result.exit_code == 0, result.stderr
    for name in ("manifest.json", "run_results.json"):
        assert f"{name} was not written: " in result.stderr
