"""Rows that break a `@quarantine` condition -> `<table>__quarantine`, and the others to the table.

The query runs once, into the temporary table `<table>__arrived`, where each row says which of the
conditions it breaks; null breaks none, as in SQL's CHECK. What breaks none is what the model goes
on with, as if that were its query. The rest is a row of the quarantine, with the reason, the run
and the batch.

A table and its quarantine are what one run over everything would make of them, whatever the
increments were. With a key (merge, delete+insert) a row that is bad now leaves the table, and one
that is mended leaves the quarantine: there the rows of all keys that arrived are replaced. A row
without a complete key, and any row of a model without one, replaces its equals, so that what
arrives again does not count twice. `insert_overwrite` replaces the quarantine, or that of its
batch. Rows that `@delete_when` names are judged by nothing: they go where deletions go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runner.engines import Column
from runner.generating import schema_changes
from runner.generating.conditions import demanded, violated
from runner.generating.work import (
    ARRIVED,
    Existing,
    SentAway,
    Work,
    any_null,
    drop,
    is_kept,
    matches,
    names,
    qualified,
)
from runner.nodes import QUARANTINE, QUARANTINE_COLUMNS, Materialized, Model, Relation, sql_name
from runner.scripts import literal

REASON = next(iter(QUARANTINE_COLUMNS))
IS_TAKEN = "quarantine_reason is null"
IS_SENT_AWAY = "quarantine_reason is not null"
_KEYED = ("merge", "delete+insert")


def of(relation: Relation) -> Relation:
    """Where the rows go that a table does not take."""
    return relation.suffixed(QUARANTINE)


# --- queries


def judged(node: Model, query: str) -> str:
    """The rows of a query, each with the conditions that it breaks."""
    broken = "\n        || ".join(
        f"iff({violated(check)}, {literal(f'; {demanded(check)}')}, '')" for check in node.sifting
    )
    reason = f"nullif(substr(\n        {broken},\n        3\n    ), '')::varchar"
    if node.settings.delete_when:
        reason = f"iff({is_kept(node)}, {reason}, null)"
    alias = sql_name(node.relation.name)
    return f"select\n    *,\n    {reason} as quarantine_reason\nfrom (\n{query}\n) as {alias}"


def without_reason(source: str, where: str) -> str:
    """Rows of what was judged, with the columns of the query alone."""
    return f"select * exclude (quarantine_reason)\nfrom {source} as arrived\nwhere {where}"


def sent(source: str, invocation: str, batch: str, columns: Sequence[str] = ()) -> str:
    """The rows of what was judged that go to quarantine, as they stand there; with all columns
    unless some are given."""
    judged_columns = (*columns, REASON) if columns else ()
    named = ",\n    ".join(qualified(column, "arrived") for column in judged_columns) or "arrived.*"
    return (
        f"select\n    {named},\n    {literal(invocation)}::varchar as quarantined_by,\n"
        f"    sysdate() as quarantined_at,\n    {batch}::timestamp_ntz as quarantined_batch\n"
        f"from {source} as arrived\nwhere {IS_SENT_AWAY}"
    )


# --- the model's work, with its quarantine


def sifted(node: Model, existing: Existing | None = None) -> Model:
    """The model as it is when its query gives nothing to send away.

    Its columns are not known when the quarantine lacks one: only its rows tell the type.
    """
    query = without_reason(str(node.relation.suffixed(ARRIVED)), IS_TAKEN)
    beside = existing.quarantine if existing else None
    lacking = beside and {column.name for column in node.columns} - set(beside.names())
    return replace(node, sql=query, initial_sql=query, columns=() if lacking else node.columns)


def arrival(node: Model, query: str) -> str:
    """The statement that runs the query and judges its rows."""
    arrived = node.relation.suffixed(ARRIVED)
    return f"create or replace temporary table {arrived}\nas\n{judged(node, query)}"


def creation(node: Model, table: Relation, rows: str) -> str:
    """The statement that makes a quarantine of some rows."""
    transient = "transient " if node.settings.transient else ""
    told = literal("Rows that their table does not take, each with the reason")
    return f"create or replace {transient}table {table}\n    comment = {told}\nas\n{rows}"


def empty(node: Model) -> str:
    """The statement that makes the quarantine of a table which is there, without rows."""
    columns = ", ".join(f"{type_} as {name.lower()}" for name, type_ in _NOTHING.items())
    return creation(node, of(node.relation), f"select *, {columns}\nfrom {node.relation}\nlimit 0")


def publication(work: Work) -> Work:
    """The work that publishes a table which was filled aside, with the quarantine beside that."""
    assert work.aside is not None
    built = of(work.aside)
    return replace(work, undo=(*work.undo, drop(built)), sent_away=SentAway(built, str(built)))


def aside(node: Model, work: Work, invocation: str, *, has_arrived: bool) -> Work:
    """The work that makes a table anew, and its quarantine."""
    published = publication(work)
    assert published.sent_away is not None
    assert work.aside is not None
    arrived, built = node.relation.suffixed(ARRIVED), published.sent_away.table
    query = () if has_arrived else (arrival(node, node.initial_sql),)
    rows = sent(str(arrived), invocation, _batch(node))
    balance = _balance(node, str(work.aside), str(built))
    return replace(
        published,
        prepare=(*query, *published.prepare),
        sift=(creation(node, built, rows),),
        finish=(*published.finish, drop(arrived)),
        undo=(*published.undo, drop(arrived)),
        sent_away=replace(published.sent_away, balance=balance),
    )


def step(
    node: Model,
    work: Work,
    existing: Existing,
    invocation: str,
    columns: Sequence[Column] = (),
) -> Work:
    """A step of the sifted model, and of its quarantine; `columns` are those that arrived, once
    they are known."""
    table, arrived = of(node.relation), node.relation.suffixed(ARRIVED)
    query = () if columns else (arrival(node, node.sql),)
    undo = (*work.undo, drop(arrived))
    if work.describe:
        return replace(work, prepare=(*query, *work.prepare), undo=undo)
    written = [column.name for column in columns or node.columns]
    rows, rows_out = _of_run(node, table, invocation), work.checked if work.full else work.new_rows
    insert = (
        f"insert into {table} ({names((*written, *QUARANTINE_COLUMNS))})\n"
        f"{sent(str(arrived), invocation, _batch(node), written)}"
    )
    return replace(
        work,
        prepare=(*query, *work.prepare, *_grown(node, existing.quarantine, columns)),
        sift=(*_left(node), *_replaced(node, written), insert),
        finish=(*work.finish, drop(arrived)),
        undo=undo,
        sent_away=SentAway(table, rows, _balance(node, str(rows_out), rows)),
    )


# --- parts of them

_NOTHING = dict(
    zip(
        QUARANTINE_COLUMNS,
        ("''::varchar", "''::varchar", "sysdate()", "null::timestamp_ntz"),
        strict=True,
    )
)


def _batch(node: Model) -> str:
    return "$batch_start" if node.settings.batch else "null"


def _of_run(node: Model, table: Relation, invocation: str) -> str:
    batch = " and quarantined_batch = $batch_start" if node.settings.batch else ""
    return f"(select * from {table} where quarantined_by = {literal(invocation)}{batch})"


def _balance(node: Model, out: str, quarantine: str) -> str:
    """A query for the numbers of rows that came in, went out, and were sent away."""
    arrived = node.relation.suffixed(ARRIVED)
    where = f" where {is_kept(node)}" if node.settings.delete_when else ""
    return (
        f"select\n    (select count(*) from {arrived}{where}) as rows_in,\n"
        f"    (select count(*) from {out}) as rows_out,\n"
        f"    (select count(*) from {quarantine}) as rows_sent_away"
    )


def _grown(node: Model, beside: Existing | None, columns: Sequence[Column]) -> tuple[str, ...]:
    """DDL that makes the quarantine, or gives it the columns that it lacks."""
    arrived, table = node.relation.suffixed(ARRIVED), of(node.relation)
    if beside is None:
        rows = sent(str(arrived), "", "null")
        return (creation(node, table, f"{rows}\nlimit 0"),)
    growing = replace(node.settings, on_schema_change="append_new_columns", unique_key=())
    grown = replace(node, relation=table, settings=growing)
    return schema_changes.change(grown, beside, columns).before if columns else ()


def _left(node: Model) -> tuple[str, ...]:
    """Rows leave the table whose key has a row that is sent away now."""
    if not _is_keyed(node):
        return ()
    key, arrived = node.settings.unique_key, node.relation.suffixed(ARRIVED)
    return (
        f"delete from {node.relation} as loaded\n"
        f"using (select distinct {names(key)} from {arrived} where {IS_SENT_AWAY}) as arrived\n"
        f"where {matches(key, 'loaded', 'arrived')}",
    )


def _replaced(node: Model, columns: Sequence[str]) -> tuple[str, ...]:
    """Rows leave the quarantine that this run judges again."""
    table, arrived = of(node.relation), node.relation.suffixed(ARRIVED)
    key = node.settings.unique_key
    is_table = node.settings.materialized is Materialized.TABLE
    if is_table or node.settings.incremental_strategy == "insert_overwrite":
        where = "\nwhere quarantined_batch = $batch_start" if node.settings.batch else ""
        return (f"delete from {table}{where}",)
    equal = "\n    and ".join(
        f"kept.{name} is not distinct from arrived.{name}" for name in map(sql_name, columns)
    )
    if not _is_keyed(node):
        return (_delete(table, str(arrived), equal),)
    incomplete = f"(select * from {arrived} where {any_null(key)})"
    by_key = f"(select distinct {names(key)} from {arrived})"
    return (
        _delete(table, by_key, matches(key, "kept", "arrived")),
        _delete(table, incomplete, equal),
    )


def _delete(table: Relation, source: str, where: str) -> str:
    return f"delete from {table} as kept\nusing {source} as arrived\nwhere\n    {where}"


def _is_keyed(node: Model) -> bool:
    settings = node.settings
    is_incremental = settings.materialized is Materialized.INCREMENTAL
    return is_incremental and bool(settings.unique_key) and settings.incremental_strategy in _KEYED
