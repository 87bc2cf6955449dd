"""Which batches of a model with `@batch` are due and why: the ledger of what was done -> a list.

A batch is due as in dbt's microbatch (docs: "About microbatch incremental models"): those from
`@begin` to now that never ran, the current one, and the `@lookback` ones before it. Other than
there, the ledger knows what has been done, so that a gap is filled whenever it arose; a batch that
ran before its time was over runs again; and where a row may come from several batches (by its key,
or in a model that reads itself) later batches run again after an earlier one, since the latest
row counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from runner.errors import UsageError
from runner.graph import Graph
from runner.intervals import Interval, Size, between, floor, named, spans
from runner.nodes import Model

_NAMED_SPANS = 3  # so many spans of time are named in a reason, the rest are counted


class State(StrEnum):
    """What the ledger says of a batch, in the column `status`."""

    BEGUN = "begun"  # of a generation as a whole: the table was made anew
    DONE = "done"
    PARTIAL = "partial"  # done, but its time was not over yet
    FAILED = "failed"
    ROLLED_BACK = "rolled back"


@dataclass(frozen=True)
class Entry:
    """The last that is known of a batch; `written_at` is when it last wrote its rows, if ever."""

    interval: Interval
    state: State
    written_at: datetime | None = None


@dataclass(frozen=True)
class Ledger:
    """What is known of a model's batches: whether its table is there, and one for the rows that it
    sends away. A table that is made anew begins a new generation."""

    exists: bool = False
    generation: int = 0
    entries: tuple[Entry, ...] = ()
    has_quarantine: bool = False


@dataclass(frozen=True)
class Request:
    """What is asked for: `window` is the time of `--batch-start` and `--batch-end`. UTC."""

    now: datetime
    full_refresh: bool = False
    window: Interval | None = None


class Why(StrEnum):
    """Why a batch is due, in the order in which a reason tells it."""

    ASKED = "asked for"
    NEW = "not done yet"
    FAILED = "failed last time"
    ROLLED_BACK = "rolled back"
    PARTIAL = "not over when it ran"
    OUTRUN = "ran before an earlier one"
    LOOKBACK = "lookback"
    AFTER = "again after these"  # only if one of these writes something


# these would find again what they have found, as long as nothing that the model reads changes
UNLESS_NEW = frozenset({Why.PARTIAL, Why.LOOKBACK, Why.AFTER})


@dataclass(frozen=True)
class Batch:
    interval: Interval
    why: Why


@dataclass(frozen=True)
class Batches:
    """What a step has to do, in order.

    anew        the table does not exist, or is replaced as a whole
    generation  of the ledger's rows
    now         batches that end later are not complete
    """

    due: tuple[Batch, ...]
    size: Size
    generation: int
    anew: bool
    now: datetime

    def state(self, interval: Interval) -> State:
        """What the ledger is to say when a batch is done."""
        return State.DONE if interval.end <= self.now else State.PARTIAL

    @property
    def needed(self) -> bool:
        """Whether one of them is due even if nothing that the model reads has changed."""
        return any(batch.why not in UNLESS_NEW for batch in self.due)

    @property
    def reason(self) -> str:
        """For people: `not done yet: 2024-01-14 to 2024-01-15; lookback: 2024-01-13`."""
        if not self.due:
            return "nothing is due"
        told = []
        for why in Why:
            intervals = [batch.interval for batch in self.due if batch.why is why]
            if intervals:
                told.append(f"{why.value}: {spoken(intervals, self.size)}")
        return "; ".join(told)


def spoken(intervals: Sequence[Interval], size: Size) -> str:
    """Sorted batches as a person writes them: `2024-01-05, 2024-01-07 to 2024-01-31`."""
    found = spans(intervals)
    told = []
    for span in found[:_NAMED_SPANS]:
        parts = between(span.start, span.end, size)
        ends = [named(part.start, size) for part in (parts[0], parts[-1])]
        told.append(" to ".join(dict.fromkeys(ends)))
    rest = len(found) - _NAMED_SPANS
    return ", ".join(told) + (f" and {rest} more" if rest > 0 else "")


def selected(graph: Graph, selection: Collection[str]) -> tuple[Model, ...]:
    """The selected models (ids) that have `@batch`."""
    nodes = (graph.nodes[id_] for id_ in graph.order if id_ in selection)
    return tuple(node for node in nodes if isinstance(node, Model) and node.settings.batch)


def due(model: Model, ledger: Ledger, request: Request) -> Batches:
    """What a build has to do. Raises `UsageError` for a window that begins before `@begin`."""
    settings = model.settings
    assert settings.batch is not None
    assert settings.begin is not None
    anew = request.full_refresh or not ledger.exists
    known = {} if anew else {entry.interval: entry for entry in ledger.entries}
    if request.window is None:
        wanted = dict(_missing(model, known, request.now))
    else:
        wanted = dict.fromkeys(window(model, request.window, request.now), Why.ASKED)
    if is_ordered(model):
        wanted |= _outrun(known, wanted)
    return Batches(
        due=tuple(Batch(interval, why) for interval, why in sorted(wanted.items())),
        size=settings.batch,
        generation=ledger.generation + 1 if anew else max(ledger.generation, 1),
        anew=anew,
        now=request.now,
    )


def first(model: Model, *, full_refresh: bool) -> Batches:
    """The batch that `@begin` names, and no other: for showing what a build is made of."""
    assert model.settings.batch is not None
    assert model.settings.begin is not None
    begin = model.settings.begin
    interval = between(begin, begin.replace(microsecond=1), model.settings.batch)[0]
    batch = Batch(interval, Why.NEW)
    return Batches((batch,), model.settings.batch, 1, anew=full_refresh, now=interval.end)


def is_ordered(model: Model) -> bool:
    """Whether a row may come from several batches, of which the latest must have its way."""
    return model.settings.incremental_strategy != "insert_overwrite" or model.reads_itself


def window(model: Model, asked: Interval, now: datetime) -> tuple[Interval, ...]:
    """Every batch that the asked time touches and that has begun."""
    size, begin = model.settings.batch, model.settings.begin
    assert size is not None
    assert begin is not None
    if floor(asked.start, size) < floor(begin, size):
        raise UsageError(
            f"{model.path}: {named(floor(asked.start, size), size)} is before "
            f"@begin {named(floor(begin, size), size)}",
            "ask for later batches, or let @begin name an earlier one",
        )
    return between(asked.start, min(asked.end, now), size)


def _missing(
    model: Model, known: Mapping[Interval, Entry], now: datetime
) -> Iterator[tuple[Interval, Why]]:
    """What is due by itself."""
    settings = model.settings
    assert settings.batch is not None
    assert settings.begin is not None
    every = between(settings.begin, now, settings.batch)
    newest = frozenset(every[-settings.lookback - 1 :])
    reasons = {
        State.FAILED: Why.FAILED,
        State.ROLLED_BACK: Why.ROLLED_BACK,
        State.PARTIAL: Why.PARTIAL,
    }
    for interval in every:
        if interval not in known:
            yield interval, Why.NEW
        elif why := reasons.get(known[interval].state):
            yield interval, why
        elif interval in newest:
            yield interval, Why.LOOKBACK


def _outrun(
    known: Mapping[Interval, Entry], wanted: Mapping[Interval, Why]
) -> Iterator[tuple[Interval, Why]]:
    """What was written before an earlier batch was, or will be once one that is due has run."""
    latest: datetime | None = None
    is_behind = False
    for interval in sorted({*known, *wanted}):
        written_at = known[interval].written_at if interval in known else None
        if interval in wanted:
            is_behind = True
        elif written_at is not None and latest is not None and written_at < latest:
            is_behind = True
            yield interval, Why.OUTRUN
        elif written_at is not None and is_behind:
            yield interval, Why.AFTER
        latest = max((at for at in (latest, written_at) if at is not None), default=None)
