"""What the landing files say, read by DuckDB alone: the other side of every comparison."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

KEYS = {
    "region": "r_regionkey",
    "nation": "n_nationkey",
    "customer": "c_custkey",
    "supplier": "s_suppkey",
    "part": "p_partkey",
    "partsupp": "ps_partkey, ps_suppkey",
    "orders": "o_orderkey",
    "lineitem": "l_orderkey, l_linenumber",
}
# What holds the time of a load.
LOADED = (
    *(f"tpch_raw.{table}" for table in KEYS),
    "tpch_staging.stg_dim_region",
    "tpch_staging.stg_dim_nation",
    "tpch_staging.stg_dim_customer",
    "tpch_staging.stg_dim_supplier",
    "tpch_staging.stg_dim_part",
    "tpch_staging.stg_fct_partsupp",
    "tpch_staging.stg_fct_orders",
    "tpch_staging.stg_fct_orders__quarantine",
    "tpch_staging.stg_fct_lineitem",
    "tpch_staging.stg_fct_lineitem__quarantine",
    "tpch_intermediate.int_order_lineitems",
    "tpch_marts.mart_orders",
)


@contextmanager
def newest(landing: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with a table for each of the eight: of every key the row of the file that landed
    last, which is the last by name."""
    with duckdb.connect() as connection:
        for table, key in KEYS.items():
            files = (landing / "tpch" / table / "*.parquet").as_posix()
            connection.execute(
                f"create table {table} as select unnest(newest)"
                f" from (select arg_max(landed, filename) as newest"
                f" from read_parquet('{files}', filename = true) as landed group by {key})"
            )
        yield connection
