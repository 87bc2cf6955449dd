"""schemachange's own deployment, run in this process over a session of ours.

Its code stays as it is: it finds and renders the scripts, keeps the order and writes its history
table. It gets a session of its own class whose connection has the shape of the connector's. Its
types, and the connector's, stay in this file.
"""

from __future__ import annotations

import difflib
import json
import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import structlog
from schemachange.config.ChangeHistoryTable import ChangeHistoryTable
from schemachange.config.DeployConfig import DeployConfig
from schemachange.deploy import deploy
from schemachange.ScriptExecutionError import ScriptExecutionError
from schemachange.session.SnowflakeSession import SnowflakeSession
from schemachange.sql_splitter import split_sql_statements
from snowflake.connector.errors import ProgrammingError
from sqlglot import Dialect, TokenError

from runner.engines import Session
from runner.errors import Cancelled, EngineError, RunnerError, ScriptStopped
from runner.results import Deployed
from runner.scripts import literal

_WRITES = frozenset({"insert", "update", "delete", "merge", "copy"})
_ENDS = frozenset({"create", "alter", "drop", "undrop", "truncate", "commit", "rollback"})
_IN_STATEMENT = re.compile(r"\bline (\d+)\b")


@dataclass(frozen=True)
class Order:
    """What to deploy: the scripts below `folder`, relative to the project's `root`. They are
    recorded in `<database>.RUNNER.<history>`."""

    root: Path
    folder: str
    variables: Mapping[str, Any]
    database: str
    history: str

    def path(self, file: Path) -> str:
        """A script's path as messages and results name it."""
        return file.relative_to(self.root).as_posix()


def run(session: Session, order: Order) -> tuple[Deployed, ...]:
    """Deploy in order. Raises `RunnerError` for the script that fails, with file and line, and
    `ScriptStopped` for the one that is interrupted."""
    adapter = _DeploySession(_Connection(session), order)
    config = DeployConfig(
        root_folder=order.root / order.folder,
        config_vars=dict(order.variables),
        change_history_table=adapter.change_history_table,
        create_change_history_table=True,
        raise_exception_on_ignored_versioned_script=True,
    )
    try:
        with _silence():
            deploy(config, adapter)
    except ScriptExecutionError as error:
        raise _failure(error, order) from error
    except KeyboardInterrupt as error:
        if not adapter.running:
            raise
        raise ScriptStopped(adapter.running) from error
    except ProgrammingError as error:
        raise error.__cause__ or error from None
    except ValueError as error:
        raise RunnerError(f"the migrations cannot be deployed: {error}") from error
    return tuple(adapter.deployed)


class StatementError(ProgrammingError):
    """Our error in the connector's clothes, so that schemachange records the script as failed.

    `index` counts the statements of the script from 0.
    """

    def __init__(self, error: EngineError, index: int) -> None:
        super().__init__(
            error.message,
            errno=error.code,
            sqlstate=error.sqlstate,
            done_format_msg=True,
            send_telemetry=False,
        )
        self.index = index


class _Connection:
    """What schemachange uses of a connection, autocommit off: what a script wrote since its
    last DDL statement, which commits, is undone when the script fails."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._began = False
        self._wrote = False
        self.tag = ""
        self.statements = 0

    def cursor(self) -> _Cursor:
        return _Cursor(self)

    def commit(self) -> None:
        self._end("commit")

    def rollback(self) -> None:
        self._end("rollback")

    def close(self) -> None:
        """The session belongs to whoever opened it."""

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        index, self.statements = self.statements, self.statements + 1
        word = _first_word(sql)
        try:
            if word in _WRITES and not self._began:
                self._session.execute("begin transaction")
                self._began = self._wrote = True
            rows = self._session.execute(sql, tag=self.tag).rows
        except EngineError as error:
            raise StatementError(error, index) from error
        if word in _ENDS:
            self._began = False
        return rows

    def _end(self, how: str) -> None:
        if self._wrote:
            self._began = self._wrote = False
            self.run(how)


class _Cursor:
    """A cursor that has run one statement and gives its rows."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, sql: str, parameters: tuple[Any, ...] = ()) -> None:
        if parameters:
            sql = sql % tuple(_value(parameter) for parameter in parameters)
        self._rows = self._connection.run(sql)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return None


