"""A difference and what is known of it -> its likely cause, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from runner.graph import Graph
from runner.nodes import Check, Materialized, Model, Snapshot
from runner.verifying import watermarks
from runner.verifying.comparison import Difference
from runner.verifying.verdicts import GOOD, Outcome, Verdict
from runner.verifying.watermarks import Watermark

_KEYS = "pick the keys that have arrived, and compute those keys again over all their rows"


@dataclass(frozen=True)
class Case:
    """A model that did not do well.

    verdicts  its own, of the scenarios in their order
    loaded    the names of the columns that pipes fill with the load time
    clock     what it or a view that it reads takes from the clock or from chance
    """

    model: Model
    verdicts: Sequence[Verdict]
    loaded: Collection[str]
    clock: str

    @property
    def worst(self) -> Verdict:
        """The first verdict that is not good: the simplest story."""
        return next(verdict for verdict in self.verdicts if verdict.outcome not in GOOD)

    @property
    def difference(self) -> Difference:
        return self.worst.difference or Difference((), ())


def causes(graph: Graph, verdicts: Sequence[Verdict]) -> Mapping[str, str]:
    """A sentence for each relation that did not do well, empty where none can be said.

    What is wrong above a model is its cause.
    """
    bad = {verdict.node for verdict in verdicts if verdict.outcome not in GOOD}
    found = {}
    for id_ in graph.order:
        if id_ not in bad:
            continue
        node = graph.nodes[id_]
        assert not isinstance(node, Check)
        above = sorted(bad & graph.ancestors(id_))
        own = [verdict for verdict in verdicts if verdict.node == id_]
        clock = _clock(graph, node)
        if above:
            found[id_] = f"it reads {', '.join(above)}: look there first"
        elif isinstance(node, Model):
            found[id_] = _cause(Case(node, own, _load_columns(graph), clock))
        elif clock:
            found[id_] = f"{clock}: every run sees other values; take them from the data"
    return found


def _load_columns(graph: Graph) -> frozenset[str]:
    return frozenset(pipe.loaded_at for pipe in graph.catalog.pipes.values() if pipe.loaded_at)


def _clock(graph: Graph, node: Model | Snapshot) -> str:
    """What the query, or one of the views above it, reads from the clock or from chance."""
    above = [graph.nodes[id_] for id_ in sorted(graph.ancestors(node.id))]
    views = [
        one
        for one in above
        if isinstance(one, Model) and one.settings.materialized is Materialized.VIEW
    ]
    return next((told for one in (node, *views) if (told := watermarks.clock(one.sql))), "")


def _cause(case: Case) -> str:
    return next((told for rule in RULES if (told := rule(case))), "")


def _chance(case: Case) -> str:
    if not case.worst.evidence.unstable:
        return ""
    if case.clock:
        return (
            f"{case.clock}: two full builds differ as well, and an increment keeps what it got in "
            "its own run; take the value from the data, or name its column in "
            "@merge_exclude_columns"
        )
    return (
        "two full builds of the same rows differ as well: something is left to chance; let every "
        "`order by` go on to columns that name one row, such as the file and the row number"
    )


def _doubled_key(case: Case) -> str:
    doubled = case.worst.evidence.doubled_keys
    key = ", ".join(case.model.settings.unique_key).lower()
    if not doubled or case.model.settings.incremental_strategy == "delete+insert":
        return ""
    return (
        f"@unique_key {key} does not name one row: a full build has {doubled:,} "
        f"key{'' if doubled == 1 else 's'} with several; a column is missing in it, or the query "
        "must choose one row of each key (qualify row_number() over (…) = 1)"
    )


def _overwritten(case: Case) -> str:
    settings = case.model.settings
    if settings.incremental_strategy != "insert_overwrite" or settings.batch:
        return ""
    if not case.difference.missing:
        return ""
    return (
        "@incremental_strategy insert_overwrite replaces the whole table with the rows of one run; "
        "use merge or delete+insert, or @batch"
    )


def _batch_is_done(case: Case) -> str:
    settings = case.model.settings
    if not settings.batch or not (case.difference.missing or case.difference.changed):
        return ""
    return (
        f"rows came for batches that were done: with @lookback {settings.lookback}, only the last "
        f"{settings.lookback + 1} by {settings.batch_by.lower()} run again; let it reach back as "
        "far as rows come late, or let @batch_by be the load time"
    )


def _repeated(case: Case) -> str:
    """The same rows came twice and are there twice."""
    found = case.difference
    is_more = found.extra and not found.missing and not found.changed
    if not is_more or not case.worst.evidence.repeated or case.model.settings.unique_key:
        return ""
    return (
        "rows that come again, or that the overlap takes again, are inserted again; give the model "
        "a @unique_key, and let its query choose one row of each key"
    )


def _new_rows_alone(case: Case) -> str:
    """Values that are computed over several rows, and were computed over some of them."""
    found = case.difference
    computed = watermarks.computed_of_new_rows(case.model)
    columns = sorted(found.changed_columns & computed.keys())
    if not columns or found.missing:
        return ""
    line = computed[columns[0]]
    return (
        f"{', '.join(columns).lower()} ({case.model.path}:{line}) is computed over the rows that "
        f"have just arrived, not over all rows; {_KEYS}"
    )


def _event_time(case: Case) -> str:
    mark = _first(case, lambda mark: mark.column not in case.loaded)
    if mark is None or not (case.difference.missing or case.difference.changed):
        return ""
    overlap = "" if mark.has_overlap else ", and has no overlap"
    load_time = ", ".join(sorted(case.loaded)).lower() or "a column with the load time"
    return (
        f"what is new is told by {mark.column.lower()} ({case.model.path}:{mark.line}), which is "
        f"not the load time{overlap}: rows that arrive late lie behind it and are never taken. "
        f"Compare {load_time}, less an hour or so; {_KEYS}"
    )


def _no_overlap(case: Case) -> str:
    mark = _first(case, lambda mark: not mark.has_overlap)
    if mark is None or not (case.difference.missing or case.difference.changed):
        return ""
    return (
        f"{mark.column.lower()} is compared without an overlap ({case.model.path}:{mark.line}): a "
        "load that began before the last build and ended after it is never taken; take longer off "
        "than a load lasts, such as `- interval '1 hour'`"
    )


def _first(case: Case, wanted: Callable[[Watermark], bool]) -> Watermark | None:
    return next(filter(wanted, watermarks.watermarks(case.model)), None)


def _stays(case: Case) -> str:
    """Rows that a full build no longer has."""
    found = case.difference
    if not found.extra or found.missing or found.changed:
        return ""
    return (
        "rows stay that the query no longer gives: nothing deletes them; @delete_when deletes by a "
        "flag, and delete+insert replaces all rows of a key"
    )


def _something_else(case: Case) -> str:
    if case.worst.outcome is not Outcome.DIFFERS:
        return ""
    marks = watermarks.watermarks(case.model)
    watched = {relation for mark in marks for relation in mark.watched}
    read = {reference.relation for reference in case.model.reads}
    others = ", ".join(sorted(map(str, read - watched))) or "something else that it reads"
    return (
        f"rows are not computed again when {others} has more or other rows for them; pick the keys "
        "for which anything has arrived"
    )


RULES: tuple[Callable[[Case], str], ...] = (
    _chance,
    _doubled_key,
    _overwritten,
    _batch_is_done,
    _repeated,
    _new_rows_alone,
    _event_time,
    _no_overlap,
    _stays,
    _something_else,
)
