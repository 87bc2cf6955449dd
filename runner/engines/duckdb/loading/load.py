"""One staged file into one table: which records fit, and the insert that loads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from runner.engines.duckdb import faults
from runner.engines.duckdb.loading.values import Item
from runner.engines.duckdb.names import quote
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.loading.scan import Source

# TRY takes no volatile function such as error(): an error of a kind that it takes stands in for it
_QUIET = "list_extract([null], cast({} as bigint))"
_RAISE = f"create or replace temp macro sf_raise(c, m) as {_QUIET.format('c || m')}"
_REFUSE = "create or replace temp macro sf_refuse(construct) as {}"
# Snowflake's codes
NULL_RESULT, TOO_LONG, WRONG_COUNT, UNREADABLE = 100072, 100074, 100080, 100016


class RowFault(NamedTuple):
    """Why a record cannot be loaded: Snowflake's words and code, and the column it is about."""

    message: str
    code: int
    item: Item | None = None


@dataclass
class Checked:
    """The records of a file, checked against the table: how many there are, and the bad ones by
    their row numbers."""

    rows: int
    faults: dict[int, RowFault] = field(default_factory=dict)


def check(
    cursor: duckdb.DuckDBPyConnection,
    source: Source,
    items: Sequence[Item],
    mismatch: str | None,
    *,
    every: bool = False,
) -> Checked:
    """Find the rows of a file that the table cannot take.

    `mismatch` is a condition on `$fields` under which a record has the wrong number of fields. The
    first bad row is explained, and each when `every` says so; the others may have an empty message.
    Raises `duckdb.Error` when the statement itself cannot be run.
    """
    checker = _Checker(cursor, source, items, mismatch)
    checker.every = every
    return checker.run()


