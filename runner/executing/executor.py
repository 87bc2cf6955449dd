"""Plan + engine -> results, recorded in the target as they come.

Ctrl-C (and `--fail-fast`) cancels what runs, which rolls itself back; a second Ctrl-C leaves at
once, and the next run cleans up.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from runner.due import Action
from runner.engines import Engine
from runner.errors import EngineError
from runner.executing import interrupts
from runner.executing.context import Context
from runner.executing.events import Event, Finished, Listener
from runner.executing.leftovers import drop_leftovers
from runner.executing.scheduler import Scheduler, Worker
from runner.inventory import Inventory, inventory
from runner.nodes import Check, Model, Relation, sql_name
from runner.plan import Plan
from runner.recording import Recorder
from runner.results import Invocation, RunResult
from runner.state import MADE, SCHEMA
from runner.tracking import Tracker

# Seconds for which a thread that comes back from the database waits for one that computes. Python's
# own 5 ms are as long as a small statement takes.
SWITCH = 0.0005
# Objects after which garbage is looked for. Each statement's tree is garbage in cycles; with
# Python's own 700 each of them has the project's graph walked through again.
COLLECT_AFTER = 20_000


@dataclass(frozen=True)
class Limits:
    """How a run goes about its plan."""

    threads: int = 4
    fail_fast: bool = False
    store_failures: bool = False


def run(
    plan: Plan,
    engine: Engine,
    invocation: Invocation,
    limits: Limits,
    on_event: Listener,
    tracker: Tracker | None = None,
) -> RunResult:
    """Execute a plan; `tracker` decides of what is conditional in it.

    `on_event` is called in this thread, in the order in which things happen. Raises `EngineError`
    before the first step only; afterwards every failure is a result.
    """
    began = time.monotonic()
    recorder = Recorder(engine, invocation)

    def listen(event: Event) -> None:
        if isinstance(event, Finished):
            recorder.add(event.result)
        on_event(event)

    scheduler = Scheduler(plan, listen, fail_fast=limits.fail_fast, tracker=tracker)
    with ExitStack() as stack:
        stack.enter_context(interrupts.handled(scheduler.interrupt))
        stack.enter_context(_tuned_interpreter())
        stack.callback(recorder.close)
        found = _prepare(plan, engine, tracker)
        anew = {step.id for step in plan.steps if step.full_refresh}
        recorder.start(found.relations, [step.id for step in plan.steps], anew)
        made = _built(plan) | MADE  # the recorder has made those that were not there
        context = Context(invocation, found.relations, found.asked, made, limits.store_failures)
        workers = [Worker(engine, context) for _ in range(min(limits.threads, len(plan.steps)))]
        for worker in workers:
            stack.callback(worker.close)
        results = scheduler.run(workers)
        outcome = RunResult(invocation, results, time.monotonic() - began, scheduler.interrupted)
        return _recorded(recorder, outcome)


@contextmanager
def _tuned_interpreter() -> Iterator[None]:
    """Python's thread switches and garbage collections as a run needs them."""
    switch, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(SWITCH)
    gc.set_threshold(COLLECT_AFTER, *thresholds[1:])
    gc.freeze()  # the graph stays until the end
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(switch)
        gc.set_threshold(*thresholds)


def _prepare(plan: Plan, engine: Engine, tracker: Tracker | None) -> Inventory:
    """Look at the schemas that the plan touches, unless somebody has; create those that it fills,
    and drop what killed runs have left there."""
    if tracker and not plan.steps:
        return tracker.known.inventory
    built = _built(plan)
    filled = {relation.schema for relation in built}
    read = {reference.relation.schema for step in plan.steps for reference in step.node.reads}
    checked = {step.node.relation.schema for step in plan.steps if not isinstance(step.node, Check)}
    with engine.session() as session:
        schemas = filled | read | checked | {SCHEMA}
        found = tracker.known.inventory if tracker else inventory(session, schemas)
        for schema in sorted(filled - found.schemas):
            session.execute(f"create schema if not exists {sql_name(schema)}")
        drop_leftovers(session, found, built, plan.relations)
    return found


def _built(plan: Plan) -> frozenset[Relation]:
    nodes = [step.node for step in plan.steps if step.action is not Action.CHECK]
    filled = {node.relation for node in nodes if not isinstance(node, Check)}
    beside = (node.quarantine for node in nodes if isinstance(node, Model))
    return frozenset(filled).union(filter(None, beside))


def _recorded(recorder: Recorder, outcome: RunResult) -> RunResult:
    """Note how the run ended; when that cannot be written, the result says so."""
    status = "interrupted" if outcome.interrupted else "success" if outcome.ok else "failed"
    try:
        recorder.finish(status, outcome.seconds)
    except EngineError as error:
        return replace(outcome, notes=(f"the run could not be recorded completely: {error}",))
    return outcome
