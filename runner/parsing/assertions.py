"""Check annotations -> CheckSpec: what must hold of a relation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot.errors import SqlglotError

from runner.nodes import CheckKind, CheckSpec, Materialized, Relation, Severity
from runner.parsing import expressions, settings, thresholds
from runner.parsing.annotations import (
    COLUMN_CHECKS,
    RELATION_CHECKS,
    THRESHOLDS,
    Annotation,
    unknown,
)
from runner.parsing.cursor import Cursor
from runner.parsing.findings import Finding
from runner.parsing.lexer import SNOWFLAKE
from runner.parsing.parsed import Demand
from runner.parsing.settings import BadValueError, names, split

_COLUMN = "on a column"
_RELATION = "at the head of a file"
_OF_ONE_ROW = frozenset({CheckKind.NOT_NULL, CheckKind.ACCEPTED_VALUES, CheckKind.CONDITION})


@dataclass(frozen=True)
class Placed:
    """A check annotation and the column that it stands on; without one it is the relation's."""

    annotation: Annotation
    column: str = ""


@dataclass(frozen=True)
class Assertions:
    """The checks of one file, and the columns that they need."""

    specs: tuple[CheckSpec, ...]
    demands: tuple[Demand, ...]
    findings: tuple[Finding, ...]


def read(placed: Sequence[Placed], materialized: Materialized | None) -> Assertions:
    """The checks of a model or (not `materialized` as one) a snapshot, each with its own name."""
    specs: list[CheckSpec] = []
    demands: list[Demand] = []
    findings: list[Finding] = []
    for item in placed:
        annotation = item.annotation
        try:
            spec, columns = _spec(item)
            _check_new_rows(annotation, spec, materialized)
            _check_quarantine(annotation, spec, materialized)
            spec = _with_thresholds(annotation, spec)
        except BadValueError as bad:
            findings.append(Finding(f"@{annotation.name}: {bad}", annotation.line, bad.hint))
            continue
        except _MisplacedError as misplaced:
            findings.append(misplaced.finding)
            continue
        if any(_same(spec, other) for other in specs):
            findings.append(Finding(f"@{annotation.name} stands twice", annotation.line))
            continue
        specs.append(replace(spec, name=_free_name(spec.name, specs)))
        if not item.column:
            what = f"@{annotation.name}"
            demands += [Demand(column, annotation.line, what) for column in columns]
        else:
            what = f"@{annotation.name}"
            demands += [Demand(c, annotation.line, what) for c in columns if c != item.column]
    return Assertions(tuple(specs), tuple(demands), tuple(findings))


