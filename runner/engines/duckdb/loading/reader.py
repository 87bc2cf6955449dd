"""A staged file by its format: CSV here, semi-structured files in `documents`."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from runner.engines.duckdb.loading import csvtext, documents, files, scan
from runner.engines.duckdb.loading.formats import FileFormat
from runner.engines.duckdb.loading.scan import Execute, Scan
from runner.errors import Unsupported


def read(path: Path, form: FileFormat, width: int, workspace: Path, execute: Execute) -> Scan:
    """The records of a file; at least `width` fields. Raises `files.UnreadableError`."""
    if form.type == "CSV":
        return scan.csv(path, form.text_options(), width, workspace, execute)
    if form.type == "JSON":
        return documents.read_json(path, form, workspace)
    if form.type == "PARQUET":
        return documents.read_parquet(path, form, execute)
    raise Unsupported(f"files of TYPE = {form.type}")


def place(path: Path, form: FileFormat, row: int) -> int:
    """The line (from 1) on which a record begins."""
    if form.type != "CSV":
        return row
    options = form.text_options()
    text = files.text(files.read(path, options.compression), options.encoding, replace=True)
    start = csvtext.skip_lines(text, options.skip_header, "\n")
    records = csvtext.records(text, options.rules, start, 1 + options.skip_header)
    header = 1 if options.parse_header else 0
    found = next(islice(records, row - 1 + header, None), None)
    return found.line if found else 1
