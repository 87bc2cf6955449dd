"""The next run of a snapshot: one MERGE that records what has changed (see `snapshots`)."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import indent

from runner.generating.work import filled
from runner.nodes import Relation, Snapshot, sql_name


def merge(node: Snapshot, batch: Relation, columns: Sequence[str], moment: str) -> str:
    """The statement for the rows of `batch`, which has `columns`, at the time `moment` (SQL)."""
    if node.settings.updated_at:
        return _merge_versions(node, batch, columns, moment)
    return _merge_rows(node, batch, columns, moment)


def _merge_versions(node: Snapshot, batch: Relation, columns: Sequence[str], moment: str) -> str:
    key, deletes = node.settings.unique_key, node.settings.hard_deletes
    removals = filled("snapshot_removals_versions", key=key, moment=moment)
    return filled(
        "snapshot_merge_versions",
        snapshot=str(node.relation),
        batch=str(batch),
        moment=moment,
        key=key,
        columns=columns,
        updated_at=(node.settings.updated_at,),
        removals="" if deletes == "ignore" else "\n" + indent(removals, " " * 8),
        kept="" if deletes == "new_record" else _WITHOUT_REMOVALS,
        settings="".join(
            f"{sql_name(column)} = source.{sql_name(column)},\n    "
            for column in columns
            if column not in key
        ),
    )


_WITHOUT_REMOVALS = "\n    where timeline.is_removal__ = 0 or timeline.is_recorded__ = 1"


def _merge_rows(node: Snapshot, batch: Relation, columns: Sequence[str], moment: str) -> str:
    key, deletes = node.settings.unique_key, node.settings.hard_deletes
    removals = filled(
        "snapshot_removals_rows",
        batch=str(batch),
        moment=moment,
        key=key,
        columns=columns,
        first_key=sql_name(key[0]),
    )
    return filled(
        "snapshot_merge_rows",
        snapshot=str(node.relation),
        batch=str(batch),
        moment=moment,
        key=key,
        columns=columns,
        differs=_differs(node, columns),
        removals="" if deletes == "ignore" else "\n" + indent(removals, " " * 8),
        kept="" if deletes == "new_record" else "\n    where not differences.is_deleted__",
    )


def _differs(node: Snapshot, columns: Sequence[str]) -> str:
    """Part of a condition: one of the watched columns is not what the open row says."""
    watched = node.settings.check_columns
    if watched == ("*",):
        watched = tuple(column for column in columns if column not in node.settings.unique_key)
    return "".join(
        f"\n            or batch.{sql_name(column)} is distinct from open_rows.{sql_name(column)}"
        for column in watched
    )
