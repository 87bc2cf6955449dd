"""A small warehouse whose files have slots: each slot can be filled in several ways, and says which
nodes a build has to touch when it is filled otherwise and nothing else happens."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from runner import project
from runner.cli import cli
from runner.engines import open_engine

CONFIG = """\
name = "bakery"
default_target = "local"

[targets.local]
engine = "duckdb"
database = "BAKERY"
path = ".runner"
threads = 2
before_build = ["deploy"]
"""

MIGRATION = """\
create schema if not exists bakery_raw;
create table if not exists bakery_raw.sales (
    sale_id number(9, 0), customer_id number(9, 0), amount number(9, 2), note varchar,
    loaded_at number(9, 0)
);
create table if not exists bakery_raw.customers (
    customer_id number(9, 0), customer_name varchar, city varchar
);
create or replace function bakery_raw.tidy(text varchar) returns varchar as 'lower(trim(text))';
create view if not exists bakery_raw.real_customers as
select customer_id, customer_name, city from bakery_raw.customers where customer_id is not null;
"""

FILES = {
    "models/bakery/staging/sales.sql": """\
-- Sales as they came; one row per delivery of a sale.
select
    sale_id,
    customer_id,
    {amount} as amount,
    {note} as note,
    loaded_at
from bakery_raw.sales
where {where}
""",
    "models/bakery/staging/customers.sql": """\
-- Customers.
-- @unique customer_id
select *{extra} from bakery_raw.real_customers
""",
    "models/bakery/core/sales.sql": """\
-- The latest delivery of every sale.
-- @materialized incremental
-- @unique_key sale_id
-- @unique sale_id
select
    sale_id,
    customer_id,
    -- @check amount >= 0
    amount,
    {label} as label,
    loaded_at
from bakery_staging.sales
where
    sale_id in (
        select arrived.sale_id from bakery_staging.sales as arrived
        where arrived.loaded_at > (
            select coalesce(max(loaded.loaded_at), 0) from bakery_core.sales as loaded
        )
    )
qualify row_number() over (partition by sale_id order by loaded_at desc) = 1
""",
    "models/bakery/core/customers.sql": """\
-- Customers, tidied.
-- @materialized table
select
    customer_id,
    bakery_raw.tidy(customer_name) as customer_name,
    {city} as city{more}
from bakery_staging.customers
""",
    "models/bakery/marts/by_city.sql": """\
-- Revenue of each city.
-- @materialized table
with named as (
    select customers.customer_id, customers.city from bakery_core.customers as customers
)
select
    named.city,  -- {remark}
    sum(sales.amount) as revenue
from bakery_core.sales as sales
inner join named on sales.customer_id = named.customer_id
group by named.city
""",
    "models/bakery/marts/names.sql": """\
-- How often each name occurs.
-- @materialized table
select customer_name, count(*) as customers from bakery_core.customers group by customer_name
""",
    "models/bakery/marts/labels.sql": """\
-- The labels in use.
-- @materialized table
select distinct label from bakery_core.sales
""",
    "models/bakery/marts/cities.sql": """\
-- The cities by revenue.
select
    by_city.city,
    by_city.revenue,
    {rank} as place
from bakery_marts.by_city as by_city
""",
    "models/bakery/marts/best.sql": """\
-- The best city.
-- @materialized table
select city from bakery_marts.cities where place = 1
""",
    "checks/bakery/every_sale_has_a_customer.sql": """\
