"""JSON and Parquet as Snowflake reads them: each document or row is one VARIANT `$1`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from runner.engines.duckdb.loading import files, scan
from runner.engines.duckdb.loading.csvtext import Fault
from runner.engines.duckdb.loading.formats import FileFormat
from runner.engines.duckdb.loading.scan import Execute, Scan
from runner.engines.duckdb.names import literal, quote
from runner.errors import Unsupported

_SPACE = re.compile(r"[\s,]*")


class Document(NamedTuple):
    """One JSON value as it is written, the line it starts on, and what is wrong with it."""

    text: str
    line: int
    fault: Fault | None


def read_json(path: Path, form: FileFormat, workspace: Path) -> Scan:
    """The documents of a JSON file. Raises `files.UnreadableError`."""
    for option in ("STRIP_NULL_VALUES", "ENABLE_OCTAL"):
        if form[option]:
            raise Unsupported(f"{option} = TRUE")
    replace = form["REPLACE_INVALID_CHARACTERS"] or form["IGNORE_UTF8_ERRORS"]
    data = files.read(path, form["COMPRESSION"])
    text = files.text(data, "UTF8", replace=replace, skip_mark=form["SKIP_BYTE_ORDER_MARK"])
    found = list(
        documents(text, strip=form["STRIP_OUTER_ARRAY"], allow_duplicates=form["ALLOW_DUPLICATE"])
    )
    file = workspace / f"{len(list(workspace.iterdir()))}.csv"
    scan.write(
        file,
        (
            (str(row), "1", one.fault.message if one.fault else None, one.text)
            for row, one in enumerate(found, 1)
        ),
        4,
    )
    faults = {row: one.fault for row, one in enumerate(found, 1) if one.fault}
    return Scan(scan.canonical(file, 1), 1, faults=faults)


def documents(text: str, *, strip: bool, allow_duplicates: bool) -> Iterator[Document]:
    """The values of a JSON text: one behind the other, or the items of outer arrays.

    >>> [one.text for one in documents('[{"a":1}, {"a":2}] 3', strip=True, allow_duplicates=False)]
    ['{"a":1}', '{"a":2}', '3']
    """
    decoder = json.JSONDecoder(
        parse_float=str,
        parse_int=str,
        parse_constant=_no_constant,
        object_pairs_hook=None if allow_duplicates else _distinct,
    )
    at, line = 0, 1
    inside = False
    while True:
        space = _SPACE.match(text, at)
        end = space.end() if space else at
        line += text.count("\n", at, end)
        at = end
        if at >= len(text):
            return
        if strip and text[at] in "[]" and inside == (text[at] == "]"):
            inside = text[at] == "["
            at += 1
            continue
        try:
            _, end = decoder.raw_decode(text, at)
            yield Document(text[at:end], line, _encoding_fault(text[at:end], line))
        except (ValueError, RecursionError) as error:
            following = text.find("\n", at)
            end = len(text) if following < 0 else following
            message = f"Error parsing JSON: {getattr(error, 'msg', error)}"
            character = at - text.rfind("\n", 0, at)
            yield Document(text[at:end], line, Fault(message, line, character, 1))
        line += text.count("\n", at, end)
        at = end


def _encoding_fault(text: str, line: int) -> Fault | None:
    if text.isascii() or not any("\udc80" <= char <= "\udcff" for char in text):
        return None
    return Fault("Invalid UTF8 detected in a JSON document", line, 1, 1)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'duplicate object attribute "{double}"')
    return found


def read_parquet(path: Path, form: FileFormat, execute: Execute) -> Scan:
    """The rows of a Parquet file, each as one JSON object. Raises `files.UnreadableError`."""
    if form["COMPRESSION"] not in ("AUTO", "SNAPPY", "NONE"):
        raise Unsupported(f"COMPRESSION = {form['COMPRESSION']}")
    reader = f"read_parquet({literal(str(path))})"
    try:
        described = execute(f"describe select * from {reader}")
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        raise files.UnreadableError(f"The file is not valid PARQUET: {error}") from error
    rows = described.fetchall()
    names = [row[0] for row in rows]
    for name, kind, *_ in rows:
        _known(name, kind, form)
    row = f'row_number() over () as "{scan.ROW}", 1 as "{scan.FIELDS}"'
    packed = ", ".join(f"{literal(name)}, {quote(name)}" for name in names)
    relation = (
        f'(select {row}, cast(null as varchar) as "{scan.FAULT}", '
        f"cast(json_object({packed}) as varchar) as {scan.name(1)} from {reader})"
    )
    return Scan(relation, 1, tuple(names))


def _known(name: str, kind: str, form: FileFormat) -> None:
    """Types of which the VARIANT would not be what Snowflake makes of them are refused. Without
    USE_LOGICAL_TYPE a day or a moment is a number there (page *CREATE FILE FORMAT*)."""
    if kind in ("BLOB", "UUID", "INTERVAL") or "BLOB" in kind:
        raise Unsupported(f"the Parquet column {name} of type {kind}")
    if re.search(r"\b(DATE|TIME|TIMESTAMP)", kind) and not form["USE_LOGICAL_TYPE"]:
        raise Unsupported(
            f"the Parquet column {name} of type {kind} without USE_LOGICAL_TYPE",
            "add use_logical_type = true to the file format",
        )
