"""What the options of a command ask for: nodes of the project, batches of them, and the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from runner import batching, graph, ledger, plan, selectors
from runner.batching import Batches, Request
from runner.engines import Engine
from runner.errors import UsageError
from runner.graph import Graph
from runner.intervals import Interval
from runner.nodes import Model, Snapshot
from runner.options import Options
from runner.plan import Plan
from runner.project import Project


@dataclass(frozen=True)
class Wanted:
    """A selection (ids) of a project's graph; `batched` are the models with `@batch` in it,
    `moving` (ids) those with `@move_from` that are named."""

    graph: Graph
    selection: frozenset[str]
    batched: tuple[Model, ...]
    full_refresh: bool = False
    window: Interval | None = None
    moving: frozenset[str] = frozenset()

    def plan(self, engine: Engine | None, now: datetime | None = None) -> Plan:
        """The steps of a build. The ledger in the target tells which batches are due `now` (UTC, by
        default what the clock says); without an engine, each model's first batch stands for all."""
        now = now or datetime.now(UTC).replace(tzinfo=None)
        batches = self._firsts() if engine is None else self._due(engine, now)
        return plan.make(
            self.graph,
            self.selection,
            full_refresh=self.full_refresh,
            batches=batches,
            moving=self.moving,
        )

    def checks(self) -> Plan:
        """The steps that check what is there."""
        return plan.make_checks(self.graph, self.selection)

    def _due(self, engine: Engine, now: datetime) -> Mapping[str, Batches]:
        if not self.batched:
            return {}
        with engine.session() as session:
            known = ledger.read(session, self.batched)
        request = Request(now, self.full_refresh, self.window)
        return {model.id: batching.due(model, known[model.id], request) for model in self.batched}

    def _firsts(self) -> Mapping[str, Batches]:
        refresh = self.full_refresh
        return {model.id: batching.first(model, full_refresh=refresh) for model in self.batched}


def read(project: Project, options: Options) -> Wanted:
    """Read the project and select. Raises `ProjectError` and `UsageError`: without `force`, a full
    refresh throws no history away."""
    window = options.window
    read = graph.read(project, project.artifacts)
    selection = frozenset(selectors.select(read, options.select, options.exclude))
    batched = batching.selected(read, selection)
    if options.full_refresh and not options.force:
        _refuse_to_forget(read, selection)
    if window and not batched:
        hint = "select a model with @batch, or leave out --batch-start and --batch-end"
        raise UsageError("no selected model has batches", hint)
    moving = selectors.named(read, options.select)
    return Wanted(read, selection, batched, options.full_refresh, window, moving)


def _refuse_to_forget(graph: Graph, selection: frozenset[str]) -> None:
    names = [id_ for id_ in graph.order if id_ in selection and _is_snapshot(graph, id_)]
    if names:
        raise UsageError(
            f"--full-refresh would throw away what is recorded in {', '.join(names)}: versions and "
            "deletions that the source no longer has cannot be recorded again",
            "leave snapshots out with --exclude resource_type:snapshot, or insist with --force",
        )


def _is_snapshot(graph: Graph, id_: str) -> bool:
    return isinstance(graph.nodes[id_], Snapshot)
