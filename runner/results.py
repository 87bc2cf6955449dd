"""What a run did, as frozen values: written to the target, to the terminal and to files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from runner.nodes import CheckKind, Kind, Severity


class Status(StrEnum):
    SUCCESS = "success"
    WARN = "warn"  # done, but a warning check found something
    FAIL = "fail"  # a check found violations
    ERROR = "error"  # a statement failed
    SKIPPED = "skipped"  # something above it failed, or the run was stopped
    FRESH = "fresh"  # nothing to do


BAD = frozenset({Status.FAIL, Status.ERROR})


@dataclass(frozen=True)
class CheckResult:
    """One check of one relation (or one check file).

    `failures` counts violating rows; an aggregate that does not hold counts as one. `sample`
    holds at most a handful of them, `query` selects them all; `stored` is the table that keeps
    them, if they were to be kept.
    """

    node: str
    name: str
    kind: CheckKind
    severity: Severity
    status: Status
    failures: int = 0
    message: str = ""
    columns: tuple[str, ...] = ()
    sample: tuple[tuple[Any, ...], ...] = ()
    query: str = ""
    stored: str = ""
    path: str = ""
    line: int = 0


@dataclass(frozen=True)
class NodeResult:
    """One step of a run. Times are UTC; `rows` is the number of rows written, if any, `quarantined`
    that of the rows sent to quarantine by a model that sends rows there. `mend` is the file that
    made it fail, as far as a file did. `left` is what a success leaves for later runs to compare
    with."""

    node: str
    kind: Kind
    path: str
    status: Status
    started_at: datetime
    seconds: float
    reason: str = ""
    message: str = ""
    rows: int | None = None
    quarantined: int | None = None
    materialized: str = ""
    query_ids: tuple[str, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    mend: str = ""
    left: Left | None = None


@dataclass(frozen=True)
class Left:
    """What a node's success leaves in the state; the fields are those of `Remembered`."""

    fingerprint: str
    inputs: str
    version: str
    column_versions: str = ""


@dataclass(frozen=True)
class Invocation:
    """One run of a command. `id` is a UUID; `options` are those that `runner retry` repeats, as
    JSON."""

    id: str
    command: str
    target: str
    database: str
    started_at: datetime
    version: str
    selection: str = ""
    full_refresh: bool = False
    options: str = ""


@dataclass(frozen=True)
class RunResult:
    """An invocation and the results of its nodes, in the order in which they ended."""

    invocation: Invocation
    nodes: tuple[NodeResult, ...]
    seconds: float
    interrupted: bool = False
    notes: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        return not self.interrupted and not any(node.status in BAD for node in self.nodes)


@dataclass(frozen=True)
class PreviewedKey:
    """A key that the next run of a snapshot would touch; `change` is new, changed or closed.

    `now` and `then` are its other columns, null where the key has no open row.
    """

    change: str
    key: tuple[Any, ...]
    now: tuple[Any, ...]
    then: tuple[Any, ...]


@dataclass(frozen=True)
class Preview:
    """What the next run of a snapshot would record, as numbers of keys and a sample of them.

    `message` says why it would stop, or why nothing can be said.
    """

    node: str
    path: str
    new: int = 0
    changed: int = 0
    closed: int = 0
    key_columns: tuple[str, ...] = ()
    value_columns: tuple[str, ...] = ()
    sample: tuple[PreviewedKey, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class Deployed:
    """A migration that ran, or would run (`seconds` is 0 then). `path` is that in the project."""

    path: str
    seconds: float


@dataclass(frozen=True)
class Loaded:
    """A file that a pipe took, or refused, as COPY_HISTORY tells it.

    `status` is Snowflake's: Loaded, Partially loaded, Load failed, ...; `rows` were loaded,
    `errors` rows were not; `first_error_line` counts from 1, None where it is not known.
    """

    pipe: str
    table: str
    file: str
    status: str
    rows: int
    errors: int
    first_error: str = ""
    first_error_line: int | None = None

    @property
    def refused(self) -> bool:
        """Whether nothing of the file was loaded."""
        return self.status.lower() in {"load failed", "failed"}
