"""COPY INTO <location>: the rows of a table or query as a file in a stage (the page of that name).

One file is written whatever its size, whole or not at all. The number of files and the numbers in
their names depend on the warehouse on Snowflake; the first of them is `data_0_0_0`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.engines import Column, Result
from runner.engines.duckdb.loading import formats, locations, unload_statement, writing
from runner.engines.duckdb.loading.formats import FileFormat
from runner.engines.duckdb.loading.locations import Location
from runner.engines.duckdb.loading.unload_statement import Unload
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

NUMBER = "NUMBER(38,0)"
# what a file's name ends with, by its compression
COMPRESSED = {"GZIP": ".gz", "BZ2": ".bz2", "DEFLATE": ".deflate", "RAW_DEFLATE": ".raw_deflate"}
WRITERS: dict[str, Callable[[Session, Unload, FileFormat, Path], writing.Written]] = {
    "CSV": writing.csv,
    "JSON": writing.json,
    "PARQUET": writing.parquet,
}


@dataclass(frozen=True)
class Target:
    """Where the file goes: `name` is its path within the stage."""

    location: Location
    name: str

    @property
    def path(self) -> Path:
        return self.location.folder / self.name


def unload(session: Session, sql: str) -> Result:
    """COPY INTO {@stage/path | 'url'} FROM {table | (query)} options"""
    read = unload_statement.read(session, sql)
    if "VALIDATION_MODE" in read.options:
        return session.query(read.query)
    location = locations.locate(session, read.location)
    form = formats.of_option(session, read.options.get("FILE_FORMAT")) or location.format
    form = form or FileFormat("CSV", {})
    if form.type not in WRITERS:
        raise Unsupported(f"COPY INTO <location> of TYPE = {form.type}")
    target = _target(read, location, form)
    written = _write(session, read, form, target)
    if not read.flag("DETAILED_OUTPUT"):
        names = ("rows_unloaded", "input_bytes", "output_bytes")
        row = (written.rows, written.bytes, target.path.stat().st_size if written.rows else 0)
        return Result(tuple(Column(name, NUMBER) for name in names), [row], written.rows)
    columns = (Column("FILE_NAME", "VARCHAR"), Column("FILE_SIZE", NUMBER))
    rows = [(target.name, target.path.stat().st_size, written.rows)] if written.rows else []
    return Result((*columns, Column("ROW_COUNT", NUMBER)), list(rows), written.rows)


def _target(read: Unload, location: Location, form: FileFormat) -> Target:
    """The file's name: the path with `_0_0_0` and an extension, or with SINGLE as it stands."""
    if ".." in location.path.split("/"):
        raise Unsupported("a `..` in the path of COPY INTO <location>")
    named = location.path and not location.path.endswith("/")
    prefix = location.path if named else f"{location.path}data"
    if read.flag("SINGLE"):
        return Target(location, prefix)
    return Target(location, f"{prefix}_0_0_0{_extension(form)}")


def _extension(form: FileFormat) -> str:
    compression = form["COMPRESSION"]
    if form.type == "PARQUET":
        return ".parquet" if compression == "NONE" else ".snappy.parquet"
    given = form["FILE_EXTENSION"]
    if given and compression != "NONE":
        raise Unsupported("FILE_EXTENSION of a compressed file")
    if given:
        return f".{given.removeprefix('.')}"
    return f".{form.type.lower()}{COMPRESSED.get(writing.compression(form), '')}"


def _write(session: Session, read: Unload, form: FileFormat, target: Target) -> writing.Written:
    """Write the file beside its place, then put it there; nothing for no rows."""
    path = target.path
    if path.exists() and not read.flag("OVERWRITE"):
        raise EngineError(
            f"Files already existing at the unload destination: {read.location}. Use overwrite "
            "option to force unloading.",
            code=100112,
        )
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        written = WRITERS[form.type](session, read, form, part)
        if written.rows:
            part.replace(path)
    except OSError as error:
        raise EngineError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return written
