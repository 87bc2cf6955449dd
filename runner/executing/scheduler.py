"""Which step runs when: `graphlib` says what may start, `concurrent.futures` runs it.

One loop in one thread takes what has ended from a queue and starts what has become ready, the
step with the longest way below it first. A failure stops what depends on it and nothing else.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from graphlib import TopologicalSorter
from queue import Empty, SimpleQueue

from runner.engines import Engine, Session
from runner.errors import ConnectionFailed, EngineError, bug_report
from runner.executing import steps
from runner.executing.context import Context
from runner.executing.events import (
    FAILED_FAST,
    INTERRUPTED,
    NOTHING_CHANGED,
    Finished,
    Listener,
    Started,
    Stopping,
)
from runner.plan import Plan, Step
from runner.results import BAD, NodeResult, Status
from runner.tracking import Tracker

# Seconds until the loop looks up from its queue: a cancellation that came between two statements
# is repeated, and a signal that the system gave to another thread is handled.
PATIENCE = 0.5


class Worker:
    """Runs one step at a time in a session of its own, opened when first needed and again when it
    was lost, so that a lost session fails one step and not all that follow."""

    def __init__(self, engine: Engine, context: Context) -> None:
        self._engine = engine
        self._context = context
        self._session: Session | None = None
        self._stopped = threading.Event()

    def run(self, step: Step) -> NodeResult:
        if self._session is None:
            try:
                self._session = self._engine.session()
            except EngineError as error:
                return steps.without_running(step, Status.ERROR, str(error))
        result = steps.execute(step, self._session, self._context, self._stopped)
        if result.status is Status.ERROR and not self._stopped.is_set():
            self._forget_lost_session(self._session)
        return result

    def _forget_lost_session(self, session: Session) -> None:
        try:
            session.execute("select 1")
        except ConnectionFailed:
            self._session = None
            session.close()
        except EngineError:
            pass  # it answers

    def cancel(self) -> None:
        """Interrupt the statement that runs, and let no other begin."""
        self._stopped.set()
        if self._session is not None:
            self._session.cancel()

    def close(self) -> None:
        if self._session is not None:
            self._session.close()


class Scheduler:
    """One run of a plan by a number of workers; `run` once.

    `tracker` decides whether what was conditional is due; without it everything is.
    """

    def __init__(
        self,
        plan: Plan,
        on_event: Listener,
        *,
        fail_fast: bool,
        tracker: Tracker | None = None,
    ) -> None:
        self._tracker = tracker
        self._on_event = on_event
        self._fail_fast = fail_fast
        self._steps = {step.id: step for step in plan.steps}
        self._waiting = TopologicalSorter({step.id: step.waits_for for step in plan.steps})
        self._ready: list[tuple[int, int, str]] = []
        self._urgency = _urgency(plan)
        self._failed: dict[str, str] = {}  # step -> the failure that it comes from, maybe itself
        self._running: dict[Future[NodeResult], tuple[Step, Worker]] = {}
        self._inbox: SimpleQueue[Future[NodeResult] | None] = SimpleQueue()
        self._stopping = ""
        self._results: list[NodeResult] = []
        self.interrupted = False

    def interrupt(self) -> None:
        """Ask the run to stop; safe to call from a signal handler and from any thread."""
        self._inbox.put(None)

    def run(self, workers: Collection[Worker]) -> tuple[NodeResult, ...]:
        """The results of all steps, in the order in which they ended."""
        self._waiting.prepare()
        idle = list(workers)
        with ThreadPoolExecutor(len(idle) or 1, thread_name_prefix="runner") as pool:
            while self._waiting.is_active():
                self._start_what_is_ready(pool, idle)
                if self._running:
                    idle += self._wait_for_one()
        return tuple(self._results)

    def _start_what_is_ready(self, pool: ThreadPoolExecutor, idle: list[Worker]) -> None:
        for id_ in self._waiting.get_ready():
            heapq.heappush(self._ready, (*self._urgency[id_], id_))
        while self._ready and (idle or self._stopping):
            step = self._steps[heapq.heappop(self._ready)[-1]]
            reason = self._stopping or self._failure_above(step)
            if reason:
                self._end(step, steps.without_running(step, Status.SKIPPED, reason))
                continue
            due = self._tracker.begin(step) if self._tracker else step
            if due is None:
                self._end(step, steps.without_running(step, Status.FRESH, NOTHING_CHANGED))
                continue
            step = due
            worker = idle.pop()
            self._on_event(Started(step))
            future = pool.submit(worker.run, step)
            self._running[future] = (step, worker)
            future.add_done_callback(self._inbox.put)

    def _failure_above(self, step: Step) -> str:
        """Why a step cannot start, if it cannot; the failure is passed on to what waits for it."""
        culprits = sorted({self._failed[id_] for id_ in step.waits_for if id_ in self._failed})
        if not culprits:
            return ""
        self._failed[step.id] = culprits[0]
        return f"upstream {', '.join(culprits)} failed"

    def _wait_for_one(self) -> list[Worker]:
        """Wait until a step ends or the run is interrupted; the workers that became idle."""
        try:
            future = self._inbox.get(timeout=PATIENCE)
        except Empty:
            if self._stopping:
                self._cancel_running()
            return []
        if future is None:
            self.interrupted = True
            self._stop(INTERRUPTED)
            return []
        step, worker = self._running.pop(future)
        self._end(step, _result(step, future))
        return [worker]

    def _end(self, step: Step, result: NodeResult) -> None:
        if self._tracker:
            result = self._tracker.end(step, result)
        if result.status in BAD:
            self._failed[result.node] = result.node
        self._results.append(result)
        self._waiting.done(result.node)
        self._on_event(Finished(result))
        if result.status in BAD and self._fail_fast:
            self._stop(FAILED_FAST)

    def _stop(self, reason: str) -> None:
        if self._stopping:
            return
        self._stopping = reason
        self._on_event(Stopping(reason, tuple(step.id for step, _ in self._running.values())))
        self._cancel_running()

    def _cancel_running(self) -> None:
        for _, worker in self._running.values():
            worker.cancel()


def _result(step: Step, future: Future[NodeResult]) -> NodeResult:
    """A step's result; what a worker did not expect is a bug, and a result all the same."""
    error = future.exception()
    if error is None:
        return future.result()
    return steps.without_running(step, Status.ERROR, bug_report(error))


def _urgency(plan: Plan) -> dict[str, tuple[int, int]]:
    """Smallest first: minus the number of steps on the longest way down, then the plan's order."""
    height = dict.fromkeys((step.id for step in plan.steps), 0)
    for step in reversed(plan.steps):
        for above in step.waits_for:
            height[above] = max(height[above], height[step.id] + 1)
    return {step.id: (-height[step.id], place) for place, step in enumerate(plan.steps)}
