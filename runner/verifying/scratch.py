"""A scratch warehouse on the embedded engine: migrations deployed, raw tables empty, built at will.

Every scenario has a database of its own in one temporary folder, which is removed in the end.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from runner import __version__, batching, ledger
from runner import plan as planning
from runner.batching import Batches
from runner.configuration import TargetConfig
from runner.deploying import migrations
from runner.due import Asked
from runner.engines import Engine, Session, open_engine
from runner.errors import Cancelled
from runner.executing import executor
from runner.executing.executor import Limits
from runner.graph import Graph
from runner.nodes import Model, Relation, sql_name
from runner.plan import Everything
from runner.project import Project
from runner.results import BAD, Invocation, NodeResult, RunResult, Status
from runner.verifying import landing
from runner.verifying.arrivals import Batch, Delivery, Row

EMBEDDED = "duckdb"
LANDED = "VERIFY_LANDED"


@dataclass(frozen=True)
class Scratch:
    """A folder with databases, for the project and target (name) that are verified.

    graph  what is built there
    raw    the tables that deliveries arrive in
    """

    folder: Path
    project: Project
    target: str
    threads: int
    graph: Graph
    raw: tuple[Relation, ...]

    def engine(self, database: str) -> Engine:
        return open_engine(self._project(database).target(self.target))

    def _project(self, database: str) -> Project:
        """The project with its target here: variables stay, so that migrations render as there."""
        config = self.project.config
        target = config.targets[self.target]
        options = {**target.options, "path": str(self.folder)}
        here = TargetConfig(target.name, EMBEDDED, database, options, target.variables)
        targets = {**config.targets, target.name: here}
        return replace(self.project, config=replace(config, targets=targets))

    def land(self, delivered: Sequence[Sequence[Delivery]]) -> None:
        """Keep all rows, to be copied from."""
        sources = [of_table[0].source for of_table in delivered if of_table]
        with _session(self.engine(LANDED)) as session:
            for sql in landing.tables(sources):
                session.execute(sql)
            for of_table in delivered:
                for delivery in of_table:
                    for sql in landing.rows(delivery):
                        session.execute(sql)

    @contextmanager
    def warehouse(self) -> Iterator[Warehouse]:
        """A new database with the migrations' objects and empty raw tables."""
        name = f"VERIFY_{uuid.uuid4().hex}".upper()
        project = self._project(name)
        with ExitStack() as stack:
            engine = self.engine(name)
            stack.callback(engine.close)
            migrations.deploy(project, engine, project.target(self.target))
            session = stack.enter_context(engine.session())
            for relation in self.raw:
                session.execute(f"delete from {relation}")
            yield Warehouse(engine, session, self.graph, self.threads)


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="runner-verify-") as made:
        yield Path(made)


@dataclass(frozen=True)
class Warehouse:
    """One database, and a session to look into it."""

    engine: Engine
    session: Session
    graph: Graph
    threads: int

    def arrive(self, batch: Batch) -> None:
        for load in batch.loads:
            self.session.execute(landing.arrival(load, LANDED))

    def build(
        self, ids: Collection[str], when: datetime, *, full_refresh: bool = False
    ) -> Mapping[str, NodeResult]:
        """Build nodes as `runner build` does at a time (UTC); those that did not go well.

        Raises `Cancelled` after Ctrl-C.
        """
        plan = planning.make(
            self.graph,
            ids,
            Everything(Asked(full_refresh=full_refresh)),
            self._due(ids, when, full_refresh),
        )
        target = self.engine.target
        started_at = when.replace(tzinfo=UTC)
        invocation = Invocation(
            str(uuid.uuid4()), "verify", target.name, target.database, started_at, __version__
        )
        run = executor.run(plan, self.engine, invocation, Limits(self.threads), lambda _: None)
        if run.interrupted:
            raise Cancelled("the run was stopped")
        return _failed(run)

    def _due(
        self, ids: Collection[str], when: datetime, full_refresh: bool
    ) -> Callable[[Model, bool], Batches]:
        models = batching.selected(self.graph, ids)
        known = ledger.read(self.session, models) if models else {}
        request = batching.Request(when, full_refresh)
        return lambda model, _: batching.due(model, known[model.id], request)

    def rows(self, relation: Relation, columns: Sequence[str]) -> list[Row]:
        listed = ", ".join(map(sql_name, columns))
        return self.query(f"select {listed} from {relation}")

    def query(self, sql: str) -> list[Row]:
        """The rows of a query as they can be counted: BINARY comes as a bytearray."""
        return [
            tuple(bytes(value) if isinstance(value, bytearray) else value for value in row)
            for row in self.session.execute(sql).rows
        ]

    def columns(self, relation: Relation) -> tuple[str, ...]:
        found = self.session.execute(f"select * from {relation} limit 0").columns
        return tuple(column.name for column in found)


def _failed(run: RunResult) -> Mapping[str, NodeResult]:
    return {node.node: node for node in run.nodes if node.status in BAD | {Status.SKIPPED}}


@contextmanager
def _session(engine: Engine) -> Iterator[Session]:
    try:
        with engine.session() as session:
            yield session
    finally:
        engine.close()
