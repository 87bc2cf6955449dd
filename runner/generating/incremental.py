"""One step of an incremental model: its rows into a temporary table, then into the model's table.

The strategies are dbt's (docs: "Incremental strategies"):

append            adds the rows; with a `@unique_key`, a key that is there already is refused
merge             updates the rows whose key is there (`@merge_exclude_columns` keep their value),
                  inserts the others
delete+insert     deletes the rows whose key is in the batch, inserts the batch; a key may have
                  several rows
insert_overwrite  the rows of this run replace the whole table; in a model with `@batch`, the rows
                  of their batch

Rows for which `@delete_when` holds remove the row with their key and are not inserted (merge and
delete+insert); a table that is made anew lacks them.

A null in the key never matches and would be inserted again by every run; two rows with one key
leave it to chance which one stays. Both are refused before anything is published, with the key's
columns, the count and some examples. So is a row that its `@batch` would not find again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from runner.engines import Column
from runner.generating import moves, schema_changes
from runner.generating.work import (
    BATCH,
    Existing,
    Work,
    any_null,
    as_text,
    drop,
    filled,
    is_deleted,
    is_kept,
    matches,
    names,
    no_null,
    of_batch,
)
from runner.nodes import Model, Relation, sql_name
from runner.scripts import literal


def work(node: Model, existing: Existing, arrived: Sequence[Column] = ()) -> Work:
    """The step on the `existing` table; `arrived` are the batch's columns once they are known."""
    batch = node.relation.suffixed(BATCH)
    label = "move" if node.settings.move_from else f"incremental {_strategy(node)}"
    if not arrived and schema_changes.must_look(node):
        return Work(
            label=label,
            checked=str(node.relation),
            prepare=(create_batch(node, batch),),
            describe=f"select * from {batch} limit 0",
            transactional=True,
            undo=(drop(batch),),
            full=False,
        )
    change = schema_changes.change(node, existing, arrived)
    return Work(
        label=label,
        checked=str(node.relation),
        prepare=change.before if arrived else (create_batch(node, batch),),
        guards=guards(node, batch),
        write=_STRATEGIES[_strategy(node)](node, batch, change.columns),
        take=moves.taken(node, batch),
        transactional=True,
        publish=change.after,
        finish=(drop(batch),),
        undo=(drop(batch),),
        full=False,
        new_rows=_new_rows(node, batch),
    )


def guarded(node: Model, table: Work) -> Work:
    """A table that is made anew: what a step would refuse is refused here as well, and rows that
    `@delete_when` names are taken out before anybody sees them."""
    built = table.aside
    if built is None:
        return table
    create, *comments = table.write
    delete = f"delete from {built} as loaded\nwhere {node.settings.delete_when}"
    flagged = (delete,) if node.settings.delete_when else ()
    return replace(
        table,
        prepare=(*table.prepare, create),
        guards=guards(node, built, is_anew=True),
        write=(*flagged, *comments),
    )


def guards(node: Model, rows: Relation, *, is_anew: bool = False) -> tuple[str, ...]:
    """One query for all reasons to refuse the `rows` of a run."""
    key, strategy = node.settings.unique_key, node.settings.incremental_strategy
    reasons = []
    if key:
        reasons.append(refuse_null_keys(rows, key))
    if key and strategy != "delete+insert":
        order = f"qualify row_number() over (partition by {names(key)} order by …) = 1"
        reasons.append(refuse_double_keys(rows, key, f"keep one row of each, as with {order}"))
    if key and strategy == "append" and not is_anew:
        reasons.append(_refuse_known_keys(rows, node.relation, key))
    reasons += moves.refused(node, rows)
    if node.settings.batch and not is_anew:
        reasons += _refuse_lost_rows(node, rows)
    return ("\nunion all\n".join(reasons),) if reasons else ()


