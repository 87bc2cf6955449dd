"""Staged files as relations of text: one row per record, before any cast.

Every relation has the columns `$row` (from 1, malformed records counted), `$fields` (how many the
record has), `$fault` (why it cannot be read, or NULL) and `$1` … `$n`, text after the NULL rules
of the format. Semi-structured files have one column `$1` with each document as JSON text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from runner.engines.duckdb.loading import csvtext, files
from runner.engines.duckdb.loading.csvtext import CsvRules, Fault
from runner.engines.duckdb.names import literal, quote

ROW, FIELDS, FAULT = "$row", "$fields", "$fault"
# white space beside a quotation mark: at the edge of a field DuckDB drops it
_SPACED_QUOTES = (b' "', b'\t"', b'" ', b'"\t')
_BLANK_LINES = (b"\n\n", b"\n\r\n")
_HEAD = 65536  # the first record is looked for in so many bytes

Execute = Callable[[str], duckdb.DuckDBPyConnection]


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
class Source:
    """The records of one file as a relation, with the metadata columns of the staged file."""

    scan: Scan
    file_name: str
    modified: datetime
    started: datetime
    content_key: str

    @property
    def relation(self) -> str:
        """The records with `METADATA$…`, every `$n` as text."""
        return self.typed("CSV")

    def typed(self, kind: str) -> str:
        """The records with `METADATA$…`; the documents of a semi-structured file as VARIANT."""
        parsed = 'case when "$fault" is null then sf_parse_json("$1") end'
        fields = "" if kind == "CSV" else f' replace ({parsed} as "$1")'
        return (
            f'(select *{fields}, {literal(self.file_name)} as "METADATA$FILENAME", '
            'cast("$row" as decimal(38, 0)) as "METADATA$FILE_ROW_NUMBER", '
            f'{literal(self.content_key)} as "METADATA$FILE_CONTENT_KEY", '
            f'{_moment(self.modified)}::timestamp as "METADATA$FILE_LAST_MODIFIED", '
            f'{_moment(self.started)}::timestamptz as "METADATA$START_SCAN_TIME" '
            f"from {self.scan.relation})"
        )


def _moment(moment: datetime) -> str:
    return literal(moment.strftime("%Y-%m-%d %H:%M:%S.%f"))


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

    @property
    def is_utf8(self) -> bool:
        return self.encoding.upper().replace("-", "") == "UTF8"


def csv(path: Path, options: TextOptions, width: int, workspace: Path, execute: Execute) -> Scan:
    """Read a delimited file; at least `width` columns come out, missing fields as NULL.

    `workspace` is a folder for what has to be written anew; it must outlive the relation.
    `execute` runs DuckDB's SQL. Raises `files.UnreadableError` when nothing can be used.
    """
    data = files.read(path, options.compression)
    if not options.is_utf8:
        text = files.text(data, options.encoding, skip_mark=options.skip_mark)
        data, options = text.encode(), replace(options, encoding="UTF8", skip_mark=False)
    elif options.skip_mark:
        data = data.removeprefix(files.BOM)
    plain = _plain(data, options, width, workspace)
    if plain is not None and _agrees(plain, execute):
        return plain
    return _careful(data, options, width, workspace)


def _agrees(plain: Scan, execute: Execute) -> bool:
    """Whether DuckDB reads the whole file without an objection."""
    columns = ", ".join(name(position) for position in range(1, plain.width + 1))
    try:
        execute(f"select bit_xor(hash({columns})) from {plain.relation}")
    except duckdb.InvalidInputException:
        return False
    return True


def _plain(data: bytes, options: TextOptions, width: int, workspace: Path) -> Scan | None:
    """DuckDB's own reader, where it gives what `csvtext` gives: UTF-8 with one kind of line ends,
    as many fields in every record, and nothing of which the two think differently."""
    rules = options.rules
    body = data[csvtext.skip_lines(data, options.skip_header, b"\n") :]
    if not body or not _simple(rules) or not _harmless(body, rules):
        return None
    first = next(csvtext.records(body[:_HEAD].decode("utf-8", "replace"), rules), None)
    if first is None or first.fault is not None:
        return None
    header: tuple[str, ...] = ()
    if options.parse_header:
        header = tuple(one or "" for one in first.fields)
        if any("\n" in one for one in header):
            return None
        body = body[csvtext.skip_lines(body, 1, b"\n") :]
    file = _fresh(workspace)
    file.write_bytes(body)
    fields = len(first.fields)
    values = [
        f"{_null_rules(f'c{place}', rules)} as {name(place)}" for place in range(1, fields + 1)
    ]
    values += [f"cast(null as varchar) as {name(n)}" for n in range(fields + 1, width + 1)]
    quoted = literal(rules.enclosed_by or "")
    reader = read_csv(
        file,
        {f"c{position}": "VARCHAR" for position in range(1, fields + 1)},
        f"delim = {literal(rules.field_delimiter or '')}",
        f"quote = {quoted}, escape = {quoted}",
    )
    relation = (
        f'(select row_number() over () as "{ROW}", {fields} as "{FIELDS}", '
        f'cast(null as varchar) as "{FAULT}", {", ".join(values)} from {reader})'
    )
    return Scan(relation, max(fields, width), header)


def _fresh(workspace: Path) -> Path:
    return workspace / f"{len(list(workspace.iterdir()))}.csv"


def _simple(rules: CsvRules) -> bool:
    """Whether DuckDB's reader has the options of this format."""
    return (
        rules.record_delimiter == csvtext.NEW_LINE
        and len(rules.field_delimiter or "") == 1
        and (rules.field_delimiter or "").isascii()
        and rules.enclosed_by in (None, '"')
        and rules.escape is None
        and rules.multi_line
        and not rules.trim_space
    )


