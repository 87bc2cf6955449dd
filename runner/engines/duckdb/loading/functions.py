"""COPY_HISTORY, VALIDATE and SYSTEM$PIPE_STATUS, as the binder calls them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlglot import exp

from runner.engines.duckdb import objects, types
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.loading import history, names, pipes, staged
from runner.engines.duckdb.loading.reading import LoadWords
from runner.engines.duckdb.names import literal, quote
from runner.engines.duckdb.queries.table_functions import arguments
from runner.engines.duckdb.queries.tables import TABLE_FUNCTIONS
from runner.engines.duckdb.rules import Call, Value, function
from runner.engines.duckdb.scopes import Output, Query
from runner.engines.duckdb.types import INTEGER, LTZ, TEXT
from runner.errors import EngineError, Unsupported

# page *COPY_HISTORY*: name, type, and where it stands in `_runner.loads`
_COLUMNS = (
    ("FILE_NAME", TEXT, "file_name"),
    ("STAGE_LOCATION", TEXT, "stage_location"),
    ("LAST_LOAD_TIME", LTZ, "loaded_at"),
    ("ROW_COUNT", INTEGER, "rows_loaded"),
    ("ROW_PARSED", INTEGER, "rows_parsed"),
    ("FILE_SIZE", INTEGER, "file_size"),
    ("FIRST_ERROR_MESSAGE", TEXT, "first_error"),
    ("FIRST_ERROR_LINE_NUMBER", INTEGER, "first_error_line"),
    ("FIRST_ERROR_CHARACTER_POS", INTEGER, "first_error_character"),
    ("FIRST_ERROR_COLUMN_NAME", TEXT, "first_error_column"),
    ("ERROR_COUNT", INTEGER, "error_count"),
    ("ERROR_LIMIT", INTEGER, "error_limit"),
    ("STATUS", TEXT, "status"),
    ("TABLE_CATALOG_NAME", TEXT, "table_database"),
    ("TABLE_SCHEMA_NAME", TEXT, "table_schema"),
    ("TABLE_NAME", TEXT, "table_name"),
    ("PIPE_CATALOG_NAME", TEXT, "pipe_database"),
    ("PIPE_SCHEMA_NAME", TEXT, "pipe_schema"),
    ("PIPE_NAME", TEXT, "pipe_name"),
    ("PIPE_RECEIVED_TIME", LTZ, "received_at"),
    ("BYTES_BILLED", INTEGER, "file_size"),
)


def copy_history(binder: Binder, call: exp.Anonymous) -> Query:
    """COPY_HISTORY(TABLE_NAME => '…', START_TIME => … [, END_TIME => …] [, PIPE_NAME => '…'])"""
    given = arguments(binder, call, ("TABLE_NAME", "START_TIME", "END_TIME", "PIPE_NAME"))
    for name in ("TABLE_NAME", "START_TIME"):
        if name not in given:
            raise EngineError(
                f"SQL compilation error:\nmissing argument [{name}] of COPY_HISTORY", code=1044
            )
    session = binder.session
    session.dependencies.more = True  # the moment, and the table's identity
    path = names.full(session, LoadWords(str(given["TABLE_NAME"].const)).name())
    table = names.existing(session, "TABLE", path)
    oldest = datetime.now(UTC) - timedelta(days=history.HISTORY_DAYS)
    pipes_ = objects.members(session, path[0], kind=pipes.KIND)
    owners = ", ".join(literal(history.identity(one)) for one in pipes_) or "''"
    conditions = [
        f"(pipe_name is null or owner in ({owners}))",
        f"table_id = {literal(history.identity(table))}",
        "not hidden",
        f"loaded_at >= {literal(oldest.isoformat())}::timestamptz",
        f"loaded_at >= {binder.implicit(given['START_TIME'], LTZ).sql}",
    ]
    if "END_TIME" in given:
        conditions.append(f"loaded_at <= {binder.implicit(given['END_TIME'], LTZ).sql}")
    if "PIPE_NAME" in given:
        pipe = names.full(session, LoadWords(str(given["PIPE_NAME"].const)).name())
        conditions.append(f"pipe_schema = {literal(pipe[1])} and pipe_name = {literal(pipe[2])}")
    shown = ", ".join(f"({literal(key)}, {literal(text)})" for key, text in history.STATUS.items())
    listed = ", ".join(
        f"cast({quote(source)} as {kind.duckdb}) as {quote(name)}"
        for name, kind, source in _COLUMNS
    )
    sql = (
        f"select {listed} from (select loads.* exclude (status), words.shown as status, "
        f"{literal(path[0])} as table_database, "
        f"case when pipe_name is not null then {literal(path[0])} end as pipe_database "
        f"from {history.loads(path[0])} as loads join (values {shown}) as words(status, shown) "
        f"on loads.status = words.status where {' and '.join(conditions)})"
    )
    return Query(sql, [Output(name, kind, name) for name, kind, _ in _COLUMNS])


def validate(binder: Binder, call: exp.Anonymous) -> Query:  # noqa: ARG001
    """VALIDATE and VALIDATE_PIPE_LOAD need the rejected records of earlier loads."""
    raise Unsupported(
        f"function {call.name.upper()}", "use VALIDATION_MODE or the first errors of COPY_HISTORY"
    )


TABLE_FUNCTIONS["@"] = lambda binder, node: staged.table(binder.session, node)
TABLE_FUNCTIONS["COPY_HISTORY"] = copy_history
TABLE_FUNCTIONS["VALIDATE"] = validate
TABLE_FUNCTIONS["VALIDATE_PIPE_LOAD"] = validate


@function("SYSTEM$PIPE_STATUS", arguments=(1, 1))
def pipe_status(call: Call) -> Value:
    """SYSTEM$PIPE_STATUS('pipe'): JSON as text."""
    return Value(literal(pipes.status(call.binder.session, str(call.constant(0)))), types.TEXT)
