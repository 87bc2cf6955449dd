"""The reference warehouse after its builds, compared with the landing files."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from runner.engines import Session
from tests.retail.conftest import Built
from tests.retail.landed import Landed, money
from tests.warehouse import ROOT, Warehouse

DELETED = 3
SNAPSHOTS = [
    ("customers", "customer_id"),
    ("products", "product_id"),
    ("stores", "store_id"),
]
QUERIES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("models", "snapshots", "checks")
    for path in (ROOT / folder / "retail").rglob("*.sql")
)


@pytest.fixture(scope="module")
def landed(warehouse: Warehouse) -> Landed:
    return Landed(warehouse.landing)


@pytest.fixture(scope="module")
def session(warehouse: Warehouse) -> Any:
    with warehouse.session() as session:
        yield session


@pytest.mark.parametrize("table", ["customers", "products", "stores", "orders", "orderitems"])
def test_every_landed_row_is_in_raw_once_with_its_file_and_row(
    session: Session, landed: Landed, table: str
) -> None:
    raw = session.execute(
        f"select file_name, count(*), min(file_row_number), max(file_row_number),"
        f" count(distinct file_row_number) from retail_raw.{table} group by file_name"
    )
    found = {Path(name).name: tuple(numbers) for name, *numbers in raw.rows}
    expected = {}
    for path in landed.files(table):
        count = len(path.read_text(encoding="utf-8").splitlines()) - 1
        expected[path.name] = (count, 1, count, count)
    assert found == expected


def test_every_order_of_every_batch_is_in_fact_orders_once_late_ones_too(
    session: Session, landed: Landed
) -> None:
    found = session.execute(
        "select order_id, customer_id, store_id, order_status, total_amount, discount_amount,"
        " shipping_cost, payment_type, created_at from retail_core.fact_orders"
    ).rows
    expected = [
        (
            row["order_id"],
            row["customer_id"],
            row["store_id"],
            row["order_status"],
            money(row["total_amount"]),
            money(row["discount_amount"]),
            money(row["shipping_cost"]),
            row["payment_type"],
            datetime.fromisoformat(row["created_at"]),
        )
        for row in landed.newest("orders", "order_id").values()
    ]
    assert Counter(found) == Counter(expected)


def test_the_second_batch_carries_orders_older_than_the_newest_of_the_first(
    landed: Landed,
) -> None:
    first, second = (
        [row["created_at"] for row in landed.rows("orders") if row["order_id"].startswith(prefix)]
        for prefix in ("O20260331", "O20260401")
    )
    late = [created_at for created_at in second if created_at < max(first)]
    assert len(late) > 300


def test_every_line_of_every_batch_is_in_fact_orderitems_once(
    session: Session, landed: Landed
) -> None:
    found = session.execute(
        "select order_id, product_id, quantity, unit_price, line_total, line_discount"
        " from retail_core.fact_orderitems"
    ).rows
    expected = [
        (
            row["order_id"],
            row["product_id"],
            max(int(row["quantity"]), 0),
            money(row["unit_price"]),
            money(row["line_total"]),
            money(row["line_discount"]),
        )
        for row in landed.rows("orderitems")
    ]
    assert Counter(found) == Counter(expected)


def test_the_newest_version_of_each_customer_with_both_names_is_in_dim_customer(
    session: Session, landed: Landed
) -> None:
    found = session.execute(
        "select customer_id, first_name, last_name, email, city, created_at"
        " from retail_core.dim_customer"
    ).rows
    expected = [
        (
            row["customer_id"],
            row["first_name"],
            row["last_name"],
            row["email"],
            row["city"],
            datetime.fromisoformat(row["created_at"]),
        )
        for row in landed.newest("customers", "customer_id").values()
        if row["first_name"] and row["last_name"]
    ]
    assert len(expected) == 980
    assert Counter(found) == Counter(expected)


def test_the_newest_version_of_each_product_with_a_price_above_zero_is_in_dim_product(
    session: Session, landed: Landed
) -> None:
    found = session.execute(
        "select product_id, product_name, category, price from retail_core.dim_product"
    ).rows
    expected = [
        (row["product_id"], row["product_name"], row["category"], Decimal(row["price"]))
        for row in landed.newest("products", "product_id").values()
        if Decimal(row["price"]) > 0
    ]
    assert len(expected) == 198
    assert Counter(found) == Counter(expected)


def test_the_newest_version_of_each_store_is_in_dim_store(session: Session, landed: Landed) -> None:
    found = session.execute("select store_id, store_name from retail_core.dim_store").rows
    newest = landed.newest("stores", "store_id").values()
    assert Counter(found) == Counter((row["store_id"], row["store_name"]) for row in newest)


@pytest.mark.parametrize(("name", "key"), SNAPSHOTS)
def test_every_version_is_one_row_without_gap_or_overlap(
    session: Session, landed: Landed, name: str, key: str
) -> None:
    rows = session.execute(
        f"select {key}, created_at, valid_from, valid_to, is_current"
        f" from retail_core.{name}_snapshot order by {key}, valid_from"
    ).rows
    histories: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for identity, *version in rows:
        histories[identity].append(tuple(version))
    versions = landed.versions(name, key)
    deleted = landed.deleted(name, key)
    assert histories.keys() == versions.keys()
    for identity, history in histories.items():
        times = sorted(versions[identity])
        assert [created_at for created_at, *_ in history] == times
        assert [valid_from for _, valid_from, *_ in history] == times
        assert [valid_to for *_, valid_to, _ in history[:-1]] == times[1:]
        assert [is_current for *_, is_current in history[:-1]] == [False] * (len(times) - 1)
        *_, last_valid_to, last_is_current = history[-1]
        assert last_is_current == (last_valid_to is None) == (identity not in deleted)


@pytest.mark.parametrize(("name", "key"), SNAPSHOTS)
def test_what_changed_has_a_closed_and_an_open_version_and_what_was_deleted_none_open(
    session: Session, landed: Landed, name: str, key: str
) -> None:
    counts = {
        identity: (versions, current)
        for identity, versions, current in session.execute(
            f"select {key}, count(*), count_if(is_current)"
            f" from retail_core.{name}_snapshot group by {key}"
        ).rows
    }
    deleted = landed.deleted(name, key)
    versions = landed.versions(name, key)
    changed = {identity for identity, times in versions.items() if len(times) > 1}
    assert len(deleted) == DELETED
    assert len(changed) == round(len(versions) * 0.05)
    assert {counts[identity] for identity in changed - deleted} == {(2, 1)}
    assert {counts[identity][1] for identity in deleted} == {0}


def test_each_customers_profile_adds_up_their_orders(session: Session, landed: Landed) -> None:
    spend: dict[str, list[Any]] = defaultdict(list)
    for row in landed.newest("orders", "order_id").values():
        spend[row["customer_id"]].append((row["created_at"], money(row["total_amount"])))
    expected = []
    for (customer_id,), row in landed.newest("customers", "customer_id").items():
        if row["first_name"] and row["last_name"]:
            orders = spend[customer_id]
            times = sorted(datetime.fromisoformat(created_at) for created_at, _ in orders)
            amount = sum((amount for _, amount in orders), Decimal(0))
            ends = (times[0], times[-1]) if times else (None, None)
            expected.append((customer_id, len(orders), amount, *ends))
    found = session.execute(
        "select customer_id, total_orders, lifetime_spend, first_order_date, last_order_date"
        " from retail_marts.dim_customer_profile"
    ).rows
    assert Counter(found) == Counter(expected)


def test_each_sale_has_its_customer_its_store_and_what_its_lines_add_up_to(
    session: Session, landed: Landed
) -> None:
    lines: dict[str, list[Any]] = defaultdict(list)
    for line in landed.rows("orderitems"):
        lines[line["order_id"]].append(line)
    customers = landed.newest("customers", "customer_id")
    stores = landed.newest("stores", "store_id")
    expected = []
    for (order_id,), row in landed.newest("orders", "order_id").items():
        customer = customers[(row["customer_id"],)]
        known = customer["first_name"] and customer["last_name"]
        expected.append(
            (
                order_id,
                customer["last_name"] if known else None,
                stores[(row["store_id"],)]["store_name"],
                money(row["total_amount"]),
                sum((money(line["line_total"]) for line in lines[order_id]), Decimal(0)),
                sum((money(line["line_discount"]) for line in lines[order_id]), Decimal(0)),
                len({line["product_id"] for line in lines[order_id]}),
            )
        )
    found = session.execute(
        "select order_id, customer_last_name, store_name, total_amount, total_line_amount,"
        " total_line_discount, distinct_products from retail_marts.fct_sales"
    ).rows
    assert Counter(found) == Counter(expected)


def test_sales_by_day_and_by_store_add_up_the_orders(session: Session, landed: Landed) -> None:
    by_day: dict[Any, list[Decimal]] = defaultdict(list)
    by_store: dict[str, list[Decimal]] = defaultdict(list)
    for row in landed.newest("orders", "order_id").values():
        amount = money(row["total_amount"])
        by_day[datetime.fromisoformat(row["created_at"]).date()].append(amount)
        by_store[row["store_id"]].append(amount)
    days = session.execute(
        "select order_date, total_orders, total_sales from retail_marts.sales_by_day"
    ).rows
    stores = session.execute(
        "select store_id, total_orders, total_sales from retail_marts.sales_by_store"
    ).rows
    assert sorted(days) == sorted((day, len(sales), sum(sales)) for day, sales in by_day.items())
    assert sorted(stores) == sorted(
        (store, len(sales), sum(sales)) for store, sales in by_store.items()
    )


def test_sales_by_product_add_up_the_lines(session: Session, landed: Landed) -> None:
    expected: dict[str, list[Any]] = defaultdict(lambda: [0, 0, Decimal(0), Decimal(0)])
    for line in landed.rows("orderitems"):
        sums = expected[line["product_id"]]
        sums[0] += 1
        sums[1] += max(int(line["quantity"]), 0)
        sums[2] += money(line["line_total"])
        sums[3] += money(line["line_discount"])
    found = session.execute(
        "select product_id, total_orders, total_quantity, total_sales, total_discount"
        " from retail_marts.sales_by_product"
    ).rows
    assert sorted(found) == sorted((product, *sums) for product, sums in expected.items())


def test_a_third_build_changes_no_row_anywhere(built: Built) -> None:
    _, second, third = built.after
    assert len(second) > 25
    assert all(second[name] for name in second if not name.endswith("_rejected"))
    assert third == second


def test_no_version_that_was_recorded_is_ever_rewritten_except_to_close_it(built: Built) -> None:
    first, second, _ = built.after
    for name, _key in SNAPSHOTS:
        before = first[f"retail_core.{name}_snapshot"]
        after = second[f"retail_core.{name}_snapshot"]
        rewritten = before - after
        assert rewritten.keys() <= {row for row in before if row[-3] is None}
        assert len(after) > len(before)


@pytest.mark.parametrize("path", QUERIES)
def test_each_file_pasted_alone_runs(session: Session, path: str) -> None:
    sql = (ROOT / path).read_text(encoding="utf-8")
    result = session.execute(sql)
    assert result.columns
    if path.startswith("checks/") and "arrive_every_day" not in path:
        assert result.rows == []
