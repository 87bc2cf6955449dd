"""A database that all migrations of the reference warehouse were deployed to, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner import project, scripts
from runner.cataloging import templates
from runner.deploying import migrations
from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session
from tests.warehouse import ROOT

FOLDERS = {"account": True, "database": False}


def statements(path: str) -> Iterator[str]:
    """The statements of a script, rendered."""
    variables = project.load(ROOT).variables()
    text = (ROOT / path).read_text(encoding="utf-8")
    rendered = templates.render(text, variables, path, ROOT / "migrations")
    return (statement.sql for statement in scripts.split(rendered))


@contextmanager
def migrated(bucket: Path) -> Iterator[Session]:
    """A database in which every script ran half through, and then again from its top."""
    reference = project.load(ROOT)
    target = reference.target()
    with connect(database=target.database) as session:
        session.stage_folders = {"s3://retail360-landing/": bucket}
        for is_account in FOLDERS.values():
            for script in migrations.read(reference, target, account=is_account):
                found = list(statements(script.path))
                for sql in [*found[:-1], *found]:
                    session.execute(sql)
                session.execute(f"use database {target.database}")
        yield session


def column(session: Session, sql: str, name: str) -> list[str]:
    result = session.execute(sql)
    index = [found.name.lower() for found in result.columns].index(name)
    return [row[index] for row in result.rows]
