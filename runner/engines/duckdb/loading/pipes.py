"""Pipes: a COPY statement with a name, which loads each file of its stage once.

How a pipe refuses a file whose header lacks or adds a column, on Snowflake as here
-----------------------------------------------------------------------------------
By the documentation MATCH_BY_COLUMN_NAME alone does not refuse such a file: a missing column
becomes NULL and an additional one "is not loaded" (page *COPY INTO <table>*), and the option that
counts columns, ERROR_ON_COLUMN_COUNT_MISMATCH, must be FALSE for a CSV with INCLUDE_METADATA and
is ignored by a COPY with a query. What is documented and sure: in a query on a staged file `$n` is
NULL when the row has no nth field, and only then if the format keeps empty fields as empty strings;
a cast that fails is an error of the row, and ON_ERROR = SKIP_FILE (the default of pipes) then
refuses the file as a whole, names it in COPY_HISTORY and goes on with the others. CASE, `||` and
`::` belong to the functions that a COPY transformation may use (page *Transform data during a
load*). So:

    create file format if not exists retail_raw.csv_with_header
        type = csv
        skip_header = 1
        field_optionally_enclosed_by = '"'
        escape_unenclosed_field = none  -- a backslash is data
        skip_blank_lines = true
        empty_field_as_null = false  -- an empty field is '', a missing one is null
        null_if = ();  -- raw lands as it came

    create pipe if not exists retail_raw.load_stores
        auto_ingest = true
        comment = 'Stores as they land'
    as
    copy into retail_raw.stores (
        store_id, store_name, store_type, city, state_province, country, postal_code, created_at,
        file_name, file_row_number, ingestion_ts
    )
    from (
        select
            $1, $2, $3, $4, $5, $6, $7, $8,
            metadata$filename,
            case
                when $8 is null then ('fewer than 8 columns: ' || metadata$filename)::number
                when $9 is not null then ('more than 8 columns: ' || metadata$filename)::number
                else metadata$file_row_number
            end,
            metadata$start_scan_time
        from @retail_raw.landing/stores/
    )
    file_format = (format_name = 'retail_raw.csv_with_header')
    on_error = skip_file;

COPY_HISTORY then says `Load failed`, `Numeric value 'fewer than 8 columns: stores/x.csv' is not
recognized`, with the line, the column and the number of bad rows. Staging models turn '' into NULL
(`nullif(trim(city), '')`). The header's names are not read: a renamed column of the same number of
columns loads by position.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from runner.engines import Column, Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.loading import copy_statement, history, jobs, locations, names
from runner.engines.duckdb.loading.copy_statement import Copy
from runner.engines.duckdb.loading.history import Loader
from runner.engines.duckdb.loading.jobs import ChangedError, Job
from runner.engines.duckdb.loading.locations import StagedFile
from runner.engines.duckdb.loading.names import Path3
from runner.engines.duckdb.loading.reading import LoadWords
from runner.engines.duckdb.statements import handles
from runner.errors import EngineError

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

KIND = "PIPE"
REFRESH_DAYS = 7
# page *CREATE PIPE*: copy options that a pipe's statement cannot have
_REFUSED = ("FILES", "SIZE_LIMIT", "VALIDATION_MODE")
_ONLY_FALSE = ("PURGE", "FORCE")


@handles("CREATE PIPE")
def create(session: Session, statement: Statement) -> Result:
    """CREATE [OR REPLACE] PIPE [IF NOT EXISTS] name options AS COPY INTO …

    AUTO_INGEST and integrations are recorded: here only REFRESH loads.
    """
    words, _ = names.begin(statement, "CREATE", KIND)
    words.take("IF", "NOT", "EXISTS")
    path = names.full(session, words.name())
    return names.create(session, statement, KIND, lambda rest: _properties(session, rest, path))


def _properties(session: Session, words: LoadWords, path: Path3) -> dict[str, Any]:
    given = words.options()
    words.expect("AS")
    definition = words.rest()
    copy = copy_statement.read(definition, session.variables)
    _allowed(copy)
    with _within(session, path):
        jobs.prepare(session, copy, on_error="SKIP_FILE")  # says what is wrong with it
    return {**given, "DEFINITION": definition}


def _allowed(copy: Copy) -> None:
    for option in _REFUSED:
        if option in copy.options:
            raise _not_in_pipes(option)
    for option in _ONLY_FALSE:
        if copy.flag(option):
            raise _not_in_pipes(f"{option} = TRUE")
    if str(copy.options.get("ON_ERROR", "")).upper() == "ABORT_STATEMENT":
        raise _not_in_pipes("ON_ERROR = ABORT_STATEMENT")


def _not_in_pipes(option: str) -> EngineError:
    return EngineError(
        f"SQL compilation error:\n{option} is not allowed in the COPY statement of a pipe",
        code=1003,
    )


@handles("ALTER PIPE")
def alter(session: Session, statement: Statement) -> Result:
    """ALTER PIPE [IF EXISTS] name {SET … | UNSET … | REFRESH [PREFIX = …] [MODIFIED_AFTER = …]}"""
    words, _ = names.begin(statement, "ALTER", KIND)
    quietly = words.take("IF", "EXISTS")
    path = names.full(session, words.name())
    if words.take("REFRESH"):
        options = words.options()
        words.end()
        if quietly and objects.find(session, KIND, path) is None:
            return names.status("Statement executed successfully.")
        return refresh(session, path, options)
    result = names.alter(session, statement, KIND, _change)
    pipe = objects.find(session, KIND, path)
    if pipe is not None and not _paused(pipe):
        _drain(session, pipe)
    return result


def _change(found: objects.Object, words: LoadWords) -> objects.Object:
    if words.take("SET"):
        given = words.options()
        words.end()
        comment = given.pop("COMMENT", found.comment)
        return found.with_properties(**given).changed(comment=comment)
    words.expect("UNSET")
    changed = found
    while not words.done:
        name = words.identifier()
        words.take(",")
        changed = (
            changed.changed(comment=None)
            if name == "COMMENT"
            else changed.with_properties(**{name: None})
        )
    return changed


@handles("DROP PIPE")
def drop(session: Session, statement: Statement) -> Result:
    """DROP PIPE [IF EXISTS] name"""
    return names.drop(session, statement, KIND)


def refresh(session: Session, path: Path3, options: dict[str, Any]) -> Result:
    """Load the files that the pipe has not taken up yet; a paused pipe keeps them for later."""
    if session.in_transaction:  # ALTER is DDL: it commits
        session.commit()
    with jobs.LOADING:
        pipe = names.existing(session, KIND, path)
        with _within(session, path):
            job, loader = _job(session, pipe)
            sent = _new_files(job, loader, pipe, options)
            wanted = [*_pending(pipe), *(file.relative for file in sent)]
            if _paused(pipe):
                _keep(session, pipe, wanted)
            else:
                _load(job, loader, wanted)
                _keep(session, pipe, [])
    columns = (Column("File", "VARCHAR"), Column("Status", "VARCHAR"))
    return Result(columns, [(file.relative, "SENT") for file in sent], len(sent))


def _drain(session: Session, pipe: objects.Object) -> None:
    """Load what a pipe kept while it was paused."""
    if _pending(pipe):
        path = (pipe.database, pipe.schema, pipe.name)
        with jobs.LOADING, _within(session, path):
            job, loader = _job(session, pipe)
            _load(job, loader, _pending(pipe))
            _keep(session, pipe, [])


def _keep(session: Session, pipe: objects.Object, wanted: list[str]) -> None:
    """Write down which files a paused pipe has to load when it is resumed."""
    if wanted != _pending(pipe):
        with session.transaction():
            objects.put(session, pipe.with_properties(PENDING=wanted or None))


def _load(job: Job, loader: Loader, wanted: list[str]) -> None:
    """Load files, each in a transaction of its own together with its row of history, so that a kill
    at any moment leaves it loaded once or not at all. A file that is gone, or is being written
    while it is read, is left for the next time."""
    known = history.processed_by_pipe(job.session, loader)
    for relative in wanted:
        file = locations.staged(job.location.folder / relative, job.location.folder)
        if file is None or relative in known:
            continue
        try:
            job.load(file, loader)
        except ChangedError:
            continue


def _paused(pipe: objects.Object) -> bool:
    return str(pipe.properties.get("PIPE_EXECUTION_PAUSED", False)).upper() == "TRUE"


def _pending(pipe: objects.Object) -> list[str]:
    return list(pipe.properties.get("PENDING") or [])


def _job(session: Session, pipe: objects.Object) -> tuple[Job, Loader]:
    read = copy_statement.read(str(pipe.properties["DEFINITION"]), session.variables)
    job = jobs.prepare(session, read, on_error="SKIP_FILE")
    path = (pipe.database, pipe.schema, pipe.name)
    return job, Loader(
        job.path,
        history.identity(job.table),
        job.location.stage_location,
        path,
        history.identity(pipe),
        job.started,
    )


@contextmanager
def _within(session: Session, path: Path3) -> Iterator[None]:
    """A pipe's statement means names of the pipe's own schema."""
    before = session.database, session.schema
    session.database, session.schema = path[:2]
    try:
        yield
    finally:
        session.database, session.schema = before


def _new_files(
    job: Job, loader: Loader, pipe: objects.Object, options: dict[str, Any]
) -> list[StagedFile]:
    """The files that REFRESH sends: those of the last 7 days that were not taken up yet."""
    start = datetime.now(UTC) - timedelta(days=REFRESH_DAYS)
    if "MODIFIED_AFTER" in options:
        start = max(start, _moment(str(options["MODIFIED_AFTER"])))
    known = history.processed_by_pipe(job.session, loader) | set(_pending(pipe))
    begin = job.location.path + str(options.get("PREFIX", ""))
    pattern = job.copy.options.get("PATTERN")
    matches = locations.compiled(pattern if pattern is not None else "(?s).*").fullmatch
    return [
        file
        for file in job.location.files()
        if file.relative.startswith(begin)
        and file.relative not in known
        and file.modified >= start
        and matches(file.relative[len(job.location.path) :])
    ]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise EngineError(f"Timestamp '{text}' is not recognized", code=100035) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def status(session: Session, name: str) -> str:
    """SYSTEM$PIPE_STATUS: the state of a pipe as JSON."""
    path = names.full(session, LoadWords(name).name())
    pipe = names.existing(session, KIND, path)
    shown: dict[str, Any] = {"executionState": "PAUSED" if _paused(pipe) else "RUNNING"}
    shown["pendingFileCount"] = len(_pending(pipe))
    rows = session.raw(
        f"select file_name, loaded_at from {history.loads(pipe.database)} where owner = ? "
        "order by loaded_at desc limit 1",
        (history.identity(pipe),),
    )
    if rows:
        file_name, loaded_at = rows[0]
        shown["lastIngestedTimestamp"] = loaded_at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        shown["lastIngestedFilePath"] = file_name
    return json.dumps(shown, separators=(",", ":"))
