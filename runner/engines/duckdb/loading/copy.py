"""COPY INTO <table>: staged files become rows (the page of that name)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from runner.engines import Column, Result
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.loading import copy_statement, files, history, jobs, unload, validation
from runner.engines.duckdb.loading.history import Loader, Outcome
from runner.engines.duckdb.loading.jobs import ChangedError, Job
from runner.engines.duckdb.loading.locations import StagedFile
from runner.engines.duckdb.statements import handles
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

_RESULT = {
    "file": "VARCHAR",
    "status": "VARCHAR",
    "rows_parsed": "NUMBER(38,0)",
    "rows_loaded": "NUMBER(38,0)",
    "error_limit": "NUMBER(38,0)",
    "errors_seen": "NUMBER(38,0)",
    "first_error": "VARCHAR",
    "first_error_line": "NUMBER(38,0)",
    "first_error_character": "NUMBER(38,0)",
    "first_error_column_name": "VARCHAR",
}


@handles("COPY")
def copy(session: Session, statement: Statement) -> Result:
    """COPY INTO table [(columns)] FROM {@stage/path | (SELECT … FROM @stage/path)} options

    One transaction holds the rows of all files and their history. COPY INTO a place unloads.
    """
    if copy_statement.names_place(statement.sql):
        return unload.unload(session, statement.sql)
    read = copy_statement.read(statement.sql, session.variables)
    if read.flag("PURGE") and session.in_transaction:
        raise Unsupported("PURGE = TRUE in a transaction", "a rollback could not bring files back")
    job = jobs.prepare(session, read)
    loader = Loader(job.path, history.identity(job.table), job.location.stage_location)
    mode = str(read.options.get("VALIDATION_MODE", "")).upper()
    if mode:
        everything = mode == "RETURN_ALL_ERRORS"
        files_ = jobs.wanted(job) if everything else list(_new_files(job, loader))
        return validation.validate(job, mode, files_)
    outcomes = []
    session.reads(job.table.key)
    # an open transaction cannot wait: what others have loaded meanwhile is seen before it writes
    with nullcontext() if session.in_transaction else jobs.LOADING, session.transaction():
        for file in _limited(job, _new_files(job, loader)):
            try:
                outcomes.append(job.load(file, loader))
            except ChangedError:
                continue
    if read.flag("PURGE"):
        _purge(job, outcomes)
    if read.flag("RETURN_FAILED_ONLY"):
        outcomes = [outcome for outcome in outcomes if outcome.status != history.LOADED]
    return _result(outcomes)


def _new_files(job: Job, loader: Loader) -> Iterator[StagedFile]:
    """The wanted files without those that were loaded before, unless FORCE says so."""
    wanted = jobs.wanted(job)
    if job.copy.flag("FORCE"):
        yield from wanted
        return
    loaded = history.loaded_by_copy(job.session, loader)
    uncertain_before = datetime.now(UTC) - timedelta(days=history.COPY_DAYS)
    uncertain = not job.copy.flag("LOAD_UNCERTAIN_FILES") and history.first_load_expired(
        job.session, loader
    )
    for file in wanted:
        if file.relative in loaded and files.etag(file.path) in loaded[file.relative]:
            continue
        if uncertain and file.modified < uncertain_before:
            continue
        yield file


def _limited(job: Job, files: Iterator[StagedFile]) -> Iterator[StagedFile]:
    """Files until SIZE_LIMIT is exceeded; at least one."""
    limit = job.copy.options.get("SIZE_LIMIT")
    size = 0
    for file in files:
        if limit is not None and size > int(limit):
            return
        size += file.size
        yield file


def _purge(job: Job, outcomes: list[Outcome]) -> None:
    """Remove the files that were loaded; a failure to do so is no error."""
    for outcome in outcomes:
        if outcome.status != history.FAILED:
            try:
                (job.location.folder / outcome.file_name).unlink(missing_ok=True)
            except OSError:
                continue


def _result(outcomes: list[Outcome]) -> Result:
    if not outcomes:
        text = "Copy executed with 0 files processed."
        return Result((Column("status", "VARCHAR"),), [(text,)], 0)
    rows = []
    for one in outcomes:
        fault = one.fault
        where = (fault.message, fault.line, fault.character, fault.column) if fault else (None,) * 4
        counts = (one.rows_parsed, one.rows_loaded, one.error_limit, one.errors)
        rows.append((one.shown, one.status, *counts, *where))
    columns = tuple(Column(name, kind) for name, kind in _RESULT.items())
    return Result(columns, list(rows), sum(one.rows_loaded for one in outcomes))
