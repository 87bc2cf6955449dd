"""SHOW: what is recorded, in Snowflake's columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from runner.engines import Column, Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.statements import (
    account,
    ddl,
    grants,
    handles,
    keys,
    kinds,
    layouts,
    parameters,
    programs,
    rows,
    variables,
    warehouses,
)
from runner.engines.duckdb.statements.patterns import like
from runner.engines.duckdb.statements.words import Words
from runner.engines.duckdb.store import ACCOUNT, catalog
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

Row = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """What a SHOW asks for. `database` and `schema` bound it; `table` is the one it names."""

    terse: bool = False
    history: bool = False
    like: str | None = None
    database: str | None = None
    schema: str | None = None
    table: ddl.Path | None = None
    starts: str = ""
    limit: int | None = None
    start: str | None = None

    def fits(self, name: str) -> bool:
        """Whether a name passes LIKE (which ignores case) and STARTS WITH."""
        return (self.like is None or like(self.like, name)) and name.startswith(self.starts)

    def page(self, listed: list[Row]) -> list[Row]:
        """LIMIT n FROM 'name': the rows behind the first one of that name."""
        if self.start is not None:
            names = [shown_name(row) for row in listed]
            first = next((n for n in names if n.startswith(self.start)), None)
            if first != self.start:
                raise Unsupported("LIMIT … FROM with a text that is not the whole of a name")
            listed = listed[names.index(first) + 1 :]
        return listed[: self.limit]


@handles("SHOW")
def show(session: Session, statement: Statement) -> Result:
    """`show [terse] <kinds> [history] [like …] [in …] [starts with …] [limit … [from …]]`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("SHOW")
    terse = words.take("TERSE")
    for phrase, answer in SPECIAL:
        if words.take(*phrase):
            return answer(session, words)
    if words.sees("FUNCTIONS") and "IN" not in (token.text.upper() for token in statement.tokens):
        raise Unsupported("SHOW FUNCTIONS", "SHOW USER FUNCTIONS lists what was made here")
    if words.sees("USER", "FUNCTIONS") or words.sees("USER", "PROCEDURES"):
        words.take("USER")
    kind = read_kind(words)
    request = replace(ask(session, words, kind), terse=terse)
    return listing(session, kind, request)


def read_kind(words: Words) -> str:
    """The kind behind SHOW: one that is recorded, or OBJECTS, COLUMNS, KEYS."""
    for phrase in OTHERS:
        if words.take(*phrase.split()):
            return phrase
    if kinds.sees_one(words, plural=True):
        return kinds.read(words, plural=True)
    raise kinds.refusal(words)


def ask(session: Session, words: Words, kind: str) -> Request:
    """Read the clauses behind the kind."""
    request = Request(database=None if kind == "DATABASE" else session.database)
    if words.take("HISTORY"):
        request = replace(request, history=True)
    if words.take("LIKE"):
        request = replace(request, like=words.string())
    if words.take_any("IN", "FOR"):
        request = within(session, words, request)
    if words.take("STARTS", "WITH"):
        request = replace(request, starts=words.string())
    if words.take("LIMIT"):
        request = replace(request, limit=int(words.value()))
        if words.take("FROM"):
            request = replace(request, start=words.string())
    words.end()
    return request


def within(session: Session, words: Words, request: Request) -> Request:
    """The scope behind IN; a bare name is a schema, else a table or a database."""
    if words.take("ACCOUNT"):
        return replace(request, database=None, schema=None)
    kind = words.take_any("DATABASE", "SCHEMA", "TABLE", "VIEW")
    named = not words.done and words.word() not in ("STARTS", "LIMIT")
    if not (named or kind in ("DATABASE", "SCHEMA")):
        raise words.unexpected()
    name = words.name() if named else ()
    if not kind:
        kind = bare_kind(session, name)
    if kind == "DATABASE":
        database = name[0] if name else ddl.current_database(session)
        ddl.require_database(session, database)
        return replace(request, database=database, schema=None)
    if kind == "SCHEMA":
        database, schema = ddl.schema_of(session, name or (session.schema or "PUBLIC",))
        if schema != "INFORMATION_SCHEMA":
            ddl.require_schema(session, database, schema)
        return replace(request, database=database, schema=schema)
    path = ddl.path_of(session, name)
    ddl.require(session, "RELATION", path)
    return replace(request, database=path[0], schema=path[1], table=path)


def bare_kind(session: Session, name: tuple[str, ...]) -> str:
    """What a name without its kind means."""
    database, schema = ddl.schema_of(session, name)
    if objects.find(session, "SCHEMA", (database, "", schema)) is not None:
        return "SCHEMA"
    return "DATABASE" if len(name) == 1 and name[0] in session.store.databases else "TABLE"


def listing(session: Session, kind: str, request: Request) -> Result:
    """The rows of one kind, in its layout."""
    for database in session.store.databases:
        session.reads(catalog(database))
    layout, wanted, build = LISTINGS.get(kind) or (default_layout(kind), {kind}, rows.recorded)
    found = [record for record in candidates(session, kind, request) if record.kind in wanted]
    listed: list[Row] = []
    for record in found:
        listed.extend(row for row in build(session, record) if request.fits(shown_name(row)))
    if layout in ("tables", "objects"):
        rows.count_rows(session, listed)
    listed.sort(key=lambda row: sort_key(row, kind))
    listed = request.page(listed)
    if request.terse and kind == "TASK":
        raise Unsupported("SHOW TERSE TASKS")
    if request.terse:
        layout, listed = "terse", [{**row, **TERSE.get(kind, {})} for row in listed]
    result = layouts.result(layout, listed)
    return with_dropped_on(result) if request.history else result


