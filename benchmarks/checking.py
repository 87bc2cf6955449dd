"""The checks of a large table: one statement for all of them against a statement for each.

Conditions share the reading of their columns, and where the table's statistics decide one (all
amounts are above zero), one statement need not even read its column. So ten conditions cost a
fraction of ten statements, on three columns or on ten. Ten that no statistics decide, on ten
columns, share nothing but the statement: they may only not be dearer. Keys and references are
passes of their own in either case: in one statement they cost what they cost alone.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.timing import compare, show
from runner.engines import Session
from runner.engines.duckdb import connect
from runner.generating import checks
from runner.nodes import CheckSpec, Model
from runner.parsing.parser import parse
from runner.project import SourceFile

ROWS = 5_000_000
CONDITIONS_AT_MOST = 1 / 3
ANYTHING_AT_MOST = 1.1
PAIRS = 5  # counted pairs of statements for each counted run of a whole process

AMOUNTS = """\
-- @check total_amount >= 0 @check total_amount < 1000000
-- @check discount_amount >= 0 @check discount_amount < 1000 @check discount_amount <= total_amount
-- @check shipping_cost >= 0 @check shipping_cost < 1000 @check shipping_cost <= total_amount
-- @check total_amount - discount_amount >= 0 @check total_amount > 0 or shipping_cost = 0
"""
COLUMNS = """\
-- @check order_id >= 0 @check customer_id >= 0 @check store_id between 0 and 1000
-- @check order_status in ('Pending', 'Shipped', 'Delivered', 'Returned')
-- @check total_amount >= 0 @check discount_amount >= 0 @check shipping_cost >= 0
-- @check line_count > 0 @check created_at >= '2000-01-01' @check ingestion_ts >= '2000-01-01'
"""
UNDECIDED = """\
-- @check order_id <> 5 @check customer_id <> 7 @check store_id <> 50
-- @check order_status not like '%?%' @check total_amount <> 50 @check discount_amount <> 11
-- @check shipping_cost <> 4.5 @check line_count <> 3 @check created_at <> '2024-01-03'
-- @check ingestion_ts <> '2024-01-03'
"""
KEYS = """\
-- @unique order_id
-- @unique customer_id, created_at
-- @check count(*) > 1000 @check sum(total_amount) > 0
"""
QUERY = """\
select
    order_id,
    customer_id,  -- @references bench_checked.customers(customer_id)
    store_id,
    order_status,
    line_count,
    total_amount,
    discount_amount,
    shipping_cost,
    created_at,
    ingestion_ts
from bench_raw.orders
"""
TABLES = f"""\
create table bench_checked.orders as
with numbers as (
    select
        seq4() as number,
        abs(hash(seq4())) as chance
    from table(generator(rowcount => {ROWS}))
)

select
    number::number(38, 0) as order_id,
    mod(chance, 100000)::number(38, 0) as customer_id,
    mod(chance, 101)::number(38, 0) as store_id,
    decode(mod(chance, 4), 0, 'Pending', 1, 'Shipped', 2, 'Delivered', 'Returned') as order_status,
    (1 + mod(chance, 5))::number(38, 0) as line_count,
    (20 + mod(chance, 99991) / 100)::number(12, 2) as total_amount,
    mod(chance, 17)::number(12, 2) as discount_amount,
    (4 + mod(chance, 13) / 10)::number(12, 2) as shipping_cost,
    dateadd(second, number, '2024-01-01'::timestamp_ntz) as created_at,
    dateadd(second, number + mod(chance, 86400), '2024-01-01'::timestamp_ntz) as ingestion_ts
from numbers;

create table bench_checked.customers as
select seq4()::number(38, 0) as customer_id
from table(generator(rowcount => 100000))
"""


@dataclass(frozen=True)
class Statements:
    """Statements that are executed one after the other in one session."""

    name: str
    session: Session
    sql: Sequence[str]

    def seconds(self) -> float:
        """Wall seconds of all of them."""
        started = time.perf_counter()
        for statement in self.sql:
            self.session.execute(statement)
        return time.perf_counter() - started


def run(_count: int, runs: int) -> bool:
    """Check a table of five million rows both ways, in turn, and print the ratios."""
    profiles = (
        ("10 conditions on 3 columns", AMOUNTS, CONDITIONS_AT_MOST),
        ("10 conditions on 10 columns", COLUMNS, CONDITIONS_AT_MOST),
        ("10 that no statistics decide", UNDECIDED, ANYTHING_AT_MOST),
        ("conditions, keys, a reference", AMOUNTS + KEYS, ANYTHING_AT_MOST),
    )
    with tempfile.TemporaryDirectory() as name, connect(Path(name), "BENCHMARK") as session:
        _fill(session)
        held = [
            show(compare(*_both(session, what, head), runs=pairs), bound)
            for what, head, bound in profiles
            for pairs in [runs if head.endswith(KEYS) else runs * PAIRS]
        ]
    return all(held)


def _fill(session: Session) -> None:
    session.execute("create schema bench_checked")
    for statement in TABLES.split(";\n"):
        session.execute(statement)


def _both(session: Session, what: str, head: str) -> tuple[Statements, Statements]:
    """All checks of a model in one statement, and in one for each."""
    model = _model(head)
    fused = [_statement(model, model.checks)]
    single = [_statement(model, [check]) for check in model.checks]
    return Statements(f"{what}: one statement", session, fused), Statements(
        f"{len(single)} statements", session, single
    )


def _model(head: str) -> Model:
    query = QUERY if head.endswith(KEYS) else QUERY.replace("@references", "references")
    parsed = parse(SourceFile("models/bench/checked/orders.sql", "models", f"{head}\n{query}"))
    assert isinstance(parsed.node, Model), parsed.problems
    return parsed.node


def _statement(model: Model, specs: Sequence[CheckSpec]) -> str:
    found = checks.statement(model, checks.as_it_stands(model), specs=specs)
    assert found is not None
    return found.sql
