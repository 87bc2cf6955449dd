"""The ledger of batches, `runner.batches`, as statements; `runner/sql/state_tables.sql` has it.

Rows are only ever added; of a batch the newest one counts. A batch that is done is noted in the
transaction that writes its rows, so that neither is there without the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from runner.batching import State
from runner.generating.work import filled
from runner.intervals import Interval, spans
from runner.nodes import Model, Relation, sql_name
from runner.scripts import literal

_ROWS = 10_000  # in one statement


@dataclass(frozen=True)
class Page:
    """Where the rows of a run stand: a model's generation, and the invocation that writes them."""

    node: str
    generation: int
    invocation: str

    def noted(self, state: State, rows_of: Relation | None = None) -> str:
        """What became of the batch that the session's variables bound."""
        return filled(
            "ledger_note",
            node=literal(self.node),
            generation=str(self.generation),
            status=literal(state),
            rows=f"(select count(*) from {rows_of})" if rows_of else "null",
            invocation=literal(self.invocation),
        )

    def noted_all(self, lines: Sequence[Line]) -> tuple[str, ...]:
        """What became of several batches: statements of a length that Snowflake takes."""
        return tuple(
            filled(
                "ledger_note_all",
                node=literal(self.node),
                generation=str(self.generation),
                invocation=literal(self.invocation),
                rows=",\n    ".join(line.values for line in lines[start : start + _ROWS]),
            )
            for start in range(0, len(lines), _ROWS)
        )

    def begun(self) -> tuple[str, ...]:
        """That the table is going to be made: what older generations did is not in it."""
        return self.noted_all((Line(None, State.BEGUN),))


@dataclass(frozen=True)
class Line:
    """One batch of several."""

    interval: Interval | None
    state: State
    rows: int | None = None

    @property
    def values(self) -> str:
        ends = (self.interval.start, self.interval.end) if self.interval else (None, None)
        start, end = (timestamp(at) if at else "null::timestamp_ntz" for at in ends)
        rows = "null" if self.rows is None else str(self.rows)
        return f"({start}, {end}, {literal(self.state)}, {rows})"


def timestamp(at: datetime) -> str:
    """`'2024-01-31 00:00:00'::timestamp_ntz`."""
    return f"{literal(at.isoformat(' '))}::timestamp_ntz"


def relations(models: Sequence[Model]) -> str:
    """A query for the tables that stand in the schemas of the models and of the ledger."""
    schemas = sorted({"RUNNER", *(model.relation.schema for model in models)})
    return filled("ledger_relations", schemas=", ".join(literal(name) for name in schemas))


def known(models: Sequence[Model]) -> str:
    """A query for the last that is known of every batch: node, generation, start, end, status and
    when it last wrote its rows."""
    return filled("ledger_read", nodes=", ".join(literal(model.id) for model in models))


def written_by(model: Model, invocation: str) -> str:
    """A query for the batches whose rows were written by an invocation: start and end."""
    return filled("ledger_of_invocation", node=literal(model.id), invocation=literal(invocation))


def counted(model: Model, intervals: Sequence[Interval]) -> str:
    """A query for the number of rows in the table that belong to each batch, if there are any:
    start and number."""
    assert model.settings.batch is not None
    return filled(
        "rollback_count",
        relation=str(model.relation),
        column=sql_name(model.settings.batch_by),
        size=literal(model.settings.batch),
        times=_within(model, intervals),
    )


def taken_out(model: Model, intervals: Sequence[Interval]) -> str:
    """The statement that removes the rows of batches."""
    return f"delete from {model.relation} as loaded\nwhere\n    {_within(model, intervals)}"


def taken_out_beside(model: Model, intervals: Sequence[Interval]) -> str:
    """The statement that removes from the quarantine what these batches have sent there."""
    times = _spanned("kept.quarantined_batch", intervals)
    return f"delete from {model.quarantine} as kept\nwhere\n    {times}"


def _within(model: Model, intervals: Sequence[Interval]) -> str:
    """The condition of a row, as `loaded`, that belongs to one of the batches."""
    return _spanned(f"loaded.{sql_name(model.settings.batch_by)}", intervals)


def _spanned(column: str, intervals: Sequence[Interval]) -> str:
    return "\n    or ".join(
        f"({column} >= {timestamp(span.start)} and {column} < {timestamp(span.end)})"
        for span in spans(intervals)
    )
