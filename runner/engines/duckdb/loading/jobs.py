"""Loading as COPY and pipes share it: which files, how each is read, checked and written."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runner.engines.duckdb import objects
from runner.engines.duckdb.loading import (
    files,
    formats,
    history,
    load,
    locations,
    names,
    reader,
    staged,
    values,
    workspace,
)
from runner.engines.duckdb.loading.copy_statement import Copy, OnError
from runner.engines.duckdb.loading.formats import FileFormat
from runner.engines.duckdb.loading.history import Fault, Loader, Outcome
from runner.engines.duckdb.loading.load import UNREADABLE, Checked, RowFault
from runner.engines.duckdb.loading.locations import Location, StagedFile
from runner.engines.duckdb.loading.names import Path3
from runner.engines.duckdb.loading.scan import Source
from runner.engines.duckdb.loading.values import Item
from runner.engines.duckdb.objects import TableColumn
from runner.errors import EngineError

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


# one load at a time: two sessions that see the same new file load it once
LOADING = threading.RLock()


class ChangedError(Exception):
    """The file was written to while it was read: it is left for the next time."""


@dataclass(frozen=True)
class Job:
    """One COPY statement, its names resolved, ready to load files one by one."""

    session: Session
    copy: Copy
    table: objects.Object
    location: Location
    format: FileFormat
    on_error: OnError
    started: datetime

    @property
    def path(self) -> Path3:
        return self.table.database, self.table.schema, self.table.name

    def load(self, file: StagedFile, loader: Loader) -> Outcome:
        """Load one file, or not, by ON_ERROR: its rows and its record in one transaction.

        Raises `EngineError` under ABORT_STATEMENT, `ChangedError` when the file is being written.
        """
        with workspace.during(self.session) as folder:
            outcome, statement = self._prepare(file, folder)
            now = locations.staged(file.path, self.location.folder)
            if now is None or now.stamp != file.stamp or now.size != file.size:
                raise ChangedError
            # the history speaks of this very table, not of one that replaces it meanwhile
            self.session.seen.relied.add(self.table.key)
            with self.session.transaction():
                with self.session.writing(self.table.key):
                    if statement:
                        self.session.raw(statement)
                history.record(self.session, loader, outcome)
        return outcome

    def _prepare(self, file: StagedFile, folder: Path) -> tuple[Outcome, str]:
        """What will become of a file, and the insert that makes it so (empty for none)."""
        blank = Outcome(
            file_name=file.relative,
            shown=self.location.shown(file),
            size=file.size,
            etag=files.etag(file.path),
            status=history.FAILED,
        )
        try:
            source, items, checked = self.check(file, blank.etag, folder)
        except files.UnreadableError as error:
            fault = Fault(str(error), 1, 1, code=UNREADABLE)
            if self.on_error.kind == "ABORT_STATEMENT":
                raise aborted(fault, file, 0) from error
            return replace(blank, errors=1, fault=fault), ""
        return self._decide(blank, file, source, items, checked)

    def check(
        self, file: StagedFile, content_key: str, folder: Path, *, every: bool = False
    ) -> tuple[Source, list[Item], Checked]:
        """Read a file and find the records that the table cannot take, `every` one explained."""
        with workspace.connection(self.session) as cursor:
            scan = reader.read(file.path, self.format, self.width(), folder, cursor.execute)
            source = Source(
                scan, self.location.file_name(file), file.modified, self.started, content_key
            )
            items = self.items(scan.header)
            checked = load.check(cursor, source, items, self._mismatch(items), every=every)
        return source, items, checked

    def _decide(
        self, blank: Outcome, file: StagedFile, source: Source, items: list[Item], checked: Checked
    ) -> tuple[Outcome, str]:
        bad = sorted(checked.faults)
        fault = self._fault(file, source, checked) if bad else None
        limit = self.on_error.error_limit(checked.rows)
        outcome = replace(
            blank, rows_parsed=checked.rows, error_limit=limit, errors=len(bad), fault=fault
        )
        if fault is not None and self.on_error.kind == "ABORT_STATEMENT":
            raise aborted(fault, file, bad[0])
        good = checked.rows - len(bad)
        if bad and (self.on_error.gives_up(len(bad), checked.rows) or not good):
            return outcome, ""
        status = history.PARTIALLY if bad else history.LOADED
        table = self.session.located(self.path)
        statement = load.insert(table, source, items, bad) if good else ""
        return replace(outcome, status=status, rows_loaded=good), statement

    def items(self, header: tuple[str, ...] = ()) -> list[Item]:
        """What goes into each column, for a file with this header."""
        if self.copy.select is not None:
            return values.by_query(self, self.copy.select)
        if self.copy.match_by != "NONE":
            return values.by_name(self, header)
        return values.by_position(self)

    def targets(self) -> list[TableColumn]:
        """The table's columns in the order in which the statement fills them."""
        if not self.copy.columns:
            return list(self.table.columns)
        found = []
        for name in self.copy.columns:
            column = self.table.column(name)
            if column is None:
                raise EngineError(
                    f"SQL compilation error:\ninvalid identifier '{name}'",
                    code=904,
                    sqlstate="42000",
                )
            found.append(column)
        return found

    def width(self) -> int:
        """How many fields of a record are read at least."""
        if self.format.type != "CSV":
            return 1
        if self.copy.select is not None:
            return staged.width(self.copy.select)
        return len(self.table.columns)

    def _mismatch(self, items: list[Item]) -> str | None:
        """The condition under which a record has the wrong number of fields."""
        if self.copy.select is not None or self.format.type != "CSV":
            return None
        if not self.format["ERROR_ON_COLUMN_COUNT_MISMATCH"]:
            return None
        return f'"$fields" <> {len(self.table.columns if self.copy.match_by != "NONE" else items)}'

    def _fault(self, file: StagedFile, source: Source, checked: Checked) -> Fault:
        """The first error of a file, with the line and the character where it stands."""
        row = min(checked.faults)
        return self.fault(row, checked.faults[row], source, self.places(file, [row]))

    def places(self, file: StagedFile, rows: Sequence[int]) -> dict[int, tuple[int, int]]:
        """The line and the byte at which each of these records begins."""
        return reader.places(file.path, self.format, rows)

    def fault(
        self, row: int, fault: RowFault, source: Source, places: Mapping[int, tuple[int, int]]
    ) -> Fault:
        """A bad record, with the line and the character where it is bad."""
        known = (source.scan.faults or {}).get(row)
        if known is not None:
            column = self._column(known.column)
            return Fault(fault.message, known.line, known.character, column, fault.code)
        column = self._column_named(fault.item.column) if fault.item else None
        return Fault(fault.message, places[row][0], 1, column, fault.code)

    def _column(self, position: int) -> str | None:
        """The column that the nth field of a record goes into."""
        targets = self.targets()
        if self.copy.select is not None or self.copy.match_by != "NONE":
            return None
        if position > len(targets):
            return f'"{self.table.name}"[{position}]'
        return self._column_named(targets[position - 1])

    def _column_named(self, column: TableColumn) -> str:
        position = [one.name for one in self.table.columns].index(column.name) + 1
        return f'"{self.table.name}"["{column.name}":{position}]'


