"""`runner verify`: every scenario played with the data of a target, and what came of it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from runner.engines import open_engine
from runner.graph import Graph
from runner.project import Project
from runner.verifying import scratch, sources
from runner.verifying.arrivals import scenarios
from runner.verifying.cast import bare, cast
from runner.verifying.causes import causes
from runner.verifying.playing import Progress, play
from runner.verifying.scratch import Scratch
from runner.verifying.verdicts import Verdict, Verification


@dataclass(frozen=True)
class Order:
    """What to verify: nodes (ids) of a project on a target (name), in so many batches."""

    project: Project
    graph: Graph
    selection: Collection[str]
    target: str
    batches: int
    threads: int


def run(order: Order, on_progress: Progress) -> Verification:
    """Play all scenarios. The target is only read from.

    Raises `UsageError` when nothing is selected that could differ, and `RunnerError` when there are
    no data, or when the migrations do not run on the embedded engine.
    """
    graph = bare(order.graph)
    chosen = cast(graph, order.selection)
    raw = sources.raw_tables(graph, chosen.first)
    target = order.project.target(order.target)
    with closing(open_engine(target)) as engine, engine.session() as session:
        delivered = sources.read(session, graph, raw, order.batches)
    rows = sum(len(one.rows) for of_table in delivered for one in of_table)
    on_progress(f"{rows:,} rows of {len(raw)} raw tables, in {order.batches} batches")
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    verdicts: list[Verdict] = []
    with scratch.folder() as folder:
        there = Scratch(folder, order.project, order.target, order.threads, graph, raw)
        there.land(delivered)
        for scenario in scenarios(delivered, order.batches, now):
            verdicts += play(scenario, there, chosen, on_progress)
    return Verification(tuple(verdicts), causes(graph, verdicts), _notes(delivered))


def _notes(delivered: sources.Delivered) -> tuple[str, ...]:
    return tuple(
        f"of {of_table[0].source.relation} the first {sources.MOST_ROWS:,} rows were taken"
        for of_table in delivered
        if sum(len(one.rows) for one in of_table) == sources.MOST_ROWS
    )
