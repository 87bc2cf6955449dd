"""One conversation with Snowflake: statements, transient faults, cancelling."""

from __future__ import annotations

import logging
import random
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stdout, suppress
from typing import Any

import snowflake.connector
from snowflake.connector import errors
from snowflake.connector.constants import FIELD_ID_TO_NAME
from snowflake.connector.cursor import ResultMetadata, SnowflakeCursor
from sqlglot import Dialect

from runner.engines import Closing, Column, Result
from runner.errors import Cancelled, ConnectionFailed, EngineError

# The connector logs errors before it raises them; whoever wants that asks Python's logging for it.
logging.getLogger("snowflake").addHandler(logging.NullHandler())

# Seconds between the connector's attempts at one HTTP request (network faults, 5xx, 429), which it
# repeats under the same request id, so that Snowflake runs the statement once.
REQUEST_WAITS = (1, 1, 2, 4, 8, 16, 16, 16)
# Seconds between our attempts at one statement that Snowflake gave up.
STATEMENT_WAITS = (1.0, 4.0, 16.0)

# Snowflake gave the statement up before it did anything.
LOCK_TIMEOUT = 625
CANCELLED = 604
# The session was ended, it expired, or it can no longer be prolonged.
LOST = frozenset({390111, 390112, 390114})
HINTS = {
    606: 'set "warehouse" in connections.toml, in runner.toml or as SNOWFLAKE_WAREHOUSE',
    90105: "the target's database does not exist or its role may not use it: `runner deploy` "
    "creates it",
    3001: "the role needs another privilege: `show grants to role …` tells which it has",
}
_PREFIX = re.compile(r"^\d{6}(?: \(\w+\))?: (?:[0-9a-f-]{36}: )?")
_LONGEST = {"TEXT": 16_777_216, "BINARY": 8_388_608}  # what a type without a length has
_IN_BROWSER = frozenset({"externalbrowser", "oauth_authorization_code"})
_SCRIPTS = frozenset({"begin", "call", "declare", "execute"})
_TIMES = frozenset({"TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"})


class SnowflakeSession(Closing):
    """A connection of its own, in the target's database, in UTC."""

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        """Connect; `ConnectionFailed` says why it could not."""
        self._connection = _connect(parameters)
        self._busy = False

    def execute(self, sql: str, *, tag: str | None = None) -> Result:
        """See the Protocol. A statement that waited for a lock in vain, outside a transaction, is
        tried again; a network fault or a 5xx answer the connector itself tries again."""
        for wait in STATEMENT_WAITS:
            try:
                return self._execute_once(sql, tag)
            except EngineError as error:
                if error.code != LOCK_TIMEOUT or not self._may_repeat(sql):
                    raise
            time.sleep(wait * random.uniform(0.5, 1.5))
        return self._execute_once(sql, tag)

    @contextmanager
    def together(self) -> Iterator[None]:
        """DDL commits by itself in Snowflake (page *Transactions*): nothing to be done here."""
        yield

    def publish(self, aside: str, name: str) -> None:
        """Clone `aside` over `name`: atomically and without copying a row. Grants are those of the
        table that is replaced, else those of `aside` ("CREATE TABLE", "COPY GRANTS"). A transient
        table gives a transient one."""
        try:
            self.execute(f"create or replace table {name} clone {aside} copy grants")
        except EngineError as error:
            if "Transient object cannot be cloned to a permanent object" not in error.message:
                raise
            self.execute(f"create or replace transient table {name} clone {aside} copy grants")
        self.execute(f"drop table {aside}")

    def cancel(self) -> None:
        """See the Protocol. If Snowflake is out of reach, the waiting thread learns it itself."""
        if self._busy:
            stop = f"select system$cancel_all_queries({self._connection.session_id})"
            with suppress(errors.Error):
                self._connection.cursor().execute(stop)

    def close(self) -> None:
        self._connection.close(retry=False)

    def _execute_once(self, sql: str, tag: str | None) -> Result:
        parameters = {"QUERY_TAG": tag} if tag else None
        self._busy = True
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(sql, _statement_params=parameters)
                return _result(cursor)
        except errors.Error as error:
            raise _engine_error(error, sql) from error
        finally:
            self._busy = False

    def _may_repeat(self, sql: str) -> bool:
        """Whether the statement is one whole: not a script, and not part of a transaction, whose
        earlier statements Snowflake may have rolled back to end a deadlock."""
        first = Dialect.get_or_raise("snowflake").tokenize(sql)[0].text.lower()
        if first in _SCRIPTS:
            return False
        transaction = self._execute_once("select current_transaction()", None)
        return transaction.rows == [(None,)]


