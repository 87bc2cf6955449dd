"""What a query produces: named columns, and `*` over relations that only the graph knows."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from runner.parsing.identifiers import line_of, stored
from runner.parsing.parsed import UNKNOWN, Output, Outputs, Star


def star(star: exp.Star, outputs: Outputs) -> Outputs:
    if star.args.get("ilike"):
        return UNKNOWN
    outputs = without(outputs, frozenset(stored(c.this) for c in star.args.get("except_") or ()))
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
    names = tuple(Output(stored(column), line_of(column)) for column in columns)
    if any(isinstance(output, Star) for output in outputs[: len(names)]):
        return names
    return names + outputs[len(names) :]


def by_name(left: Outputs, right: Outputs) -> Outputs:
    if any(isinstance(output, Star) for output in (*left, *right)):
        return UNKNOWN
    known = {output.name for output in left if isinstance(output, Output)}
    return left + tuple(o for o in right if isinstance(o, Output) and o.name not in known)
