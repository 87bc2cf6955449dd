"""A model with `@move_from`: what it writes leaves the other table in the same transaction."""

from __future__ import annotations

from runner.generating.work import as_text, filled, matches, names, no_null
from runner.nodes import Model, Relation
from runner.scripts import literal


def refused(node: Model, batch: Relation) -> tuple[str, ...]:
    """Queries that give one row, the reason, when rows of the other table share a key of the batch:
    all of them would leave it."""
    if node.settings.move_from is None:
        return ()
    key, source = node.settings.unique_key, node.settings.move_from.relation
    rows = filled("moved_rows", source=str(source), batch=str(batch), key=key)
    return (
        filled(
            "refuse_double_keys",
            batch=f"(\n{rows}\n) as moved_rows",
            key=key,
            no_null=no_null(key),
            as_text=as_text(key),
            what=literal(f" of ({names(key)}) in {source}"),
            advice=literal("; all of them would leave it: add a column to @unique_key"),
        ),
    )


def taken(node: Model, batch: Relation) -> tuple[str, ...]:
    """The rows of the batch leave the other table."""
    if node.settings.move_from is None:
        return ()
    on_key = matches(node.settings.unique_key, "source", "batch")
    source = node.settings.move_from.relation
    return (f"delete from {source} as source\nusing {batch} as batch\nwhere {on_key}",)
