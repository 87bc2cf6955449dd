"""A staged file by its format: CSV here, semi-structured files in `documents`."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from runner.engines.duckdb.loading import csvtext, files, scan
from runner.engines.duckdb.loading.formats import FileFormat
from runner.engines.duckdb.loading.scan import Scan
from runner.errors import Unsupported


def read(path: Path, form: FileFormat, width: int, workspace: Path) -> Scan:
    """The records of a file; at least `width` fields. Raises `files.Unreadable`."""
    if form.type == "CSV":
        return scan.csv(path, form.text_options(), width, workspace)
    raise Unsupported(f"files of TYPE = {form.type}")


def place(path: Path, form: FileFormat, row: int, field: int) -> tuple[int, int]:
    """The line and the character (both from 1) of a record's field, or of the record."""
    if form.type != "CSV":
        return row, 1
    options = form.text_options()
    text = files.text(files.read(path, options.compression), options.encoding, replace=True)
    start = csvtext.skip_lines(text, options.skip_header)
    records = csvtext.records(text, options.rules, start, 1 + options.skip_header)
    header = 1 if options.parse_header else 0
    found = next(islice(records, row - 1 + header, None), None)
    return (found.line, 1) if found else (1, 1)
