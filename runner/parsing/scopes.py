"""What the expressions of a select can name, and what that is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from runner.lineage import Pair
from runner.parsing.outputs import NONE, made
from runner.parsing.parsed import UNKNOWN, Output, Outputs


@dataclass(frozen=True)
class Shared:
    """A CTE: what it produces, and what decides on its rows; `itself` from within."""

    outputs: Outputs
    rows: frozenset[Pair] = NONE
    itself: bool = False


Env = Mapping[str, Shared]


@dataclass
class Scope:
    """The CTEs and sources that a query can name, in the scope around it.

    rows    what decides which rows there are
    order   what each source adds to `*`
    given   what each source offers to unqualified names
    items   what each alias of the select list is made of, as far as that has been read
    """

    parent: Scope | None
    env: Env
    rows: set[Pair]
    sources: dict[str, Outputs] = field(default_factory=dict)
    order: list[Outputs] = field(default_factory=list)
    given: list[Outputs] = field(default_factory=list)
    names: frozenset[str] = frozenset()  # what the select list names, as where and the like see it
    bare: dict[str, int] = field(default_factory=dict)  # unqualified columns, with their lines
    open: bool = False  # something here may bring in names of its own
    items: dict[str, frozenset[Pair]] = field(default_factory=dict)

    def below(self, rows: set[Pair] | None = None) -> Scope:
        """The scope of a query within this one; its rows are of those around, or of a set."""
        return Scope(self, self.env, self.rows if rows is None else rows)

    def add(self, alias: str, outputs: Outputs) -> None:
        if alias in self.sources:
            outputs = UNKNOWN
        if alias:
            self.sources[alias] = outputs
        self.order.append(outputs)
        self.given.append(outputs)

    def all_outputs(self) -> Outputs:
        """What `*` stands for."""
        return tuple(output for outputs in self.order for output in outputs)

    def given_outputs(self) -> Outputs:
        """Every column of every source, those that a join has in common twice."""
        return tuple(output for outputs in self.given for output in outputs)

    def visible(self) -> Outputs:
        """Every column that an unqualified name may stand for, here or around."""
        if self.open:
            return UNKNOWN
        around = self.parent.visible() if self.parent else ()
        return (*self.all_outputs(), *(Output(name) for name in self.names), *around)

    def made(self, column: str) -> frozenset[Pair]:
        """What an unqualified column is made of: each source that might have it counts.

        An alias of the select list counts as well: which comes first depends on the clause.
        """
        found = self.items.get(column, NONE)
        certain = False
        for outputs in self.given:
            if one := made(outputs, column):
                found |= one[0]
                certain = certain or one[1]
        return found if certain or self.parent is None else found | self.parent.made(column)

    def lookup(self, alias: str) -> Outputs | None:
        """What the source of a name offers, here or around; None where there is none."""
        scope: Scope | None = self
        may_be_more = False
        while scope is not None:
            if alias in scope.sources:
                return scope.sources[alias]
            may_be_more = may_be_more or scope.open
            scope = scope.parent
        return UNKNOWN if may_be_more else None

    def aliases(self) -> Iterator[str]:
        scope: Scope | None = self
        while scope is not None:
            yield from scope.sources
            scope = scope.parent


def made_of(outputs: Outputs, column: str) -> frozenset[Pair]:
    """What a column of a source is made of."""
    found = made(outputs, column)
    return found[0] if found else NONE
