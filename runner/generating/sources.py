"""What the checks of a relation read: while a run is under way, behind it, and when it is over."""

from __future__ import annotations

from dataclasses import dataclass

from runner.generating import quarantine
from runner.generating.substitution import substituted
from runner.generating.work import ARRIVED, BATCH, Work, is_kept, matches, names, of_batch
from runner.nodes import CheckKind, CheckSpec, Model, Relation, Snapshot, sql_name

OF_ROWS = frozenset(
    {CheckKind.NOT_NULL, CheckKind.ACCEPTED_VALUES, CheckKind.CONDITION, CheckKind.REFERENCES}
)


@dataclass(frozen=True)
class Sources:
    """What checks read, as SQL for a from clause: a name or a query in brackets.

    all_rows    the relation as it will be
    new_rows    the rows of this run
    sent_away   the rows of this run that are in quarantine; without any, `@quarantine` conditions
                look at the rows of this run
    quarantine  what stands for the relation's quarantine; empty for itself
    given       the `with` clause that introduces the names, empty or ending in a blank line
    """

    relation: Relation
    all_rows: str
    new_rows: str
    sent_away: str = ""
    quarantine: str = ""
    given: str = ""

    def read_by(self, check: CheckSpec) -> str:
        """The rows that a check looks at, under the relation's own name."""
        rows = self.new_rows if check.kind in OF_ROWS or check.new_rows else self.all_rows
        if check.quarantine and self.sent_away:
            rows = self.sent_away
        return f"{rows} as {sql_name(self.relation.name)}"

    def seen_by(self, query: str) -> str:
        """The query of a file in checks/, reading these rows."""
        seen = substituted(query, self.relation, self.all_rows)
        if not self.quarantine:
            return seen
        return substituted(seen, quarantine.of(self.relation), self.quarantine)


def during(node: Model | Snapshot, work: Work) -> Sources:
    """What is being checked during a run; a query that several checks read stands there once."""
    if work.checked.startswith("("):
        given = f"with checked__ as {work.checked}\n\n"
        return Sources(node.relation, "checked__", "checked__", given=given)
    sent = work.sent_away
    return Sources(
        relation=node.relation,
        all_rows=work.checked,
        new_rows=work.new_rows or work.checked,
        sent_away=sent.rows if sent else "",
        quarantine=str(sent.table) if sent else "",
    )


def behind(node: Model | Snapshot, work: Work, *, published: bool) -> Sources | None:
    """What is left of that behind the publication or the rollback, before the step cleans up; None
    when the run has left nothing of what it made."""
    if published:
        return Sources(node.relation, str(node.relation), work.new_rows or str(node.relation))
    if not work.transactional:
        return during(node, work)
    if work.new_rows is None:
        return None
    batch = work.new_rows if work.full else str(node.relation.suffixed(BATCH))
    if not work.sent_away:
        return Sources(node.relation, _whole(node, work, batch, batch), work.new_rows)
    arrived = str(node.relation.suffixed(ARRIVED))
    whole = _whole(node, work, batch, arrived)
    sent = f"(\n{quarantine.sent(arrived, '', 'null')}\n)"
    return Sources(node.relation, whole, work.new_rows, sent, sent)


def afterwards(node: Model | Snapshot, work: Work, *, stands: bool) -> Sources:
    """What people can look at when the run is over: the relation where it `stands`, else what the
    node's query would make of it."""
    relation = str(node.relation)
    if stands and work.sent_away:
        return Sources(node.relation, relation, relation, str(quarantine.of(node.relation)))
    if stands:
        return Sources(node.relation, relation, relation)
    query = node.initial_sql if isinstance(node, Model) and work.full else node.sql
    arrived = rows = f"(\n{query}\n)"
    if not isinstance(node, Model) or not node.quarantine:
        return Sources(node.relation, _whole(node, work, rows, rows), _written(node, rows))
    judged = f"(\n{quarantine.judged(node, query)}\n)"
    rows = f"({quarantine.without_reason(judged, quarantine.IS_TAKEN)})"
    sent = f"(\n{quarantine.sent(judged, '', 'null')}\n)"
    whole = _whole(node, work, rows, arrived)
    return Sources(node.relation, whole, _written(node, rows), sent, sent)


def _written(node: Model | Snapshot, rows: str) -> str:
    """Of the `rows` that a query gives those that are written."""
    if isinstance(node, Model) and node.settings.delete_when:
        return f"(\nselect * from {rows} as batch\nwhere {is_kept(node)}\n)"
    return rows


def _whole(node: Model | Snapshot, work: Work, rows: str, arrived: str) -> str:
    """What the relation would be: after an incremental step the step's `rows`, and those it keeps
    because their key is not among the ones that `arrived`."""
    if isinstance(node, Snapshot):
        return str(node.relation)
    new_rows = _written(node, rows)
    key, strategy = node.settings.unique_key, node.settings.incremental_strategy
    if work.full or (strategy == "insert_overwrite" and not node.settings.batch):
        return new_rows
    columns = names(column.name for column in node.columns) or "*"
    kept = f"select {columns} from {node.relation} as loaded"
    if strategy == "insert_overwrite":
        kept += f"\n    where not ({of_batch(node)})"
    elif key and strategy != "append":
        on_key = matches(key, "batch", "loaded")
        kept += f"\n    where not exists (\n    select 1 from {arrived} as batch where {on_key}\n)"
    return f"(\nselect {columns} from {new_rows} as batch\nunion all\n{kept}\n)"
