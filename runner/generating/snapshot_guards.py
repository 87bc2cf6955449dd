"""Reasons to stop a snapshot before anything is written, as queries that return them.

Every reason says how many, and what to do. `@max_deletes` limits how many open keys one run may
close, as a number or as a part of them; without it, half. A query that gives no rows at all stops
whatever the limit, unless that is `100%`, which allows everything.
"""

from __future__ import annotations

from runner.generating.incremental import refuse_double_keys, refuse_null_keys
from runner.generating.work import filled
from runner.nodes import Relation, Snapshot, sql_name
from runner.scripts import literal

DEFAULT_LIMIT = "50%"
ALL = "100%"


def guards(node: Snapshot, batch: Relation) -> tuple[str, ...]:
    """One query for all reasons not to go on with the history."""
    return ("\nunion all\n".join((*_of_rows(node, batch), *_of_deletions(node, batch))),)


def guards_of_rows(node: Snapshot, batch: Relation) -> tuple[str, ...]:
    """One query for all reasons not to begin a history."""
    return ("\nunion all\n".join(_of_rows(node, batch)),)


def _of_rows(node: Snapshot, batch: Relation) -> tuple[str, ...]:
    key, updated_at = node.settings.unique_key, node.settings.updated_at
    if updated_at:
        version = (*key, updated_at)
        advice = "let the query choose one of them"
    else:
        version = key
        advice = "let the query choose one of them, or use @updated_at, which keeps them all"
    return (refuse_null_keys(batch, version), refuse_double_keys(batch, version, advice))


def _of_deletions(node: Snapshot, batch: Relation) -> tuple[str, ...]:
    limit = (node.settings.max_deletes or DEFAULT_LIMIT).replace(" ", "")
    if node.settings.hard_deletes == "ignore" or limit == ALL:
        return ()
    in_all = limit.endswith("%")
    gone, most = ("counted.gone * 100", "counted.standing * ") if in_all else ("counted.gone", "")
    rule = f"@max_deletes {limit}" if node.settings.max_deletes else "half of them"
    advice = (
        "nothing was closed. See what the query reads; if they are gone indeed, "
        f"let this run close them with @max_deletes {ALL}"
    )
    return (
        filled(
            "refuse_deletions",
            snapshot=str(node.relation),
            batch=str(batch),
            key=node.settings.unique_key,
            first_key=sql_name(node.settings.unique_key[0]),
            is_over=f"{gone} > {most}{limit.removesuffix('%')}",
            too_many=literal(f" open keys are absent from the query, more than {rule}: {advice}"),
            empty=literal(f" open: {advice}"),
        ),
    )
