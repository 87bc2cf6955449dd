"""The reference warehouse in a folder of its own, for tests: files land, `runner build` runs."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from demo.domains import NOW
from demo.options import SEED
from demo.tour import Step
from demo.zone import Zone
from runner import project
from runner.cli import cli
from runner.engines import Session, open_engine

ROOT = Path(__file__).parents[1]
SQL_FOLDERS = ("migrations", "models", "snapshots", "checks")

Rows = list[tuple[Any, ...]]
Contents = Mapping[str, Counter[tuple[Any, ...]]]


@dataclass(frozen=True)
class Warehouse:
    """A copy of the reference project; its landing zone is `<folder>/landing`."""

    folder: Path

    @classmethod
    def copied_to(cls, folder: Path, *domains: str) -> Warehouse:
        """A copy of the project, of all domains or of the named ones."""
        for name in SQL_FOLDERS:
            for path in (ROOT / name).rglob("*.sql"):
                if not domains or _domain(path.relative_to(ROOT)) in (*domains, None):
                    copy = folder / path.relative_to(ROOT)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, copy)
        (folder / "runner.toml").write_text(_configuration(folder), encoding="utf-8")
        return cls(folder)

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    def land(self, path: str, text: str) -> None:
        """Write a CSV file into the landing zone; `text` may be indented."""
        file = self.landing / path
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = [line.strip() for line in text.strip().splitlines()]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def take(self, steps: Iterable[Step]) -> None:
        """Let steps of the tour happen: the same files land as in `make demo`."""
        for step in steps:
            step.land(Zone(self.landing, SEED, NOW))

    def run(self, *arguments: str) -> Result:
        """`runner … --project-dir <folder>` in this process."""
        return CliRunner().invoke(cli, [*arguments, "--project-dir", str(self.folder)])

    def build(self, *arguments: str) -> str:
        """Build, and return what was said; a failure fails the test."""
        done = self.run("build", *arguments)
        assert done.exit_code == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    @contextmanager
    def session(self) -> Iterator[Session]:
        engine = open_engine(project.load(self.folder).target())
        try:
            with engine.session() as session:
                yield session
        finally:
            engine.close()

    def rows(self, sql: str) -> Rows:
        with self.session() as session:
            return session.execute(sql).rows

    def let_a_day_pass(self, *tables: str) -> None:
        """Make what tables loaded a day older, so that an increment has to choose."""
        with self.session() as session:
            for table in tables:
                session.execute(
                    f"update {table} set ingestion_ts = dateadd('day', -1, ingestion_ts)"
                )

    def contents(self) -> Contents:
        """Every row of every table and view of the warehouse, the runner's own state left out."""
        with self.session() as session:
            return {name: Counter(_select_all(session, name)) for name in relations(session)}


def _domain(path: Path) -> str | None:
    """The domain of a file by its folder, of a migration by its name; None is for all domains."""
    if path.parts[0] != "migrations":
        return path.parts[1]
    return None if path.parts[1] == "account" else re.split("__|_", path.stem)[1]


def _configuration(folder: Path) -> str:
    """runner.toml without the defaults of folders that were not copied."""
    text = (ROOT / "runner.toml").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    named = [(re.match(r'\[defaults\."(.+)"\]', block), block) for block in blocks]
    return "".join(block for name, block in named if not name or (folder / name[1]).is_dir())


def relations(session: Session) -> Sequence[str]:
    """Every table and view, the runner's own state left out."""
    found = session.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_schema not in ('INFORMATION_SCHEMA', 'RUNNER', 'SCHEMACHANGE')"
        " order by table_schema, table_name"
    )
    return [f"{schema}.{name}".lower() for schema, name in found.rows]


def _select_all(session: Session, name: str) -> Rows:
    """All columns but those of a quarantine that tell which run sent a row there, and when."""
    run = " exclude (quarantined_by, quarantined_at)" if name.endswith("__quarantine") else ""
    return session.execute(f"select *{run} from {name}").rows
