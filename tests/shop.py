"""A project with batches that a test writes, at a time that the test says it is."""

from __future__ import annotations

import shutil
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runner import batching, ledger, rollback, wanted
from runner import plan as plans
from runner import project as projects
from runner.batching import Batches, Request
from runner.engines import Engine, Target, open_engine
from runner.executing import executor
from runner.executing.executor import Limits
from runner.intervals import Interval
from runner.nodes import Model
from runner.options import Options
from runner.plan import Plan
from runner.results import Invocation, RunResult
from runner.rollback import TakenOut, Which

HEAD = "-- @materialized incremental\n-- @batch day @begin 2024-01-01 @batch_by on_day\n"
OF_BATCH = "from raw.sales\nwhere on_day >= $batch_start and on_day < $batch_end"


def same(engine: Engine) -> Engine:
    return engine


@dataclass
class Shop:
    """A folder with models over `raw.sales`, and its database, which stays open until `close`."""

    root: Path
    opened: Engine | None = None

    @classmethod
    def open(
        cls,
        root: Path,
        columns: str = "id number, on_day date, amount number",
        engine: str = "duckdb",
        database: str = "DB",
    ) -> Shop:
        shop = cls(root)
        shop.write(
            "runner.toml", f'[targets.local]\nengine = "{engine}"\ndatabase = "{database}"\n'
        )
        shop.sql("create schema raw")
        shop.begin(columns)
        return shop

    def begin(self, columns: str = "id number, on_day date, amount number") -> None:
        """Forget everything: no models, no tables of theirs, no sales, no ledger."""
        shutil.rmtree(self.root / "models", ignore_errors=True)
        create = f"create or replace table raw.sales ({columns})"
        self.write("migrations/V1.0.0__raw.sql", f"create schema if not exists raw; {create};")
        drop = "drop schema if exists"
        self.sql(create, f"{drop} core cascade", f"{drop} runner cascade")

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def model(self, name: str, select: str, *settings: str) -> None:
        """A model `core.<name>` over the sales of one batch."""
        head = HEAD + "".join(f"-- {line}\n" for line in settings)
        self.write(f"models/core/{name}.sql", f"{head}\n{select}\n{OF_BATCH}\n")

    @property
    def engine(self) -> Engine:
        if self.opened is None:
            self.opened = open_engine(self.target)
        return self.opened

    def close(self) -> None:
        if self.opened is not None:
            self.opened.close()
            self.opened = None

    @property
    def target(self) -> Target:
        return projects.load(self.root).target()

    def sql(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements; the rows of the last one."""
        with self.engine.session() as session:
            return [session.execute(statement).rows for statement in statements][-1]

    def rows(self, relation: str) -> Counter[tuple[Any, ...]]:
        return Counter(self.sql(f"select * from {relation}"))

    def add(self, *rows: tuple[object, ...]) -> None:
        values = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
        self.sql(f"insert into raw.sales values {values}")

    def wanted(self, **chosen: Any) -> wanted.Wanted:
        return wanted.read(projects.load(self.root), Options(self.root, **chosen), print)

    def plan(self, now: str, **chosen: Any) -> Plan:
        """All that is selected, whether or not it is out of date."""
        asked = self.wanted(**chosen)
        with self.engine.session() as session:
            ledgers = ledger.read(session, asked.batched) if asked.batched else {}
        request = Request(datetime.fromisoformat(now), asked.asked.full_refresh, asked.window)

        def batches(model: Model, anew: bool) -> Batches:
            return batching.due(model, ledgers[model.id], request)

        return plans.make(asked.graph, asked.selection, plans.Everything(asked.asked), batches)

    def reasons(self, now: str, **chosen: Any) -> dict[str, str]:
        return {step.id: step.reason for step in self.plan(now, **chosen).steps}

    def build(
        self,
        now: str,
        window: tuple[str, str] | None = None,
        around: Callable[[Engine], Engine] = same,
        **chosen: Any,
    ) -> RunResult:
        """What `runner build --all` does; `around` may wrap the engine."""
        if window:
            start, end = map(datetime.fromisoformat, window)
            chosen |= {"batch_start": start, "batch_end": end}
        when = datetime.fromisoformat(now)
        engine = around(self.engine)
        plan = self.plan(now, **chosen)
        return executor.run(plan, engine, self.invocation("build", when), Limits(1), _ignore)

    def rollback(
        self, now: str, which: Which, *, dry_run: bool = False, **chosen: Any
    ) -> tuple[TakenOut, ...]:
        began = self.invocation("rollback", datetime.fromisoformat(now))
        models = self.wanted(**chosen).batched
        return rollback.carry_out(self.engine, models, which, began, dry_run=dry_run)

    def invocation(self, command: str, when: datetime) -> Invocation:
        target = self.target
        when = when.replace(tzinfo=UTC)
        return Invocation(str(uuid.uuid4()), command, target.name, target.database, when, "test")

    def ledger(self, node: str) -> list[tuple[str, str]]:
        """Day and status of a model's batches in the newest generation, in the order of writing."""
        found = self.sql(
            "select batch_start, status from runner.batches "
            f"where node = '{node}' and batch_start is not null "
            "qualify generation = max(generation) over () order by recorded_at, batch_start"
        )
        return [(f"{start:%m-%d}", str(status)) for start, status in found]


def days(start: str, end: str) -> Which:
    return Which(window=Interval(datetime.fromisoformat(start), datetime.fromisoformat(end)))


def literal(value: object) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool | int) else f"'{value}'"


def batched(shop: Shop) -> dict[str, Model]:
    return {model.id: model for model in shop.wanted().batched}


def _ignore(_event: object) -> None:
    """Nobody is told what happens."""
