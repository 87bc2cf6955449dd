"""Queries, clause by clause: each module binds one of them and registers what it can read.

`select` reads the clauses in the order in which Snowflake evaluates them: WITH (`ctes`), FROM
(`joins` of items that `tables`, `table_functions` and `pivots` make), WHERE, the select list
(`items`), GROUP BY (`grouping`), HAVING, QUALIFY, ORDER BY and LIMIT (`ordering`). `sets` and
`values` are the other queries.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Import the clauses, which registers the queries and table functions."""
    for module in iter_modules(__path__, f"{__name__}."):
        import_module(module.name)
