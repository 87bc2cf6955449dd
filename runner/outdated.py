"""What has changed about a node since its last success: the reasons to build it, in words."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from runner import fingerprints
from runner.fingerprints import Fingerprint
from runner.graph import Graph
from runner.lineage import Lineage
from runner.nodes import Check, Model, Node, Relation, sql_name
from runner.remembered import Remembered
from runner.versions import CHECK_CLOCK, CLOCK, digest

LISTED = 3  # columns that a reason names
REASONS = 4  # that are told of one node

_COLUMN = re.compile(r"(?P<relation>[^(]+)\((?P<column>.+)\)\Z")


@dataclass(frozen=True)
class Change:
    """The difference between a node as it is and as its last success left it.

    reasons  in words; empty when nothing differs
    whole    any row may differ
    columns  apart from that, only these may
    made     by another definition, its own or one above: an increment cannot make up for it
    shape    columns came or went in the node's own file, and nothing else about its rows
    again    the node is to be done again, whatever its file and its inputs say
    checks   something differs that only checks look at
    """

    reasons: tuple[str, ...] = ()
    whole: bool = False
    columns: frozenset[str] = frozenset()
    made: bool = False
    shape: bool = False
    again: bool = False
    checks: bool = False

    @property
    def content(self) -> bool:
        """Whether what is there may differ from what the node gives now."""
        return self.whole or bool(self.columns)

    @property
    def told(self) -> str:
        """The first reasons, and how many more there are.

        >>> Change(("a", "b", "c", "d", "e", "f")).told
        'a; b; c; d; and 2 more'
        """
        rest = len(self.reasons) - REASONS
        return "; ".join(self.reasons[:REASONS]) + (f"; and {rest} more" if rest > 0 else "")

    def and_(self, other: Change) -> Change:
        """Both together; columns that came or went are no more than that only if all else is."""
        content = [one for one in (self, other) if one.content]
        return Change(
            self.reasons + other.reasons,
            self.whole or other.whole,
            self.columns | other.columns,
            self.made or other.made,
            all(one.shape for one in content if one.made),
            self.again or other.again,
            self.checks or other.checks,
        )


def fingerprint(graph: Graph, node: Node, checks: Collection[Check]) -> Fingerprint:
    """What counts of a node together with the check files that run in its step."""
    own = graph.fingerprints[node.id]
    if not checks:
        return own
    beside = sorted(f"{check.id} {graph.fingerprints[check.id].text}" for check in checks)
    return replace(own, checks=digest([own.checks, *beside]))


@dataclass(frozen=True)
class Changes:
    """The differences between a node and its last success, which is what is remembered of it."""

    graph: Graph
    node: Node
    remembered: Remembered

    def of_file(self, checks: Collection[Check]) -> Change:
        """What differs about its file and the check files of its step."""
        now = fingerprint(self.graph, self.node, checks)
        if now.text == self.remembered.fingerprint:
            return Change()
        return self._widened(of_file(fingerprints.from_text(self.remembered.fingerprint), now))

    def of_inputs(self, inputs: Mapping[str, str]) -> Change:
        """What differs about the versions of what it reads, as `Versions.inputs` gives them."""
        if as_json(inputs) == self.remembered.inputs:
            return Change()
        old: Mapping[str, str] = json.loads(self.remembered.inputs)
        sources = {str(reference.relation): reference.relation for reference in self.node.reads}
        lineage = self.graph.lineages[self.node.id]
        return self._widened(of_inputs(old, inputs, lineage, sources))

    def _widened(self, change: Change) -> Change:
        """Where rows are sent to quarantine, any column may decide which."""
        if change.columns and isinstance(self.node, Model) and self.node.quarantine:
            return replace(change, whole=True)
        return change


def as_json(values: Mapping[str, str]) -> str:
    """Names and versions as the state keeps them."""
    return json.dumps(values, separators=(",", ":"))


def of_file(old: Fingerprint, new: Fingerprint) -> Change:
    """What differs between two states of a file."""
    change = _of_query(old, new)
    if old.settings != new.settings:
        change = change.and_(Change(("settings changed",), whole=True, made=True))
    if old.checks != new.checks:
        change = change.and_(Change(("check changed",), checks=True))
    return change


def _of_query(old: Fingerprint, new: Fingerprint) -> Change:
    if old.frame != new.frame:
        return Change(("sql changed",), whole=True, made=True)
    if dict(old.columns) == dict(new.columns) and list(old.columns) == list(new.columns):
        return Change()
    common = [column for column in new.columns if column in old.columns]
    added = [column for column in new.columns if column not in old.columns]
    gone = [column for column in old.columns if column not in new.columns]
    changed = [column for column in common if old.columns[column] != new.columns[column]]
    is_moved = common != [column for column in old.columns if column in new.columns]
    named = [
        *map(sql_name, changed),
        *(f"+{sql_name(column)}" for column in added),
        *(f"-{sql_name(column)}" for column in gone),
    ]
    return Change(
        (f"sql changed: {listed(named) or 'the order of its columns'}",),
        whole=bool(gone) or is_moved,
        columns=frozenset((*changed, *added)),
        made=True,
        shape=not changed and not is_moved,
    )


def of_inputs(
    old: Mapping[str, str],
    new: Mapping[str, str],
    lineage: Lineage,
    sources: Mapping[str, Relation],
) -> Change:
    """What differs between the versions that a node read and those that it would read.

    `sources` are the relations that it reads, by name.
    """
    change = Change()
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            change = change.and_(_of_input(name, old.get(name, ""), new.get(name, ""), sources))
    return _narrowed(change, old, new, lineage, sources)


def _of_input(name: str, old: str, new: str, sources: Mapping[str, Relation]) -> Change:
    if name in (CLOCK, CHECK_CLOCK):
        who = "" if name == CLOCK else "a check "
        told = "another day" if re.match(r"\d{4}-", new) else f"{who}reads the clock"
        return Change((told,), whole=name == CLOCK, checks=name == CHECK_CLOCK)
    if name.startswith("references "):
        return Change((f"{name[11:]} changed, which it refers to",), checks=True)
    if name.startswith("function "):
        return Change((f"{name} changed",), whole=True, made=True)
    if name in sources:
        is_made = old.partition("@")[2] != new.partition("@")[2]
        if not old or not new:
            return Change((f"reads {name}" if new else f"no longer reads {name}",), True, made=True)
        told = f"{name} is made otherwise" if is_made else f"new data in {name}"
        return Change((told,), whole=True, made=is_made)
    match = _COLUMN.match(name)
    told = f"{match['relation']}: {match['column']} changed" if match else f"{name} changed"
    return Change((told,), whole=True, made=True)


def _narrowed(
    change: Change,
    old: Mapping[str, str],
    new: Mapping[str, str],
    lineage: Lineage,
    sources: Mapping[str, Relation],
) -> Change:
    """The change confined to the columns that are made of the columns that changed, if it can be:
    when nothing else did, and they do not decide which rows there are."""
    pairs = set()
    for name in {*old, *new}:
        if old.get(name) == new.get(name) or name.startswith((CHECK_CLOCK, "references ")):
            continue
        match = _COLUMN.match(name)
        if match is None or match["relation"] not in sources:
            return change
        pairs.add((sources[match["relation"]], stored(match["column"])))
    columns = lineage.made_of(pairs) if pairs else None
    if columns is None:
        return change
    return Change(change.reasons, columns=columns, made=True, checks=change.checks)


def stored(name: str) -> str:
    """The stored name of a column that `sql_name` wrote."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.upper()


def listed(names: Sequence[str]) -> str:
    """The first of them, and how many more."""
    rest = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {rest} more" if rest > 0 else "")


def survives(node: Model, change: Change) -> bool:
    """Whether an increment can take in a change of the node's definition: where the model says
    what becomes of columns that come and go, and nothing else changed."""
    return change.shape and node.settings.on_schema_change != "ignore"
