"""On which columns of other relations the result of a query depends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from runner.nodes import Relation

Pair = tuple[Relation, str]  # a column of a relation, by its stored name


@dataclass(frozen=True)
class Lineage:
    """Where the rows and the columns of a query come from.

    A pair may name a column that its relation lacks: an unqualified name is one of each relation
    that might have it. Every relation that is read counts for the rows, whatever its columns.

    rows       the columns that decide which rows there are: joins, conditions, grouping, …
    columns    those that the values of each column of the result are made of
    passing    relations whose columns pass under their own names (`select *`): a column that
               `columns` does not name is made of theirs of that name
    whole      relations of which every column counts for the rows (`select distinct *`, …)
    undecided  why columns cannot be told apart, for people; then all of everything counts
    """

    rows: frozenset[Pair] = frozenset()
    columns: Mapping[str, frozenset[Pair]] = field(default_factory=dict)
    passing: frozenset[Relation] = frozenset()
    whole: frozenset[Relation] = frozenset()
    undecided: str = ""

    def used(self, relation: Relation) -> frozenset[str] | None:
        """The columns of a relation that anything in the query depends on; None for all."""
        if self.undecided or relation in self.whole or relation in self.passing:
            return None
        pairs = self.rows.union(*self.columns.values())
        return frozenset(column for other, column in pairs if other == relation)

    def of_rows(self, relation: Relation) -> frozenset[str] | None:
        """The columns of a relation that decide which rows there are; None for all."""
        if self.undecided or relation in self.whole:
            return None
        return frozenset(column for other, column in self.rows if other == relation)

    def of(self, column: str) -> frozenset[Pair]:
        """The pairs that a column of the result is made of."""
        passed = frozenset((relation, column) for relation in self.passing)
        return self.columns.get(column, passed)

    def made_of(self, pairs: Collection[Pair]) -> frozenset[str] | None:
        """The columns of the result that change with some pairs; None if the rows may, too."""
        relations = {relation for relation, _ in pairs}
        if self.undecided or self.whole & relations or not self.rows.isdisjoint(pairs):
            return None
        named = {name for name, made in self.columns.items() if not made.isdisjoint(pairs)}
        passed = {
            column
            for relation, column in pairs
            if relation in self.passing and column not in self.columns
        }
        return frozenset(named | passed)
