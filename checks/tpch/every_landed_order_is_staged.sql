-- An increment loses no order, whatever its key. Rows without a key are in quarantine;
-- what landed since the table was built is not its business.

select landed.o_orderkey as order_key
from tpch_raw.orders as landed
where
    landed.o_orderkey is not null
    and landed.ingestion_ts <= (
        select max(loaded.ingestion_ts)
        from tpch_staging.stg_fct_orders as loaded
    )
    and not exists (
        select 1
        from tpch_staging.stg_fct_orders as orders
        where orders.order_key = landed.o_orderkey
    )