def with_dropped_on(result: Result) -> Result:
    """HISTORY adds a column; what was dropped cannot be brought back here, so that it shows none
    of it (as with a retention of 0 days)."""
    names = [column.name for column in result.columns]
    place = names.index("retention_time") + 1 if "retention_time" in names else len(names)
    dropped = Column("dropped_on", "TIMESTAMP_LTZ(9)")
    columns = (*result.columns[:place], dropped, *result.columns[place:])
    rows_ = [(*row[:place], None, *row[place:]) for row in result.rows]
    return Result(columns, rows_, len(rows_))


# what the pages *SHOW TABLES* and *SHOW SCHEMAS* say of TERSE
TERSE: dict[str, Row] = {"TABLE": {"kind": "TABLE"}, "SCHEMA": {"kind": None, "schema_name": None}}


def own_schema(database: str) -> Object:
    """INFORMATION_SCHEMA, which every database has."""
    text = "Views describing the contents of schemas in this database"
    return Object("SCHEMA", database, "", "INFORMATION_SCHEMA", comment=text, owner="")


def default_layout(kind: str) -> str:
    name = kinds.ALL[kind].lower().replace(" ", "_")
    if name.endswith("_policies") and name != "network_policies":
        return "masking_policies"
    return name if name in layouts.layouts("show.sql") else "recorded"


def shown_name(row: Row) -> str:
    return str(row.get("column_name") or row.get("name") or row.get("table_name"))


def sort_key(row: Row, kind: str) -> tuple[str, ...]:
    if kind == "COLUMNS":
        return (row["schema_name"], row["table_name"])
    return tuple(str(row.get(name) or "") for name in ("database_name", "schema_name", "name"))


def candidates(session: Session, kind: str, request: Request) -> Iterable[Object]:
    """The records within a request's scope."""
    if kinds.is_account(kind):
        return [r for r in objects.members(session, ACCOUNT) if account.known(r) is not None]
    databases = [request.database] if request.database else sorted(session.store.databases)
    found = [r for d in databases for r in objects.members(session, d, None)]
    if kind == "DATABASE":
        return found
    if kind == "SCHEMA":
        return [*found, *(own_schema(database) for database in databases)]
    if request.table is not None:
        return [r for r in found if (r.database, r.schema, r.name) == request.table]
    return [r for r in found if request.schema in (None, r.schema)]


Listing = tuple[str, frozenset[str], Callable[["Session", Object], list[Row]]]

LISTINGS: dict[str, Listing] = {
    "DATABASE": ("databases", frozenset({"DATABASE"}), rows.database),
    "SCHEMA": ("schemas", frozenset({"SCHEMA"}), rows.schema),
    "TABLE": ("tables", frozenset({"TABLE", "DYNAMIC TABLE"}), rows.table),
    "OBJECTS": ("objects", kinds.TABLE_KINDS, rows.table),
    "VIEW": ("views", frozenset({"VIEW", "MATERIALIZED VIEW"}), rows.view),
    "COLUMNS": ("columns", kinds.TABLE_KINDS, rows.columns),
    "SEQUENCE": ("sequences", frozenset({"SEQUENCE"}), rows.sequence),
    "STAGE": ("stages", frozenset({"STAGE"}), rows.stage),
    "PIPE": ("pipes", frozenset({"PIPE"}), rows.pipe),
    "FILE FORMAT": ("file_formats", frozenset({"FILE FORMAT"}), rows.file_format),
    "FUNCTION": ("functions", frozenset({"FUNCTION"}), rows.function),
    "PROCEDURE": ("functions", frozenset({"PROCEDURE"}), rows.recorded),
    "PRIMARY KEYS": ("primary_keys", frozenset({"TABLE"}), keys.primary),
    "UNIQUE KEYS": ("primary_keys", frozenset({"TABLE"}), keys.unique),
    "IMPORTED KEYS": ("imported_keys", frozenset({"TABLE"}), keys.imported),
    "EXPORTED KEYS": ("imported_keys", frozenset({"TABLE"}), keys.exported),
    "WAREHOUSE": ("warehouses", frozenset({"WAREHOUSE"}), warehouses.row),
    "INTEGRATION": ("integrations", frozenset({"INTEGRATION"}), rows.integration),
    "ROLE": ("roles", frozenset({"ROLE"}), rows.role),
    "TASK": ("tasks", frozenset({"TASK"}), programs.task),
    "ALERT": ("alerts", frozenset({"ALERT"}), programs.alert),
}
OTHERS = ("OBJECTS", "COLUMNS", "PRIMARY KEYS", "UNIQUE KEYS", "IMPORTED KEYS", "EXPORTED KEYS")


def show_transactions(session: Session, words: Words) -> Result:
    words.take("IN", "ACCOUNT")
    words.end()
    row = {"user": "RUNNER", "state": "running", "scope": "0"}
    return layouts.result("transactions", [row] if session.in_transaction else [])


def show_variables(session: Session, words: Words) -> Result:
    pattern = words.string() if words.take("LIKE") else None
    words.end()
    listed = [
        {"name": name, "value": str(value), "type": variables.type_name(value)}
        for name, value in sorted(session.variables.items())
        if pattern is None or like(pattern, name)
    ]
    return layouts.result("variables", listed)


SPECIAL: tuple[tuple[tuple[str, ...], Callable[[Session, Words], Result]], ...] = (
    (("GRANTS",), grants.show_grants),
    (("FUTURE", "GRANTS"), grants.show_future_grants),
    (("PARAMETERS",), parameters.show),
    (("TRANSACTIONS",), show_transactions),
    (("VARIABLES",), show_variables),
)
