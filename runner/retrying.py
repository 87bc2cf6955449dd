"""What the last run did not bring to an end, and how to do that again.

As with dbt (page *About dbt retry command*): the nodes that failed or were skipped, with the
selection and the options of that run. Those that a killed run never came to count as well.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from runner import scripts
from runner.engines import Session
from runner.options import Options
from runner.results import Invocation
from runner.wanted import Wanted

# The options that make a run what it is; how fast it goes and what it prints does not count.
_PLAIN = ("select", "exclude", "full_refresh", "everything", "force")
_MOMENTS = ("batch_start", "batch_end")


@dataclass(frozen=True)
class LastRun:
    """The last run of a build or a check: when it began (UTC), what it was asked for, and the ids
    of the nodes that failed, were skipped, or were never come to."""

    command: str
    began_at: datetime
    is_check: bool
    options: Options
    nodes: frozenset[str]

    def __str__(self) -> str:
        return f"the {self.command} of {self.began_at:%Y-%m-%d %H:%M} UTC left nothing undone"

    def again(self, options: Options) -> Options:
        """The options of that run, and those of this one where they do not matter."""
        repeated = {name: getattr(self.options, name) for name in (*_PLAIN, *_MOMENTS)}
        return replace(options, **repeated)


def remembered(options: Options, *, is_check: bool) -> str:
    """The options of a run as its row keeps them, as JSON; `is_check` says that it only checks."""
    said: dict[str, Any] = {"is_check": True} if is_check else {}
    said |= {name: value for name in _PLAIN if (value := getattr(options, name))}
    said |= {name: at.isoformat() for name in _MOMENTS if (at := getattr(options, name))}
    return json.dumps(said)


def last(session: Session) -> LastRun | None:
    """The last run that recorded anything in the database; None when there is none."""
    rows = session.execute(scripts.own("retry_last")).rows
    if not rows:
        return None
    command, options, began_at, _ = rows[0]
    said = json.loads(options or "{}")
    is_check = said.pop("is_check", False)
    return LastRun(
        command,
        began_at,
        is_check,
        Options(**{name: _read(name, value) for name, value in said.items()}),
        frozenset(node for *_, node in rows if node is not None),
    )


def _read(name: str, value: Any) -> Any:
    """The value of an option as it was before it was written as JSON."""
    if name in _MOMENTS:
        return datetime.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def only(asked: Wanted, ids: Collection[str]) -> Wanted:
    """What is wanted, confined to these nodes and the check files that belong to their steps."""
    known = asked.selection.intersection(ids)
    beside = {check.id for id_ in known for check in asked.graph.checks_of(id_)}
    kept = known | (beside & asked.selection)
    batched = tuple(model for model in asked.batched if model.id in kept)
    return replace(asked, selection=kept, batched=batched)


def resumed(invocation: Invocation, last: LastRun, again: Options) -> Invocation:
    """The run that does it again, as it can be retried in turn."""
    return replace(
        invocation,
        selection=again.selection,
        full_refresh=again.full_refresh,
        options=remembered(again, is_check=last.is_check),
    )
