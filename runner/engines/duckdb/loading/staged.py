"""`SELECT $1, t.$2, METADATA$FILENAME FROM @stage/path (FILE_FORMAT => …, PATTERN => …) t`.

Pages *Query data in staged files* and *Query metadata for staged files*. The files are read when
the query is bound; a malformed record or an unreadable file is an error of the query.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines.duckdb import types
from runner.engines.duckdb.loading import files, formats, locations, reader, workspace
from runner.engines.duckdb.loading.formats import FileFormat
from runner.engines.duckdb.loading.scan import Scan, Source, name
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.scopes import Column, Output, Query
from runner.engines.duckdb.types import Type
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.loading.locations import Location, StagedFile
    from runner.engines.duckdb.session import Session

METADATA: dict[str, Type] = {
    "METADATA$FILENAME": types.TEXT,
    "METADATA$FILE_ROW_NUMBER": types.INTEGER,
    "METADATA$FILE_CONTENT_KEY": types.TEXT,
    "METADATA$FILE_LAST_MODIFIED": types.NTZ,
    "METADATA$START_SCAN_TIME": types.LTZ,
}


def columns(form: FileFormat, width: int) -> list[Column]:
    """What a query can name of a staged file: `$1` … and METADATA$…"""
    field = types.TEXT if form.type == "CSV" else types.VARIANT
    fields = [Column(f"${place}", field, name(place)) for place in range(1, width + 1)]
    return fields + [Column(one, kind, quote(one)) for one, kind in METADATA.items()]


def width(tree: exp.Expr) -> int:
    """The highest n of the `$n` in a tree, at least 1."""
    numbers = [
        int(node.this.name)
        for node in tree.find_all(exp.Parameter)
        if isinstance(node.this, exp.Literal)
    ]
    return max([1, *numbers])


def table(session: Session, node: exp.Table) -> Query:
    """A stage in FROM: the records of its files, with `$1` … and METADATA$… as columns."""
    select = node.find_ancestor(exp.Select)
    if select is not None and any(one.is_star for one in select.expressions):
        raise Unsupported("SELECT * from a stage", "name the fields: $1, $2, …")
    location = locations.locate(session, node.this.name)
    form = _format(session, node.args.get("format")) or location.format or FileFormat("CSV", {})
    pattern = node.args.get("pattern")
    wide = width(node.root())
    started = datetime.now(UTC)
    bound = columns(form, wide)
    names = ", ".join(quote(column.name) for column in bound)
    nulls = ", ".join(f"cast(null as {column.type.duckdb})" for column in bound)
    parts = [
        f"select {names} from {_read(session, location, file, form, wide, started)}"
        for file in location.files(pattern.name if pattern is not None else None)
    ]
    sql = " union all ".join(parts or [f"select {nulls} where false"])
    return Query(sql, [Output(column.name, column.type, column.name) for column in bound])


def _format(session: Session, node: exp.Expr | None) -> FileFormat | None:
    return None if node is None else formats.of_option(session, node.name)


def _read(
    session: Session,
    location: Location,
    file: StagedFile,
    form: FileFormat,
    wide: int,
    started: datetime,
) -> str:
    folder = workspace.of_statement(session)
    try:
        with workspace.connection(session) as cursor:
            scan = reader.read(file.path, form, wide, folder, cursor.execute)
    except files.UnreadableError as error:
        raise EngineError(f"{error}\n  File '{file.relative}'", code=100080) from error
    refuse_faults(scan, file)
    key = files.etag(file.path)
    return Source(scan, location.file_name(file), file.modified, started, key).typed(form.type)


def refuse_faults(scan: Scan, file: StagedFile) -> None:
    for row, fault in sorted((scan.faults or {}).items()):
        raise EngineError(
            f"{fault.message}\n  File '{file.relative}', line {fault.line}, character "
            f"{fault.character}\n  Row {row}",
            code=100080,
        )
