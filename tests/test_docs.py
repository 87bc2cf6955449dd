"""The README and the pages under docs/: every command shown runs, every link leads somewhere.

Commands stand in fenced `console` blocks, behind a `$`. A page's commands run one after the other
in a copy of the reference project with sample data, as a reader would type them.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from demo.domains import DOMAINS
from runner.cli import cli
from tests.warehouse import Warehouse

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(#[^)\s]*)?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def title(page: Path) -> str:
    return str(page.relative_to(ROOT))


def commands(page: Path) -> list[str]:
    """The lines behind `$` in a page's console blocks; a backslash goes on with the next line."""
    blocks = "".join(CONSOLE.findall(page.read_text())).replace("\\\n", " ")
    return [line[2:] for line in blocks.splitlines() if line.startswith("$ ")]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Warehouse]:
    """The reference warehouse of one domain, built from its first sample data."""

    @cache
    def build(name: str) -> Warehouse:
        warehouse = Warehouse.copied_to(tmp_path_factory.mktemp(name), name)
        (domain,) = [domain for domain in DOMAINS if domain.name == name]
        warehouse.take(domain.before_first)
        warehouse.build()
        return warehouse

    return build


@pytest.fixture
def project(page: Path, tmp_path: Path, built: Callable[[str], Warehouse]) -> Warehouse:
    """A built project that the page may change: of its own domain, or of the first."""
    domain = page.stem if page.parent.name == "warehouse" else DOMAINS[0].name
    return Warehouse(Path(shutil.copytree(built(domain).folder, tmp_path / "project")))


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=title)
def test_every_command_of_a_page_runs(
    page: Path, project: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    folder = project.folder
    for command in commands(page):
        words = shlex.split(command)
        if words[0] == "cd":
            folder = folder / words[1]
            continue
        monkeypatch.chdir(ROOT if words[0] == "make" else folder)
        code, said = run(command)
        assert code == 0, f"{command}\n{said}"


def run(line: str) -> tuple[int, str]:
    """The exit code of a command and what it says; `make` only says what it would do."""
    words = shlex.split(line)
    match words[0]:
        case "runner":
            result = CliRunner().invoke(cli, words[1:])
            return result.exit_code, result.output
        case "python":
            command = [sys.executable, *words[1:]]
        case "sed" | "echo":
            command = ["sh", "-c", line]
        case "make":
            command = ["make", "--dry-run", *words[1:]]
        case other:
            raise AssertionError(f"a page shows a command that no test knows: {other}")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_example_of_what_is_out_of_date_says_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs/state.md").read_text().partition("## Tables and views")[0]
    monkeypatch.chdir(tmp_path)
    shown = 0
    for block in CONSOLE.findall(page):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, answer = step.partition("\n")
            if command.startswith("cd "):
                monkeypatch.chdir(command[3:])
                continue
            code, said = run(command)
            assert code == 0, f"{command}\n{said}"
            if answer:
                assert cells(answer) == cells(said.partition("plan: ")[0]), command
                shown += 1
    assert shown == 4


def cells(table: str) -> list[list[str]]:
    """A table's lines without the rule, the times and the widths of its columns."""
    lines = [re.split(r" {2,}", re.sub(r"[0-9.]+ s$", "", line)) for line in table.splitlines()]
    return [[cell for cell in line if cell] for line in lines if not line[0].startswith("--")]


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text()):
        file = (page.parent / target).resolve()
        assert file.exists(), f"{title(page)} links to {target}, which is not there"
        if anchor:
            assert anchor[1:] in {slug(text) for text in HEADING.findall(file.read_text())}


def slug(heading: str) -> str:
    """The anchor of a heading as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_model_in_the_readme_is_the_model() -> None:
    model = (ROOT / "models/retail/marts/sales_by_day.sql").read_text()
    assert f"```sql\n{model}```" in (ROOT / "README.md").read_text()
