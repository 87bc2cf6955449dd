"""One step of an incremental model: its rows into a temporary table, then into the model's table.

The strategies are dbt's (docs: "Incremental strategies"; without a `@unique_key`, `merge` appends):

append            adds the rows; with a `@unique_key`, a key that is there already is refused
merge             updates the rows whose key is there (`@merge_exclude_columns` keep their value),
                  inserts the others
delete+insert     deletes the rows whose key is in the batch, inserts the batch; a key may have
                  several rows
insert_overwrite  the rows of this run replace the whole table

A null in the key never matches and would be inserted again by every run; two rows with one key
leave it to chance which one stays. Both are refused before anything is written, with the key's
columns, the count and an example.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runner.engines import Column
from runner.errors import RunnerError
from runner.generating.work import (
    BATCH,
    Existing,
    Work,
    any_null,
    as_text,
    drop,
    filled,
    matches,
    names,
    no_null,
)
from runner.nodes import Model, Relation, sql_name
from runner.scripts import literal


def work(node: Model, existing: Existing, arrived: Sequence[Column] = ()) -> Work:
    """The step on the `existing` table; `arrived` are the batch's columns once they are known."""
    batch = node.relation.suffixed(BATCH)
    if not arrived and _must_look(node, existing):
        return Work(
            label=f"incremental {_strategy(node)}",
            checked=str(node.relation),
            prepare=(_create_batch(node, batch),),
            describe=f"select * from {batch} limit 0",
            transactional=True,
            undo=(drop(batch),),
            full=False,
        )
    change = _schema_change(node, existing, arrived)
    return Work(
        label=f"incremental {_strategy(node)}",
        checked=str(node.relation),
        prepare=change.add if arrived else (_create_batch(node, batch),),
        guards=_guards(node, batch),
        write=_STRATEGIES[_strategy(node)](node, batch, change.columns),
        transactional=True,
        publish=change.remove,
        finish=(drop(batch),),
        undo=(drop(batch),),
        full=False,
        new_rows=str(batch),
    )


def refuse_null_keys(batch: Relation, key: Sequence[str]) -> str:
    """A query that gives one row, the reason, when a key of the batch is not complete."""
    return filled(
        "refuse_null_keys",
        batch=str(batch),
        any_null=any_null(key),
        reason=literal(f" a null in the key ({names(key)}); leave such rows out of the query"),
    )


def refuse_double_keys(batch: Relation, key: Sequence[str], advice: str) -> str:
    """A query that gives one row, the reason, when a key has several rows in the batch."""
    return filled(
        "refuse_double_keys",
        batch=str(batch),
        key=key,
        no_null=no_null(key),
        as_text=as_text(key),
        what=literal(f" of ({names(key)})"),
        advice=literal(f"; {advice}"),
    )


def _create_batch(node: Model, batch: Relation) -> str:
    return f"create or replace temporary table {batch}\nas\n{node.sql}"


def _guards(node: Model, batch: Relation) -> tuple[str, ...]:
    """One query for all reasons to refuse the batch."""
    key, strategy = node.settings.unique_key, node.settings.incremental_strategy
    if not key:
        return ()
    reasons = [refuse_null_keys(batch, key)]
    if strategy != "delete+insert":
        order = f"qualify row_number() over (partition by {names(key)} order by …) = 1"
        reasons.append(refuse_double_keys(batch, key, f"keep one row of each, as with {order}"))
    if strategy == "append":
        reasons.append(
            filled(
                "refuse_known_keys",
                batch=str(batch),
                relation=str(node.relation),
                key=key,
                as_text=as_text(key, "batch"),
                what=literal(f" of ({names(key)})"),
            )
        )
    return ("\nunion all\n".join(reasons),)


# --- strategies: (node, batch, columns to write) -> statements


def _strategy(node: Model) -> str:
    """The strategy that is used: without a key there is nothing to merge on."""
    chosen = node.settings.incremental_strategy
    keyed = chosen in ("merge", "delete+insert")
    return "append" if keyed and not node.settings.unique_key else chosen


def _append(node: Model, batch: Relation, columns: Sequence[str]) -> tuple[str, ...]:
    listed = names(columns)
    return (f"insert into {node.relation} ({listed})\nselect {listed}\nfrom {batch}",)


