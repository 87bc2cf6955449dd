"""The text of COPY INTO <location> as a value (the page of that name)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from runner.engines.duckdb import dialect
from runner.engines.duckdb.loading.reading import LoadWords
from runner.engines.duckdb.statements import ddl
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

_FLAGS = frozenset({"OVERWRITE", "SINGLE", "HEADER", "DETAILED_OUTPUT", "INCLUDE_QUERY_ID"})
_OPTIONS = _FLAGS | {"FILE_FORMAT", "MAX_FILE_SIZE", "VALIDATION_MODE"}
_WITHOUT_EFFECT = frozenset({"STORAGE_INTEGRATION", "CREDENTIALS", "ENCRYPTION"})


@dataclass(frozen=True)
class Unload:
    """A COPY INTO <location> as it was read: the place as written, the query, the options."""

    location: str
    query: exp.Expr
    options: Mapping[str, Any]

    def flag(self, name: str) -> bool:
        value = str(self.options.get(name, False)).upper()
        if value not in ("TRUE", "FALSE"):
            raise EngineError(
                f"SQL compilation error:\ninvalid value [{value}] for parameter '{name}'"
            )
        return value == "TRUE"


def read(session: Session, sql: str) -> Unload:
    """The statement of a text. Raises `EngineError` 1003."""
    words = LoadWords(sql, session.variables)
    words.expect("COPY", "INTO")
    location = words.location()
    words.expect("FROM")
    query = _query(session, words) if words.sees("(") else _table(session, words)
    if words.sees("PARTITION", "BY"):
        raise Unsupported("COPY INTO <location> … PARTITION BY")
    options = words.options()
    words.end()
    for name in options.keys() - _OPTIONS - _WITHOUT_EFFECT:
        raise EngineError(
            f"SQL compilation error:\ninvalid parameter '{name}'", code=1008, sqlstate="22023"
        )
    found = Unload(location, query, options)
    if found.flag("INCLUDE_QUERY_ID"):
        raise Unsupported("INCLUDE_QUERY_ID = TRUE")
    if str(options.get("VALIDATION_MODE", "RETURN_ROWS")).upper() != "RETURN_ROWS":
        raise EngineError("SQL compilation error:\ninvalid value for parameter 'VALIDATION_MODE'")
    return found


def _query(session: Session, words: LoadWords) -> exp.Expr:
    start, end = words.bracket()
    part = dialect.section(words.sql, start, end)
    return dialect.named(part, session.variable_text).tree


def _table(session: Session, words: LoadWords) -> exp.Expr:
    path = ddl.path_of(session, words.name())
    names = ("this", "db", "catalog")
    parts = [exp.to_identifier(part, quoted=True) for part in reversed(path)]
    return exp.select("*").from_(exp.Table(**dict(zip(names, parts, strict=True))))
