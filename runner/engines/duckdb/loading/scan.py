"""Staged files as relations of text: one row per record, before any cast.

Every relation has the columns `$row` (from 1, malformed records counted), `$fields` (how many the
record has), `$fault` (the index of its fault, or NULL) and `$1` … `$n`, text after the NULL rules of
the format. Semi-structured files have one column `$1` with each document as JSON text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from runner.engines.duckdb.loading import csvtext, files
from runner.engines.duckdb.loading.csvtext import CsvRules, Fault
from runner.engines.duckdb.names import literal, quote

ROW, FIELDS, FAULT = "$row", "$fields", "$fault"
# what DuckDB's reader and Snowflake may read differently: the yardstick reads such files
_SPACED_QUOTE = re.compile(rb'(?:^|[^"])"[ \t]+|[ \t]"')
_BLANK_LINE = re.compile(rb"\A\r?\n|\n\r?\n")


@dataclass(frozen=True)
class Scan:
    """A file that was read: `relation` is DuckDB's SQL for its records.

    `faults` are the malformed records by row number; `width` is the number of `$n` columns.
    """

    relation: str
    width: int
    header: tuple[str, ...] = ()
    faults: dict[int, Fault] | None = None


@dataclass(frozen=True)
class TextOptions:
    """How a delimited file becomes text and records."""

    rules: CsvRules
    encoding: str = "UTF8"
    compression: str = "AUTO"
    skip_header: int = 0
    parse_header: bool = False
    replace_invalid: bool = False
    skip_mark: bool = True


def csv(path: Path, options: TextOptions, width: int, workspace: Path) -> Scan:
    """Read a delimited file; at least `width` columns come out, missing fields as NULL.

    `workspace` is a folder for what has to be written anew; it must outlive the relation.
    Raises `files.Unreadable` when nothing of the file can be used.
    """
    data = files.read(path, options.compression)
    if options.encoding.upper().replace("-", "") != "UTF8":
        data = files.text(data, options.encoding, replace=options.replace_invalid).encode()
        options = TextOptions(**{**vars(options), "encoding": "UTF8"})
    return _slow(data, options, width, workspace)


def _slow(data: bytes, options: TextOptions, width: int, workspace: Path) -> Scan:
    text = files.text(
        data, options.encoding, replace=options.replace_invalid, skip_mark=options.skip_mark
    )
    start = csvtext.skip_lines(text, options.skip_header)
    records = csvtext.records(text, options.rules, start, 1 + options.skip_header)
    header: tuple[str, ...] = ()
    if options.parse_header:
        first = next(iter(islice(records, 1)), None)
        header = tuple(name or "" for name in first.fields) if first else ()
        if first and first.fault:
            raise files.Unreadable(f"The header cannot be read: {first.fault.message}")
    found = list(records)
    width = max([width, len(header), *(len(record.fields) for record in found)])
    faults = {row: record.fault for row, record in enumerate(found, 1) if record.fault}
    rows = (
        (str(row), str(len(record.fields)), None, *record.fields)
        if record.fault is None
        else (str(row), str(len(record.fields)), record.fault.message)
        for row, record in enumerate(found, 1)
    )
    file = workspace / f"{len(list(workspace.iterdir()))}.csv"
    write(file, rows, width + 3)
    return Scan(canonical(file, width), width, header, faults)


def write(file: Path, rows: Iterable[tuple[str | None, ...]], width: int) -> None:
    """Rows as CSV that has one reading only: values in quotes, NULL as nothing."""
    with file.open("w", encoding="utf-8", newline="", errors="replace") as out:
        for row in rows:
            cells = ["" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row]
            out.write(",".join(cells) + "," * (width - len(cells)) + "\n")


def canonical(file: Path, width: int) -> str:
    """The relation over a file that `write` wrote."""
    names = {ROW: "BIGINT", FIELDS: "INTEGER", FAULT: "VARCHAR"}
    names |= {f"${position}": "VARCHAR" for position in range(1, width + 1)}
    return read_csv(file, names, "delim = ','", "quote = '\"'", "escape = '\"'")


def read_csv(file: Path, columns: dict[str, str], *options: str) -> str:
    """A call of DuckDB's CSV reader that guesses nothing."""
    listed = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in columns.items())
    return (
        f"(select * from read_csv({literal(str(file))}, columns = {{{listed}}}, "
        f"{', '.join(options)}, header = false, auto_detect = false, nullstr = '', "
        "allow_quoted_nulls = false, strict_mode = true, comment = '', "
        "max_line_size = 536870912))"
    )


def name(position: int) -> str:
    """The column of a field, quoted: 1 -> `"$1"`."""
    return quote(f"${position}")
