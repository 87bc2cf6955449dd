"""Parameters of the session: ALTER SESSION and SHOW PARAMETERS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.engines import Result
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.statements import handles, layouts, replies
from runner.engines.duckdb.statements.patterns import like
from runner.engines.duckdb.statements.words import Words
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

# parameter -> (default, type); what stands here has no effect on answers, or only this value
KNOWN: dict[str, tuple[str, str]] = {
    "ABORT_DETACHED_QUERY": ("false", "BOOLEAN"),
    "AUTOCOMMIT": ("true", "BOOLEAN"),
    "CLIENT_SESSION_KEEP_ALIVE": ("false", "BOOLEAN"),
    "ERROR_ON_NONDETERMINISTIC_MERGE": ("true", "BOOLEAN"),
    "ERROR_ON_NONDETERMINISTIC_UPDATE": ("false", "BOOLEAN"),
    "LOCK_TIMEOUT": ("43200", "NUMBER"),
    "MULTI_STATEMENT_COUNT": ("1", "NUMBER"),
    "QUERY_TAG": ("", "STRING"),
    "QUOTED_IDENTIFIERS_IGNORE_CASE": ("false", "BOOLEAN"),
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": ("0", "NUMBER"),
    "STATEMENT_TIMEOUT_IN_SECONDS": ("172800", "NUMBER"),
    "TIMESTAMP_TYPE_MAPPING": ("TIMESTAMP_NTZ", "STRING"),
    "TIMEZONE": ("UTC", "STRING"),
    "USE_CACHED_RESULT": ("true", "BOOLEAN"),
    "WEEK_OF_YEAR_POLICY": ("0", "NUMBER"),
    "WEEK_START": ("0", "NUMBER"),
    "TRANSACTION_DEFAULT_ISOLATION_LEVEL": ("READ COMMITTED", "STRING"),
    "DATE_INPUT_FORMAT": ("AUTO", "STRING"),
    "DATE_OUTPUT_FORMAT": ("YYYY-MM-DD", "STRING"),
    "TIMESTAMP_INPUT_FORMAT": ("AUTO", "STRING"),
    "TIMESTAMP_OUTPUT_FORMAT": ("YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM", "STRING"),
    "TIME_INPUT_FORMAT": ("AUTO", "STRING"),
    "TIME_OUTPUT_FORMAT": ("HH24:MI:SS", "STRING"),
    "BINARY_INPUT_FORMAT": ("HEX", "STRING"),
    "BINARY_OUTPUT_FORMAT": ("HEX", "STRING"),
}
# those that may be given any value, because they change no answer
FREE = frozenset(
    {"ABORT_DETACHED_QUERY", "CLIENT_SESSION_KEEP_ALIVE", "LOCK_TIMEOUT", "QUERY_TAG"}
    | {"STATEMENT_QUEUED_TIMEOUT_IN_SECONDS", "STATEMENT_TIMEOUT_IN_SECONDS", "USE_CACHED_RESULT"}
    | {"MULTI_STATEMENT_COUNT"}
)
UTC = frozenset({"UTC", "ETC/UTC", "GMT", "ETC/GMT"})


@handles("ALTER SESSION")
def alter_session(session: Session, statement: Statement) -> Result:
    """`alter session set …` and `unset …`. A parameter that would change answers in a way this
    engine cannot follow is refused by name."""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("ALTER", "SESSION")
    if words.take("UNSET"):
        while not words.done:
            session.parameters.pop(known(words.identifier()), None)
            words.take(",")
        return replies.succeeded()
    words.expect("SET")
    for name, value in words.properties().items():
        set_parameter(session, known(name), value)
    words.end()
    return replies.succeeded()


def known(name: str) -> str:
    if name not in KNOWN:
        raise EngineError(
            f"SQL compilation error:\ninvalid parameter '{name}'", code=1008, sqlstate="22023"
        )
    return name


def set_parameter(session: Session, name: str, value: Any) -> None:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    default, _ = KNOWN[name]
    harmless = text.upper() in UTC if name == "TIMEZONE" else text.upper() == default.upper()
    if name not in FREE and not harmless:
        raise Unsupported(f"ALTER SESSION SET {name} = {text}")
    session.parameters[name] = text


def show(session: Session, words: Words) -> Result:
    """`show parameters [like …] [in | for …]`: those this engine knows."""
    pattern = words.string() if words.take("LIKE") else None
    words.rest()
    listed = []
    for name, (default, kind) in sorted(KNOWN.items()):
        if pattern is None or like(pattern, name):
            value = session.parameters.get(name, default)
            level = "SESSION" if name in session.parameters else ""
            listed.append(
                {
                    "key": name,
                    "value": value,
                    "default": default,
                    "level": level,
                    "description": "",
                    "type": kind,
                }
            )
    return layouts.result("parameters", listed)
