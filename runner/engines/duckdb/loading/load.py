"""One staged file into one table: which records fit, and the insert that loads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb

from runner.engines.duckdb import faults
from runner.engines.duckdb.loading.values import Item
from runner.engines.duckdb.names import quote

if TYPE_CHECKING:
    from runner.engines.duckdb.loading.scan import Source

# TRY takes no volatile function such as error(): an error of a kind that it takes stands in for it
_QUIET = """
create temp macro sf_raise(code, message) as list_extract([null], cast(code || message as bigint))
"""
NULL_RESULT = "NULL result in a non-nullable column"


@dataclass
class Checked:
    """The records of a file, checked against the table: which rows are bad, and why the first is.

    `messages` holds a fault per bad row: (message, item it is about).
    """

    rows: int
    messages: dict[int, tuple[str, Item | None]] = field(default_factory=dict)


def check(
    cursor: duckdb.DuckDBPyConnection, source: Source, items: Sequence[Item], mismatch: str | None
) -> Checked:
    """Find the rows of a file that the table cannot take.

    `mismatch` is a condition on `$fields` under which a record has the wrong number of fields.
    Raises `duckdb.Error` when the statement itself cannot be run.
    """
    return _Checker(cursor, source, items, mismatch).run()


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

    def run(self) -> Checked:
        total, bad = self._fetch(f"select count(*), count(*) filter ({self._unreadable()})")[0]
        checked = Checked(total)
        for row, fault in self.parse_faults.items():
            checked.messages[row] = (fault.message, None)
        if bad and self.mismatch:
            self._count_mismatches(checked)
        if self._all_fit():
            return checked
        self.cursor.execute(f"create temp table staged as from {self.rows}")
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
            checked.messages[row] = (
                f"Number of columns in file ({fields}) does not match that of the corresponding "
                f"table ({wanted}), use file format option error_on_column_count_mismatch=false "
                "to ignore this error",
                None,
            )

    def _all_fit(self) -> bool:
        """Whether every readable record can be loaded: one scan, the usual case."""
        checks = [f"count(*) filter (where {self._violation(item)})" for item in self.items]
        checks += [f"0 * bit_xor(hash({item.sql}))" for item in self.items if not item.sure]
        try:
            found = self._fetch(f"select {', '.join(checks)}", f"where {self._readable()}")
        except duckdb.Error as error:
            self._refuse_statement_errors(error)
            return False
        return not any(found[0])

    def _violation(self, item: Item) -> str:
        conditions = ["false"]
        if not item.column.nullable:
            conditions.append(f"({item.sql}) is null")
        if item.length is not None:
            conditions.append(f"length({item.sql}) > {item.length}")
        return " or ".join(conditions)

    def _check_item(self, item: Item, checked: Checked) -> None:
        for row in [] if item.sure else self._failing(item):
            checked.messages.setdefault(row, (self._message(item, row), item))
        known = ", ".join(map(str, checked.messages)) or "-1"
        for row, value in self._fetch(
            f'select "$row", {item.sql}',
            f'where {self._readable()} and "$row" not in ({known}) and ({self._violation(item)})',
        ):
            message = NULL_RESULT
            if value is not None:
                message = (
                    f"User character length limit ({item.length}) exceeded by string '{value}'"
                )
            checked.messages[row] = (message, item)

    def _failing(self, item: Item) -> list[int]:
        """The rows for which an item cannot be evaluated."""
        self.cursor.execute(_QUIET)
        try:
            tried = f"try(struct_pack(v := {item.sql})) is null"
            return [
                row
                for (row,) in self._fetch('select "$row"', f"where {self._readable()} and {tried}")
            ]
        except duckdb.Error as error:  # DuckDB may compute shared parts outside of TRY
            self._refuse_statement_errors(error)
        finally:
            self.cursor.execute("drop macro temp.sf_raise")
        numbers = [row for (row,) in self._fetch('select "$row"', f"where {self._readable()}")]
        return self._bisect(item, sorted(numbers))

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
                f'where {self._readable()} and "$row" between {first} and {last}',
            )
        except duckdb.Error as error:
            self._refuse_statement_errors(error)
            return False
        return True

    def _message(self, item: Item, row: int) -> str:
        try:
            self._fetch(f"select {item.sql}", f'where "$row" = {row}')
        except duckdb.Error as error:
            return faults.from_duckdb(error, "").message
        return "The value cannot be computed"

    def _fetch(self, select: str, where: str = "") -> list[tuple[Any, ...]]:
        return self.cursor.execute(f"{select} from {self.rows} {where}").fetchall()

    def _refuse_statement_errors(self, error: duckdb.Error) -> None:
        """Errors of the statement rather than of a row are the statement's."""
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
