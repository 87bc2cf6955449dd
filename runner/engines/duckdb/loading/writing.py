"""The rows of a query as the content of a file: CSV, JSON and Parquet (pages *COPY INTO <location>*
and *Data unloading considerations*)."""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.loading.formats import FileFormat
from runner.engines.duckdb.loading.unload_statement import Unload
from runner.engines.duckdb.names import literal, quote
from runner.engines.duckdb.scopes import Query
from runner.engines.duckdb.types import Type
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

_SQUEEZE: dict[str, Callable[[bytes], bytes]] = {
    "NONE": lambda data: data,
    "GZIP": lambda data: gzip.compress(data, mtime=0),
    "BZ2": bz2.compress,
    "DEFLATE": zlib.compress,
    "RAW_DEFLATE": lambda data: zlib.compress(data, wbits=-zlib.MAX_WBITS),
}
# what a type's format option is called, and how TO_VARCHAR calls its values
_FORMATS = {"DATE": "DATE_FORMAT", "TIME": "TIME_FORMAT", "BINARY": "BINARY_FORMAT"}
_UNLOADED = "unloaded"


@dataclass(frozen=True)
class Written:
    """What a file holds: its rows, and its bytes before compression."""

    rows: int
    bytes: int


def compression(form: FileFormat) -> str:
    """The compression of a CSV or JSON file; AUTO is gzip."""
    found = str(form["COMPRESSION"])
    return "GZIP" if found == "AUTO" else found


def _save(path: Path, form: FileFormat, lines: Iterable[str], rows: int) -> Written:
    squeeze = _SQUEEZE.get(compression(form))
    if squeeze is None:
        raise Unsupported(f"COMPRESSION = {compression(form)}")
    data = "".join(lines).encode()
    if rows:
        path.write_bytes(squeeze(data))
    return Written(rows, len(data))


# -- CSV -------------------------------------------------------------------------------------------


def csv(session: Session, read: Unload, form: FileFormat, path: Path) -> Written:
    """A delimited file."""
    bound = session.bind(read.query)
    kinds = [column.type for column in bound.columns]
    texts = [_text(f"C{n}", kind, form) for n, kind in enumerate(kinds, 1)]
    rows = session.query(_over(read.query, texts)).rows
    writer = _CsvWriter(form, kinds)
    header = [column.name for column in bound.columns] if read.flag("HEADER") else None
    lines = [writer.header(header)] if header else []
    return _save(path, form, [*lines, *map(writer.line, rows)], len(rows))


def _over(query: exp.Expr, items: list[exp.Expr]) -> exp.Expr:
    """A query of these expressions over the columns C1, C2, … of another."""
    names = [exp.to_identifier(f"C{n}") for n in range(1, len(items) + 1)]
    alias = exp.TableAlias(this=exp.to_identifier(_UNLOADED), columns=names)
    source = exp.Subquery(this=query.copy(), alias=alias)
    aliased = [exp.alias_(item, f"C{n}") for n, item in enumerate(items, 1)]
    return exp.Select(expressions=aliased, from_=exp.From(this=source))


def _text(name: str, kind: Type, form: FileFormat) -> exp.Expr:
    """A value as a CSV file shows it."""
    column = exp.column(name)
    if kind.name == "VARIANT":
        raise Unsupported("a VARIANT in a CSV file", "cast it, or unload it as JSON")
    if kind.name in types.SEMI_STRUCTURED:
        return exp.Anonymous(this="TO_JSON", expressions=[column])
    option = "TIMESTAMP_FORMAT" if kind.name in types.TIMESTAMPS else _FORMATS.get(kind.name)
    given = form[option] if option else "AUTO"
    arguments: list[exp.Expr] = [column]
    if given != "AUTO":
        arguments.append(exp.Literal.string("UTF-8" if given == "UTF8" else given))
    return exp.Anonymous(this="TO_VARCHAR", expressions=arguments)


