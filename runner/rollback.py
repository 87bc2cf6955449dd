"""Taking batches out of a table: their rows go and the ledger says so, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from runner import batching, ledger
from runner.batching import State
from runner.engines import Engine, Session
from runner.errors import EngineError, RunnerError, UsageError
from runner.generating import happenings
from runner.generating.ledger import Line, Page, counted, taken_out, taken_out_beside, written_by
from runner.generating.work import Run
from runner.graph import Graph
from runner.intervals import Interval, floor, following, named
from runner.nodes import Check, Model
from runner.recording import Recorder
from runner.results import Invocation


@dataclass(frozen=True)
class Which:
    """The batches that are meant, in one of three ways: the one that holds a moment, those of a
    time, or those whose rows an invocation wrote."""

    moment: datetime | None = None
    window: Interval | None = None
    invocation: str = ""

    def __post_init__(self) -> None:
        ways = [self.moment is not None, self.window is not None, bool(self.invocation)]
        if sum(ways) != 1:
            raise UsageError(
                "say which batches, in one way",
                "give --batch, --batch-start with --batch-end, or --invocation",
            )


@dataclass(frozen=True)
class TakenOut:
    """One batch of a model and the number of its rows."""

    model: Model
    interval: Interval
    rows: int

    @property
    def batch(self) -> str:
        """The batch as a person writes it."""
        assert self.model.settings.batch is not None
        return named(self.interval.start, self.model.settings.batch)


def carry_out(
    engine: Engine,
    models: Sequence[Model],
    which: Which,
    invocation: Invocation,
    *,
    dry_run: bool,
) -> tuple[TakenOut, ...]:
    """The batches that are meant, each with its rows. Unless it is a dry run the rows are removed,
    and the ledger tells the next build to do them again: one transaction for each model."""
    if not models:
        hint = "runner.batches and `runner plan` show which have"
        raise UsageError("no selected model has batches", hint)
    now = invocation.started_at.replace(tzinfo=None)
    with engine.session() as session:
        found = {model.id: _found(session, model, which, now) for model in models}
        if not dry_run and any(found.values()):
            recorder = Recorder(engine, invocation)
            try:
                recorder.start({})
                run = Run(invocation.id, invocation.started_at)
                for batches in found.values():
                    _take_out(session, batches, run)
                recorder.finish(
                    "success", (datetime.now(UTC) - invocation.started_at).total_seconds()
                )
            finally:
                recorder.close()
    return tuple(one for batches in found.values() for one in batches)


def advice(graph: Graph, done: Sequence[TakenOut]) -> Iterator[str]:
    """What people should know after a rollback."""
    models = list(dict.fromkeys(one.model for one in done))
    if not models:
        yield "there was nothing to take out"
        return
    below = frozenset[str]().union(*(graph.descendants(model.id) for model in models))
    stale = [id_ for id_ in graph.order if id_ in below and not isinstance(graph.nodes[id_], Check)]
    if stale:
        yield f"out of date until they are built again: {', '.join(stale)}"
    yield from (_restoration(model, done) for model in models if batching.is_ordered(model))
    yield f"next: runner build -s '{' '.join(f'{model.id}+' for model in models)}'"


def _restoration(model: Model, done: Sequence[TakenOut]) -> str:
    """How to get back what the batches had replaced or deleted: nobody knows where it came from."""
    begin, size = model.settings.begin, model.settings.batch
    assert begin is not None
    assert size is not None
    end = min(one.interval.start for one in done if one.model is model)
    return (
        f"a row of {model.id} that they had replaced or deleted comes back with its own batch: "
        f"runner build -s {model.id} --batch-start '{begin:%Y-%m-%d %H:%M}' "
        f"--batch-end '{end:%Y-%m-%d %H:%M}' runs all before them"
    )


def _found(session: Session, model: Model, which: Which, now: datetime) -> tuple[TakenOut, ...]:
    if not ledger.read(session, [model])[model.id].exists:
        raise RunnerError(f"{model.relation} does not exist", "`runner build` makes it")
    intervals = _intervals(session, model, which, now)
    if not intervals:
        return ()
    rows = dict(session.execute(counted(model, intervals)).rows)
    return tuple(TakenOut(model, each, int(rows.get(each.start, 0))) for each in intervals)


def _intervals(session: Session, model: Model, which: Which, now: datetime) -> tuple[Interval, ...]:
    size = model.settings.batch
    assert size is not None
    if which.moment is not None:
        start = floor(which.moment, size)
        return batching.window(model, Interval(start, following(start, size)), now)
    if which.window is not None:
        return batching.window(model, which.window, now)
    rows = session.execute(written_by(model, which.invocation)).rows
    return tuple(Interval(start, end) for start, end in rows)


def _take_out(session: Session, batches: Sequence[TakenOut], run: Run) -> None:
    """Remove the rows of a model's batches, and say so in the ledger and in the state."""
    for model in {one.model for one in batches}:
        known = ledger.read(session, [model])[model.id]
        page = Page(model.id, max(known.generation, 1), run.id)
        lines = [Line(one.interval, State.ROLLED_BACK) for one in batches]
        session.execute("begin")
        try:
            intervals = [one.interval for one in batches]
            session.execute(taken_out(model, intervals))
            if known.has_quarantine:
                session.execute(taken_out_beside(model, intervals))
            for noted in page.noted_all(lines):
                session.execute(noted)
            session.execute(happenings.rolled_back([model.id], run))
            session.execute("commit")
        except EngineError:
            with suppress(EngineError):  # the first error tells more
                session.execute("rollback")
            raise
