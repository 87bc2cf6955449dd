"""A small warehouse whose data arrive in rounds, for proofs about what is there in between.

It has every way to publish: views and tables with and without checks, three incremental strategies,
batches with their ledger, two snapshots, a table and an increment with a quarantine (both are also
read together, in one query), a relation that is a table in one round and a view in the next, a view
whose query changes. Nothing in it depends on the clock, so two warehouses that saw the same rounds
are equal.
"""

from __future__ import annotations

import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from runner import batching, graph, ingest, ledger, selectors
from runner import plan as planning
from runner import project as projects
from runner.deploying import migrations
from runner.engines import Engine, Session, open_engine
from runner.executing import executor
from runner.executing.executor import Limits
from runner.nodes import QUARANTINE, Model
from runner.results import Invocation, RunResult

PROJECT = Path(__file__).parent / "data" / "rounds"
START = datetime(2024, 1, 1, tzinfo=UTC)
CUSTOMERS = 12
ORDERS = 30
BAD_ROUND = 3  # in every third round one customer has no name

TOGETHER = " and what it sent away"

Contents = Mapping[str, Counter[tuple[Any, ...]]]
RELATIONS = (
    "shop_staging.stg_orders",
    "shop_staging.stg_customers",
    "shop_staging.round",
    "shop_core.fact_orders",
    "shop_core.orders_by_customer",
    "shop_core.order_log",
    "shop_core.orders_by_day",
    "shop_core.dim_customer",
    "shop_core.deliveries",
    "shop_core.either",
    "shop_core.cheap_orders",
    "shop_core.cheap_orders__quarantine",
    "shop_core.cheap_orders and what it sent away",
    "shop_core.dear_orders",
    "shop_core.dear_orders__quarantine",
    "shop_core.dear_orders and what it sent away",
    "shop_core.customers_by_time",
    "shop_core.customers_by_comparison",
    "shop_marts.sales_by_name",
)
# Views show what their inputs hold: they change when those do, not when they are built.
VIEWS = frozenset({"shop_staging.stg_orders", "shop_staging.stg_customers"})
# Tables that are made empty, before their first batch.
BATCHED = frozenset({"shop_core.orders_by_day"})


@dataclass(frozen=True)
class Rounds:
    """One warehouse; `seed` says what arrives."""

    folder: Path
    seed: int

    @classmethod
    def open(cls, folder: Path, seed: int) -> Rounds:
        shutil.copytree(PROJECT, folder, dirs_exist_ok=True)
        return cls(folder, seed)

    def land(self, number: int) -> None:
        """Let the files of a round arrive, and change the models that change in every round."""
        rng = Random(f"{self.seed} {number}")
        orders = [
            f"o{rng.randint(1, 20 * number)},c{rng.randint(1, CUSTOMERS)},"
            f"{rng.randint(1, 9999) / 100},2024-01-{rng.randint(1, 28)}"
            for _ in range(ORDERS)
        ]
        present = [customer for customer in range(1, CUSTOMERS + 1) if rng.random() < 0.8]
        nameless = rng.choice(present) if number % BAD_ROUND == 0 else None
        customers = [
            f"c{customer},{'' if customer == nameless else f'named {since}'},"
            f"{START + timedelta(days=since):%Y-%m-%d}"
            for customer in present
            for since in (number - (customer + self.seed + number) % 3,)
        ]
        self._write(f"landing/orders/{number:04}.csv", "\n".join(["header", *orders]))
        self._write(f"landing/customers/{number:04}.csv", "\n".join(["header", *customers]))
        kind = "table" if number % 2 else "view"
        self._model("core/either", f"select {number} as number", f"-- @materialized {kind}\n\n")
        self._model("staging/round", f"select {number} as number, 'it' as what")

    def _model(self, name: str, sql: str, head: str = "") -> None:
        self._write(f"models/shop/{name}.sql", f"{head}{sql}  -- @check number > 0\n")

    def _write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def engine(self) -> Engine:
        return open_engine(projects.load(self.folder).target())

    def build(
        self, number: int, around: Callable[[Engine], Engine] = lambda engine: engine
    ) -> RunResult:
        """What `runner build` does, at the time of the round; `around` may wrap the engine."""
        project = projects.load(self.folder)
        target = project.target()
        read = graph.read(project)
        when = START + timedelta(days=number, hours=12)
        invocation = Invocation(
            str(uuid.uuid4()), "build", target.name, target.database, when, "test"
        )
        with closing(open_engine(target)) as opened:
            engine = around(opened)
            migrations.deploy(project, engine, target)
            ingest.run(engine, read.catalog)
            selection = selectors.select(read)
            plan = planning.make(read, selection, batches=due(engine, read, when))
            return executor.run(plan, engine, invocation, Limits(2), lambda event: None)

    def contents(self) -> Contents:
        """Every row of every relation, those that a build should have removed included."""
        with closing(self.engine()) as engine, engine.session() as session:
            return {name: rows(session, name) for name in relations(session)}


def due(
    engine: Engine, read: graph.Graph, when: datetime
) -> Callable[[Model, bool], batching.Batches]:
    """The batches of a build at that time."""
    models = batching.selected(read, read.order)
    with engine.session() as session:
        known = ledger.read(session, models)
    moment = when.replace(tzinfo=None)
    return lambda model, anew: batching.due(model, known[model.id], batching.Request(moment, anew))


def relations(session: Session) -> list[str]:
    found = session.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_schema like 'SHOP%' and table_schema <> 'SHOP_RAW'"
    )
    names = {f"{schema}.{name}".lower() for schema, name in found.rows}
    together = {f"{name}{TOGETHER}" for name in names if f"{name}{QUARANTINE}" in names}
    return sorted(names | together)


def rows(session: Session, name: str) -> Counter[tuple[Any, ...]]:
    """The rows of a relation; of those in quarantine not by which run and when they were sent."""
    if name.endswith(QUARANTINE):
        query = f"select * exclude (quarantined_by, quarantined_at) from {name}"
    elif name.endswith(TOGETHER):
        table = name.removesuffix(TOGETHER)
        query = (
            f"select order_id, delivery, 'taken' from {table} "
            f"union all select order_id, delivery, 'sent away' from {table}{QUARANTINE}"
        )
    else:
        query = f"select * from {name}"
    return Counter(session.execute(query).rows)
