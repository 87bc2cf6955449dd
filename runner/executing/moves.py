"""The table of a model with `@move_from`: it is made once, empty, and never made anew."""

from __future__ import annotations

from runner.errors import RunnerError
from runner.executing.context import Conversation
from runner.generating import materializations
from runner.generating.work import Existing, drop
from runner.nodes import Model


def kept(node: Model, existing: Existing | None, conversation: Conversation) -> Existing:
    """The table as it stands; made empty where there is none.

    Raises `RunnerError` when something else has its name.
    """
    if existing is None:
        conversation.run_all(materializations.empty(node), counted=False)
        columns = conversation.run(f"select * from {node.relation} limit 0").columns
        return Existing("table", columns)
    if existing.kind != "table":
        raise RunnerError(
            f"{node.path}: {node.relation} is a {existing.kind}, which cannot take rows",
            f"rename the model; if nobody needs it: {drop(node.relation, existing.kind)}",
        )
    return existing
