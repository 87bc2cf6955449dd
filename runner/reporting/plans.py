"""A plan for people and for programs: every node, what is done about it, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runner.due import Action
from runner.environments.orphans import Orphan
from runner.methods import kind_name
from runner.plan import Plan, Step
from runner.reporting import tabular
from runner.reporting.sentences import counted, duration

WORDS = {Action.BUILD: "build", Action.CHECK: "check", Action.KEEP: "keep"}
MAYBE = "maybe"  # due if what it reads changes in the same run
NOTHING = "-"
CLEAN = "clean"  # no file builds it any more; `runner clean` drops it
LISTED = 30  # steps in the first lines of a run


def table(plan: Plan, gone: Sequence[Orphan] = ()) -> str:
    """A line for each node; those with nothing to do come last, and behind them what no file builds
    any more."""
    rows: list[tuple[object, ...]] = [
        (_word(step), step.id, kind_name(step.node), step.reason, _took(step))
        for step in plan.steps
    ]
    rows += [(NOTHING, node.id, kind_name(node), reason, "") for node, reason in plan.idle]
    rows += [(CLEAN, str(one.relation), one.kind, one.reason, "") for one in gone]
    return tabular.table(["do", "node", "made as", "why", "last took"], rows, widest=500)


def objects(plan: Plan, gone: Sequence[Orphan] = ()) -> Iterator[Mapping[str, Any]]:
    """An object for each node; `action` is build, check, keep or skip, or clean for what no file
    builds any more; `conditional` says that it depends on what changes in the same run, `seconds`
    what its last success took."""
    for step in plan.steps:
        yield {
            "node": step.id,
            "made_as": kind_name(step.node),
            "action": step.action.value,
            "conditional": step.conditional,
            "reason": step.reason,
            "waits_for": sorted(step.waits_for),
            "seconds": step.seconds,
        }
    for node, reason in plan.idle:
        yield _at_rest(node.id, kind_name(node), "skip", reason)
    for one in gone:
        yield _at_rest(str(one.relation), one.kind, CLEAN, one.reason)


def _at_rest(node: str, made_as: str, action: str, reason: str) -> Mapping[str, Any]:
    """The object of what a build does nothing about."""
    told = {"node": node, "made_as": made_as, "action": action, "conditional": False}
    return {**told, "reason": reason, "waits_for": [], "seconds": None}


def summary(plan: Plan, gone: Sequence[Orphan] = ()) -> str:
    """`12 to build, 3 to check, 5 if something changes, 980 up to date; about 14 s of work`."""
    counts = Counter(_word(step) for step in plan.steps)
    parts = [f"{counts[word]:,} to {word}" for word in WORDS.values() if counts[word]]
    if counts[MAYBE]:
        parts.append(f"{counts[MAYBE]:,} if what they read changes")
    if plan.idle:
        parts.append(f"{len(plan.idle):,} up to date")
    times = [step.seconds for step in plan.steps]
    told = [seconds for seconds in times if seconds is not None]
    if told:
        parts[-1] += f"; about {duration(sum(told))} of work by the last runs"
        unknown = len(times) - len(told)
        parts[-1] += f", without {counted(unknown, 'step')} that never ran" if unknown else ""
    if gone:
        parts.append(f"{len(gone):,} that no file builds any more (`runner clean` drops them)")
    return "plan: " + (", ".join(parts) or "nothing is selected")


def heads(plan: Plan) -> str:
    """The first lines of a run: what is going to be done and why, as far as it fits on a page."""
    width = max((len(step.id) for step in plan.steps[:LISTED]), default=0)
    lines = [
        f"  {_word(step):<5}  {step.id:<{width}}  {step.reason}" for step in plan.steps[:LISTED]
    ]
    rest = len(plan.steps) - LISTED
    if rest > 0:
        lines.append(f"  and {rest:,} more; `runner plan` shows all")
    return "\n".join(lines)


def _word(step: Step) -> str:
    return MAYBE if step.conditional else WORDS[step.action]


def _took(step: Step) -> str:
    return "" if step.seconds is None else duration(step.seconds)
