"""How many threads DuckDB divides one statement among.

It hands out row groups of 122,880 rows. Where no table has more than a few there is nothing to
divide, and waking other threads for each of many small statements costs a tenth of their time;
whoever wants more done at once has several sessions.
"""

from __future__ import annotations

import threading
from contextlib import closing

import duckdb

FEW = 4 * 122_880  # rows
LARGEST = "select coalesce(max(estimated_size), 0) from duckdb_tables()"


class Parallelism:
    """That of one DuckDB instance: all cores, until it is known that its tables are small, and
    again as soon as one is not, or a file is read."""

    def __init__(self, root: duckdb.DuckDBPyConnection) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._is_wanted = False  # whatever the tables that are there
        self._is_fitted = False

    def fit(self) -> None:
        """Before the first table is made: see what is there."""
        if self._is_fitted:
            return
        with self._lock, closing(self._root.cursor()) as cursor:
            if not (self._is_fitted or self._is_wanted):
                rows = cursor.execute(LARGEST).fetchall()
                if rows[0][0] <= FEW:
                    cursor.execute("set threads = 1")
            self._is_fitted = True

    def widen(self, rows: int = FEW + 1) -> None:
        """A table has so many rows, or there is a file to read, which has nobody knows how many."""
        if rows <= FEW or self._is_wanted:
            return
        with self._lock, closing(self._root.cursor()) as cursor:
            cursor.execute("reset threads")
            self._is_wanted = True
