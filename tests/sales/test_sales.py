"""The warehouse of sales after its builds, compared with the landing files."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.sales import reckoned
from tests.sales.conftest import Built
from tests.sales.landed import RAW, Landed
from tests.sales.reckoned import Told, Version
from tests.warehouse import Warehouse

FOLDERS = {"sales_batch_raw": "batch", "product_raw": "products", "store_raw": "stores"}


@pytest.fixture(scope="module")
def staged(landed: Landed) -> list[Told]:
    return reckoned.tellings(landed)[0]


@pytest.fixture(scope="module")
def unified(staged: list[Told]) -> dict[str, Told]:
    return {
        order_id: told
        for order_id, told in reckoned.best(staged).items()
        if told.score >= reckoned.UNIFIED
    }


@pytest.fixture(scope="module")
def facts(unified: dict[str, Told]) -> list[Told]:
    return [told for told in unified.values() if told.score >= reckoned.FACT]


@pytest.fixture(scope="module")
def products(landed: Landed) -> list[Version]:
    return reckoned.product_versions(landed)


@pytest.fixture(scope="module")
def stores(landed: Landed) -> list[Version]:
    return reckoned.store_versions(landed)


def test_every_landed_row_is_in_raw_once_with_its_file_and_row(
    warehouse: Warehouse, landed: Landed
) -> None:
    for table in RAW:
        folder = FOLDERS.get(table.split(".")[1])
        rows = landed.rows(folder) if folder else landed.stream()
        found = warehouse.rows(f"select file_name, file_row_number from {table}")
        assert Counter(found) == Counter((row.file, row.number) for row in rows)


def test_the_sample_has_what_makes_this_hard(staged: list[Told], unified: dict[str, Told]) -> None:
    sources: dict[str, set[str]] = {}
    for told in staged:
        sources.setdefault(told.order_id, set()).add(told.source)
    late = [told for told in staged if told.reported_at - told.sold_at > timedelta(hours=5)]
    assert sum(len(found) == 2 for found in sources.values()) > 60
    assert len(staged) - len(sources) > 80
    assert len(late) > 50
    assert {told.score for told in staged} == {70, 75, 85, 90, 100}


@pytest.mark.parametrize("source", ["stream", "batch"])
def test_scores_and_amounts_are_those_of_the_rules(
    warehouse: Warehouse, staged: list[Told], source: str
) -> None:
    table, moment = {
        "stream": ("stg_sales_raw", "sale_timestamp"),
        "batch": ("stg_sales_batch", "order_date::timestamp_ntz"),
    }[source]
    found = warehouse.rows(
        f"select file_name, file_row_number, order_id, {moment}, customer_id, store_id, product_id,"
        " gross_amount, discount_amount, net_amount, data_quality_score, is_valid_record"
        f" from sales_staging.{table}"
    )
    assert Counter(found) == Counter(
        (
            told.file,
            told.number,
            told.order_id,
            told.sold_at,
            told.customer_id,
            told.store_id,
            told.product_id,
            told.gross,
            told.discount,
            told.net,
            told.score,
            True,
        )
        for told in staged
        if told.source == source
    )


def test_every_other_row_is_in_quarantine_with_its_reason(
    warehouse: Warehouse, landed: Landed
) -> None:
    found = warehouse.rows(
        """
        select file_name, file_row_number, invalid_reason, data_quality_score
        from sales_staging.stg_sales_raw__quarantine
        union all
        select file_name, file_row_number, invalid_reason, data_quality_score
        from sales_staging.stg_sales_batch__quarantine
        """
    )
    _, quarantined = reckoned.tellings(landed)
    assert Counter((file, number) for file, number, *_ in found) == Counter(
        (row.file, row.number) for row in quarantined
    )
    assert all(reason or score < reckoned.STAGED for *_, reason, score in found)
    assert {str(reason).split(":")[0] for *_, reason, _ in found} == {
        "order_id is missing",
        "quantity is not above zero",
        "unit_price is not an amount",
        "sale_timestamp is not a timestamp",
        "sale_timestamp is in the future",
        "ship_date is before order_date",
        "discount is above the price",
    }


def test_an_order_that_stream_and_batch_have_seen_counts_once(
    warehouse: Warehouse, staged: list[Told], unified: dict[str, Told]
) -> None:
    found = warehouse.rows(
        "select order_id, source_system, telling_count, is_streamed, is_batched, sale_timestamp,"
        " store_id, quantity, unit_price, net_amount, data_quality_score"
        " from sales_intermediate.int_sales_unified"
    )
    sources = {
        order_id: [told.source for told in staged if told.order_id == order_id]
        for order_id in unified
    }
    assert Counter(found) == Counter(
        (
            order_id,
            told.source,
            len(sources[order_id]),
            "stream" in sources[order_id],
            "batch" in sources[order_id],
            told.sold_at,
            told.store_id,
            told.quantity,
            told.unit_price,
            told.net,
            told.score,
        )
        for order_id, told in unified.items()
    )


@pytest.mark.parametrize(
    ("table", "key", "values"),
    [
        (
            "int_product_scd2",
            "product_id",
            "product_name, category, sub_category, brand, unit_cost::varchar,"
            " unit_price::varchar, is_active::varchar",
        ),
        (
            "int_store_scd2",
            "store_id",
            "store_name, store_type, opening_date::varchar, city, state, country, region",
        ),
    ],
)
def test_every_change_is_a_version_and_the_next_begins_where_it_ends(
    warehouse: Warehouse,
    products: list[Version],
    stores: list[Version],
    table: str,
    key: str,
    values: str,
) -> None:
    found = warehouse.rows(
        f"select {key}, effective_date, expiration_date, {values} from sales_intermediate.{table}"
    )
    expected = products if key == "product_id" else stores
    assert Counter(found) == Counter(
        (version.key, version.since, version.until, *version.values) for version in expected
    )
    numbered = warehouse.rows(
        f"select {key}, listagg(version, ' ') within group (order by effective_date),"
        f" count_if(is_current) from sales_intermediate.{table} group by {key}"
    )
    versions = Counter(version.key for version in expected)
    assert {name: (numbers, current) for name, numbers, current in numbered} == {
        name: (" ".join(map(str, range(1, count + 1))), 1) for name, count in versions.items()
    }
    assert max(versions.values()) > 1


def test_a_sale_has_the_versions_of_its_time(
    warehouse: Warehouse, facts: list[Told], products: list[Version], stores: list[Version]
) -> None:
    found = warehouse.rows(
        """
        select
            sales.order_id,
            sales.date_key,
            products.effective_date,
            stores.effective_date,
            stores.city,
            sales.net_amount,
            sales.unit_cost,
            sales.profit_amount
        from sales_marts.fact_sales as sales
        left join sales_marts.dim_product as products
            on sales.product_key = products.product_key
        left join sales_marts.dim_store as stores
            on sales.store_key = stores.store_key
        """
    )
    expected = []
    for told in facts:
        product = reckoned.valid_at(products, told.product_id, told.sold_at)
        store = reckoned.valid_at(stores, told.store_id, told.sold_at)
        cost = Decimal(str(product.values[4])) if product else None
        row = (
            told.order_id,
            int(told.sold_at.strftime("%Y%m%d")),
            product and product.since,
            store and store.since,
            store and store.values[3],
            told.net,
            cost,
            None if cost is None else told.net - told.quantity * cost,
        )
        expected.append(row)
    assert Counter(found) == Counter(expected)


def test_sales_of_before_and_after_a_change_have_different_versions(
    warehouse: Warehouse,
) -> None:
    (split,) = warehouse.rows(
        """
        select count(*)
        from (
            select product_id
            from sales_marts.fact_sales
            group by product_id
            having count(distinct product_key) > 1
        )
        """
    )
    assert split[0] >= 10


def test_days_hold_what_was_sold(
    warehouse: Warehouse, facts: list[Told], products: list[Version]
) -> None:
    found = warehouse.rows(
        "select sale_date, category, sum(total_orders), sum(total_quantity), sum(gross_amount),"
        " sum(discount_amount), sum(net_amount)"
        " from sales_marts.fact_sales_daily group by sale_date, category"
    )
    expected: dict[tuple[object, object], list[Decimal]] = {}
    for told in facts:
        product = reckoned.valid_at(products, told.product_id, told.sold_at)
        category = product.values[1] if product else "UNKNOWN"
        sums = expected.setdefault((told.sold_at.date(), category), [Decimal(0)] * 5)
        values = (Decimal(1), told.quantity, told.gross, told.discount, told.net)
        for index, value in enumerate(values):
            sums[index] += value
    assert {(day, category): sums for day, category, *sums in found} == expected


def test_customers_are_scored_by_recency_frequency_and_money(
    warehouse: Warehouse, facts: list[Told]
) -> None:
    found = warehouse.rows(
        "select customer_id, first_purchase_date, last_purchase_date, recency_days, total_orders,"
        " lifetime_value, recency_score, frequency_score, monetary_score, rfm_segment, is_active"
        " from sales_marts.dim_customer"
    )
    customers = reckoned.customers(facts)
    newest = max(customer.last for customer in customers.values())
    recency = reckoned.fifths({name: one.last for name, one in customers.items()})
    frequency = reckoned.fifths({name: one.orders for name, one in customers.items()})
    monetary = reckoned.fifths({name: one.value for name, one in customers.items()})
    assert Counter(found) == Counter(
        (
            name,
            one.first,
            one.last,
            (newest - one.last).days,
            one.orders,
            one.value,
            recency[name],
            frequency[name],
            monetary[name],
            reckoned.segment(recency[name], frequency[name], monetary[name]),
            (newest - one.last).days <= 90,
        )
        for name, one in customers.items()
    )
    assert len({row[9] for row in found}) == 6


def test_the_calendar_has_every_day_of_the_year_and_a_fiscal_year_from_february(
    warehouse: Warehouse,
) -> None:
    days = warehouse.rows("select count(*), min(full_date)::varchar from sales_marts.dim_date")
    edges = warehouse.rows(
        "select fiscal_year, fiscal_quarter, fiscal_month from sales_marts.dim_date"
        " where date_key in (20260131, 20260201) order by date_key"
    )
    assert days == [(365, "2026-01-01")]
    assert edges == [(2025, 4, 12), (2026, 1, 1)]


def test_volumes_and_quality_tell_of_every_landed_row(
    warehouse: Warehouse, landed: Landed, staged: list[Told]
) -> None:
    found = warehouse.rows(
        "select source, sum(total_rows), sum(quarantined_rows), count(*)"
        " from sales_monitoring.volumes_by_day group by source"
    )
    rows = {
        "stream": len(list(landed.stream())),
        "batch": len(list(landed.rows("batch"))),
        "products": len(list(landed.rows("products"))),
        "stores": len(list(landed.rows("stores"))),
    }
    kept = Counter(told.source for told in staged)
    bad = {name: rows[name] - kept[name] for name in ("stream", "batch")}
    bad |= {"products": 1, "stores": 1}
    assert {name: (total, quarantined) for name, total, quarantined, _ in found} == {
        name: (rows[name], bad[name]) for name in rows
    }
    scores = warehouse.rows(
        "select sum(total_rows * average_score), min(lowest_score), count(change_of_score)"
        " from sales_monitoring.quality_by_day where source = 'batch'"
    )
    reckoned_scores = [reckoned.score(row, "sales", "order_date") for row in landed.rows("batch")]
    assert abs(scores[0][0] - sum(reckoned_scores)) < Decimal("0.01") * len(reckoned_scores)
    assert scores[0][1:] == (min(reckoned_scores), 1)


def test_loads_and_runs_are_told_by_day(warehouse: Warehouse) -> None:
    loads = warehouse.rows(
        "select table_name, sum(total_files), sum(refused_files)"
        " from sales_monitoring.loads_by_day group by table_name order by table_name"
    )
    runs = warehouse.rows(
        "select sum(total_runs), sum(failed_runs), min(longest_seconds) > 0"
        " from sales_monitoring.run_times_by_day where node = 'sales_marts.fact_sales'"
    )
    assert [name for name, *_ in loads] == sorted(name.split(".")[1] for name in RAW)
    assert all(files > 1 and refused == 0 for _, files, refused in loads)
    assert runs == [(2, 0, True)]  # the third build had nothing to do


def test_a_build_without_new_data_changes_nothing(built: Built) -> None:
    _, second, third = built.after
    assert third == second
