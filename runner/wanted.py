"""What the options of a command ask for: nodes of the project, batches of them, and the plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from runner import baseline, batching, graph, ledger, locking, plan, selectors, state
from runner.batching import Batches, Ledger, Request
from runner.due import Asked, Judge
from runner.engines import Engine
from runner.errors import UsageError
from runner.graph import Graph
from runner.intervals import Interval
from runner.inventory import inventory
from runner.nodes import SYSTEM_SCHEMAS, Model, Relation, Snapshot, makers, relations
from runner.options import Options
from runner.plan import Everything, Plan
from runner.project import Project
from runner.remembered import Remembered
from runner.versions import Known


@dataclass(frozen=True)
class Wanted:
    """A selection (ids) of a project's graph; `batched` are the models with `@batch` in it."""

    graph: Graph
    selection: frozenset[str]
    batched: tuple[Model, ...]
    asked: Asked
    window: Interval | None = None

    def known(self, engine: Engine, now: datetime | None = None) -> Known:
        """What the target tells of the project before anything runs; nothing is written."""
        graph = self.graph
        read = {reference.relation for node in graph.nodes.values() for reference in node.reads}
        sources = _sources(graph, read)
        filled = {relation.schema for relation in relations(graph.nodes.values())}
        with engine.session() as session:
            schemas = filled | {one.schema for one in read | sources} | {state.SCHEMA}
            found = inventory(session, schemas)
            there = sources & found.relations.keys()
            tokens = baseline.tokens(session, there, found.relations)
            remembered = state.read(session, found.relations)
        return Known(found, tokens, remembered, _utc(now).date().isoformat())

    def plan(self, engine: Engine, known: Known, now: datetime | None = None) -> Plan:
        """The steps of a build: what is out of date, by what is `known`. The ledger in the target
        tells which batches are due `now` (UTC, by default what the clock says)."""
        ledgers = self._ledgers(engine)

        def batches(model: Model, anew: bool) -> Batches:
            refresh = anew or self.asked.full_refresh
            request = Request(_utc(now), refresh, self.window)
            return batching.due(model, ledgers[model.id], request)

        judge = Judge(self.graph, known, self.asked)
        return plan.make(self.graph, self.selection, judge, batches)

    def everything(self) -> Plan:
        """All steps, by the project alone: each model's first batch stands for all."""

        def batches(model: Model, anew: bool) -> Batches:
            return batching.first(model, full_refresh=anew)

        return plan.make(self.graph, self.selection, Everything(self.asked), batches)

    def checks(self) -> Plan:
        """The steps that check what is there."""
        return plan.make_checks(self.graph, self.selection)

    def _ledgers(self, engine: Engine) -> Mapping[str, Ledger]:
        if not self.batched:
            return {}
        with engine.session() as session:
            return ledger.read(session, self.batched)


def _utc(now: datetime | None) -> datetime:
    return now or datetime.now(UTC).replace(tzinfo=None)


def _sources(graph: Graph, read: Collection[Relation]) -> set[Relation]:
    """The relations that no file of the project builds, with those that migrations' views and
    functions read."""
    made = makers(graph.nodes.values()).keys()
    found = graph.catalog.behind(
        [*read, *(name for names in graph.calls.values() for name in names)]
    )
    return {name for name in found - made if name.schema not in SYSTEM_SCHEMAS}


def read(
    project: Project,
    options: Options,
    note: locking.Note,
    selected_before: Collection[str] | None = None,
) -> Wanted:
    """Read the project and select. Raises `ProjectError` and `UsageError`: without `force`, a full
    refresh throws no history away.

    The target is opened only if a selector asks for what it remembers; `note` is told if that has
    to wait. `selected_before` are ids that such selectors named at another time.
    """
    window = options.window
    read = graph.read(project, project.artifacts)
    if selected_before is None or not selectors.needs_remembered(options.selectors):
        selection = selected(read, project, options, note)
    else:
        selection = selectors.with_checks(read, read.nodes.keys() & selected_before)
    batched = batching.selected(read, selection)
    if options.full_refresh and not options.force:
        _refuse_to_forget(read, selection)
    if window and not batched:
        hint = "select a model with @batch, or leave out --batch-start and --batch-end"
        raise UsageError("no selected model has batches", hint)
    moving = selectors.named(read, options.select)
    asked = Asked(options.everything, options.full_refresh, moving)
    return Wanted(read, selection, batched, asked, window)


def selected(
    graph: Graph, project: Project, options: Options, note: locking.Note
) -> frozenset[str]:
    """The ids of the nodes that the options select."""
    remembered: Mapping[str, Remembered] = {}
    if selectors.needs_remembered(options.selectors):
        target = project.target(options.target)
        with (
            locking.opened(target, note, wait=options.wait) as engine,
            engine.session() as session,
        ):
            existing = inventory(session, {state.SCHEMA}).relations
            remembered = state.read(session, existing)
    return selectors.select(graph, options.select, options.exclude, remembered)


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
