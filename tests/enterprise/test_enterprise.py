"""Sales by channel and day over all domains, compared with the landing files of each."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.enterprise.channels import CHANNELS, Sale
from tests.warehouse import Warehouse

CENT = Decimal("0.01")

pytestmark = pytest.mark.slow  # all domains are built


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_has_what_its_files_say(warehouse: Warehouse, channel: str) -> None:
    parts: dict[tuple[object, str], list[Sale]] = defaultdict(list)
    for sale in CHANNELS[channel](warehouse.landing):
        parts[sale.day, sale.region or "UNKNOWN"].append(sale)
    rows = warehouse.rows(
        "select sale_date, region, orders, units, gross_amount, discount_amount, tax_amount,"
        f" net_amount from enterprise_marts.sales_by_channel_day where channel = '{channel}'"
    )
    assert parts
    assert sorted(rows) == sorted((*key, *summed(found)) for key, found in parts.items())


def summed(sales: list[Sale]) -> tuple[object, ...]:
    units = [sale.units for sale in sales if sale.units is not None]
    gross, discount, tax = (
        sum((Decimal(getattr(sale, name)) for sale in sales), Decimal(0)).quantize(
            CENT, ROUND_HALF_UP
        )
        for name in ("gross", "discount", "tax")
    )
    orders = len({sale.order for sale in sales})
    return orders, sum(units) if units else None, gross, discount, tax, gross - discount


def test_loads_are_watched(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "select table_name, sum(total_rows) from enterprise_monitoring.loads_by_day group by 1"
    )
    assert {table.split("_raw.")[0] for table, _ in rows} == set(CHANNELS)
    for table, count in rows:
        assert warehouse.rows(f"select count(*) from {table}") == [(count,)]
    fresh = warehouse.rows("select table_name, hours_ago from enterprise_monitoring.freshness")
    assert {table for table, _ in fresh} == {table for table, _ in rows}
    assert all(0 <= hours <= 1 for _, hours in fresh)


def test_builds_and_checks_are_watched(warehouse: Warehouse) -> None:
    builds = warehouse.rows(
        "select domain_name, sum(total_results), sum(failed_results), sum(rows_quarantined)"
        " from enterprise_monitoring.builds_by_day group by 1"
    )
    recorded = warehouse.rows(
        "select split_part(path, '/', 2), count(*), 0, sum(coalesce(rows_quarantined, 0))"
        " from runner.node_results where started_at is not null group by 1"
    )
    assert sorted(builds) == sorted(recorded)
    assert {"enterprise", *CHANNELS} == {domain for domain, *_ in builds}
    held = warehouse.rows(
        "select sum(total_checks), sum(held_checks + warnings + failed_checks)"
        " from enterprise_monitoring.quality_by_day"
    )
    ((checks,),) = warehouse.rows("select count(*) from runner.check_results")
    assert held == [(checks, checks)]


def test_a_warehouse_into_which_nothing_has_landed_is_green(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("empty"))
    warehouse.landing.mkdir()
    warehouse.build("--batch-start", "2026-03-26", "--batch-end", "2026-03-27")
    assert warehouse.rows("select count(*) from enterprise_marts.sales_by_channel_day") == [(0,)]
