"""PUT, GET, LIST and REMOVE: files in and out of stages (the pages of these names)."""

from __future__ import annotations

import glob
import gzip
import shutil
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.engines import Column, Result
from runner.engines.duckdb import syntax
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.loading import files, locations
from runner.engines.duckdb.loading.locations import Location
from runner.engines.duckdb.loading.reading import LoadWords
from runner.engines.duckdb.statements import handles
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

_TEXT, _NUMBER = "VARCHAR", "NUMBER(38,0)"
_COMPRESSED = {"gz": "GZIP", "bz2": "BZIP2", "br": "BROTLI", "zst": "ZSTD", "deflate": "DEFLATE"}


def _columns(**kinds: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name, kind in kinds.items())


def _words(statement: Statement) -> LoadWords:
    """The statement behind its verb; `//` of a `file://` path is no comment."""
    words = LoadWords(statement.sql)
    words.next()
    return words


def _behind(statement: Statement) -> str:
    """The text behind the verb. Raises 1003 when there is none."""
    text = statement.sql[statement.tokens[0].end + 1 :].strip().rstrip(";").rstrip()
    if not text:
        raise syntax.end(statement.sql)
    return text


def _options(words: LoadWords) -> dict[str, Any]:
    options = words.options()
    words.end()
    return options


@handles("LIST", "LS")
def list_files(session: Session, statement: Statement) -> Result:
    """LIST @stage[/path] [PATTERN = '…']"""
    words = _words(statement)
    location = locations.locate(session, words.location())
    options = _options(words)
    rows = [
        (
            location.shown(file),
            file.size,
            files.etag(file.path),
            format_datetime(file.modified, usegmt=True),
        )
        for file in location.files(options.get("PATTERN"))
    ]
    columns = _columns(name=_TEXT, size=_NUMBER, md5=_TEXT, last_modified=_TEXT)
    return Result(columns, list(rows), len(rows))


@handles("REMOVE", "RM")
def remove(session: Session, statement: Statement) -> Result:
    """REMOVE @stage[/path] [PATTERN = '…']"""
    words = LoadWords(_behind(statement))
    location = locations.locate(session, words.location())
    options = _options(words)
    rows = []
    for file in location.files(options.get("PATTERN")):
        file.path.unlink(missing_ok=True)
        rows.append((location.shown(file), "removed"))
    return Result(_columns(name=_TEXT, result=_TEXT), list(rows), len(rows))


@handles("PUT")
def put(session: Session, statement: Statement) -> Result:
    """PUT file://path @stage[/path] [AUTO_COMPRESS = …] [SOURCE_COMPRESSION = …] [OVERWRITE = …]"""
    source, rest = _local_path(_behind(statement))
    words = LoadWords(rest)
    location = locations.locate(session, words.location())
    options = _options(words)
    if location.url:
        raise EngineError("PUT is not supported for external stages", code=2057)
    if ".." in location.path.split("/"):
        raise Unsupported("a `..` in the path of PUT")
    found = sorted(glob.glob(source))  # noqa: PTH207 (the pattern is a whole path)
    if not found:
        raise EngineError(f"File doesn't exist: ['{source}']", code=253006)
    compress = options.get("AUTO_COMPRESS", True) is True
    overwrite = options.get("OVERWRITE", False) is True
    rows = [_put(Path(one), location, compress=compress, overwrite=overwrite) for one in found]
    columns = _columns(
        source=_TEXT,
        target=_TEXT,
        source_size=_NUMBER,
        target_size=_NUMBER,
        source_compression=_TEXT,
        target_compression=_TEXT,
        status=_TEXT,
        message=_TEXT,
    )
    return Result(columns, rows, len(rows))


def _put(source: Path, location: Location, *, compress: bool, overwrite: bool) -> tuple[Any, ...]:
    """Copy one file, complete or not at all."""
    known = _COMPRESSED.get(source.suffix.lstrip(".").lower(), "NONE")
    squeeze = compress and known == "NONE"
    name = source.name + (".gz" if squeeze else "")
    folder = location.folder / location.path
    target = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    status = "SKIPPED" if target.exists() and not overwrite else "UPLOADED"
    if status == "UPLOADED":
        landing = folder / f".{name}.part"
        data = source.read_bytes()
        landing.write_bytes(gzip.compress(data, mtime=0) if squeeze else data)
        landing.replace(target)
    size = target.stat().st_size
    return (
        source.name,
        name,
        source.stat().st_size,
        size if status == "UPLOADED" else 0,
        known,
        "GZIP" if squeeze else known,
        status,
        "",
    )


@handles("GET")
def get(session: Session, statement: Statement) -> Result:
    """GET @stage[/path] file://folder [PATTERN = '…']"""
    text = _behind(statement)
    words = LoadWords(text)
    location = locations.locate(session, words.location())
    target, rest = _local_path(words.rest())
    options = _options(LoadWords(rest)) if rest.strip() else {}
    folder = Path(target)
    if not folder.is_dir():
        raise EngineError(f"The local path is not a directory: {folder}", code=253019)
    rows = []
    for file in location.files(options.get("PATTERN")):
        name = file.relative.rpartition("/")[2]
        shutil.copyfile(file.path, folder / name)
        rows.append((name, file.size, "DOWNLOADED", ""))
    columns = _columns(file=_TEXT, size=_NUMBER, status=_TEXT, message=_TEXT)
    return Result(columns, list(rows), len(rows))


def _local_path(text: str) -> tuple[str, str]:
    """The path of a `file://…` at the start of a text, quoted or bare, and what follows it.

    >>> _local_path(" file:///tmp/a*.csv @st/x"), _local_path("'file:///tmp/a b.csv' @st")
    (('/tmp/a*.csv', ' @st/x'), ('/tmp/a b.csv', ' @st'))
    """
    text = text.strip()
    if text.startswith("'"):
        path, _, rest = text[1:].partition("'")
    else:
        path, space, rest = text.partition(" ")
        rest = space + rest
    if not path.startswith("file://"):
        raise EngineError(f"SQL compilation error:\nsyntax error unexpected '{path}'.", code=1003)
    return path.removeprefix("file://"), rest
