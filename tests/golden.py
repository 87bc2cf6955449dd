"""The exact Snowflake statements of each materialization and strategy, one file per case.

`python -m tests.golden` writes `tests/data/golden/*.sql` anew; read the difference before it is
committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from runner.batching import State
from runner.engines import Column
from runner.generating import batches, checks, ledger, materializations, quarantine
from runner.generating.batches import Part
from runner.generating.ledger import Line, Page
from runner.generating.work import Existing, Run, Work
from runner.intervals import Interval, Size
from runner.nodes import (
    Check,
    CheckKind,
    CheckSpec,
    ColumnSpec,
    Materialized,
    Model,
    Reference,
    Relation,
    Settings,
    Severity,
    Snapshot,
)

FOLDER = Path(__file__).parent / "data" / "golden"
RUN = Run("a-run", datetime(2024, 6, 1, 12, 30, tzinfo=UTC))

ORDERS = Relation("SHOP_CORE", "ORDERS")
QUERY = """-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)"""
INITIAL = """-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders"""

COLUMNS = (
    ColumnSpec("ORDER_ID", "The order; it's unique"),
    ColumnSpec("CUSTOMER_ID"),
    ColumnSpec("AMOUNT", "US dollars"),
    ColumnSpec("CHANGED_AT"),
)
CHECKS = (
    CheckSpec(CheckKind.NOT_NULL, "not_null_order_id", ("ORDER_ID",), line=3),
    CheckSpec(CheckKind.UNIQUE, "unique_order_id", ("ORDER_ID",), line=3),
    CheckSpec(CheckKind.UNIQUE, "unique_pair", ("ORDER_ID", "CUSTOMER_ID")),
    CheckSpec(
        CheckKind.REFERENCES,
        "references_customer_id",
        ("CUSTOMER_ID",),
        references=Relation("SHOP_CORE", "CUSTOMERS"),
        references_column="CUSTOMER_ID",
        severity=Severity.WARN,
    ),
    CheckSpec(CheckKind.ACCEPTED_VALUES, "accepted_values_amount", ("AMOUNT",), "1, 2, 3"),
    CheckSpec(CheckKind.CONDITION, "check_amount", expression="amount >= 0"),
    CheckSpec(CheckKind.AGGREGATE, "check_count", expression="count(*) >= 100"),
    CheckSpec(CheckKind.AGGREGATE, "check_new", expression="count(*) > 0", new_rows=True),
)
FILE = Check(
    "shop/no_order_is_from_nowhere",
    "checks/shop/no_order_is_from_nowhere.sql",
    "-- Orders have a customer.\nselect orders.order_id\nfrom shop_core.orders\n"
    "where orders.customer_id is null",
    "Orders have a customer.",
    (Reference(ORDERS, 3),),
)
FRESH = Check(
    "shop/orders_are_fresh",
    "checks/shop/orders_are_fresh.sql",
    "select max(ingestion_ts) as loaded_at\nfrom shop_core.orders as all_orders",
    "",
    (Reference(ORDERS, 2),),
    error_after="12 hours",
)

MOVED = Reference(Relation("SHOP_STAGING", "STG_ORDERS"), 1)

PART = Part(
    Interval(datetime(2024, 5, 31), datetime(2024, 6, 1)),
    State.DONE,
    Page("shop_core.orders", 3, "8b1c1c5e-2f0f-4d0a-9d0e-7f4a6f0d1c11"),
)

TABLE = Existing(
    "table",
    (
        Column("ORDER_ID", "VARCHAR"),
        Column("CUSTOMER_ID", "VARCHAR"),
        Column("AMOUNT", "NUMBER(12,2)"),
        Column("CHANGED_AT", "TIMESTAMP_NTZ(9)"),
    ),
)
VIEW = replace(TABLE, kind="view")
BESIDE = replace(
    TABLE,
    columns=(
        *TABLE.columns,
        Column("QUARANTINE_REASON", "VARCHAR"),
        Column("QUARANTINED_BY", "VARCHAR"),
        Column("QUARANTINED_AT", "TIMESTAMP_NTZ(9)"),
        Column("QUARANTINED_BATCH", "TIMESTAMP_NTZ(9)"),
    ),
)
SIFTED = replace(TABLE, quarantine=BESIDE)
SIFTED_NARROW = Existing(
    "table", TABLE.columns[:3], Existing("table", (*BESIDE.columns[:3], *BESIDE.columns[4:]))
)
HISTORY = replace(
    TABLE,
    columns=(
        *TABLE.columns,
        Column("VALID_FROM", "TIMESTAMP_NTZ(9)"),
        Column("VALID_TO", "TIMESTAMP_NTZ(9)"),
        Column("IS_CURRENT", "BOOLEAN"),
        Column("IS_DELETED", "BOOLEAN"),
    ),
)


def model(materialized: str, **chosen: object) -> Model:
    return Model(
        relation=ORDERS,
        path="models/shop/core/orders.sql",
        sql=QUERY if materialized == "incremental" else INITIAL,
        initial_sql=INITIAL,
        description="Every order once.",
        settings=Settings(Materialized(materialized), **chosen),  # type: ignore[arg-type]
        columns=COLUMNS,
        checks=(),
        reads=(),
        reads_itself=materialized == "incremental",
    )


def incremental(strategy: str, *key: str, **chosen: object) -> Model:
    return model("incremental", incremental_strategy=strategy, unique_key=key, **chosen)


def batched(strategy: str, *key: str, **chosen: object) -> Model:
    sql = f"{INITIAL}\nwhere changed_at >= $batch_start and changed_at < $batch_end"
    settings = {"batch": Size.DAY, "batch_by": "CHANGED_AT", "begin": PART.interval.start}
    node = incremental(strategy, *key, **settings, **chosen)
    return replace(node, sql=sql, initial_sql=sql, reads_itself=False)


def sifting(node: Model) -> Model:
    """The model, sending rows away that break one of its conditions."""
    return replace(
        node,
        checks=(
            replace(CHECKS[0], quarantine=True),
            CHECKS[1],
            replace(CHECKS[4], quarantine=True),
            replace(CHECKS[5], quarantine=True),
            CHECKS[6],
        ),
    )


def snapshot(**chosen: object) -> Snapshot:
    settings = Settings(unique_key=("ORDER_ID", "CUSTOMER_ID"), **chosen)  # type: ignore[arg-type]
    return Snapshot(
        ORDERS,
        "snapshots/shop/core/orders.sql",
        INITIAL,
        "How orders changed.",
        settings,
        COLUMNS,
        (),
        (),
    )


def cases() -> Iterator[tuple[str, Model | Snapshot, Existing | None]]:
    """Name, node and what exists of it. A name that ends in `checked` has all kinds of checks, one
    that ends in `full_refresh` is built anew."""
    yield "view", model("view"), None
    yield "view_secure_checked", model("view", secure=True), VIEW
    yield "view_instead_of_table", model("view"), TABLE
    yield "table", model("table"), TABLE
    clustered = model("table", transient=True, cluster_by=("amount", "to_date(changed_at)"))
    yield "table_transient_clustered", clustered, None
    yield "table_transient_clustered_checked", clustered, TABLE
    yield "table_instead_of_view", model("table"), VIEW
    lagging = model("dynamic_table", target_lag="1 hour", warehouse="transforming")
    yield "dynamic_table", lagging, None
    yield "dynamic_table_instead_of_table", lagging, TABLE
    yield "table_instead_of_dynamic_table", model("table"), replace(TABLE, kind="dynamic table")
    yield "incremental_first_checked", incremental("merge", "ORDER_ID"), None
    yield from _appending_cases()
    yield "incremental_merge", incremental("merge", "ORDER_ID"), TABLE
    excluding = incremental("merge", "ORDER_ID", "CUSTOMER_ID", merge_exclude_columns=("AMOUNT",))
    yield "incremental_merge_excluding", excluding, TABLE
    yield "incremental_merge_checked", incremental("merge", "ORDER_ID"), TABLE
    yield "incremental_delete_insert", incremental("delete+insert", "CUSTOMER_ID"), TABLE
    yield "incremental_insert_overwrite", incremental("insert_overwrite"), TABLE
    narrow = replace(TABLE, columns=TABLE.columns[:3])
    wider = incremental("merge", "ORDER_ID", on_schema_change="append_new_columns")
    yield "incremental_new_column", wider, narrow
    amounts = {"AMOUNT": "NUMBER(8,2)", "CHANGED_AT": "TIMESTAMP_NTZ(9)", "NOTE": "VARCHAR(9)"}
    other = replace(TABLE, columns=tuple(Column(*one) for one in amounts.items()))
    changing = incremental("append", on_schema_change="sync_all_columns")
    yield "incremental_new_wider_and_gone_columns", changing, other
    deleting = {"delete_when": "amount = 0 or amount is null"}
    yield "incremental_first_deleting", incremental("merge", "ORDER_ID", **deleting), None
    yield "incremental_merge_deleting_checked", incremental("merge", "ORDER_ID", **deleting), TABLE
    regrouped = incremental("delete+insert", "CUSTOMER_ID", **deleting)
    yield "incremental_delete_insert_deleting", regrouped, TABLE
    yield "batch_insert_overwrite_checked", batched("insert_overwrite"), TABLE
    yield "batch_merge", batched("merge", "ORDER_ID", **deleting), TABLE
    yield "batch_delete_insert", batched("delete+insert", "CUSTOMER_ID"), TABLE
    yield "batch_first", batched("insert_overwrite"), None
    yield "batch_rollback", batched("merge", "ORDER_ID"), TABLE
    yield "batch_full_refresh", batched("insert_overwrite", cluster_by=("amount",)), TABLE
    yield from _sifting_cases()
    for mode in ("ignore", "invalidate", "new_record"):
        timed = snapshot(updated_at="CHANGED_AT", hard_deletes=mode)
        compared = snapshot(check_columns=("AMOUNT",), hard_deletes=mode, max_deletes="10%")
        yield f"snapshot_by_time_{mode}", timed, HISTORY
        yield f"snapshot_by_comparison_{mode}", compared, HISTORY
    yield "snapshot_by_time_first_checked", snapshot(updated_at="CHANGED_AT"), None
    yield "snapshot_by_comparison_first", snapshot(check_columns=("*",)), None
    fewer = replace(HISTORY, columns=HISTORY.columns[3:])
    yield "snapshot_new_columns", snapshot(updated_at="CHANGED_AT"), fewer
    yield "snapshot_by_time_full_refresh", snapshot(updated_at="CHANGED_AT"), HISTORY


def _appending_cases() -> Iterator[tuple[str, Model, Existing | None]]:
    yield "incremental_append", incremental("append"), TABLE
    yield "incremental_append_with_key", incremental("append", "ORDER_ID"), TABLE
    yield "incremental_move", incremental("append", "ORDER_ID", move_from=MOVED), TABLE


def _sifting_cases() -> Iterator[tuple[str, Model, Existing | None]]:
    """Models that send rows away; one has all kinds of `@quarantine` conditions."""
    yield "quarantine_table_first", sifting(model("table")), None
    yield "quarantine_table", sifting(model("table", cluster_by=("amount",))), SIFTED
    yield (
        "quarantine_merge",
        sifting(incremental("merge", "ORDER_ID", delete_when="amount = 0")),
        SIFTED,
    )
    yield "quarantine_append", sifting(incremental("append")), SIFTED
    regrouped = incremental("delete+insert", "CUSTOMER_ID", on_schema_change="append_new_columns")
    yield "quarantine_delete_insert_new_column", sifting(regrouped), SIFTED_NARROW
    yield "quarantine_insert_overwrite", sifting(incremental("insert_overwrite")), TABLE
    yield "quarantine_batch", sifting(batched("insert_overwrite")), SIFTED
    yield "quarantine_batch_first", sifting(batched("insert_overwrite")), None
    yield "quarantine_batch_full_refresh", sifting(batched("insert_overwrite")), SIFTED
    yield "quarantine_batch_rollback", sifting(batched("insert_overwrite")), SIFTED
    yield "quarantine_no_longer", model("table"), SIFTED


def statements(name: str, node: Model | Snapshot, existing: Existing | None) -> list[str]:
    """All statements of a case, each under a comment that says when it is run."""
    checked = name.endswith("checked")
    if checked:
        node = replace(node, checks=CHECKS)
    moments = {"full_refresh": name.endswith("full_refresh"), "checked": checked}
    if isinstance(node, Model) and node.settings.batch:
        return _of_batch(name, node, existing)
    work = materializations.work(node, existing, RUN, **moments)
    told = []
    if work.describe:
        told = [*_told("prepare", work.prepare), *_told("describe", (work.describe,))]
        arrived = TABLE.columns
        work = materializations.settle(node, existing, arrived, RUN, **moments)
    return told + _of(work, node, checked=checked)


def _of_batch(name: str, node: Model, existing: Existing | None) -> list[str]:
    """One batch: into a table that is there, into a new one, or aside."""
    line = Line(PART.interval, PART.state, 100)
    if existing is None:
        told = _told("note", PART.page.begun())
        told += _told("create", batches.creation(node, PART.interval))
        failed = Line(PART.interval, State.FAILED)
        told += _of(batches.work(node, TABLE, PART), node, checked=False)
        return told + _told("note, after a failure", PART.page.noted_all((failed,)))
    if name.endswith("full_refresh"):
        aside = batches.aside(node)
        told = _told("create", batches.creation(aside, PART.interval))
        alone = replace(batches.work(aside, TABLE, PART), transactional=False, record=(), undo=())
        told += _of(alone, aside, checked=False)
        published = batches.publication(node, existing)
        whole = replace(published, record=PART.page.noted_all((line,)))
        return [*told, "-- after the last batch", *_of(whole, node, checked=False)]
    if name.endswith("rollback"):
        two = (PART.interval, Interval(datetime(2024, 6, 2), datetime(2024, 6, 3)))
        told = _told("known", (ledger.known([node]),))
        told += _told("show", (ledger.counted(node, two),))
        told += _told("remove, in a transaction", (ledger.taken_out(node, two),))
        if node.quarantine:
            beside = ledger.taken_out_beside(node, two)
            told += _told("remove from quarantine, in the transaction", (beside,))
        lines = [Line(interval, State.ROLLED_BACK) for interval in two]
        return told + _told("record, in the transaction", PART.page.noted_all(lines))
    return _of(batches.work(node, existing, PART), node, checked=name.endswith("checked"))


def _of(work: Work, node: Model | Snapshot, *, checked: bool) -> list[str]:
    told = _told("set", work.variables)
    told += _told("prepare", work.prepare) + _told("guard", work.guards)
    how = ", in a transaction" if work.transactional else ""
    told += _told(f"send rows away{how}", work.sift) + _told(f"write{how}", work.write)
    told += _told(f"take out{how}", work.take)
    if work.sent_away and work.sent_away.balance:
        told += _told("balance", (work.sent_away.balance,))
    statement = checks.statement(node, work, (FILE, FRESH) if checked else ())
    if statement:
        told += _told("check", (statement.sql,))
        for item in statement.items if checked else ():
            if item.sample:
                told += _told(f"sample of {item.check.name}", (item.sample,))
                told += _told(f"all of {item.check.name}", (item.query(published=False),))
    if work.transactional:
        told += _told("record, in the transaction", work.record)
    told += _told("publish", work.publish)
    if work.aside and work.sent_away:
        beside = quarantine.of(node.relation)
        told += [f"-- publish {work.sent_away.table} as {beside} (by the session)"]
    if work.aside:
        told += [f"-- publish {work.aside} as {node.relation} (by the session)"]
    if not work.transactional:
        told += _told("record", work.record)
    return told + _told("finish", work.finish) + _told("undo", work.undo)


def _told(moment: str, sql: tuple[str, ...]) -> list[str]:
    return [f"-- {moment}\n{statement};" for statement in sql]


def rendered(name: str, node: Model | Snapshot, existing: Existing | None) -> str:
    return "\n\n".join(statements(name, node, existing)) + "\n"


if __name__ == "__main__":
    for file in FOLDER.glob("*.sql"):
        file.unlink()
    for case in cases():
        (FOLDER / f"{case[0]}.sql").write_text(rendered(*case), encoding="utf-8")