class _DeploySession(SnowflakeSession):
    """schemachange's session over our connection: its SQL and its order of events."""

    def __init__(self, connection: _Connection, order: Order) -> None:
        self.con: Any = connection
        self.account = ""
        self.user, self.role, self.warehouse, current = connection.run(
            "select current_user(), current_role(), current_warehouse(), current_database()"
        )[0]
        if current != order.database.upper():
            connection.run(f"create database if not exists {order.database}")
        self.database, self.schema = order.database, None
        self.autocommit = False
        self.session_parameters: dict[str, str] = {}
        self.logger = structlog.get_logger()
        self.change_history_table = ChangeHistoryTable(
            table_name=order.history, schema_name="RUNNER", database_name=order.database.upper()
        )
        self.order = order
        self.deployed: list[Deployed] = []
        self.running = ""

    def execute_snowflake_query(self, query: str, logger: Any) -> Any:
        self.con.statements = 0
        return super().execute_snowflake_query(query, logger)

    def reset_query_tag(self, logger: Any, extra_tag: str | None = None) -> None:  # noqa: ARG002
        """Our sessions send the tag with each statement."""
        self.con.tag = json.dumps({"runner": "deploy", "script": extra_tag}) if extra_tag else ""

    def apply_change_script(self, script: Any, *arguments: Any, **options: Any) -> None:
        start = time.monotonic()
        self.running = self.order.path(script.file_path)
        super().apply_change_script(script, *arguments, **options)
        self.deployed.append(Deployed(self.running, time.monotonic() - start))
        self.running = ""


def _first_word(sql: str) -> str:
    try:
        tokens = Dialect.get_or_raise("snowflake").tokenize(sql)
    except TokenError:
        return ""
    return tokens[0].text.lower() if tokens else ""


def _value(parameter: Any) -> str:
    if parameter is None:
        return "null"
    return literal(parameter) if isinstance(parameter, str) else str(parameter)


@contextmanager
def _silence() -> Iterator[None]:
    """schemachange logs to standard output; what matters of it comes back as results."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)


def _failure(error: ScriptExecutionError, order: Order) -> RunnerError:
    """The script, the line and what the database said."""
    failed = error.original_exception
    path = order.path(error.script_path)
    if not isinstance(failed, StatementError) or not isinstance(failed.__cause__, EngineError):
        return RunnerError(f"{path}: {error.error_message}")
    cause = failed.__cause__
    if isinstance(cause, Cancelled):
        return ScriptStopped(path)
    line = _line(error.script_path, error.query or "", failed.index, cause.message)
    message = " ".join(cause.message.split())
    hint = (
        "mend it and deploy again: the script runs from its top, "
        "so write each statement such that it can be repeated"
    )
    return RunnerError(
        f"{path}:{line}: {message}", f"{cause.hint}\n  {hint}" if cause.hint else hint
    )


def _line(script: Path, rendered: str, index: int, message: str) -> int:
    """Where in the file the statement stands, or the line within it that the message names."""
    statements = split_sql_statements(rendered)
    end = 0
    for statement in statements[: index + 1]:
        start = rendered.index(statement, end)
        end = start + len(statement)
    named = _IN_STATEMENT.search(message)
    inside = int(named.group(1)) if named else _first_line(statements[index])
    return _line_of_source(script, rendered, rendered.count("\n", 0, start) + inside)


def _first_line(statement: str) -> int:
    """The line of the first word, behind comments."""
    try:
        tokens = Dialect.get_or_raise("snowflake").tokenize(statement)
    except TokenError:
        return 1
    return tokens[0].line if tokens else 1


def _line_of_source(script: Path, rendered: str, line: int) -> int:
    """The line of the file that became a line of the rendered text, or the nearest one above."""
    before, after = (
        [text.strip().removesuffix(";") for text in lines.splitlines()]
        for lines in (script.read_text(encoding="utf-8-sig"), rendered)
    )
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    found = 1
    for block in matcher.get_matching_blocks():
        if block.b < line and block.size:
            found = block.a + min(line - block.b, block.size)
    return found