class _MisplacedError(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def _spec(item: Placed) -> tuple[CheckSpec, tuple[str, ...]]:
    """The check, and the columns that must be there."""
    here = COLUMN_CHECKS if item.column else RELATION_CHECKS
    annotation = item.annotation
    if annotation.name not in here:
        place = _COLUMN if item.column else _RELATION
        raise _MisplacedError(unknown(annotation, here, place))
    severity = Severity.WARN if annotation.warn else Severity.ERROR
    spec, columns = _READERS[annotation.name](annotation.argument, item.column)
    return (
        replace(
            spec,
            severity=severity,
            new_rows=annotation.new_rows,
            quarantine=annotation.quarantine,
            line=annotation.line,
        ),
        columns,
    )


def _not_null(argument: str, column: str) -> tuple[CheckSpec, tuple[str, ...]]:
    _no_argument(argument)
    return CheckSpec(CheckKind.NOT_NULL, f"not_null_{_slug(column)}", (column,)), ()


def _unique(argument: str, column: str) -> tuple[CheckSpec, tuple[str, ...]]:
    if column:
        _no_argument(argument)
        return CheckSpec(CheckKind.UNIQUE, f"unique_{_slug(column)}", (column,)), ()
    columns = names(_given(argument, "name the columns: @unique a, b"))
    name = "unique_" + "_".join(_slug(one) for one in columns)
    return CheckSpec(CheckKind.UNIQUE, name, columns), columns


def _accepted_values(argument: str, column: str) -> tuple[CheckSpec, tuple[str, ...]]:
    text = _given(argument, "list the values: @accepted_values 'a', 'b'")
    for part in split(text):
        if not expressions.is_literal(expressions.read(part)):
            raise BadValueError(f"not a value: {part}", "texts stand in single quotes")
    name = f"accepted_values_{_slug(column)}"
    return CheckSpec(CheckKind.ACCEPTED_VALUES, name, (column,), text), ()


def _references(argument: str, column: str) -> tuple[CheckSpec, tuple[str, ...]]:
    text = _given(argument, "write @references schema.table(column)")
    parts = _reference_parts(text)
    spec = CheckSpec(
        CheckKind.REFERENCES,
        f"references_{_slug(column)}",
        (column,),
        references=Relation(parts[0], parts[1]),
        references_column=parts[2],
    )
    return spec, ()


def _check(argument: str, column: str) -> tuple[CheckSpec, tuple[str, ...]]:
    text = _given(argument, "write a condition: @check total_amount >= 0")
    columns, aggregate = expressions.columns(text)
    kind = CheckKind.AGGREGATE if aggregate else CheckKind.CONDITION
    name = f"check_{_slug(column or text)}"
    return CheckSpec(kind, name, (column,) if column else (), text), columns


_READERS = {
    "not_null": _not_null,
    "unique": _unique,
    "accepted_values": _accepted_values,
    "references": _references,
    "check": _check,
}


def _no_argument(argument: str) -> None:
    if argument:
        raise BadValueError(
            f"it takes no argument: {argument}", "prose stands before the annotations"
        )


def _given(argument: str, hint: str) -> str:
    if not argument:
        raise BadValueError("its argument is missing", hint)
    return argument


def _check_new_rows(
    annotation: Annotation, spec: CheckSpec, materialized: Materialized | None
) -> None:
    if not annotation.new_rows:
        return
    if spec.kind is not CheckKind.AGGREGATE:
        raise BadValueError(
            "@new_rows does not apply", "it stands before an @check with an aggregate"
        )
    if materialized is not Materialized.INCREMENTAL:
        raise BadValueError("@new_rows does not apply", "it is for @materialized incremental")


def _check_quarantine(
    annotation: Annotation, spec: CheckSpec, materialized: Materialized | None
) -> None:
    """A row can be sent away for what it is by itself, from a table that the runner writes."""
    if not annotation.quarantine:
        return
    if materialized is None:
        hint = "put it into the model that the snapshot reads"
        raise BadValueError("@quarantine does not apply to a snapshot", hint)
    if materialized not in (Materialized.TABLE, Materialized.INCREMENTAL):
        hint = "use @materialized table or incremental"
        raise BadValueError(f"@quarantine does not apply: a {materialized} keeps no rows", hint)
    if spec.kind not in _OF_ONE_ROW:
        hint = "it stands before what a row must be by itself: @not_null, @accepted_values, @check"
        what = "an aggregate" if spec.kind is CheckKind.AGGREGATE else f"@{annotation.name}"
        raise BadValueError(f"@quarantine does not apply to {what}", hint)


def _with_thresholds(annotation: Annotation, spec: CheckSpec) -> CheckSpec:
    """The check with the numbers of violations from which on it warns or fails."""
    given = {
        name: settings.value(name, text)
        for name in THRESHOLDS
        if (text := getattr(annotation, name))
    }
    if given and spec.kind is CheckKind.AGGREGATE:
        hint = "put the number into the expression"
        raise BadValueError(f"@{next(iter(given))} does not apply to an aggregate", hint)
    found = replace(spec, **given)
    idle = thresholds.idle(
        only_warns=annotation.warn,
        warn_if=found.warn_if,
        error_if=found.error_if,
        forgives=annotation.quarantine,
    )
    if idle:
        name, why, hint = idle
        raise BadValueError(f"@{name} has no effect: {why}", hint)
    return found


def _same(one: CheckSpec, other: CheckSpec) -> bool:
    return (one.kind, one.columns, one.expression, one.references, one.references_column) == (
        other.kind,
        other.columns,
        other.expression,
        other.references,
        other.references_column,
    )


def _free_name(name: str, specs: Sequence[CheckSpec]) -> str:
    taken = {spec.name for spec in specs}
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _slug(text: str) -> str:
    return re.sub(r"\W+", "_", text.lower()).strip("_")[:60] or "expression"


def _reference_parts(text: str) -> tuple[str, str, str]:
    """Schema, table and column of `schema.table(column)`, as stored."""
    try:
        cursor = Cursor(SNOWFLAKE.tokenize(text))
    except SqlglotError:
        cursor = Cursor(())
    table = cursor.name()
    inside = cursor.brackets() or []
    column = inside[0].name() if len(inside) == 1 and inside[0].tokens else ()
    if len(table) != 2 or len(column) != 1 or not (cursor.done and inside[0].done):
        raise BadValueError(f"not a reference: {text}", "write @references schema.table(column)")
    return table[0], table[1], column[0]