class _CsvWriter:
    """Rows of texts as lines: enclosed texts, escaped delimiters, the text of NULL."""

    def __init__(self, form: FileFormat, kinds: list[Type]) -> None:
        self.kinds = kinds
        self.delimiter = form["FIELD_DELIMITER"] or ""
        self.end = form["RECORD_DELIMITER"] or ""
        self.mark = form["FIELD_OPTIONALLY_ENCLOSED_BY"]
        self.escape = form["ESCAPE"]
        self.escape_unenclosed = form.escape_unenclosed
        self.null = next(iter(form["NULL_IF"]), "")
        self.empty_is_null = form["EMPTY_FIELD_AS_NULL"]
        if not self.delimiter and len(kinds) > 1:
            raise Unsupported("FIELD_DELIMITER = NONE with several columns")

    def header(self, names: list[str]) -> str:
        return self.delimiter.join(self._enclosed(name) for name in names) + self.end

    def line(self, row: tuple[Any, ...]) -> str:
        pairs = zip(row, self.kinds, strict=True)
        return self.delimiter.join(self._field(value, kind) for value, kind in pairs) + self.end

    def _field(self, value: str | None, kind: Type) -> str:
        if value is None:
            return f"{self.mark}{self.null}{self.mark}" if self._encloses(kind) else self.null
        if kind.name == "FLOAT":
            refuse_long_float(value)
        return self._enclosed(value) if self._encloses(kind) else self._plain(value)

    def _encloses(self, kind: Type) -> bool:
        """Texts are enclosed; what is read back from a text without marks is not."""
        return bool(self.mark) and kind.name in ("VARCHAR", "OBJECT", "ARRAY")

    def _enclosed(self, value: str) -> str:
        if not self.mark:
            return self._plain(value)
        if self.escape and (self.mark in value or self.escape in value):
            raise Unsupported("ESCAPE for a text with quotation marks or escapes in it")
        return f"{self.mark}{value.replace(self.mark, self.mark * 2)}{self.mark}"

    def _plain(self, value: str) -> str:
        if not value and self.empty_is_null:
            raise EngineError(
                "Cannot unload empty string without file format option "
                "field_optionally_enclosed_by being specified.",
                code=100054,
            )
        escape = self.escape_unenclosed
        if self.end and self.end in value:
            raise Unsupported("a record delimiter in a field that is not enclosed")
        if self.delimiter and self.delimiter in value and (not escape or len(self.delimiter) > 1):
            raise Unsupported("a field delimiter in a field that is not enclosed")
        if escape:
            value = value.replace(escape, escape * 2)
            value = value.replace(self.delimiter, escape + self.delimiter)
        return value


def refuse_long_float(text: str) -> None:
    """A FLOAT is cut to "approximately (15,9)", which is exact only of a shorter one."""
    if text in ("NaN", "inf", "-inf"):
        return
    number = Decimal(text)
    _, digits, exponent = number.as_tuple()
    if len(digits) > 15 or -int(exponent) > 9:
        raise Unsupported("a FLOAT of more than 9 decimals in a file", "cast it to NUMBER")


# -- JSON and Parquet ------------------------------------------------------------------------------


def json(session: Session, read: Unload, form: FileFormat, path: Path) -> Written:
    """A line for each document."""
    bound = session.bind(read.query)
    if len(bound.columns) != 1 or bound.columns[0].type.name not in types.SEMI_STRUCTURED:
        raise EngineError(
            "SQL compilation error:\nJSON file format can produce one and only one column of type "
            "variant or object or array. Use CSV file format if you want to unload more than one "
            "column.",
            code=2146,
        )
    item = exp.Anonymous(this="TO_JSON", expressions=[exp.column("C1")])
    rows = session.query(_over(read.query, [item])).rows
    if any(text is None for (text,) in rows):
        raise Unsupported("a NULL in a JSON file", "leave such rows out")
    return _save(path, form, (f"{text}\n" for (text,) in rows), len(rows))


def parquet(session: Session, read: Unload, form: FileFormat, path: Path) -> Written:
    """A Parquet file; its columns bear their names with HEADER = TRUE."""
    codecs = {"AUTO": "snappy", "SNAPPY": "snappy", "NONE": "uncompressed"}
    codec = codecs.get(form["COMPRESSION"])
    if codec is None:
        raise Unsupported(f"COMPRESSION = {form['COMPRESSION']}")
    bound = session.bind(read.query)
    named = _parquet_columns(bound, header=read.flag("HEADER"))
    ((rows,),) = session.raw(
        f"copy (select {named} from ({bound.sql})) to {literal(str(path))} "
        f"(format parquet, compression {codec})"
    )
    return Written(int(rows), path.stat().st_size)


def _parquet_columns(bound: Query, *, header: bool) -> str:
    """The columns with the names that they have in the file."""
    listed = []
    for number, column in enumerate(bound.columns, 1):
        if column.type.name in ("TIMESTAMP_TZ", "TIMESTAMP_LTZ"):
            raise EngineError(
                "TIMESTAMP_TZ and TIMESTAMP_LTZ types are not supported for unloading to Parquet. "
                f"value '{column.name}'",
                code=100065,
            )
        if column.type.name in types.SEMI_STRUCTURED or column.type.name == "BINARY":
            raise Unsupported(f"a column of type {column.type.name} in a Parquet file")
        name = column.name if header else f"col{number}"
        listed.append(f"{quote(column.physical)} as {quote(name)}")
    return ", ".join(listed)
