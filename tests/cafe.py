"""The starter project, as a folder of its own to build and to break."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from runner import graph, starter
from runner import project as projects
from runner.cli import cli


@dataclass(frozen=True)
class Cafe:
    """What `runner init` wrote into `root`."""

    root: Path

    @classmethod
    def open(cls, root: Path) -> Cafe:
        starter.write(root)
        return cls(root)

    def graph(self) -> graph.Graph:
        return graph.read(projects.load(self.root))

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        """Replace a text that must be there."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def run(self, command: str, *arguments: str) -> Result:
        """`runner <command> --project-dir <root> …` in this process."""
        return CliRunner().invoke(cli, [command, "--project-dir", str(self.root), *arguments])

    def rows(self, sql: str) -> list[str]:
        """The rows of a query, as lines of CSV."""
        result = self.run("query", sql, "--format", "csv")
        assert result.exit_code == 0, result.stderr
        return result.stdout.splitlines()[1:]

    def start(self, command: str, *arguments: str) -> subprocess.Popen[str]:
        """The same in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "runner", command, "--project-dir", str(self.root), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
