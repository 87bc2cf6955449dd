"""Translating Snowflake's SQL: the embedded engine against sqlglot's own parse and generate, and
against itself when the same text comes again."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

import sqlglot

from benchmarks.timing import compare, show
from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session

AT_MOST = 4.0  # times sqlglot's parse and generate
AGAIN_AT_MOST = 0.03  # times the first translation
LATER_AT_MOST = 0.15  # the same, with opening the file that keeps translations
SETUP = (
    "create table orders (order_id int, customer_id int, created_at timestamp_ntz, "
    "status varchar, amount number(12, 2), payload variant)",
    "create table customers (customer_id int, name varchar, country varchar)",
    "create view recent as select * from orders where created_at >= '2024-01-01'",
)
QUERIES = (
    """
with spend as (
    select
        customer_id,
        date_trunc(month, created_at)::date as month,
        count_if(status = 'Delivered') as delivered,
        sum(iff(status = 'Cancelled', 0, amount)) as spent,
        listagg(distinct payload:channel::varchar, ', ') as channels
    from recent
    group by all
)

select
    customers.name,
    spend.month,
    spend.spent / nullifzero(spend.delivered) as spent_per_order_{n},
    lag(spend.spent) over (partition by customers.customer_id order by spend.month) as before,
    to_char(spend.month, 'YYYY-MM') as label
from spend
left join customers on spend.customer_id = customers.customer_id
where coalesce(customers.country, 'none') not in ('x', 'y{n}')
qualify row_number() over (partition by spend.month order by spend.spent desc) <= 10 + {n}
order by spend.month, spend.spent desc
""",
    "select order_id, amount * 1.19 as gross from orders where status = 'Open' and amount > {n}",
    """
select
    orders.order_id,
    items.value:sku::varchar as sku,
    items.value:quantity::int as quantity,
    dateadd(day, {n}, orders.created_at) as due_at,
    datediff(hour, orders.created_at, '2024-06-01'::timestamp_ntz) as age_in_hours,
    split_part(orders.status, '-', 1) || '{n}' as state
from orders,
    lateral flatten(input => orders.payload:items) as items
where orders.customer_id in (select customer_id from customers where country = 'country {n}')
""",
)


@dataclass
class Repeated:
    """Something done to every text of a list; what it takes on the whole."""

    name: str
    act: Callable[[str], object]
    texts: list[str]

    def seconds(self) -> float:
        started = time.perf_counter()
        for text in self.texts:
            self.act(text)
        return time.perf_counter() - started


@dataclass
class InAnother:
    """The translations of a folder in a process that has just begun; timed there, once it is
    open."""

    name: str
    folder: str
    count: int

    def seconds(self) -> float:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.translating", self.folder, str(self.count)],
            capture_output=True,
            text=True,
            check=True,
        )
        return float(done.stdout)


def texts(count: int) -> list[str]:
    """Queries of a few kinds that differ in their numbers."""
    return [QUERIES[n % len(QUERIES)].format(n=n) for n in range(count)]


def prepare(session: Session) -> None:
    for statement in SETUP:
        session.execute(statement)


def translate(session: Session, text: str) -> None:
    session.translate(session.read(text).tree)


def generate(text: str) -> str:
    return sqlglot.parse_one(text, read="snowflake").sql("duckdb")


def run(count: int, runs: int) -> bool:
    """Translate `count` queries: anew, again in the same process, again in a later one."""
    listed = texts(count)
    with tempfile.TemporaryDirectory() as folder:
        with connect(folder) as session:
            prepare(session)
            for text in listed:
                session.execute(text)
        with connect() as session:
            prepare(session)
            for text in listed:
                session.execute(text)
            anew = Repeated("translating", lambda text: translate(session, text), listed)
            sqlglots = Repeated("sqlglot's parse and generate", generate, listed)
            again = Repeated("the same again", lambda text: find(session, text), listed)
            later = InAnother("the same in a later process", folder, count)
            held = [
                show(compare(anew, sqlglots, runs), AT_MOST),
                show(compare(again, anew, runs), AGAIN_AT_MOST),
                show(compare(later, anew, runs), LATER_AT_MOST),
            ]
    return all(held)


def find(session: Session, text: str) -> None:
    if session.kept(text) is None:
        raise SystemExit(f"not kept: {text}")


def measure(folder: str, count: int) -> float:
    """Seconds for finding every translation, in this process for the first time."""
    with connect(folder) as session:
        return Repeated("", lambda text: find(session, text), texts(count)).seconds()


if __name__ == "__main__":
    print(measure(sys.argv[1], int(sys.argv[2])))
