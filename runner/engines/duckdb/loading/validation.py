"""VALIDATION_MODE of COPY INTO: what would be loaded, or what would not, and nothing is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from runner.engines import Column, Result
from runner.engines.duckdb import results, types
from runner.engines.duckdb.loading import files, load, workspace
from runner.engines.duckdb.loading.jobs import Job, aborted
from runner.engines.duckdb.loading.locations import StagedFile
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.scopes import Output, Query
from runner.errors import EngineError

_TEXT, _NUMBER = "VARCHAR", "NUMBER(38,0)"
_ERRORS = {
    "ERROR": _TEXT,
    "FILE": _TEXT,
    "LINE": _NUMBER,
    "CHARACTER": _NUMBER,
    "BYTE_OFFSET": _NUMBER,
    "CATEGORY": _TEXT,
    "CODE": _NUMBER,
    "SQL_STATE": _TEXT,
    "COLUMN_NAME": _TEXT,
    "ROW_NUMBER": _NUMBER,
    "ROW_START_LINE": _NUMBER,
}


def validate(job: Job, mode: str, wanted: Sequence[StagedFile]) -> Result:
    """RETURN_n_ROWS, RETURN_ERRORS or RETURN_ALL_ERRORS over these files."""
    if job.copy.match_by != "NONE":
        raise EngineError(
            "SQL compilation error:\nVALIDATION_MODE cannot be used with MATCH_BY_COLUMN_NAME",
            code=1019,
        )
    if mode in ("RETURN_ERRORS", "RETURN_ALL_ERRORS"):
        rows = [row for file in wanted for row in _errors(job, file)]
        return Result(tuple(Column(*one) for one in _ERRORS.items()), rows, len(rows))
    found = re.fullmatch(r"RETURN_(\d+)_ROWS", mode)
    if found is None:
        raise EngineError(f"SQL compilation error:\ninvalid value [{mode}] for VALIDATION_MODE")
    rows = _first_rows(job, wanted, int(found[1]))
    targets = [Output(one.name, types.parse(one.type), one.name) for one in job.targets()]
    return results.result(Query("", targets), rows)


def _errors(job: Job, file: StagedFile) -> list[tuple[Any, ...]]:
    shown = job.location.shown(file)
    with workspace.during(job.session) as folder:
        try:
            key = files.etag(file.path)
            source, _, checked = job.check(file, key, folder, every=True)
        except files.UnreadableError as error:
            code = load.UNREADABLE
            return [(str(error), shown, 1, 1, 0, "parsing", code, "22000", None, 1, 1)]
        places = job.places(file, sorted(checked.faults))
        rows = []
        for row, one in sorted(checked.faults.items()):
            fault = job.fault(row, one, source, places)
            line, offset = places[row]
            category = "conversion" if one.item else "parsing"
            where = (fault.line, fault.character, offset, category, fault.code, "22000")
            rows.append((fault.message, shown, *where, fault.column, row, line))
        return rows


def _first_rows(job: Job, wanted: Sequence[StagedFile], count: int) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for file in wanted:
        if len(rows) >= count:
            break
        with workspace.during(job.session) as folder:
            source, items, checked = job.check(file, files.etag(file.path), folder)
            bad = [row for row in sorted(checked.faults) if row <= count - len(rows)]
            if bad:
                place = job.places(file, bad[:1])
                raise aborted(
                    job.fault(bad[0], checked.faults[bad[0]], source, place), file, bad[0]
                )
            values = ", ".join(f"{item.sql} as {quote(item.column.name)}" for item in items)
            rows += job.session.raw(
                f'select {values} from {source.relation} where "$row" <= {count - len(rows)} '
                'order by "$row"'
            )
    return rows
