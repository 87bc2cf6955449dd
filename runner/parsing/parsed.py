"""What is known of a file once it has been read: plain values, without any syntax tree.

Nothing here imports sqlglot, so that a file that was read before costs no parser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from runner.errors import Problem
from runner.fingerprints import Clock, Fingerprint
from runner.lineage import Lineage, Pair
from runner.nearest import nearest_hint
from runner.nodes import Kind, Node, Relation, sql_name
from runner.parsing.findings import Finding

KINDS = {"models": Kind.MODEL, "snapshots": Kind.SNAPSHOT, "checks": Kind.CHECK}
HISTORY = ("VALID_FROM", "VALID_TO", "IS_CURRENT", "IS_DELETED")


@dataclass(frozen=True)
class Output:
    """One column that a query produces; `name` as stored, empty when the query gives none.

    `made` are the columns of relations that its values are made of; an `ALL` stands for all.
    """

    name: str
    line: int = 0
    made: frozenset[Pair] = frozenset()


@dataclass(frozen=True)
class Star:
    """All columns of a relation, as `*` gives them; without a source they cannot be known.

    `replaced` are those that `* replace` makes of others.
    """

    source: Relation | None
    line: int = 0
    exclude: frozenset[str] = frozenset()
    rename: tuple[tuple[str, str], ...] = ()
    replaced: tuple[Output, ...] = ()


ALL = ""  # in place of a column's name in a pair
Outputs = tuple[Output | Star, ...]
UNKNOWN: Outputs = (Star(None),)


def resolve(
    outputs: Outputs, columns: Callable[[Relation], tuple[str, ...] | None]
) -> tuple[str, ...] | None:
    """The names of a query's columns, `*` resolved; None when they cannot be known."""
    found: list[str] = []
    for output in outputs:
        if isinstance(output, Output):
            found.append(output.name)
            continue
        known = columns(output.source) if output.source else None
        if known is None:
            return None
        if output.rename or output.exclude:
            new = dict(output.rename)
            known = tuple(new.get(name, name) for name in known if name not in output.exclude)
        found += known
    return tuple(found)


@dataclass(frozen=True)
class Item:
    """What one item of a select list gives: one column, or with `*` any number."""

    outputs: Outputs
    star: bool

    @property
    def name(self) -> str:
        """The name of a single column; empty when the query gives it none."""
        only = self.outputs[0] if self.outputs and not self.star else None
        return only.name if isinstance(only, Output) else ""


@dataclass(frozen=True)
class Read:
    """A relation named in the query, at an offset of its text."""

    relation: Relation
    line: int
    offset: int


@dataclass(frozen=True)
class Use:
    """A column that the query takes from a source whose columns only the graph knows."""

    outputs: Outputs
    alias: str
    column: str
    line: int


@dataclass(frozen=True)
class Facts:
    """What one query says: relations read, columns used and produced, in order of appearance.

    `items` are the items of the final select; in a set operation, of its first
    branch. Without a final select (`values`) there are none. `rows` are the columns of relations
    that decide which rows there are; `undecided` says why columns cannot be told apart.
    """

    outputs: Outputs
    items: tuple[Item, ...]
    reads: tuple[Read, ...]
    uses: tuple[Use, ...]
    findings: tuple[Finding, ...]
    rows: frozenset[Pair] = frozenset()
    undecided: str = ""


@dataclass(frozen=True)
class Demand:
    """A column that a setting or a check needs in the result."""

    column: str
    line: int
    what: str


@dataclass(frozen=True)
class Parsed:
    """One file, read. `node` is missing when the text is no query; `relation` may still be known.

    facts        what the query reads and produces
    demands      columns that settings and checks need in the result
    fingerprint  what of the file counts
    lineage      on which columns of other relations its result depends
    clock        how often the query gives something else by itself
    calls        functions that may be a migration's
    """

    path: str
    kind: Kind
    relation: Relation | None
    node: Node | None = None
    facts: Facts | None = None
    demands: tuple[Demand, ...] = ()
    fingerprint: Fingerprint = field(default_factory=Fingerprint)
    lineage: Lineage = field(default_factory=Lineage)
    clock: Clock = Clock.NEVER
    calls: frozenset[Relation] = frozenset()
    problems: tuple[Problem, ...] = ()


def missing_column(use: Use, columns: Iterable[str]) -> Finding:
    """What to say of a column that its source lacks."""
    hint = nearest_hint(sql_name(use.column), [sql_name(column) for column in columns])
    who = f"{use.alias} has no" if use.alias else "no table of this query has a"
    return Finding(f"{who} column {sql_name(use.column)}", use.line, hint)
