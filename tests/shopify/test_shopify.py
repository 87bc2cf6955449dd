"""The shop's tables after its builds, compared with the files of the sync."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.shopify.conftest import Built
from tests.shopify.landed import Landed, Sale, key
from tests.warehouse import ROOT, Warehouse

CHECK = re.compile(r"@(not_null|unique|check|references|accepted_values)\b(?!_)")
Quarters = dict[date, Decimal]


@pytest.fixture(scope="module")
def sales(landed: Landed) -> list[Sale]:
    return landed.sales()


def test_nothing_new_changes_nothing(built: Built) -> None:
    assert built.third == built.second


def test_two_increments_equal_a_full_build(built: Built) -> None:
    assert built.anew == built.second


def test_the_second_sync_let_rows_into_the_fact(warehouse: Warehouse, landed: Landed) -> None:
    """The original's incremental condition never did."""
    ((count, newest),) = warehouse.rows(
        "select count(*), max(order_number) from fct".replace("fct", "shopify_serving.fct_sales")
    )
    assert count == len(landed.orders())
    assert newest == max(landed.orders())


def test_every_order_is_sold_once_as_last_delivered(
    warehouse: Warehouse, sales: list[Sale]
) -> None:
    rows = warehouse.rows(
        "select sales_key, order_number, total_price, current_total_tax, created_at_key,"
        " customer_identifier_key, location_key from shopify_serving.fct_sales"
    )
    assert Counter(rows) == Counter(
        (
            key((sale.number,)),
            sale.number,
            sale.price,
            sale.tax,
            int(f"{sale.moment:%Y%m%d}"),
            key(sale.customer),
            key(sale.place),
        )
        for sale in sales
    )


def test_refunds_that_were_delivered_later_count(landed: Landed) -> None:
    prices = defaultdict(set)
    for record in landed.deliveries("orders"):
        if record["order_number"] and (record["total_price"] or 0) > 0:
            prices[record["order_number"]].add(record["total_price"])
    assert sum(len(found) > 1 for found in prices.values()) > 10


def test_what_does_not_fit_is_in_quarantine_with_its_reason(
    warehouse: Warehouse, landed: Landed
) -> None:
    rows = warehouse.rows("select rejection_reason from shopify_staging.stg_orders__quarantine")
    negative = [r["total_price"] for r in landed.broken() if (r["total_price"] or 0) < 0]
    assert Counter(reason for (reason,) in rows) == Counter(
        ["order_number is missing", "total_price is missing"] * 2
        + ["created_at is not a timestamp: yesterday"] * 2
        + [f"total_price is negative: {price!r}" for price in negative]
    )
    assert len(landed.broken()) == len(rows)


def test_customers_who_were_renamed_keep_their_sales_under_the_new_key(
    warehouse: Warehouse, landed: Landed
) -> None:
    lasts = defaultdict(set)
    for record in landed.deliveries("customers"):
        lasts[record["email"]].add(record["last_name"])
    renamed = [email for email, found in lasts.items() if email and len(found) > 1]
    assert renamed
    for email in renamed:
        record = landed.customers()[email]
        new = key((record["first_name"], record["last_name"], email))
        assert warehouse.rows(
            "select customer_key from shopify_serving.dim_customers"
            f" where customer_identifier = '{email}'"
        ) == [(new,)]