class _Checker:
    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        source: Source,
        items: Sequence[Item],
        mismatch: str | None,
    ) -> None:
        self.cursor = cursor
        self.items = items
        self.mismatch = mismatch
        self.rows = source.relation
        self.parse_faults = source.scan.faults or {}
        self.every = False

    def run(self) -> Checked:
        total, bad = self._fetch(f"select count(*), count(*) filter ({self._unreadable()})")[0]
        checked = Checked(total)
        for row, fault in self.parse_faults.items():
            checked.faults[row] = RowFault(fault.message, UNREADABLE)
        if bad and self.mismatch:
            self._count_mismatches(checked)
        if self._all_fit():
            return checked
        where = f"where {self._readable()}"
        self.cursor.execute(f"create temp table staged as from {self.rows} {where}")
        self.rows = "staged"
        for item in self.items:
            self._check_item(item, checked)
        return checked

    def _unreadable(self) -> str:
        wrong = f" or {self.mismatch}" if self.mismatch else ""
        return f'where "$fault" is not null{wrong}'

    def _readable(self) -> str:
        wrong = f" and not ({self.mismatch})" if self.mismatch else ""
        return f'"$fault" is null{wrong}'

    def _count_mismatches(self, checked: Checked) -> None:
        wanted = len(self.items)
        for row, fields in self._fetch(
            'select "$row", "$fields"', f'where "$fault" is null and {self.mismatch}'
        ):
            checked.faults[row] = RowFault(
                f"Number of columns in file ({fields}) does not match that of the corresponding "
                f"table ({wanted}), use file format option error_on_column_count_mismatch=false "
                "to ignore this error",
                WRONG_COUNT,
            )

    def _all_fit(self) -> bool:
        """Whether every readable record can be loaded: one scan, the usual case."""
        counts = [f"count(*) filter (where {self._violation(item)})" for item in self.items]
        evaluated = [f"bit_xor(hash({item.sql}))" for item in self.items if not item.sure]
        select = f"select {', '.join(counts + evaluated)}"
        try:
            found = self._fetch(select, f"where {self._readable()}")
        except duckdb.Error as error:
            refuse_statement_errors(error)
            return False
        return not any(found[0][: len(counts)])

    def _violation(self, item: Item) -> str:
        conditions = ["false"]
        if not item.column.nullable:
            conditions.append(f"({item.sql}) is null")
        if item.length is not None:
            longer = f"> {item.length}"  # the bytes are known, the characters must be counted
            conditions.append(f"strlen({item.sql}) {longer} and length({item.sql}) {longer}")
        return " or ".join(conditions)

    def _check_item(self, item: Item, checked: Checked) -> None:
        """Find the rows that an item cannot take, and go on without them."""
        failing = [] if item.sure else self._failing(item)
        first = min(failing, default=0)
        for row in failing:
            explained = self.every or row == first
            checked.faults[row] = self._fault(item, row) if explained else RowFault("", 0, item)
        self._leave_out(failing)
        violating = self._fetch(f'select "$row", {item.sql}', f"where {self._violation(item)}")
        for row, value in violating:
            message, code = "NULL result in a non-nullable column", NULL_RESULT
            if value is not None:
                text = f"User character length limit ({item.length}) exceeded by string"
                message, code = f"{text} '{value}'", TOO_LONG
            checked.faults[row] = RowFault(message, code, item)
        self._leave_out([row for row, _ in violating])

    def _leave_out(self, rows: Sequence[int]) -> None:
        if rows:
            listed = ", ".join(map(str, rows))
            self.cursor.execute(f'delete from staged where "$row" in ({listed})')

    def _failing(self, item: Item) -> list[int]:
        """The rows for which an item cannot be evaluated. Raises `Unsupported` when this engine
        does not know the value of one of them."""
        try:
            failing = self._tried(item, _QUIET.format("construct"))
            refused = set(failing) - set(self._tried(item, "null")) if failing else set()
        except duckdb.Error as error:  # DuckDB may compute shared parts outside of TRY
            refuse_statement_errors(error)
        else:
            for row in sorted(refused)[:1]:
                self._fault(item, row)
            return failing
        return self._bisect(item, sorted(row for (row,) in self._fetch('select "$row"')))

    def _tried(self, item: Item, refusal: str) -> list[int]:
        """The rows for which an item fails when `refusal` is the value of what is refused."""
        self.cursor.execute(_RAISE)
        self.cursor.execute(_REFUSE.format(refusal))
        try:
            tried = f"try(struct_pack(v := {item.sql})) is null"
            return [row for (row,) in self._fetch('select "$row"', f"where {tried}")]
        finally:
            self.cursor.execute("drop macro temp.sf_raise")
            self.cursor.execute("drop macro temp.sf_refuse")

    def _bisect(self, item: Item, rows: list[int]) -> list[int]:
        """Halve the rows until each failing one stands alone."""
        if not rows or self._evaluates(item, rows[0], rows[-1]):
            return []
        if len(rows) == 1:
            return rows
        middle = len(rows) // 2
        return self._bisect(item, rows[:middle]) + self._bisect(item, rows[middle:])

    def _evaluates(self, item: Item, first: int, last: int) -> bool:
        try:
            self._fetch(
                f"select bit_xor(hash({item.sql}))",
                f'where "$row" between {first} and {last}',
            )
        except duckdb.Error as error:
            refuse_statement_errors(error)
            return False
        return True

    def _fault(self, item: Item, row: int) -> RowFault:
        """What Snowflake says of a row for which an item cannot be evaluated."""
        try:
            self._fetch(f"select {item.sql}", f'where "$row" = {row}')
        except duckdb.Error as error:
            known = faults.from_duckdb(error, "")
            if isinstance(known, Unsupported):
                raise known from error
            return RowFault(known.message, known.code or UNREADABLE, item)
        raise EngineError(f"row {row}: the value of {item.column.name} fails at times only")

    def _fetch(self, select: str, where: str = "") -> list[tuple[Any, ...]]:
        return self.cursor.execute(f"{select} from {self.rows} {where}").fetchall()


def refuse_statement_errors(error: duckdb.Error) -> None:
    """Errors that are the statement's rather than a row's go on."""
    statement = (duckdb.InterruptException, duckdb.IOException, duckdb.CatalogException)
    if isinstance(error, (*statement, duckdb.BinderException, duckdb.ParserException)):
        raise error


def insert(table: str, source: Source, items: Sequence[Item], bad: Sequence[int]) -> str:
    """The statement that loads the rows that are not bad. `table` is DuckDB's name."""
    columns = ", ".join(quote(item.column.name) for item in items)
    values = ", ".join(item.sql for item in items)
    skipped = f'where "$row" not in ({", ".join(map(str, bad))})' if bad else ""
    return (
        f"insert into {table} ({columns}) select {values} from {source.relation} {skipped} "
        'order by "$row"'
    )
