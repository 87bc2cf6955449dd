"""What a query produces: named columns, and `*` over relations that only the graph knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

from sqlglot import exp

from runner.lineage import Pair
from runner.parsing.identifiers import line_of, stored
from runner.parsing.parsed import ALL, UNKNOWN, Output, Outputs, Star

NONE: frozenset[Pair] = frozenset()


def star(star: exp.Star, outputs: Outputs, replaced: tuple[Output, ...]) -> Outputs:
    if star.args.get("ilike"):
        return UNKNOWN
    outputs = without(outputs, frozenset(stored(c.this) for c in star.args.get("except_") or ()))
    outputs = _replaced(outputs, replaced) if replaced else outputs
    renames = star.args.get("rename") or ()
    names = tuple((stored(r.this.this), stored(r.args["alias"])) for r in renames)
    return renamed(outputs, names) if names else outputs


def without(outputs: Outputs, names: frozenset[str]) -> Outputs:
    if not names:
        return outputs
    return tuple(
        replace(output, exclude=output.exclude | names) if isinstance(output, Star) else output
        for output in outputs
        if isinstance(output, Star) or output.name not in names
    )


def _replaced(outputs: Outputs, replaced: tuple[Output, ...]) -> Outputs:
    made = {output.name: output.made for output in replaced}
    return tuple(
        replace(output, replaced=output.replaced + replaced)
        if isinstance(output, Star)
        else replace(output, made=made.get(output.name, output.made))
        for output in outputs
    )


def renamed(outputs: Outputs, names: tuple[tuple[str, str], ...]) -> Outputs:
    new = dict(names)
    return tuple(
        replace(output, rename=output.rename + names)
        if isinstance(output, Star)
        else replace(output, name=new.get(output.name, output.name))
        for output in outputs
    )


def named(outputs: Outputs, columns: list[exp.Expr]) -> Outputs:
    """The outputs under the names of an alias's column list: `as t (a, b)`."""
    if not columns:
        return outputs
    if has_star(outputs[: len(columns)]):
        return tuple(Output(stored(column), line_of(column)) for column in columns)
    names = tuple(
        Output(stored(column), line_of(column), output.made if isinstance(output, Output) else NONE)
        for column, output in zip_longest(columns, outputs[: len(columns)])
    )
    return names + outputs[len(names) :]


def by_name(left: Outputs, right: Outputs) -> Outputs:
    if has_star(left) or has_star(right):
        return UNKNOWN
    known = {output.name for output in left if isinstance(output, Output)}
    made = {output.name: output.made for output in right if isinstance(output, Output)}
    both = (
        replace(output, made=output.made | made.get(output.name, NONE))
        for output in left
        if isinstance(output, Output)
    )
    return (*both, *(o for o in right if isinstance(o, Output) and o.name not in known))


def by_place(left: Outputs, right: Outputs) -> Outputs:
    """The columns of a set operation, under the names of its first branch."""
    return tuple(
        replace(one, made=one.made | other.made)
        if isinstance(one, Output) and isinstance(other, Output) and other.made
        else one
        for one, other in zip_longest(left, right[: len(left)])
    )


def has_star(outputs: Outputs) -> bool:
    return any(isinstance(output, Star) for output in outputs)


def everything(outputs: Iterable[Output | Star]) -> Iterator[Pair]:
    """What all the columns are made of."""
    for output in outputs:
        if isinstance(output, Output):
            yield from output.made
            continue
        if output.source:
            yield output.source, ALL
        for column in output.replaced:
            yield from column.made


def made(outputs: Outputs, column: str) -> tuple[frozenset[Pair], bool] | None:
    """What a column is made of, and whether it is certainly there; None if it cannot be."""
    found: list[Pair] = []
    possible = False
    for output in outputs:
        if isinstance(output, Output):
            if output.name == column:
                return output.made, True
            continue
        for other in output.replaced:
            if other.name == column:
                found += other.made
        if output.rename or column not in output.exclude:
            possible = True
            found += _passed(output, column)
    return (frozenset(found), False) if possible else None


def _passed(star: Star, column: str) -> Iterator[Pair]:
    """The columns of a relation that come out of a `*` under one name."""
    if star.source is None:
        return
    names = {column}
    for old, new in reversed(star.rename):
        if new in names:
            names.add(old)
    for name in names:
        yield star.source, name
