"""What the state in a target says of the nodes that ran there."""

from __future__ import annotations

from dataclasses import dataclass

# How the last attempt ended where it is no `Status`.
UNKNOWN = "unknown"  # its run was killed, or goes on, and nothing says how far it came
UNKNOWN_ANEW = "unknown anew"  # the same of one that was going to make an increment anew
ROLLED_BACK = "rolled back"  # batches were taken out of it since
RESET = "reset"  # what was remembered of it was thrown away


@dataclass(frozen=True)
class Remembered:
    """One node: how its last attempt ended, and what its last success left.

    status           of the last attempt: a `Status`, `UNKNOWN`, `ROLLED_BACK` or `RESET`
    fingerprint      of its file at the last success, as `Fingerprint.text` writes it
    inputs           the versions of what it read then, as JSON by name
    version          the run in which its content last changed as a whole
    column_versions  the runs in which columns changed apart from that, as JSON by stored name
    seconds          how long the last success took; None where it never went well
    message          what the last attempt said, if it failed
    made_unknown     a run that was killed since may have made all rows by another definition
    """

    status: str
    fingerprint: str = ""
    inputs: str = ""
    version: str = ""
    column_versions: str = ""
    seconds: float | None = None
    message: str = ""
    made_unknown: bool = False

    @property
    def succeeded(self) -> bool:
        """Whether there is a success to compare with."""
        return bool(self.fingerprint)
