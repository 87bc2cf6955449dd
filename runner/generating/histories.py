"""The next run of a snapshot: what changes, and one MERGE that records it (see `snapshots`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import indent

from runner.generating.work import filled
from runner.nodes import Snapshot, sql_name

_WITHOUT_REMOVED_VERSIONS = "\nwhere timeline.is_removal__ = 0 or timeline.is_recorded__ = 1"
_WITHOUT_REMOVED_ROWS = "\nwhere not differences.is_deleted__"


@dataclass(frozen=True)
class Run:
    """One run of a snapshot.

    recorded  its table, as SQL for a from clause
    batch     what its query gives now, likewise; `columns` are the stored names of its columns
    moment    the time of the run, SQL
    """

    node: Snapshot
    recorded: str
    batch: str
    columns: Sequence[str]
    moment: str


def merge(run: Run) -> str:
    """The statement that records what has changed."""
    node = run.node
    key, updated_at = node.settings.unique_key, node.settings.updated_at
    return filled(
        "snapshot_merge_versions" if updated_at else "snapshot_merge_rows",
        snapshot=run.recorded,
        key=key,
        columns=run.columns,
        updated_at=(updated_at,),
        changes=indent(changes(run), " " * 4).lstrip(),
        settings="".join(
            f"{sql_name(column)} = source.{sql_name(column)},\n    "
            for column in run.columns
            if column not in key
        ),
    )


def changes(run: Run) -> str:
    """A query for the rows of all keys that change, as they will be.

    Its columns are the query's, VALID_FROM, VALID_TO and IS_DELETED. A row is to be inserted unless
    its key and VALID_FROM are recorded already.
    """
    return _versions(run) if run.node.settings.updated_at else _rows(run)


def _versions(run: Run) -> str:
    key, deletes = run.node.settings.unique_key, run.node.settings.hard_deletes
    removals = filled("snapshot_removals_versions", key=key, moment=run.moment)
    return filled(
        "snapshot_changes_versions",
        snapshot=run.recorded,
        batch=run.batch,
        moment=run.moment,
        key=key,
        columns=run.columns,
        updated_at=(run.node.settings.updated_at,),
        removals="" if deletes == "ignore" else "\n" + indent(removals, " " * 4),
        kept="" if deletes == "new_record" else _WITHOUT_REMOVED_VERSIONS,
    )


def _rows(run: Run) -> str:
    key, deletes = run.node.settings.unique_key, run.node.settings.hard_deletes
    removals = filled(
        "snapshot_removals_rows",
        batch=run.batch,
        moment=run.moment,
        key=key,
        columns=run.columns,
        first_key=sql_name(key[0]),
    )
    return filled(
        "snapshot_changes_rows",
        snapshot=run.recorded,
        batch=run.batch,
        moment=run.moment,
        key=key,
        columns=run.columns,
        differs=_differs(run),
        removals="" if deletes == "ignore" else "\n" + indent(removals, " " * 4),
        kept="" if deletes == "new_record" else _WITHOUT_REMOVED_ROWS,
    )


def _differs(run: Run) -> str:
    """Part of a condition: one of the watched columns is not what the open row says."""
    watched: Sequence[str] = run.node.settings.check_columns
    if watched == ("*",):
        key = run.node.settings.unique_key
        watched = tuple(column for column in run.columns if column not in key)
    return "".join(
        f"\n        or batch.{sql_name(column)} is distinct from open_rows.{sql_name(column)}"
        for column in watched
    )