def _connect(parameters: Mapping[str, Any]) -> snowflake.connector.SnowflakeConnection:
    of_session = {
        **parameters.get("session_parameters", {}),
        "TIMEZONE": "UTC",
        "ABORT_DETACHED_QUERY": True,  # what a killed run left behind ends by itself
    }
    defaults = {
        "application": "runner",
        "client_session_keep_alive": True,
        "platform_detection_timeout_seconds": 0.0,
    }
    forced = {
        "session_parameters": of_session,
        "autocommit": True,
        "backoff_policy": _request_waits,
        "log_imported_packages_in_telemetry": False,
    }
    # A sign-in in the browser talks to the user on standard output, which is for data.
    interactive = str(parameters.get("authenticator", "")).lower() in _IN_BROWSER
    try:
        with redirect_stdout(sys.stderr) if interactive else nullcontext():
            connection = snowflake.connector.connect(**{**defaults, **parameters, **forced})
    except (errors.Error, OSError, TypeError, ValueError) as error:
        raise _connection_failed(error, parameters) from error
    connection.telemetry_enabled = False
    return connection


def _request_waits() -> Iterator[int]:
    """The connector's backoff policy. By itself it would try for ever."""
    yield from REQUEST_WAITS
    raise errors.OperationalError("Snowflake does not answer", send_telemetry=False)


def _result(cursor: SnowflakeCursor) -> Result:
    columns = tuple(Column(field.name, _type_text(field)) for field in cursor.description or ())
    return Result(columns, cursor.fetchall(), cursor.rowcount or 0, cursor.sfqid)


def _type_text(field: ResultMetadata) -> str:
    """The type as `DESCRIBE TABLE` writes it."""
    name: str = FIELD_ID_TO_NAME[field.type_code]
    if name == "FIXED":
        return f"NUMBER({field.precision},{field.scale})"
    if name == "REAL":
        return "FLOAT"
    if name in {"TEXT", "BINARY"}:
        length = field.internal_size or _LONGEST[name]
        return f"{'VARCHAR' if name == 'TEXT' else name}({length})"
    return f"{name}({field.scale})" if name in _TIMES else name


def _engine_error(error: errors.Error, sql: str) -> EngineError:
    """Snowflake's error as ours, without the number and query id in front of its text."""
    message = _PREFIX.sub("", error.raw_msg or str(error)).strip()
    is_lost = isinstance(error, errors.OperationalError | errors.InterfaceError)
    if is_lost or error.errno in LOST:
        return ConnectionFailed(
            f"the connection to Snowflake is lost: {message}", "run the command again", sql=sql
        )
    code = error.errno if error.errno != -1 else None
    sqlstate = error.sqlstate if error.sqlstate != "n/a" else None
    kind = Cancelled if code == CANCELLED else EngineError
    return kind(message, HINTS.get(code or 0, ""), code=code, sqlstate=sqlstate, sql=sql)


def _connection_failed(error: Exception, parameters: Mapping[str, Any]) -> ConnectionFailed:
    message = " ".join(_PREFIX.sub("", str(error)).split())
    account, user = parameters["account"], parameters.get("user", "")
    host = parameters.get("host") or f"{account}.snowflakecomputing.com"
    return ConnectionFailed(
        f"cannot connect to Snowflake account {account} as {user or 'nobody'} ({host}): {message}",
        "check account, user and the way to sign in; `runner debug` shows where they come from",
    )
