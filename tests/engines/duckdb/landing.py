"""A landing zone for the tests of loading: an engine whose stages are temporary folders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from runner.engines import Result, Target
from runner.engines.duckdb import open_engine
from runner.engines.duckdb.session import Session

URL = "s3://landing/"


class Landing:
    """A session in database `WH`, schema `PUBLIC`; `s3://landing/` is the folder `landing`."""

    def __init__(self, root: Path, session: Session) -> None:
        self.root = root
        self.folder = root / "landing"
        self.session = session

    def land(self, name: str, content: str | bytes) -> Path:
        """Put a file into the landing folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, sql: str) -> Result:
        return self.session.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.session.execute(sql).rows

    def table(self, name: str = "T") -> list[tuple[Any, ...]]:
        """The rows of a table, through DuckDB alone."""
        return self.session.raw(f'select * from "WH"."PUBLIC"."{name}" order by all')

    def history(self) -> list[tuple[Any, ...]]:
        """File, status, rows parsed, rows loaded, errors: what was recorded, in order."""
        return self.session.raw(
            "select file_name, status, rows_parsed, rows_loaded, error_count "
            'from "WH"._runner.loads order by rowid'
        )


@contextmanager
def opened(root: Path) -> Iterator[Landing]:
    """Open (or open again) the databases below `root`."""
    (root / "landing").mkdir(exist_ok=True)
    engine = open_engine(Target("local", "duckdb", "WH", root, {"stages": {URL: "landing"}}))
    try:
        with engine.session() as session:
            yield Landing(root, session)
    finally:
        engine.close()
