"""One conversation with the embedded engine."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlglot import exp

from runner.engines import Result
from runner.engines.duckdb import dialect, faults, objects, queries, results, rules, statements
from runner.engines.duckdb.binder import QUERIES, Binder
from runner.engines.duckdb.changes import Changes
from runner.engines.duckdb.connection import Connection, Noted
from runner.engines.duckdb.names import quote, stored
from runner.engines.duckdb.rules import Value
from runner.engines.duckdb.rules.constants import constant
from runner.engines.duckdb.scopes import Query
from runner.engines.duckdb.seen import Seen
from runner.engines.duckdb.statements import (
    ddl,
    function_calls,
    relations,
    scripting,
    transactions,
)
from runner.engines.duckdb.statements.tables import publish as publish_table
from runner.engines.duckdb.statements.words import Words
from runner.engines.duckdb.store import Store
from runner.engines.duckdb.translations import Dependencies, Translation, holds_data, name_of
from runner.errors import EngineError, Unsupported

T = TypeVar("T")

# seconds before each new attempt of a statement that met a write of another session
CONFLICT_PAUSES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)

rules.load()
queries.load()
statements.load()


# what a handler meets in the tree of a statement that has a shape it does not know
UNFORESEEN = (AttributeError, LookupError, TypeError, ValueError, RecursionError)


def read(handler: statements.Handler, session: Session, statement: dialect.Statement) -> Result:
    """Run a handler. A statement whose tree it cannot read is refused."""
    try:
        return handler(session, statement)
    except UNFORESEEN as error:
        raise Unsupported(f"this form of {statement.words[0]}") from error


class Session(Connection):
    """Executes Snowflake statements; used by one thread at a time.

    Handlers of statements use its verbs (`raw`, `query`, `translate`, `resolve`, `transaction`) and
    its state (`database`, `schema`, `variables`, `store`, `stage_folders`).
    """

    variables = Noted[dict[str, Any]]()
    stage_folders = Noted[dict[str, Path]]()
    last_query_id = Noted[str | None]()
    last_result = Noted[Result | None]()
    identity = Noted[str]()

    def __init__(self, store: Store, database: str | None, schema: str | None) -> None:
        super().__init__(store)
        self.database = database
        self.schema = schema
        self._variables: dict[str, Any] = {}
        self.variables = self._variables
        self.parameters: dict[str, Any] = {}
        self.stage_folders = {}
        self.last_query_id = None
        self.last_result = None
        self.identity = str(id(self))
        self._used: set[str] = set()  # the variables that the statement has used
        self.row_changes: dict[str, Changes] = {}  # by database, as the statement has read them
        self.joins_ddl = False

    # -- the protocol of runner.engines ----------------------------------------------------------

    @faults.interruptible()
    def execute(self, sql: str, *, tag: str | None = None) -> Result:  # noqa: ARG002
        """Run one Snowflake statement. `tag` is without effect here: there is no query history.

        Raises `EngineError` with Snowflake's code and text, or `Unsupported`.
        """
        self.sql = sql
        try:
            result = self._again()
            result = self._anew() if result is None else result
        except EngineError as error:
            error.sql = error.sql or sql
            transactions.recover(self)
            raise
        if self.work is not None:
            self.work.statement_succeeded()
        query_id = str(uuid.uuid4())
        answer = Result(result.columns, result.rows, result.row_count, query_id)
        self.last_query_id, self.last_result = query_id, answer
        return answer

    def _again(self) -> Result | None:
        """The answer of a query whose translation is kept and holds; None for anything else."""

        def act() -> Result | None:
            kept = self.kept(self._sql)
            return None if kept is None else self.fetch(kept)

        is_kept = self.work is None and dialect.may_be_query(self._sql)
        return self._tried(act) if is_kept else None

    def _anew(self) -> Result:
        """Read the statement and run it."""
        self._used = set()
        statement = scripting.unwrapped(self, self.read(self._sql))
        transactions.refuse_broken(self, statement)
        transactions.look_again(self)
        handler = statements.find(statement)
        act = partial(self._tried, lambda: read(handler, self, statement))
        result = transactions.keep_up(self, act)
        transactions.commit_ddl(self, statement)
        return result

    @contextmanager
    def together(self) -> Iterator[None]:
        """DDL in the body joins one transaction, which ends with it, instead of committing."""
        self.joins_ddl = True
        self.seen = Seen()
        try:
            with self.transaction():
                yield
        finally:
            self.joins_ddl = False

    def publish(self, aside: str, name: str) -> None:
        """Put the table `aside` in the place of the table `name`; one transaction."""
        new, old = (ddl.path_of(self, Words(one).name()) for one in (aside, name))
        self._tried(lambda: publish_table(self, new, old))

    def _tried(self, act: Callable[[], T]) -> T:
        """Do it again when it met a write of another session, if it is a transaction of its own."""
        self._running = True
        try:
            for pause in CONFLICT_PAUSES:
                try:
                    return self._once(act)
                except faults.WriteConflictError:
                    if self.in_transaction:
                        raise
                time.sleep(pause * (1 + random.random()))
            return self._once(act)
        finally:
            self._running = self._cancelled = False

    def _once(self, act: Callable[[], T]) -> T:
        """Do it. What fails because another session has changed what it looked up is a conflict."""
        self.row_changes = {}
        if not self.in_transaction:
            self.seen = Seen()
        try:
            return act()
        except EngineError:
            if not self.in_transaction:
                self.prove()
            raise

    # -- verbs for handlers ------------------------------------------------------------------------

    def bind(self, tree: exp.Expr) -> Query:
        """A Snowflake query as DuckDB's SQL, with the names and types of its columns."""
        return Binder(self).query(tree)

    def query(self, tree: exp.Expr) -> Result:
        """Translate a Snowflake query and run it."""
        return self.fetch(self.bind(tree))

    def fetch(self, bound: Query) -> Result:
        """Run a query of DuckDB."""
        rows = self.raw(bound.sql)
        if not self.in_transaction:
            self.prove()
        return results.result(bound, rows)

    def kept(self, text: str, role: str = "") -> Query | None:
        """The translation of a query's text that was kept, if it would be made the same now."""
        if not self._keeps(text):
            return None
        found = self._store.translations.find(self._name(text, role))
        if found is None or not found.holds(self, self._variables):
            return None
        return found.query

    def bind_and_keep(self, text: str, tree: Callable[[], exp.Expr], role: str = "") -> Query:
        """Bind the query of a text, and keep its translation unless it depends on too much."""
        self.dependencies = Dependencies()
        query = self.bind(tree())
        variables = {name: repr(self._variables[name]) for name in sorted(self._used)}
        if self._keeps(text) and not self.dependencies.too_much(function_calls.KIND):
            made = Translation.of(self._name(text, role), query, self.dependencies, variables)
            self._store.translations.keep(made)
        return query

    def _keeps(self, text: str) -> bool:
        """Whether the translation of a text can be kept, and is worth it. Within an explicit
        transaction the clock is written out, and what is read is counted."""
        return self.work is None and not holds_data(text)

    def _name(self, text: str, role: str) -> str:
        return name_of(text, role, self.database, self.schema, sorted(self.parameters.items()))

    def translate(self, tree: exp.Expr) -> str:
        """A Snowflake query, or an expression that reads no table, as DuckDB's SQL."""
        binder = Binder(self)
        return binder.query(tree).sql if type(tree) in QUERIES else binder.value(tree).sql

    def read(self, sql: str) -> dialect.Statement:
        """A statement, with the names that `IDENTIFIER(…)` stands for."""
        return dialect.named(dialect.read(sql), self.variable_text)

    def variable(self, name: str) -> Value:
        """The session variable `$name`, as a constant. Raises when it is not set."""
        self._used.add(name)
        if name not in self._variables:
            raise EngineError(
                f"SQL compilation error:\nerror line 1 at position 0\n"
                f"Session variable '${name}' does not exist",
                code=1007,
                sqlstate="22023",
            )
        return constant(self._variables[name])

    def variable_text(self, name: str) -> str:
        """The session variable `$name` as a text. Raises when it is not set."""
        self.variable(name)
        return str(self._variables[name])

    def resolve(self, table: exp.Table) -> tuple[str, str, str]:
        """Database, schema and name of a table reference, in stored form."""
        database, schema = self.resolve_schema(table)
        return database, schema, stored(table.this)

    def resolve_schema(self, table: exp.Table) -> tuple[str, str]:
        """Database and schema of a table reference, the session's where it names none."""
        catalog, db = table.args.get("catalog"), table.args.get("db")
        database = stored(catalog) if catalog else self.database
        schema = stored(db) if db else self.schema
        if database is None:
            raise EngineError(
                "Cannot perform SELECT. This session does not have a current database. "
                "Call 'USE DATABASE', or use a qualified name.",
                code=90105,
                sqlstate="22000",
            )
        return database, schema or "PUBLIC"

    def relation(self, path: tuple[str, str, str], node: exp.Table) -> Query:
        """A table or view for FROM, where `node` names it: its `sql` and its columns. Raises
        002003."""
        return relations.read(self, path, node)

    def located(self, path: tuple[str, str, str]) -> str:
        """The DuckDB name of a table or view (database, schema, name): the session's temporary
        table of that name, which hides a permanent one, or the one in the database."""
        if self.temporary and objects.key("TABLE", *path) in self.temporary:
            return objects.temporary_name(path)
        return ".".join(quote(part) for part in path)

    def create_schema(self, database: str, schema: str) -> None:
        """Make a schema unless it is there."""
        if objects.find(self, "SCHEMA", (database, "", schema)) is None:
            with self.transaction():
                self.raw(f"create schema if not exists {quote(database)}.{quote(schema)}")
                objects.put(self, objects.Object("SCHEMA", database, "", schema))
