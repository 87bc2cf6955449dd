"""What the files of a project say, as frozen values.

Names are kept as Snowflake stores them: unquoted identifiers in upper case, quoted ones as
written. `str()` of a relation is how a person writes it: lower case, quoted where needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, cached_property

from runner.intervals import Size

_PLAIN = re.compile(r"[A-Z_][A-Z0-9_$]*\Z")

# Snowflake's page "Reserved & limited keywords": a column may have such a name only in quotes.
_RESERVED = frozenset(
    """
    ALL ALTER AND ANY AS BETWEEN BY CASE CAST CHECK COLUMN CONNECT CONNECTION CONSTRAINT CREATE
    CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DELETE DISTINCT DROP ELSE
    EXISTS FALSE FOLLOWING FOR FROM FULL GRANT GROUP HAVING ILIKE IN INCREMENT INNER INSERT
    INTERSECT INTO IS JOIN LATERAL LEFT LIKE LOCALTIME LOCALTIMESTAMP MINUS NATURAL NOT NULL OF ON
    OR ORDER QUALIFY REGEXP REVOKE RIGHT RLIKE ROW ROWS SAMPLE SELECT SET SOME START TABLE
    TABLESAMPLE THEN TO TRIGGER TRUE TRY_CAST UNION UNIQUE UPDATE USING VALUES WHEN WHENEVER WHERE
    WITH
    """.split()  # noqa: SIM905  (a wall of quotes hides the words)
)


@cache
def sql_name(stored: str) -> str:
    """An identifier as one writes it in SQL: `ORDERS` -> `orders`, `Net` -> `"Net"`."""
    if _PLAIN.match(stored) and stored not in _RESERVED:
        return stored.lower()
    return '"' + stored.replace('"', '""') + '"'


# Schemas that are in every database: their own records of it, and the runner's.
SYSTEM_SCHEMAS = frozenset({"INFORMATION_SCHEMA", "RUNNER"})

QUARANTINE = "__quarantine"  # behind the name of a table: where the rows are that it does not take

# What stands in a quarantine behind the columns of the table.
QUARANTINE_COLUMNS = {
    "QUARANTINE_REASON": "The conditions that the row breaks",
    "QUARANTINED_BY": "The run that sent it here, as in runner.invocations",
    "QUARANTINED_AT": "When, UTC",
    "QUARANTINED_BATCH": "When the batch begins that it came in; null without batches",
}


@dataclass(frozen=True, order=True)
class Relation:
    """A table or view, named within its database."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{sql_name(self.schema)}.{sql_name(self.name)}"

    def suffixed(self, suffix: str) -> Relation:
        """The relation's companion: `fact_orders` -> `fact_orders__next`."""
        return Relation(self.schema, self.name + suffix.upper())


class Severity(StrEnum):
    ERROR = "error"
    WARN = "warn"


class Kind(StrEnum):
    MODEL = "model"
    SNAPSHOT = "snapshot"
    CHECK = "check"


class Materialized(StrEnum):
    VIEW = "view"
    TABLE = "table"
    INCREMENTAL = "incremental"
    DYNAMIC_TABLE = "dynamic_table"


class CheckKind(StrEnum):
    NOT_NULL = "not_null"
    UNIQUE = "unique"
    ACCEPTED_VALUES = "accepted_values"
    REFERENCES = "references"
    CONDITION = "check"  # must hold for every row
    AGGREGATE = "check_aggregate"  # one value over the whole relation
    QUERY = "query"  # a file in checks/: its rows are the violations
    FRESHNESS = "freshness"  # a file in checks/: one `loaded_at`


@dataclass(frozen=True)
class CheckSpec:
    """One thing that must hold of a relation; `name` is unique within its relation and stable.

    columns      for not_null, unique (several: together), accepted_values, references: stored names
    expression   condition or aggregate as SQL; for accepted_values the list of literals as written
    references   relation and column that `references` points to
    new_rows     an aggregate confined to the rows of this run (`@new_rows`)
    quarantine   rows that break it go to quarantine (`@quarantine`)
    warn_if, error_if   conditions on the number of violations such as `> 10`, as of a `Check`
    line         where it stands in the file
    """

    kind: CheckKind
    name: str
    columns: tuple[str, ...] = ()
    expression: str = ""
    references: Relation | None = None
    references_column: str = ""
    severity: Severity = Severity.ERROR
    new_rows: bool = False
    quarantine: bool = False
    warn_if: str = ""
    error_if: str = ""
    line: int = 0


@dataclass(frozen=True)
class ColumnSpec:
    """One column that a query produces, in order; `name` as stored."""

    name: str
    description: str = ""
    line: int = 0