def _overwrite(node: Model, batch: Relation, columns: Sequence[str]) -> tuple[str, ...]:
    listed = names(columns)
    return (f"insert overwrite into {node.relation} ({listed})\nselect {listed}\nfrom {batch}",)


def _delete_insert(node: Model, batch: Relation, columns: Sequence[str]) -> tuple[str, ...]:
    key = node.settings.unique_key
    on_key = matches(key, "loaded", "batch")
    delete = (
        f"delete from {node.relation} as loaded\n"
        f"using (select distinct {names(key)} from {batch}) as batch\nwhere {on_key}"
    )
    return (delete, *_append(node, batch, columns))


def _merge(node: Model, batch: Relation, columns: Sequence[str]) -> tuple[str, ...]:
    key, kept = node.settings.unique_key, node.settings.merge_exclude_columns
    updated = [column for column in columns if column not in key and column not in kept]
    update = ""
    if updated:
        settings = ",\n    ".join(f"{sql_name(name)} = batch.{sql_name(name)}" for name in updated)
        update = f"when matched then update set\n    {settings}\n"
    return (
        f"merge into {node.relation} as loaded\n"
        f"using {batch} as batch\n"
        f"    on {matches(key, 'loaded', 'batch')}\n"
        f"{update}"
        f"when not matched then insert ({names(columns)})\n"
        f"values ({names(columns, 'batch')})",
    )


_STRATEGIES: dict[str, Callable[[Model, Relation, Sequence[str]], tuple[str, ...]]] = {
    "append": _append,
    "merge": _merge,
    "delete+insert": _delete_insert,
    "insert_overwrite": _overwrite,
}


# --- schema changes


def _must_look(node: Model, existing: Existing) -> bool:
    """Whether only the batch itself can tell names or types of its columns."""
    expected = [column.name for column in node.columns]
    if not expected or "*" in expected:
        return True
    adds = node.settings.on_schema_change in ("append_new_columns", "sync_all_columns")
    return adds and not set(expected) <= set(existing.names())


@dataclass(frozen=True)
class _SchemaChange:
    """Columns are added before the rows are written, and removed when they are committed."""

    columns: tuple[str, ...]
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


def _schema_change(node: Model, existing: Existing, arrived: Sequence[Column]) -> _SchemaChange:
    """`@on_schema_change`, and the columns to write.

    ignore              new columns are left out; a column that the query no longer gives is an
                        error, since its new values would silently be null
    fail                any difference is an error
    append_new_columns  new columns are added; a column that is gone stays and gets nulls
    sync_all_columns    new columns are added, columns that are gone are dropped
    """
    got = [column.name for column in arrived] or [column.name for column in node.columns]
    have, mode = existing.names(), node.settings.on_schema_change
    new = [name for name in got if name not in have]
    gone = [name for name in have if name not in got]
    if (mode == "fail" and (new or gone)) or (mode == "ignore" and gone):
        raise _changed(node, new, gone)
    if mode in ("ignore", "fail"):
        return _SchemaChange(tuple(name for name in got if name in have))
    add = added(node.relation, [column for column in arrived if column.name in new])
    if mode == "sync_all_columns" and gone:
        remove = f"alter table {node.relation} drop column {names(gone)}"
        return _SchemaChange(tuple(got), add, (remove,))
    return _SchemaChange(tuple(got), add)


def added(relation: Relation, columns: Sequence[Column]) -> tuple[str, ...]:
    """One `alter table` that adds all the columns."""
    if not columns:
        return ()
    listed = ", ".join(f"{sql_name(column.name)} {column.type}" for column in columns)
    return (f"alter table {relation} add column {listed}",)


def _changed(node: Model, new: Sequence[str], gone: Sequence[str]) -> RunnerError:
    found = [f"new: {names(new)}"] if new else []
    found += [f"gone: {names(gone)}"] if gone else []
    return RunnerError(
        f"{node.path}: the query's columns are not those of {node.relation} ({'; '.join(found)})",
        "build it anew with --full-refresh, or set @on_schema_change append_new_columns "
        "or sync_all_columns",
    )
