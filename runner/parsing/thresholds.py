"""How many violations a check forgives: `@warn_if > 10`, `@error_if > 100`.

The rule is dbt's (docs: "severity, error_if and warn_if"): a check fails when `error_if`
holds, and else warns when `warn_if` holds; either holds from the first violation where it is not
given, and a check that only warns never fails. A threshold that decides nothing is a mistake.
"""

from __future__ import annotations


def idle(
    *, only_warns: bool, warn_if: str, error_if: str, forgives: bool = False
) -> tuple[str, str, str] | None:
    """The threshold that has no effect beside the others: its name, why, and what to do.

    `forgives`: without thresholds no number of violations makes the check fail.
    """
    if only_warns and error_if:
        return "error_if", "a warning never fails", "leave it out, or let the check fail"
    if warn_if and not (error_if or only_warns or forgives):
        hint = (
            "say from when on it fails: @error_if > 100; or never: @warn, in a file @severity warn"
        )
        return "warn_if", "the first violation fails already", hint
    return None
