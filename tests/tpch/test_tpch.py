"""The wholesale of parts after its builds, compared with what DuckDB alone makes of the files.

The original took for new what had a higher order key than everything loaded before. The second
day of the sample data has orders with lower keys, and changes of orders that are loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from runner.engines import Session
from tests.tpch.conftest import Built
from tests.tpch.landed import KEYS, newest
from tests.warehouse import ROOT, Warehouse

pytestmark = pytest.mark.slow  # the largest domain; `make slow` builds it

EXPECTED = sorted((Path(__file__).parent / "expected").glob("*.sql"))
# A tenth of the orders, new and changed ones among them; marts prove the sums of all of them.
SOME_ORDERS = "mod(order_key, 20) in (0, 13)"
LARGE = ("stg_fct_lineitem", "int_order_lineitems", "mart_orders")
QUERIES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("models", "checks")
    for path in (ROOT / folder / "tpch").rglob("*.sql")
)
STAGED = {
    "stg_dim_region": ("region", "region_key region_name region_comment"),
    "stg_dim_nation": ("nation", "nation_key nation_name region_key nation_comment"),
    "stg_dim_customer": (
        "customer",
        "customer_key customer_name customer_address nation_key customer_phone account_balance"
        " market_segment customer_comment",
    ),
    "stg_dim_supplier": (
        "supplier",
        "supplier_key supplier_name supplier_address nation_key supplier_phone account_balance"
        " supplier_comment",
    ),
    "stg_dim_part": (
        "part",
        "part_key part_name manufacturer brand part_type part_size container retail_price"
        " part_comment",
    ),
    "stg_fct_partsupp": (
        "partsupp",
        "part_key supplier_key avail_qty supply_cost partsupp_comment",
    ),
    "stg_fct_orders": (
        "orders",
        "order_key customer_key order_status total_price order_date order_priority clerk"
        " ship_priority order_comment",
    ),
    "stg_fct_lineitem": (
        "lineitem",
        "order_key part_key supplier_key line_number quantity extended_price discount tax"
        " return_flag line_status ship_date commit_date receipt_date ship_instruct ship_mode"
        " lineitem_comment",
    ),
}


@pytest.fixture(scope="module")
def landed(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    with newest(warehouse.landing) as connection:
        yield connection


@pytest.fixture(scope="module")
def session(warehouse: Warehouse) -> Iterator[Session]:
    with warehouse.session() as session:
        yield session


@pytest.mark.parametrize("table", KEYS)
def test_every_landed_row_is_in_raw_once_with_its_file_and_row(
    warehouse: Warehouse, session: Session, table: str
) -> None:
    raw = session.execute(
        "select file_name, count(*), min(file_row_number), max(file_row_number),"
        f" count(distinct file_row_number) from tpch_raw.{table} group by file_name"
    ).rows
    expected = set()
    for path in (warehouse.landing / "tpch" / table).glob("*.parquet"):
        count = len(duckdb.read_parquet(path.as_posix()))
        expected.add((f"tpch/{table}/{path.name}", count, 1, count, count))
    assert set(raw) == expected


@pytest.mark.parametrize("model", STAGED)
def test_staging_has_the_newest_delivery_of_each_row(
    session: Session, landed: duckdb.DuckDBPyConnection, model: str
) -> None:
    table, names = STAGED[model]
    columns = ", ".join(names.split())
    chosen = SOME_ORDERS if model in LARGE else "true"
    found = session.execute(f"select {columns} from tpch_staging.{model} where {chosen}").rows
    expected = landed.execute(
        f"select * from (select * exclude (filename) from {table}) as staged ({columns})"
        f" where {chosen}"
    ).fetchall()
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_a_relation_has_the_numbers_that_the_files_give(
    session: Session, landed: duckdb.DuckDBPyConnection, path: Path
) -> None:
    chosen = SOME_ORDERS if path.stem in LARGE else "true"
    sql = path.read_text(encoding="utf-8")
    result = landed.execute(f"select * from ({sql}) where {chosen}")
    names = ", ".join(column[0] for column in result.description or [])
    expected = result.fetchall()
    schema = "tpch_intermediate" if path.stem.startswith("int_") else "tpch_marts"
    found = session.execute(f"select {names} from {schema}.{path.stem} where {chosen}").rows
    assert len(found) == len(expected) > 0
    for row, wanted in zip(
        sorted(found, key=identity), sorted(expected, key=identity), strict=True
    ):
        assert all(map(agree, row, wanted)), (row, wanted)


def identity(row: Sequence[Any]) -> tuple[Any, ...]:
    """What tells the rows of a relation apart: its first two columns, or six of an offer."""
    return (row[0], row[1], row[5]) if isinstance(row[5], int) else (row[0], row[1])


def agree(found: Any, wanted: Any) -> bool:
    """Exactly; a ratio, which DuckDB gives as a float, to half of the last digit there is."""
    if isinstance(wanted, float) and isinstance(found, Decimal):
        places = -int(found.as_tuple().exponent)
        return abs(float(found) - wanted) <= 0.5 * 10**-places + 1e-5
    return bool(found == wanted)


def test_new_orders_have_keys_between_those_of_old_ones(
    warehouse: Warehouse, session: Session
) -> None:
    folder = warehouse.landing / "tpch" / "orders"
    old, new = (
        {
            row[0]
            for row in duckdb.sql(f"select o_orderkey from '{folder}/{name}.parquet'").fetchall()
        }
        for name in ("*_extract", "*_new")
    )
    lower = {key for key in new if key < max(old)}
    staged = session.execute("select order_key from tpch_staging.stg_fct_orders").rows
    assert len(lower) > 100
    assert lower <= {key for (key,) in staged}


def test_orders_that_changed_after_they_were_loaded_have_their_new_state(
    warehouse: Warehouse, session: Session
) -> None:
    changed = warehouse.landing / "tpch" / "orders" / "*_changed.parquet"
    keys = [row[0] for row in duckdb.sql(f"select o_orderkey from '{changed}'").fetchall()]
    states = session.execute(
        "select order_status, line_status, count(distinct order_key) from tpch_marts.mart_orders"
        f" where order_key in ({', '.join(map(str, keys))}) group by order_status, line_status"
    ).rows
    assert len(keys) > 50
    assert states == [("F", "F", len(keys))]


def test_a_third_build_changes_no_row_anywhere(built: Built) -> None:
    _, second, third, _ = built.after
    assert len(second) > 25
    assert all(count for name, (count, _) in second.items() if not name.endswith("__quarantine"))
    assert third == second


def test_the_second_day_changes_the_facts_and_all_marts(built: Built) -> None:
    first, second, *_ = built.after
    same = {name for name in first if first[name] == second[name]}
    assert {name for name in same if not name.endswith("__quarantine")} == {
        f"tpch_{layer}.{name}"
        for layer, names in {
            "raw": ("region", "nation", "supplier", "part"),
            "staging": ("stg_dim_region", "stg_dim_nation", "stg_dim_supplier", "stg_dim_part"),
        }.items()
        for name in names
    }


def test_increments_equal_a_full_refresh(built: Built) -> None:
    *_, third, refreshed = built.after
    assert refreshed == third


@pytest.mark.parametrize("path", QUERIES)
def test_each_file_pasted_alone_runs(session: Session, path: str) -> None:
    result = session.execute((ROOT / path).read_text(encoding="utf-8"))
    assert result.columns
    if path.startswith("checks/") and "are_fresh" not in path:
        assert result.rows == []
