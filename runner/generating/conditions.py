"""What a check demands of a single row, as SQL."""

from __future__ import annotations

from runner.nodes import CheckKind, CheckSpec, sql_name


def violated(check: CheckSpec) -> str:
    """The condition that is true for a violating row."""
    match check.kind:
        case CheckKind.NOT_NULL:
            return f"{sql_name(check.columns[0])} is null"
        case CheckKind.ACCEPTED_VALUES:
            return f"{sql_name(check.columns[0])} not in ({_accepted(check.expression)})"
        case _:
            return f"not ({check.expression})"


def demanded(check: CheckSpec) -> str:
    """The condition that a row must not break, for people: `amount >= 0`."""
    match check.kind:
        case CheckKind.NOT_NULL:
            return f"{sql_name(check.columns[0])} is not null"
        case CheckKind.ACCEPTED_VALUES:
            return f"{sql_name(check.columns[0])} in ({check.expression})"
        case _:
            return check.expression


def _accepted(values: str) -> str:
    """The list without nulls, which would make `not in` unknown and the check blind."""
    if "null" not in values.lower():
        return values
    from sqlglot import exp, parse_one  # noqa: PLC0415  (sqlglot is slow to import)

    listed = parse_one(f"({values},)", read="snowflake").expressions
    return ", ".join(value.sql("snowflake") for value in listed if not isinstance(value, exp.Null))
