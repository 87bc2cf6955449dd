"""On which columns of other relations the result of a query depends."""

from __future__ import annotations

from collections.abc import Mapping
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