def test_returning_users(warehouse: Warehouse, sales: list[Sale]) -> None:
    months = defaultdict(set)
    for sale in sales:
        if sale.customer:
            months[sale.month].add(sale.customer)
    before: set[tuple[str | None, ...]] = set()
    expected = []
    for month in sorted(months):
        users = months[month]
        again = len(users & before)
        rate = (Decimal(again) / len(users)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
        expected.append((month, len(users), again, rate))
        before |= users
    assert (
        warehouse.rows(
            "select * from shopify_reporting.monthly_returning_users order by sales_month"
        )
        == expected
    )


def growth(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    if now is None or not before:
        return None
    return (now / before - 1).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def quarters_of(sales: list[Sale]) -> Quarters:
    found: Quarters = {}
    quarter, last = min(sale.quarter for sale in sales), max(sale.quarter for sale in sales)
    while quarter <= last:
        found[quarter] = sum((s.price for s in sales if s.quarter == quarter), Decimal(0))
        quarter = _later(quarter, 1)
    return found


def _later(quarter: date, count: int) -> date:
    months = quarter.year * 12 + quarter.month - 1 + 3 * count
    return date(months // 12, months % 12 + 1, 1)


def test_growth_by_quarter_and_year(warehouse: Warehouse, sales: list[Sale]) -> None:
    quarters = quarters_of(sales)
    years: dict[int, Decimal] = defaultdict(Decimal)
    for quarter, amount in quarters.items():
        years[quarter.year] += amount
    expected = [
        (
            quarter,
            quarter.year,
            (quarter.month + 2) // 3,
            amount,
            growth(amount, quarters.get(_later(quarter, -1))),
            growth(amount, quarters.get(_later(quarter, -4))),
            years[quarter.year],
            growth(years[quarter.year], years.get(quarter.year - 1)),
        )
        for quarter, amount in quarters.items()
    ]
    assert (
        warehouse.rows(
            "select * from shopify_reporting.quarter_and_year_growth order by sales_quarter"
        )
        == expected
    )
    assert len(expected) == 8


def test_sales_by_geo(warehouse: Warehouse, landed: Landed, sales: list[Sale]) -> None:
    provinces = {}
    for kind, field in (("customers", "default_address"), ("orders", "shipping_address")):
        for record in landed.deliveries(kind):
            if address := record[field]:
                place = tuple(address[name] for name in ("address1", "city", "country", "zip"))
                provinces[place] = address["province"]
    orders: Counter[tuple[str | None, ...]] = Counter()
    amounts: dict[tuple[str | None, ...], Decimal] = defaultdict(Decimal)
    for sale in sales:
        _, city, country, _ = sale.place or (None, None, None, None)
        where = (country, provinces[sale.place] if sale.place else None, city)
        orders[where] += 1
        amounts[where] += sale.price
    rows = warehouse.rows(
        "select country, province, city, orders, total_sales from shopify_reporting.sales_by_geo"
    )
    assert Counter(rows) == Counter((*w, orders[w], amounts[w]) for w in orders)
    assert (None, None, None) in orders


def test_top_customers(warehouse: Warehouse, sales: list[Sale]) -> None:
    bought = defaultdict(list)
    for sale in sales:
        if sale.customer:
            bought[sale.customer].append(sale)
    best = sorted(
        bought.items(),
        key=lambda item: (
            -sum(sale.price for sale in item[1]),
            min(sale.moment.date() for sale in item[1]),
            key(item[0]),
        ),
    )[:10]
    assert warehouse.rows("select * from shopify_reporting.top_customers order by sales_rank") == [
        (key(who), who[0], who[1], len(found), sum(sale.price for sale in found), rank)
        for rank, (who, found) in enumerate(best, start=1)
    ]


def test_a_day_of_the_calendar(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "select * from shopify_serving.dim_dates where calendar_date = '2025-12-28'"
    )
    first, quarter = date(2025, 12, 1), date(2025, 10, 1)
    assert rows == [
        (20251228, date(2025, 12, 28), 2025, 4, 12, "Dec", first, quarter, 52, 7, "Sun", True)
    ]
    ((days, begin, end),) = warehouse.rows(
        "select count(*), min(calendar_date), max(calendar_date) from shopify_serving.dim_dates"
    )
    assert (days, begin, end) == (365 + 365 + 366, date(2024, 1, 1), date(2026, 12, 31))


def test_every_check_that_stands_in_a_file_ran(warehouse: Warehouse) -> None:
    """The original's stood under a misspelt key, so none ever did."""
    written: Counter[str] = Counter()
    for path in (ROOT / "models" / "shopify").rglob("*.sql"):
        relation = f"shopify_{path.parent.name}.{path.stem}"
        written[relation] = len(CHECK.findall(path.read_text(encoding="utf-8")))
    ran = warehouse.rows(
        "select node, count(distinct check_name) from runner.check_results"
        " where path like 'models/shopify/%' group by node"
    )
    assert dict(ran) == {relation: count for relation, count in written.items() if count}
    files = {path.stem for path in (ROOT / "checks" / "shopify").glob("*.sql")}
    found = warehouse.rows(
        "select distinct split_part(path, '/', 3) from runner.check_results"
        " where path like 'checks/shopify/%'"
    )
    assert {name for (name,) in found} == {f"{stem}.sql" for stem in files}


def test_parts_of_a_key_never_run_together(warehouse: Warehouse) -> None:
    values = ("null", "''", "'a'", "'a1:b'", "'1:a'", "'-'", "'b'", "'a-'")
    pairs = [(one, two) for one in values for two in values]
    part = "shopify_serving.key_part"
    rows = warehouse.rows(
        " union all ".join(f"select md5({part}({a}) || {part}({b})) as k" for a, b in pairs)
    )
    assert len(set(rows)) == len(pairs)
