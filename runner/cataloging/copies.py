"""Which columns of a table a COPY fills with what is known of the load itself.

Snowflake's page "Querying Metadata for Staged Files" names the columns.
"""

from __future__ import annotations

from collections.abc import Sequence

from runner.parsing.cursor import Cursor

START, FILE = "METADATA$START_SCAN_TIME", "METADATA$FILENAME"


def load_columns(cursor: Cursor, table: Sequence[str] | None) -> tuple[str, str]:
    """The columns (stored names, or empty) that take the start of the scan and the file's name.

    The cursor stands behind `copy into <table>`; `table` are the table's columns, if known, which
    a COPY without a list of its own fills in their order.
    """
    listed = [part.name() for part in cursor.brackets() or []]
    columns = [name[-1] for name in listed if name] or list(table or ())
    items = cursor.brackets() if cursor.accept("FROM") else None
    if items is None:
        return "", ""
    return _filled_by(START, items, columns), _filled_by(FILE, items, columns)


def _filled_by(source: str, items: Sequence[Cursor], columns: Sequence[str]) -> str:
    """The column whose expression says little else: others may mention the file in a message."""
    using = [
        (len(item.tokens), column)
        for item, column in zip(items, columns, strict=False)
        if any(token.text.upper() == source for token in item.tokens)
    ]
    return min(using, default=(0, ""))[1]