@dataclass(frozen=True)
class Reference:
    """A relation that a query reads, and the first line where it does."""

    relation: Relation
    line: int


@dataclass(frozen=True)
class Settings:
    """The `@` settings of a model or snapshot, folder defaults applied. Column names as stored."""

    materialized: Materialized = Materialized.VIEW
    unique_key: tuple[str, ...] = ()
    incremental_strategy: str = "merge"  # append | merge | delete+insert | insert_overwrite
    on_schema_change: str = "ignore"
    merge_exclude_columns: tuple[str, ...] = ()
    cluster_by: tuple[str, ...] = ()  # SQL expressions as written
    transient: bool = False
    secure: bool = False
    target_lag: str = ""
    warehouse: str = ""
    tags: tuple[str, ...] = ()
    owner: str = ""
    delete_when: str = ""  # a condition as written
    move_from: Reference | None = None  # the table that the rows of a run leave
    batch: Size | None = None
    batch_by: str = ""  # the column that tells to which interval a row belongs
    begin: datetime | None = None
    lookback: int = 1
    updated_at: str = ""  # snapshots
    check_columns: tuple[str, ...] = ()  # snapshots; ("*",) for all
    hard_deletes: str = "ignore"  # ignore | invalidate | new_record
    max_deletes: str = ""


@dataclass(frozen=True)
class Model:
    """A file in models/: one query that fills one relation.

    sql          the query as written, comments included, without a trailing semicolon
    initial_sql  the same without the conditions that read the model itself: for the first build
                 and `--full-refresh`; equal to `sql` when the query does not read itself
    reads        relations read, the model itself left out, in order of appearance
    """

    relation: Relation
    path: str
    sql: str
    initial_sql: str
    description: str
    settings: Settings
    columns: tuple[ColumnSpec, ...]
    checks: tuple[CheckSpec, ...]
    reads: tuple[Reference, ...]
    reads_itself: bool = False

    kind = Kind.MODEL

    @cached_property
    def id(self) -> str:
        return str(self.relation)

    @cached_property
    def sifting(self) -> tuple[CheckSpec, ...]:
        """The conditions that send the rows which break them to quarantine."""
        return tuple(check for check in self.checks if check.quarantine)

    @cached_property
    def quarantine(self) -> Relation | None:
        """Where these rows go; None when there is no such condition."""
        return self.relation.suffixed(QUARANTINE) if self.sifting else None


@dataclass(frozen=True)
class Snapshot:
    """A file in snapshots/: the history of one query's rows."""

    relation: Relation
    path: str
    sql: str
    description: str
    settings: Settings
    columns: tuple[ColumnSpec, ...]
    checks: tuple[CheckSpec, ...]
    reads: tuple[Reference, ...]

    kind = Kind.SNAPSHOT

    @cached_property
    def id(self) -> str:
        return str(self.relation)


@dataclass(frozen=True)
class Check:
    """A file in checks/: its rows are violations, or (freshness) it returns one `loaded_at`.

    `name` is `<domain>/<what_must_hold>`; `warn_if` and `error_if` are conditions on the number
    of violations such as `> 10`; `warn_after` and `error_after` are ages such as `6 hours`.
    """

    name: str
    path: str
    sql: str
    description: str
    reads: tuple[Reference, ...]
    severity: Severity = Severity.ERROR
    warn_if: str = ""
    error_if: str = ""
    warn_after: str = ""
    error_after: str = ""
    tags: tuple[str, ...] = ()

    kind = Kind.CHECK

    @property
    def id(self) -> str:
        return f"check:{self.name}"

    @property
    def freshness(self) -> bool:
        return bool(self.warn_after or self.error_after)


Node = Model | Snapshot | Check


def makers(nodes: Iterable[Node]) -> dict[Relation, Model | Snapshot]:
    """The nodes that fill a relation, by its name and by that of its quarantine."""
    found = relations(nodes)
    for node in tuple(found.values()):
        if isinstance(node, Model) and node.quarantine:
            found[node.quarantine] = node
    return found


def relations(nodes: Iterable[Node]) -> dict[Relation, Model | Snapshot]:
    """The nodes that fill a relation, by its name."""
    return {node.relation: node for node in nodes if not isinstance(node, Check)}


def mentions(node: Node) -> Iterator[tuple[Relation, int]]:
    """The relations that a node reads, or that its `@references` look up, each with a line."""
    for reference in node.reads:
        yield reference.relation, reference.line
    if not isinstance(node, Check):
        for spec in node.checks:
            if spec.kind is CheckKind.REFERENCES and spec.references:
                yield spec.references, spec.line
