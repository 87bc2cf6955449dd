"""Warehouses as rows of SHOW: they are recorded, and none runs here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.statements import rows

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session


def row(session: Session, record: Object) -> list[rows.Row]:
    """A warehouse: none runs here."""
    given = {name: rows.text(value) for name, value in record.properties.items()}
    current = rows.yes(session.parameters.get("CURRENT_WAREHOUSE") == record.name)
    counted = ("started_clusters", "running", "queued", "actives", "pendings", "failed")
    counts = dict.fromkeys((*counted, "suspended"), 0)
    more = {
        "state": "SUSPENDED",
        "type": given.get("warehouse_type", "STANDARD"),
        "size": size(given.get("warehouse_size", "XSMALL")),
        "min_cluster_count": given.get("min_cluster_count", 1),
        "max_cluster_count": given.get("max_cluster_count", 1),
        "is_default": "N",
        "is_current": current,
        "auto_suspend": given.get("auto_suspend", 600),
        "auto_resume": given.get("auto_resume", "true"),
        "resource_monitor": given.get("resource_monitor", "null"),
        "scaling_policy": given.get("scaling_policy", "STANDARD"),
        "enable_query_acceleration": given.get("enable_query_acceleration", "false"),
        "query_acceleration_max_scale_factor": given.get("query_acceleration_max_scale_factor", 8),
    }
    return [{**rows.base(record), **counts, **more}]


def size(word: str) -> str:
    """A size as SHOW WAREHOUSES writes it (page *CREATE WAREHOUSE* lists the words for it).

    >>> [size(word) for word in ("xsmall", "X-LARGE", "xxlarge", "X4LARGE", "medium")]
    ['X-Small', 'X-Large', '2X-Large', '4X-Large', 'Medium']
    """
    name = word.upper().replace("-", "")
    for base in ("SMALL", "LARGE"):
        if name.endswith(base) and name != base:
            times = name.removesuffix(base)
            count = times.strip("X") or (str(len(times)) if len(times) > 1 else "")
            return f"{count}X-{base.capitalize()}"
    return name.capitalize()
