"""The workflows under .github/: what they run exists, and may do no more than it needs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from runner.cli import cli
from tests.warehouse import ROOT, Warehouse

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
DIFFS = [FOLDER / name for name in ("comment.yml", "diff.yml", "diff-snowflake.yml")]
PINNED = re.compile(
    r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./\.github/workflows/[\w-]+\.yml"
)
USES = re.compile(r"uses: (.*)$", re.MULTILINE)
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")  # GitHub's `shell: bash`


def parsed(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text())
    return found


def steps(file: Path) -> Iterator[dict[str, Any]]:
    for job in parsed(file)["jobs"].values():
        yield from job.get("steps", ())


def scripts(file: Path) -> list[str]:
    return [step["run"] for step in steps(file) if "run" in step]


def commands(script: str) -> Iterator[list[str]]:
    """The words of each command that calls the runner, without what its output goes to."""
    for line in script.splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words: list[str] = []
        for word in [*lexer, "\n"]:
            if set(word) <= set("();<>|&\n"):
                if words and words[0] == "runner":
                    yield words
                words = []
            else:
                words.append(word)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_actions_are_pinned_and_permissions_are_few(file: Path) -> None:
    used = USES.findall(file.read_text())
    assert used
    assert [one for one in used if not PINNED.fullmatch(one)] == []
    assert parsed(file)["permissions"] in ({}, {"contents": "read"})
    for job in parsed(file)["jobs"].values():
        assert job.get("permissions", {}) in ({}, {"pull-requests": "write"})
    called = [file.parents[2] / one for one in used if one.startswith("./")]
    assert all(one.is_file() for one in called)


@pytest.mark.parametrize("file", DIFFS, ids=lambda file: file.name)
def test_a_script_stops_at_its_first_error_and_holds_no_text_of_a_stranger(file: Path) -> None:
    assert parsed(file)["defaults"]["run"]["shell"] == "bash"
    for script in scripts(file):
        assert "${{" not in script, "hand it over as a variable"
        subprocess.run(["bash", "-n", "-c", script], check=True)


@pytest.mark.parametrize("file", DIFFS[1:], ids=lambda file: file.name)
def test_every_command_is_one_of_the_runner_with_options_that_it_has(file: Path) -> None:
    found = [words for script in scripts(file) for words in commands(script)]
    assert {words[1] for words in found} >= {"clone", "build", "check", "diff"}
    for _, name, *arguments in found:
        command = cli.commands[name]
        options = " ".join(arguments).replace("$BATCHES", parsed(file)["env"].get("BATCHES", ""))
        with command.make_context(name, shlex.split(options)):
            pass


def test_only_the_account_that_comments_may_write_and_it_runs_nothing_of_the_project() -> None:
    for file in DIFFS[1:]:
        jobs = parsed(file)["jobs"]
        writing = [name for name, job in jobs.items() if "permissions" in job]
        assert writing == ["comment"]
        assert jobs["comment"]["uses"] == "./.github/workflows/comment.yml"
    assert not [one for one in USES.findall(DIFFS[0].read_text()) if "checkout" in one]


def test_secrets_are_snowflakes_own_names_and_never_reach_a_fork() -> None:
    text = DIFFS[2].read_text()
    secrets = re.findall(r"(\w+): \$\{\{ secrets\.(\w+) \}\}", text)
    assert {name for name, _ in secrets} == {"SNOWFLAKE_USER", "SNOWFLAKE_PRIVATE_KEY_RAW"}
    assert all(name == secret for name, secret in secrets)
    for job in parsed(DIFFS[2])["jobs"].values():
        if "env" in job:
            assert "head.repo.full_name == github.repository" in job["if"]
    assert "secrets." not in DIFFS[1].read_text() + DIFFS[0].read_text()


def test_a_clone_is_dropped_whatever_happens_and_when_the_pull_request_is_closed() -> None:
    jobs = parsed(DIFFS[2])["jobs"]
    last = jobs["diff"]["steps"][-1]
    assert (last["if"], last["run"]) == ("${{ always() }}", 'runner clone --drop "$CLONE"')
    assert jobs["drop"]["steps"][-1]["run"] == last["run"]
    assert parsed(DIFFS[2])["concurrency"]["cancel-in-progress"] is True
    assert (
        "closed" in parsed(DIFFS[2])[True]["pull_request"]["types"]
    )  # YAML 1.1 reads `on` as true


@pytest.mark.slow
def test_what_a_pull_request_changes_is_told_without_an_account(tmp_path: Path) -> None:
    """The steps of diff.yml, in a repository whose head changes one mart."""
    project = Warehouse.copied_to(tmp_path / "project", "retail").folder
    shutil.copytree(ROOT / "demo", project / "demo", ignore=shutil.ignore_patterns("__pycache__"))
    (project / ".gitignore").write_text(".runner/\nlanding/\ntarget/\n__pycache__/\n")
    mart = project / "models/retail/marts/sales_by_day.sql"
    git(project, "init", "--quiet", "--initial-branch", "main")
    commit(project, "base")
    changed = mart.read_text().replace("sum(shipping_cost)", "2 * sum(shipping_cost)")
    assert changed != mart.read_text()
    git(project, "switch", "--quiet", "--create", "head")
    mart.write_text(changed)
    commit(project, "head")
    git(project, "switch", "--quiet", "main")
    git(project, "merge", "--quiet", "--no-ff", "head")
    said = "".join(run(project, step) for step in steps(DIFFS[1]) if step.get("name") in STEPS)
    comment = (project / "diff.md").read_text()
    assert comment.startswith("### `RETAIL_DEMO` → `RETAIL_PR`: 1 relation differs\n")
    assert "| `retail_marts.sales_by_day` | `changed` |" in comment
    assert (project / "summary.md").read_text() == comment
    assert "RETAIL_PR is a clone: files are not loaded again" in said
    assert "plan: 1 to build, " in said
    assert re.search(r"  build  retail_marts.sales_by_day +sql changed: total_shipping\n", said)


STEPS = {
    "Build the base",
    "Clone it",
    "Build what the head changes",
    "Check",
    "Tell what differs",
}


def run(project: Path, step: dict[str, Any]) -> str:
    """What a step says; it has to go well."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    given = {"DOMAIN": "retail", "BATCHES": "", "RUNNER_TARGET": "demo", "PATH": path}
    summary = {"GITHUB_STEP_SUMMARY": str(project / "summary.md")}
    done = subprocess.run(
        [*BASH, step["run"]],
        cwd=project,
        env={**os.environ, **given, **summary},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{step['name']}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