-- @severity warn
select sales.sale_id
from bakery_core.sales as sales
left join bakery_core.customers as customers on sales.customer_id = customers.customer_id
where customers.customer_id is null and {guard}
""",
}

STAGED_SALES, STAGED_CUSTOMERS = "bakery_staging.sales", "bakery_staging.customers"
SALES, CUSTOMERS = "bakery_core.sales", "bakery_core.customers"
BY_CITY, NAMES, LABELS = "bakery_marts.by_city", "bakery_marts.names", "bakery_marts.labels"
CITIES, BEST = "bakery_marts.cities", "bakery_marts.best"
GUARD = "check:bakery/every_sale_has_a_customer"
RELATIONS = (STAGED_SALES, STAGED_CUSTOMERS, SALES, CUSTOMERS, BY_CITY, NAMES, LABELS, CITIES, BEST)


@dataclass(frozen=True)
class Slot:
    """A place in a file: how it can be filled, and what has to run when that changes alone."""

    path: str
    name: str
    fillings: tuple[str, ...]
    touches: frozenset[str]


SLOTS = (
    Slot(
        "models/bakery/staging/sales.sql",
        "amount",
        ("amount", "greatest(amount, 0)", "amount * 2"),
        frozenset({STAGED_SALES, SALES, BY_CITY, LABELS, CITIES, BEST, GUARD}),
    ),
    Slot(
        "models/bakery/staging/sales.sql",
        "note",
        ("note", "upper(note)", "coalesce(note, '-')"),
        frozenset({STAGED_SALES}),
    ),
    Slot(
        "models/bakery/staging/sales.sql",
        "where",
        ("true", "sale_id > 3"),
        frozenset({STAGED_SALES, SALES, BY_CITY, LABELS, CITIES, BEST, GUARD}),
    ),
    Slot(
        "models/bakery/staging/customers.sql",
        "extra",
        ("", ", 1 as one"),
        frozenset({STAGED_CUSTOMERS}),
    ),
    Slot(
        "models/bakery/core/sales.sql",
        "label",
        ("'a'", "iff(amount > 20, 'much', 'little')", "'b' || sale_id % 2"),
        frozenset({SALES, BY_CITY, LABELS, CITIES, BEST, GUARD}),
    ),
    Slot(
        "models/bakery/core/customers.sql",
        "city",
        ("city", "upper(city)"),
        frozenset({CUSTOMERS, BY_CITY, CITIES, BEST}),
    ),
    Slot(
        "models/bakery/core/customers.sql",
        "more",
        ("", ", length(customer_name) as letters", ", 7 as seven"),
        frozenset({CUSTOMERS}),
    ),
    Slot("models/bakery/marts/by_city.sql", "remark", ("Where.", "The city."), frozenset()),
    Slot(
        "models/bakery/marts/cities.sql",
        "rank",
        ("row_number() over (order by revenue desc, city)", "rank() over (order by revenue, city)"),
        frozenset({CITIES, BEST}),
    ),
    Slot(
        "checks/bakery/every_sale_has_a_customer.sql",
        "guard",
        ("true", "sales.sale_id <> 5"),
        frozenset({GUARD}),
    ),
)


@dataclass
class Bakery:
    """The warehouse in a folder; `filled` says how its slots are filled now."""

    root: Path
    filled: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def open(cls, root: Path) -> Bakery:
        bakery = cls(root, {(slot.path, slot.name): slot.fillings[0] for slot in SLOTS})
        bakery.write("runner.toml", CONFIG)
        bakery.write("migrations/V1.0.0__bakery.sql", MIGRATION)
        for path in FILES:
            bakery.save(path)
        return bakery

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def save(self, path: str, *, comment: str = "") -> None:
        """Write a file as its slots are filled."""
        slots = {name: text for (other, name), text in self.filled.items() if other == path}
        self.write(path, comment + FILES[path].format(**slots))

    def fill(self, slot: Slot, text: str) -> None:
        self.filled[slot.path, slot.name] = text
        self.save(slot.path)

    def run(self, *arguments: str) -> Result:
        """`runner … --project-dir <root>` in this process."""
        return CliRunner().invoke(cli, [*arguments, "--project-dir", str(self.root)])

    def execute(self, *statements: str) -> None:
        for sql in statements:
            done = self.run("query", sql)
            assert done.exit_code == 0, done.stderr

    def build(self, *arguments: str) -> dict[str, str]:
        """Build; the status of every node that had something to do, the others left out."""
        done = self.run("build", "--log-format", "json", *arguments)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        assert all(event["event"] != "error" for event in events), done.stdout
        ended = [event for event in events if event["event"] == "node_finished"]
        return {event["node"]: event["status"] for event in ended if event["status"] != "fresh"}

    def plan(self, *arguments: str) -> dict[str, dict[str, Any]]:
        done = self.run("plan", "--log-format", "json", *arguments)
        assert done.exit_code == 0, done.stdout + done.stderr
        rows = map(json.loads, done.stdout.splitlines())
        return {row["node"]: row for row in rows}

    def contents(self) -> Mapping[str, Counter[tuple[Any, ...]]]:
        """The rows of every relation."""
        with (
            closing(open_engine(project.load(self.root).target())) as engine,
            engine.session() as session,
        ):
            return {
                name: Counter(session.execute(f"select * from {name}").rows) for name in RELATIONS
            }

    def copied_to(self, root: Path) -> Bakery:
        """The same files and the same database elsewhere."""
        shutil.copytree(self.root, root)
        return Bakery(root, dict(self.filled))
