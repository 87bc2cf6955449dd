"""A staged file by its format: CSV here, semi-structured files in `documents`."""

from __future__ import annotations

import re
from collections.abc import Sequence
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


def places(path: Path, form: FileFormat, rows: Sequence[int]) -> dict[int, tuple[int, int]]:
    """The line (from 1) and the byte (from 0) at which each of these records begins."""
    if form.type != "CSV":
        return {row: (row, 0) for row in rows}
    options = form.text_options()
    text = files.text(files.read(path, options.compression), options.encoding, replace=True)
    start = csvtext.skip_lines(text, options.skip_header, "\n")
    records = csvtext.records(text, options.rules, start, 1 + options.skip_header)
    wanted, last = set(rows), max(rows, default=0)
    begins = [0, *(end.end() for end in re.finditer("\n", text))]
    found = {}
    for row, record in enumerate(records, 0 if options.parse_header else 1):
        if row in wanted:
            found[row] = record.line, len(text[: begins[record.line - 1]].encode())
        if row >= last:
            break
    return found
