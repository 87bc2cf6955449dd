"""What a query was found to read and produce -> on which columns its result depends."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from runner.lineage import Lineage, Pair
from runner.nodes import Relation
from runner.parsing.outputs import everything
from runner.parsing.parsed import ALL, Facts, Output, Outputs, Star


def lineage(facts: Facts, own: Relation | None, deciding: Collection[str]) -> Lineage:
    """On which columns of other relations the result depends.

    What a model takes from its `own` table is left out. `deciding` are columns of the result that
    decide on its rows by a setting; `*` stands for all.
    """
    columns: dict[str, frozenset[Pair]] = {}
    for name, made in _columns(facts.outputs):
        columns[name] = columns[name] | made if name in columns else made
    stars = (output.source for output in facts.outputs if isinstance(output, Star))
    passing = {source for source in stars if source is not None}
    rows = facts.rows
    for name in deciding:
        passed = ((relation, name) for relation in passing)
        rows = rows.union(everything(facts.outputs) if name == "*" else columns.get(name, passed))
    whole = {relation for relation, name in rows.union(*columns.values()) if name == ALL}
    return Lineage(
        rows=_of_others(rows, own),
        columns={name: _of_others(made, own) for name, made in columns.items() if name},
        passing=frozenset(passing - {own}),
        whole=frozenset(whole - {own}),
        undecided=facts.undecided,
    )


def _columns(outputs: Outputs) -> Iterator[tuple[str, frozenset[Pair]]]:
    """The columns that have a name here; one may come from several places."""
    for output in outputs:
        if isinstance(output, Output):
            yield output.name, output.made
        elif output.source is not None:
            yield from ((other.name, other.made) for other in output.replaced)
            for old, new in output.rename:
                yield new, frozenset({(output.source, old)})


def _of_others(pairs: frozenset[Pair], own: Relation | None) -> frozenset[Pair]:
    kept = frozenset(pair for pair in pairs if pair[0] != own and pair[1] != ALL)
    return pairs if len(kept) == len(pairs) else kept  # one set takes less to keep than two