def _harmless(data: bytes, rules: CsvRules) -> bool:
    """Whether a file has nothing in it that the two readers take differently."""
    returns, line_ends = data.count(b"\r"), data.count(b"\r\n")
    if returns != line_ends or (line_ends and line_ends != data.count(b"\n")):
        return False
    if rules.escape_unenclosed is not None and rules.escape_unenclosed.encode() in data:
        return False
    if data.startswith((b"\n", b"\r\n")) or any(line in data for line in _BLANK_LINES):
        return False
    if _ends_empty(data, (rules.field_delimiter or "").encode()):
        return False
    return rules.enclosed_by is None or not any(mark in data for mark in _SPACED_QUOTES)


def _ends_empty(data: bytes, delimiter: bytes) -> bool:
    """Whether a record ends with an empty field: DuckDB overlooks empty fields in excess."""
    return any(delimiter + end in data for end in (b"\n", b"\r\n")) or data.endswith(delimiter)


def _null_rules(column: str, rules: CsvRules) -> str:
    """A field as DuckDB reads it (unenclosed and empty: NULL) under the format's NULL rules."""
    if not rules.empty_field_as_null and "" not in rules.null_if:
        column = f"coalesce({column}, '')"
    if not rules.null_if:
        return column
    listed = ", ".join(map(literal, rules.null_if))
    return f"case when {column} in ({listed}) then null else {column} end"


def _careful(data: bytes, options: TextOptions, width: int, workspace: Path) -> Scan:
    """The yardstick's reading, written out for DuckDB."""
    text = files.text(
        data, options.encoding, replace=options.replace_invalid, skip_mark=options.skip_mark
    )
    start = csvtext.skip_lines(text, options.skip_header, "\n")
    records = csvtext.records(text, options.rules, start, 1 + options.skip_header)
    header: tuple[str, ...] = ()
    first = next(records, None) if options.parse_header else None
    if first is not None:
        header = tuple(one or "" for one in first.fields)
        if first.fault is not None:
            raise files.UnreadableError(f"The header cannot be read: {first.fault.message}")
    found = list(records)
    width = max([width, len(header), *(len(record.fields) for record in found)])
    faults = {row: record.fault for row, record in enumerate(found, 1) if record.fault}
    rows = (
        (str(row), str(len(record.fields)), None, *record.fields)
        if record.fault is None
        else (str(row), str(len(record.fields)), record.fault.message)
        for row, record in enumerate(found, 1)
    )
    file = _fresh(workspace)
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
