"""Which function runs which statement.

A handler is a function `(session, statement) -> Result`, registered for the statement's first
words, without CREATE's modifiers (OR REPLACE, TRANSIENT, TEMPORARY, SECURE, …):

    @handles("CREATE TABLE", "CREATE EXTERNAL TABLE")
    def create_table(session: Session, statement: Statement) -> Result: ...

The longest registered prefix of `statement.words` wins, so `"ALTER TABLE"` and `"ALTER"` may both
exist. A statement of one token with a parenthesis in front is a query ("SELECT"). `statement.tree`
is sqlglot's tree (made on demand), `statement.tokens` the tokens for statements that sqlglot does
not read. Add your module to `MODULES`; importing it registers its handlers.

What a handler may use of its session (see `Session`): `raw` runs DuckDB's SQL inside the current
transaction, `query` and `translate` take Snowflake trees, `resolve` and `resolve_schema` complete
names, `transaction()` makes a group of statements atomic, and `database`, `schema`, `variables`,
`store`, `stage_folders` are what they say. A handler never catches `EngineError` to go on.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from runner.engines import Result
from runner.engines.duckdb import syntax
from runner.engines.duckdb.dialect import Statement
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

Handler = Callable[["Session", Statement], Result]

HANDLERS: dict[str, Handler] = {}

MODULES = (
    "runner.engines.duckdb.statements.queries",
    "runner.engines.duckdb.statements.schemas",
    "runner.engines.duckdb.statements.tables",
    "runner.engines.duckdb.statements.altering",
    "runner.engines.duckdb.statements.views",
    "runner.engines.duckdb.statements.altering_views",
    "runner.engines.duckdb.statements.dml",
    "runner.engines.duckdb.statements.merge",
    "runner.engines.duckdb.statements.transactions",
    "runner.engines.duckdb.statements.comments",
    "runner.engines.duckdb.statements.show",
    "runner.engines.duckdb.statements.describe",
    "runner.engines.duckdb.statements.account",
    "runner.engines.duckdb.statements.grants",
    "runner.engines.duckdb.statements.functions",
    "runner.engines.duckdb.statements.change_tokens",
    "runner.engines.duckdb.statements.sequences",
    "runner.engines.duckdb.statements.parameters",
    "runner.engines.duckdb.statements.scripting",
    "runner.engines.duckdb.statements.variables",
    "runner.engines.duckdb.loading",
)

# the words that Snowflake's statements begin with (section *SQL command reference*)
VERBS = frozenset(
    {"ALTER", "BEGIN", "CALL", "COMMENT", "COMMIT", "COPY", "CREATE", "DECLARE", "DELETE", "DESC"}
    | {"DESCRIBE", "DROP", "EXECUTE", "EXPLAIN", "GET", "GRANT", "INSERT", "LIST", "LS", "MERGE"}
    | {"PUT", "REMOVE", "REVOKE", "RM", "ROLLBACK", "SELECT", "SET", "SHOW", "START", "TRUNCATE"}
    | {"UNDROP", "UNSET", "UPDATE", "USE", "VALUES", "WITH"}
)


def handles(*words: str) -> Callable[[Handler], Handler]:
    """Register a handler for statements that begin with these words."""

    def register(handler: Handler) -> Handler:
        for prefix in words:
            HANDLERS[prefix] = handler
        return handler

    return register


def load() -> None:
    """Import the modules that register handlers."""
    for name in MODULES:
        if find_spec(name):
            import_module(name)


def find(statement: Statement) -> Handler:
    """The handler of a statement. Raises `Unsupported` with its first words."""
    words = statement.words
    if words[0] == "(":
        return HANDLERS["SELECT"]
    for size in range(len(words), 0, -1):
        handler = HANDLERS.get(" ".join(words[:size]))
        if handler:
            return handler
    if words[0] not in VERBS:
        raise syntax.unexpected(statement.sql, statement.tokens[0].start, statement.tokens[0].text)
    raise Unsupported(" ".join(words[:2]), sql=statement.sql)