def refuse_null_keys(batch: Relation, key: Sequence[str]) -> str:
    """A query that gives one row, the reason, when a key of the batch is not complete."""
    return _refuse_nulls(batch, key, f"in the key ({names(key)})")


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


def _refuse_known_keys(batch: Relation, relation: Relation, key: Sequence[str]) -> str:
    return filled(
        "refuse_known_keys",
        batch=str(batch),
        relation=str(relation),
        key=key,
        as_text=as_text(key, "batch"),
        what=literal(f" of ({names(key)})"),
    )


def _refuse_nulls(batch: Relation, columns: Sequence[str], where: str) -> str:
    return filled(
        "refuse_null_keys",
        batch=str(batch),
        any_null=any_null(columns),
        as_text=as_text(columns),
        where=literal(f" a null {where}"),
    )


def _refuse_lost_rows(node: Model, batch: Relation) -> list[str]:
    """Rows that do not say to which batch they belong; with insert_overwrite, which finds the rows
    of a batch by nothing else, rows of another one as well."""
    column = node.settings.batch_by
    reasons = [_refuse_nulls(batch, (column,), f"in @batch_by {sql_name(column)}")]
    if node.settings.incremental_strategy == "insert_overwrite":
        where = literal(f" a value of {sql_name(column)} outside of the batch, for example ")
        reasons.append(
            filled("refuse_other_batches", batch=str(batch), column=sql_name(column), where=where)
        )
    return reasons


def create_batch(node: Model, batch: Relation) -> str:
    """The statement that puts the rows of a run into a temporary table."""
    return f"create or replace temporary table {batch}\nas\n{node.sql}"


def _new_rows(node: Model, batch: Relation) -> str:
    """The rows of this run that are written."""
    if not node.settings.delete_when:
        return str(batch)
    return f"(select * from {batch} where {is_kept(node)})"


# --- strategies: (node, batch, columns to write) -> statements


def _strategy(node: Model) -> str:
    """The strategy that is used: without a key there is nothing to merge on."""
    chosen = node.settings.incremental_strategy
    keyed = chosen in ("merge", "delete+insert")
    return "append" if keyed and not node.settings.unique_key else chosen


def _append(node: Model, batch: Relation, columns: Sequence[str]) -> tuple[str, ...]:
    listed = names(columns)
    where = f"\nwhere {is_kept(node)}" if node.settings.delete_when else ""
    return (f"insert into {node.relation} ({listed})\nselect {listed}\nfrom {batch}{where}",)


def _overwrite(node: Model, batch: Relation, columns: Sequence[str]) -> tuple[str, ...]:
    listed = names(columns)
    if node.settings.batch:
        delete = f"delete from {node.relation} as loaded\nwhere {of_batch(node)}"
        return (delete, *_append(node, batch, columns))
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
    key, excluded = node.settings.unique_key, node.settings.merge_exclude_columns
    source, delete, only_kept = str(batch), "", ""
    if node.settings.delete_when:
        source = f"(select *, {is_deleted(node)} as is_deleted__ from {batch})"
        delete = "when matched and batch.is_deleted__ then delete\n"
        only_kept = " and not batch.is_deleted__"
    updated = [column for column in columns if column not in key and column not in excluded]
    update = ""
    if updated:
        settings = ",\n    ".join(f"{sql_name(name)} = batch.{sql_name(name)}" for name in updated)
        update = f"when matched then update set\n    {settings}\n"
    return (
        f"merge into {node.relation} as loaded\n"
        f"using {source} as batch\n"
        f"    on {matches(key, 'loaded', 'batch')}\n"
        f"{delete}{update}"
        f"when not matched{only_kept} then insert ({names(columns)})\n"
        f"values ({names(columns, 'batch')})",
    )


_STRATEGIES: dict[str, Callable[[Model, Relation, Sequence[str]], tuple[str, ...]]] = {
    "append": _append,
    "merge": _merge,
    "delete+insert": _delete_insert,
    "insert_overwrite": _overwrite,
}
