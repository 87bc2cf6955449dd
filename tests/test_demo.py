"""`make demo` tells its story from an empty folder, and again over what it left."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demo.domains import DOMAINS
from tests.warehouse import ROOT, Warehouse

pytestmark = pytest.mark.slow  # `make demo` runs before the tests in CI


def demonstrated(folder: Path, *arguments: str) -> str:
    """What the demo prints, in a copy of the project."""
    Warehouse.copied_to(folder)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "demo", folder / "demo", ignore=ignored)
    done = subprocess.run(
        [sys.executable, "-m", "demo", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is said of one domain, over what an earlier demo left."""
    folder = tmp_path_factory.mktemp("demo")
    left = folder / "landing" / "demo" / "orders" / "batch_20200101T000000.csv"
    mine = folder / "landing" / "orders" / "batch_20200101T000000.csv"
    for path in (left, mine):
        path.parent.mkdir(parents=True)
        path.write_text("order_id\n", encoding="utf-8")
    said = demonstrated(folder, "retail")
    assert not left.exists()
    assert mine.exists()
    return said


def section(told: str, title: str) -> list[str]:
    """The lines below a heading, up to the next."""
    (found,) = re.findall(rf"^{title} ─+\n(.*?)(?=\n\n|\Z)", told, re.DOTALL | re.MULTILINE)
    return [line for line in found.splitlines() if line]


def test_it_shows_what_ran_and_why(told: str) -> None:
    lines = section(told, "What the second build ran, and why")
    assert any("fact_orders" in line and "incremental merge" in line for line in lines)
    assert any(
        "customers_snapshot" in line and "new data in retail_staging." in line for line in lines
    )


def test_it_shows_the_load_history(told: str) -> None:
    files = [line for line in section(told, "What was loaded") if ".csv" in line]
    assert len(files) == 13
    assert all("Loaded" in line for line in files)


def test_it_shows_that_no_order_is_lost(told: str) -> None:
    batches = [
        line.split()
        for line in section(told, "Every order of every batch is there, late ones too")
        if ".csv" in line
    ]
    assert len(batches) == 2
    assert all(landed == in_fact for _, landed, in_fact, *_ in batches)


def test_it_shows_the_history_of_a_changed_customer(told: str) -> None:
    *_, closed, current = section(told, "The history of a customer who changed")
    assert closed.split()[0] == current.split()[0]
    assert closed.endswith("false")
    assert current.endswith("true")


def test_it_shows_sales_by_day_as_a_chart(told: str) -> None:
    days = [line for line in section(told, "Sales by day") if line.startswith("2026-")]
    assert len(days) == 31
    assert all("█" in line for line in days)


def test_all_domains_end_in_one_page(tmp_path: Path) -> None:
    said = demonstrated(tmp_path)
    _, page = said.split("What the second build did", maxsplit=1)
    assert len(page.splitlines()) <= 100
    counts = {line.split()[0]: line.split() for line in section(said, "What the second build did")}
    for domain in DOMAINS:
        _, relations, written, *_ = counts[domain.name]
        assert int(relations) > 0
        assert int(written) > 0
        assert domain.views[0].title in page
