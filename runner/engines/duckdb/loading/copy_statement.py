"""The text of COPY INTO <table> as a value (the page of that name)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from typing import Any

from sqlglot import exp

from runner.engines.duckdb import dialect
from runner.engines.duckdb.loading.reading import LoadWords
from runner.errors import EngineError, Unsupported

_OPTIONS = {
    "FILES",
    "PATTERN",
    "FILE_FORMAT",
    "ON_ERROR",
    "SIZE_LIMIT",
    "PURGE",
    "RETURN_FAILED_ONLY",
    "MATCH_BY_COLUMN_NAME",
    "INCLUDE_METADATA",
    "ENFORCE_LENGTH",
    "TRUNCATECOLUMNS",
    "FORCE",
    "LOAD_UNCERTAIN_FILES",
    "VALIDATION_MODE",
}
_WITHOUT_EFFECT = {"STORAGE_INTEGRATION", "CREDENTIALS", "ENCRYPTION", "CLUSTER_AT_INGEST_TIME"}


@dataclass(frozen=True)
class OnError:
    """What happens to a file with errors: `limit` errors skip it, or `percent` of its rows."""

    kind: str  # CONTINUE, SKIP_FILE or ABORT_STATEMENT
    limit: int = 1
    percent: float | None = None

    @classmethod
    def parse(cls, text: str) -> OnError:
        """The value of ON_ERROR.

        >>> OnError.parse("skip_file_10%")
        OnError(kind='SKIP_FILE', limit=1, percent=10.0)
        """
        text = text.upper()
        if text in ("CONTINUE", "ABORT_STATEMENT", "SKIP_FILE"):
            return cls(text)
        found = re.fullmatch(r"SKIP_FILE_(\d+(?:\.\d+)?)(%?)", text)
        if found is None:
            raise EngineError(
                f"SQL compilation error:\ninvalid value [{text}] for parameter 'ON_ERROR'"
            )
        if found[2]:
            return cls("SKIP_FILE", 1, float(found[1]))
        return cls("SKIP_FILE", int(found[1]))

    def error_limit(self, rows: int) -> int:
        """The number of errors at which a file of so many rows is given up."""
        if self.kind == "CONTINUE":
            return rows
        if self.percent is not None:
            return floor(rows * self.percent / 100) + 1
        return self.limit

    def gives_up(self, errors: int, rows: int) -> bool:
        if self.kind == "CONTINUE":
            return False
        return errors > 0 and errors >= self.error_limit(rows)


@dataclass(frozen=True)
class Copy:
    """A COPY statement as it was read; names are as written, not yet completed."""

    table: tuple[str, ...]
    columns: tuple[str, ...]
    location: str
    select: exp.Select | None
    options: Mapping[str, Any]

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.options.get(name, default)
        if str(value).upper() not in ("TRUE", "FALSE"):
            raise EngineError(
                f"SQL compilation error:\ninvalid value [{value}] for parameter '{name}'"
            )
        return str(value).upper() == "TRUE"

    @property
    def truncate(self) -> bool:
        return self.flag("TRUNCATECOLUMNS") or not self.flag("ENFORCE_LENGTH", default=True)

    @property
    def match_by(self) -> str:
        return str(self.options.get("MATCH_BY_COLUMN_NAME", "NONE")).upper()


def names_place(sql: str) -> bool:
    """Whether a COPY statement unloads into a stage or an url.

    >>> names_place("copy into @s from t"), names_place("copy into t from @s")
    (True, False)
    """
    words = LoadWords(sql)
    words.expect("COPY", "INTO")
    return words.at_location


def read(sql: str, variables: Mapping[str, Any] | None = None) -> Copy:
    """The COPY statement of a text. Raises `EngineError` 1003."""
    words = LoadWords(sql, variables)
    words.expect("COPY", "INTO")
    table = words.name()
    columns: list[str] = []
    if words.take("("):
        columns.append(words.identifier())
        while words.take(","):
            columns.append(words.identifier())
        words.expect(")")
    location, select = f"@%{table[-1]}", None
    if words.take("FROM"):
        if words.sees("("):
            select = _query(words.parenthesised())
        else:
            location = words.location()
    options = words.options()
    words.end()
    for name in options:
        if name not in _OPTIONS | _WITHOUT_EFFECT:
            raise Unsupported(f"the option {name} of COPY INTO")
    if select is not None:
        location = _source(select)
        _refuse_with_query(options)
    return Copy(table, tuple(columns), location, select, options)


def _refuse_with_query(options: Mapping[str, Any]) -> None:
    if str(options.get("MATCH_BY_COLUMN_NAME", "NONE")).upper() != "NONE":
        raise EngineError(
            "SQL compilation error:\nmatch_by_column_name is not supported with copy transform.",
            code=1019,
        )
    if "VALIDATION_MODE" in options:
        raise EngineError(
            "SQL compilation error:\nVALIDATION_MODE does not support COPY statements that "
            "transform data during a load.",
            code=1019,
        )


def _query(text: str) -> exp.Select:
    tree = dialect.read(text).tree
    if not isinstance(tree, exp.Select):
        raise Unsupported("COPY INTO with a query that is no plain SELECT")
    for part in ("where", "group", "having", "qualify", "order", "limit", "joins", "laterals"):
        if tree.args.get(part):
            raise EngineError(
                f"SQL compilation error:\nCOPY statement only supports simple SELECT from stage "
                f"statements for import: {part.upper()} is not allowed.",
                code=1041,
            )
    if tree.args.get("distinct"):
        raise Unsupported("DISTINCT in the query of COPY INTO")
    return tree


def _source(select: exp.Select) -> str:
    """The stage that the query of a COPY reads."""
    source = select.args.get("from_")
    table = source.this if source else None
    if isinstance(table, exp.Table) and isinstance(table.this, (exp.Var, exp.Literal)):
        if table.args.get("format") or table.args.get("pattern"):
            raise Unsupported("FILE_FORMAT or PATTERN inside the query of COPY INTO")
        return str(table.this.name)
    raise EngineError(
        "SQL compilation error:\nCOPY statement only supports simple SELECT from stage statements "
        "for import.",
        code=1041,
    )