def aborted(fault: Fault, file: StagedFile, row: int) -> EngineError:
    """The error of a COPY under ABORT_STATEMENT."""
    where = f"\n  File '{file.relative}', line {fault.line}, character {fault.character}"
    column = f", column {fault.column}" if fault.column else ""
    return EngineError(
        f"{fault.message}{where}\n  Row {row}{column}",
        "If you would like to continue loading when an error is encountered, use other values such "
        "as 'SKIP_FILE' or 'CONTINUE' for the ON_ERROR option.",
        code=fault.code,
        sqlstate="22000",
    )


def prepare(session: Session, copy: Copy, on_error: str = "ABORT_STATEMENT") -> Job:
    """Resolve the names of a COPY statement. Raises `EngineError` when one does not exist."""
    path = names.full(session, copy.table)
    table = objects.find(session, "TABLE", path)
    if table is None or table.kind != "TABLE":
        raise names.missing("Table", path)
    location = locations.locate(session, copy.location)
    form = formats.of_option(session, copy.options.get("FILE_FORMAT")) or location.format
    job = Job(
        session,
        copy,
        table,
        location,
        form or FileFormat("CSV", {}),
        OnError.parse(str(copy.options.get("ON_ERROR", on_error))),
        datetime.now(UTC),
    )
    if copy.match_by == "NONE":
        job.items()  # says what is wrong with the statement, whether there are files or not
    return job


def wanted(job: Job) -> list[StagedFile]:
    """The files that FILES and PATTERN of the statement name, whether loaded before or not.

    Raises `EngineError` for a file of FILES that is not there, under ABORT_STATEMENT.
    """
    listed = job.copy.options.get("FILES")
    pattern = job.copy.options.get("PATTERN")
    if listed is None:
        return job.location.files(pattern)
    found = []
    for name in listed if isinstance(listed, list) else [listed]:
        path = job.location.folder / (job.location.path + str(name))
        file = locations.staged(path, job.location.folder)
        if file is None and job.on_error.kind == "ABORT_STATEMENT":
            raise EngineError(
                f"Remote file '{job.location.label}{job.location.path}{name}' was not found. There "
                "are several potential causes. The file might not exist.",
                code=100016,
            )
        if file is not None:
            found.append(file)
    return found
